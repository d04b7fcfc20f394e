"""WebM without decoding: when each block of the video track is shown, and which stand alone.

Elements are met one after the other as they lie in the file, so that clusters of unknown length
(recordings of a browser) are read like any other. RFC 9559 names the elements.
"""

import struct
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np

from datasets.data_types.movie import (
    MOST_FRAMES,
    MOST_PARTS,
    PER_SECOND,
    Movie,
    Why,
    broken,
    cut_short,
    encrypted,
    longest_gop,
    no_frames,
    no_video,
    size_of,
    take,
    ticks_of,
    too_many_frames,
    upright,
)

EBML, SEGMENT, CLUSTER, BLOCK_GROUP = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0xA0
INFO, TRACKS, CLUSTER_TIME = 0x1549A966, 0x1654AE6B, 0xE7
SIMPLE_BLOCK, BLOCK, REFERENCE, BLOCK_LENGTH = 0xA3, 0xA1, 0xFB, 0x9B
OPENED = (SEGMENT, CLUSTER, BLOCK_GROUP)
"""Elements whose content is met next; all others are read or passed over as a whole."""
VIDEO, SOUND = 1, 2
MOST_HEADER = 1 << 22
MOST_TRACKS = 100
NANOSECONDS = 1_000_000_000
CODECS = {"V_VP8": "vp8", "V_VP9": "vp9", "V_AV1": "av1"}
SIZE_UNITS = 3
"""Display sizes in pixels, centimetres, inches or as a ratio: all say how wide to how high."""


@dataclass
class Track:
    """What a track says about itself."""

    number: int
    kind: int
    codec: str
    step: int
    size: tuple[int, int]
    shape: tuple[int, int]
    is_encrypted: bool


@dataclass
class Blocks:
    """The frames of the video track, in the order in which they are stored."""

    times: list[int] = field(default_factory=list)
    keys: list[bool] = field(default_factory=list)
    open_group: bool = False
    referring: bool = False
    waiting: list[int] = field(default_factory=list)
    length: int = 0

    def close_group(self) -> None:
        """Keep the frames of a group, once it is known whether they stand alone."""
        if self.waiting:
            self.keep(self.waiting, not self.referring)
        self.open_group, self.referring, self.waiting, self.length = False, False, [], 0

    def keep(self, times: list[int], is_key: bool) -> None:
        """Keep the frames of one block."""
        self.times += times
        self.keys += [is_key] * len(times)
        if len(self.times) > MOST_FRAMES:
            raise too_many_frames()


