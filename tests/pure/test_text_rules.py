"""What text may hold, graphemes, and places counted two ways."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from datasets.pure.text_rules import (
    TextProblem,
    check_text,
    is_grapheme_edge,
    snap_span,
    span_cuts_grapheme,
    utf16_offset,
)

VECTORS = Path(__file__).parent.parent / "vectors"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
tricky = st.text(
    st.sampled_from("ab \r\n\u0301\u200d\U0001f469\U0001f1e9\U0001f1eaกำ각ᄀ"), max_size=30
)


def test_nul_and_lone_surrogates_are_found_with_their_place() -> None:
    assert check_text("a\U0001f600\x00") == TextProblem("nul", 2)
    assert check_text("ab\udc00c") == TextProblem("lone-surrogate", 2)
    assert check_text("any \U0001f600 text\n") is None


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_every_other_text_may_be_stored(text: str) -> None:
    assert check_text(text) is None


@given(tricky)
def test_edges_are_those_that_the_whole_text_shows(text: str) -> None:
    edges = {0} | {match.end() for match in regex.finditer(r"\X", text)}
    assert {place for place in range(len(text) + 1) if is_grapheme_edge(text, place)} == edges


def test_a_span_through_a_family_emoji_cuts_it_and_snapping_mends_that() -> None:
    text = f"my {FAMILY} here"
    assert span_cuts_grapheme(text, 3, 5)
    assert snap_span(text, 4, 5) == (3, 8)
    assert not span_cuts_grapheme(text, 3, 8)


def test_a_span_outside_the_text_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="outside a text of 2"):
        span_cuts_grapheme("ab", 0, 3)


def test_looking_at_the_end_of_a_long_text_does_not_read_it_all() -> None:
    text = "word " * 200_000 + "e\u0301"
    assert not any(is_grapheme_edge(text, len(text) - 1) for _ in range(2_000))


def test_offset_vectors_hold() -> None:
    for case in json.loads((VECTORS / "offsets.json").read_text("utf-8"))["offsets"]:
        text = case["text"]
        assert [utf16_offset(text, place) for place in range(len(text) + 1)] == case["utf16"]
        edges = [place for place in range(len(text) + 1) if is_grapheme_edge(text, place)]
        assert edges == case["grapheme_edges"], text
