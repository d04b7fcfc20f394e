"""The only module that talks to file storage: a folder here, or a bucket elsewhere.

Names are never paths: a stored file gets a random key. A file is complete before anything
points at it, and what nothing points at is swept away later.
"""

import hashlib
import io
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, TypeVar, cast

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage

Result = TypeVar("Result")
CHUNK = 1 << 20
LINK_SECONDS = 300


@dataclass(frozen=True)
class StoredFile:
    """A file that is safely there: where, how long and which bytes."""

    key: str
    size: int
    sha256: str


def new_key(suffix: str = "") -> str:
    """Return a fresh random key; `suffix` is ours (".jpg"), never a user's."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name[2:]}{suffix}"


def store(chunks: Iterable[bytes] | IO[bytes], *, suffix: str = "") -> StoredFile:
    """Write the bytes under a new key and return what is there. Memory use is one chunk."""
    if hasattr(chunks, "read"):
        chunks = _read(chunks)

    def copy(out: BinaryIO) -> None:
        for chunk in chunks:
            out.write(chunk)

    return store_written(copy, suffix=suffix)[0]


def store_written(
    write: Callable[[BinaryIO], Result], *, suffix: str = ""
) -> tuple[StoredFile, Result]:
    """Let `write` fill a new file and return what is there, with what `write` returned.

    The file has no seek. Nothing is kept when `write` raises.
    """
    handle, name = tempfile.mkstemp(dir=_local_root(), prefix=".incoming-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            out = _Counted(file)
            result = write(cast(BinaryIO, out))
            file.flush()
            os.fsync(file.fileno())
        key = _put(temporary, new_key(suffix))
    finally:
        temporary.unlink(missing_ok=True)
    return StoredFile(key=key, size=out.size, sha256=out.digest.hexdigest()), result


class _Counted(io.BufferedIOBase):
    """A file that counts and hashes what is written to it. It cannot be read or moved in."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        if not self._file.closed:
            self._file.flush()


def store_path(path: Path, *, suffix: str = "") -> StoredFile:
    """Copy a file of ours into storage."""
    with path.open("rb") as file:
        return store(file, suffix=suffix)


def _put(temporary: Path, key: str) -> str:
    if isinstance(default_storage, FileSystemStorage) or _is_local():
        target = Path(default_storage.path(key))
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(target)
        return key
    with temporary.open("rb") as file:
        return default_storage.save(key, File(file))


def _is_local() -> bool:
    try:
        default_storage.path("x")
    except NotImplementedError:
        return False
    return True


def _local_root() -> Path | None:
    if not _is_local():
        return None
    root = Path(default_storage.path(""))
    root.mkdir(parents=True, exist_ok=True)
    return root


def _read(file: Any) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def open_file(key: str) -> BinaryIO:
    """Open a stored file for reading, seekable. FileNotFoundError when it is gone."""
    return default_storage.open(key, "rb")  # type: ignore[return-value]


def digest_of(file: IO[bytes]) -> str:
    """Return the SHA-256 of an open file in hex, read in chunks."""
    digest = hashlib.sha256()
    for chunk in _read(file):
        digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def local_copy(key: str) -> Iterator[Path]:
    """Give a path with the bytes of a stored file, for parsers that need one."""
    if _is_local():
        yield Path(default_storage.path(key))
        return
    with tempfile.TemporaryDirectory(prefix="winnow-") as folder:
        path = Path(folder) / "file"
        with open_file(key) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, CHUNK)
        yield path


def link_for(key: str, *, media_type: str, disposition: str) -> str | None:
    """Return a presigned address of at most five minutes, or None where we serve the bytes."""
    if _is_local():
        return None
    parameters = {"ResponseContentType": media_type, "ResponseContentDisposition": disposition}
    return str(default_storage.url(key, parameters=parameters, expire=LINK_SECONDS))  # type: ignore[call-arg]


def delete(key: str) -> None:
    """Remove a stored file; nothing happens when it is gone already."""
    default_storage.delete(key)
