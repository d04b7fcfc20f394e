"""Who trains, who validates, who tests: decided once for each group of items, and remembered.

The order in which items arrive never matters. Items that belong together (near-duplicates, one
patient, one document) are in one group and never in two splits.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

TRAIN = "train"
VALIDATION = "validation"
TEST = "test"
# A remembered decision, too: this item was near to test or validation items and left training.
EXCLUDED = "excluded"
SPLITS = (TRAIN, VALIDATION, TEST)

Method = Literal["hash", "stratified"]

# Between equal claims the smaller splits go first, so that small datasets get a test split at all.
_ORDER = (TEST, VALIDATION, TRAIN)


class Group(NamedTuple):
    """Items that must share a split.

    Attributes
    ----------
    name : str
        Stable name: the item's key, the patient's number, the first key of a cluster.
    keys : tuple of str
        The keys of its items.
    stratum : str
        What ``stratified`` balances, such as the label most items of the group have.
    """

    name: str
    keys: tuple[str, ...]
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """The outcome of `assign_splits`.

    Attributes
    ----------
    splits : dict
        Split of each key; excluded keys are not in it.
    excluded : dict
        Keys that leave training, and the split that their group is kept for.
    counts : dict
        Items in each split, zeros included.
    joined_groups : int
        Groups whose items had been given to different splits before they were one group.
    """

    splits: dict[str, str]
    excluded: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    joined_groups: int = 0

    def to_remember(self) -> dict[str, str]:
        """What the next call must be given as `remembered`, on top of what it had."""
        return self.splits | dict.fromkeys(self.excluded, EXCLUDED)


def assign_splits(
    groups: Iterable[Group],
    shares: Mapping[str, float],
    method: Method = "hash",
    seed: int = 0,
    remembered: Mapping[str, str] | None = None,
) -> SplitPlan:
    """A split for every item, from the groups alone: the same input in any order gives the same.

    Parameters
    ----------
    groups : iterable of Group
        Every key in exactly one group.
    shares : mapping
        Share of ``train``, ``validation`` and ``test``; each 0 to 1, together 1.
    method : {"hash", "stratified"}
        ``hash`` looks at the group's name only: nothing else can move it, and shares are met
        only on average. ``stratified`` fills the shares within each stratum, largest groups
        first, and hands what cannot be divided on to the next stratum; the first group of a
        stratum goes to training.
    seed : int
        Another seed, another plan.
    remembered : mapping, optional
        Split of each key in earlier versions, from `SplitPlan.to_remember`. Such keys stay.

    Returns
    -------
    SplitPlan
        A new item of a known group joins that group's split. Where groups of different splits
        have become one, test items stay in test and validation items in validation; all others
        of the group leave training, the new ones too.

    Raises
    ------
    ValueError
        Unknown split or method, shares that do not add up to 1, or a key in two groups.

    Examples
    --------
    >>> thirds = {"train": 0.5, "validation": 0.25, "test": 0.25}
    >>> groups = [Group(f"g{n}", (f"k{n}",)) for n in range(8)]
    >>> assign_splits(groups, thirds, "stratified").counts
    {'train': 4, 'validation': 2, 'test': 2}
    """
    _check_shares(shares)
    if method not in ("hash", "stratified"):
        raise ValueError(f"unknown method {method!r}: use hash or stratified")
    listed = sorted(groups)
    _check_groups(listed)
    plan = SplitPlan({}, {}, dict.fromkeys(SPLITS, 0))
    fresh, joined = _keep_remembered(plan, listed, remembered or {})
    if method == "hash":
        for group in fresh:
            _put(plan, group.keys, split_by_hash(group.name, shares, seed))
    else:
        _fill_strata(plan, listed, fresh, shares, seed)
    return SplitPlan(plan.splits, plan.excluded, plan.counts, joined)


def split_by_hash(name: str, shares: Mapping[str, float], seed: int = 0) -> str:
    """The split of a group by its name alone.

    A larger test share only adds to the test split, it takes nothing away.

    Examples
    --------
    >>> split_by_hash("a", {"train": 0.0, "validation": 0.0, "test": 1.0})
    'test'
    """
    place = _ordinal(name, seed) / 2**64
    if place < shares.get(TEST, 0):
        return TEST
    return VALIDATION if place < shares.get(TEST, 0) + shares.get(VALIDATION, 0) else TRAIN


def _check_shares(shares: Mapping[str, float]) -> None:
    unknown = sorted(set(shares) - set(SPLITS))
    if unknown:
        raise ValueError(f"unknown split {unknown[0]!r}: use {', '.join(SPLITS)}")
    if not all(0 <= share <= 1 for share in shares.values()):
        raise ValueError(f"a share is a number from 0 to 1: {dict(shares)}")
    if abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError(f"the shares add up to {sum(shares.values())}, not to 1")


def _check_groups(groups: list[Group]) -> None:
    names: set[str] = set()
    keys: set[str] = set()
    for group in groups:
        if group.name in names:
            raise ValueError(f"two groups are named {group.name!r}")
        names.add(group.name)
        for key in group.keys:
            if key in keys:
                raise ValueError(f"key {key!r} stands twice, at the latest in {group.name!r}")
            keys.add(key)


def _keep_remembered(
    plan: SplitPlan, groups: list[Group], remembered: Mapping[str, str]
) -> tuple[list[Group], int]:
    """Put what is known into the plan; the groups still to be decided, and how many were joined."""
    fresh: list[Group] = []
    joined = 0
    for group in groups:
        known = {key: remembered[key] for key in group.keys if key in remembered}
        decided = set(known.values())
        unknown = decided - {*SPLITS, EXCLUDED}
        if unknown:
            raise ValueError(f"unknown remembered split {unknown.pop()!r} in {group.name!r}")
        if not decided:
            fresh.append(group)
        elif len(decided) == 1 and EXCLUDED not in decided:
            _put(plan, group.keys, decided.pop())
        else:
            joined += len(decided - {EXCLUDED}) > 1
            fresh += _settle_joined(plan, group, known)
    return fresh, joined


def _settle_joined(plan: SplitPlan, group: Group, known: dict[str, str]) -> list[Group]:
    """Decide about a group that grew out of several; what is left to decide comes back.

    A group without test or validation items endangers nothing: only what left training before
    stays out.
    """
    decided = set(known.values())
    keeper = next((split for split in (TEST, VALIDATION) if split in decided), None)
    rest = []
    for key in group.keys:
        split = known.get(key)
        if split == EXCLUDED or (keeper is not None and split not in (TEST, VALIDATION)):
            plan.excluded[key] = keeper or EXCLUDED
        elif split is not None:
            _put(plan, (key,), split)
        elif TRAIN in decided:
            _put(plan, (key,), TRAIN)
        else:
            rest.append(key)
    return [group._replace(keys=tuple(rest))] if rest else []


def _put(plan: SplitPlan, keys: Iterable[str], split: str) -> None:
    for key in keys:
        plan.splits[key] = split
        plan.counts[split] += 1


def _fill_strata(
    plan: SplitPlan,
    groups: list[Group],
    fresh: list[Group],
    shares: Mapping[str, float],
    seed: int,
) -> None:
    had: dict[str, Counter[str]] = {}
    for group in groups:
        given = [plan.splits[key] for key in group.keys if key in plan.splits]
        had.setdefault(group.stratum, Counter()).update(given)
    strata: dict[str, list[Group]] = {}
    for group in fresh:
        strata.setdefault(group.stratum, []).append(group)
    carried = dict.fromkeys(SPLITS, 0.0)
    for stratum in sorted(strata, key=lambda name: (_ordinal(name, seed), name)):
        members = strata[stratum]
        members.sort(key=lambda group: (-len(group.keys), _ordinal(group.name, seed), group.name))
        total = had[stratum].total() + sum(len(group.keys) for group in members)
        wanted = {
            split: shares.get(split, 0) * total + carried[split] - had[stratum][split]
            for split in SPLITS
        }
        if shares.get(TRAIN) and not had[stratum][TRAIN]:
            _give(plan, members.pop(0), TRAIN, wanted)
        for group in members:
            _give(plan, group, max(_ORDER, key=wanted.__getitem__), wanted)
        carried = wanted


def _give(plan: SplitPlan, group: Group, split: str, wanted: dict[str, float]) -> None:
    _put(plan, group.keys, split)
    wanted[split] -= len(group.keys)


def _ordinal(name: str, seed: int) -> int:
    """A number from 0 to 2**64 - 1 that only name and seed decide, the same on every machine."""
    digest = hashlib.sha256(f"winnow/split/{seed}\0{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big")
