"""The folder that is the broker of an embedded Winnow."""

import logging
import secrets
import time
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)


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
