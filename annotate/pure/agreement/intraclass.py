"""Numbers: how much of their spread lies between items (ICC), and how two people differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np

from annotate.pure.agreement.answers import Floats
from annotate.pure.agreement.results import (
    NO_OVERLAP,
    NOT_CROSSED,
    ONE_ITEM,
    ONE_VALUE,
    Agreement,
    Measure,
    measure_agreement,
    undefined_agreement,
)

Form = Literal["1,1", "1,k", "2,1", "2,k", "3,1", "3,k"]
Row = tuple[Any, Any, float]
WITHIN = 1.96
"""So many deviations from the mean hold 95 % of a normal distribution."""


def intraclass(rows: Iterable[Row], form: Form = "2,1", seed: int = 0) -> Agreement:
    """The intraclass correlation in one of Shrout and Fleiss' forms.

    Parameters
    ----------
    rows : iterable of (item, annotator, value)
        One value an annotator and item; a missing one is simply not there.
    form : str
        ``1``: each item has other annotators; items may have different numbers of values.
        ``2``: the same annotators answered every item and stand for others, so that one who is
        always higher is a disagreement; ``3``: the same, but that does not matter. After the
        comma ``1`` is one annotator's value, ``k`` the mean of all of them.
        Forms 2 and 3 look at the items that all annotators answered.

    Returns
    -------
    Agreement
        1 is full agreement; 0 or below: values differ within items as much as between them.
        Undefined for one item, where all values are equal, and, in forms 2 and 3, where fewer
        than two items were answered by everybody.

    References
    ----------
    Shrout & Fleiss (1979), "Intraclass correlations: uses in assessing rater reliability"; their
    table 2 gives .17, .29, .71 for one judge and .44, .62, .91 for the mean of four.

    Examples
    --------
    >>> rows = [(n, who, n + who) for n in range(3) for who in (0, 1)]
    >>> round(intraclass(rows, "2,1").value, 3), intraclass(rows, "3,1").value
    (0.667, 1.0)
    """
    if form not in ("1,1", "1,k", "2,1", "2,k", "3,1", "3,k"):
        raise ValueError(f"unknown form {form!r}")
    by_item: dict[Any, dict[Any, float]] = {}
    for item, annotator, value in rows:
        by_item.setdefault(item, {})[annotator] = float(value)
    shared = {item: values for item, values in by_item.items() if len(values) > 1}
    if not shared:
        return undefined_agreement(NO_OVERLAP)
    if form[0] == "1":
        return _one_way(list(shared.values()), form, seed)
    return _two_way(shared, form, seed)


def _one_way(items: list[dict[Any, float]], form: Form, seed: int) -> Agreement:
    sizes = np.array([len(values) for values in items], dtype=float)
    n_answers = int(sizes.sum())
    if len(items) < 2:
        return undefined_agreement(ONE_ITEM, len(items), n_answers)
    middle = float(np.mean([value for values in items for value in values.values()]))
    sums = np.array([sum(values.values()) for values in items]) - middle * sizes
    squares = np.array([sum((one - middle) ** 2 for one in x.values()) for x in items])
    shown, weights = _counted(np.column_stack([sizes, sums, squares]))

    def measure(drawn: Floats) -> Floats:
        n = drawn.sum(axis=1)
        size, total, square, size2, between = (drawn @ part for part in _parts(shown))
        within = (square - between) / np.maximum(size - n, 1)
        spread = between - total**2 / size
        # k0 is the size of an item where all are equal, and Donner's middle size where not.
        k = (size - size2 / size) / np.maximum(n - 1, 1)
        return _share(spread / np.maximum(n - 1, 1), within, k, is_mean=form == "1,k")

    return measure_agreement(measure, weights, n_answers, ONE_VALUE, seed)


def _parts(shown: Floats) -> list[Floats]:
    sizes, sums, squares = shown.T
    return [sizes, sums, squares, sizes**2, sums**2 / sizes]


def _share(between: Floats, within: Floats, k: Floats, *, is_mean: bool) -> Floats:
    below = between if is_mean else between + (k - 1) * within
    is_defined = below > 1e-12
    return np.where(is_defined, (between - within) / np.where(is_defined, below, 1), np.nan)


def _two_way(by_item: Mapping[Any, Mapping[Any, float]], form: Form, seed: int) -> Agreement:
    people = sorted({who for values in by_item.values() for who in values}, key=str)
    full = [values for values in by_item.values() if len(values) == len(people)]
    if len(full) < 2:
        n_answers = sum(len(values) for values in by_item.values())
        return undefined_agreement(NOT_CROSSED, len(by_item), n_answers)
    table = np.array([[values[who] for who in people] for values in full])
    shown, weights = _counted(table - table.mean())
    return measure_agreement(_crossed(shown, form), weights, table.size, ONE_VALUE, seed)


def _crossed(table: Floats, form: Form) -> Measure:
    k = table.shape[1]
    means, squares = table.mean(axis=1), (table**2).sum(axis=1)

    def measure(drawn: Floats) -> Floats:
        n = drawn.sum(axis=1)
        middle = drawn @ means / n
        correction = n * k * middle**2
        rows = k * (drawn @ means**2) - correction
        columns = ((drawn @ table) ** 2).sum(axis=1) / n - correction
        rest = np.maximum(drawn @ squares - correction - rows - columns, 0)
        steps = np.maximum(n - 1, 1)
        between, people, error = rows / steps, columns / (k - 1), rest / (steps * (k - 1))
        below = between + (k - 1) * error if form[2] == "1" else between
        if form[0] == "2":
            below = below + (k if form[2] == "1" else 1) * (people - error) / n
        is_defined = below > 1e-12
        return np.where(is_defined, (between - error) / np.where(is_defined, below, 1), np.nan)

    return measure


class Differences(NamedTuple):
    """How the numbers of two annotators differ, after Bland and Altman.

    Attributes
    ----------
    bias : Agreement
        The mean of first minus second, with its interval: not between 0 and 1.
    low, high : float or None
        Limits of agreement: 95 % of the differences lie between them, if they are spread as a
        normal distribution. None for fewer than two items.
    low_limit, high_limit : Agreement
        The same limits with their intervals.
    """

    bias: Agreement
    low_limit: Agreement
    high_limit: Agreement

    @property
    def low(self) -> float | None:
        """The lower limit."""
        return self.low_limit.value

    @property
    def high(self) -> float | None:
        """The upper limit."""
        return self.high_limit.value


def bland_altman(first: Iterable[float], second: Iterable[float], seed: int = 0) -> Differences:
    """By how much two annotators differ on the items that both answered.

    Returns
    -------
    Differences
        Undefined where they share no item.

    References
    ----------
    Bland & Altman (1986), "Statistical methods for assessing agreement between two methods of
    clinical measurement".

    Examples
    --------
    >>> found = bland_altman([1, 2, 3], [2, 2, 5])
    >>> found.bias.value, round(found.low, 2), round(found.high, 2)
    (-1.0, -2.96, 0.96)
    """
    apart = np.array(list(first), dtype=float) - np.array(list(second), dtype=float)
    n = len(apart)
    if not n:
        return Differences(*[undefined_agreement(NO_OVERLAP)] * 3)
    shown, weights = _counted(apart[:, None])
    values = shown[:, 0]

    def measure(reach: float) -> Measure:
        return lambda drawn: _mean_and(values, drawn, reach)

    bias = measure_agreement(measure(0.0), weights, 2 * n, ONE_VALUE, seed)
    if n < 2:
        return Differences(bias, *[undefined_agreement(ONE_ITEM, n, 2 * n)] * 2)
    limits = [
        measure_agreement(measure(reach), weights, 2 * n, ONE_VALUE, seed)
        for reach in (-WITHIN, WITHIN)
    ]
    return Differences(bias, *limits)


def _mean_and(values: Floats, drawn: Floats, reach: float) -> Floats:
    """The mean of values by how often each was drawn, and so many of their deviations from it."""
    n = drawn.sum(axis=1)
    middle = float(values.mean())
    mean = drawn @ (values - middle) / n
    squares = drawn @ (values - middle) ** 2 - n * mean**2
    spread = np.sqrt(np.maximum(squares, 0) / np.maximum(n - 1, 1))
    found: Floats = middle + mean + reach * spread
    return found


def _counted(table: Floats) -> tuple[Floats, Floats]:
    """Equal rows once, and how many there are of each."""
    shown, times = np.unique(table, axis=0, return_counts=True)
    return shown, times.astype(float)
