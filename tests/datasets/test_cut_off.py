"""PostgreSQL ends our connection at the worst moment: the job goes back, and says nothing false."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, connections

from datasets.services.rows import write_rows
from foundation import jobs
from foundation.jobs import JobKind, JobRun
from foundation.models import Event, Job

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no server"),
]


@pytest.fixture(autouse=True)
def a_fresh_connection_afterwards() -> Iterator[None]:
    """Whatever a test cut is opened anew for the next."""
    yield
    connection.close()


def cut_off() -> None:
    """End this connection from the server's side."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    finally:
        other.close()


def test_a_copy_that_is_cut_raises_what_django_knows() -> None:
    cut_off()
    with pytest.raises(OperationalError):
        write_rows(Event, ("verb",), [("counted",)])


@pytest.mark.parametrize("error", [OperationalError("terminated"), DatabaseError("no message")])
def test_a_job_that_is_cut_off_waits_for_the_next_attempt(error: DatabaseError) -> None:
    def work(_run: JobRun) -> dict[str, Any]:
        cut_off()
        raise error

    jobs.job_kinds._things["test.cut"] = JobKind(work=work)
    try:
        job = jobs.run(jobs.enqueue("test.cut").pk)
    finally:
        del jobs.job_kinds._things["test.cut"]
    assert job is not None
    assert (job.state, job.error) == (Job.State.QUEUED, None)
