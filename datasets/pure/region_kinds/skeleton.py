"""Skeletons: named joints in pixels; a joint that is left out is absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from datasets.pure.canonical import round_coordinate
from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.region_kinds.base import (
    Found,
    RegionKind,
    Verdict,
    bounds_of,
    check_inside,
    check_number,
    read_object,
)
from datasets.pure.region_types import LABEL_KEY

if TYPE_CHECKING:
    from datasets.pure.schema_types import ItemFacts, Question

MAX_JOINTS = 200


class Joint(NamedTuple):
    """Where a joint is; hidden: behind something, its place a guess."""

    name: str
    x: float
    y: float
    hidden: bool


class Skeleton(NamedTuple):
    """The joints that are in the picture, sorted by name."""

    joints: tuple[Joint, ...]


def _read(place: object, at: str, found: Found) -> Skeleton | None:
    joints = read_object(place, ("joints",), at, found).get("joints")
    if joints is None:
        return None
    if type(joints) is not dict or not 1 <= len(joints) <= MAX_JOINTS:
        sentence = gettext_noop("Give 1 to %(limit)d joints as an object from name to place.")
        found.add(f"{at}/joints", "wrong-type", sentence, limit=MAX_JOINTS)
        return None
    before = len(found)
    read = [_read_joint(name, joints[name], f"{at}/joints", found) for name in sorted(joints)]
    return Skeleton(tuple(one for one in read if one)) if len(found) == before else None


def _read_joint(name: str, value: object, at: str, found: Found) -> Joint | None:
    if type(name) is not str or not LABEL_KEY.fullmatch(name):
        found.unknown_key(f"{at}/{shorten(name)}")
        return None
    place = f"{at}/{name}"
    if type(value) is not dict:
        sentence = gettext_noop("A joint is an object with x, y and, if it is covered, hidden.")
        found.add(place, "wrong-type", sentence)
        return None
    before = len(found)
    for key in sorted(value.keys() - {"x", "y", "hidden"}):
        found.unknown_key(f"{place}/{shorten(key)}")
    for key in ("x", "y"):
        check_number(value.get(key), f"{place}/{key}", found)
    if type(value.get("hidden", False)) is not bool:
        sentence = gettext_noop("This must be true or false.")
        found.add(f"{place}/hidden", "wrong-type", sentence)
    if len(found) > before:
        return None
    hidden = value.get("hidden", False)
    return Joint(name, round_coordinate(value["x"]), round_coordinate(value["y"]), hidden)


def _settle(skeleton: Skeleton) -> Skeleton:
    settled = [
        Joint(one.name, round_coordinate(one.x), round_coordinate(one.y), one.hidden)
        for one in skeleton.joints
    ]
    return Skeleton(tuple(sorted(settled)))


def _as_json(skeleton: Skeleton) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for joint in skeleton.joints:
        shown[joint.name] = {"x": joint.x, "y": joint.y} | (
            {"hidden": True} if joint.hidden else {}
        )
    return {"joints": shown}


def _check(
    verdict: Verdict, at: str, skeleton: Skeleton, facts: ItemFacts, question: Question
) -> None:
    known = {joint.key for joint in question.joints}
    for joint in skeleton.joints:
        if joint.name not in known:
            sentence = gettext_noop("%(question)s has no joint %(name)s.")
            values = {"question": question.name, "name": joint.name}
            verdict.refuse(f"{at}/joints/{joint.name}", "unknown-joint", sentence, **values)
    check_inside(verdict, at, bounds_of((joint.x, joint.y) for joint in skeleton.joints), facts)


KIND = RegionKind(
    *("skeleton", Skeleton, ("image",), "skeletons"),
    *(_read, _settle, _as_json, _check),
    question_keys=("joints", "edges"),
)
