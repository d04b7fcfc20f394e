"""Work that outlives a request: a row says what, any worker does it, a lease says who.

A broker loses messages, doubles them, or forgets who had them. So the row decides: a worker
takes a job by one conditional update that raises its *fence*; each batch of work writes its
progress, its checkpoint and its rows in one transaction that first asks whether the fence is
still the same; a heartbeat keeps the lease; the sweep rings again for what was lost. A batch is
therefore done once, however often a worker dies (reliability of leases: Kleppmann, 2016).
"""

import logging
import mmap
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Left
from django.utils.translation import gettext as _

from foundation.bells import RING_AGAIN, ring, ring_again
from foundation.clock import Duty, database_now, duties
from foundation.errors import Conflict, DiskFull, DomainError, StorageAway
from foundation.models import Job, JobRefusal, Project, User
from foundation.pure.full_disk import is_full_disk
from foundation.registry import Registry

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.JOB_LEASE_SECONDS)
HEARTBEAT = LEASE * 2 / 9  # four may fail before the lease ends
SWEEP = LEASE / 9
MAX_ATTEMPTS = 3
LONGEST_PAUSE = 0.1
LONGEST_NOTE = 300
LONGEST_TITLE = 200
Report = dict[str, Any]


class LeaseLost(Exception):
    """Another worker holds this job now; nothing more may be written for it."""


class HandedBack(LeaseLost):
    """The worker is about to stop. The job goes on where it is, in another one."""


class Cancelled(Exception):
    """Somebody asked for this job to stop."""


@dataclass
class JobRun:
    """One attempt at a job, as its function sees it."""

    job: Job
    fence: int
    _asked_to_stop: threading.Event = field(default_factory=threading.Event)
    _lease_lost: threading.Event = field(default_factory=threading.Event)

    @property
    def params(self) -> dict[str, Any]:
        """What the job was asked to do."""
        params: dict[str, Any] = self.job.params
        return params

    @property
    def checkpoint(self) -> dict[str, Any]:
        """What an earlier attempt wrote down last; empty at the first."""
        checkpoint: dict[str, Any] = self.job.checkpoint
        return checkpoint

    @contextmanager
    def batch(self, **progress: Any) -> Iterator[None]:
        """Do some work and write down how far it is, both or neither.

        `progress` may hold done, total, unit, note and checkpoint; values may also be set through
        `set` inside. Raises LeaseLost or Cancelled before anything is written.
        """
        self.check()
        with transaction.atomic():
            begun = time.monotonic()  # not before: the wait for the lock is not the batch's
            self._touch(progress)
            yield
        give_way(time.monotonic() - begun)

    def set(self, **progress: Any) -> None:
        """Write down progress; inside `batch` it is part of the batch's transaction."""
        self._touch(progress)

    def refuse(self, refusals: Sequence[JobRefusal]) -> None:
        """Keep what was not taken, and why. Telling the same twice changes nothing."""
        for refusal in refusals:
            refusal.job_id = self.job.pk
        JobRefusal.objects.bulk_create(refusals, ignore_conflicts=True, batch_size=500)

    def check(self) -> None:
        """Raise Cancelled, LeaseLost or HandedBack when there is no point in going on."""
        if self._lease_lost.is_set():
            raise LeaseLost
        if self._asked_to_stop.is_set():
            raise Cancelled
        if worker_stops():
            raise HandedBack

    def should_stop(self) -> bool:
        """Tell the same without raising, for loops that watch a child process."""
        return self._lease_lost.is_set() or self._asked_to_stop.is_set() or worker_stops()

    def _touch(self, progress: dict[str, Any]) -> None:
        if "note" in progress:
            progress["note"] = progress["note"][:LONGEST_NOTE]
        held = Job.objects.filter(pk=self.job.pk, fence=self.fence, state=Job.State.RUNNING)
        if not held.update(lease_ends_at=database_now() + LEASE, **progress):
            self._lease_lost.set()
            raise LeaseLost
        for name, value in progress.items():
            setattr(self.job, name, value)

    def beat(self) -> None:
        """Keep the lease and learn whether somebody wants the job to stop."""
        held = Job.objects.filter(pk=self.job.pk, fence=self.fence, state=Job.State.RUNNING)
        if not held.update(lease_ends_at=database_now() + LEASE):
            self._lease_lost.set()
        elif held.exclude(cancel_requested_at=None).exists():
            self._asked_to_stop.set()


def give_way(held: float) -> None:
    """After a batch of `held` seconds, leave SQLite to others for as long; nothing elsewhere.

    It lets one write at a time and keeps no order: those who wait look again now and then, ever
    more rarely. A job that comes back at once meets them asleep, and somebody's next task waits
    for many batches instead of one.
    """
    if connection.vendor == "sqlite":
        time.sleep(min(held, LONGEST_PAUSE))


