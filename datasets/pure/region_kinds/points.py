"""Polygons, lines and single points in pixels of the upright original."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from datasets.pure.canonical import round_coordinate
from datasets.pure.problems import gettext_noop
from datasets.pure.region_kinds.base import (
    MAX_POINTS,
    Found,
    Point,
    RegionKind,
    Verdict,
    bounds_of,
    check_inside,
    plain_json,
    read_numbers,
    read_object,
    read_points,
    settle_points,
)

if TYPE_CHECKING:
    from datasets.pure.schema_types import ItemFacts, Question

MAX_RINGS = 200


class Polygon(NamedTuple):
    """Rings of points, the outline first, then the holes; the last point joins the first."""

    rings: tuple[tuple[Point, ...], ...]


class Polyline(NamedTuple):
    """Points joined in their order; the ends stay open."""

    points: tuple[Point, ...]


class PointPlace(NamedTuple):
    """A single place."""

    x: float
    y: float


def ring_area(ring: tuple[Point, ...]) -> float:
    """Square pixels inside a ring that does not cross itself (shoelace formula), never below 0.

    Examples
    --------
    >>> ring_area(((0, 0), (4, 0), (4, 3)))
    6.0
    """
    total = 0.0
    for (x, y), (next_x, next_y) in zip(ring, ring[1:] + ring[:1], strict=True):
        total += x * next_y - next_x * y
    return abs(total) / 2


def _read_polygon(place: object, at: str, found: Found) -> Polygon | None:
    rings = read_object(place, ("rings",), at, found).get("rings")
    if rings is None:
        return None
    if type(rings) is not list or not 1 <= len(rings) <= MAX_RINGS:
        sentence = gettext_noop("Give 1 to %(limit)d rings: the outline, then its holes.")
        found.add(f"{at}/rings", "wrong-type", sentence, limit=MAX_RINGS)
        return None
    read = []
    for index, ring in enumerate(rings):
        points = _closed(read_points(ring, 3, f"{at}/rings/{index}", found))
        if points and (len(points) < 3 or ring_area(points) == 0):
            sentence = gettext_noop("This ring has no area.")
            found.add(f"{at}/rings/{index}", "empty-region", sentence)
        if not points:
            return None
        read.append(points)
    return Polygon(tuple(read))


def _closed(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The last point joins the first by itself: said twice, it is said once."""
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def _settle_polygon(polygon: Polygon) -> Polygon:
    return Polygon(tuple(_closed(settle_points(ring)) for ring in polygon.rings))


def _polygon_json(polygon: Polygon) -> dict[str, Any]:
    return {"rings": [[list(point) for point in ring] for ring in polygon.rings]}


def _check_polygon(
    verdict: Verdict, at: str, polygon: Polygon, facts: ItemFacts, _question: Question
) -> None:
    check_inside(verdict, at, bounds_of(polygon.rings[0]), facts)
    if sum(len(ring) for ring in polygon.rings) > MAX_POINTS:
        sentence = gettext_noop("%(count)d points are too many; at most %(limit)d fit.")
        count = sum(len(ring) for ring in polygon.rings)
        verdict.refuse(at, "too-many-points", sentence, count=count, limit=MAX_POINTS)
    left, top, right, bottom = bounds_of(polygon.rings[0])
    for index, ring in enumerate(polygon.rings[1:], start=1):
        x, y, far_x, far_y = bounds_of(ring)
        if x < left or y < top or far_x > right or far_y > bottom:
            sentence = gettext_noop("A hole leaves the outline that it belongs to.")
            verdict.warn(f"{at}/rings/{index}", "hole-outside", sentence)


def _read_polyline(place: object, at: str, found: Found) -> Polyline | None:
    points = read_object(place, ("points",), at, found).get("points")
    if points is None:
        return None
    read = read_points(points, 2, f"{at}/points", found)
    return Polyline(read) if read else None


def _settle_polyline(line: Polyline) -> Polyline:
    return Polyline(settle_points(line.points))


def _polyline_json(line: Polyline) -> dict[str, Any]:
    return {"points": [list(point) for point in line.points]}


def _check_polyline(
    verdict: Verdict, at: str, line: Polyline, facts: ItemFacts, _question: Question
) -> None:
    check_inside(verdict, at, bounds_of(line.points), facts)


def _read_point(place: object, at: str, found: Found) -> PointPlace | None:
    numbers = read_numbers(place, ("x", "y"), at, found)
    return PointPlace(*map(round_coordinate, numbers)) if numbers else None


def _settle_point(point: PointPlace) -> PointPlace:
    return PointPlace(*map(round_coordinate, point))


def _check_point(
    verdict: Verdict, at: str, point: PointPlace, facts: ItemFacts, _question: Question
) -> None:
    check_inside(verdict, at, (point.x, point.y, point.x, point.y), facts)


_IMAGE = ("image",)
POLYGON = RegionKind(
    *("polygon", Polygon, _IMAGE, "polygons"),
    *(_read_polygon, _settle_polygon, _polygon_json, _check_polygon),
)
POLYLINE = RegionKind(
    *("polyline", Polyline, _IMAGE, "polylines"),
    *(_read_polyline, _settle_polyline, _polyline_json, _check_polyline),
)
POINT = RegionKind(
    *("point", PointPlace, _IMAGE, "points"),
    *(_read_point, _settle_point, plain_json, _check_point),
)
