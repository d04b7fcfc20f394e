"""The same promises of file storage on a local folder and on two servers that speak S3."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.core.files.storage import storages
from django.test import RequestFactory, override_settings

from foundation import storage
from foundation.media import file_response
from tests.services import Service

BODY = bytes(range(256)) * 5000  # 1.28 MB: more than one chunk


def s3_settings(service: Service) -> dict[str, Any]:
    """STORAGES as the settings make them from the environment."""
    return {
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": service.details["bucket"],
                "endpoint_url": service.url,
                "region_name": "us-east-1",
                "access_key": service.details["access_key"],
                "secret_key": service.details["secret_key"],
                "signature_version": "s3v4",
                "addressing_style": "path",
                "querystring_auth": True,
                "file_overwrite": False,
            },
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(params=["local", "rclone_s3", "moto_s3"])
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a storage that is in use while the test runs."""
    if request.param == "local":
        yield "local"
        return
    service: Service = request.getfixturevalue(request.param)
    client = boto3.client(
        "s3",
        endpoint_url=service.url,
        region_name="us-east-1",
        aws_access_key_id=service.details["access_key"],
        aws_secret_access_key=service.details["secret_key"],
    )
    names = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
    if service.details["bucket"] not in names:
        client.create_bucket(Bucket=service.details["bucket"])
    with override_settings(STORAGES=s3_settings(service)):
        yield str(request.param)
    assert storages


def test_what_was_stored_is_read_back_with_its_hash(store: str) -> None:
    stored = storage.store([BODY[:1000], BODY[1000:]], suffix=".bin")
    assert stored.size == len(BODY)
    with storage.open_file(stored.key) as file:
        assert storage.digest_of(file) == stored.sha256
    with storage.open_file(stored.key) as file:
        file.seek(1_000_000)
        assert file.read(300) == BODY[1_000_000:1_000_300]


def test_two_files_of_the_same_bytes_have_keys_of_their_own(store: str) -> None:
    assert storage.store([b"same"]).key != storage.store([b"same"]).key


def test_a_parser_gets_a_path_with_the_bytes(store: str) -> None:
    stored = storage.store([BODY])
    with storage.local_copy(stored.key) as path:
        assert path.read_bytes() == BODY


def test_a_deleted_file_is_gone_and_deleting_again_is_no_error(store: str) -> None:
    stored = storage.store([b"short-lived"])
    storage.delete(stored.key)
    storage.delete(stored.key)
    with pytest.raises(FileNotFoundError), storage.open_file(stored.key) as file:
        file.read(1)


def test_media_are_answered_with_the_bytes_or_a_link_that_works_and_ends(store: str) -> None:
    stored = storage.store([BODY])
    response = file_response(
        RequestFactory().get("/media/x"),
        key=stored.key,
        size=stored.size,
        media_type="text/html",
        file_name="page.html",
        etag=stored.sha256,
    )
    if store == "local":
        assert b"".join(response.streaming_content) == BODY  # type: ignore[attr-defined]
        response.close()
        return
    assert response.status_code == 302
    link = response["Location"]
    assert "X-Amz-Expires=300" in link
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == BODY
        # What was uploaded as HTML comes back as something no browser runs.
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_link_that_was_changed_opens_nothing(rclone_s3: Service) -> None:
    with override_settings(STORAGES=s3_settings(rclone_s3)):
        stored, other = storage.store([b"mine"]), storage.store([b"yours"])
        link = storage.link_for(stored.key, media_type="image/png", disposition="inline")
        assert link is not None
        changed = link.replace(stored.key, other.key)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(changed)
        assert caught.value.code in (400, 403)
        caught.value.close()
