"""The items on which people differ most, kept so that one more answer does not read all again."""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np

from annotate.pure.agreement.answers import Answers, Codes

SHOWN = 50
KEPT = 400
"""As many stand ready, so that 350 may be settled before all items must be looked at again."""

Ranked = tuple[float, int, int]
"""Share of pairs that are alike, answers (negative: many come first), item."""


def ranked(item: int, labels: Iterable[Hashable]) -> Ranked | None:
    """How disputed an item is; None where nobody differs.

    Examples
    --------
    >>> ranked(7, ["x", "y"]), ranked(7, ["x", "x"])
    ((0.0, -2, 7), None)
    """
    counts = Counter(labels).values()
    n = sum(counts)
    if len(counts) < 2:
        return None
    return sum(k * (k - 1) for k in counts) / (n * (n - 1)), -n, item


@dataclass(slots=True)
class Disputes:
    """The most disputed items in their order; beyond `edge` there are some that are not kept."""

    rows: list[Ranked]
    edge: Ranked | None = None

    @classmethod
    def of(cls, answers: Answers, items: Codes) -> Disputes:
        """Rank all items; `items` are the numbers behind the codes."""
        n_items, n_labels = len(items), max(len(answers.labels), 1)
        cells, times = np.unique(answers.item * n_labels + answers.label, return_counts=True)
        alike = np.bincount(cells // n_labels, times * (times - 1), minlength=n_items)
        sizes = np.bincount(answers.item, minlength=n_items)
        kinds = np.bincount(cells // n_labels, minlength=n_items)
        differ = np.flatnonzero(kinds > 1)
        scores = alike[differ] / (sizes[differ] * (sizes[differ] - 1))
        order = np.lexsort((items[differ], -sizes[differ], scores))
        rows = [
            (float(scores[n]), -int(sizes[differ[n]]), int(items[differ[n]])) for n in order[:KEPT]
        ]
        return cls(rows, rows[-1] if len(differ) > KEPT else None)

    def change(self, item: int, now: Ranked | None) -> None:
        """Put an item where it belongs now."""
        self.rows = [row for row in self.rows if row[2] != item]
        if now is not None and (self.edge is None or now <= self.edge):
            bisect.insort(self.rows, now)
        if len(self.rows) > 2 * KEPT:
            self.rows = self.rows[:KEPT]
            self.edge = self.rows[-1]

    @property
    def is_spent(self) -> bool:
        """Whether so many were settled that those next in line are not known."""
        return self.edge is not None and len(self.rows) < SHOWN
