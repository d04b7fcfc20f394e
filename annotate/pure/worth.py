"""What one more answer is worth: the labels that it puts right, on average, for its seconds.

Four things can be done with the next minute: answer a new item, answer an item once more, have a
reviewer look at an item, or try an annotator on gold. Each is worth the rise of the expected number
of items whose likeliest label is the true one. That is an expectation over what has been learned
about the crowd, not a promise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotate.pure.truth.crowd import Crowd, Estimate, Floats
from annotate.pure.truth.pooled import typical_confusion

DEEP = 3
"""Answers that are looked ahead: after two that agree, a third alone changes nothing, two might."""
MOST_OUTCOMES = 4096
REVIEWER_RIGHT = 0.97
"""How often a reviewer is taken to be right, since nobody checks reviewers."""
NEW_ITEM, NEXT_ANSWER, REVIEW, GOLD_CHECK = "new_item", "next_answer", "review", "gold_check"


@dataclass(frozen=True, slots=True)
class Pace:
    """What each kind of work costs, in seconds of a person."""

    answer: float
    review: float

    def __post_init__(self) -> None:
        """Refuse work that takes no time."""
        if not (self.answer > 0 and self.review > 0):
            raise ValueError("work takes more than 0 seconds")


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    """The worth of the next piece of work of each kind, per hour, and which items come first.

    Attributes
    ----------
    per_hour : dict
        Labels put right in an hour of the best next work, by kind; 0 where there is none to do.
    order : ndarray of int, shape (n_items,)
        Items by the worth of one more answer, largest first.
    gain : ndarray, shape (n_items,)
        That worth: labels put right for one answer.
    review_gain : ndarray, shape (n_items,)
        Labels put right by a review of the item.
    """

    per_hour: dict[str, float]
    order: np.ndarray
    gain: Floats
    review_gain: Floats

    @property
    def best(self) -> str:
        """The kind of work that is worth most now; empty when nothing is worth anything."""
        kind = max(self.per_hour, key=lambda name: self.per_hour[name], default="")
        return kind if kind and self.per_hour[kind] > 0 else ""


def usual_answers(estimate: Estimate) -> Floats:
    """What a usual annotator of an estimate says of each true label, shape (n_labels, n_labels)."""
    n_labels = estimate.posterior.shape[1]
    if estimate.confusion is None or estimate.support is None or not len(estimate.confusion):
        return typical_confusion(np.zeros((n_labels, n_labels)))
    return typical_confusion((estimate.confusion * estimate.support[:, :, None]).sum(0))


def gain_of_answers(posterior: Floats, usual: Floats, deep: int = DEEP) -> Floats:
    """How much likelier each item is labelled right for each further answer.

    One, two, up to `deep` answers of usual annotators are thought of; the best rise for an answer
    counts. Looking at one alone would call every item with two equal answers settled.

    Parameters
    ----------
    posterior : ndarray, shape (n_items, n_labels)
        How likely each label is now; an item without answers has the priors.
    usual : ndarray, shape (n_labels, n_labels)
        What a usual annotator says of each true label.
    deep : int
        Answers to look ahead; fewer where there are many labels, since outcomes multiply.

    Returns
    -------
    ndarray, shape (n_items,)
        0 to 1, never below 0.

    References
    ----------
    Value of sample information, Raiffa, Schlaifer (1961); for repeated labels Sheng, Provost,
    Ipeirotis (2008), "Get another label?".

    Examples
    --------
    >>> usual = np.array([[0.8, 0.2], [0.2, 0.8]])
    >>> gain_of_answers(np.array([[0.5, 0.5], [0.94, 0.06], [1.0, 0.0]]), usual).round(3).tolist()
    [0.3, 0.008, 0.0]
    """
    if not posterior.size or posterior.shape[1] < 2:
        return np.zeros(len(posterior))
    now = posterior.max(1)
    best = np.zeros(len(posterior))
    outcomes = np.ones((1, posterior.shape[1]))
    for answers in range(1, deep + 1):
        if answers > 1 and len(outcomes) * len(usual) > MOST_OUTCOMES:
            break
        outcomes = (outcomes[:, None, :] * usual.T[None, :, :]).reshape(-1, posterior.shape[1])
        after = np.zeros(len(posterior))
        for likelihood in outcomes:
            after += (posterior * likelihood).max(1)
        best = np.maximum(best, (after - now) / answers)
    settled = best < 1e-12
    best[settled] = 0.0
    return best


def gain_of_review(posterior: Floats, reviewer_right: float = REVIEWER_RIGHT) -> Floats:
    """How much likelier each item is labelled right once a reviewer has decided it.

    Examples
    --------
    >>> gain_of_review(np.array([[0.6, 0.4], [0.99, 0.01]])).round(2).tolist()
    [0.37, 0.0]
    """
    if not posterior.size:
        return np.zeros(len(posterior))
    gain: Floats = np.maximum(reviewer_right - posterior.max(1), 0.0)
    return gain


def gain_of_gold(crowd: Crowd, estimate: Estimate, annotator: int) -> float:
    """How many labels are put right by one more check of an annotator against gold.

    The check tells a little about how often this person is right. Each outcome moves the weight of
    all their answers, and so the labels of the items they answered: what that is worth, over both
    outcomes, after the small move that one check makes.

    Parameters
    ----------
    annotator : int
        Their code in the crowd.

    Returns
    -------
    float
        Expected items, 0 and more; 0 for somebody who has answered nothing.
    """
    confusion, support = estimate.matrices()
    mine = crowd.annotator == annotator
    n_labels = estimate.posterior.shape[1]
    if not mine.any() or n_labels < 2:
        return 0.0
    said = float(support[annotator].sum())
    rows = confusion[annotator]
    right = float((np.diag(rows) * support[annotator]).sum() / max(said, 1e-9))
    right = min(max(right, 0.01), 0.99)
    weight = said + 2.0
    now = estimate.posterior[crowd.item[mine]]
    is_said = np.eye(n_labels)[crowd.label[mine]]
    total = 0.0
    for chance, moved in (
        (right, (right * weight + 1) / (weight + 1)),
        (1 - right, right * weight / (weight + 1)),
    ):
        ratio = np.where(is_said > 0, moved / right, (1 - moved) / (1 - right))
        changed = now * ratio
        total += chance * float((changed.max(1) / changed.sum(1)).sum())
    return max(total - float(now.max(1).sum()), 0.0)


def weigh_work(
    crowd: Crowd,
    estimate: Estimate,
    pace: Pace,
    *,
    untouched: int = 0,
    takes_answers: np.ndarray | None = None,
    takes_reviews: np.ndarray | None = None,
) -> Worth:
    """The worth of each kind of work, per hour, and the order of the items for one more answer.

    Parameters
    ----------
    crowd : Crowd
    estimate : Estimate
        Of the same crowd, by a method with confusion matrices: `pooled` for few answers an item.
    pace : Pace
    untouched : int
        Items that nobody has answered.
    takes_answers, takes_reviews : ndarray of bool, shape (n_items,), optional
        Which items may get another answer, or a review; all of them where absent.

    Examples
    --------
    >>> from annotate.pure.truth.crowd import collect_crowd
    >>> from annotate.pure.truth.pooled import pooled
    >>> rows = [(n, who, n % 2) for n in range(9) for who in ("Ada", "Bo")] + [(0, "Cy", 1)]
    >>> crowd = collect_crowd(rows, [0, 1])
    >>> worth = weigh_work(crowd, pooled(crowd), Pace(answer=10, review=30))
    >>> worth.best, int(worth.order[0])
    ('next_answer', 0)
    """
    usual = usual_answers(estimate)
    gain = gain_of_answers(estimate.posterior, usual)
    review = gain_of_review(estimate.posterior)
    gain = np.where(_or_all(takes_answers, gain), gain, 0.0)
    review = np.where(_or_all(takes_reviews, review), review, 0.0)
    fresh = float(gain_of_answers(estimate.priors[None, :], usual, 1)[0]) if untouched else 0.0
    gold = 0.0
    if estimate.confusion is not None:
        people = np.unique(crowd.annotator)
        gold = max((gain_of_gold(crowd, estimate, int(who)) for who in people), default=0.0)
    per_hour = {
        NEW_ITEM: fresh * 3600 / pace.answer,
        NEXT_ANSWER: float(gain.max(initial=0.0)) * 3600 / pace.answer,
        REVIEW: float(review.max(initial=0.0)) * 3600 / pace.review,
        GOLD_CHECK: gold * 3600 / pace.answer,
    }
    return Worth(per_hour, np.argsort(-gain, kind="stable"), gain, review)


def _or_all(chosen: np.ndarray | None, like: Floats) -> np.ndarray:
    return np.ones(len(like), dtype=bool) if chosen is None else chosen
