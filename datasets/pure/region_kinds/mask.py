"""Masks: which pixels belong, as run lengths inside the smallest box that holds them.

Runs go down the columns of the box, from the left to the right: pixels outside first (0 where the
first one is inside), then inside, then outside, and so on. The list is written as the text that
COCO calls compressed: each number less the one two before it, five bits a character.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from datasets.pure.problems import gettext_noop
from datasets.pure.region_kinds.base import (
    Found,
    RegionKind,
    Verdict,
    check_inside,
    plain_json,
    read_object,
)

if TYPE_CHECKING:
    from datasets.pure.schema_types import ItemFacts, Question

MAX_PIXELS = 100_000_000
MAX_PIXELS_OF_ALL = 500_000_000
Bitmap = NDArray[np.bool_]
Integers = NDArray[np.intp]


class Mask(NamedTuple):
    """Left, top, width and height in whole pixels, and the runs in them as text."""

    x: int
    y: int
    w: int
    h: int
    counts: str


def encode_runs(runs: list[int]) -> str:
    """Run lengths as text.

    Examples
    --------
    >>> encode_runs([0, 4, 2, 4]), encode_runs([3, 100, 5])
    ('0420', '3T35')
    """
    written = []
    for index, count in enumerate(runs):
        left = count - runs[index - 2] if index > 2 else count
        more = True
        while more:
            bits = left & 31
            left >>= 5
            more = left != (-1 if bits & 16 else 0)
            written.append(bits + (32 if more else 0) + 48)
    return bytes(written).decode("ascii")


def decode_runs(text: str) -> list[int]:
    """Run lengths from their text.

    Raises
    ------
    ValueError
        A character that is not in use, a number cut short, or a run below 0.

    Examples
    --------
    >>> decode_runs("3T35")
    [3, 100, 5]
    """
    runs: list[int] = []
    value = shift = 0
    for char in text:
        bits = ord(char) - 48
        if not 0 <= bits < 64 or shift > 60:
            raise ValueError(f"not run lengths: {char!r}")
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            value -= 1 << shift
        if len(runs) > 2:
            value += runs[-2]
        if value < 0:
            raise ValueError("a run is shorter than 0")
        runs.append(value)
        value = shift = 0
    if shift:
        raise ValueError("the last number is cut short")
    return runs


def bitmap_of(mask: Mask) -> Bitmap:
    """The pixels of the mask's box, shape (h, w)."""
    runs = decode_runs(mask.counts)
    inside = np.arange(len(runs)) % 2 == 1
    return np.repeat(inside, runs).reshape(mask.w, mask.h).T


