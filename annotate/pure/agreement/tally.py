"""What labels come down to when nobody asks which item it was: counts that one answer can change.

Whole figures of class answers follow from two counts: how many items show each set of labels, and
how often each two people met with each two labels. Both are changed by a new answer without
looking at the other items, and cost the same for ten items and for a million.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotate.pure.agreement.answers import Answers, Codes, Patterns, find_patterns
from annotate.pure.agreement.breakdown import Meetings, meetings_of
from annotate.pure.agreement.two_people import PairCounts

MOST_LABELS = 1 << 11
MOST_PEOPLE = 1 << 20
"""How many can be told apart in a number of 62 bits that joins two people and two labels."""

Row = tuple[Hashable, Hashable]
"""Annotator and label."""
Whole = NDArray[np.int64]


class TooManyKinds(Exception):
    """There are too many different labels or people to be counted this way."""


@dataclass(slots=True)
class Tally:
    """Counts of class answers. `labels` and `annotators` are those that somebody gave, sorted."""

    _labels: dict[Hashable, int] = field(default_factory=dict)
    _people: dict[Hashable, int] = field(default_factory=dict)
    _shapes: dict[tuple[int, ...], int] = field(default_factory=dict)
    """Items by the sorted codes of their labels."""
    _given: dict[int, int] = field(default_factory=dict)
    """Answers by the code of who gave them."""
    _met: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _times: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @classmethod
    def of(cls, answers: Answers) -> Tally:
        """Count all answers at once.

        Raises
        ------
        TooManyKinds
            More than 2,048 labels or a million people.

        Examples
        --------
        >>> from annotate.pure.agreement.answers import collect_answers
        >>> tally = Tally.of(collect_answers([("i1", "Ada", "x"), ("i1", "Bo", "y")]))
        >>> tally.change([("Ada", "x"), ("Bo", "y")], [("Ada", "x"), ("Bo", "x")])
        >>> tally.labels, tally.patterns().weights.tolist()
        (('x',), [1.0])
        """
        if len(answers.labels) > MOST_LABELS or len(answers.annotators) > MOST_PEOPLE:
            raise TooManyKinds
        found = find_patterns(answers, at_least=1)
        ends = np.cumsum(found.sizes).astype(int)
        shapes = {
            tuple(found.label[end - int(size) : end].tolist()): int(times)
            for end, size, times in zip(ends, found.sizes, found.weights, strict=True)
        }
        given = np.bincount(answers.annotator, minlength=len(answers.annotators))
        pairs = meetings_of(answers)
        codes = _joined(pairs.first, pairs.second, pairs.left, pairs.right)
        met, times = np.unique(codes, return_counts=True)
        return cls(
            {label: code for code, label in enumerate(answers.labels)},
            {name: code for code, name in enumerate(answers.annotators)},
            shapes,
            {code: int(n) for code, n in enumerate(given)},
            met,
            times.astype(np.int64),
        )

    def change(self, before: Iterable[Row], after: Iterable[Row]) -> None:
        """Take out what an item had and put in what it has now.

        Raises
        ------
        ValueError
            What it had was never counted.
        """
        self._add(before, -1)
        self._add(after, 1)

    def _add(self, rows: Iterable[Row], times: int) -> None:
        coded = sorted((self._person(who), self._label(label)) for who, label in rows)
        if not coded:
            return
        shape = tuple(sorted(label for _who, label in coded))
        _count(self._shapes, shape, times)
        for who, _said in coded:
            _count(self._given, who, times)
        for n, (who, label) in enumerate(coded):
            for other, said in coded[n + 1 :]:
                self._meet(int(_joined(who, other, label, said)), times)

    def _meet(self, code: int, times: int) -> None:
        at = int(np.searchsorted(self._met, code))
        if at < len(self._met) and self._met[at] == code:
            self._times[at] += times
        else:
            self._met = np.insert(self._met, at, code)
            self._times = np.insert(self._times, at, times)
        if self._times[at] < 0:
            raise ValueError("an answer is taken out that was never counted")

    def _label(self, label: Hashable) -> int:
        code = self._labels.setdefault(label, len(self._labels))
        if code >= MOST_LABELS:
            raise TooManyKinds
        return code

    def _person(self, name: Hashable) -> int:
        code = self._people.setdefault(name, len(self._people))
        if code >= MOST_PEOPLE:
            raise TooManyKinds
        return code

    @property
    def labels(self) -> tuple[Hashable, ...]:
        """The labels that were given, in the order of the codes in `patterns`."""
        used = {code for shape in self._shapes for code in shape}
        return tuple(
            sorted((name for name, code in self._labels.items() if code in used), key=_key)
        )

    @property
    def annotators(self) -> tuple[Hashable, ...]:
        """Who gave an answer, in the order of the codes in `meetings`."""
        names = (name for name, code in self._people.items() if self._given.get(code))
        return tuple(sorted(names, key=_key))

    def patterns(self, at_least: int = 2) -> Patterns:
        """What `find_patterns` finds in the answers themselves."""
        labels = self.labels
        places = {self._labels[label]: place for place, label in enumerate(labels)}
        rows = sorted(
            (len(shape), sorted(places[code] for code in shape), times)
            for shape, times in self._shapes.items()
            if len(shape) >= at_least
        )
        sizes = np.array([row[0] for row in rows], dtype=float)
        return Patterns(
            np.array([row[2] for row in rows], dtype=float),
            sizes,
            np.repeat(np.arange(len(rows)), sizes.astype(np.intp)),
            np.array([place for row in rows for place in row[1]], dtype=np.intp),
            len(labels),
        )

    def meetings(self) -> Meetings:
        """How often each two people met with each two labels."""
        some = self._times > 0
        codes, times = self._met[some], self._times[some]
        labels, annotators = self.labels, self.annotators
        people = _places(self._people, annotators)
        first = people[(codes >> 42) & (MOST_PEOPLE - 1)]
        second = people[(codes >> 22) & (MOST_PEOPLE - 1)]
        places = _places(self._labels, labels)
        left = places[(codes >> 11) & (MOST_LABELS - 1)]
        right = places[codes & (MOST_LABELS - 1)]
        swapped = first > second
        first, second = np.where(swapped, second, first), np.where(swapped, first, second)
        left, right = np.where(swapped, right, left), np.where(swapped, left, right)
        return Meetings(first, second, left, right, times.astype(float), annotators, labels)

    def pair_counts(self) -> PairCounts | None:
        """What `pair_counts` finds in the answers themselves."""
        if len(self.annotators) != 2:
            return None
        met = self.meetings()
        order = np.lexsort((met.right, met.left))
        return PairCounts(met.left[order], met.right[order], met.times[order], met.labels)


def _joined(first: Any, second: Any, left: Any, right: Any) -> Any:
    return (first << 42) | (second << 22) | (left << 11) | right


def _places(codes: dict[Hashable, int], names: tuple[Hashable, ...]) -> Codes:
    """Where the name of each code stands among those that are shown."""
    table = np.zeros(len(codes), dtype=np.intp)
    for place, name in enumerate(names):
        table[codes[name]] = place
    return table


def _count(counts: dict[Any, int], key: Any, times: int) -> None:
    now = counts.get(key, 0) + times
    if now < 0:
        raise ValueError("an answer is taken out that was never counted")
    if now:
        counts[key] = now
    else:
        counts.pop(key, None)


def _key(name: Any) -> Any:
    """Numbers by their size, sets by what they hold, all else by its text."""
    if isinstance(name, frozenset):
        return sorted(name)
    return name if isinstance(name, int | float) else str(name)
