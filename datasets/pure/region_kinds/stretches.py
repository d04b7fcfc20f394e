"""Stretches of something that runs: spans of text, segments and instants of time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.region_kinds.base import (
    Found,
    RegionKind,
    Verdict,
    plain_json,
    read_numbers,
)
from datasets.pure.region_types import Span, whole_if_whole
from datasets.pure.text_rules import span_cuts_grapheme

if TYPE_CHECKING:
    from datasets.pure.schema_types import ItemFacts, Question

MAX_GAPS = 100
MAX_TIME = 1e11
"""Seconds; stamps since 1970 fit, and doubles tell 1/10,000 of them apart."""
_TIMED = ("audio", "video", "series")


class Segment(NamedTuple):
    """From start to end in seconds, rounded to 1/10,000."""

    start: float
    end: float


class Instant(NamedTuple):
    """A moment in seconds, rounded to 1/10,000."""

    t: float


def round_time(value: float) -> float:
    """Seconds rounded to 1/10,000, a half up; whole numbers come back as `int`.

    Raises
    ------
    ValueError
        `value` is NaN, infinite or larger than `MAX_TIME` in size.

    Examples
    --------
    >>> round_time(1.00006), round_time(2.0), round_time(-0.00001)
    (1.0001, 2, 0)
    """
    if not -MAX_TIME <= value <= MAX_TIME:
        raise ValueError(f"not a time: {value!r}")
    return whole_if_whole(math.floor(value * 10_000 + 0.5) / 10_000)


def _read_span(place: object, at: str, found: Found) -> Span | None:
    given = place
    gaps = None
    if type(place) is dict and "gaps" in place:
        gaps = place["gaps"]
        given = {name: value for name, value in place.items() if name != "gaps"}
    numbers = read_numbers(given, ("start", "end"), at, found)
    if not numbers:
        return None
    for name, number in zip(("start", "end"), numbers, strict=True):
        if int(number) != number:
            sentence = gettext_noop("A span counts whole code points.")
            found.add(f"{at}/{name}", "bad-number", sentence)
            return None
    start, end = int(numbers[0]), int(numbers[1])
    if start < 0:
        sentence = gettext_noop("A span starts at 0 or later.")
        found.add(f"{at}/start", "bad-number", sentence)
    if end <= start:
        sentence = gettext_noop("A span must end after its start.")
        found.add(f"{at}/end", "empty-region", sentence)
    if gaps is None:
        return Span(start, end)
    return Span(start, end, _read_gaps(gaps, (start, end), f"{at}/gaps", found))


def _read_gaps(
    value: object, ends: tuple[int, int], at: str, found: Found
) -> tuple[tuple[int, int], ...]:
    """What a span leaves out: pairs in rising order that touch neither each other nor the ends."""
    if type(value) is not list or not 1 <= len(value) <= MAX_GAPS:
        sentence = gettext_noop("Give 1 to %(limit)d gaps as a list of [start, end].")
        found.add(at, "wrong-type", sentence, limit=MAX_GAPS)
        return ()
    before = ends[0]
    gaps: list[tuple[int, int]] = []
    for index, pair in enumerate(value):
        if (
            type(pair) is not list
            or len(pair) != 2
            or any(type(number) is not int for number in pair)
        ):
            sentence = gettext_noop("A gap is [start, end] in whole code points.")
            found.add(f"{at}/{index}", "wrong-type", sentence)
            return ()
        start, end = pair
        if not before < start < end < ends[1]:
            sentence = gettext_noop(
                "Gap %(gap)s must lie inside the span, after the one before it, and touch neither."
            )
            found.add(f"{at}/{index}", "bad-gap", sentence, gap=shorten(repr(pair)))
            return ()
        gaps.append((start, end))
        before = end
    return tuple(gaps)


def _span_json(span: Span) -> dict[str, Any]:
    shown: dict[str, Any] = {"start": span.start, "end": span.end}
    if span.gaps:
        shown["gaps"] = [list(gap) for gap in span.gaps]
    return shown


def _check_span(
    verdict: Verdict, at: str, span: Span, facts: ItemFacts, _question: Question
) -> None:
    text = facts.text
    if text is None or span.end > len(text):
        sentence = gettext_noop("The span ends at %(end)d, but the text has %(length)d characters.")
        values = {"end": span.end, "length": len(text or "")}
        verdict.refuse(f"{at}/end", "outside-text", sentence, **values)
    elif span_cuts_grapheme(text, span.start, span.end) or any(
        span_cuts_grapheme(text, *gap) for gap in span.gaps
    ):
        sentence = gettext_noop("The span starts or ends inside a character as readers see it.")
        verdict.warn(at, "cut-grapheme", sentence)


def _read_segment(place: object, at: str, found: Found) -> Segment | None:
    numbers = read_numbers(place, ("start", "end"), at, found, MAX_TIME)
    if not numbers:
        return None
    segment = Segment(*map(round_time, numbers))
    if segment.end <= segment.start:
        sentence = gettext_noop("A segment must end after its start.")
        found.add(f"{at}/end", "empty-region", sentence)
    return segment


def _settle_segment(segment: Segment) -> Segment:
    return Segment(*map(round_time, segment))


def _check_segment(
    verdict: Verdict, at: str, segment: Segment, facts: ItemFacts, _question: Question
) -> None:
    check_time(verdict, f"{at}/start", segment.start, facts)
    check_time(verdict, f"{at}/end", segment.end, facts)


def check_time(verdict: Verdict, at: str, seconds: float, facts: ItemFacts) -> None:
    """Refuse a moment outside a recording.

    Series may begin anywhere in time; audio and video run from 0 to their duration.
    """
    if facts.duration is None:
        return
    if not -0.0001 <= seconds <= facts.duration + 0.0001:
        sentence = gettext_noop("%(time)s s lies outside the recording of %(duration)s s.")
        verdict.refuse(at, "outside-time", sentence, time=seconds, duration=facts.duration)


def _read_instant(place: object, at: str, found: Found) -> Instant | None:
    numbers = read_numbers(place, ("t",), at, found, MAX_TIME)
    return Instant(round_time(numbers[0])) if numbers else None


def _settle_instant(instant: Instant) -> Instant:
    return Instant(round_time(instant.t))


def _check_instant(
    verdict: Verdict, at: str, instant: Instant, facts: ItemFacts, _question: Question
) -> None:
    check_time(verdict, f"{at}/t", instant.t, facts)


SPAN = RegionKind(
    *("span", Span, ("text", "conversation"), "spans"),
    *(_read_span, lambda span: span, _span_json, _check_span),
)
SEGMENT = RegionKind(
    *("segment", Segment, _TIMED, "segments"),
    *(_read_segment, _settle_segment, plain_json, _check_segment),
)
INSTANT = RegionKind(
    *("instant", Instant, _TIMED, "instants"),
    *(_read_instant, _settle_instant, plain_json, _check_instant),
)
