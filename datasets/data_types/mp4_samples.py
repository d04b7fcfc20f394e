"""The samples of an MP4 track: when each is shown, from tables, edit lists and fragments."""

import struct
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from datasets.data_types.movie import (
    MOST_FRAMES,
    Flags,
    Integers,
    Why,
    broken,
    cut_short,
    no_frames,
    too_many_frames,
)

if TYPE_CHECKING:
    from datasets.data_types.mp4 import Box, Mp4

NOT_SYNC = 0x10000


class Edit(NamedTuple):
    """A stretch of the media that is shown: how long, in the movie's units, and from where.

    `begin` of -1 shows nothing for so long.
    """

    length: int
    begin: int


class Samples(NamedTuple):
    """Frames in the order in which they are stored, in the track's units.

    `shown` is when each is shown if no edit list moves it, `keys` which stand alone, `decoded_to`
    when the next one would be decoded, `last_length` how long the last one lasts.
    """

    shown: Integers
    keys: Flags
    decoded_to: int
    last_length: int


NO_SAMPLES = Samples(np.zeros(0, np.int64), np.zeros(0, np.bool_), 0, 0)


def _table(data: bytes, columns: int, at: int = 8, kind: str = ">u4") -> npt.NDArray[np.int64]:
    """The rows of a table whose count stands before it."""
    count = struct.unpack_from(">I", data, at - 4)[0]
    if count > MOST_FRAMES:
        raise too_many_frames()
    width = np.dtype(kind).itemsize
    if at + count * columns * width > len(data):
        raise broken(Why.SHORT_TABLE)
    rows = np.frombuffer(data, dtype=kind, count=count * columns, offset=at)
    return rows.astype(np.int64).reshape(-1, columns)


def _spread(rows: Integers, count: int) -> Integers:
    """Each second column as often as the first says, filled with zeros."""
    if int(rows[:, 0].sum()) > 2 * MOST_FRAMES:
        raise too_many_frames()
    spread = np.repeat(rows[:, 1], rows[:, 0])[:count]
    return np.concatenate([spread, np.zeros(count - len(spread), np.int64)])


def samples_of(mp4: "Mp4", table: "Box") -> Samples:
    """The samples that the table of a track lists. Raises BadFile."""
    boxes = {box.kind: box for box in mp4.inside(table)}
    if b"stts" not in boxes:
        raise no_frames()
    sizes = _sizes(mp4, boxes)
    lengths_rows = _table(mp4.content(boxes[b"stts"]), 2)
    count = min(len(sizes), int(lengths_rows[:, 0].sum()))
    if count == 0:
        return NO_SAMPLES
    _check_extent(mp4, boxes, sizes)
    lengths = _spread(lengths_rows, count)
    decoded = np.cumsum(lengths) - lengths
    shown = decoded
    if b"ctts" in boxes:
        late = _table(mp4.content(boxes[b"ctts"]), 2)
        late[:, 1] = late[:, 1].astype(np.uint32).astype(np.int32)
        shown = decoded + _spread(late, count)
    keys = np.ones(count, np.bool_)
    if b"stss" in boxes:
        numbers = _table(mp4.content(boxes[b"stss"]), 1)[:, 0]
        keys[:] = False
        keys[numbers[(numbers >= 1) & (numbers <= count)] - 1] = True
    return Samples(shown, keys, int(lengths.sum()), int(lengths[-1]))


def _sizes(mp4: "Mp4", boxes: "dict[bytes, Box]") -> Integers:
    """How many bytes each sample has."""
    if b"stsz" in boxes:
        data = mp4.content(boxes[b"stsz"])
        size, count = struct.unpack_from(">2I", data, 4)
        if count > MOST_FRAMES:
            raise too_many_frames()
        return np.full(count, size, np.int64) if size else _table(data, 1, 12)[:, 0]
    if b"stz2" in boxes:
        data = mp4.content(boxes[b"stz2"])
        bits, count = data[7], struct.unpack_from(">I", data, 8)[0]
        if count > MOST_FRAMES:
            raise too_many_frames()
        if bits == 4:
            pairs = np.frombuffer(data, np.uint8, offset=12)
            return np.stack([pairs >> 4, pairs & 15], axis=1).ravel()[:count].astype(np.int64)
        return _table(data, 1, 12, ">u2" if bits == 16 else ">u1")[:, 0]
    raise no_frames()


def _check_extent(mp4: "Mp4", boxes: "dict[bytes, Box]", sizes: Integers) -> None:
    """Refuse a file that ends before its samples do."""
    if b"stsc" not in boxes or not (b"stco" in boxes or b"co64" in boxes):
        raise broken(Why.NO_PLACES)
    if b"stco" in boxes:
        places = _table(mp4.content(boxes[b"stco"]), 1)[:, 0]
    else:
        places = _table(mp4.content(boxes[b"co64"]), 1, kind=">u8")[:, 0]
    runs = _table(mp4.content(boxes[b"stsc"]), 3)
    if not len(places) or not len(runs):
        raise broken(Why.NO_PLACES)
    firsts = np.clip(runs[:, 0] - 1, 0, len(places))
    chunks = np.diff([*firsts, len(places)])
    if (chunks < 0).any() or int(runs[:, 1].max()) > MOST_FRAMES:
        raise broken(Why.TABLES_DIFFER)
    each = np.repeat(runs[:, 1], chunks)
    ends = np.minimum(np.cumsum(each), len(sizes))
    upto = np.concatenate([[0], np.cumsum(sizes)])
    starts = np.concatenate([[0], ends[:-1]])
    filled = ends > starts
    last = places[: len(ends)][filled] + (upto[ends] - upto[starts])[filled]
    if len(last) and (int(last.max()) > mp4.size or int(last.min()) < 0):
        raise cut_short()


