"""Regions that are too small: sides and areas of shapes, lengths of spans, times of segments."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from datasets.pure.answer_rules.base import (
    Answers,
    Finding,
    Questions,
    RuleKind,
    about,
    above_zero,
    is_called_for,
    question_of_type,
    regions_of,
)
from datasets.pure.problems import gettext_noop
from datasets.pure.region_kinds.base import bounds_of
from datasets.pure.region_kinds.mask import Mask, decode_runs
from datasets.pure.region_kinds.points import Polygon, Polyline, ring_area
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox
from datasets.pure.region_kinds.stretches import Segment
from datasets.pure.region_kinds.track import Track
from datasets.pure.regions import Box, Region, Span
from datasets.pure.schema_types import Question, Rule, Schema
from datasets.pure.schema_values import Found, Raw

_AREA_TYPES = ("boxes", "rotated_boxes", "polygons", "ellipses", "masks", "shapes")
SIZES_OF_TYPE = {
    **dict.fromkeys(_AREA_TYPES, ("width", "height", "area")),
    "spans": ("length",),
    "segments": ("duration",),
    "tracks": ("duration",),
    "polylines": ("length",),
}
SIZES = ("width", "height", "area", "length", "duration")


def _read(raw: Raw, at: str, questions: Questions, found: Found) -> dict[str, Any] | None:
    question = question_of_type(raw, at, questions, SIZES_OF_TYPE, found)
    if question is None:
        return None
    said = about(raw, at, question, questions, found)
    return said | _read_sizes(raw, at, question, found)


def _read_sizes(raw: Raw, at: str, question: Question, found: Found) -> dict[str, Any]:
    fitting = SIZES_OF_TYPE[question.type]
    sizes = {name: above_zero(raw, name, at, found) for name in fitting if name in raw}
    for name in SIZES:
        if name in raw and name not in fitting:
            sentence = gettext_noop("%(key)s does not go with questions of type %(type)s.")
            found.add(f"{at}/{name}", "unknown-key", sentence, key=name, type=question.type)
    if not sizes:
        sentence = gettext_noop("Give one of: %(known)s.")
        found.add(at, "missing-size", sentence, known=", ".join(fitting))
    return sizes


def _check(rule: Rule, schema: Schema, answers: Answers) -> Iterator[Finding]:
    sentence = gettext_noop("This region is too small: %(what)s is %(size)s, at least %(least)s.")
    if not is_called_for(rule, schema, answers):
        return
    wanted = [(what, getattr(rule, what)) for what in SIZES if getattr(rule, what) is not None]
    for index, region in regions_of(rule, schema, answers):
        sizes = sizes_of(region)
        for what, least in wanted:
            size = sizes.get(what)
            if size is not None and size < least:
                values = {"what": what, "size": f"{size:.10g}", "least": f"{least:.10g}"}
                yield f"regions/{index}/at", "too-small", sentence, values
                break


def sizes_of(region: Region) -> dict[str, float]:
    """What can be measured of a region: pixels, covered code points, or seconds."""
    measure = _MEASURES.get(type(region.at))
    return measure(region.at) if measure is not None else {}


def _polygon(at: Polygon) -> dict[str, float]:
    left, top, right, bottom = bounds_of(at.rings[0])
    area = ring_area(at.rings[0]) - sum(map(ring_area, at.rings[1:]))
    return _sides(right - left, bottom - top, area)


def _sides(width: float, height: float, area: float) -> dict[str, float]:
    return {"width": width, "height": height, "area": area}


_MEASURES: dict[type, Callable[[Any], dict[str, float]]] = {
    Box: lambda at: _sides(at.w, at.h, at.w * at.h),
    RotatedBox: lambda at: _sides(at.w, at.h, at.w * at.h),
    Ellipse: lambda at: _sides(2 * at.rx, 2 * at.ry, math.pi * at.rx * at.ry),
    Mask: lambda at: _sides(at.w, at.h, sum(decode_runs(at.counts)[1::2])),
    Polygon: _polygon,
    Polyline: lambda at: {"length": sum(map(math.dist, at.points, at.points[1:]))},
    Span: lambda at: {"length": at.end - at.start - sum(end - begin for begin, end in at.gaps)},
    Segment: lambda at: {"duration": round(at.end - at.start, 4)},
    Track: lambda at: {"duration": round(at.keys[-1].t - at.keys[0].t, 4)},
}
MIN_SIZE = RuleKind(("question", "label", "when", *SIZES), _read, _check)
