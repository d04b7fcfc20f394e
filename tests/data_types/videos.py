"""Videos for tests, made here: frames at any times, in any container, and files that lie."""

import math
import struct
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from datasets.data_types.base import Allowed, Facts, Made
from datasets.data_types.matroska import read_webm
from datasets.data_types.movie import Movie
from datasets.data_types.mp4 import read_mp4
from datasets.data_types.video import VideoType

MILLISECONDS = Fraction(1, 1000)


def save(
    path: Path,
    times: Sequence[int],
    *,
    codec: str = "libx264",
    unit: Fraction = MILLISECONDS,
    size: tuple[int, int] = (64, 48),
    kind: str = "mp4",
    gop: int = 12,
    b_frames: int = 0,
    turned: float = 0,
    aspect: Fraction | None = None,
    sound: bool = False,
    pixels: str = "yuv420p",
    options: dict[str, str] | None = None,
) -> Path:
    """Write a video with frames at these times, in units of so many seconds; a grey that grows."""
    width, height = size
    with av.open(str(path), "w", format=kind, options=options or {}) as file:
        stream: Any = file.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        stream.codec_context.gop_size = gop
        stream.codec_context.max_b_frames = b_frames
        stream.codec_context.time_base = stream.time_base = unit
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if codec == "libx264":
            stream.options = {"preset": "ultrafast", "bf": str(b_frames), "b-adapt": "0"}
        if codec.startswith("libvpx"):
            stream.options = {"deadline": "realtime", "cpu-used": "8"}
        if turned:
            stream.set_display_rotation(turned)
        tone: Any = (
            file.add_stream("libopus" if kind == "webm" else "aac", 48000) if sound else None
        )
        for number, time in enumerate(times):
            picture = np.full((height, width, 3), (number * 7) % 256, np.uint8)
            picture[: height // 4, : width // 4] = 255
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts, frame.time_base = time, unit
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
        if tone:
            samples = np.zeros((1, 48000), np.float32)
            noise = av.AudioFrame.from_ndarray(samples, "fltp", "mono")
            noise.sample_rate, noise.pts = 48000, 0
            file.mux(tone.encode(noise))
            file.mux(tone.encode())
    return path


def decoded(path: Path) -> list[int]:
    """When FFmpeg shows each frame, in 1/10,000 s."""
    with av.open(str(path)) as file:
        frames: Any = file.decode(file.streams.video[0])
        exact = [frame.pts * frame.time_base * 10_000 for frame in frames]
    return sorted({math.floor(time + Fraction(1, 2)) for time in exact})


OPENED = frozenset(b"moov trak mdia minf stbl edts mvex moof traf".split())


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterable[tuple[bytes, int, int]]:
    """Kind, beginning and end of each box, with its head, and of those inside the usual ones."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        yield kind, start, start + size
        if kind in (
            b"moov",
            b"trak",
            b"mdia",
            b"minf",
            b"stbl",
            b"edts",
            b"mvex",
            b"moof",
            b"traf",
        ):
            yield from boxes(data, start + 8, start + size)
        start += size


def changed(path: Path, kind: bytes, change: Callable[[bytearray], None]) -> Path:
    """Change the first box of a kind in place; its length stays."""
    data = path.read_bytes()
    _kind, start, end = next(box for box in boxes(data) if box[0] == kind)
    box = bytearray(data[start:end])
    change(box)
    assert len(box) == end - start
    path.write_bytes(data[:start] + bytes(box) + data[end:])
    return path


Change = Callable[[bytes], tuple[bytes, bytes]]
"""From the content of a box to another kind and content."""


def rebuilt(path: Path, changes: dict[bytes, Change]) -> Path:
    """Write the boxes of a file anew, some of them changed; its header must be at the end."""
    path.write_bytes(_rebuilt(path.read_bytes(), changes))
    return path


def _rebuilt(data: bytes, changes: dict[bytes, Change]) -> bytes:
    written, start = b"", 0
    while start < len(data):
        size, kind = struct.unpack_from(">I4s", data, start)
        content = data[start + 8 : start + size]
        if kind in OPENED:
            content = _rebuilt(content, changes)
        if kind in changes:
            kind, content = changes[kind](content)
        written += struct.pack(">I4s", 8 + len(content), kind) + content
        start += size
    return written


def movie_of(path: Path) -> Movie:
    """What our own readers make of a file."""
    with path.open("rb") as file:
        return (read_webm if file.read(1) == b"\x1a" else read_mp4)(file)


def read(path: Path, allowed: Allowed | None = None) -> Facts:
    """All that is read and made from a file."""
    folder = path.parent / "made"
    folder.mkdir(exist_ok=True)
    return VideoType().read(path, folder, "0001", allowed or Allowed())


def made(facts: Facts, role: str) -> Made | None:
    """The one file of that role, if it was made."""
    return next((file for file in facts["made"] if file["role"] == role), None)
