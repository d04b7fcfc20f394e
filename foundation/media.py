"""Answering with stored bytes: checked type, no sniffing, no scripts, ranges, or a short link."""

import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase

from foundation import storage

CHUNK = 256 * 1024
# What a browser may show in place; everything else is a download, whatever it calls itself.
INLINE = {
    *("image/jpeg", "image/png", "image/webp", "image/gif"),
    *("audio/wav", "audio/flac", "audio/mpeg", "audio/ogg"),
    *("video/mp4", "video/webm", "video/quicktime"),
}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


def file_response(
    request: HttpRequest,
    *,
    key: str,
    size: int,
    media_type: str,
    file_name: str,
    etag: str,
    may_redirect: bool = True,
) -> HttpResponseBase:
    """Answer with a stored file that the caller has checked permission for.

    One range is honoured (206, or 416 outside the file). In a bucket the answer is a redirect to
    a link of at most five minutes, unless a script is to read it: buckets answer scripts of other
    origins only where somebody has set them up to. `media_type` is ours, never the uploader's
    claim.
    """
    is_inline = media_type in INLINE
    shown_type = media_type if is_inline else "application/octet-stream"
    disposition = _disposition(file_name, inline=is_inline)
    link = None
    if may_redirect:
        link = storage.link_for(key, media_type=shown_type, disposition=disposition)
    if link is not None:
        response: HttpResponseBase = HttpResponseRedirect(link)
        response.headers["Cache-Control"] = "private, max-age=120"
        return response
    if request.headers.get("If-None-Match") == f'"{etag}"':
        response = HttpResponse(status=304)
    else:
        response = _bytes(request, key, size)
    response.headers["Content-Type"] = shown_type
    response.headers["Content-Disposition"] = disposition
    response.headers["ETag"] = f'"{etag}"'
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _disposition(file_name: str, *, inline: bool) -> str:
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", file_name) or "file"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def _bytes(request: HttpRequest, key: str, size: int) -> HttpResponseBase:
    start, stop = 0, size
    asked = _RANGE.match(request.headers.get("Range", ""))
    if asked and (asked[1] or asked[2]):
        if asked[1]:
            start = int(asked[1])
            stop = min(int(asked[2]) + 1, size) if asked[2] else size
        else:
            start = max(size - int(asked[2]), 0)
        if start >= stop:
            outside = HttpResponse(status=416)
            outside.headers["Content-Range"] = f"bytes */{size}"
            return outside
    response = StreamingHttpResponse(_Part(storage.open_file(key), start, stop))
    response.headers["Content-Length"] = str(stop - start)
    if (start, stop) != (0, size):
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return response


class _Part:
    """The bytes from start to stop of an open file, which is closed with the response."""

    def __init__(self, file: BinaryIO, start: int, stop: int) -> None:
        file.seek(start)
        self._file, self._left = file, stop - start

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0 and (chunk := self._file.read(min(CHUNK, self._left))):
            self._left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self._file.close()
