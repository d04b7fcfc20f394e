"""The three places where files may lie, set up by `config/settings.py` itself."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.test import override_settings

from tests.services import Service

ROOT = Path(__file__).resolve().parent.parent.parent
PRINT_STORAGES = """
import json, sys
from config import settings
json.dump(settings.STORAGES["default"], sys.stdout)
"""


@dataclass
class Place:
    """Where files lie, and how to look there without Winnow."""

    name: str
    folder: Path | None = None
    bucket: Any = None

    @property
    def is_bucket(self) -> bool:
        """Whether it is reached over the network."""
        return self.bucket is not None

    def names(self) -> set[str]:
        """The keys of everything that is there."""
        if self.bucket is not None:
            return {found.key for found in self.bucket.objects.all()}
        assert self.folder is not None
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path.relative_to(self.folder).as_posix() for path in files}

    def overwrite(self, key: str, content: bytes) -> None:
        """Change a stored file behind Winnow's back."""
        if self.bucket is not None:
            self.bucket.put_object(Key=key, Body=content)
        else:
            assert self.folder is not None
            (self.folder / key).write_bytes(content)


@cache
def settings_of(variables: frozenset[tuple[str, str]]) -> str:
    """`STORAGES["default"]` as the settings make it from environment variables, as JSON."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("WINNOW_S3", "AWS_"))}
    found = subprocess.run(
        [sys.executable, "-c", PRINT_STORAGES],
        env=kept | dict(variables),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return found.stdout


def variables_of(server: Service) -> frozenset[tuple[str, str]]:
    """The environment variables that lead to the bucket of a server."""
    return frozenset(
        {
            ("WINNOW_S3_BUCKET", server.details["bucket"]),
            ("WINNOW_S3_ENDPOINT", server.url),
            ("WINNOW_S3_ACCESS_KEY", server.details["access_key"]),
            ("WINNOW_S3_SECRET_KEY", server.details["secret_key"]),
        }
    )


def bucket_of(server: Service) -> Any:
    """The bucket of a server; made where it is not there yet."""
    made = boto3.session.Session().resource(
        "s3",
        endpoint_url=server.url,
        aws_access_key_id=server.details["access_key"],
        aws_secret_access_key=server.details["secret_key"],
        region_name="us-east-1",
    )
    bucket = made.Bucket(server.details["bucket"])
    if bucket.creation_date is None:
        bucket.create()
    return bucket


@pytest.fixture(params=["folder", "rclone", "moto"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """One place after the other, empty, in use as the default storage."""
    if request.param == "folder":
        storages = json.loads(settings_of(frozenset()))
        storages["OPTIONS"]["location"] = str(tmp_path / "files")
        made = Place("folder", folder=tmp_path / "files")
    else:
        server: Service = request.getfixturevalue(f"{request.param}_s3")
        storages = json.loads(settings_of(variables_of(server)))
        made = Place(request.param, bucket=bucket_of(server))
        made.bucket.objects.all().delete()
    others = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={"default": storages, "staticfiles": others}):
        yield made
    shutil.rmtree(tmp_path / "files", ignore_errors=True)
