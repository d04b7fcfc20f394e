"""Who gave which label to which item, as arrays; repeated answers of one person stay."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[Any]
Floats = NDArray[Any]
Row = tuple[Hashable, Hashable, Hashable]


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """The answers of a crowd to one question; one entry an answer, sorted by item.

    Attributes
    ----------
    item, annotator, label : ndarray of int, shape (n_answers,)
        Codes; `items`, `annotators` and `labels` say what they stand for.
    items, annotators, labels : tuple
        Names in the order of the codes.
    """

    item: Codes
    annotator: Codes
    label: Codes
    items: tuple[Any, ...]
    annotators: tuple[Any, ...]
    labels: tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.item)

    def votes(self) -> Floats:
        """Answers by item and label, shape (n_items, n_labels)."""
        shape = len(self.items), len(self.labels)
        cell = self.item * shape[1] + self.label
        return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)

    def answers_of(self) -> Codes:
        """How many answers each annotator gave."""
        return np.bincount(self.annotator, minlength=len(self.annotators))

    def without(self, annotators: Iterable[Hashable]) -> Crowd:
        """The same crowd without what some people said; they and all items keep their codes."""
        gone = set(annotators)
        codes = [code for code, name in enumerate(self.annotators) if name in gone]
        kept = ~np.isin(self.annotator, codes)
        return Crowd(
            self.item[kept],
            self.annotator[kept],
            self.label[kept],
            self.items,
            self.annotators,
            self.labels,
        )


def collect_crowd(rows: Iterable[Row], labels: Sequence[Hashable] = ()) -> Crowd:
    """Rows of (item, annotator, label) as arrays, in any order.

    Items, annotators, and labels that `labels` does not name, are numbered as they first come.
    A person may answer an item several times, as the first observer of Dawid and Skene did.

    Examples
    --------
    >>> crowd = collect_crowd([("a", "Ada", 1), ("b", "Bo", 2), ("a", "Bo", 1)])
    >>> crowd.items, crowd.labels, crowd.votes().tolist()
    (('a', 'b'), (1, 2), [[2.0, 0.0], [0.0, 1.0]])
    """
    items: dict[Hashable, int] = {}
    annotators: dict[Hashable, int] = {}
    known = {label: code for code, label in enumerate(labels)}
    codes = [
        (
            items.setdefault(item, len(items)),
            annotators.setdefault(annotator, len(annotators)),
            known.setdefault(label, len(known)),
        )
        for item, annotator, label in rows
    ]
    table = np.array(codes, dtype=np.intp).reshape(-1, 3)
    table = table[np.argsort(table[:, 0], kind="stable")]
    item, annotator, label = (np.ascontiguousarray(column) for column in table.T)
    return Crowd(item, annotator, label, tuple(items), tuple(annotators), tuple(known))


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """What a method makes of a crowd.

    Attributes
    ----------
    method : str
        Its name, such as "dawid_skene".
    posterior : ndarray, shape (n_items, n_labels)
        How likely each label is; rows sum to 1.
    priors : ndarray, shape (n_labels,)
        How common each label is.
    confusion : ndarray, shape (n_annotators, n_labels, n_labels), or None
        How likely an annotator says the second label where the first is true. Where nobody
        could learn that, as no such item came to them, the row is uniform.
    support : ndarray, shape (n_annotators, n_labels), or None
        Expected answers of each annotator on items of each true label.
    log_likelihood : list of float
        Of the answers, at each iteration; empty for methods without a model.
    converged : bool
        Whether it came to rest before the iterations ended.
    n_parameters : int
        Free numbers of the model, for comparing models.
    """

    method: str
    posterior: Floats
    priors: Floats
    confusion: Floats | None = None
    support: Floats | None = None
    log_likelihood: list[float] = field(default_factory=list)
    converged: bool = True
    n_parameters: int = 0

    def matrices(self) -> tuple[Floats, Floats]:
        """Confusion and support, of methods that have them.

        Raises
        ------
        ValueError
            The method knows nothing of annotators.
        """
        if self.confusion is None or self.support is None:
            raise ValueError(f"{self.method} has no confusion matrices")
        return self.confusion, self.support

    @property
    def winner(self) -> Codes:
        """The likeliest label of each item; -1 where several lead together."""
        if not self.posterior.size:
            return np.zeros(len(self.posterior), dtype=np.intp)
        best = self.posterior.argmax(1)
        top = self.posterior[np.arange(len(best)), best]
        leaders = (self.posterior >= top[:, None] - 1e-9).sum(1)
        return np.where(leaders > 1, -1, best)

    @property
    def confidence(self) -> Floats:
        """How likely the likeliest label of each item is."""
        return self.posterior.max(1) if self.posterior.size else np.zeros(len(self.posterior))


def shares(counts: Floats) -> Floats:
    """Rows that sum to 1; a row of nothing becomes uniform."""
    total = counts.sum(-1, keepdims=True)
    even = 1 / max(counts.shape[-1], 1)
    return np.where(total > 0, counts / np.where(total > 0, total, 1), even)


def run_em(
    step: Callable[[Floats], tuple[Floats, float]], start: Floats, iterations: int, tolerance: float
) -> tuple[Floats, list[float], bool]:
    """Alternate until the log-likelihood of an answer rises by less than `tolerance`.

    `step` takes a posterior, shape (n_labels, n_items), and gives the next one with the
    log-likelihood of the parameters between the two.
    """
    posterior, told = start, list[float]()
    for _ in range(iterations):
        posterior, likelihood = step(posterior)
        told.append(likelihood)
        if len(told) > 1 and abs(told[-1] - told[-2]) < tolerance * max(1.0, abs(told[-1])):
            return posterior, told, True
    return posterior, told, not told


def settle(joint: Floats) -> tuple[Floats, float]:
    """Posterior and log-likelihood from log joint probabilities, shape (n_labels, n_items)."""
    top = joint.max(0)
    joint = np.exp(joint - top)
    total = joint.sum(0)
    return joint / total, float((np.log(total) + top).sum())
