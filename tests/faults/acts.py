"""What tests do inside a house: through the services, as a door would."""

import json
import time
from typing import Any

from django.db import close_old_connections, transaction

from datasets.models import Dataset, Export, Item, LabelSchema, Truth, Version
from datasets.queries.versions import verify as verify_version
from datasets.services.datasets import create_dataset
from datasets.services.exports import start_export
from datasets.services.schemas import publish_schema
from datasets.services.uploads import (
    FileToCome,
    commit_upload,
    open_upload,
    part_count,
    part_size,
    put_part,
)
from datasets.services.versions import start_freeze
from foundation import jobs, storage
from foundation.models import Event, Job, Project, User
from foundation.services.people import create_project, create_user
from training.models import Run
from training.services.runs import start_run

__all__ = ["close_old_connections"]
INTENTS = {
    "refund": "please give my money back for order",
    "delivery": "where is the parcel that I am waiting for",
    "password": "I cannot sign in and forgot my password",
}


def make_world() -> dict[str, int]:
    """A person with a project, a text dataset and a schema of intents."""
    mia = create_user(username="mia", name="Mia")
    project = create_project(name="Post", by=mia)
    dataset = create_dataset(project=project, name="Messages", data_type="text", by=mia)
    labels = [{"key": key, "name": key.title()} for key in INTENTS]
    question = {"name": "intent", "title": "Intent", "type": "choice", "labels": labels}
    definition = {"format": 1, "data_type": "text", "questions": [question]}
    revision = publish_schema(project=project, name="Intents", definition=definition, by=mia)
    return {"dataset": dataset.pk, "schema": revision.schema_id, "project": project.pk}


def make_dataset(project: int, name: str) -> int:
    """Another dataset of texts."""
    made = create_dataset(
        project=Project.objects.get(pk=project), name=name, data_type="text", by=None
    )
    return made.pk


def texts(count: int, broken_every: int) -> bytes:
    """NDJSON of labelled texts; every so many lines one that is not JSON."""
    lines = []
    labels = list(INTENTS)
    for number in range(count):
        label = labels[number % len(labels)]
        said = {"id": "r1", "question": "intent", "kind": "item", "label": label}
        line = {
            "key": f"k{number:06}",
            "data_type": "text",
            "data": f"{INTENTS[label]} number {number}",
            "truth": {"regions": {"format": 1, "regions": [said]}},
        }
        is_broken = broken_every and number % broken_every == broken_every - 1
        lines.append("{broken" if is_broken else json.dumps(line))
    return "\n".join(lines).encode()


def upload(dataset: int, schema: int, count: int, broken_every: int = 0) -> int:
    """Upload a file of texts and commit it; returns its job."""
    data = texts(count, broken_every)
    house = Dataset.objects.select_related("project").get(pk=dataset)
    mia = User.objects.get(username="mia")
    made = open_upload(
        dataset=house,
        files=[FileToCome("texts.ndjson", len(data))],
        options={},
        by=mia,
        schema=LabelSchema.objects.get(pk=schema),
    )
    file = made.files.get()
    size = part_size(file)
    for number in range(1, part_count(file) + 1):
        piece = data[size * (number - 1) : size * number]
        put_part(upload=made, position=0, number=number, chunks=[piece])
    return commit_upload(upload=made, by=mia).pk


def take_in(dataset: int, schema: int, count: int) -> None:
    """Upload texts and take them in here and now, without a worker."""
    done = jobs.run(upload(dataset, schema, count))
    assert done is not None
    assert done.state == Job.State.SUCCEEDED, done.error


def freeze(dataset: int, schema: int) -> int:
    """Start a freeze; returns its job."""
    _version, job = start_freeze(
        dataset=Dataset.objects.get(pk=dataset), schema=LabelSchema.objects.get(pk=schema), by=None
    )
    return job.pk


def freeze_now(dataset: int, schema: int) -> None:
    """Freeze here and now, without a worker."""
    done = jobs.run(freeze(dataset, schema))
    assert done is not None
    assert done.state == Job.State.SUCCEEDED, done.error


def export(dataset: int, **how: Any) -> int:
    """Start an export of the living dataset as JSONL; returns its job."""
    job = start_export(dataset=Dataset.objects.get(pk=dataset), format="jsonl", by=None, **how).job
    assert job is not None
    return job.pk


def train(dataset: int, **params: Any) -> int:
    """Start a run on the newest version; returns its job."""
    version = Version.objects.filter(dataset=dataset).latest("number")
    run = start_run(version=version, trainer="text_logreg", by=None, params=params)
    assert run.job is not None
    return run.job.pk


def enqueue(kind: str, **params: Any) -> int:
    """Ask for a job of any kind, as a request does; returns it."""
    with transaction.atomic():
        return jobs.enqueue(kind, **params).pk


def enqueue_timed() -> dict[str, Any]:
    """Ask for a job that counts to one; says how long that took."""
    begun = time.monotonic()
    made = enqueue("poison.count")
    return {"job": made, "seconds": time.monotonic() - begun}


# Looking


def job(job_id: int) -> dict[str, Any]:
    """The row of a job as plain values."""
    return dict(Job.objects.filter(pk=job_id).values().get())


def stored(dataset: int, job_id: int) -> dict[str, int]:
    """How many items, keys, truths and refusals there are."""
    items = Item.objects.filter(dataset=dataset)
    refusals = Job.objects.get(pk=job_id).refusals
    return {
        "items": items.count(),
        "keys": items.values("key").distinct().count(),
        "truths": Truth.objects.filter(item__dataset=dataset, is_current=True).count(),
        "refusals": refusals.count(),
        "refused places": refusals.values("place").distinct().count(),
    }


def versions(dataset: int) -> list[dict[str, Any]]:
    """Every version of a dataset and whether it is what was sealed."""
    return [
        {
            "state": version.state,
            "entries": version.entry_count,
            "whole": version.state == "frozen" and verify_version(version).is_whole,
        }
        for version in Version.objects.filter(dataset=dataset).order_by("number")
    ]


def export_is_offered(job_id: int) -> bool:
    """Whether the file of an export can be fetched."""
    return bool(Export.objects.get(job=job_id).storage_key)


def exported_lines(job_id: int) -> int:
    """How many lines the file of an export has."""
    with storage.open_file(Export.objects.get(job=job_id).storage_key) as file:
        return sum(1 for _line in file)


def run_of(job_id: int) -> dict[str, Any]:
    """How a run ended."""
    run = Run.objects.get(job=job_id)
    return {
        "state": run.state,
        "evaluations": run.evaluations.count(),
        "artifacts": run.artifacts.count(),
        "metrics": run.metrics.count(),
        "distinct metrics": run.metrics.values("split", "name", "step").distinct().count(),
    }


def stored_files() -> int:
    """How many files lie in the storage folder, half-written ones included."""
    root = storage._local_root()
    assert root is not None
    return sum(1 for path in root.rglob("*") if path.is_file())


def events(verb: str) -> int:
    """How many events of a kind were recorded."""
    return Event.objects.filter(verb=verb).count()


def event_seconds(verb: str) -> list[float]:
    """When the events of a kind were recorded, in seconds, in order."""
    found = Event.objects.filter(verb=verb).order_by("pk")
    return [at.timestamp() for at in found.values_list("at", flat=True)]


def projects() -> int:
    """How many projects there are."""
    return Project.objects.count()
