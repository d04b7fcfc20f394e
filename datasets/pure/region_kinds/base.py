"""What a kind of region is, and the small readers that the kinds share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from datasets.pure.canonical import MAX_COORDINATE, round_coordinate
from datasets.pure.problems import MAX_PROBLEMS, Problem, gettext_noop, shorten
from datasets.pure.region_types import RegionsError

if TYPE_CHECKING:
    from datasets.pure.schema_types import ItemFacts, Question

MAX_POINTS = 20_000
TURN = 360
# Left edge and width are each rounded to 1/1000 pixel, so their sum may pass the edge by as much.
ROUNDING = 0.0011

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


class Found(list[Problem]):
    """The problems found so far; stops the reading when there are too many."""

    def add(self, at: str, code: str, template: str, **values: object) -> None:
        """Note one problem; raise `RegionsError` with all of them when there are too many."""
        self.append(Problem(at, code, template, values))
        if len(self) >= MAX_PROBLEMS:
            raise RegionsError(self)

    def unknown_key(self, at: str) -> None:
        """Note a key that has no meaning at its place."""
        key = at.rpartition("/")[2]
        self.add(at, "unknown-key", gettext_noop("%(key)s is not known here."), key=key)


class Verdict(NamedTuple):
    """What a check found. Problems refuse the answer, warnings do not."""

    problems: list[Problem]
    warnings: list[Problem]

    def refuse(self, at: str, code: str, template: str, **values: object) -> None:
        """Note a problem."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(at, code, template, values))

    def warn(self, at: str, code: str, template: str, **values: object) -> None:
        """Note a warning."""
        if len(self.warnings) < MAX_PROBLEMS:
            self.warnings.append(Problem(at, code, template, values))


def _no_check(
    _verdict: Verdict, _at: str, _place: Any, _facts: ItemFacts, _question: Question
) -> None:
    """Every place that can be read is fine."""


@dataclass(frozen=True)
class RegionKind:
    """One way of marking a place in an item. A kind is one file of this folder.

    Attributes
    ----------
    name : str
        What `kind` says in a regions document.
    place : type
        The NamedTuple that holds the place.
    data_types : tuple of str
        Where it can be drawn.
    question_type : str
        The type of question that is answered with it.
    read : callable
        From decoded JSON, its place in the document, and the problems found so far, to a `place`
        with rounded numbers, or None with at least one problem found.
    settle : callable
        A place made in code, rounded as it is stored. Twice changes nothing.
    as_json : callable
        The place as JSON values.
    check : callable
        Whether the place fits the item and the question; notes problems in a `Verdict`.
    """

    name: str
    place: type
    data_types: tuple[str, ...]
    question_type: str
    read: Callable[[object, str, Found], Any]
    settle: Callable[[Any], Any]
    as_json: Callable[[Any], dict[str, Any]]
    check: Callable[[Verdict, str, Any, ItemFacts, Question], None] = _no_check
    question_keys: tuple[str, ...] = ()
    """What a question of its type may say besides labels, attributes and counts."""


def read_numbers(
    place: object,
    names: tuple[str, ...],
    at: str,
    found: Found,
    largest: float = MAX_COORDINATE,
) -> list[Any]:
    """The named members of a place, or an empty list with a problem found."""
    if type(place) is not dict:
        sentence = gettext_noop("Give the place as an object with %(names)s.")
        found.add(at, "wrong-type", sentence, names=", ".join(names))
        return []
    before = len(found)
    numbers = []
    for name in names:
        if name not in place:
            found.add(f"{at}/{name}", "missing-key", gettext_noop("%(key)s is missing."), key=name)
        else:
            check_number(place[name], f"{at}/{name}", found, largest)
        numbers.append(place.get(name))
    for key in sorted(place.keys() - frozenset(names)):
        found.unknown_key(f"{at}/{shorten(key)}")
    return numbers if len(found) == before else []


