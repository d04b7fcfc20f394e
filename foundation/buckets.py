"""An S3 bucket as Winnow uses it: no endless waits, and a file is read where it is read.

django-storages fetches a whole object before its first byte can be read, and botocore waits a
minute for each of five tries. Looking up one entry of a version must not fetch all of it, and a
bucket that does not answer must not hold a web server.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.utils.translation import gettext as _
from storages.backends.s3 import S3Storage

from foundation.errors import StorageAway

CONNECT_SECONDS = 3
READ_SECONDS = 10
TRIES = 2
FIRST_WINDOW = 256 * 1024
LARGEST_WINDOW = 8 << 20


@contextmanager
def answering() -> Iterator[None]:
    """Raise StorageAway for a bucket that cannot be reached or is in trouble itself."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status < 500:
            raise
        raise StorageAway(_("Nothing was lost. Try again in a moment.")) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageAway(_("Nothing was lost. Try again in a moment.")) from error


class BucketStorage(S3Storage):  # type: ignore[misc]
    """S3 through django-storages, with an end to waiting."""

    def get_default_settings(self) -> dict[str, Any]:
        """Add how long to wait to what the settings say."""
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            # Servers other than AWS do not know checksums after the body, and of a range they
            # give the checksum of the whole. Winnow keeps a SHA-256 of every file itself.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            signature_version="s3v4",
            s3={"addressing_style": "path"},
        )
        return super().get_default_settings() | {"client_config": config}  # type: ignore[no-any-return]

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        with answering():
            if mode != "rb":
                return super()._open(name, mode)  # type: ignore[no-any-return]
            stored = self.bucket.Object(self._normalize_name(name))
            try:
                size = stored.content_length
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                    raise FileNotFoundError(name) from error
                raise
        return File(cast(BinaryIO, io.BufferedReader(BucketFile(stored, size), 1)), name)

    def _save(self, name: str, content: "File[bytes]") -> str:
        with answering():
            return str(super()._save(name, content))

    def exists(self, name: str) -> bool:
        """Tell whether an object is there."""
        with answering():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Remove an object; nothing happens when it is gone already."""
        with answering():
            super().delete(name)


class BucketFile(io.RawIOBase):
    """An object that is fetched window by window, larger ones the longer it is read in order."""

    def __init__(self, stored: Any, size: int) -> None:
        self._stored, self._size = stored, size
        self._place = self._begin = 0
        self._window = b""
        self._ahead = FIRST_WINDOW

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be moved in."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place; nothing is fetched before it is read."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Fill as much of the buffer as the window has; 0 at the end."""
        if self._place >= self._size or not len(buffer):
            return 0
        if not self._begin <= self._place < self._begin + len(self._window):
            self._fetch(len(buffer))
        start = self._place - self._begin
        found = self._window[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._place += len(found)
        return len(found)

    def _fetch(self, wanted: int) -> None:
        is_next = self._place == self._begin + len(self._window)
        self._ahead = min(self._ahead * 2, LARGEST_WINDOW) if is_next else FIRST_WINDOW
        last = min(self._place + max(self._ahead, min(wanted, LARGEST_WINDOW)), self._size) - 1
        with answering():
            answer = self._stored.get(Range=f"bytes={self._place}-{last}")
            self._window = answer["Body"].read()
        self._begin = self._place
        if not self._window:
            raise OSError(f"the bucket sent nothing of {self._stored.key} from {self._place} on")
