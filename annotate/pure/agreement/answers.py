"""Class answers as arrays, and the few patterns they boil down to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.intp]
Floats = NDArray[np.float64]

# A dense table of patterns by labels may have this many cells (8 bytes each).
MAX_CELLS = 30_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Who gave which label to which item; one entry an answer, sorted by item.

    Attributes
    ----------
    item, annotator, label : ndarray of int, shape (n_answers,)
        Codes; `annotators` and `labels` say what they stand for.
    annotators, labels : tuple
        Names in the order of the codes.
    """

    item: Codes
    annotator: Codes
    label: Codes
    annotators: tuple[Hashable, ...]
    labels: tuple[Hashable, ...]

    def __len__(self) -> int:
        return len(self.item)

    def given_by(self, *names: Hashable) -> Answers:
        """The answers of these annotators only, such as the two that `cohen_kappa` compares.

        Raises
        ------
        ValueError
            There is no annotator of that name.
        """
        codes = [self.annotators.index(name) for name in names]
        wanted = np.isin(self.annotator, codes)
        return Answers(
            self.item[wanted],
            self.annotator[wanted],
            self.label[wanted],
            self.annotators,
            self.labels,
        )

    def sizes(self) -> Codes:
        """How many answers each item has, shape (largest item code + 1,)."""
        return np.bincount(self.item)


def collect_answers(
    rows: Iterable[tuple[Hashable, Hashable, Hashable]], labels: Sequence[Hashable] | None = None
) -> Answers:
    """Answers from rows.

    Parameters
    ----------
    rows : iterable of (item, annotator, label)
        In any order; a missing answer is simply not there.
    labels : sequence, optional
        All labels in their order, which `ordinal` agreement needs. Without it the labels that
        occur, sorted.

    Raises
    ------
    ValueError
        Somebody answered an item twice, or a label is not in `labels`.

    Examples
    --------
    >>> answers = collect_answers([("i1", "Ada", "cat"), ("i1", "Bo", "dog")])
    >>> answers.labels, len(answers)
    (('cat', 'dog'), 2)
    """
    listed = list(rows)
    items = _codes(row[0] for row in listed)
    annotators = _codes(row[1] for row in listed)
    if labels is None:
        labels = sorted({row[2] for row in listed}, key=_sort_key)
    label_codes = {label: code for code, label in enumerate(labels)}
    unknown = next((row[2] for row in listed if row[2] not in label_codes), None)
    if unknown is not None:
        raise ValueError(f"{unknown!r} is not among the labels")
    item = np.array([items[row[0]] for row in listed], dtype=np.intp)
    annotator = np.array([annotators[row[1]] for row in listed], dtype=np.intp)
    label = np.array([label_codes[row[2]] for row in listed], dtype=np.intp)
    order = np.lexsort((annotator, item))
    item, annotator, label = item[order], annotator[order], label[order]
    twice = np.flatnonzero((np.diff(item) == 0) & (np.diff(annotator) == 0))
    if len(twice):
        row = listed[order[twice[0]]]
        raise ValueError(f"{row[1]!r} answered {row[0]!r} twice")
    return Answers(item, annotator, label, tuple(annotators), tuple(labels))


class Patterns(NamedTuple):
    """Items with at least two answers, those with the same labels counted together.

    Attributes
    ----------
    weights : ndarray of float, shape (n_patterns,)
        Items that show each pattern.
    sizes : ndarray of float, shape (n_patterns,)
        Answers to each of those items.
    owner, label : ndarray of int
        One entry for each answer of each pattern: which pattern, which label.
    n_labels : int
        Number of labels there are.
    """

    weights: Floats
    sizes: Floats
    owner: Codes
    label: Codes
    n_labels: int

    @property
    def n_items(self) -> int:
        """Items with at least two answers."""
        return int(self.weights.sum())

    @property
    def n_answers(self) -> int:
        """Answers to those items."""
        return int(self.weights @ self.sizes)

    def counts(self) -> Floats:
        """How often each pattern has each label, shape (n_patterns, n_labels).

        Raises
        ------
        ValueError
            The table would be too large to hold.
        """
        shape = (len(self.weights), self.n_labels)
        if shape[0] * shape[1] > MAX_CELLS:
            raise ValueError(f"{shape[0]} patterns of {shape[1]} labels are too many")
        cells = np.bincount(self.owner * shape[1] + self.label, minlength=shape[0] * shape[1])
        return cells.reshape(shape).astype(float)

    def sums(self, values: Floats) -> Floats:
        """The sum over each pattern's answers of a value per label, shape (n_patterns,)."""
        sums = np.bincount(self.owner, values[self.label], minlength=len(self.weights))
        return sums.astype(float)


