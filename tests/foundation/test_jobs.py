"""Jobs are rows: a worker may die at any line, and the work is still done once."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from foundation import jobs
from foundation.clock import database_now
from foundation.errors import Conflict, Invalid, Place
from foundation.jobs import JobKind, JobRun
from foundation.models import Event, Job, JobRefusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kind() -> Iterator[dict[str, Any]]:
    """A kind of job whose work a test sets."""
    holder: dict[str, Any] = {}
    jobs.job_kinds._things["test.work"] = JobKind(work=lambda run: holder["work"](run))
    yield holder
    del jobs.job_kinds._things["test.work"]


def count_to_five(run: JobRun) -> dict[str, Any]:
    """Write five events, one a batch, going on where an earlier attempt stopped."""
    for step in range(run.checkpoint.get("step", 0), 5):
        with run.batch(done=step + 1, total=5, checkpoint={"step": step + 1}):
            Event.objects.create(verb="counted", data={"step": step})
    return {"steps": 5}


def lose_the_worker(job: Job) -> None:
    """Let the lease end as if its holder had been killed."""
    Job.objects.filter(pk=job.pk).update(lease_ends_at=database_now() - timedelta(seconds=1))


def test_a_job_ends_with_its_report(kind: dict[str, Any]) -> None:
    kind["work"] = count_to_five
    job = jobs.run(jobs.enqueue("test.work").pk)
    assert job is not None
    assert (job.state, job.report, job.done, job.total) == ("succeeded", {"steps": 5}, 5, 5)


def test_a_job_that_is_asked_for_twice_under_one_key_is_one_job(kind: dict[str, Any]) -> None:
    assert jobs.enqueue("test.work", key="k").pk == jobs.enqueue("test.work", key="k").pk


def test_a_second_delivery_of_the_bell_does_nothing(kind: dict[str, Any]) -> None:
    kind["work"] = count_to_five
    job = jobs.enqueue("test.work")
    jobs.run(job.pk)
    assert jobs.run(job.pk) is None
    assert Event.objects.filter(verb="counted").count() == 5


def test_work_goes_on_at_the_checkpoint_after_the_worker_died(kind: dict[str, Any]) -> None:
    job = jobs.enqueue("test.work")
    dead = jobs.take(job.pk)
    assert dead is not None
    for step in range(3):
        with dead.batch(done=step + 1, checkpoint={"step": step + 1}):
            Event.objects.create(verb="counted", data={"step": step})
    lose_the_worker(job)
    kind["work"] = count_to_five
    jobs.run(job.pk)
    steps = Event.objects.filter(verb="counted").values_list("data__step", flat=True)
    assert sorted(steps) == [0, 1, 2, 3, 4]


def test_a_worker_that_was_thought_dead_writes_nothing_more(kind: dict[str, Any]) -> None:
    job = jobs.enqueue("test.work")
    zombie = jobs.take(job.pk)
    assert zombie is not None
    lose_the_worker(job)
    assert jobs.take(job.pk) is not None
    with pytest.raises(jobs.LeaseLost), zombie.batch(done=1):
        Event.objects.create(verb="counted")
    assert not Event.objects.filter(verb="counted").exists()


def test_a_batch_that_fails_leaves_neither_rows_nor_progress(kind: dict[str, Any]) -> None:
    attempt = jobs.take(jobs.enqueue("test.work").pk)
    assert attempt is not None
    with pytest.raises(ZeroDivisionError), attempt.batch(done=7):
        Event.objects.create(
            verb="counted", data={"share": Event.objects.create(verb="counted").pk // 0}
        )
    assert Job.objects.get(pk=attempt.job.pk).done == 0
    assert not Event.objects.filter(verb="counted").exists()


def test_a_job_leaves_sqlite_to_others_for_as_long_as_a_batch_held_it(
    kind: dict[str, Any],
) -> None:
    attempt = jobs.take(jobs.enqueue("test.work").pk)
    assert attempt is not None
    begun = time.monotonic()
    for step in range(4):
        with attempt.batch(done=step):
            time.sleep(0.05)
    pauses = 4 if connection.vendor == "sqlite" else 0
    assert time.monotonic() - begun >= 0.05 * (4 + pauses)


def test_a_poisoned_job_stops_after_three_attempts_and_says_why(kind: dict[str, Any]) -> None:
    job = jobs.enqueue("test.work")
    for _attempt in range(3):
        assert jobs.take(job.pk) is not None
        lose_the_worker(job)
        jobs.sweep()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error is not None
    assert job.error["code"] == "poisoned"
    assert jobs.take(job.pk) is None


def test_one_kind_that_fails_when_told_of_an_end_keeps_no_other_job_waiting(
    kind: dict[str, Any],
) -> None:
    def fail(job: Job) -> None:
        raise KeyError(job.pk)

    known = jobs.job_kinds["test.work"]
    jobs.job_kinds._things["test.work"] = replace(known, abandoned=fail)
    poisoned, lost = jobs.enqueue("test.work"), jobs.enqueue("test.work")
    Job.objects.update(state=Job.State.RUNNING)
    Job.objects.filter(pk=poisoned.pk).update(attempt=jobs.MAX_ATTEMPTS)
    lose_the_worker(poisoned)
    lose_the_worker(lost)
    jobs.sweep()
    poisoned.refresh_from_db()
    lost.refresh_from_db()
    assert (poisoned.state, lost.state) == ("failed", "queued")


def test_the_sweep_puts_a_lost_job_back(kind: dict[str, Any]) -> None:
    job = jobs.enqueue("test.work")
    jobs.take(job.pk)
    lose_the_worker(job)
    jobs.sweep()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.QUEUED, 1)


def test_a_broken_rule_is_in_the_report_with_its_place(kind: dict[str, Any]) -> None:
    def fail(run: JobRun) -> dict[str, Any]:
        raise Invalid("no", places=[Place("line 3", "ragged", "two columns are missing")])

    kind["work"] = fail
    job = jobs.run(jobs.enqueue("test.work").pk)
    assert job is not None
    assert job.error is not None
    assert job.error["errors"][0]["at"] == "line 3"


def test_an_unexpected_error_ends_the_job_and_names_itself(kind: dict[str, Any]) -> None:
    kind["work"] = lambda run: 1 / 0
    job = jobs.run(jobs.enqueue("test.work").pk)
    assert job is not None
    assert (job.state, job.error and job.error["code"]) == ("failed", "crashed")


def test_a_waiting_job_is_cancelled_at_once(kind: dict[str, Any]) -> None:
    job = jobs.request_cancel(jobs.enqueue("test.work"))
    assert job.state == Job.State.CANCELLED
    assert jobs.take(job.pk) is None


def test_a_running_job_stops_at_its_next_batch_when_cancelled(kind: dict[str, Any]) -> None:
    def cancelled_in_the_middle(run: JobRun) -> dict[str, Any]:
        with run.batch(done=1):
            pass
        jobs.request_cancel(run.job)
        run.beat()
        return count_to_five(run)

    kind["work"] = cancelled_in_the_middle
    job = jobs.run(jobs.enqueue("test.work").pk)
    assert job is not None
    assert (job.state, job.done) == ("cancelled", 1)


def test_a_job_that_has_ended_cannot_be_cancelled(kind: dict[str, Any]) -> None:
    kind["work"] = count_to_five
    job = jobs.run(jobs.enqueue("test.work").pk)
    assert job is not None
    with pytest.raises(Conflict):
        jobs.request_cancel(job)


def test_a_failed_job_goes_on_when_it_is_tried_again(kind: dict[str, Any]) -> None:
    kind["work"] = lambda run: 1 / 0
    job = jobs.run(jobs.enqueue("test.work").pk)
    assert job is not None
    kind["work"] = count_to_five
    again = jobs.run(jobs.retry(job).pk)
    assert again is not None
    assert again.state == Job.State.SUCCEEDED


def test_a_refusal_told_twice_is_kept_once(kind: dict[str, Any]) -> None:
    attempt = jobs.take(jobs.enqueue("test.work").pk)
    assert attempt is not None
    for _time in range(2):
        attempt.refuse([JobRefusal(position=3, place="line 3", code="ragged", detail="no")])
    assert attempt.job.refusals.count() == 1