def edited(
    samples: Samples, edits: list[Edit], scale: int, movie_scale: int, *, in_pieces: bool
) -> tuple[Integers, int]:
    """When frames are shown once the edit list is applied, and how many of them.

    As FFmpeg does: frames outside a stretch are not shown, empty stretches before it move it, and
    the first frame shown begins where its stretch does. Fragments are only moved as a whole.
    """
    shown = samples.shown
    empty, stretches = _stretches(edits, scale, movie_scale)
    if in_pieces or not stretches:
        moved = shown + empty - (stretches[0][0] if stretches else 0)
        return moved - min(0, int(moved.min())), len(moved)
    parts, after, total = [], empty, 0
    for begin, units in stretches:
        inside = shown >= begin
        if units:
            inside &= shown < begin + units
        total += int(inside.sum())
        if total > MOST_FRAMES:
            raise too_many_frames()
        parts.append(shown[inside] - begin + after)
        after += units
    together = np.concatenate(parts)
    if not len(together):
        raise no_frames()
    return together - max(0, int(together.min()) - empty), total


def _stretches(
    edits: list[Edit], scale: int, movie_scale: int
) -> tuple[int, list[tuple[int, int]]]:
    """How long nothing is shown at first, then where each stretch begins and how long it is."""
    empty = 0
    stretches: list[tuple[int, int]] = []
    for length, begin in edits:
        units = length * scale // movie_scale if movie_scale else 0
        if begin >= 0:
            stretches.append((begin, units))
        elif not stretches:
            empty += units
    return empty, stretches


class Fragments:
    """Samples of one track that come in fragments after the table, in the order of the file."""

    def __init__(self, mp4: "Mp4", track: int, defaults: tuple[int, int, int]) -> None:
        self._mp4, self._track, self._defaults = mp4, track, defaults
        self._shown: list[Integers] = []
        self._keys: list[Flags] = []
        self._count = self._next = self._last = self._early = 0

    def begin(self, samples: Samples) -> None:
        """Start with what the table lists."""
        self._keep(samples.shown, samples.keys)
        self._next, self._last = samples.decoded_to, samples.last_length

    def together(self) -> Samples:
        """All samples so far."""
        # FFmpeg moves all by what the earliest is shown before its turn.
        shown = np.concatenate([self._shown[0], *(one + self._early for one in self._shown[1:])])
        keys = np.concatenate(self._keys)
        return Samples(shown, keys, self._next, self._last)

    def add(self, fragment: "Box") -> None:
        """Take in one fragment. Raises BadFile."""
        for box in self._mp4.inside(fragment):
            if box.kind == b"traf":
                self._add_track(box, fragment)

    def _add_track(self, track: "Box", fragment: "Box") -> None:
        defaults, base = self._defaults, fragment.start - 8
        for box in self._mp4.inside(track):
            if box.kind not in (b"tfhd", b"tfdt", b"trun"):
                continue
            data = self._mp4.content(box)
            if box.kind == b"tfhd":
                if struct.unpack_from(">I", data, 4)[0] != self._track:
                    return
                if data[3] & 1:
                    base = struct.unpack_from(">Q", data, 8)[0]
                defaults = self._taken_for_granted(data)
            elif box.kind == b"tfdt":
                self._next = struct.unpack_from(">Q" if data[0] == 1 else ">I", data, 4)[0]
            else:
                self._add_run(data, defaults, base)

    def _taken_for_granted(self, data: bytes) -> tuple[int, int, int]:
        """Length, size and flags of samples that do not say their own."""
        said = data[3]
        at = 8 + (8 if said & 1 else 0) + (4 if said & 2 else 0)
        values = list(self._defaults)
        for which, bit in enumerate((0x8, 0x10, 0x20)):
            if said & bit:
                values[which], at = struct.unpack_from(">I", data, at)[0], at + 4
        return values[0], values[1], values[2]

    def _add_run(self, data: bytes, defaults: tuple[int, int, int], base: int) -> None:
        said = int.from_bytes(data[1:4], "big")
        count = struct.unpack_from(">I", data, 4)[0]
        self._count += count
        if self._count > MOST_FRAMES:
            raise too_many_frames()
        at = 8
        if said & 1:
            base, at = base + struct.unpack_from(">i", data, at)[0], at + 4
        first = None
        if said & 4:
            first, at = struct.unpack_from(">I", data, at)[0], at + 4
        given = [bit for bit in (0x100, 0x200, 0x400, 0x800) if said & bit]
        rows = np.frombuffer(data, ">u4", count * len(given), at).reshape(count, len(given))
        values = {bit: rows[:, n].astype(np.int64) for n, bit in enumerate(given)}
        lengths = values.get(0x100, np.full(count, defaults[0], np.int64))
        sizes = values.get(0x200, np.full(count, defaults[1], np.int64))
        flags = values.get(0x400, np.full(count, defaults[2], np.int64))
        if first is not None and count and 0x400 not in values:
            flags[0] = first
        late = values.get(0x800, np.zeros(count, np.int64)).astype(np.uint32).astype(np.int32)
        if said & 1 and base + int(sizes.sum()) > self._mp4.size:
            raise cut_short()
        if count:
            self._early = max(self._early, -int(late.min()))
            decoded = self._next + np.cumsum(lengths) - lengths
            self._keep(decoded + late, (flags & NOT_SYNC) == 0)
            self._next, self._last = self._next + int(lengths.sum()), int(lengths[-1])

    def _keep(self, shown: Integers, keys: Flags) -> None:
        self._shown.append(shown)
        self._keys.append(keys)
