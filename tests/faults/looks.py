"""What tests look at inside a house, as plain values."""

from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Count, F

from annotate.models import Answer, Queue
from datasets.models import Dataset, Export, Item, Truth, Version
from datasets.queries.versions import verify as verify_version
from foundation import jobs, storage
from foundation.errors import DomainError
from foundation.models import Event, Job, Project
from foundation.opaque import decode_id, encode_id
from training.models import Run


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


def error_of_store() -> str:
    """Which error a write into the file storage ends with, if any."""
    try:
        storage.delete(storage.store([b"x"]).key)
    except DomainError as error:
        return type(error).__name__
    return ""
