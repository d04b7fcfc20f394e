"""An ingest that dies or is cancelled in the middle: each record is taken once."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from datasets.models import Dataset, Item, SchemaRevision
from datasets.services import imports, ingest
from datasets.services.uploads import commit_upload
from foundation import jobs
from foundation.jobs import JobRun, LeaseLost
from foundation.models import Annotator, Event, Job, User
from tests.datasets.conftest import says
from tests.datasets.test_uploads import upload_of


def test_an_ingest_that_was_killed_goes_on_where_it_was(
    texts: Dataset, intent: SchemaRevision, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_by_the_hundred(monkeypatch)
    lines = [
        json.dumps(
            {
                "key": f"k{number:04d}",
                "data": f"Text {number}",
                "truth": {"regions": says("balance")},
                "annotations": [{"annotator": "Zoe", "regions": says("transfer")}],
            }
            | ({"colour": "red"} if number % 10 == 0 else {})
        )
        for number in range(1000)
    ]
    upload = upload_of(texts, mia, {"a.jsonl": "\n".join(lines).encode()}, schema=intent.schema)
    job = commit_upload(upload=upload, by=mia)
    die_in_batch(monkeypatch, 6)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.checkpoint["position"]) == (Job.State.RUNNING, 500)
    assert Item.objects.count() == 450
    monkeypatch.undo()
    take_by_the_hundred(monkeypatch)
    Job.objects.filter(pk=job.pk).update(lease_ends_at="2000-01-01T00:00Z")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.SUCCEEDED, 2)
    assert job.report["created"] == Item.objects.count() == 900
    assert job.report["refused"] == job.refusals.count() == 100
    assert job.report["truths"] == job.report["annotations"] == 900
    assert (job.report["unchanged"], job.done) == (0, 1000)
    assert Annotator.objects.filter(name="Zoe").count() == 1
    told = Event.objects.get(verb="items.imported")
    assert (told.data["created"], told.data["annotations"]) == (900, 900)


def test_an_ingest_that_dies_behind_its_last_batch_is_told_of_once(
    texts: Dataset, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = upload_of(texts, mia, {"a.jsonl": b'{"key": "a", "data": "One"}'})
    job = commit_upload(upload=upload, by=mia)

    def die(*_: object) -> None:
        raise LeaseLost

    monkeypatch.setattr(ingest, "_report", die)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.checkpoint["position"]) == (Job.State.RUNNING, 1)
    assert Event.objects.filter(verb="items.imported").count() == 1
    monkeypatch.undo()
    Job.objects.filter(pk=job.pk).update(lease_ends_at="2000-01-01T00:00Z")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.SUCCEEDED, 2)
    assert Event.objects.filter(verb="items.imported").count() == 1


def take_by_the_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let batches end by count alone, however slow the machine is."""
    monkeypatch.setattr(imports, "MAX_RECORDS", 100)
    monkeypatch.setattr(imports, "MAX_SECONDS", 3600.0)


def die_in_batch(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let the worker lose its lease inside the transaction of one batch."""
    left = [number]
    keep = JobRun.refuse

    def refuse(self: JobRun, refused: Iterable[Any]) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise LeaseLost
        keep(self, list(refused))

    monkeypatch.setattr(JobRun, "refuse", refuse)


def test_a_cancelled_ingest_keeps_what_was_taken(
    texts: Dataset, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MAX_RECORDS", 10)
    lines = [json.dumps({"key": str(n), "data": f"Text {n}"}) for n in range(100)]
    job = commit_upload(
        upload=upload_of(texts, mia, {"a.jsonl": "\n".join(lines).encode()}), by=mia
    )
    seen = [0]
    keep = JobRun.check

    def check(self: JobRun) -> None:
        seen[0] += 1
        if seen[0] == 6:
            self._asked_to_stop.set()
        keep(self)

    monkeypatch.setattr(JobRun, "check", check)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert 0 < Item.objects.count() == job.done < 100
