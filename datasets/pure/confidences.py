"""How sure a source of suggestions is of each region: one number a region, from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence

from datasets.pure.problems import Problem, gettext_noop


def wrong_confidences(given: Sequence[object], regions: int, at: str) -> Problem | None:
    """What is wrong with confidences that stand beside so many regions; None where nothing is.

    Examples
    --------
    >>> wrong_confidences([0.5, 1], 2, "confidences") is None
    True
    >>> wrong_confidences([0.5, 1.5], 2, "confidences").at
    'confidences/1'
    """
    if len(given) != regions:
        text = gettext_noop(
            "There are %(given)d confidences for %(regions)d regions: one for each."
        )
        return Problem(at, "wrong-length", text, {"given": len(given), "regions": regions})
    for number, one in enumerate(given):
        # NaN is in no interval
        if isinstance(one, bool) or not isinstance(one, int | float) or not 0 <= one <= 1:
            text = gettext_noop("A confidence is a number from 0 to 1.")
            return Problem(f"{at}/{number}", "out-of-range", text)
    return None
