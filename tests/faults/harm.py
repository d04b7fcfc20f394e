"""What tests do to a house from inside: deaths at a chosen step, cuts, many writers at once."""

import os
import signal
import tempfile
import time
from datetime import timedelta
from typing import IO, Any

from django.db import connection, connections

from datasets.formats.base import Record
from datasets.models import Dataset
from datasets.services.imports import ingest_records
from foundation import jobs
from foundation.clock import database_now
from foundation.models import Job
from foundation.services.events import record_event


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
    return dict(Job.objects.filter(pk=job_id).values().get())


def cut_off_everybody() -> None:
    """End every other connection to this PostgreSQL database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def write_for(dataset: int, seconds: float, name: str) -> list[float]:
    """Take in one item after the other through the service; returns how long each took."""
    house = Dataset.objects.select_related("project").get(pk=dataset)
    waits: list[float] = []
    ends = time.monotonic() + seconds
    while (begun := time.monotonic()) < ends:
        key = f"{name}-{len(waits)}"
        record = Record(key, key, "text", text=f"The text of {key}.")
        outcome = ingest_records(dataset=house, records=[record], by=None)
        assert outcome.counts["created"] == 1, outcome.refusals
        waits.append(time.monotonic() - begun)
    return waits


def probe_until(job_id: int) -> list[float]:
    """Write an event again and again until a job has ended; returns how long each took."""
    waits = []
    while Job.objects.filter(pk=job_id, state__in=["queued", "running"]).exists():
        begun = time.monotonic()
        record_event("probe", by=None, target=str(job_id))
        waits.append(time.monotonic() - begun)
        time.sleep(0.01)
    return waits


def run_timed(job_id: int) -> list[float]:
    """Do a job here; returns how long each of its transactions held the lock to write."""
    database: Any = connection
    commit, held = database._commit, []
    begun = [0.0]

    def timed_execute(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if str(sql).startswith("BEGIN"):
            begun[0] = time.monotonic()  # IMMEDIATE: from here on nobody else writes
        return done

    def timed_commit() -> Any:
        done = commit()
        held.append(time.monotonic() - begun[0])
        return done

    database._commit = timed_commit
    try:
        with connection.execute_wrapper(timed_execute):
            jobs.run(job_id)
    finally:
        database._commit = commit
    return held
