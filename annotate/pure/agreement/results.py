"""A measure of agreement with its interval, or the reason why it has no value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from annotate.pure.agreement.answers import Floats
from datasets.pure.problems import gettext_noop

SAMPLES = 1000
NO_WIDTH = 1e-9
# Random numbers drawn at most for one interval; many patterns mean fewer samples, at least 200.
_MAX_DRAWS = 20_000_000
_CHUNK = 2_000_000
# Drawn numbers that are kept for the next measure of the same patterns.
_KEPT_CELLS = 400_000

NO_OVERLAP = "no-overlap"
ONE_LABEL = "one-label"
NOT_TWO = "not-two-annotators"
TOO_MANY_VALUES = "too-many-values"
ONE_VALUE = "one-value"
NOT_CROSSED = "not-crossed"
NO_MATCH = "no-match"
NO_PLACES = "no-places"
NO_WORDS = "no-words"
ONE_PLACE = "one-place"
ONE_ITEM = "one-item"
REASONS = {
    NO_OVERLAP: gettext_noop("No item has answers of two annotators yet."),
    ONE_LABEL: gettext_noop(
        "Everybody gave one and the same label, so agreement beyond chance cannot be told."
    ),
    NOT_TWO: gettext_noop("This measure compares exactly two annotators."),
    ONE_VALUE: gettext_noop(
        "Everybody gave one and the same value, so there is nothing to be alike about."
    ),
    NOT_CROSSED: gettext_noop("Fewer than two items were answered by all of the same people."),
    NO_MATCH: gettext_noop("No two people marked the same place, so no overlap can be told."),
    NO_PLACES: gettext_noop("Nobody marked anything, so agreement beyond chance cannot be told."),
    ONE_PLACE: gettext_noop(
        "Everybody marked the same place on every item, so agreement beyond chance cannot be told."
    ),
    NO_WORDS: gettext_noop("Nobody wrote a word, so no error rate can be told."),
    ONE_ITEM: gettext_noop("One item alone cannot tell what chance would give."),
    TOO_MANY_VALUES: gettext_noop("There are too many different values for this measure."),
}

# Takes weights of shape (n_samples, n_patterns), gives values of shape (n_samples,), nan where
# undefined.
Measure = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One figure of agreement.

    Attributes
    ----------
    value : float or None
        Higher = more alike, 1 = always the same; None where it is undefined.
    low, high : float or None
        95 % interval over items (bootstrap percentiles; of means of items that are all alike, what
        they have not shown); None where there is none to give.
    n_items, n_answers : int
        Items with answers of at least two annotators, and those answers.
    reason_undefined : str
        A key of `REASONS` where `value` is None, else empty.
    """

    value: float | None
    low: float | None
    high: float | None
    n_items: int
    n_answers: int
    reason_undefined: str = ""


def measure_agreement(
    measure: Measure,
    weights: Floats,
    n_answers: int,
    undefined: str,
    seed: int = 0,
    *,
    ends: tuple[float, float] | None = None,
) -> Agreement:
    """The value of a measure, with an interval from drawing the items again and again.

    Items with the same pattern weigh the same, so a sample is one multinomial draw of pattern
    counts. 1,000 samples; fewer, at least 200, above 20,000 patterns. Where every sample gives the
    same, as where a few items agree, drawing says nothing. A mean then reaches as far as it would
    if the share of items that may be otherwise, see `unseen`, stood at its ends. Of what takes
    chance out no such bound is known: a few items of a rare label may lower it by very much.

    Parameters
    ----------
    measure : callable
        Gives one value for each row of pattern counts.
    weights : ndarray, shape (n_patterns,)
        Items of each pattern.
    n_answers : int
        Answers behind them, for the record.
    undefined : str
        The reason to give where the measure is nan although there are items.
    seed : int
        The same seed gives the same interval.
    ends : (float, float), optional
        The least and the most an item can count, if the measure is a mean over items.

    Returns
    -------
    Agreement
        Without interval where there is one item, where over half of the samples are undefined,
        and where all samples are the same and no ends are given.
    """
    n_items = int(weights.sum())
    if n_items == 0:
        return Agreement(None, None, None, 0, 0, NO_OVERLAP)
    value = float(measure(weights[None, :])[0])
    if np.isnan(value):
        return Agreement(None, None, None, n_items, n_answers, undefined)
    if n_items < 2:
        return Agreement(value, None, None, n_items, n_answers)
    drawn = _draw(measure, weights, n_items, seed)
    drawn = drawn[~np.isnan(drawn)]
    samples = _sample_count(len(weights))
    if len(drawn) < samples / 2:
        return Agreement(value, None, None, n_items, n_answers)
    low, high = (float(one) for one in np.percentile(drawn, [2.5, 97.5]))
    if high - low < NO_WIDTH:
        if ends is None:
            return Agreement(value, None, None, n_items, n_answers)
        share = unseen(n_items)
        low, high = value - share * (value - ends[0]), value + share * (ends[1] - value)
    return Agreement(value, low, high, n_items, n_answers)


