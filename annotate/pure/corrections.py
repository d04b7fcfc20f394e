"""What a reviewer changed in an answer: which labels became which, what was added or moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

LABEL, ADDED, REMOVED, MOVED = "label", "added", "removed", "moved"

Change = tuple[str, str, str]
"""The kind, the label before and the label after; a label is empty where there was none."""
Regions = Mapping[str, Any]


def _said(region: Mapping[str, Any]) -> str:
    return str(region.get("label", region.get("value", "")))[:60]


def changes_between(before: Regions, after: Regions) -> list[Change]:
    """Return what differs between two documents, by the ids of their regions.

    Examples
    --------
    >>> one = {"regions": [{"id": "r1", "label": "cat"}, {"id": "r2", "label": "dog"}]}
    >>> other = {"regions": [{"id": "r1", "label": "fox"}, {"id": "r3", "label": "dog"}]}
    >>> changes_between(one, other)
    [('label', 'cat', 'fox'), ('removed', 'dog', ''), ('added', '', 'dog')]
    """
    old = {region["id"]: region for region in before["regions"]}
    new = {region["id"]: region for region in after["regions"]}
    found: list[Change] = []
    for name, region in old.items():
        other = new.get(name)
        if other is None:
            found.append((REMOVED, _said(region), ""))
        elif _said(region) != _said(other):
            found.append((LABEL, _said(region), _said(other)))
        elif region.get("at") != other.get("at"):
            found.append((MOVED, _said(region), _said(other)))
    found += [(ADDED, "", _said(region)) for name, region in new.items() if name not in old]
    return found


def counted(pairs: Iterable[tuple[Regions, Regions]]) -> list[tuple[Change, int]]:
    """Return how often each change was made, most frequent first; each once for a correction."""
    counts: Counter[Change] = Counter()
    for before, after in pairs:
        counts.update(set(changes_between(before, after)))
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
