"""Courses: which items an exam asks, and whether it was passed."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence


def draw_exam(
    pool: Sequence[int], size: int, seen: Collection[int] = (), *, chance: random.Random
) -> list[int]:
    """Items for one exam in random order; those met before only where no other is left.

    Raises
    ------
    ValueError
        The pool holds fewer than `size`.

    Examples
    --------
    >>> sorted(draw_exam([1, 2, 3, 4], 3, {1, 2}, chance=random.Random(0)))[1:]
    [3, 4]
    """
    if len(pool) < size:
        message = f"{len(pool)} items are fewer than {size}"
        raise ValueError(message)
    mixed = chance.sample(list(pool), len(pool))
    drawn = sorted(mixed, key=lambda one: one in seen)[:size]
    return chance.sample(drawn, size)


def has_passed(right: int, total: int, mark: float) -> bool:
    """Whether the right share reaches the mark; an exam without any answer passes nobody.

    Examples
    --------
    >>> has_passed(8, 10, 0.8), has_passed(7, 10, 0.8), has_passed(0, 0, 0.0)
    (True, False, False)

    A mark that no binary number meets exactly is met as it is read: 7 of 10 for 0.7.

    >>> has_passed(7, 10, 0.7), has_passed(3, 10, 0.3)
    (True, True)
    """
    return total > 0 and right >= mark * total - 1e-9