class Reader:
    """One walk through a file."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = size_of(file)
        self.track: Track | None = None
        self.has_sound = False
        self.scale = 1_000_000
        self.duration = 0.0
        self.blocks = Blocks()
        self._cluster = 0

    def walk(self) -> None:
        """Meet every element of the file. Raises BadFile."""
        at = 0
        for _part in range(MOST_PARTS):
            if at >= self.size:
                break
            kind, length, start = self._head(at)
            if kind in OPENED:
                if length is not None and start + length > self.size:
                    raise cut_short()
                self._open(kind)
                at = start
                continue
            if length is None:
                raise broken(Why.NO_SIZE)
            if start + length > self.size:
                raise cut_short()
            self._meet(kind, start, length)
            at = start + length
        else:
            raise broken(Why.PARTS)
        self.blocks.close_group()

    def _head(self, at: int) -> tuple[int, int | None, int]:
        """The id of an element, its length (None: unknown), and where its content begins."""
        self.file.seek(at)
        head = self.file.read(12)
        if not head or not head[0]:
            raise broken(Why.NO_ELEMENT)
        width = 9 - head[0].bit_length()
        kind = int.from_bytes(head[:width], "big")
        if width > 4 or len(head) <= width:
            raise broken(Why.NO_ELEMENT) if width > 4 else cut_short()
        length, used = _number(head, width)
        return kind, length, at + width + used

    def _open(self, kind: int) -> None:
        self.blocks.close_group()
        self.blocks.open_group = kind == BLOCK_GROUP

    def _meet(self, kind: int, start: int, length: int) -> None:
        if kind == INFO:
            self._read_info(self._content(start, length))
        elif kind == TRACKS:
            self._read_tracks(self._content(start, length))
        elif kind == CLUSTER_TIME:
            self._cluster = int.from_bytes(self._content(start, min(length, 9)), "big")
        elif kind in (SIMPLE_BLOCK, BLOCK):
            self._read_block(kind, start, length)
        elif kind == REFERENCE and self.blocks.open_group:
            self.blocks.referring = True

    def _content(self, start: int, length: int) -> bytes:
        if length > MOST_HEADER:
            raise broken(Why.LARGE_PART)
        return take(self.file, start, length)

    def _read_info(self, data: bytes) -> None:
        for kind, value in _elements(data):
            if kind == 0x2AD7B1:
                self.scale = int.from_bytes(value, "big")
            elif kind == 0x4489 and len(value) in (4, 8):
                (length,) = struct.unpack(">f" if len(value) == 4 else ">d", value)
                self.duration = length if 0 <= length < 1e18 else 0.0
        if not 0 < self.scale <= NANOSECONDS * 10:
            raise broken(Why.CLOCK)

    def _read_tracks(self, data: bytes) -> None:
        entries = [value for kind, value in _elements(data) if kind == 0xAE]
        tracks = [_track_of(entry) for entry in entries[:MOST_TRACKS]]
        videos = [track for track in tracks if track.kind == VIDEO]
        self.has_sound = any(track.kind == SOUND for track in tracks)
        if not videos:
            raise no_video()
        if self.track is None:
            self.track = videos[0]
        if self.track.is_encrypted:
            raise encrypted()

    def _read_block(self, kind: int, start: int, length: int) -> None:
        if self.track is None:
            raise broken(Why.LATE_HEADER)
        self.file.seek(start)
        head = self.file.read(min(length, 16))
        number, used = _number(head, 0)
        if number != self.track.number or len(head) < used + 3:
            return
        late, flags = struct.unpack_from(">hB", head, used)
        if flags & 6 == 0 and self.track.codec == "vp8" and _is_hidden(head[used + 3 :]):
            return
        count = 1 if flags & 6 == 0 else (head[used + 3] + 1 if len(head) > used + 3 else 1)
        step = self.track.step // self.scale if count > 1 else 0
        first = self._cluster + late
        times = [first + n * step for n in range(count)]
        if kind == SIMPLE_BLOCK:
            self.blocks.keep(times, bool(flags & 0x80))
        else:
            self.blocks.waiting = times


def read_webm(file: BinaryIO) -> Movie:
    """Read everything but the pictures. Raises BadFile."""
    try:
        return _read(Reader(file))
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise broken(Why.PARTS_DIFFER) from error


def _read(reader: Reader) -> Movie:
    reader.walk()
    track, blocks = reader.track, reader.blocks
    if track is None:
        raise cut_short() if not blocks.times else no_video()
    if not blocks.times:
        raise no_frames()
    times = np.array(blocks.times, np.int64)
    times = times - min(0, int(times.min()))
    ticks = ticks_of(times, NANOSECONDS, reader.scale)
    mean = (int(ticks[-1]) - int(ticks[0])) / max(1, len(ticks) - 1)
    step = track.step * PER_SECOND / NANOSECONDS or mean
    claimed = reader.duration * reader.scale * PER_SECOND / NANOSECONDS
    width, height = upright(*track.size, track.shape, turned=False)
    return Movie(
        container="matroska",
        codec=track.codec,
        plays=track.codec in CODECS.values(),
        ticks=ticks,
        end=max(int(ticks[-1]) + max(1, round(step)), int(claimed + 0.999)),
        width=width,
        height=height,
        has_sound=reader.has_sound,
        gop=longest_gop(np.array(blocks.keys, np.bool_)),
        reorders=bool((np.diff(times) < 0).any()),
    )


def _number(data: bytes, at: int) -> tuple[int | None, int]:
    """A number of variable length and how many bytes it takes; None where all its bits are set."""
    if at >= len(data) or not data[at]:
        raise broken(Why.NO_ELEMENT)
    width = 9 - data[at].bit_length()
    if at + width > len(data):
        raise cut_short()
    value = int.from_bytes(data[at : at + width], "big") - (1 << (7 * width))
    return (None if value == (1 << (7 * width)) - 1 else value), width


def _elements(data: bytes) -> list[tuple[int, bytes]]:
    """The elements in the content of another one: id and content."""
    found = []
    at = 0
    while at < len(data):
        if not data[at]:
            raise broken(Why.NO_ELEMENT)
        width = 9 - data[at].bit_length()
        kind = int.from_bytes(data[at : at + width], "big")
        length, used = _number(data, at + width)
        at += width + used
        if length is None or at + length > len(data):
            raise broken(Why.LARGE_PART)
        found.append((kind, data[at : at + length]))
        at += length
    return found


def _track_of(entry: bytes) -> Track:
    said = dict(_elements(entry))
    codec = said.get(0x86, b"").rstrip(b"\0").decode("ascii", "replace")
    size, shape = _sizes(dict(_elements(said.get(0xE0, b""))))
    coded = [value for kind, value in _elements(entry) if kind == 0x6D80]
    return Track(
        number=int.from_bytes(said.get(0xD7, b""), "big"),
        kind=int.from_bytes(said.get(0x83, b""), "big"),
        codec=CODECS.get(codec, codec[:40]),
        step=int.from_bytes(said.get(0x23E383, b""), "big"),
        size=size,
        shape=shape,
        is_encrypted=any(
            kind == 0x5035
            for encodings in coded
            for _kind, encoding in _elements(encodings)
            for kind, _value in _elements(encoding)
        ),
    )


def _sizes(video: dict[int, bytes]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Pixels of the picture, cropped, and the shape of each."""
    said = {kind: int.from_bytes(value, "big") for kind, value in video.items()}
    width = said.get(0xB0, 0) - said.get(0x54CC, 0) - said.get(0x54DD, 0)
    height = said.get(0xBA, 0) - said.get(0x54BB, 0) - said.get(0x54AA, 0)
    wide, high = said.get(0x54B0, 0), said.get(0x54BA, 0)
    if not (wide and high) or said.get(0x54B2, 0) > SIZE_UNITS:
        return (width, height), (1, 1)
    return (width, height), (height * wide, width * high)


def _is_hidden(frame: bytes) -> bool:
    """Whether a VP8 frame only helps to decode others and is never shown (RFC 6386, 9.1)."""
    return bool(frame) and not frame[0] & 0x10
