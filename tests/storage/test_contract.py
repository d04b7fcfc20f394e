"""What storage promises holds in a folder and on two S3 servers alike."""

import hashlib
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO

import pytest
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from foundation import storage
from foundation.media import file_response
from tests.storage.conftest import Place

BODY = bytes(range(256)) * 8
LARGE = 20 << 20


def large_chunks() -> Iterator[bytes]:
    """Twenty megabytes that do not repeat."""
    for number in range(LARGE >> 16):
        yield hashlib.sha512(str(number).encode()).digest() * 1024


def test_what_was_stored_is_read_back_with_its_size_and_hash(place: Place) -> None:
    stored = storage.store([BODY[:100], b"", BODY[100:]], suffix=".bin")
    assert (stored.size, stored.sha256) == (len(BODY), hashlib.sha256(BODY).hexdigest())
    assert stored.key.endswith(".bin")
    with storage.open_file(stored.key) as file:
        assert file.read() == BODY
    assert place.names() == {stored.key}


def test_an_empty_file_is_a_file(place: Place) -> None:
    stored = storage.store([])
    with storage.open_file(stored.key) as file:
        assert file.read() == b""


def test_a_file_of_many_parts_is_whole(place: Place) -> None:
    stored = storage.store(large_chunks())
    with storage.open_file(stored.key) as file:
        assert storage.digest_of(file) == stored.sha256
    assert stored.size == LARGE


def test_a_stored_file_can_be_read_from_anywhere(place: Place) -> None:
    stored = storage.store([BODY])
    with storage.open_file(stored.key) as file:
        assert file.seekable()
        file.seek(1000)
        assert (file.read(10), file.tell()) == (BODY[1000:1010], 1010)
        file.seek(-5, 2)
        assert file.read() == BODY[-5:]
        file.seek(0)
        assert file.read(3) == BODY[:3]


def test_two_stored_files_never_share_a_name(place: Place) -> None:
    assert storage.store([BODY]).key != storage.store([BODY]).key
    assert len(place.names()) == 2


def test_nothing_is_kept_of_a_file_that_could_not_be_written_whole(place: Place) -> None:
    def write(out: BinaryIO) -> None:
        out.write(BODY)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        storage.store_written(write)
    assert place.names() == set()


def test_a_parser_gets_a_path_with_the_bytes(place: Place) -> None:
    stored = storage.store([BODY])
    with storage.local_copy(stored.key) as path:
        assert path.read_bytes() == BODY
    assert path.exists() is not place.is_bucket  # a copy is removed, the file itself stays
    with storage.open_file(stored.key) as file:
        assert file.read() == BODY


def test_a_deleted_file_is_gone_and_deleting_it_again_is_no_error(place: Place) -> None:
    stored = storage.store([BODY])
    storage.delete(stored.key)
    storage.delete(stored.key)
    assert place.names() == set()
    with pytest.raises(FileNotFoundError):
        storage.open_file(stored.key)
    with pytest.raises(FileNotFoundError), storage.local_copy(stored.key) as path:
        path.read_bytes()


# Media


def answer(stored: storage.StoredFile, media_type: str, **headers: str) -> HttpResponseBase:
    """What the door for media answers."""
    return file_response(
        RequestFactory().get("/media/x", headers=headers),
        key=stored.key,
        size=stored.size,
        media_type=media_type,
        file_name='a"b\r\n ä.png',
        etag=stored.sha256,
    )


