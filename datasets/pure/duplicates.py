"""Items that are the same, and images that look the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

_ROWS, _COLUMNS = 8, 9


class DuplicateGroup(NamedTuple):
    """Items with one and the same content.

    Attributes
    ----------
    content_sha : str
        The hash they share.
    keys : tuple of str
        Their keys, sorted, at least two. The first is the one to keep when the rest is excluded.
    """

    content_sha: str
    keys: tuple[str, ...]


def exact_duplicates(items: Iterable[tuple[str, str]]) -> list[DuplicateGroup]:
    """The groups of items that have equal content.

    Parameters
    ----------
    items : iterable of (key, content_sha)
        Every key once; an empty hash equals nothing.

    Returns
    -------
    list of DuplicateGroup
        Sorted by first key; empty where every content is there once.

    Examples
    --------
    >>> exact_duplicates([("b", "1f"), ("c", "2e"), ("a", "1f")])
    [DuplicateGroup(content_sha='1f', keys=('a', 'b'))]
    """
    first: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for key, content_sha in items:
        if not content_sha:
            continue
        earlier = first.setdefault(content_sha, key)
        if earlier != key:
            found.setdefault(content_sha, [earlier]).append(key)
    groups = [DuplicateGroup(sha, tuple(sorted(keys))) for sha, keys in found.items()]
    return sorted(groups, key=lambda group: group.keys)


def difference_hash(pixels: ArrayLike) -> int:
    """A hash of 64 bits that changes little when an image is scaled, recompressed or brightened.

    The image is averaged down to 8 rows of 9; each bit says whether a cell is brighter than the
    one to its left.

    Parameters
    ----------
    pixels : array_like, shape (height, width)
        Brightness; at least 8 rows and 9 columns.

    Returns
    -------
    int
        From 0 to 2**64 - 1. Compare with `hamming_distance`.

    Raises
    ------
    ValueError
        The array is not a grey image or is too small.

    Examples
    --------
    >>> import numpy as np
    >>> ramp = np.tile(np.arange(90), (80, 1))
    >>> difference_hash(ramp) == 2**64 - 1, difference_hash(ramp[:, ::-1])
    (True, 0)
    """
    grey = np.asarray(pixels, dtype=float)
    if grey.ndim != 2 or grey.shape[0] < _ROWS or grey.shape[1] < _COLUMNS:
        raise ValueError(f"need a grey image of at least 8 by 9 pixels, not shape {grey.shape}")
    down = np.linspace(0, grey.shape[0], _ROWS + 1).astype(int)
    across = np.linspace(0, grey.shape[1], _COLUMNS + 1).astype(int)
    sums = np.add.reduceat(np.add.reduceat(grey, down[:-1], axis=0), across[:-1], axis=1)
    means = sums / np.outer(np.diff(down), np.diff(across))
    bits = np.packbits(means[:, 1:] > means[:, :-1])
    return int.from_bytes(bits.tobytes(), "big")


def hamming_distance(first: int, second: int) -> int:
    """In how many of 64 bits two hashes differ: 0 alike, about 32 unrelated.

    Examples
    --------
    >>> hamming_distance(0b1100, 0b1010)
    2
    """
    return (first ^ second).bit_count()
