"""What tests do inside a house: through the services, as a door would."""

import json
import os
import signal
import tempfile
import time
from datetime import timedelta
from typing import IO, Any

from django.db import OperationalError, close_old_connections, connection, connections, transaction
from django.db.models import Count, F

from annotate.models import Answer, Queue
from annotate.services.queues import QueuePlan, create_queue, start_filling
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
from foundation.clock import database_now
from foundation.models import Event, Job, Project, Role, User
from foundation.opaque import decode_id, encode_id
from foundation.services.people import add_member, create_project, create_user
from foundation.services.tokens import issue_token
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


# Harm


def run_and_die(job_id: int, step: int) -> int:
    """Do a job in a forked child that kills itself at its nth statement or commit (0: never).

    Returns how many steps it came to.
    """
    connections.close_all()
    with tempfile.TemporaryFile() as counted:
        if (child := os.fork()) == 0:
            _count_steps(counted, step)
            jobs.run(job_id)
            os._exit(0)
        os.waitpid(child, 0)
        counted.seek(0)
        return len(counted.read())


def _count_steps(counted: IO[bytes], last: int) -> None:
    """Let each statement and each commit of this thread count; die before the last one."""
    taken = 0
    database: Any = connection
    commit = database._commit

    def step() -> None:
        nonlocal taken
        taken += 1
        os.write(counted.fileno(), b".")
        if taken == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted_execute(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        step()
        return execute(sql, params, many, context)

    def counted_commit() -> Any:
        step()
        return commit()

    database.execute_wrappers.append(counted_execute)
    database._commit = counted_commit


def run_again(job_id: int) -> dict[str, Any]:
    """Let the lease of a dead worker end and do its job here; returns the row."""
    past = database_now() - timedelta(seconds=1)
    Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(lease_ends_at=past)
    jobs.run(job_id)
    return job(job_id)


def cut_off_everybody() -> None:
    """End every other connection to this PostgreSQL database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


# Looking


def can_write(seconds: float) -> bool:
    """Whether the rows of jobs can be written within so many seconds."""
    wait = f"{int(seconds * 1000)}"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA busy_timeout = {wait}")
        else:
            cursor.execute(f"SET lock_timeout = '{wait}ms'")
    try:
        Job.objects.filter(state=Job.State.RUNNING).update(unit=F("unit"))
        Dataset.objects.update(name=F("name"))
    except OperationalError:
        return False
    finally:
        connection.close()
    return True


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


def answers(queue: str) -> dict[str, Any]:
    """What is stored of the answers of a queue, and of the items that were pushed."""
    found = Answer.objects.filter(task__queue=decode_id("queue", queue))
    twice = found.values("task", "annotation__annotator").annotate(n=Count("pk")).filter(n__gt=1)
    counted = found.filter(is_extra=False).values("task", "task__overlap").annotate(n=Count("pk"))
    pushed = Item.objects.filter(dataset__name="Pushed").values_list("key", flat=True)
    return {
        "annotations": sorted(
            encode_id("annotation", pk) for pk in found.values_list("annotation", flat=True)
        ),
        "answered twice": twice.count(),
        "overfull": counted.filter(n__gt=F("task__overlap")).count(),
        "pushed": list(pushed),
    }


def integrity() -> str:
    """What SQLite says about its file."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        said: str = cursor.fetchone()[0]
    return said


def dataset_named(name: str) -> int:
    """The dataset of a name."""
    return Dataset.objects.get(name=name).pk


def any_queue() -> int:
    """A queue."""
    return Queue.objects.latest("pk").pk


def items() -> int:
    """How many items there are."""
    return Item.objects.count()


def retry(job_id: int) -> None:
    """Let a failed job go on."""
    with transaction.atomic():
        jobs.retry(Job.objects.get(pk=job_id))


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
