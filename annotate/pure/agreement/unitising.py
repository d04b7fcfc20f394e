"""Krippendorff's alpha for stretches: where people begin and end a unit, and what they call it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from annotate.pure.agreement.answers import Floats
from annotate.pure.agreement.results import (
    NO_OVERLAP,
    NO_PLACES,
    Agreement,
    measure_agreement,
    undefined_agreement,
)

Stretch = tuple[float, float]
Units = Mapping[Hashable, Sequence[Stretch]]
"""Start and end of the units of one annotator in one item, by label."""


class Continuum(NamedTuple):
    """An item that several people cut into units: its length, and the units of each."""

    length: float
    units: Sequence[Units]


def alpha_of_units(items: Iterable[Continuum], seed: int = 0) -> Agreement:
    """Krippendorff's unitising alpha: one minus observed over expected disagreement about units.

    A unit that somebody else missed costs the square of its length; two units that overlap cost
    the squares of how far their starts and ends lie apart. Items follow each other as one
    continuum. Units of one label by one person that overlap are taken as one.

    Parameters
    ----------
    items : iterable of Continuum
        Lengths in whole steps, such as code points or milliseconds. Items with one annotator do
        not count.

    Returns
    -------
    Agreement
        1 is full agreement, 0 what units thrown at random would give. Undefined where nobody
        marked anything. The interval draws items again and holds what chance would give.

    References
    ----------
    Krippendorff (1995), "On the reliability of unitizing continuous data"; Krippendorff (2004),
    "Content analysis", 2nd edition, section 11.6, whose example gives 0.859 (0.729 for one
    category, 1 for the other).

    Examples
    --------
    >>> ours, theirs = {"name": [(0, 4)]}, {"name": [(0, 4)]}
    >>> alpha_of_units([Continuum(20, [ours, theirs])]).value
    1.0
    """
    shared = [item for item in items if len(item.units) > 1]
    n_answers = sum(len(item.units) for item in shared)
    if not shared:
        return undefined_agreement(NO_OVERLAP)
    labels = dict.fromkeys(label for item in shared for one in item.units for label in one)
    expected, observed = 0.0, np.zeros(len(shared))
    for label in labels:
        cut = [_cut(item, label) for item in shared]
        expected += _expected(cut)
        observed += [_observed(people) for people in cut]
    if expected <= 0:
        return undefined_agreement(NO_PLACES, len(shared), n_answers)
    lengths = np.array([item.length * len(item.units) for item in shared])
    shown, times = np.unique(np.column_stack([observed, lengths]), axis=0, return_counts=True)
    apart, read = shown.T

    def measure(weights: Floats) -> Floats:
        found: Floats = 1 - (weights @ apart) / (weights @ read) / expected
        return found

    return measure_agreement(measure, times.astype(float), n_answers, NO_PLACES, seed)


_Section = tuple[float, float, bool]
"""Start, length, and whether it is a unit or the gap between units."""


def _cut(item: Continuum, label: Hashable) -> list[list[_Section]]:
    return [sections(one.get(label, ()), item.length) for one in item.units]


def sections(units: Sequence[Stretch], length: float) -> list[_Section]:
    """An item from its start to its end, cut into units and gaps.

    Examples
    --------
    >>> sections([(2, 4), (3, 6)], 10)
    [(0, 2, False), (2, 4, True), (6, 4, False)]
    """
    found: list[_Section] = []
    at: float = 0
    for start, end in _joined(units):
        start, end = max(start, 0), min(end, length)
        if end <= start:
            continue
        if start > at:
            found.append((at, start - at, False))
        found.append((start, end - start, True))
        at = end
    if at < length:
        found.append((at, length - at, False))
    return found


def _joined(units: Sequence[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for start, end in sorted(units):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _observed(people: Sequence[list[_Section]]) -> float:
    """The disagreement of every two people, over one less than there are people."""
    apart = sum(_apart(one, other) for one, other in combinations(people, 2))
    return 2 * apart / (len(people) - 1)


def _apart(first: Sequence[_Section], second: Sequence[_Section]) -> float:
    row = column = 0
    found = 0.0
    while row < len(first) and column < len(second):
        one, other = first[row], second[column]
        found += _distance(one, other)
        ends = one[0] + one[1], other[0] + other[1]
        row += ends[0] <= ends[1]
        column += ends[1] <= ends[0]
    return found


def _distance(first: _Section, second: _Section) -> float:
    (start, length, is_unit), (other, other_length, is_other) = first, second
    apart = start - other
    if is_unit and is_other:
        return apart**2 + (apart + length - other_length) ** 2
    if is_unit and 0 <= apart <= other_length - length:
        return length**2
    if is_other and 0 <= -apart <= length - other_length:
        return other_length**2
    return 0.0


def _expected(cut: Sequence[Sequence[Sequence[_Section]]]) -> float:
    """What units of these lengths would cost, thrown at random into what everybody read."""
    every = [one for people in cut for sections_of_one in people for one in sections_of_one]
    units = np.array([length for _start, length, is_unit in every if is_unit], dtype=float)
    gaps = np.sort(np.array([length for _start, length, is_unit in every if not is_unit]))[::-1]
    read = float(sum(length for _start, length, _is_unit in every))
    if not len(units):
        return 0.0
    fits = np.searchsorted(-gaps, -units, side="right")
    room = np.concatenate([[0.0], np.cumsum(gaps)])[fits] - fits * (units - 1)
    other_units = (len(units) - 1) / 3 * (2 * units**3 - 3 * units**2 + units)
    pairs = read * (read - 1) - float((units * (units - 1)).sum())
    return 2 * float((other_units + units**2 * room).sum()) / pairs if pairs > 0 else 0.0
