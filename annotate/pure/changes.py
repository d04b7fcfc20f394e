"""What a reviewer changed about an answer, region by region; a correction keeps their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Region = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new, gone, named or said otherwise, and only placed so; the last two as pairs."""

    added: tuple[Region, ...]
    removed: tuple[Region, ...]
    renamed: tuple[tuple[Region, Region], ...]
    moved: tuple[tuple[Region, Region], ...]

    def as_json(self) -> list[Region]:
        """The changes one by one: what happened, and the region before and after it.

        Examples
        --------
        >>> box = {"id": "r1", "question": "cells", "kind": "box", "label": "rbc"}
        >>> [one["what"] for one in what_changed([box], []).as_json()]
        ['removed']
        """
        return [
            *(_change("renamed", old, new) for old, new in self.renamed),
            *(_change("added", None, new) for new in self.added),
            *(_change("removed", old, None) for old in self.removed),
            *(_change("moved", old, new) for old, new in self.moved),
        ]


def _change(what: str, before: Region | None, after: Region | None) -> Region:
    return {"what": what, "before": before, "after": after}


def what_changed(before: Sequence[Region], after: Sequence[Region]) -> Changes:
    """How two documents differ, regions found again by their ids and questions.

    An answer about the whole item is the same one whatever its id.

    Examples
    --------
    >>> old = {"id": "r1", "question": "mood", "kind": "item", "label": "good"}
    >>> new = {"id": "r7", "question": "mood", "kind": "item", "label": "bad"}
    >>> [(a["label"], b["label"]) for a, b in what_changed([old], [new]).renamed]
    [('good', 'bad')]
    """
    left = list(before)
    added, renamed, moved = [], [], []
    for region in _same_first(before, after):
        old = _take(left, region)
        if old is None:
            added.append(region)
        elif _said(old) != _said(region):
            renamed.append((old, region))
        elif {**old, "id": region["id"]} != region:
            moved.append((old, region))
    return Changes(tuple(added), tuple(left), tuple(renamed), tuple(moved))


def _same_first(before: Sequence[Region], after: Sequence[Region]) -> list[Region]:
    """Put what is said as before first, so that of several labels each finds its own."""
    known = {(_name(one), _said(one)) for one in before}
    return sorted(after, key=lambda one: (_name(one), _said(one)) not in known)


def _take(left: list[Region], region: Region) -> Region | None:
    """Take the region out of a list that this one was, best the one that says the same."""
    same = [one for one in left if _name(one) == _name(region)]
    if not same:
        return None
    best = next((one for one in same if _said(one) == _said(region)), same[0])
    left.remove(best)
    return best


def _name(region: Region) -> tuple[str, str, str]:
    own = "" if region["kind"] == "item" else region["id"]
    return region["question"], region["kind"], own


def _said(region: Region) -> tuple[str, str]:
    return str(region.get("label", "")), str(region.get("value", ""))