def columns_of(mask: Mask) -> tuple[Integers, Integers, Integers]:
    """The mask as strips one pixel wide: column, top and bottom of each, in pixels of the image.

    Examples
    --------
    >>> [one.tolist() for one in columns_of(Mask(10, 5, 2, 3, encode_runs([1, 4, 1])))]
    [[10, 11], [6, 5], [8, 7]]
    """
    starts, ends = _inside(decode_runs(mask.counts))
    first = starts // mask.h
    run, column = counted_up(first, (ends - 1) // mask.h - first + 1)
    top = np.maximum(starts[run] - column * mask.h, 0)
    bottom = np.minimum(ends[run] - column * mask.h, mask.h)
    return column + mask.x, top + mask.y, bottom + mask.y


def counted_up(begin: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """For each range its number and the numbers in it: begin, begin + 1, … one after the other."""
    which = np.repeat(np.arange(len(counts)), counts)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return which, begin[which] + offset


def mask_of(bitmap: Bitmap, x: int = 0, y: int = 0) -> Mask | None:
    """The mask of a bitmap whose top left pixel is at (x, y); None where nothing is set.

    Examples
    --------
    >>> mask_of(np.array([[0, 0, 0], [0, 1, 1]], dtype=bool), x=10)
    Mask(x=11, y=1, w=2, h=1, counts='02')
    """
    columns, rows = np.flatnonzero(bitmap.any(axis=0)), np.flatnonzero(bitmap.any(axis=1))
    if not len(columns):
        return None
    left, top = int(columns[0]), int(rows[0])
    part = bitmap[top : rows[-1] + 1, left : columns[-1] + 1]
    flat = part.T.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    edges = [0, *changes.tolist(), flat.size]
    runs = [after - before for before, after in pairwise(edges)]
    if flat[0]:
        runs.insert(0, 0)
    return Mask(x + left, y + top, part.shape[1], part.shape[0], encode_runs(runs))


def _read(place: object, at: str, found: Found) -> Mask | None:
    given = read_object(place, ("x", "y", "w", "h", "counts"), at, found)
    if not given:
        return None
    before = len(found)
    for name in ("x", "y", "w", "h"):
        number = given[name]
        if type(number) is not int or not 0 <= number <= 1_000_000:
            sentence = gettext_noop("This must be a whole number of pixels from 0 on.")
            found.add(f"{at}/{name}", "bad-number", sentence)
    if type(given["counts"]) is not str:
        found.add(f"{at}/counts", "wrong-type", gettext_noop("This must be text."))
    if len(found) > before:
        return None
    if given["w"] * given["h"] > MAX_PIXELS:
        sentence = gettext_noop("A mask may cover a box of at most %(limit)d pixels.")
        found.add(at, "too-large", sentence, limit=MAX_PIXELS)
        return None
    return _settled(Mask(*(given[name] for name in Mask._fields)), at, found)


def _settled(mask: Mask, at: str, found: Found) -> Mask | None:
    """The mask in its one form: smallest box, no run of 0 but the first."""
    try:
        runs = decode_runs(mask.counts)
    except ValueError:
        sentence = gettext_noop("These are no run lengths as COCO writes them compressed.")
        found.add(f"{at}/counts", "bad-runs", sentence)
        return None
    if sum(runs) != mask.w * mask.h:
        sentence = gettext_noop("The runs cover %(sum)d pixels; the box has %(size)d.")
        found.add(f"{at}/counts", "bad-runs", sentence, sum=sum(runs), size=mask.w * mask.h)
        return None
    if not any(runs[1::2]):
        found.add(f"{at}/counts", "empty-region", gettext_noop("The mask is empty."))
        return None
    return _tight(mask, runs)


def _tight(mask: Mask, runs: list[int]) -> Mask:
    """The mask in its smallest box, told from the runs alone: a large box costs nothing."""
    starts, ends = _joined(*_inside(runs))
    first, last = starts // mask.h, (ends - 1) // mask.h
    left, right = int(first[0]), int(last[-1]) + 1
    top, bottom = 0, mask.h
    if (first == last).all():  # a run that goes round a column's end touches top and bottom
        tops, bottoms = starts - first * mask.h, ends - first * mask.h
        top, bottom = int(tops.min()), int(bottoms.max())
        columns = (first - left) * (bottom - top) - top
        starts, ends = _joined(columns + tops, columns + bottoms)
    else:
        starts, ends = starts - left * mask.h, ends - left * mask.h
    w, h = right - left, bottom - top
    edges = np.column_stack([starts, ends]).ravel()
    written = np.diff(edges, prepend=0).tolist()
    if edges[-1] < w * h:
        written.append(w * h - int(edges[-1]))
    return Mask(mask.x + left, mask.y + top, w, h, encode_runs(written))


def _inside(runs: list[int]) -> tuple[Integers, Integers]:
    """Where the runs of pixels inside start and end, in the order of the runs, no empty one."""
    edges = np.cumsum(np.asarray(runs, dtype=np.intp))
    starts, ends = edges[: len(runs) // 2 * 2 : 2], edges[1::2]
    some = ends > starts
    return starts[some], ends[some]


def _joined(starts: Integers, ends: Integers) -> tuple[Integers, Integers]:
    """Runs that follow each other without a gap as one."""
    apart = starts[1:] > ends[:-1]
    return starts[np.append(True, apart)], ends[np.append(apart, True)]


def check_pixels(places: Iterable[tuple[int, object]], found: Found) -> None:
    """Note a problem at the mask with which those of a document cover too many pixels in all."""
    pixels = 0
    for index, place in places:
        if type(place) is Mask:
            pixels += place.w * place.h
            if pixels > MAX_PIXELS_OF_ALL:
                sentence = gettext_noop(
                    "The boxes of all masks of a document may have at most %(limit)d pixels in all."
                )
                found.add(f"regions/{index}/at", "too-large", sentence, limit=MAX_PIXELS_OF_ALL)
                return


def _settle(mask: Mask) -> Mask:
    return mask


def _check(verdict: Verdict, at: str, mask: Mask, facts: ItemFacts, _question: Question) -> None:
    check_inside(verdict, at, (mask.x, mask.y, mask.x + mask.w, mask.y + mask.h), facts)


KIND = RegionKind(
    *("mask", Mask, ("image",), "masks"),
    *(_read, _settle, plain_json, _check),
)
