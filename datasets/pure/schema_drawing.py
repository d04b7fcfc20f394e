"""What a definition says about drawn places alone: kinds of shapes, joints and edges."""

from __future__ import annotations

from typing import Any

from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.schema_types import SHAPE_KINDS, SHAPES, TRACKED_KINDS, JointName
from datasets.pure.schema_values import (
    Found,
    Raw,
    a_key,
    a_list,
    a_text,
    all_different,
    an_object,
    known_keys,
    one_of,
)

MAX_JOINTS = 200
MAX_EDGES = 1000


def read_drawing(raw: Raw, kind: str, at: str, found: Found) -> dict[str, Any]:
    """What a question of this type says about the shapes it is answered with."""
    tracked = _tracked_of(raw, at, found) if kind == "tracks" else ()
    jointed = kind == "skeletons" or "skeleton" in tracked
    joints = _joints_of(raw, f"{at}/joints", found) if jointed else ()
    return {
        "kinds": _kinds_of(raw, f"{at}/kinds", found) if kind == SHAPES else (),
        "tracked": tracked,
        "joints": joints,
        "edges": _edges_of(raw, joints, f"{at}/edges", found) if joints else (),
    }


def _kinds_of(raw: Raw, at: str, found: Found) -> tuple[str, ...]:
    """The kinds of regions that a question of type `shapes` takes; all of them, if unsaid."""
    if "kinds" not in raw:
        return SHAPE_KINDS
    listed = a_list(raw["kinds"], at, (1, len(SHAPE_KINDS)), found)
    kinds = [one_of(one, SHAPE_KINDS, f"{at}/{n}", found) for n, one in enumerate(listed)]
    return tuple(dict.fromkeys(kind for kind in kinds if kind)) or SHAPE_KINDS


def _tracked_of(raw: Raw, at: str, found: Found) -> tuple[str, ...]:
    """The kinds of shapes that a question of type `tracks` takes.

    Unsaid, all of them, skeletons only where the question has joints.
    """
    has_joints = "joints" in raw
    fitting = tuple(kind for kind in TRACKED_KINDS if has_joints or kind != "skeleton")
    if "kinds" not in raw:
        return fitting
    listed = a_list(raw["kinds"], f"{at}/kinds", (1, len(TRACKED_KINDS)), found)
    kinds = [one_of(one, TRACKED_KINDS, f"{at}/kinds/{n}", found) for n, one in enumerate(listed)]
    tracked = tuple(dict.fromkeys(kind for kind in kinds if kind))
    if "skeleton" not in tracked:
        for key in ("joints", "edges"):
            if key in raw:
                sentence = gettext_noop("Only tracks of skeletons have %(key)s.")
                found.add(f"{at}/{key}", "unexpected-key", sentence, key=key)
    return tracked or fitting


def _joints_of(raw: Raw, at: str, found: Found) -> tuple[JointName, ...]:
    """The joints of a skeleton, in the order in which they are placed."""
    joints = []
    listed = a_list(raw.get("joints"), at, (1, MAX_JOINTS), found)
    for index, one in enumerate(listed):
        place = f"{at}/{index}"
        joint = an_object(one, place, found)
        if joint is not None:
            known_keys(joint, ("key", "name"), place, found)
            key = a_key(joint, place, found)
            joints.append(JointName(key, a_text(joint, "name", place, 200, found) or key))
    all_different(listed, at, "key", found)
    return tuple(joints)


def _edges_of(
    raw: Raw, joints: tuple[JointName, ...], at: str, found: Found
) -> tuple[tuple[str, str], ...]:
    """The pairs of joints that are joined by a line."""
    known = {joint.key for joint in joints}
    edges = []
    for index, pair in enumerate(a_list(raw.get("edges", []), at, (0, MAX_EDGES), found)):
        ends = pair if type(pair) is list and len(pair) == 2 else []
        if not ends or ends[0] == ends[1] or any(end not in known for end in ends):
            sentence = gettext_noop("%(edge)s is no pair of two joints of this skeleton.")
            found.add(f"{at}/{index}", "unknown-joint", sentence, edge=shorten(repr(pair)))
        else:
            edges.append((ends[0], ends[1]))
    return tuple(edges)
