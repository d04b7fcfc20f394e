"""Writing a ZIP as a stream: our labels and the files they talk about, never all in memory."""

import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import TracebackType
from typing import Any, BinaryIO, Self

import orjson

from datasets.formats.base import Entry, EntryFile, WriteReport
from datasets.pure.canonical import sha256_hex

CHUNK = 1 << 18
# One date for all members: the same content gives the same bytes.
DATE = (1980, 1, 1, 0, 0, 0)
PLAIN_FILE = 0o100644 << 16
ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/tiff": (".tif", ".tiff"),
    "image/bmp": (".bmp",),
    "image/gif": (".gif",),
    "audio/wav": (".wav", ".wave"),
    "audio/flac": (".flac",),
    "audio/mpeg": (".mp3",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "video/mp4": (".mp4", ".m4v"),
    "video/webm": (".webm",),
    "video/quicktime": (".mov",),
    "text/csv": (".csv", ".tsv"),
    "application/vnd.apache.parquet": (".parquet",),
    "text/plain": (".txt",),
}


class Package:
    """A ZIP that is written to a stream from front to back. Use it as a context manager."""

    def __init__(self, out: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:  # otherwise leave it visibly unfinished
            self._zip.close()

    def add_file(self, name: str, file: EntryFile) -> None:
        """Add a file as it is; images are compressed already."""
        info = _info(name)
        info.file_size = file.size
        large = file.size >= 1 << 31
        with file.open() as source, self._zip.open(info, "w", force_zip64=large) as target:
            shutil.copyfileobj(source, target, CHUNK)

    def add_stream(self, name: str, source: BinaryIO) -> None:
        """Add what is left in an open file, compressed."""
        info = _info(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        with self._zip.open(info, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, CHUNK)

    def add_json(self, name: str, value: object) -> None:
        """Add a JSON value, indented for people."""
        info = _info(name)
        self._zip.writestr(info, orjson.dumps(value, option=orjson.OPT_INDENT_2))

    def add_report(self, name: str, manifest: Mapping[str, Any], report: WriteReport) -> None:
        """Add what was asked for, how many entries, and what was lost."""
        losses = [
            {
                "code": code,
                "detail": loss.problem.detail,
                "count": loss.count,
                "keys": loss.keys,
            }
            for code, loss in report.losses.items()
        ]
        self.add_json(name, {**manifest, "entries": report.entries, "losses": losses})


def file_name_of(entry: Entry, file: EntryFile) -> str:
    """Return a name for an entry's file: from its key, safe as a path, unique among entries.

    A key that is a safe name with a fitting ending stays as it is; any other gets a piece of its
    hash, so that no two meet.
    """
    endings = ENDINGS.get(file.media_type, (PurePosixPath(file.name).suffix.lower() or ".bin",))
    parts = [part for part in re.split(r"[/\\]+", entry.key) if part not in ("", ".", "..")]
    safe = "/".join(re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", part)[-120:] for part in parts)
    if safe == entry.key and safe.lower().endswith(endings):
        return safe
    return f"{safe or 'file'}-{sha256_hex(entry.key.encode())[:12]}{endings[0]}"


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, DATE)
    info.external_attr = PLAIN_FILE
    return info
