"""Whether a method may be believed on a crowd, and if not, why."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from annotate.pure.truth.crowd import Crowd, Estimate
from datasets.pure.problems import gettext_noop

FEW_A_NUMBER = 5.0
"""Answers for each number that a model must learn; below it guesses."""
FEW_AN_ITEM = 2.0
LIKE_A_COIN = 0.5
GOLD_ENOUGH = 20

NO_ANSWERS = "no-answers"
ONE_ANNOTATOR = "one-annotator"
NO_OVERLAP = "no-overlap"
ONE_LABEL = "one-label"
ALL_AGREE = "all-agree"
FEW_ANSWERS = "few-answers"
FEW_REPEATS = "few-repeats"
NOT_CONVERGED = "not-converged"
ONE_SIDED = "one-sided"
SWAPPED = "swapped"
WORSE_ON_GOLD = "worse-on-gold"
ONLY_SOME = "only-some"
CAUTIONS = {
    NO_ANSWERS: gettext_noop("Nobody has answered yet."),
    ONE_ANNOTATOR: gettext_noop(
        "Only one person answered, so nothing can be said about who is right."
    ),
    NO_OVERLAP: gettext_noop(
        "No item was answered by two people, so nothing can be said about who is right."
    ),
    ONE_LABEL: gettext_noop("Everybody gave one and the same label; there is nothing to weigh."),
    ALL_AGREE: gettext_noop("People never differ, so all methods say what people said."),
    FEW_ANSWERS: gettext_noop(
        "It learns %(numbers)s numbers from %(answers)s answers, %(each)s for each. Below five it "
        "guesses more than it learns."
    ),
    FEW_REPEATS: gettext_noop(
        "An item has %(each)s answers on average. With fewer than two, who is right can hardly be "
        "told."
    ),
    NOT_CONVERGED: gettext_noop("It had not come to rest after %(n)s rounds."),
    ONE_SIDED: gettext_noop(
        "People err to one side here, and this method assumes that they do not: a matrix for each "
        "person fits the answers better by %(bic)s points of BIC."
    ),
    SWAPPED: gettext_noop(
        "By this method most people would be wrong more often than right on some label. Two labels "
        "may have changed places."
    ),
    ONLY_SOME: gettext_noop(
        "A model that never saw them exists for %(known)s of %(items)s items; it says nothing of "
        "the others."
    ),
    WORSE_ON_GOLD: gettext_noop(
        "On gold it is right less often than the majority: %(right)s against %(majority)s of "
        "%(total)s."
    ),
}


@dataclass(frozen=True, slots=True)
class Caution:
    """One reason not to believe a method: a key of `CAUTIONS` with its numbers."""

    code: str
    numbers: dict[str, Any] = field(default_factory=dict)


def bic(estimate: Estimate, answers: int) -> float | None:
    """Bayesian information criterion (Schwarz, 1978); lower fits better for its size.

    None for methods without a likelihood, or whose numbers are held back by a prior.
    """
    if not estimate.log_likelihood or not estimate.n_parameters or answers == 0:
        return None
    return estimate.n_parameters * math.log(answers) - 2 * estimate.log_likelihood[-1]


def cautions_about_crowd(crowd: Crowd) -> list[Caution]:
    """What keeps every method from telling more than the answers themselves."""
    if not len(crowd):
        return [Caution(NO_ANSWERS)]
    if len(np.unique(crowd.annotator)) == 1:
        return [Caution(ONE_ANNOTATOR)]
    people = np.unique(crowd.item * len(crowd.annotators) + crowd.annotator)
    if np.bincount(people // len(crowd.annotators)).max() < 2:
        return [Caution(NO_OVERLAP)]
    found = []
    if len(np.unique(crowd.label)) == 1:
        return [Caution(ONE_LABEL)]
    if ((crowd.votes() > 0).sum(1) <= 1).all():
        found.append(Caution(ALL_AGREE))
    each = len(crowd) / len(crowd.items)
    if each < FEW_AN_ITEM:
        found.append(Caution(FEW_REPEATS, {"each": round(each, 1)}))
    return found


def cautions_about(estimate: Estimate, crowd: Crowd, free: Estimate | None = None) -> list[Caution]:
    """What speaks against one method on a crowd.

    Parameters
    ----------
    free : Estimate, optional
        The same crowd by `dawid_skene`, against which the one-coin model is held.
    """
    found = []
    answers = len(crowd)
    if estimate.n_parameters and answers / estimate.n_parameters < FEW_A_NUMBER:
        numbers: dict[str, Any] = {"numbers": estimate.n_parameters, "answers": answers}
        numbers["each"] = round(answers / estimate.n_parameters, 1)
        found.append(Caution(FEW_ANSWERS, numbers))
    if not estimate.converged:
        found.append(Caution(NOT_CONVERGED, {"n": len(estimate.log_likelihood)}))
    if estimate.method == "one_coin" and free is not None:
        ours, theirs = bic(estimate, answers), bic(free, answers)
        if ours is not None and theirs is not None and theirs < ours:
            found.append(Caution(ONE_SIDED, {"bic": round(ours - theirs)}))
    if _is_swapped(estimate):
        found.append(Caution(SWAPPED))
    return found


def _is_swapped(estimate: Estimate) -> bool:
    """Tell whether, for some label, most of what is said of it together is another label."""
    if estimate.confusion is None or estimate.support is None:
        return False
    said = (estimate.confusion * estimate.support[:, :, None]).sum(0)
    total = said.sum(1)
    hit = np.divide(np.diag(said), total, out=np.ones(len(total)), where=total >= 1)
    return bool((hit < LIKE_A_COIN).any())


def caution_on_gold(right: float, majority: float, total: int) -> Caution | None:
    """What gold says against a method; None where it says nothing or is too little to say it."""
    if total < GOLD_ENOUGH or right >= majority:
        return None
    numbers = {"right": round(right, 1), "majority": round(majority, 1), "total": total}
    return Caution(WORSE_ON_GOLD, numbers)
