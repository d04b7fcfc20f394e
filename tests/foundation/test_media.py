"""Stored bytes go out as what they are, in ranges, and never as something a browser runs."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import RequestFactory

from foundation import storage
from foundation.media import file_response

BODY = bytes(range(256)) * 4


@pytest.fixture
def stored() -> storage.StoredFile:
    return storage.store([BODY])


def answer(stored: storage.StoredFile, media_type: str = "image/png", **headers: str) -> Any:
    request = RequestFactory().get("/media/x", headers=headers)
    return file_response(
        request,
        key=stored.key,
        size=stored.size,
        media_type=media_type,
        file_name='a"b\r\n.png',
        etag=stored.sha256,
    )


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.fixture(autouse=True)
def _close_what_was_opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the files behind answers whose body no test reads."""
    opened: list[Any] = []
    really_open = storage.open_file

    def open_and_note(key: str) -> Any:
        opened.append(really_open(key))
        return opened[-1]

    monkeypatch.setattr(storage, "open_file", open_and_note)
    yield
    for file in opened:
        file.close()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=0-9", BODY[:10]),
        ("bytes=1000-", BODY[1000:]),
        ("bytes=-24", BODY[-24:]),
        ("bytes=1000-99999", BODY[1000:]),
    ],
)
def test_a_range_is_answered_with_its_bytes(
    stored: storage.StoredFile, asked: str, expected: bytes
) -> None:
    response = answer(stored, Range=asked)
    assert response.status_code == 206
    assert body(response) == expected


def test_a_range_outside_the_file_is_416(stored: storage.StoredFile) -> None:
    response = answer(stored, Range="bytes=5000-")
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(BODY)}"


def test_the_whole_file_comes_without_a_range(stored: storage.StoredFile) -> None:
    response = answer(stored)
    assert (response.status_code, body(response)) == (200, BODY)


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/pdf", "x/y"])
def test_what_a_browser_might_run_is_a_download(
    stored: storage.StoredFile, media_type: str
) -> None:
    response = answer(stored, media_type)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_file_name_cannot_break_out_of_its_header(stored: storage.StoredFile) -> None:
    assert "\r" not in answer(stored)["Content-Disposition"]
    assert 'filename="a_b__.png"' in answer(stored)["Content-Disposition"]


def test_the_same_file_is_not_sent_twice(stored: storage.StoredFile) -> None:
    response = answer(stored, **{"If-None-Match": f'"{stored.sha256}"'})
    assert response.status_code == 304
