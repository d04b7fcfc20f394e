"""Ringing for workers.

A bell may be lost, late or rung twice: the job's row is the truth. What a bell must never do is
to keep a request waiting.
"""

import logging
import threading
import time
from datetime import timedelta

from amqp.exceptions import AMQPError
from celery import current_app
from django.conf import settings
from django.db.models import Q
from kombu.exceptions import KombuError
from redis import RedisError

from foundation.clock import database_now
from foundation.models import Job

log = logging.getLogger(__name__)

RING_AGAIN = timedelta(seconds=settings.JOB_LEASE_SECONDS) * 2 / 9
LONGEST_PAUSE = timedelta(seconds=60)
BELLS = 8  # jobs of a lane that are rung for in one sweep
RING_SECONDS = 1.0
QUIET_SECONDS = 5.0
# One try, with an end: the defaults of Celery, kombu and redis-py wait for most of a minute.
ONE_TRY = {
    "socket_timeout": RING_SECONDS,
    "socket_connect_timeout": RING_SECONDS,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}


class _Broker:
    """When the broker last failed us, in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._quiet_until = 0.0

    def is_quiet(self) -> bool:
        """Tell whether the broker failed a moment ago, so that nobody else need wait for it."""
        return time.monotonic() < self._quiet_until

    def be_quiet(self) -> None:
        """Leave the broker alone for a few seconds."""
        with self._lock:
            self._quiet_until = time.monotonic() + QUIET_SECONDS


_broker = _Broker()


def ring_for(job_id: int, lane: str) -> bool:
    """Tell the workers of a lane about a job; return whether the broker took it.

    Takes two seconds at most, and none while the broker failed within the last five.
    """
    if _broker.is_quiet():
        return False
    options = current_app.conf.broker_transport_options | ONE_TRY
    try:
        with current_app.connection_for_write().clone(transport_options=options) as connection:
            producer = current_app.amqp.Producer(connection, auto_declare=False)
            current_app.tasks["foundation.run_job"].apply_async(
                args=(job_id,), queue=lane, producer=producer, retry=False
            )
    except (OSError, KombuError, AMQPError, RedisError) as error:
        _broker.be_quiet()
        log.warning("the broker did not take job %s; the sweep rings again: %s", job_id, error)
        return False
    return True


def ring(job: Job) -> bool:
    """Tell the workers of the lane that something waits. Losing the bell loses nothing."""
    is_rung = ring_for(job.pk, job.lane)
    if is_rung:
        Job.objects.filter(pk=job.pk).update(rung_at=database_now())
    return is_rung


def ring_again(lane: str, most: int = BELLS) -> None:
    """Ring for the oldest jobs of a lane whose bell was lost or may have been.

    One that waits because others are before it is rung for ever more seldom, so that bells do
    not pile up behind a long job.
    """
    now = database_now()
    due = Q(not_before=None) | Q(not_before__lte=now)
    unheard = Q(rung_at=None) | Q(rung_at__lt=now - RING_AGAIN)
    waiting = Job.objects.filter(due, unheard, state=Job.State.QUEUED, lane=lane)
    for job in waiting.order_by("pk")[:most]:
        if job.rung_at is not None:
            pause = min(job.rung_at - job.created_at, LONGEST_PAUSE)
            if now - job.rung_at < pause:
                continue
        if not ring(job):
            return