def fetch(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Follow a link as a browser does, without any credentials of ours."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as found:
            return found.status, found.read(), {k.lower(): v for k, v in found.headers.items()}
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(), {}


def link_of(response: HttpResponseBase) -> str:
    """Where a redirect leads."""
    assert isinstance(response, HttpResponse)
    assert response.status_code == 302
    return response.headers["Location"]


def body_of(response: HttpResponseBase, place: Place, **headers: str) -> tuple[int, bytes]:
    """Status and bytes that a browser ends up with."""
    if place.is_bucket:
        return fetch(link_of(response), **headers)[:2]
    assert response.streaming
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    response.close()
    return response.status_code, body


def test_a_picture_is_shown_as_what_it_is(place: Place) -> None:
    stored = storage.store([BODY], suffix=".png")
    response = answer(stored, "image/png")
    if place.is_bucket:
        status, body, headers = fetch(link_of(response))
        assert (status, body) == (200, BODY)
    else:
        headers = {name.lower(): value for name, value in response.headers.items()}
        assert body_of(response, place) == (200, BODY)
    assert headers["content-type"] == "image/png"
    assert headers["content-disposition"].startswith('inline; filename="a_b__ _.png"; filename*')


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/xhtml+xml"])
def test_what_a_browser_might_run_is_a_download_wherever_it_lies(
    place: Place, media_type: str
) -> None:
    stored = storage.store([b"<script>alert(1)</script>"], suffix=".html")
    response = answer(stored, media_type)
    if place.is_bucket:
        headers = fetch(link_of(response))[2]
    else:
        headers = {name.lower(): value for name, value in response.headers.items()}
        response.close()
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("bytes=0-9", BODY[:10]), ("bytes=2000-", BODY[2000:]), ("bytes=-24", BODY[-24:])],
)
def test_a_range_is_answered_with_its_bytes_wherever_it_lies(
    place: Place, asked: str, expected: bytes
) -> None:
    stored = storage.store([BODY])
    response = answer(stored, "image/png", Range=asked)
    status, body = body_of(response, place, Range=asked)
    assert body == expected
    assert status == 206 or place.name == "rclone"  # which sends the part and says 200


def test_a_folder_has_no_links_and_a_bucket_gives_five_minutes(place: Place) -> None:
    stored = storage.store([BODY])
    link = storage.link_for(stored.key, media_type="image/png", disposition="inline")
    if not place.is_bucket:
        assert link is None
        return
    assert link is not None
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)
    assert 0 < int(asked["X-Amz-Expires"][0]) <= 300


# rclone checks signatures and the clock; moto believes everything.


@pytest.fixture
def strict_link(place: Place) -> str:
    """A link that works."""
    stored = storage.store([BODY])
    link = storage.link_for(stored.key, media_type="image/png", disposition="inline")
    assert link is not None
    assert fetch(link)[0] == 200
    return link


@pytest.mark.parametrize("place", ["rclone"], indirect=True)
@pytest.mark.parametrize(
    ("part", "other"),
    [("image%2Fpng", "text%2Fhtml"), ("X-Amz-Expires=300", "X-Amz-Expires=9000"), ("?", "x?")],
)
def test_a_link_that_was_tampered_with_is_refused(strict_link: str, part: str, other: str) -> None:
    assert part in strict_link
    assert fetch(strict_link.replace(part, other, 1))[0] in (403, 404)


@pytest.mark.parametrize("place", ["rclone"], indirect=True)
def test_a_link_ends(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "LINK_SECONDS", 1)
    stored = storage.store([BODY])
    link = storage.link_for(stored.key, media_type="image/png", disposition="inline")
    assert link is not None
    time.sleep(2.1)
    assert fetch(link)[0] in (400, 403)


@pytest.mark.parametrize("place", ["rclone", "moto"], indirect=True)
def test_a_few_bytes_of_a_large_file_do_not_fetch_all_of_it(place: Place) -> None:
    stored = storage.store(large_chunks())
    fetched: list[int] = []
    with storage.open_file(stored.key) as file:
        events = default_storage.connection.meta.client.meta.events  # type: ignore[attr-defined]
        note = partial(note_length, fetched)
        events.register("after-call.s3.GetObject", note)
        try:
            file.seek(-100, 2)
            end = file.read()
            file.seek(1000)
            middle = file.read(100)
        finally:
            events.unregister("after-call.s3.GetObject", note)
    with storage.local_copy(stored.key) as path:
        whole = path.read_bytes()
    assert (end, middle) == (whole[-100:], whole[1000:1100])
    assert 0 < sum(fetched) < 1 << 20, fetched


def note_length(fetched: list[int], parsed: dict[str, Any], **_more: object) -> None:
    """Keep how many bytes an answer of the bucket has."""
    fetched.append(parsed["ContentLength"])