def unseen(n_items: int) -> float:
    """The largest share of items that may be otherwise although none of so many was, at 95 %.

    References
    ----------
    Clopper & Pearson (1934), "The use of confidence or fiducial limits illustrated in the case of
    the binomial", for no successes and both sides; about 3.7 / n.

    Examples
    --------
    >>> [round(unseen(n), 3) for n in (2, 14, 100)]
    [0.842, 0.232, 0.036]
    """
    return float(1 - 0.025 ** (1 / n_items))


def at_most_differ(n_items: int) -> float:
    """The largest share of items that may differ although all of so many agree, at 95 %, one side.

    References
    ----------
    Hanley & Lippman-Hand (1983), "If nothing goes wrong, is everything all right?": 3 / n.

    Examples
    --------
    >>> [at_most_differ(n) for n in (2, 12, 300)]
    [1.0, 0.25, 0.01]
    """
    return min(3 / n_items, 1.0)


def measure_mean(
    values: Floats, weights: Floats, n_answers: int, seed: int = 0, *, least: float = 0.0
) -> Agreement:
    """The mean over items of one value an item, with its interval.

    Parameters
    ----------
    values, weights : ndarray, shape (n_patterns,)
        Value of an item, and how many items have it; equal values are counted together.
    least : float
        The least an item can have; the most is 1.
    """
    # Rounding makes equal means equal: 1/3 + 2/3 may differ from 1 in the last digit.
    known, owner = np.unique(values.round(12), return_inverse=True)
    times = np.bincount(owner, weights, minlength=len(known)).astype(float)

    def measure(drawn: Floats) -> Floats:
        mean: Floats = drawn @ known / drawn.sum(axis=1)
        return mean

    return measure_agreement(measure, times, n_answers, "", seed, ends=(least, 1.0))


def undefined_agreement(reason: str, n_items: int = 0, n_answers: int = 0) -> Agreement:
    """A figure without value, and why."""
    return Agreement(None, None, None, n_items, n_answers, reason)


def _sample_count(n_patterns: int) -> int:
    return int(np.clip(_MAX_DRAWS // n_patterns, 200, SAMPLES))


def _draw(measure: Measure, weights: Floats, n_items: int, seed: int) -> Floats:
    samples = _sample_count(len(weights))
    if samples * len(weights) <= _KEPT_CELLS:
        return measure(_kept_draws(weights.tobytes(), samples, n_items, seed))
    random = np.random.default_rng(seed)
    shares = weights / weights.sum()
    step = max(1, _CHUNK // len(weights))
    values = []
    for start in range(0, samples, step):
        size = min(step, samples - start)
        values.append(measure(random.multinomial(n_items, shares, size=size).astype(float)))
    return np.concatenate(values)


@lru_cache(maxsize=4)
def _kept_draws(weights: bytes, samples: int, n_items: int, seed: int) -> Floats:
    """The drawn counts, which several measures of the same patterns share."""
    times = np.frombuffer(weights)
    random = np.random.default_rng(seed)
    drawn = random.multinomial(n_items, times / times.sum(), size=samples).astype(float)
    drawn.flags.writeable = False
    return drawn