# One byte that a worker shares with the processes it forks: not 0 once it is asked to stop.
_stopping = mmap.mmap(-1, 1)


def stop_working() -> None:
    """Let every job of this worker be handed back at its next step, for another to go on with."""
    _stopping[0] = 1


def worker_stops() -> bool:
    """Tell whether this worker was asked to stop."""
    return _stopping[0] != 0


JobFunction = Callable[[JobRun], Report]


@dataclass(frozen=True)
class JobKind:
    """What does a kind of job, and on which lane."""

    work: JobFunction
    lane: Job.Lane = Job.Lane.QUICK
    unit: str = ""
    abandoned: Callable[[Job], None] | None = None
    """Told of a job that ended while nobody did it: cancelled as it waited, or given up."""


job_kinds: Registry[JobKind] = Registry("winnow.jobs")
endings: Registry[Callable[[Job], None]] = Registry("winnow.endings")
"""Who wants to know that a job has ended; told in the transaction that ends it."""


def enqueue(
    kind: str,
    *,
    title: str = "",
    project: Project | None = None,
    by: User | None = None,
    key: str | None = None,
    total: int | None = None,
    **params: Any,
) -> Job:
    """Record a job and ring for a worker once the transaction commits.

    With a `key`, asking again returns the job that exists.
    """
    known = job_kinds[kind]
    values = {
        "kind": kind,
        "title": title[:LONGEST_TITLE],
        "lane": known.lane,
        "unit": known.unit,
        "project": project,
        "created_by": by,
        "total": total,
        "params": params,
    }
    if key is None:
        job, is_new = Job.objects.create(**values), True
    else:
        job, is_new = Job.objects.get_or_create(key=key, defaults=values)
    if is_new:
        transaction.on_commit(partial(ring, job), robust=True)
    return job


def request_cancel(job: Job) -> Job:
    """Ask a job to stop. One that nobody holds ends at once."""
    now = database_now()
    waits = Q(pk=job.pk, state=Job.State.QUEUED)
    if not _abandon(waits, state=Job.State.CANCELLED, cancel_requested_at=now, finished_at=now):
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, cancel_requested_at=None).update(
            cancel_requested_at=now
        )
    job.refresh_from_db()
    if job.state in (Job.State.SUCCEEDED, Job.State.FAILED):
        raise Conflict(_("The job has ended already."))
    return job


@transaction.atomic
def _abandon(which: Q, **values: Any) -> int:
    """End a job that nobody does, and tell what waits for it; returns 0 when there is none."""
    ended = Job.objects.select_for_update(no_key=True).filter(which).first()
    if ended is None:
        return 0
    for name, value in values.items():
        setattr(ended, name, value)
    ended.save(update_fields=list(values))
    ended.refresh_from_db()
    _tell(ended, job_kinds[ended.kind].abandoned if ended.kind in job_kinds else None)
    return 1


def retry(job: Job) -> Job:
    """Let a failed or cancelled job go on from its last checkpoint."""
    again = Job.objects.filter(pk=job.pk, state__in=[Job.State.FAILED, Job.State.CANCELLED])
    if not again.update(
        state=Job.State.QUEUED,
        attempt=0,
        error=None,
        finished_at=None,
        cancel_requested_at=None,
        lease_ends_at=None,
    ):
        raise Conflict(_("Only a job that failed or was cancelled can be started again."))
    job.refresh_from_db()
    transaction.on_commit(partial(ring, job), robust=True)
    return job


def take(job_id: int) -> JobRun | None:
    """Hold the job, if it waits or its holder is gone; None when there is nothing to do."""
    now = database_now()
    waiting = Q(state=Job.State.QUEUED) & (Q(not_before=None) | Q(not_before__lte=now))
    lost = Q(state=Job.State.RUNNING, lease_ends_at__lt=now)
    taken = Job.objects.filter(waiting | lost, pk=job_id, attempt__lt=MAX_ATTEMPTS).update(
        state=Job.State.RUNNING,
        attempt=F("attempt") + 1,
        fence=F("fence") + 1,
        lease_ends_at=now + LEASE,
        started_at=now,
    )
    if not taken:
        return None
    job = Job.objects.select_related("project", "created_by").get(pk=job_id)
    return JobRun(job=job, fence=job.fence)


