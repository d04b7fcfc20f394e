"""MP4 and MOV without decoding: boxes, the table of samples, edit lists and fragments.

Times come out as browsers report them (`mediaTime`): edit lists are applied as FFmpeg applies
them, which Chromium reads files with. ISO/IEC 14496-12 names the boxes.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

import numpy as np

from datasets.data_types.base import BadFile
from datasets.data_types.movie import (
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
    upright,
)
from datasets.data_types.mp4_samples import Edit, Fragments, Samples, edited, samples_of

MOST_TRACKS = 100
MOST_EDITS = 10_000
MOST_TABLE = 1 << 26
CODECS = {
    **dict.fromkeys((b"avc1", b"avc3"), "h264"),
    **dict.fromkeys((b"hvc1", b"hev1", b"dvh1", b"dvhe"), "hevc"),
    b"vp08": "vp8",
    b"vp09": "vp9",
    b"av01": "av1",
    b"mp4v": "mpeg4",
    **dict.fromkeys((b"apch", b"apcn", b"apcs", b"apco", b"ap4h", b"ap4x"), "prores"),
    **dict.fromkeys((b"jpeg", b"mjpa", b"mjpb"), "mjpeg"),
}
PLAYED = ("h264", "vp8", "vp9", "av1")
PLAYED_PROFILES = (66, 77, 88, 100)
"""Of H.264: 8 bits, and colours at half the resolution. Other profiles show nothing."""
SAMPLE_ENTRY = 86  # up to the boxes inside it


class Box(NamedTuple):
    """A box: its kind, and where its content begins and ends in the file."""

    kind: bytes
    start: int
    end: int


@dataclass
class Track:
    """What a track says about itself before its samples are read."""

    number: int = 0
    kind: bytes = b""
    is_enabled: bool = True
    is_turned: bool = False
    shown: tuple[float, float] = (0, 0)
    scale: int = 0
    edits: list[Edit] = field(default_factory=list)
    table: Box | None = None


@dataclass
class Sample:
    """What the first sample description says: codec, size, shape of pixels."""

    codec: str
    width: int
    height: int
    plays: bool
    aspect: tuple[int, int] | None = None


class Mp4:
    """A file of boxes, read by its headers."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = size_of(file)
        self._left = MOST_PARTS

    def boxes(self, start: int, end: int, *, outermost: bool = False) -> Iterator[Box]:
        """Yield the boxes one after the other. Raises BadFile where one leaves its place."""
        while start + 8 <= end:
            self._left -= 1
            if self._left < 0:
                raise broken(Why.PARTS)
            size, kind = struct.unpack(">I4s", take(self.file, start, 8))
            head = 8
            if size == 1:
                size, head = struct.unpack(">Q", take(self.file, start + 8, 8))[0], 16
            elif size == 0 and outermost:
                size = end - start
            elif size == 0:  # QuickTime ends a list so
                return
            if size < head:
                raise broken(Why.NO_SIZE)
            if start + size > end and kind != b"mdat":
                raise cut_short() if outermost else broken(Why.LARGE_PART)
            yield Box(kind, start + head, min(start + size, end))
            start += size

    def inside(self, box: Box, skip: int = 0) -> Iterator[Box]:
        """Yield the boxes inside another one, which begin so many bytes into it."""
        return self.boxes(box.start + skip, box.end)

    def content(self, box: Box, most: int = MOST_TABLE) -> bytes:
        """What is in a box."""
        if box.end - box.start > most:
            raise broken(Why.LARGE_TABLE)
        return take(self.file, box.start, box.end - box.start)


def read_mp4(file: BinaryIO) -> Movie:
    """Read everything but the pictures. Raises BadFile."""
    try:
        return _read(Mp4(file))
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise broken(Why.TABLES_DIFFER) from error


def _read(mp4: Mp4) -> Movie:
    movie = None
    fragments = []
    for box in mp4.boxes(0, mp4.size, outermost=True):
        if box.kind == b"moov" and movie is None:
            movie = box
        elif box.kind == b"moof":
            fragments.append(box)
    if movie is None:
        raise cut_short()
    scale, duration, tracks, defaults = _open_movie(mp4, movie)
    track = _chosen(tracks)
    if track.table is None or track.scale <= 0:
        raise broken(Why.NO_TABLE)
    sample = _first_sample(mp4, track)
    samples = samples_of(mp4, track.table)
    ahead = Fragments(mp4, track.number, defaults.get(track.number, (0, 0, 0)))
    ahead.begin(samples)
    for fragment in fragments:
        ahead.add(fragment)
    samples = ahead.together()
    if not len(samples.shown):
        raise no_frames()
    shown, kept = edited(samples, track.edits, track.scale, scale, in_pieces=bool(fragments))
    shape = sample.aspect or _shape_of(sample, track)
    width, height = upright(sample.width, sample.height, shape, turned=track.is_turned)
    ticks = ticks_of(shown, track.scale)
    return Movie(
        container="mov",
        codec=sample.codec,
        plays=sample.plays,
        ticks=ticks,
        end=_end(ticks, samples, track.scale, duration * PER_SECOND / scale if scale else 0),
        width=width,
        height=height,
        has_sound=any(one.kind == b"soun" for one in tracks),
        gop=longest_gop(samples.keys),
        reorders=bool((np.diff(samples.shown) < 0).any()) and kept > 1,
        track=track.number,
    )


