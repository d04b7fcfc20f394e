"""How often somebody is right, and whether what they say depends on the item at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotate.pure.intervals import Interval, wilson
from annotate.pure.truth.crowd import Crowd, Estimate, Floats
from annotate.pure.truth.dawid_skene import LEAST

DRAWS = 400
CELLS = 4_000_000


def others_belief(crowd: Crowd, estimate: Estimate) -> Floats:
    """How likely each label is by everybody else, for each answer: shape (n_answers, n_labels).

    The posterior without the person's own answers to the item, so that nobody is their own
    witness. Needs an estimate with confusion matrices.
    """
    confusion, _support = estimate.matrices()
    logs = np.log(np.maximum(confusion, LEAST))
    own = logs[crowd.annotator, :, crowd.label]
    n_labels = len(crowd.labels)
    pair = crowd.item * len(crowd.annotators) + crowd.annotator
    _names, pair = np.unique(pair, return_inverse=True)
    belief: Floats = np.empty_like(own)
    for label in range(n_labels):
        whole = np.bincount(crowd.item, own[:, label], len(crowd.items))
        mine = np.bincount(pair, own[:, label])
        belief[:, label] = whole[crowd.item] - mine[pair]
    belief += np.log(np.maximum(estimate.priors, LEAST))
    belief = np.exp(belief - belief.max(1, keepdims=True))
    belief /= belief.sum(1, keepdims=True)
    return belief


@dataclass(frozen=True, slots=True, eq=False)
class Skill:
    """One person: expected right answers of those that others answered too, and the spread.

    Attributes
    ----------
    right : float
        Expected number of right answers by what all others say.
    answers : int
        Answers to items that others answered too.
    accuracy : float or None
        None without such items.
    interval : Interval
        Wilson's, 95 %.
    """

    right: float
    answers: int
    accuracy: float | None
    interval: Interval


def skills(crowd: Crowd, estimate: Estimate) -> list[Skill]:
    """The skill of each annotator, in the order of their codes.

    Examples
    --------
    >>> from annotate.pure.truth.crowd import collect_crowd
    >>> from annotate.pure.truth.dawid_skene import dawid_skene
    >>> rows = [(n, who, n % 2) for n in range(20) for who in ("Ada", "Bo", "Cy")]
    >>> crowd = collect_crowd(rows)
    >>> round(skills(crowd, dawid_skene(crowd))[0].accuracy, 2)
    1.0
    """
    belief = others_belief(crowd, estimate)
    right = belief[np.arange(len(crowd)), crowd.label]
    counted = is_shared(crowd)
    n_people = len(crowd.annotators)
    hits = np.bincount(crowd.annotator[counted], right[counted], n_people)
    answers = np.bincount(crowd.annotator[counted], minlength=n_people)
    return [_skill(float(hit), int(n)) for hit, n in zip(hits, answers, strict=True)]


def _skill(right: float, answers: int) -> Skill:
    right = min(right, float(answers))
    return Skill(right, answers, right / answers if answers else None, wilson(right, answers))


def is_shared(crowd: Crowd) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which answers are to items that somebody else answered too."""
    pair = np.unique(crowd.item * max(len(crowd.annotators), 1) + crowd.annotator)
    people = np.bincount(pair // max(len(crowd.annotators), 1), minlength=len(crowd.items))
    return people[crowd.item] > 1


@dataclass(frozen=True, slots=True)
class SpammerScore:
    """1 for somebody whose answers tell the labels apart, 0 where they tell nothing."""

    value: float | None
    low: float
    high: float


def spammer_scores(estimate: Estimate, seed: int = 0) -> list[SpammerScore]:
    """Raykar and Yu's score of each annotator, with a 95 % interval.

    The mean squared distance between the rows of a confusion matrix over all pairs of labels,
    from 0 to 1: rows that are all alike say the same whatever is true. The interval comes from
    drawing matrices from what was seen (Dirichlet, half an answer more in each cell). None for
    somebody who met fewer than two labels.

    References
    ----------
    Raykar, Yu (2012), "Eliminating spammers and ranking annotators for crowdsourced labeling
    tasks", JMLR 13, equation 12.
    """
    confusion, support = estimate.matrices()
    rng = np.random.default_rng(seed)
    draws = max(50, min(DRAWS, CELLS // max(confusion[0].size, 1)))
    return [
        _spammer_score(rates, counts, draws, rng)
        for rates, counts in zip(confusion, support, strict=True)
    ]


def _spammer_score(
    rates: Floats, counts: Floats, draws: int, rng: np.random.Generator
) -> SpammerScore:
    met = counts >= 0.5
    if met.sum() < 2:
        return SpammerScore(None, 0.0, 1.0)
    kept = rates[met]
    shape = rng.standard_gamma(kept * counts[met][:, None] + 0.5, (draws, *kept.shape))
    drawn = _distance(shape / shape.sum(-1, keepdims=True))
    value = float(_distance(kept))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return SpammerScore(value, float(min(low, value)), float(max(high, value)))


def _distance(rows: Floats) -> Floats:
    """Half the mean squared distance of all pairs of rows, over the last two axes."""
    count = rows.shape[-2]
    squared = (rows**2).sum((-1, -2)) * count - (rows.sum(-2) ** 2).sum(-1)
    distance: Floats = squared / (count * (count - 1))
    return distance