def check_number(number: object, at: str, found: Found, largest: float = MAX_COORDINATE) -> None:
    """Find a problem where this is no usable coordinate."""
    if type(number) is not int and type(number) is not float:
        found.add(at, "wrong-type", gettext_noop("This must be a number."))
    elif not -largest <= number <= largest:
        sentence = gettext_noop("%(number)s is not a usable coordinate.")
        found.add(at, "bad-number", sentence, number=shorten(repr(number)))


def read_object(place: object, names: tuple[str, ...], at: str, found: Found) -> dict[str, Any]:
    """A place with just these members, whatever they are; empty with a problem found."""
    if type(place) is not dict:
        sentence = gettext_noop("Give the place as an object with %(names)s.")
        found.add(at, "wrong-type", sentence, names=", ".join(names))
        return {}
    before = len(found)
    for name in names:
        if name not in place:
            found.add(f"{at}/{name}", "missing-key", gettext_noop("%(key)s is missing."), key=name)
    for key in sorted(place.keys() - frozenset(names)):
        found.unknown_key(f"{at}/{shorten(key)}")
    return place if len(found) == before else {}


def read_points(value: object, least: int, at: str, found: Found) -> tuple[Point, ...]:
    """A list of `[x, y]`, rounded, neighbours that fell together merged; empty if wrong."""
    if type(value) is not list:
        found.add(at, "wrong-type", gettext_noop("Give the points as a list of [x, y]."))
        return ()
    if len(value) > MAX_POINTS:
        sentence = gettext_noop("%(count)d points are too many; at most %(limit)d fit.")
        found.add(at, "too-many-points", sentence, count=len(value), limit=MAX_POINTS)
        return ()
    points: list[Point] = []
    for index, pair in enumerate(value):
        if type(pair) is not list or len(pair) != 2:
            found.add(f"{at}/{index}", "wrong-type", gettext_noop("A point is [x, y]."))
            return ()
        before = len(found)
        for side in (0, 1):
            check_number(pair[side], f"{at}/{index}/{side}", found)
        if len(found) > before:
            return ()
        points.append((round_coordinate(pair[0]), round_coordinate(pair[1])))
    merged = without_repeats(points)
    if len(merged) < least:
        sentence = gettext_noop("This needs at least %(least)d different points.")
        found.add(at, "empty-region", sentence, least=least)
        return ()
    return merged


def without_repeats(points: Iterable[Point]) -> tuple[Point, ...]:
    """The points, each once where several in a row are the same."""
    kept: list[Point] = []
    for point in points:
        if not kept or kept[-1] != point:
            kept.append(point)
    return tuple(kept)


def settle_points(points: Iterable[Point]) -> tuple[Point, ...]:
    """The points rounded to 1/1000."""
    return without_repeats((round_coordinate(x), round_coordinate(y)) for x, y in points)


def settle_angle(angle: float) -> float:
    """Degrees clockwise, rounded to 1/1000, from 0 up to 360."""
    turned = round_coordinate(angle - TURN * math.floor(angle / TURN))
    return 0 if turned == TURN else turned


def plain_json(place: Any) -> dict[str, Any]:
    """A place whose members are numbers or text."""
    shown: dict[str, Any] = place._asdict()
    return shown


def check_inside(verdict: Verdict, at: str, bounds: Bounds, facts: ItemFacts) -> None:
    """Note a problem where a place leaves the image."""
    if facts.width is None or facts.height is None:
        sentence = gettext_noop("The size of this image is not known, so this cannot be checked.")
        verdict.refuse(at, "unknown-size", sentence)
        return
    left, top, right, bottom = bounds
    if (
        left < -ROUNDING
        or top < -ROUNDING
        or right > facts.width + ROUNDING
        or bottom > facts.height + ROUNDING
    ):
        sentence = gettext_noop(
            "The region leaves the image, which is %(width)d by %(height)d pixels."
        )
        verdict.refuse(at, "outside-image", sentence, width=facts.width, height=facts.height)


def bounds_of(points: Iterable[Point]) -> Bounds:
    """The smallest upright box around some points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
