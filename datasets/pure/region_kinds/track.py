"""Tracks: one object through a video, as the shape it has at some moments.

Between two of these keys its numbers run evenly (see `datasets.pure.tracks`); after the last one
it stays as it is, and before the first one it is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.region_kinds import box, points, rotated, skeleton
from datasets.pure.region_kinds.base import Found, RegionKind, Verdict, check_number, read_object
from datasets.pure.region_kinds.stretches import MAX_TIME, check_time, round_time

if TYPE_CHECKING:
    from datasets.pure.schema_types import ItemFacts, Question

MAX_KEYS = 10_000
TRACKED: dict[str, RegionKind] = {
    kind.name: kind
    for kind in (
        box.KIND,
        rotated.ROTATED_BOX,
        points.POLYGON,
        points.POLYLINE,
        rotated.ELLIPSE,
        points.POINT,
        skeleton.KIND,
    )
}
"""The kinds of shapes that can be followed through a video."""
_FLAGS = ("outside", "occluded")


class Key(NamedTuple):
    """What an object looks like at a moment, in seconds rounded to 1/10,000.

    `outside`: from here to the next key it is not in the picture. `occluded`: from here to the
    next key something stands before it, its place a guess.
    """

    t: float
    at: Any
    outside: bool = False
    occluded: bool = False


class Track(NamedTuple):
    """An object followed: the kind of its shapes, and its keys in rising order of time."""

    of: str
    keys: tuple[Key, ...]


def _read(place: object, at: str, found: Found) -> Track | None:
    raw = read_object(place, ("of", "keys"), at, found)
    if not raw:
        return None
    kind = TRACKED.get(raw["of"]) if type(raw["of"]) is str else None
    if kind is None:
        sentence = gettext_noop("%(kind)s cannot be tracked. Use one of: %(kinds)s.")
        values = {"kind": shorten(raw["of"]), "kinds": ", ".join(TRACKED)}
        found.add(f"{at}/of", "unknown-kind", sentence, **values)
        return None
    listed = raw["keys"]
    if type(listed) is not list or not 1 <= len(listed) <= MAX_KEYS:
        sentence = gettext_noop("Give 1 to %(limit)d keys as a list of objects with t and at.")
        found.add(f"{at}/keys", "wrong-type", sentence, limit=MAX_KEYS)
        return None
    before = len(found)
    keys: list[Key] = []
    for index, one in enumerate(listed):
        key = _read_key(one, kind, f"{at}/keys/{index}", found)
        if key is not None and keys and key.t <= keys[-1].t:
            sentence = gettext_noop("%(time)s s is not after the key before it, at %(before)s s.")
            place = f"{at}/keys/{index}/t"
            found.add(place, "not-rising", sentence, time=key.t, before=keys[-1].t)
        elif key is not None:
            keys.append(key)
    return Track(kind.name, tuple(keys)) if len(found) == before else None


def _read_key(value: object, kind: RegionKind, at: str, found: Found) -> Key | None:
    flags = {}
    if type(value) is dict:
        flags = {name: value[name] for name in _FLAGS if name in value}
        value = {name: one for name, one in value.items() if name not in flags}
    before = len(found)
    raw = read_object(value, ("t", "at"), at, found)
    for name, flag in flags.items():
        if type(flag) is not bool:
            found.add(f"{at}/{name}", "wrong-type", gettext_noop("This must be true or false."))
    if not raw:
        return None
    check_number(raw["t"], f"{at}/t", found, MAX_TIME)
    shape = kind.read(raw["at"], f"{at}/at", found)
    return Key(round_time(raw["t"]), shape, **flags) if len(found) == before else None


def _settle(track: Track) -> Track:
    """In rising order; of keys at one moment, the one said last."""
    settle = TRACKED[track.of].settle
    by_time = {}
    for key in track.keys:
        t = round_time(key.t)
        by_time[t] = Key(t, settle(key.at), key.outside, key.occluded)
    return Track(track.of, tuple(by_time[t] for t in sorted(by_time)))


def _as_json(track: Track) -> dict[str, Any]:
    write = TRACKED[track.of].as_json
    keys = []
    for key in track.keys:
        flags = {name: True for name in _FLAGS if getattr(key, name)}
        keys.append({"t": key.t, "at": write(key.at), **flags})
    return {"of": track.of, "keys": keys}


def _check(verdict: Verdict, at: str, track: Track, facts: ItemFacts, question: Question) -> None:
    if track.of not in question.tracked:
        sentence = gettext_noop("%(name)s is answered with tracks of %(kinds)s, not of %(given)s.")
        values = {"name": question.name, "kinds": ", ".join(question.tracked), "given": track.of}
        verdict.refuse(f"{at}/of", "wrong-kind", sentence, **values)
        return
    if all(key.outside for key in track.keys):
        sentence = gettext_noop("The object is never in the picture.")
        verdict.refuse(f"{at}/keys", "empty-region", sentence)
    check = TRACKED[track.of].check
    for index, key in enumerate(track.keys):
        check_time(verdict, f"{at}/keys/{index}/t", key.t, facts)
        check(verdict, f"{at}/keys/{index}/at", key.at, facts, question)


KIND = RegionKind(
    *("track", Track, ("video",), "tracks"),
    *(_read, _settle, _as_json, _check),
    question_keys=("kinds", "joints", "edges"),
)
