"""Pictures come in, are frozen, verified and exported, with every file in a bucket."""

import io
import json
import os
import urllib.request
import zipfile

import pytest

from datasets.models import Asset, Dataset, Item, SchemaRevision, Version
from datasets.queries.versions import iter_entries, verify
from datasets.services.datasets import create_dataset
from datasets.services.exports import start_export
from datasets.services.schemas import publish_schema
from datasets.services.versions import start_freeze
from foundation import jobs, storage
from foundation.models import Job, Project, User
from tests.conftest import MakeApi, SignIn
from tests.datasets.conftest import image_bytes
from tests.datasets.test_uploads import take_in
from tests.storage.conftest import Place

# Two servers and two databases: each is tried, not every pair of them.
SERVER = "moto" if os.environ.get("WINNOW_TEST_DATABASE") == "postgres" else "rclone"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("place", [SERVER], indirect=True),
]
COLORS = ("red", "green", "blue", "white", "black", "grey")


def pack() -> bytes:
    """A ZIP of six pictures, each with its class."""
    out = io.BytesIO()
    lines = []
    with zipfile.ZipFile(out, "w") as archive:
        for number, color in enumerate(COLORS):
            name = f"files/{color}.png"
            archive.writestr(name, image_bytes(300 + number, 200, color))
            said = {"id": "r1", "question": "kind", "kind": "item", "label": "cat"}
            truth = {"regions": {"format": 1, "regions": [said]}}
            lines.append({"key": color, "data_type": "image", "file": name, "truth": truth})
        archive.writestr("items.jsonl", "\n".join(json.dumps(line) for line in lines))
    return out.getvalue()


@pytest.fixture
def kinds(project: Project, mia: User) -> SchemaRevision:
    """A schema with one class for whole images."""
    question = {"name": "kind", "type": "choice", "labels": [{"key": "cat"}, {"key": "dog"}]}
    definition = {"format": 1, "data_type": "image", "questions": [question]}
    return publish_schema(project=project, name="Kinds", definition=definition, by=mia)


@pytest.fixture
def photos(place: Place, project: Project, kinds: SchemaRevision, mia: User) -> Dataset:
    """Six labelled pictures in the bucket."""
    made = create_dataset(project=project, name="Photos", data_type="image", by=mia)
    job = take_in(made, mia, {"pack.zip": pack()}, schema=kinds.schema)
    assert job.report["created"] == len(COLORS), job.report
    return made


@pytest.fixture
def version(photos: Dataset, kinds: SchemaRevision) -> Version:
    """A frozen version of them."""
    made, job = start_freeze(dataset=photos, schema=kinds.schema, by=None)
    ended = jobs.run(job.pk)
    assert ended is not None
    assert ended.state == Job.State.SUCCEEDED, ended.error
    made.refresh_from_db()
    return made


def test_after_an_import_the_bucket_holds_what_the_items_point_at_and_nothing_else(
    photos: Dataset, place: Place
) -> None:
    assets = Asset.objects.filter(item__dataset=photos)
    assert assets.filter(part="original").count() == len(COLORS)
    assert place.names() == set(assets.values_list("storage_key", flat=True))


def test_a_picture_is_sent_from_the_bucket_to_who_may_see_it(
    photos: Dataset, mia: User, eve: User, sign_in: SignIn, api: MakeApi
) -> None:
    asset = Asset.objects.get(item__dataset=photos, item__key="red", part="original")
    address = f"/media/{asset.oid}"
    response = sign_in(mia).get(address)
    assert response.status_code == 302
    assert "no-store" in response["Cache-Control"] or "max-age" in response["Cache-Control"]
    with urllib.request.urlopen(response["Location"], timeout=10) as found:
        assert found.read() == image_bytes(300, 200, "red")
        assert found.headers["Content-Type"] == "image/png"
    assert sign_in(eve).get(address).status_code == 404
    assert api().get(address).status_code in (401, 403)


def test_a_version_is_whole_until_a_byte_of_it_is_changed(version: Version, place: Place) -> None:
    assert [entry.key for entry in iter_entries(version)] == sorted(COLORS)
    assert verify(version).is_whole
    with storage.open_file(version.content_key) as file:
        content = bytearray(file.read())
    content[len(content) // 2] ^= 1
    place.overwrite(version.content_key, bytes(content))
    assert not verify(version).is_whole


def test_a_picture_that_was_changed_in_the_bucket_is_found(version: Version, place: Place) -> None:
    asset = Asset.objects.get(item__dataset=version.dataset, item__key="red", part="original")
    place.overwrite(asset.storage_key, image_bytes(300, 200, "pink"))
    verdict = verify(version)
    assert "red" in json.dumps(verdict.problems)


def test_what_goes_out_with_its_files_comes_in_again(
    photos: Dataset, project: Project, kinds: SchemaRevision, mia: User
) -> None:
    export = start_export(dataset=photos, format="jsonl", by=mia, options={"files": True})
    assert export.job is not None
    ended = jobs.run(export.job.pk)
    assert ended is not None
    assert ended.state == Job.State.SUCCEEDED, ended.error
    export.refresh_from_db()
    with storage.open_file(export.storage_key) as file:
        data = file.read()
    copy = create_dataset(project=project, name="Copy", data_type="image", by=mia)
    job = take_in(copy, mia, {"copy.zip": data}, schema=kinds.schema)
    assert (job.report["created"], job.report["truths"]) == (len(COLORS), len(COLORS)), job.report
    hashes = [
        sorted(Item.objects.filter(dataset=one).values_list("content_hash", flat=True))
        for one in (photos, copy)
    ]
    assert hashes[0] == hashes[1]
