"""Places of several annotators merged into one proposal: matched, voted on, placed.

Regions of different people that are alike enough form a group, with at most one region of each
person. A group stays when enough of those who answered have it; its label is voted on, its place
is made of theirs (`fusion_placing`). The order of people and of their regions changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from annotate.pure.agreement.places import Mark, PlacesAnswer
from annotate.pure.truth.crowd import Codes, Floats
from annotate.pure.truth.fusion_placing import PLACERS, place_of
from datasets.pure.region_likeness import gather, likeness

LIKE_ENOUGH = 0.5
HALF = 0.5
SLACK = 1e-9
"""Half of three equal weights of 0.1 must stay a half."""


class Fused(NamedTuple):
    """One region of the proposal.

    Attributes
    ----------
    label : hashable or None
        The winner of the vote; None where labels lead together, which a person must decide, and
        where nobody gave one.
    at : NamedTuple
        The place.
    on : hashable
        What of the item it is on.
    confidence : float
        Weight of those who marked it with this label over the weight of all who answered, 0 to 1;
        without a winner, the share of the leading label.
    people : tuple
        Who marked it, with whatever label.
    is_tied : bool
        Several labels lead together.
    """

    label: Hashable | None
    at: Any
    on: Hashable
    confidence: float
    people: tuple[Hashable, ...]
    is_tied: bool = False


class Fusion(NamedTuple):
    """What becomes of one item.

    Attributes
    ----------
    regions : tuple of Fused
    confidence : float
        That of the most doubtful decision, 0 to 1: the share that backs a region that stayed, or
        that did not mark one that was left out. 1 where all say that there is nothing.
    left_out : int
        Groups that too few people had.
    is_decided : bool
        No label is tied.
    """

    regions: tuple[Fused, ...]
    confidence: float
    left_out: int
    is_decided: bool


class _Entry(NamedTuple):
    key: tuple[str, ...]
    person: int
    mark: Mark


def fuse_places(
    answers: Sequence[PlacesAnswer],
    *,
    at_least: float = LIKE_ENOUGH,
    share: float = HALF,
    weights: Mapping[Hashable, float] | None = None,
) -> Fusion:
    """Merge what several annotators marked on one item.

    Parameters
    ----------
    answers : sequence of PlacesAnswer
        One of each annotator, all of one item; an empty one says that there is nothing.
    at_least : float
        Mean likeness of the regions of a group, above 0 and at most 1.
    share : float
        A region stays when people with this share of the weight have it, above 0 and at most 1.
    weights : mapping, optional
        How much each annotator counts, above 0; 1 where nothing is said.

    Raises
    ------
    ValueError
        Two answers of one annotator or of two items, or a number out of range.

    Notes
    -----
    Pairs are merged greedily, those with equal labels first, then the most alike; two groups
    become one where no person has a region in both and the mean likeness between them is enough.

    References
    ----------
    Solovyev, Wang, Gabruseva (2021), "Weighted boxes fusion: ensembling boxes from different
    object detection models".

    Examples
    --------
    >>> from datasets.pure.region_types import Box
    >>> said = [[Box(0, 0, 10, 10)], [Box(2, 0, 10, 10)], [Box(70, 70, 5, 5)]]
    >>> names = ["Ada", "Bo", "Cy"]
    >>> given = [PlacesAnswer(1, n, [Mark("cell", at) for at in b]) for n, b in zip(names, said)]
    >>> [(one.label, tuple(one.at)) for one in fuse_places(given).regions]
    [('cell', (1, 0, 10, 10))]
    """
    _check(answers, at_least, share)
    ordered = sorted(answers, key=lambda one: str(one.annotator))
    people = [one.annotator for one in ordered]
    counts = np.array([(weights or {}).get(name, 1.0) for name in people], dtype=float)
    if len(counts) and not (np.isfinite(counts).all() and (counts > 0).all()):
        raise ValueError("weights must be numbers above 0")
    entries = sorted(
        (
            _Entry((str(mark.on), repr(mark.at), str(mark.label), str(answer.annotator)), n, mark)
            for n, answer in enumerate(ordered)
            for mark in answer.marks
        ),
        key=lambda one: one.key,
    )
    whole = float(counts.sum())
    regions, doubts, left_out = [], [1.0], 0
    for group in _groups(entries, ordered, at_least):
        had = sum(counts[one.person] for one in group) / whole
        if had < share - SLACK:
            left_out += 1
            doubts.append(1 - had)
            continue
        regions.append(_fused(group, people, counts, whole, ordered[0]))
        doubts.append(regions[-1].confidence)
    is_decided = not any(one.is_tied for one in regions)
    return Fusion(tuple(regions), float(min(doubts)), left_out, is_decided)


def _check(answers: Sequence[PlacesAnswer], at_least: float, share: float) -> None:
    if not 0 < at_least <= 1 or not 0 < share <= 1:
        raise ValueError("at_least and share must be above 0 and at most 1")
    if len({one.annotator for one in answers}) < len(answers):
        raise ValueError("an annotator answered twice")
    if len({one.item for one in answers}) > 1:
        raise ValueError("answers to several items cannot be fused")
    for answer in answers:
        for mark in answer.marks:
            if type(mark.at) not in PLACERS:
                raise ValueError(f"places of the kind {type(mark.at).__name__} cannot be fused")


def _groups(
    entries: Sequence[_Entry], answers: Sequence[PlacesAnswer], at_least: float
) -> list[list[_Entry]]:
    if not entries:
        return []
    gathered = gather([one.mark.at for one in entries])
    alike = likeness(gathered, gathered, answers[0].reach)
    place: dict[Hashable, int] = {}
    on = np.array([place.setdefault(one.mark.on, len(place)) for one in entries])
    person = np.array([one.person for one in entries])
    alike = np.where(on[:, None] == on[None], alike, 0.0)
    group_of = list(range(len(entries)))
    members: dict[int, list[int]] = {n: [n] for n in group_of}
    for first, second in _pairs(alike, person, entries, at_least):
        one, other = group_of[first], group_of[second]
        if one == other:
            continue
        mine, theirs = members[one], members[other]
        if set(person[mine]) & set(person[theirs]):
            continue
        if alike[np.ix_(mine, theirs)].mean() < at_least - SLACK:
            continue
        for number in theirs:
            group_of[number] = one
        mine += members.pop(other)
    return [[entries[n] for n in sorted(group)] for _first, group in sorted(members.items())]


def _pairs(alike: Floats, person: Codes, entries: Sequence[_Entry], at_least: float) -> Any:
    """Pairs of regions of two people that are alike enough, in the order of merging."""
    codes: dict[Hashable, int] = {}
    label = np.array([codes.setdefault(one.mark.label, len(codes)) for one in entries])
    usable = np.triu((alike >= at_least) & (person[:, None] != person[None]), 1)
    first, second = np.nonzero(usable)
    order = np.lexsort(
        (second, first, -alike[first, second].round(9), label[first] != label[second])
    )
    return zip(first[order].tolist(), second[order].tolist(), strict=True)


def _fused(
    group: Sequence[_Entry],
    people: Sequence[Hashable],
    counts: Floats,
    whole: float,
    answer: PlacesAnswer,
) -> Fused:
    votes: dict[Hashable, float] = defaultdict(float)
    for one in group:
        votes[one.mark.label] += float(counts[one.person])
    most = max(votes.values())
    leaders = [label for label, count in votes.items() if count >= most - SLACK]
    at = place_of([one.mark.at for one in group], counts[[one.person for one in group]], answer)
    return Fused(
        label=leaders[0] if len(leaders) == 1 else None,
        at=at,
        on=group[0].mark.on,
        confidence=most / whole,
        people=tuple(people[n] for n in sorted(one.person for one in group)),
        is_tied=len(leaders) > 1,
    )
