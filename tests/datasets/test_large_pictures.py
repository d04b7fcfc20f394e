"""Very large pictures on their way in: kept with preview and tiles, read by ranges."""

import struct
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from datasets.models import Asset, Dataset, Item
from datasets.services.datasets import create_dataset
from foundation.models import Job, Project, User
from tests.data_types.pictures import RED, corners, near
from tests.datasets.conftest import bytes_of
from tests.datasets.test_uploads import refusals, take_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pictures(project: Project, mia: User) -> Dataset:
    """An empty dataset of pictures."""
    return create_dataset(project=project, name="Maps", data_type="image", by=mia)


def wide() -> bytes:
    """The bytes of a picture that is too wide to be sent as one."""
    out = BytesIO()
    corners(8400, 60).save(out, "PNG")
    return out.getvalue()


def test_a_large_picture_is_kept_with_its_tiles_and_shown_by_its_preview(
    pictures: Dataset, mia: User, client: Client
) -> None:
    job = take_in(pictures, mia, {"wide.png": wide()})
    assert job.state == Job.State.SUCCEEDED, job.error
    item = Item.objects.get(dataset=pictures)
    parts = {asset.part: asset for asset in item.assets.all()}
    assert set(parts) == {"original", "preview", "tiles", "thumbnail"}
    client.force_login(mia)
    page = client.get(f"/items/{item.oid}").content.decode()
    assert f"/media/{parts['preview'].oid}" in page
    assert 'viewBox="0 0 8400 60"' in page
    assert f'/media/{parts["original"].oid}" width' not in page
    tiles = parts["tiles"]
    count = tiles.facts["tiles"]
    lengths = struct.unpack(f"<{count}I", part_of(client, tiles, 0, 4 * count))
    assert 4 * count + sum(lengths) == tiles.size
    with Image.open(BytesIO(part_of(client, tiles, 4 * count, 4 * count + lengths[0]))) as tile:
        assert tile.size == (512, 60)
        assert near(tile.getpixel((5, 5)), RED)  # type: ignore[arg-type]


def part_of(client: Client, asset: Asset, start: int, stop: int) -> bytes:
    """Some bytes of a stored file, as a browser asks for them."""
    reply = client.get(f"/media/{asset.oid}", headers={"Range": f"bytes={start}-{stop - 1}"})
    assert reply.status_code == 206
    return bytes_of(reply)


def test_what_the_operator_does_not_allow_is_refused_and_the_rest_comes_in(
    pictures: Dataset, mia: User, settings: object
) -> None:
    small = BytesIO()
    corners().save(small, "PNG")
    settings.MOST_MEGAPIXELS = 0.4  # type: ignore[attr-defined]
    job = take_in(pictures, mia, {"small.png": small.getvalue(), "wide.png": wide()})
    assert [code for _key, code in refusals(job)] == ["too-many-pixels"]
    assert Item.objects.filter(dataset=pictures).count() == 1
