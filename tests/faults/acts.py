"""What tests do inside a house: through the services, as a door would."""

import json
import time
from typing import Any

from django.db import transaction

from annotate.services.queues import QueuePlan, create_queue, start_filling
from datasets.models import Dataset, LabelSchema, Version
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
from foundation import jobs
from foundation.models import Job, Project, Role, User
from foundation.services.people import add_member, create_project, create_user
from foundation.services.tokens import issue_token
from training.services.runs import start_run

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


def make_queue(items: int, overlap: int, annotators: int) -> dict[str, Any]:
    """A world with a filled queue; returns public ids and tokens as REST clients have them."""
    world = make_world()
    mia = User.objects.get(username="mia")
    project = Project.objects.get(pk=world["project"])
    take_in(world["dataset"], world["schema"], items)
    dataset = Dataset.objects.get(pk=world["dataset"])
    policy = {"overlap": overlap, "review_share": 0.0, "lease_seconds": 10}
    queue = create_queue(
        dataset=dataset,
        schema=LabelSchema.objects.get(pk=world["schema"]),
        plan=QueuePlan("All of them", follows_dataset=False),
        policy=policy,
        by=mia,
    )
    assert jobs.run(start_filling(queue=queue, by=mia).pk) is not None
    tokens = []
    for number in range(annotators):
        user = create_user(username=f"annotator{number}")
        add_member(project=project, user=user, role=Role.ANNOTATOR, by=mia)
        tokens.append(issue_token(user=user, name="test", scopes=["annotate"])[1])
    pushed = create_dataset(project=project, name="Pushed", data_type="text", by=mia)
    return {
        **world,
        "queue": queue.oid,
        "tokens": tokens,
        "dataset": pushed.oid,
        "push_token": issue_token(user=mia, name="push", scopes=["push"])[1],
    }
