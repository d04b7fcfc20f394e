"""Ringing for workers, and the folder that is the broker of an embedded Winnow.

A bell may be lost, late or rung twice: the job's row is the truth. What a bell must never do is
to keep a request waiting, or to stop a worker.
"""

import logging
import secrets
import threading
import time
from pathlib import Path
from queue import Empty
from typing import Any

from amqp.exceptions import AMQPError
from celery import current_app
from kombu.exceptions import KombuError
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads
from redis import RedisError

log = logging.getLogger(__name__)

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


class FolderChannel(filesystem.Channel):
    """kombu's folder of messages, without its half messages.

    kombu writes a message in place and lets a broken one end the worker. Here a message appears
    whole, by rename; who removes it has it; and what cannot be read is dropped.
    """

    def get_table(self, exchange: str) -> list[Any]:
        """Return who listens to an exchange; nobody, where the list is damaged."""
        try:
            table: list[Any] = super().get_table(exchange)
        except ValueError:
            return []
        return table

    def _queue_bind(self, exchange: str, *binding: Any) -> None:
        try:
            super()._queue_bind(exchange, *binding)
        except ValueError:
            log.warning("the list of who listens to %s was damaged and is begun anew", exchange)
            (Path(self.control_folder) / f"{exchange}.exchange").unlink(missing_ok=True)
            super()._queue_bind(exchange, *binding)

    def _put(self, queue: str, message: Any, **_options: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        folder.mkdir(parents=True, exist_ok=True)
        token = secrets.token_hex(8)
        draft = folder / f".{token}"
        try:
            draft.write_text(dumps(message))
            draft.rename(folder / f"{time.monotonic_ns()}_{token}.{queue}.msg")
        finally:
            draft.unlink(missing_ok=True)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for path in self._waiting(queue):
            try:
                content = path.read_bytes()
                path.unlink()
            except OSError:  # another worker was faster
                continue
            if (message := _message(content)) is not None:
                return message
            log.warning("half a message was dropped: %s", path.name)
        raise Empty

    def _waiting(self, queue: str) -> list[Path]:
        """Return the messages of a queue, oldest first."""
        try:
            there = list(Path(self.data_folder_in).iterdir())
        except FileNotFoundError:
            return []
        return sorted(path for path in there if path.name.partition(".")[2] == f"{queue}.msg")


def _message(content: bytes) -> dict[str, Any] | None:
    """Return a message if it is whole."""
    try:
        message = loads(content)
        message["properties"]["delivery_tag"]
    except (ValueError, KeyError, TypeError):
        return None
    whole: dict[str, Any] = message
    return whole


class FolderTransport(filesystem.Transport):
    """The transport of `filesystem://` addresses; settings name it."""

    Channel = FolderChannel
