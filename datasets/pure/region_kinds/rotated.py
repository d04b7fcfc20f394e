"""Boxes and ellipses that may stand askew: centre, two sizes, degrees clockwise on the screen."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from datasets.pure.canonical import round_coordinate
from datasets.pure.problems import gettext_noop
from datasets.pure.region_kinds.base import (
    Found,
    RegionKind,
    Verdict,
    plain_json,
    read_numbers,
    settle_angle,
)

if TYPE_CHECKING:
    from datasets.pure.schema_types import ItemFacts, Question


class RotatedBox(NamedTuple):
    """Centre, full width and height in pixels, and the turn in degrees clockwise, 0 to 360."""

    cx: float
    cy: float
    w: float
    h: float
    angle: float


class Ellipse(NamedTuple):
    """Centre, the two half axes in pixels, and the turn in degrees clockwise, 0 to 180."""

    cx: float
    cy: float
    rx: float
    ry: float
    angle: float


def settle_rotated(place: Any) -> Any:
    """The place rounded as it is stored; an ellipse looks the same after half a turn."""
    *sizes, angle = place
    turned = settle_angle(angle)
    if type(place) is Ellipse and turned >= 180:
        turned = round_coordinate(turned - 180)
    return type(place)(*map(round_coordinate, sizes), turned)


def _reader(made: type[Any], names: tuple[str, ...]) -> Callable[[object, str, Found], Any]:
    def read(place: object, at: str, found: Found) -> Any:
        numbers = read_numbers(place, names, at, found)
        if not numbers:
            return None
        settled = settle_rotated(made(*numbers))
        for name in names[2:4]:
            if getattr(settled, name) <= 0:
                sentence = gettext_noop("A size must be larger than 0 pixels.")
                found.add(f"{at}/{name}", "empty-region", sentence)
        return settled

    return read


def corners_of(box: RotatedBox) -> list[tuple[float, float]]:
    """The four corners in pixels, clockwise from what is the top left before the turn.

    Examples
    --------
    >>> corners_of(RotatedBox(5, 5, 4, 2, 90))[0]
    (6.0, 3.0)
    """
    turn = math.radians(box.angle)
    cos, sin = math.cos(turn), math.sin(turn)
    half = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return [
        (
            round(box.cx + x * box.w / 2 * cos - y * box.h / 2 * sin, 6),
            round(box.cy + x * box.w / 2 * sin + y * box.h / 2 * cos, 6),
        )
        for x, y in half
    ]


def outline_of(ellipse: Ellipse, count: int = 64) -> list[tuple[float, float]]:
    """Points around the ellipse, evenly in its parameter, clockwise on the screen."""
    turn = math.radians(ellipse.angle)
    cos, sin = math.cos(turn), math.sin(turn)
    steps = (2 * math.pi * n / count for n in range(count))
    around = ((ellipse.rx * math.cos(t), ellipse.ry * math.sin(t)) for t in steps)
    return [(ellipse.cx + x * cos - y * sin, ellipse.cy + x * sin + y * cos) for x, y in around]


def _check(verdict: Verdict, at: str, place: Any, facts: ItemFacts, _question: Question) -> None:
    """The centre lies in the image; corners of an object at its edge may stick out."""
    if facts.width is None or facts.height is None:
        sentence = gettext_noop("The size of this image is not known, so this cannot be checked.")
        verdict.refuse(at, "unknown-size", sentence)
    elif not (0 <= place.cx <= facts.width and 0 <= place.cy <= facts.height):
        sentence = gettext_noop(
            "The middle of the region lies outside the image, which is "
            "%(width)d by %(height)d pixels."
        )
        verdict.refuse(at, "outside-image", sentence, width=facts.width, height=facts.height)


def _kind(name: str, made: type[Any], question_type: str, names: tuple[str, ...]) -> RegionKind:
    read = _reader(made, names)
    return RegionKind(
        name, made, ("image",), question_type, read, settle_rotated, plain_json, _check
    )


ROTATED_BOX = _kind("rotated_box", RotatedBox, "rotated_boxes", ("cx", "cy", "w", "h", "angle"))
ELLIPSE = _kind("ellipse", Ellipse, "ellipses", ("cx", "cy", "rx", "ry", "angle"))