@runtime_checkable
class Counted(Protocol):
    """Answers of which the counts alone are kept, such as a `Tally`."""

    @property
    def labels(self) -> tuple[Hashable, ...]:
        """The labels in the order of the codes."""

    def patterns(self, at_least: int = 2) -> Patterns:
        """The patterns of the items that have so many answers."""


def find_patterns(answers: Answers | Counted, at_least: int = 2) -> Patterns:
    """The patterns of the items that have at least two answers, or as many as are asked for.

    Examples
    --------
    >>> rows = [("i1", "Ada", "x"), ("i1", "Bo", "y"), ("i2", "Ada", "y"), ("i2", "Bo", "x")]
    >>> find_patterns(collect_answers(rows)).weights.tolist()
    [2.0]
    """
    if not isinstance(answers, Answers):
        return answers.patterns(at_least)
    order = np.lexsort((answers.label, answers.item))
    item, label = answers.item[order], answers.label[order]
    sizes = np.bincount(item)
    weights, lengths, owners, labels = [], [], [], []
    seen = 0
    for size in np.unique(sizes[sizes >= at_least]):
        rows = label[sizes[item] == size].reshape(-1, size)
        shown, times = np.unique(rows, axis=0, return_counts=True)
        weights.append(times)
        lengths.append(np.full(len(shown), size))
        owners.append(np.repeat(np.arange(seen, seen + len(shown)), size))
        labels.append(shown.ravel())
        seen += len(shown)
    return Patterns(
        _joined(weights).astype(float),
        _joined(lengths).astype(float),
        _joined(owners),
        _joined(labels),
        len(answers.labels),
    )


class AnswerPairs(NamedTuple):
    """Every two answers to the same item, each pair once.

    Attributes
    ----------
    item, first, second : ndarray of int, shape (n_pairs,)
        Item code, and the positions of both answers in `Answers`; the annotator code of the first
        is smaller.
    """

    item: Codes
    first: Codes
    second: Codes


def pair_answers(answers: Answers) -> AnswerPairs:
    """The pairs of answers to the same item.

    Examples
    --------
    >>> rows = [("i1", name, "x") for name in ("Ada", "Bo", "Rui")]
    >>> pairs = pair_answers(collect_answers(rows))
    >>> list(zip(pairs.first.tolist(), pairs.second.tolist()))
    [(0, 1), (0, 2), (1, 2)]
    """
    sizes = answers.sizes()
    firsts, seconds = [], []
    for size in np.unique(sizes[sizes >= 2]):
        rows = np.flatnonzero(sizes[answers.item] == size).reshape(-1, size)
        left, right = np.triu_indices(size, 1)
        firsts.append(rows[:, left].ravel())
        seconds.append(rows[:, right].ravel())
    first = _joined(firsts)
    return AnswerPairs(answers.item[first], first, _joined(seconds))


def _joined(parts: list[Any]) -> Codes:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.intp)


def _codes(names: Iterable[Hashable]) -> dict[Hashable, int]:
    found: dict[Hashable, int] = {}
    for name in names:
        found.setdefault(name, len(found))
    return found


def _sort_key(label: Hashable) -> tuple[bool, Any]:
    """Numbers in their order, then everything else by its text."""
    is_number = isinstance(label, int | float)
    return (not is_number, label if is_number else str(label))
