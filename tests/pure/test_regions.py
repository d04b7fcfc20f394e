"""The regions document: reading, refusing, writing and hashing."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.pure.canonical import canonical_bytes
from datasets.pure.problems import Problem
from datasets.pure.regions import (
    MAX_BYTES,
    Box,
    Region,
    RegionsDocument,
    RegionsError,
    Span,
    normalise,
    parse_regions,
    parse_regions_text,
    regions_hash,
    to_json,
)

VECTORS = Path(__file__).parent.parent / "vectors"
BOX = {
    "id": "r1",
    "question": "cells",
    "kind": "box",
    "label": "rbc",
    "at": {"x": 12, "y": 30.5, "w": 80, "h": 44},
    "attributes": {"occluded": False},
}
SPAN = {
    "id": "r2",
    "question": "people",
    "kind": "span",
    "label": "p",
    "at": {"start": 4, "end": 9},
}
CLASS = {"id": "r3", "question": "intent", "kind": "item", "label": "card_lost"}
PRICE = {"id": "r4", "question": "price", "kind": "item", "value": 3.5}


def document(*regions: object) -> dict[str, Any]:
    return {"format": 1, "regions": list(regions)}


def refused(value: object) -> list[tuple[str, str]]:
    with pytest.raises(RegionsError) as caught:
        parse_regions(value)
    return [(problem.at, problem.code) for problem in caught.value.problems]


def attempt(value: object) -> tuple[RegionsDocument | None, list[Problem]]:
    try:
        return parse_regions(value), []
    except RegionsError as error:
        return None, error.problems


coordinates = st.floats(0, 5000).map(lambda x: round(x, 6))
boxes = st.builds(
    lambda x, y, w, h: {"x": x, "y": y, "w": w + 0.001, "h": h + 0.001},
    *[coordinates] * 4,
)
spans = st.builds(lambda a, n: {"start": a, "end": a + n}, st.integers(0, 999), st.integers(1, 99))
names = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")) | st.floats(
    -1e9, 1e9
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    regions = []
    for index in range(draw(st.integers(0, 5))):
        region: dict[str, Any] = {"id": f"r{index}", "question": draw(names)}
        kind = draw(st.sampled_from(["item", "box", "span"]))
        region |= {"kind": kind, "label": draw(names)}
        if kind != "item":
            region["at"] = draw(boxes if kind == "box" else spans)
        if draw(st.booleans()):
            region["attributes"] = draw(st.dictionaries(names, values | st.booleans(), min_size=1))
        if draw(st.booleans()):
            region["value"] = draw(values)
        regions.append(region)
    return document(*regions)


def test_a_document_is_written_as_it_was_read() -> None:
    whole = document(BOX, SPAN, CLASS, PRICE | {"on": {"asset": "upright", "field": "f"}})
    assert to_json(parse_regions(whole)) == whole


def test_places_become_boxes_and_spans() -> None:
    box, span = parse_regions(document(BOX, SPAN)).regions
    assert box.at == Box(12, 30.5, 80, 44)
    assert span.at == Span(4, 9)


@given(documents())
def test_reading_what_was_written_changes_nothing(raw: dict[str, Any]) -> None:
    once = parse_regions(raw)
    again = parse_regions_text(canonical_bytes(to_json(once)))
    assert again == once == normalise(once)
    assert canonical_bytes(to_json(again)) == canonical_bytes(to_json(once))


@given(documents(), st.randoms())
def test_the_hash_ignores_ids_and_order(raw: dict[str, Any], chance: random.Random) -> None:
    before = regions_hash(parse_regions(raw))
    chance.shuffle(raw["regions"])
    for index, region in enumerate(raw["regions"]):
        region["id"] = f"new{index}"
    assert regions_hash(parse_regions(raw)) == before


@pytest.mark.parametrize(
    "change",
    [{"label": "wbc"}, {"question": "other"}, {"attributes": {"occluded": True}}],
)
def test_the_hash_follows_what_is_said(change: dict[str, Any]) -> None:
    before = regions_hash(parse_regions(document(BOX, CLASS)))
    assert regions_hash(parse_regions(document(BOX | change, CLASS))) != before


def test_the_same_region_twice_is_not_the_same_as_once() -> None:
    once = regions_hash(parse_regions(document(BOX)))
    assert regions_hash(parse_regions(document(BOX, BOX | {"id": "r9"}))) != once


def test_the_hash_does_not_see_a_thousandth_of_a_thousandth() -> None:
    near = {"at": {"x": 12.0000004, "y": 30.5, "w": 80.0, "h": 44}}
    assert regions_hash(parse_regions(document(BOX | near))) == regions_hash(
        parse_regions(document(BOX))
    )


def test_documents_made_in_code_hash_like_those_read() -> None:
    made = RegionsDocument((Region("a", "q", "box", "b", Box(1.00004, 2.0, 3.0, 4.0)),))
    assert regions_hash(made) == regions_hash(parse_regions(to_json(normalise(made))))


def test_regions_vectors_hold() -> None:
    for case in json.loads((VECTORS / "regions.json").read_text("utf-8"))["regions"]:
        read = parse_regions(case["given"])
        assert to_json(read) == case["stored"], case["name"]
        assert canonical_bytes(to_json(read)).hex() == case["stored_bytes_hex"], case["name"]
        assert regions_hash(read) == case["regions_hash"], case["name"]


@pytest.mark.parametrize(
    ("change", "at", "code"),
    [
        ({"id": ""}, "id", "bad-id"),
        ({"id": "a b"}, "id", "bad-id"),
        ({"question": "Has Capital"}, "question", "bad-name"),
        ({"label": None}, "label", "wrong-type"),
        ({"label": "two words"}, "label", "bad-name"),
        ({"kind": "cloud"}, "kind", "unknown-kind"),
        ({"kind": ["box"]}, "kind", "unknown-kind"),
        ({"colour": "red"}, "colour", "unknown-key"),
        ({"at": None}, "at", "wrong-type"),
        ({"at": {"x": 1, "y": 2, "w": 3}}, "at/h", "missing-key"),
        ({"at": {"x": 1, "y": 2, "w": 3, "h": 4, "r": 5}}, "at/r", "unknown-key"),
        ({"at": {"x": 1, "y": 2, "w": 0, "h": 4}}, "at/w", "empty-region"),
        ({"at": {"x": 1, "y": 2, "w": 0.0004, "h": 4}}, "at/w", "empty-region"),
        ({"at": {"x": True, "y": 2, "w": 3, "h": 4}}, "at/x", "wrong-type"),
        ({"at": {"x": math.nan, "y": 2, "w": 3, "h": 4}}, "at/x", "bad-number"),
        ({"at": {"x": 1, "y": math.inf, "w": 3, "h": 4}}, "at/y", "bad-number"),
        ({"at": {"x": 10**400, "y": 1, "w": 3, "h": 4}}, "at/x", "bad-number"),
        ({"kind": "item"}, "at", "unknown-key"),
        ({"kind": "span", "at": {"start": 4, "end": 4}}, "at/end", "empty-region"),
        ({"kind": "span", "at": {"start": -1, "end": 4}}, "at/start", "bad-number"),
        ({"kind": "span", "at": {"start": 0.5, "end": 4}}, "at/start", "bad-number"),
        ({"value": True}, "value", "wrong-type"),
        ({"value": None}, "value", "wrong-type"),
        ({"value": math.nan}, "value", "bad-number"),
        ({"value": 10**400}, "value", "bad-number"),
        ({"value": "a\x00"}, "value", "nul"),
        ({"value": "\ud800"}, "value", "lone-surrogate"),
        ({"attributes": []}, "attributes", "wrong-type"),
        ({"attributes": {"No": 1}}, "attributes/No", "unknown-key"),
        ({"attributes": {"a": [1]}}, "attributes/a", "wrong-type"),
        ({"on": {}}, "on", "wrong-type"),
        ({"on": {"page": "1"}}, "on/page", "unknown-key"),
        ({"on": {"asset": ""}}, "on/asset", "wrong-type"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: dict[str, Any], at: str, code: str) -> None:
    assert refused(document(CLASS, BOX | change)) == [(f"regions/1/{at}", code)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([], [("", "wrong-type"), ("regions", "wrong-type")][:1]),
        ({"regions": []}, [("format", "unknown-format")]),
        ({"format": 2, "regions": []}, [("format", "unknown-format")]),
        ({"format": True, "regions": []}, [("format", "unknown-format")]),
        ({"format": 1}, [("regions", "wrong-type")]),
        ({"format": 1, "regions": [], "by": "Ada"}, [("by", "unknown-key")]),
        ({"format": 1, "regions": ["box"]}, [("regions/0", "wrong-type")]),
    ],
)
def test_what_is_no_document_is_refused(value: object, expected: list[tuple[str, str]]) -> None:
    assert refused(value) == expected


def test_an_id_used_twice_is_refused() -> None:
    assert refused(document(BOX, CLASS | {"id": "r1"})) == [("regions/1/id", "duplicate-id")]


def test_all_problems_are_told_at_once_but_not_thousands() -> None:
    assert len(refused(document({"id": ""}, {"id": ""}))) == 6
    assert len(refused(document(*[{"id": ""}] * 5000))) == 100


def test_a_document_over_one_megabyte_is_refused() -> None:
    note = {"id": "r", "question": "note", "kind": "item", "value": "x" * 1_000_000}
    assert refused(document(note)) == [("regions", "too-large")]
    with pytest.raises(RegionsError):
        parse_regions_text(json.dumps(document(note)))


def test_source_that_is_not_json_is_refused_with_the_reason() -> None:
    with pytest.raises(RegionsError, match="not JSON"):
        parse_regions_text("{")


junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "kind", "at", "x", "start", "value", "on"]), inner)
    ),
)


@given(st.lists(junk | st.builds(lambda extra: BOX | {"at": extra, "value": extra}, junk)))
def test_whatever_comes_in_is_read_or_refused_and_nothing_else_happens(regions: list[Any]) -> None:
    read, problems = attempt(document(*regions))
    if read is None:
        assert problems
        assert all(problem.detail for problem in problems)
    else:
        assert parse_regions(to_json(read)) == read


def test_whole_numbers_of_documents_made_in_code_become_whole() -> None:
    made = Region("a", "q", "item", value=3.0, attributes={"size": 2.0, "deep": True})
    [region] = normalise(RegionsDocument((made,))).regions
    assert json.dumps(to_json(RegionsDocument((region,)))["regions"][0]) == (
        '{"id": "a", "question": "q", "kind": "item", "value": 3, '
        '"attributes": {"size": 2, "deep": true}}'
    )


def test_a_document_of_exactly_one_megabyte_is_read() -> None:
    frame = parse_regions(document(PRICE | {"value": "x"}))
    room = MAX_BYTES - len(canonical_bytes(to_json(frame))) + 1
    full = canonical_bytes(document(PRICE | {"value": "x" * room}))
    assert len(full) == MAX_BYTES
    assert len(parse_regions_text(full).regions) == 1
    assert refused(document(PRICE | {"value": "x" * (room + 1)})) == [("regions", "too-large")]


def test_the_sentence_says_what_kind_of_character_is_in_the_way() -> None:
    with pytest.raises(RegionsError, match="NUL character at place 1"):
        parse_regions(document(PRICE | {"value": "a\x00"}))
    with pytest.raises(RegionsError, match="half a character at place 2"):
        parse_regions(document(PRICE | {"value": "ab\ud800"}))
