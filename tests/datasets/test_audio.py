"""Sounds on their way in and out: taken in by a job, listed with a waveform, played by ranges."""

import csv
import io
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import orjson
import pytest
import soundfile
from django.test import Client

from datasets.models import Asset, Dataset, Item, SchemaRevision, Version
from datasets.services.datasets import create_dataset
from datasets.services.schemas import publish_schema
from datasets.services.versions import start_freeze
from foundation import jobs
from foundation.models import Job, Project, User
from tests.data_types.sounds import tone
from tests.datasets.conftest import bytes_of, image_bytes
from tests.datasets.test_exports import export_of
from tests.datasets.test_uploads import refusals, take_in

ROLES = {"original", "peaks-coarse", "peaks-fine", "spectrogram", "thumbnail"}


def sound_bytes(seconds: float = 2, kind: str = "WAV", rate: int = 8000) -> bytes:
    """The bytes of a tone in two channels."""
    out = BytesIO()
    one = tone(seconds, rate)
    soundfile.write(out, np.stack([one, one / 2], axis=1), rate, format=kind)
    return out.getvalue()


@pytest.fixture
def sounds(project: Project, mia: User) -> Dataset:
    """An empty dataset of sounds."""
    return create_dataset(project=project, name="Calls", data_type="audio", by=mia)


def test_an_uploaded_sound_is_kept_with_its_waveform_and_facts(sounds: Dataset, mia: User) -> None:
    data = sound_bytes()
    job = take_in(sounds, mia, {"a.wav": data})
    assert job.state == Job.State.SUCCEEDED, job.error
    item = Item.objects.get(dataset=sounds)
    parts = {asset.part: asset for asset in item.assets.all()}
    assert (item.data_type, set(parts)) == ("audio", ROLES)
    original = parts["original"]
    assert (original.size, original.media_type) == (len(data), "audio/wav")
    facts = {name: original.facts[name] for name in ("seconds", "rate", "channels", "codec")}
    assert facts == {"seconds": 2.0, "rate": 8000, "channels": 2, "codec": "PCM_16"}
    assert parts["peaks-fine"].size == 2 * 500 * 2 * 2
    assert parts["peaks-coarse"].facts == {"channels": 2, "per_second": 50}
    assert parts["spectrogram"].facts["tiles"] == [parts["spectrogram"].size]


@pytest.mark.extras
def test_the_same_sounds_again_change_nothing(sounds: Dataset, mia: User) -> None:
    files = {"a.wav": sound_bytes(), "b.flac": sound_bytes(1, "FLAC")}
    take_in(sounds, mia, files)
    again = take_in(sounds, mia, files)
    assert again.report is not None
    assert (again.report["created"], again.report["unchanged"]) == (0, 2)
    assert Asset.objects.count() == 2 * len(ROLES)


def test_what_cannot_be_heard_is_refused_with_place_and_reason(
    sounds: Dataset, mia: User, settings: Any
) -> None:
    settings.LONGEST_CLIP_SECONDS = 3.0
    whole = sound_bytes()
    files = {
        "cut.wav": whole[:8000],
        "good.wav": whole,
        "long.ogg": sound_bytes(4, "OGG"),
        "note.wav": b"this is a text, whatever its name says",
        "photo.wav": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    }
    job = take_in(sounds, mia, files)
    assert refusals(job) == {
        ("cut.wav", "cut-short"),
        ("long.ogg", "too-long"),
        ("note.wav", "unknown-file-type"),
        ("photo.wav", "broken-image"),
    }
    assert [item.key for item in Item.objects.filter(dataset=sounds)] == ["good.wav"]


def test_a_picture_does_not_fit_among_sounds(sounds: Dataset, mia: User) -> None:
    job = take_in(sounds, mia, {"a.wav": image_bytes()})
    assert refusals(job) == {("a.wav/data_type", "other-data-type")}


def test_a_sound_is_played_and_its_waveform_read_by_ranges(
    sounds: Dataset, mia: User, sign_in: Callable[[User], Client]
) -> None:
    data = sound_bytes()
    take_in(sounds, mia, {"a.wav": data})
    client = sign_in(mia)
    item = Item.objects.get(dataset=sounds)
    listed = client.get(f"/api/v1/items/{item.oid}").json()["assets"]
    by_role = {asset["role"]: asset for asset in listed}
    assert by_role["original"]["facts"]["seconds"] == 2.0
    played = client.get(by_role["original"]["url"], headers={"Range": "bytes=44-143"})
    assert (played.status_code, bytes_of(played)) == (206, data[44:144])
    assert (played["Content-Type"], played["Accept-Ranges"]) == ("audio/wav", "bytes")
    assert played["Content-Disposition"].startswith("inline")
    bins = client.get(by_role["peaks-fine"]["url"], headers={"Range": "bytes=0-3"})
    assert (bins.status_code, len(bytes_of(bins))) == (206, 4)


