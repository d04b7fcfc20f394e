"""Cutting the training split into folds, so that each item is predicted by a model without it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

FOLDS = 5


def folds_of(
    groups: Sequence[str], labels: Sequence[str], seed: int, folds: int = FOLDS
) -> list[int]:
    """Return the fold of each item, 0 to `folds` - 1; items of a group are in one.

    Groups come in the order of a hash, the larger ones first, each to the fold that has fewest of
    its commonest label, then fewest items: every label is spread as evenly as the groups allow.

    Examples
    --------
    >>> folds_of(["a", "a", "b", "c"], ["x", "x", "x", "x"], seed=0, folds=2)[:2]
    [0, 0]
    """
    members: dict[str, list[int]] = defaultdict(list)
    for at, group in enumerate(groups):
        members[group].append(at)
    order = sorted(members, key=lambda group: (-len(members[group]), _hash(group, seed)))
    held: list[Counter[str]] = [Counter() for _ in range(folds)]
    found = [0] * len(groups)
    for group in order:
        said = Counter(labels[at] for at in members[group])
        commonest = min(said, key=lambda label: (-said[label], label))
        fold = min(range(folds), key=lambda one: (held[one][commonest], held[one].total(), one))
        held[fold].update(said)
        for at in members[group]:
            found[at] = fold
    return found


def _hash(group: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}\n{group}".encode()).hexdigest()
