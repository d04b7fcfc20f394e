"""Upright rectangles: left, top, width and height in pixels of the upright original."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasets.pure.canonical import round_coordinate
from datasets.pure.problems import gettext_noop
from datasets.pure.region_kinds.base import (
    ROUNDING,
    Found,
    RegionKind,
    Verdict,
    plain_json,
    read_numbers,
)
from datasets.pure.region_types import Box

if TYPE_CHECKING:
    from datasets.pure.schema_types import ItemFacts, Question


def _read(place: object, at: str, found: Found) -> Box | None:
    numbers = read_numbers(place, ("x", "y", "w", "h"), at, found)
    if not numbers:
        return None
    box = Box(*map(round_coordinate, numbers))
    for name, size in (("w", box.w), ("h", box.h)):
        if size <= 0:
            sentence = gettext_noop("A box must be wider and higher than 0 pixels.")
            found.add(f"{at}/{name}", "empty-region", sentence)
    return box


def _settle(box: Box) -> Box:
    return Box(*map(round_coordinate, box))


def _check(verdict: Verdict, at: str, box: Box, facts: ItemFacts, _question: Question) -> None:
    if facts.width is None or facts.height is None:
        sentence = gettext_noop("The size of this image is not known, so boxes cannot be checked.")
        verdict.refuse(at, "unknown-size", sentence)
        return
    for edge, start, size, limit in (
        ("x", box.x, box.w, facts.width),
        ("y", box.y, box.h, facts.height),
    ):
        sentence = gettext_noop(
            "The box leaves the image, which is %(width)d by %(height)d pixels."
        )
        values = {"width": facts.width, "height": facts.height}
        if start < 0:
            verdict.refuse(f"{at}/{edge}", "outside-image", sentence, **values)
        elif start + size > limit + ROUNDING:
            name = "w" if edge == "x" else "h"
            verdict.refuse(f"{at}/{name}", "outside-image", sentence, **values)


KIND = RegionKind("box", Box, ("image",), "boxes", _read, _settle, plain_json, _check)