def test_a_page_lists_sounds_with_a_waveform_and_plays_one(
    sounds: Dataset, mia: User, sign_in: Callable[[User], Client]
) -> None:
    take_in(sounds, mia, {"a.wav": sound_bytes()})
    client = sign_in(mia)
    item = Item.objects.get(dataset=sounds)
    parts = {asset.part: asset.oid for asset in item.assets.all()}
    listed = client.get(f"/datasets/{sounds.oid}/items").content.decode()
    assert f'src="/media/{parts["thumbnail"]}"' in listed
    shown = client.get(f"/items/{item.oid}").content.decode()
    assert "<audio" in shown
    assert f'src="/media/{parts["original"]}"' in shown
    assert "2 channels" in shown


def turn(start: float, end: float, label: str = "ada", **more: Any) -> dict[str, Any]:
    """A region of the turns question."""
    place = {"start": start, "end": end}
    return {
        "id": f"r{int(start * 1000)}",
        "question": "turns",
        "kind": "segment",
        "label": label,
        "at": place,
    } | more


def line(name: str, *regions: dict[str, Any]) -> bytes:
    """An item of JSONL with a truth of turns."""
    truth = {"regions": {"format": 1, "regions": list(regions)}}
    return orjson.dumps({"key": name, "data_type": "audio", "file": name, "truth": truth}) + b"\n"


@pytest.fixture
def turns(project: Project) -> SchemaRevision:
    """Who speaks when, and what they say."""
    question = {
        "name": "turns",
        "type": "segments",
        "transcript": True,
        "labels": [{"key": "ada"}, {"key": "bo"}],
    }
    definition = {"format": 1, "data_type": "audio", "questions": [question]}
    return publish_schema(project=project, name="Turns", definition=definition, by=None)


SAID = (
    turn(0, 0.7501, on={"channel": "1"}, value="good morning"),
    turn(0.5, 2, "bo", on={"channel": "2"}),
)


def test_turns_go_out_as_jsonl_and_come_back_to_the_same_content_root(
    sounds: Dataset, turns: SchemaRevision, project: Project, mia: User
) -> None:
    files = {"a.wav": sound_bytes(), "b.flac": sound_bytes(1, "FLAC")}
    data = line("a.wav", *SAID) + line("b.flac")
    take_in(sounds, mia, {"x.jsonl": data, **files}, schema=turns.schema)
    _export, packed = export_of(sounds, mia, options={"files": True})
    other = create_dataset(project=project, name="Back", data_type="audio", by=mia)
    job = take_in(other, mia, {"back.zip": packed}, schema=turns.schema)
    assert job.state == Job.State.SUCCEEDED, job.error
    assert job.report is not None
    assert (job.report["created"], job.report["refused"], job.report["truths"]) == (2, 0, 2)
    first, second = (frozen(one, turns, mia) for one in (sounds, other))
    assert first.content_root == second.content_root


def frozen(dataset: Dataset, revision: SchemaRevision, by: User) -> Version:
    """Freeze a dataset here and now."""
    version, job = start_freeze(dataset=dataset, schema=revision.schema, by=by)
    jobs.run(job.pk)
    version.refresh_from_db()
    return version


@pytest.mark.parametrize(
    ("region", "at", "code"),
    [
        (turn(1, 2.5), "at/end", "outside-time"),
        (turn(-1, 1), "at/start", "outside-time"),
        (turn(1, 1), "at/end", "empty-region"),
        (turn(0, 1, on={"channel": "3"}), "on/channel", "unknown-channel"),
    ],
)
def test_a_turn_outside_the_clip_is_refused_with_its_place(
    sounds: Dataset,
    turns: SchemaRevision,
    mia: User,
    region: dict[str, Any],
    at: str,
    code: str,
) -> None:
    data = line("a.wav", turn(0, 1), region | {"id": "bad"})
    job = take_in(sounds, mia, {"x.jsonl": data, "a.wav": sound_bytes()}, schema=turns.schema)
    assert refusals(job) == {(f"x.jsonl:1/truth/regions/1/{at}", code)}


def test_a_table_of_turns_says_channel_and_words(
    sounds: Dataset, turns: SchemaRevision, mia: User
) -> None:
    data = line("a.wav", *SAID)
    take_in(sounds, mia, {"x.jsonl": data, "a.wav": sound_bytes()}, schema=turns.schema)
    _export, table = export_of(sounds, mia, format="csv", schema=turns.schema)
    [row] = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
    said = orjson.loads(row["truth.turns"])
    assert row["file"] == "a.wav"
    assert said[0] == {
        "label": "ada",
        "at": {"start": 0, "end": 0.7501},
        "on": {"channel": "1"},
        "value": "good morning",
    }


def test_a_stranger_hears_nothing(
    sounds: Dataset, mia: User, eve: User, sign_in: Callable[[User], Client]
) -> None:
    take_in(sounds, mia, {"a.wav": sound_bytes()})
    for asset in Asset.objects.all():
        assert sign_in(eve).get(f"/media/{asset.oid}").status_code == 404
