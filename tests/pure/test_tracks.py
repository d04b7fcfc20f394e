"""Objects followed through a video: what is stored, what is refused, and what is seen when."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from datasets.pure.region_kinds import kinds_on
from datasets.pure.region_kinds.track import KIND, TRACKED, Key, Track
from datasets.pure.region_types import Box
from datasets.pure.regions import Region, RegionsDocument, RegionsError, normalise, parse_regions
from datasets.pure.schema_rules import (
    ItemFacts,
    Schema,
    SchemaError,
    check_regions,
    parse_schema,
    schema_json,
)
from datasets.pure.tracks import shape_at

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
CASES = json.loads((VECTORS / "tracks.json").read_text("utf-8"))["tracks"]
CLIP = ItemFacts("video", width=100, height=80, duration=10)
BOX = {"x": 5, "y": 5, "w": 10, "h": 10}


def document(at: Any) -> dict[str, Any]:
    region = {"id": "r1", "question": "q", "kind": "track", "label": "a", "at": at}
    return {"format": 1, "regions": [region]}


def track(*keys: dict[str, Any], of: str = "box") -> dict[str, Any]:
    return {"of": of, "keys": list(keys)}


def schema_of(**more: Any) -> Schema:
    question = {"name": "q", "type": "tracks", "labels": [{"key": "a"}]} | more
    return parse_schema({"format": 1, "data_type": "video", "questions": [question]})


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_a_track_is_seen_where_both_sides_see_it(case: dict[str, Any]) -> None:
    followed = parse_regions(document(case["track"])).regions[0].at
    assert KIND.as_json(followed) == case["track"]
    for t, wanted in case["shown"]:
        seen = shape_at(followed, t)
        shown: dict[str, Any] | None = None
        if seen is not None:
            shown = {"at": TRACKED[followed.of].as_json(seen.at)}
            shown |= {"occluded": True} if seen.occluded else {}
        assert (t, shown) == (t, wanted)


def test_the_vectors_follow_every_kind_of_shape() -> None:
    assert {case["track"]["of"] for case in CASES} == set(TRACKED)


@pytest.mark.parametrize(
    ("at", "place", "code"),
    [
        ({"of": "mask", "keys": [{"t": 0, "at": BOX}]}, "of", "unknown-kind"),
        ({"of": ["box"], "keys": [{"t": 0, "at": BOX}]}, "of", "unknown-kind"),
        ({"of": "box"}, "keys", "missing-key"),
        ({"of": "box", "keys": [], "t": 1}, "t", "unknown-key"),
        (track(), "keys", "wrong-type"),
        ({"of": "box", "keys": {"0": BOX}}, "keys", "wrong-type"),
        (track(*[{"t": n, "at": BOX} for n in range(10_001)]), "keys", "wrong-type"),
        (track({"t": 0, "at": BOX}, BOX), "keys/1/t", "missing-key"),
        (track({"t": 0, "at": BOX}, "key"), "keys/1", "wrong-type"),  # type: ignore[arg-type]
        (track({"t": 0, "at": BOX, "hidden": True}), "keys/0/hidden", "unknown-key"),
        (track({"t": "0", "at": BOX}), "keys/0/t", "wrong-type"),
        (track({"t": float("inf"), "at": BOX}), "keys/0/t", "bad-number"),
        (track({"t": 0, "at": BOX, "outside": 1}), "keys/0/outside", "wrong-type"),
        (track({"t": 0, "at": BOX}, {"t": 1, "at": BOX | {"w": 0}}), "keys/1/at/w", "empty-region"),
        (track({"t": 0, "at": BOX}, {"t": 1, "at": BOX | {"x": "1"}}), "keys/1/at/x", "wrong-type"),
        (track({"t": 0, "at": {"x": 1, "y": 1}, "occluded": True}), "keys/0/at/w", "missing-key"),
        (track({"t": 1, "at": BOX}, {"t": 1.00004, "at": BOX}), "keys/1/t", "not-rising"),
        (track({"t": 1, "at": BOX}, {"t": 0, "at": BOX}), "keys/1/t", "not-rising"),
    ],
)
def test_a_track_that_is_wrong_is_refused_with_its_place(at: Any, place: str, code: str) -> None:
    with pytest.raises(RegionsError) as caught:
        parse_regions(document(at))
    first = caught.value.problems[0]
    assert (first.at, first.code) == (f"regions/0/at/{place}", code)
    assert first.detail


def test_keys_made_in_code_are_put_in_order() -> None:
    keys = (Key(2, Box(0, 0, 2, 2)), Key(1.00004, Box(0.0004, 0, 2, 2)), Key(1, Box(4, 0, 2, 2)))
    made = Region("r1", "q", "track", "a", Track("box", keys))
    settled = normalise(RegionsDocument((made,))).regions[0].at
    assert [(key.t, key.at.x) for key in settled.keys] == [(1, 4), (2, 0)]


def problems_of(schema: Schema, at: Any, facts: ItemFacts = CLIP) -> list[tuple[str, str]]:
    verdict = check_regions(schema, parse_regions(document(at)), facts)
    return [(problem.at, problem.code) for problem in verdict.problems]


def test_a_track_fits_the_picture_the_clip_and_the_question() -> None:
    schema = schema_of(kinds=["box", "point"])
    inside = {"t": 0, "at": BOX}
    assert problems_of(schema, track(inside, {"t": 10, "at": BOX, "outside": True})) == []
    late = track(inside, {"t": 10.5, "at": BOX | {"x": 95}})
    assert problems_of(schema, late) == [
        ("regions/0/at/keys/1/t", "outside-time"),
        ("regions/0/at/keys/1/at/w", "outside-image"),
    ]
    line = track({"t": 0, "at": {"points": [[0, 0], [5, 5]]}}, of="polyline")
    assert problems_of(schema, line) == [("regions/0/at/of", "wrong-kind")]
    gone = track(inside | {"outside": True})
    assert problems_of(schema, gone) == [("regions/0/at/keys", "empty-region")]


def test_tracks_of_skeletons_have_the_joints_of_their_question() -> None:
    schema = schema_of(kinds=["skeleton"], joints=[{"key": "nose"}, {"key": "neck"}])
    joints = {"nose": {"x": 1, "y": 1}, "tail": {"x": 2, "y": 2}}
    at = track({"t": 0, "at": {"joints": joints}}, of="skeleton")
    assert problems_of(schema, at) == [("regions/0/at/keys/0/at/joints/tail", "unknown-joint")]
    assert parse_schema(schema_json(schema)) == schema


def test_a_question_says_which_shapes_are_tracked() -> None:
    assert schema_of().questions[0].tracked == tuple(one for one in TRACKED if one != "skeleton")
    assert schema_of(joints=[{"key": "nose"}]).questions[0].tracked == tuple(TRACKED)
    assert schema_json(schema_of(kinds=["point", "box", "point"]))["questions"][0]["kinds"] == [
        "point",
        "box",
    ]
    for more, place in (
        ({"kinds": ["mask"]}, "kinds/0"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["skeleton"]}, "joints"),
        ({"kinds": ["box"], "joints": [{"key": "nose"}]}, "joints"),
    ):
        with pytest.raises(SchemaError) as caught:
            schema_of(**more)
        assert caught.value.problems[0].at == f"questions/0/{place}"


def test_what_can_be_said_about_a_video() -> None:
    assert kinds_on("video") == ("item", "segment", "instant", "track")
    labels = [{"key": "a"}]
    asked = [
        {"name": "q1", "type": "choice", "labels": labels},
        {"name": "q2", "type": "choices", "labels": labels},
        {"name": "q3", "type": "segments", "labels": labels, "transcript": True},
        {"name": "q4", "type": "instants", "labels": labels},
        {"name": "q5", "type": "tracks", "labels": labels, "kinds": ["box"]},
        {"name": "q6", "type": "text"},
    ]
    assert len(parse_schema({"format": 1, "data_type": "video", "questions": asked}).questions) == 6
    for data_type in ("image", "audio"):
        with pytest.raises(SchemaError):
            parse_schema({"format": 1, "data_type": data_type, "questions": asked[4:5]})