def run(job_id: int) -> Job | None:
    """Do the job here and now: the worker calls this, and so do tests and commands."""
    attempt = None if worker_stops() else take(job_id)
    if attempt is None:
        return None
    with _heartbeat(attempt):
        try:
            report = job_kinds[attempt.job.kind].work(attempt)
            _finish(attempt, Job.State.SUCCEEDED, report=report)
        except (LeaseLost, OperationalError, InterfaceError, StorageAway) as error:
            _let_go(attempt, error)
        except Cancelled:
            _finish(attempt, Job.State.CANCELLED)
        except DomainError as error:
            _finish(attempt, Job.State.FAILED, error=_as_error(error))
        except Exception as error:
            if isinstance(error, DatabaseError) and not connection.is_usable():
                _let_go(attempt, error)  # cut at a moment for which the driver has no name
            else:
                log.exception("job %s failed", job_id)
                _finish(attempt, Job.State.FAILED, error=_as_crash(error))
    attempt.job.refresh_from_db()
    return attempt.job


def _let_go(attempt: JobRun, error: Exception) -> None:
    """Leave the rest to another worker, or to this one when the database is back."""
    if isinstance(error, HandedBack):
        _give_back(attempt, attempt=F("attempt") - 1)  # nothing went wrong
    elif isinstance(error, LeaseLost):
        log.warning("job %s was taken over by another worker", attempt.job.pk)
    else:
        log.warning("job %s lost the database or storage: %s", attempt.job.pk, error)
        connection.close()
        if attempt.job.attempt < MAX_ATTEMPTS:
            _give_back(attempt, not_before=database_now() + RING_AGAIN)
        else:
            told = _as_error(error) if isinstance(error, DomainError) else _as_crash(error)
            _finish(attempt, Job.State.FAILED, error=told)


def _give_back(held: JobRun, **values: Any) -> None:
    """Let another worker go on where this attempt came to."""
    row = Job.objects.filter(pk=held.job.pk, fence=held.fence, state=Job.State.RUNNING)
    row.update(state=Job.State.QUEUED, lease_ends_at=None, rung_at=None, **values)


def run_and_ring_on(job_id: int) -> None:
    """Do a job, then ring for the next of its lane whose bell was lost: what a bell asks for."""
    job = run(job_id)
    if job is not None and not worker_stops():
        ring_again(job.lane, most=1)


def _as_error(error: DomainError) -> Report:
    return {
        "code": error.code,
        "title": str(error.title),
        "detail": str(error.detail),
        "errors": [place.as_json() for place in error.places],
    }


def _as_crash(error: Exception) -> Report:
    if is_full_disk(error):
        return _as_error(
            DiskFull(_("What was done until then is kept. Free some space, then let it go on."))
        )
    where = traceback.extract_tb(error.__traceback__)[-1]
    return {
        "code": "crashed",
        "title": _("The job ended with an error that was not expected"),
        "detail": f"{type(error).__name__}: {error}",
        "at": f"{where.name}, line {where.lineno}",
    }


def _finish(attempt: JobRun, state: Job.State, **values: Any) -> None:
    held = Job.objects.filter(pk=attempt.job.pk, fence=attempt.fence, state=Job.State.RUNNING)
    ended = {"state": state, "finished_at": database_now(), "lease_ends_at": None, **values}
    with transaction.atomic():
        if held.update(**ended):
            _tell(Job.objects.select_related("project", "created_by").get(pk=attempt.job.pk))


def _tell(job: Job, first: Callable[[Job], None] | None = None) -> None:
    for tell in [first, *(listener for _name, listener in endings.items())]:
        if tell is not None:
            try:
                with transaction.atomic():
                    tell(job)
            except Exception:  # one mistake must not keep the sweep from all other jobs
                log.exception("job %s ended, and what waits for it could not be told", job.pk)


@contextmanager
def _heartbeat(attempt: JobRun) -> Iterator[None]:
    """Renew the lease from a thread of its own while the work goes on."""
    stop = threading.Event()

    def beat() -> None:
        try:
            while not stop.wait(HEARTBEAT.total_seconds()):
                try:
                    attempt.beat()
                except Exception:
                    log.exception("heartbeat of job %s", attempt.job.pk)
                    connection.close()  # the next one takes a fresh connection
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat-{attempt.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)


def sweep() -> None:
    """Put lost jobs back, end poisoned ones, ring again for what waits too long."""
    now = database_now()
    lost = Q(state=Job.State.RUNNING, lease_ends_at__lt=now)
    while _abandon(
        lost & Q(attempt__gte=MAX_ATTEMPTS),
        state=Job.State.FAILED,
        finished_at=now,
        lease_ends_at=None,
        error={
            "code": "poisoned",
            "title": _("The worker died three times while doing this"),
            "detail": _("It was not tried again. Look at the last step it reached, then retry."),
        },
        note=Left(Concat(Value(_("Stopped after three attempts. ")), F("note")), LONGEST_NOTE),
    ):
        pass
    Job.objects.filter(lost).update(state=Job.State.QUEUED, lease_ends_at=None, rung_at=None)
    for lane in Job.Lane.values:
        ring_again(lane)


duties.register("sweep jobs", Duty(every_seconds=SWEEP.total_seconds(), work=sweep))
