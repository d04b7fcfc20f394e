"""How much stretches of text and time share, and how near instants are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from datasets.pure.geometry import Matrix, span_iou
from datasets.pure.region_kinds.stretches import Instant, Segment
from datasets.pure.region_likeness.marks import Reach
from datasets.pure.region_types import Span


def text_likeness(first: Sequence[Span], second: Sequence[Span], _reach: Reach) -> Matrix:
    """Code points in both spans over code points in either; what lies in a gap is in neither.

    Examples
    --------
    >>> text_likeness([Span(0, 4)], [Span(2, 6), Span(0, 10, ((4, 6),))], Reach()).tolist()
    [[0.3333333333333333, 0.5]]
    """
    found = span_iou([one[:2] for one in first], [one[:2] for one in second])
    for row, one in enumerate(first):
        for column, other in enumerate(second):
            if (one.gaps or other.gaps) and found[row, column] > 0:
                found[row, column] = _covered_iou(_covered(one), _covered(other))
    return found


def time_likeness(first: Sequence[Segment], second: Sequence[Segment], _reach: Reach) -> Matrix:
    """Seconds in both segments over seconds in either."""
    return span_iou(first, second)


def instant_likeness(first: Sequence[Instant], second: Sequence[Instant], reach: Reach) -> Matrix:
    """1 for the same instant, 0.5 at `reach.seconds` from it, falling as a bell curve."""
    a, b = np.array([one.t for one in first]), np.array([one.t for one in second])
    found: Matrix = np.exp2(-(((a[:, None] - b[None]) / reach.seconds) ** 2))
    return found


def _covered(span: Span) -> list[tuple[int, int]]:
    """The stretches that a span covers, in rising order."""
    starts = [span.start, *(end for _start, end in span.gaps)]
    ends = [*(start for start, _end in span.gaps), span.end]
    return list(zip(starts, ends, strict=True))


def _covered_iou(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> float:
    both = sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in first
        for other_start, other_end in second
    )
    sizes = sum(end - start for start, end in (*first, *second))
    return both / (sizes - both)
