"""Videos on their way in and out: taken in by a job, listed with a picture, played by ranges."""

from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
import pytest
from django.test import Client

from annotate.queries.work import show_items
from datasets.models import Asset, Dataset, Item, SchemaRevision
from datasets.services.datasets import create_dataset
from datasets.services.schemas import publish_schema
from foundation.models import Job, Project, User
from tests.data_types.videos import save
from tests.datasets.conftest import bytes_of
from tests.datasets.test_audio import frozen
from tests.datasets.test_exports import export_of
from tests.datasets.test_uploads import refusals, take_in

TIMES = [n * 40 for n in range(26)]
SIZE = {"width": 64, "height": 48}
SAID = {
    "seconds": 1.04,
    "frames": 26,
    "frame_rate": 25.0,
    "variable": False,
    "codec": "h264",
    "sound": False,
}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A video that is copied, one that is not, and one of another container."""
    folder = tmp_path_factory.mktemp("clips")
    return {
        "a.mp4": save(folder / "a", TIMES, b_frames=2).read_bytes(),
        "b.mov": save(folder / "b", TIMES[:5], kind="mov").read_bytes(),
        "c.webm": save(folder / "c", TIMES[:5], codec="libvpx", kind="webm").read_bytes(),
    }


@pytest.fixture
def films(project: Project, mia: User) -> Dataset:
    """An empty dataset of videos."""
    return create_dataset(project=project, name="Films", data_type="video", by=mia)


@pytest.fixture
def objects(project: Project) -> SchemaRevision:
    """Objects that are followed, and when something happens."""
    labels = [{"key": "car"}, {"key": "dog"}]
    definition = {
        "format": 1,
        "data_type": "video",
        "questions": [
            {"name": "objects", "type": "tracks", "kinds": ["box"], "labels": labels},
            {"name": "actions", "type": "segments", "labels": labels},
        ],
    }
    return publish_schema(project=project, name="Objects", definition=definition, by=None)


def test_videos_are_kept_with_their_frames_shown_and_played(
    films: Dataset, mia: User, clips: dict[str, bytes], sign_in: Callable[[User], Client]
) -> None:
    job = take_in(films, mia, clips)
    assert job.state == Job.State.SUCCEEDED, job.error
    items = {item.key: item for item in Item.objects.filter(dataset=films)}
    parts = {key: {one.part: one for one in item.assets.all()} for key, item in items.items()}
    assert {key: set(found) for key, found in parts.items()} == {
        "a.mp4": {"original", "frames", "thumbnail", "playable"},
        "b.mov": {"original", "frames", "thumbnail"},
        "c.webm": {"original", "frames", "thumbnail"},
    }
    assert parts["a.mp4"]["original"].facts == SIZE | SAID
    client = sign_in(mia)
    check_work(items["a.mp4"], client)
    check_ranges(clips, client)
    check_pages(films, items["a.mp4"], client)
    parts["b.mov"]["thumbnail"].delete()
    check_without_picture(films, items["b.mov"], client)


def check_work(item: Item, client: Client) -> None:
    """People who label are told all that they need."""
    shown = show_items([item.pk])[item.pk]
    by_role = {asset["role"]: asset for asset in shown["assets"]}
    assert shown["data_type"] == "video"
    original = by_role["original"]
    assert (original["width"], original["height"], original["facts"]) == (64, 48, SAID)
    assert by_role["frames"]["facts"] == {"frames": 26, "per_second": 10_000}
    assert by_role["playable"]["media_type"] == "video/mp4"
    assert (by_role["thumbnail"]["width"], by_role["thumbnail"]["height"]) == (64, 48)
    table = client.get(by_role["frames"]["url"])
    assert np.frombuffer(bytes_of(table), "<u4").tolist() == [n * 400 for n in range(26)]


def check_ranges(clips: dict[str, bytes], client: Client) -> None:
    """A video is played piece by piece and never read whole."""
    for asset in Asset.objects.filter(part="original"):
        data = clips[asset.item.key]
        played = client.get(f"/media/{asset.oid}", headers={"Range": "bytes=100-299"})
        assert (played.status_code, bytes_of(played)) == (206, data[100:300])
        assert played["Content-Range"] == f"bytes 100-299/{len(data)}"
        assert (played["Content-Type"], played["Accept-Ranges"]) == (asset.media_type, "bytes")
        assert played["Content-Disposition"].startswith("inline")
        assert played["X-Content-Type-Options"] == "nosniff"
    assert set(Asset.objects.filter(part="original").values_list("media_type", flat=True)) == {
        *("video/mp4", "video/quicktime", "video/webm")
    }


def check_pages(films: Dataset, item: Item, client: Client) -> None:
    """Videos are listed with a picture, and the copy is played."""
    parts = {asset.part: asset.oid for asset in item.assets.all()}
    page = client.get(f"/datasets/{films.oid}/items")
    assert f'src="/media/{parts["thumbnail"]}"' in page.content.decode()
    assert "media-src 'self'" in page["Content-Security-Policy"]
    shown = client.get(f"/items/{item.oid}").content.decode()
    assert "<video" in shown
    assert f'src="/media/{parts["playable"]}" poster="/media/{parts["thumbnail"]}"' in shown
    assert "26 frames, 25.00 a second" in shown
    assert "MP4, MOV, WebM" in client.get(f"/datasets/{films.oid}/upload").content.decode()


def check_without_picture(films: Dataset, item: Item, client: Client) -> None:
    """Where no picture could be made, there is a name and a player, and no broken picture."""
    original = item.assets.get(part="original")
    listed = client.get(f"/datasets/{films.oid}/items").content.decode()
    assert "b.mov" in listed
    assert f'src="/media/{original.oid}"' not in listed
    shown = client.get(f"/items/{item.oid}").content.decode()
    assert "<video" in shown
    assert f'src="/media/{original.oid}"' in shown
    assert "poster" not in shown


def test_what_is_no_video_is_refused_with_place_and_reason(
    films: Dataset, mia: User, clips: dict[str, bytes], settings: Any
) -> None:
    settings.LONGEST_CLIP_SECONDS = 1.0
    files = {
        "cut.mov": clips["b.mov"][: len(clips["b.mov"]) // 2],
        "long.mp4": clips["a.mp4"],
        "note.mp4": b"this is a text, whatever its name says",
    }
    job = take_in(films, mia, files)
    assert refusals(job) == {
        ("cut.mov", "cut-short"),
        ("long.mp4", "too-long"),
        ("note.mp4", "unknown-file-type"),
    }


def followed(*keys: tuple[float, float], label: str = "car") -> dict[str, Any]:
    """A track of a box at these times and places."""
    listed = [{"t": t, "at": {"x": x, "y": 2, "w": 10, "h": 10}} for t, x in keys]
    at = {"of": "box", "keys": listed}
    return {"id": "t1", "question": "objects", "kind": "track", "label": label, "at": at}


def line(name: str, *regions: dict[str, Any]) -> bytes:
    """An item of JSONL with a truth."""
    truth = {"regions": {"format": 1, "regions": list(regions)}}
    return orjson.dumps({"key": name, "data_type": "video", "file": name, "truth": truth}) + b"\n"


BAD = {
    "late": (followed((0, 0), (1.5, 0)), "at/keys/1/t", "outside-time"),
    "far": (followed((0, 0), (0.5, 60)), "at/keys/1/at/w", "outside-image"),
    "back": (followed((0.5, 0), (0, 0)), "at/keys/1/t", "not-rising"),
}


def test_tracks_are_drawn_and_go_out_and_come_back_to_the_same_content_root(
    films: Dataset,
    objects: SchemaRevision,
    project: Project,
    mia: User,
    clips: dict[str, bytes],
    sign_in: Callable[[User], Client],
) -> None:
    acted = {"id": "s", "question": "actions", "kind": "segment", "label": "dog"}
    data = line("a.mp4", followed((0, 0), (0.4, 30))) + line(
        "c.webm", acted | {"at": {"start": 0.04, "end": 0.2}}
    )
    files = {"a.mp4": clips["a.mp4"], "c.webm": clips["c.webm"]}
    for name, (region, _at, _code) in BAD.items():
        files[f"{name}.mp4"] = clips["a.mp4"]
        data += line(f"{name}.mp4", region)
    job = take_in(films, mia, {"x.jsonl": data, **files}, schema=objects.schema)
    listed = sign_in(mia).get(f"/datasets/{films.oid}/items").content.decode()
    assert "M0 2L10 2L10 12L0 12z" in listed  # where the car is when the picture was taken
    assert refusals(job) == {
        (f"x.jsonl:{n}/truth/regions/0/{at}", code)
        for n, (_region, at, code) in enumerate(BAD.values(), start=3)
    }
    _export, packed = export_of(films, mia, options={"files": True})
    other = create_dataset(project=project, name="Back", data_type="video", by=mia)
    job = take_in(other, mia, {"back.zip": packed}, schema=objects.schema)
    assert job.report is not None
    assert (job.report["created"], job.report["refused"], job.report["truths"]) == (2, 0, 2)
    first, second = (frozen(one, objects, mia) for one in (films, other))
    assert first.content_root == second.content_root
