"""Pushed items as they come over the wire: JSON, NDJSON of any length, or files.

Each form gives records one by one and, once all were read, a hash of what was sent.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

import orjson
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request

from datasets.formats.base import Read, Record, Refused, SourceFile
from datasets.formats.files import kind_of, short_key
from datasets.formats.items import (
    MAX_LINE,
    BadItem,
    FindFile,
    load_json,
    parse_item,
    refuse_unkeepable,
)
from datasets.pure.canonical import CanonicalError, canonical_bytes, sha256_hex
from foundation.errors import Invalid, Place

JSON, NDJSON, FILES = "application/json", "application/x-ndjson", "multipart/form-data"
MAX_BODY = 32 << 20
CHUNK = 1 << 18


def body_of(request: Request) -> IO[bytes]:
    """Return the body as a stream, whether its length was announced or it comes in chunks."""
    meta = request.META
    if meta.get("CONTENT_LENGTH"):
        return cast(IO[bytes], request._request)
    is_chunked = meta.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
    if is_chunked and meta.get("wsgi.input_terminated"):
        return cast(IO[bytes], meta["wsgi.input"])
    return BytesIO()


def chunks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a stream piece by piece."""
    while chunk := stream.read(CHUNK):
        yield chunk


class Pushed:
    """The items of one request. Use it as a context manager; files live as long as it.

    `sha256` is right once all records were read. `keys` are those of a JSON body, so that its
    answer can name the items; None for what may be endless.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._digest = hashlib.sha256()
        self._stack = ExitStack()
        self.keys: list[str] | None = None

    def __enter__(self) -> Pushed:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    @property
    def sha256(self) -> str:
        """The hash of what was read so far."""
        return self._digest.hexdigest()

    def records(self) -> Iterator[Read]:
        """Yield the records. Raises Invalid or ParseError for a body that cannot be read."""
        media_type = (self._request.content_type or "").partition(";")[0].strip().lower()
        if media_type == NDJSON:
            return self._lines(body_of(self._request))
        if media_type == JSON:
            return self._json(body_of(self._request))
        if media_type == FILES:
            return self._files()
        raise UnsupportedMediaType(
            media_type,
            _("Send %(known)s.") % {"known": ", ".join((JSON, NDJSON, FILES))},
        )

    def drain(self) -> None:
        """Read everything, for its hash."""
        for _read in self.records():
            pass

    def _lines(self, stream: IO[bytes]) -> Iterator[Read]:
        for number, line in enumerate(self._split(stream), start=1):
            if line and not line.isspace():
                yield _read_line(line, f"line {number}")

    def _split(self, stream: IO[bytes]) -> Iterator[bytes]:
        """Yield line after line; of one that is far too long, only its beginning."""
        waiting = b""
        for chunk in chunks_of(stream):
            self._digest.update(chunk)
            *lines, rest = chunk.split(b"\n")
            if lines:
                yield waiting + lines[0]
                yield from lines[1:]
                waiting = rest
            elif len(waiting) <= MAX_LINE:
                waiting += rest
        if waiting:
            yield waiting

    def _json(self, stream: IO[bytes]) -> Iterator[Read]:
        body = stream.read(MAX_BODY + 1)
        _refuse_large(len(body))
        self._digest.update(body)
        value = _read_json(body)
        is_list = isinstance(value, list)
        items: list[Any] = value if isinstance(value, list) else [value]
        self.keys = []
        for number, item in enumerate(items):
            read = _read_item(item, str(number) if is_list else "")
            self.keys.append(read.key)
            yield read

    def _files(self) -> Iterator[Read]:
        _refuse_large(int(self._request.META.get("CONTENT_LENGTH") or 0))
        sources = self._sources()
        described = self._described()
        by_name = {source.name: source for source in sources}
        mentioned: set[str] = set()

        def find(name: str) -> SourceFile | None:
            mentioned.add(name)
            return by_name.get(name)

        for number, item in enumerate(described):
            yield _read_item(item, f"items/{number}", find)
        for source in sources:
            if source.name not in mentioned:
                name = source.name
                yield Record(name, short_key(name), kind_of(name), file=source)

    def _sources(self) -> list[SourceFile]:
        """Return the files of the request where a child can read them."""
        folder = Path(
            self._stack.enter_context(tempfile.TemporaryDirectory(prefix="winnow-pushed-"))
        )
        sources: list[SourceFile] = []
        for _field, files in self._request.FILES.lists():
            for file in files:
                sources.append(self._source(file, folder / str(len(sources))))
        return sources

    def _source(self, file: UploadedFile[bytes], path: Path) -> SourceFile:
        name = file.name or "file"
        self._digest.update(name.encode(errors="replace") + b"\0")
        is_there = isinstance(file, TemporaryUploadedFile)
        with path.open("wb") as out:
            for chunk in file.chunks(CHUNK):
                self._digest.update(chunk)
                if not is_there:
                    out.write(chunk)
        if isinstance(file, TemporaryUploadedFile):
            path = Path(file.temporary_file_path())
        return SourceFile(name, path)

    def _described(self) -> Sequence[Any]:
        """Return the items in the field `items`, which name their files."""
        text = self._request._request.POST.get("items") or "[]"
        self._digest.update(text.encode(errors="replace"))
        value = _read_json(text.encode(errors="replace"))
        return value if isinstance(value, list) else [value]


def _refuse_large(size: int) -> None:
    if size > MAX_BODY:
        detail = _("At most 32 MB in one request. Send NDJSON, or open an upload.")
        raise Invalid(detail, [Place("body", "too-large", detail)])


def _read_json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        why = str(error).rstrip(".")
        raise ParseError(_("This is not JSON: %(why)s.") % {"why": why}) from error


def _read_line(line: bytes, place: str) -> Record | Refused:
    try:
        value = load_json(line)
    except BadItem as bad:
        return Refused(place, bad.key, bad.problem)
    return _parse(value, place, None)


def _read_item(value: Any, place: str, find_file: FindFile | None = None) -> Record | Refused:
    try:
        refuse_unkeepable(value)
    except BadItem as bad:
        return Refused(place, "", bad.problem)
    return _parse(value, place, find_file)


def _parse(value: Any, place: str, find_file: FindFile | None) -> Record | Refused:
    default_key = ""
    if isinstance(value, dict):
        if isinstance(value.get("truth"), str):  # the label of the schema's only choice
            value["truth"] = {"regions": {"label": value["truth"]}}
        if "key" not in value:
            default_key = _key_of(value)
    try:
        return parse_item(value, place, default_key=default_key, find_file=find_file)
    except BadItem as bad:
        return Refused(place, bad.key, bad.problem)


def _key_of(item: Mapping[str, Any]) -> str:
    """Return a key for an item that came without: the same content is the same item."""
    if isinstance(item.get("file"), str):
        return short_key(item["file"])
    try:
        return f"content-{sha256_hex(canonical_bytes(item.get('data')))[:32]}"
    except CanonicalError:
        return ""