def _end(ticks: np.ndarray, samples: Samples, scale: int, claimed: float) -> int:
    """When the clip is over: after its last frame, or its sound if that is longer."""
    last = max(1, round(samples.last_length * PER_SECOND / scale))
    return max(int(ticks[-1]) + last, int(claimed + 0.999))


def _open_movie(
    mp4: Mp4, movie: Box
) -> tuple[int, int, list[Track], dict[int, tuple[int, int, int]]]:
    """Time scale and duration, the tracks, and what fragments of each take for granted."""
    scale = duration = 0
    tracks: list[Track] = []
    defaults: dict[int, tuple[int, int, int]] = {}
    for box in mp4.inside(movie):
        if box.kind == b"mvhd":
            scale, duration = _clock(mp4.content(box))
        elif box.kind == b"trak" and len(tracks) < MOST_TRACKS:
            tracks.append(_open_track(mp4, box))
        elif box.kind == b"mvex":
            for one in mp4.inside(box):
                if one.kind == b"trex":
                    number, _which, length, size, flags = struct.unpack_from(
                        ">5I", mp4.content(one), 4
                    )
                    defaults[number] = (length, size, flags)
        elif box.kind == b"cmov":
            raise broken(Why.COMPRESSED)
    return scale, duration, tracks, defaults


def _clock(data: bytes) -> tuple[int, int]:
    """Time scale and duration of a header of the movie or of a track's media; 0 where unknown."""
    layout, at = (">IQ", 20) if data[0] == 1 else (">II", 12)
    scale, duration = struct.unpack_from(layout, data, at)
    unknown = 2**64 - 1 if data[0] == 1 else 2**32 - 1
    return scale, 0 if duration == unknown else duration


def _open_track(mp4: Mp4, box: Box) -> Track:
    track = Track()
    parts = list(mp4.inside(box))
    for outer in (b"edts", b"mdia", b"minf"):
        parts += [one for part in parts if part.kind == outer for one in mp4.inside(part)]
    for one in parts:
        if one.kind == b"tkhd":
            _read_header(mp4.content(one), track)
        elif one.kind == b"elst":
            track.edits = _edits_of(mp4.content(one))
        elif one.kind == b"mdhd":
            track.scale = _clock(mp4.content(one))[0]
        elif one.kind == b"hdlr":
            track.kind = track.kind or mp4.content(one)[8:12]
        elif one.kind == b"stbl":
            track.table = one
    return track


def _read_header(data: bytes, track: Track) -> None:
    track.is_enabled = bool(data[3] & 1)
    track.number = struct.unpack_from(">I", data, 20 if data[0] == 1 else 12)[0]
    at = 52 if data[0] == 1 else 40
    a, b, _u, c, d = struct.unpack_from(">5i", data, at)
    track.is_turned = abs(a) < abs(b) and abs(d) < abs(c)
    wide, high = struct.unpack_from(">2I", data, at + 36)
    track.shown = (wide / 65536, high / 65536)


def _edits_of(data: bytes) -> list[Edit]:
    count = struct.unpack_from(">I", data, 4)[0]
    layout = struct.Struct(">Qqi" if data[0] == 1 else ">Iii")
    if count > MOST_EDITS or 8 + count * layout.size > len(data):
        raise broken(Why.EDITS)
    edits = (layout.unpack_from(data, 8 + n * layout.size) for n in range(count))
    return [Edit(length, begin) for length, begin, _rate in edits]


def _chosen(tracks: list[Track]) -> Track:
    """The video track that browsers show: the first that is switched on."""
    videos = [track for track in tracks if track.kind == b"vide"]
    if not videos:
        raise no_video()
    return next((track for track in videos if track.is_enabled), videos[0])


def _first_sample(mp4: Mp4, track: Track) -> Sample:
    if track.table is None:
        raise no_frames()
    descriptions = next((box for box in mp4.inside(track.table) if box.kind == b"stsd"), None)
    entry = next(mp4.inside(descriptions, 8), None) if descriptions else None
    if entry is None:
        raise broken(Why.NO_CODEC)
    if entry.kind in (b"encv", b"drmi"):
        raise encrypted()
    width, height = struct.unpack(">2H", take(mp4.file, entry.start + 24, 4))
    codec = CODECS.get(entry.kind) or _printable(entry.kind)
    sample = Sample(codec, width, height, codec in PLAYED)
    try:
        for box in mp4.inside(entry, SAMPLE_ENTRY - 8):
            _look_into(mp4, box, sample)
    except BadFile:  # QuickTime puts other things here than boxes
        pass
    return sample


def _look_into(mp4: Mp4, box: Box, sample: Sample) -> None:
    if box.kind == b"pasp":
        across, down = struct.unpack(">2I", mp4.content(box)[:8])
        if across and down:
            sample.aspect = (across, down)
    elif box.kind == b"avcC":
        sample.plays = sample.plays and mp4.content(box)[1] in PLAYED_PROFILES


def _printable(kind: bytes) -> str:
    return "".join(chr(one) if 32 < one < 127 else "?" for one in kind)


def _shape_of(sample: Sample, track: Track) -> tuple[int, int]:
    """The shape of pixels where only the size on the screen tells it."""
    wide, high = track.shown
    if not (wide and high and sample.width and sample.height):
        return 1, 1
    if (wide, high) == (sample.width, sample.height):
        return 1, 1
    return round(sample.height * wide * 1000), round(sample.width * high * 1000)
