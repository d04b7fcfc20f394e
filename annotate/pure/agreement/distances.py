"""How far apart two labels are: the tables that weighted measures share."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from annotate.pure.agreement.answers import Floats

Weighting = Literal["identity", "linear", "quadratic"]


def label_distances(labels: Sequence[Hashable], weighting: Weighting | ArrayLike) -> Floats:
    """The distance between every two labels, 0 on the diagonal.

    Parameters
    ----------
    labels : sequence
        In their order. Where all are numbers they stand where they are, so that 1, 2 and 5 are
        not taken for equally far apart; else each is one step from the next.
    weighting : {"identity", "linear", "quadratic"} or array_like, shape (n, n)
        Another label is another label; the difference; its square; or distances of one's own.

    Raises
    ------
    ValueError
        Unknown weighting; a table of another shape, with a negative distance or one of a label
        from itself.

    Examples
    --------
    >>> label_distances([1, 2, 5], "linear").tolist()
    [[0.0, 1.0, 4.0], [1.0, 0.0, 3.0], [4.0, 3.0, 0.0]]
    >>> label_distances(["low", "high"], "identity").tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    n = len(labels)
    if not isinstance(weighting, str):
        table = np.asarray(weighting, dtype=float)
        if table.shape != (n, n):
            raise ValueError(f"{n} labels need a table of {n} by {n}, not {table.shape}")
        if (table < 0).any() or np.diag(table).any():
            raise ValueError("distances are 0 on the diagonal and never negative")
        return table
    if weighting == "identity":
        return 1 - np.eye(n)
    if weighting not in ("linear", "quadratic"):
        raise ValueError(f"unknown weighting {weighting!r}")
    are_numbers = all(isinstance(one, int | float) for one in labels)
    at = np.array(labels, dtype=float) if are_numbers else np.arange(n, dtype=float)
    apart: Floats = np.abs(at[:, None] - at[None, :])
    return apart if weighting == "linear" else apart**2
