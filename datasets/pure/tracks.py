"""Where a tracked object is at a moment between its keys.

Numbers run evenly from one key to the next, angles along the shorter way. Polygons, polylines and
skeletons do so point by point, where both keys have the same points; otherwise the earlier shape
is held. `tests/vectors/tracks.json` holds Python and TypeScript to the same numbers.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from datasets.pure.canonical import round_coordinate
from datasets.pure.region_kinds.base import TURN, Point, settle_angle
from datasets.pure.region_kinds.points import Polygon, Polyline
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox
from datasets.pure.region_kinds.skeleton import Joint, Skeleton
from datasets.pure.region_kinds.track import Key, Track

Points = Sequence[Point]


class Shown(NamedTuple):
    """A shape as it is seen at a moment, rounded as it is stored."""

    at: Any
    occluded: bool


def shape_at(track: Track, t: float) -> Shown | None:
    """What a tracked object looks like `t` seconds into the video; None where it is not there.

    Examples
    --------
    >>> from datasets.pure.region_types import Box
    >>> track = Track("box", (Key(0, Box(0, 0, 4, 4)), Key(2, Box(8, 2, 4, 4), outside=True)))
    >>> shape_at(track, 0.5), shape_at(track, 2)
    (Shown(at=Box(x=2, y=0.5, w=4, h=4), occluded=False), None)
    """
    number = bisect_right(track.keys, t, key=attrgetter("t")) - 1
    if number < 0 or track.keys[number].outside:
        return None
    key = track.keys[number]
    if key.t == t or number + 1 == len(track.keys):
        return Shown(key.at, key.occluded)
    return Shown(_between(key, track.keys[number + 1], t), key.occluded)


def _between(key: Key, after: Key, t: float) -> Any:
    share = (t - key.t) / (after.t - key.t)
    first, second = key.at, after.at
    if isinstance(first, Polygon):
        if [len(ring) for ring in first.rings] != [len(ring) for ring in second.rings]:
            return first
        pairs = zip(first.rings, second.rings, strict=True)
        return Polygon(tuple(_points(*pair, share) for pair in pairs))
    if isinstance(first, Polyline):
        if len(first.points) != len(second.points):
            return first
        return Polyline(_points(first.points, second.points, share))
    if isinstance(first, Skeleton):
        return _skeleton(first, second, share)
    if isinstance(first, RotatedBox | Ellipse):
        turn = TURN // 2 if isinstance(first, Ellipse) else TURN
        angle = _angle(first.angle, second.angle, share, turn)
        return key.at._make([*_numbers(first[:4], second[:4], share), angle])
    return type(first)(*_numbers(first, second, share))


def _numbers(first: Sequence[float], second: Sequence[float], share: float) -> tuple[float, ...]:
    pairs = zip(first, second, strict=True)
    return tuple(round_coordinate(one + (other - one) * share) for one, other in pairs)


def _points(first: Points, second: Points, share: float) -> tuple[Point, ...]:
    pairs = (_numbers(*pair, share) for pair in zip(first, second, strict=True))
    return tuple((x, y) for x, y in pairs)


def _angle(first: float, second: float, share: float, turn: int) -> float:
    """Along the shorter way; half a turn goes clockwise."""
    way = second - first - turn * math.floor((second - first) / turn)
    way = way - turn if way > turn / 2 else way
    settled = settle_angle(first + way * share)
    return round_coordinate(settled - turn) if settled >= turn else settled


def _skeleton(first: Skeleton, second: Skeleton, share: float) -> Skeleton:
    if [joint.name for joint in first.joints] != [joint.name for joint in second.joints]:
        return first
    joints = []
    for one, other in zip(first.joints, second.joints, strict=True):
        x, y = _numbers((one.x, one.y), (other.x, other.y), share)
        joints.append(Joint(one.name, x, y, one.hidden))
    return Skeleton(tuple(joints))
