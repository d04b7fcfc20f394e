"""A series at several resolutions, laid out so that a browser fetches only what a screen shows.

`values` holds every value, `levels` pairs: of each stretch of time the lowest and the highest value
in the order in which they occurred, so that a line through them is never a saw-tooth. Both are cut
into tiles, and a tile holds channel after channel. NaN is a gap. Numbers are little-endian.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from datasets.data_types.base import Made, made_file

Values = npt.NDArray[np.float64]
Pairs = npt.NDArray[np.float64]
"""Channels by stretches by two: NaN twice where a stretch holds nothing."""

TILE_VALUES = 1 << 15
FIRST = 8
"""How many rows a stretch of the finest level holds on average."""
NARROWER = 4
SHORTEST = 512
OCTETS = "application/octet-stream"
NEAR = 1e-9
THUMBNAIL = (256, 96)
INK = (74, 111, 181, 255)
MOST_ROWS = 6

Rows = Callable[[int, int], Values]
"""Returns the rows from one number to another in the order of their stamps: rows by channels."""


@dataclass(frozen=True)
class Plan:
    """How a series is cut: rows and channels, seconds from first to last, rows in a tile."""

    rows: int
    channels: int
    seconds: float

    @property
    def tile(self) -> int:
        """How many rows a tile of `values` holds: a power of two, so that tiles weigh alike."""
        return 1 << int(np.log2(max(64, TILE_VALUES // self.channels)))

    @property
    def width(self) -> float:
        """How many seconds a stretch of the finest level lasts."""
        return FIRST * self.seconds / (self.rows - 1) if self.seconds else 1.0

    @property
    def count(self) -> int:
        """How many stretches the finest level has."""
        return int(self.seconds / self.width + NEAR) + 1

    def stretch_of(self, stamps: Values) -> npt.NDArray[np.int64]:
        """Return in which stretch of the finest level each stamp lies."""
        numbers = (stamps / self.width + NEAR).astype(np.int64)
        return np.minimum(numbers, self.count - 1)


def write_values(plan: Plan, rows: Rows, path: Path, kind: str) -> Made:
    """Write every value, tile by tile."""
    with path.open("wb") as out:
        for start in range(0, plan.rows, plan.tile):
            block = rows(start, min(start + plan.tile, plan.rows))
            out.write(np.ascontiguousarray(block.T).astype(f"<{kind}").tobytes())
    facts = {"type": "float32" if kind == "f4" else "float64", "tile": plan.tile}
    return made_file("values", path, OCTETS, facts)


def write_stamps(plan: Plan, stamps: Values, path: Path) -> Made:
    """Write stamps that are not evenly apart; `starts` says when each tile begins."""
    with path.open("wb") as out:
        for start in range(0, plan.rows, plan.tile):
            out.write(stamps[start : start + plan.tile].astype("<f8").tobytes())
    starts = [round(float(one), 6) for one in stamps[:: plan.tile]]
    return made_file("stamps", path, OCTETS, {"tile": plan.tile, "starts": starts})


def finest_level(plan: Plan, stamps: Values, rows: Rows) -> Pairs:
    """Return the pairs of the finest level."""
    pairs = np.full((plan.channels, plan.count, 2), np.nan)
    for start in range(0, plan.rows, plan.tile):
        end = min(start + plan.tile, plan.rows)
        stretches = plan.stretch_of(stamps[start:end])
        begins = np.flatnonzero(np.diff(stretches, prepend=-1))
        into = stretches[begins]
        block = rows(start, end)
        for channel in range(plan.channels):
            found = pairs_of(block[:, channel], begins)
            # A stretch may have begun in the tile before.
            both = np.concatenate((pairs[channel, into[0]], found[0]))
            found[0] = pairs_of(both, np.zeros(1, dtype=np.int64))[0]
            pairs[channel, into] = found
    return pairs


def pairs_of(values: Values, begins: npt.NDArray[np.int64]) -> Pairs:
    """Return lowest and highest of each stretch in the order in which they first occur.

    Examples
    --------
    >>> pairs_of(np.array([2.0, 5, 1, np.nan, 3, 3]), np.array([0, 3])).tolist()
    [[5.0, 1.0], [3.0, 3.0]]
    """
    low = np.fmin.reduceat(values, begins)
    high = np.fmax.reduceat(values, begins)
    lengths = np.diff(begins, append=len(values))
    places = np.arange(len(values))
    first_low, first_high = (
        np.minimum.reduceat(
            np.where(values == np.repeat(extreme, lengths), places, len(values)), begins
        )
        for extreme in (low, high)
    )
    swapped = first_high < first_low
    return np.stack((np.where(swapped, high, low), np.where(swapped, low, high)), axis=1)


def coarser(pairs: Pairs) -> Pairs:
    """Return the next level: of four stretches one."""
    channels, count, _two = pairs.shape
    begins = np.arange(0, count, NARROWER) * 2
    return np.stack([pairs_of(pairs[channel].reshape(-1), begins) for channel in range(channels)])


def all_levels(finest: Pairs) -> Iterator[Pairs]:
    """Yield the levels, the finest first, until a screen is wider than one."""
    level = finest
    yield level
    while level.shape[1] > SHORTEST:
        level = coarser(level)
        yield level


def write_levels(plan: Plan, finest: Pairs, path: Path) -> Made:
    """Write the levels one behind the other; the facts say where each begins and how it is cut.

    Values are written less the `bases`, so that what varies little far from zero keeps its digits.
    """
    bases = _bases(finest)
    tile = plan.tile // 2
    levels: list[dict[str, Any]] = []
    with path.open("wb") as out:
        for number, pairs in enumerate(all_levels(finest)):
            seconds = plan.width * NARROWER**number
            levels.append({"at": out.tell(), "seconds": seconds, "count": pairs.shape[1]})
            for start in range(0, pairs.shape[1], tile):
                cut = pairs[:, start : start + tile] - bases[:, None, None]
                out.write(np.ascontiguousarray(cut).astype("<f4").tobytes())
    facts = {"tile": tile, "levels": levels, "bases": bases.tolist()}
    return made_file("levels", path, OCTETS, facts)


def _bases(finest: Pairs) -> Values:
    """Return what is taken from the values of each channel: 0, or their middle if far from 0."""
    bases = np.zeros(len(finest))
    for channel, pairs in enumerate(finest):
        if not np.isfinite(pairs).any():
            continue
        low, high = np.nanmin(pairs), np.nanmax(pairs)
        if max(abs(low), abs(high)) > 100 * (high - low):
            bases[channel] = (low + high) / 2
    return bases


def draw_thumbnail(finest: Pairs, path: Path) -> Made:
    """Draw the channels one below the other, on a transparent ground; the first six of many."""
    width, height = THUMBNAIL
    shown = finest[:MOST_ROWS]
    picture = Image.new("RGBA", THUMBNAIL)
    pen = ImageDraw.Draw(picture)
    row = height / len(shown)
    for number, pairs in enumerate(shown):
        if not np.isfinite(pairs).any():
            continue
        low, high = np.nanmin(pairs), np.nanmax(pairs)
        scale = (row - 5) / ((high - low) or 1)
        bottom = number * row + row - 2.5 - (0 if high > low else (row - 5) / 2)
        for x, column in enumerate(_columns(pairs, width)):
            if np.isfinite(column).all():
                top, under = (bottom - (value - low) * scale for value in column[::-1])
                pen.line((x, round(top), x, round(under)), fill=INK)
    picture.save(path, "PNG")
    facts = {"width": width, "height": height}
    return made_file("thumbnail", path, "image/png", facts)


def _columns(pairs: Pairs, width: int) -> Values:
    """Return low and high for each column of pixels; short series fill it with straight lines."""
    flat = pairs.reshape(-1)
    if len(flat) < 2 * width:
        there = np.flatnonzero(np.isfinite(flat))
        places = np.linspace(0, len(flat) - 1, width + 1)
        line = np.interp(places, there, flat[there])
        line[np.isnan(flat[np.rint(places).astype(int)])] = np.nan
        return np.stack((np.minimum(line[:-1], line[1:]), np.maximum(line[:-1], line[1:])), axis=1)
    begins = np.arange(width) * len(pairs) // width * 2
    low, high = np.fmin.reduceat(flat, begins), np.fmax.reduceat(flat, begins)
    reach = np.stack((low, high), axis=1)
    # Each column touches the one before it, or a steep line would fall apart into dots.
    reach[1:, 0] = np.fmin(reach[1:, 0], reach[:-1, 1])
    reach[1:, 1] = np.where(np.isfinite(low[1:]), np.fmax(reach[1:, 1], low[:-1]), np.nan)
    return reach
