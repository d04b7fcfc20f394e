"""Pictures and copies of a video, made by FFmpeg where the extra `video` is installed.

PyAV carries FFmpeg with encoders under the GPL, so it is no part of the core: without it, a video
has its table of frames, but neither a thumbnail nor a copy (see docs/decisions).
"""

import importlib
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from datasets.data_types.base import BadFile, Made, made_file
from datasets.data_types.movie import PER_SECOND, Movie, Why, broken
from datasets.data_types.mp4 import read_mp4

THUMBNAIL_SIDE = 256
AHEAD = 10
"""The thumbnail is taken a tenth into the clip, at most so many seconds."""
GOP = 15
SLOW_GOP = 30
SPEED = 66_000_000
"""Pixels of all frames that are copied in a CPU second; what would take longer is not begun."""
MOST_BYTES = 240 << 20
KEPT_SOUND = ("aac", "mp3", "opus", "flac", "alac")
THREADS = 2
RATE = 48_000


class GivenUp(Exception):
    """No copy could be made: it takes too long, gets too large, or is not the same frames."""


def find_av() -> Any:
    """PyAV, or None where the extra is not installed."""
    try:
        return importlib.import_module("av")
    except ImportError:
        return None


def needs_copy(movie: Movie) -> bool:
    """Whether browsers cannot play it, or step through it slowly."""
    return not movie.plays or movie.gop > SLOW_GOP or movie.reorders


def _open(av: Any, path: Path, movie: Movie) -> Any:
    """Open a file as what we have read it as: FFmpeg guesses nothing, and follows no address."""
    return av.open(
        str(path),
        format=movie.container,
        options={"protocol_whitelist": "file"},
        metadata_errors="ignore",
    )


def _stream_of(file: Any, movie: Movie) -> Any:
    """The track whose frames we have read; a file may hold others that are switched off."""
    tracks = file.streams.video
    return next((one for one in tracks if one.id == movie.track), tracks[0])


def draw_thumbnail(av: Any, path: Path, movie: Movie, target: Path) -> Made | None:
    """Decode a frame near the beginning and write it small. Raises BadFile.

    None where FFmpeg has no decoder for it: the file may be as good as any.
    """
    try:
        with _open(av, path, movie) as file:
            stream = _stream_of(file, movie)
            stream.thread_count = THREADS
            first = next(file.decode(stream), None)
            if first is None:
                raise broken(Why.NO_PICTURE)
            frame = _later_frame(av, file, stream, movie) or first
            moment = _moment_of(frame, movie)
            picture: Image.Image = frame.to_image().rotate(frame.rotation, expand=True)
    except (av.error.DecoderNotFoundError, av.error.PatchWelcomeError):
        return None
    except (av.error.FFmpegError, IndexError) as error:
        raise broken(Why.NO_PICTURE) from error
    share = min(1.0, THUMBNAIL_SIDE / max(movie.width, movie.height))
    size = (max(1, round(movie.width * share)), max(1, round(movie.height * share)))
    picture.resize(size, Image.Resampling.BILINEAR).save(target, "WEBP", quality=80)
    facts = {"width": size[0], "height": size[1], "t": moment}
    return made_file("thumbnail", target, "image/webp", facts)


def _later_frame(av: Any, file: Any, stream: Any, movie: Movie) -> Any:
    """The frame that stands alone before a moment a little into the clip."""
    seconds = min(AHEAD, movie.seconds / 10)
    try:
        file.seek(int(seconds / stream.time_base), stream=stream)
        return next(file.decode(stream), None)
    except av.error.FFmpegError:
        return None


def _moment_of(frame: Any, movie: Movie) -> float:
    """When a frame is shown, in seconds, as our table says it."""
    tick = float((frame.pts or 0) * frame.time_base) * PER_SECOND
    return float(movie.ticks[np.abs(movie.ticks - tick).argmin()]) / PER_SECOND


@dataclass
class Copying:
    """One copy on its way: where frames and sound go."""

    file: Any
    video: Any
    stop: float
    size: int = 0
    sound: Any = None
    resampler: Any = None
    last: int = -1

    def add_frame(self, frame: Any) -> None:
        """Encode a frame at the time it has; of two at one moment the first. Raises GivenUp."""
        tick = round(frame.pts * frame.time_base * PER_SECOND)
        if tick <= self.last:
            return
        self.last = tick
        if time.process_time() > self.stop:
            raise GivenUp
        size = {"width": self.video.width, "height": self.video.height}
        small = frame.reformat(**size, format="yuv420p")
        small.pts, small.time_base, small.pict_type = frame.pts, frame.time_base, 0
        packets = self.video.encode(small)
        self.size += sum(packet.size for packet in packets)
        if self.size > MOST_BYTES:
            raise GivenUp
        self.file.mux(packets)

    def add_sound(self, packet: Any) -> None:
        """Pass sound on, or encode it anew where MP4 cannot hold it."""
        if self.sound is None:
            return
        if self.resampler is None:
            if packet.dts is not None:
                packet.stream = self.sound
                self.file.mux(packet)
            return
        for frame in packet.decode():
            for part in self.resampler.resample(frame):
                self.file.mux(self.sound.encode(part))

    def close(self) -> None:
        """Write what encoders still hold back."""
        self.file.mux(self.video.encode(None))
        if self.resampler is not None:
            for part in self.resampler.resample(None):
                self.file.mux(self.sound.encode(part))
            self.file.mux(self.sound.encode(None))


def make_copy(av: Any, path: Path, movie: Movie, target: Path, seconds: float) -> Made:
    """Write an MP4 that browsers play and step through: the same frames at the same times.

    H.264 with a frame that stands alone every 15 and none that refer to later ones. Raises
    GivenUp, with nothing left behind, also where it would take more CPU seconds than these.
    """
    if movie.width * movie.height * len(movie.ticks) > SPEED * seconds:
        raise GivenUp
    try:
        with _open(av, path, movie) as source:
            video = _stream_of(source, movie)
            _encode(av, source, video, target, time.process_time() + seconds)
        with target.open("rb") as file:
            made = read_mp4(file)
        if made.ticks.tolist() != movie.ticks.tolist() or needs_copy(made):
            raise GivenUp
    except (av.error.FFmpegError, BadFile, ValueError, IndexError, GivenUp) as error:
        target.unlink(missing_ok=True)
        raise GivenUp from error
    facts = {"width": made.width, "height": made.height}
    return made_file("playable", target, "video/mp4", facts)


def _encode(av: Any, source: Any, video: Any, target: Path, stop: float) -> None:
    video.thread_count = THREADS
    sounds = source.streams.audio[:1]
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as file:
        copying = None
        waiting: list[Any] = []
        for packet in source.demux([video, *sounds]):
            if packet.stream.type == "audio":
                if copying is None:
                    waiting.append(packet)
                else:
                    copying.add_sound(packet)
                continue
            for frame in packet.decode():
                if copying is None:
                    copying = _begin(file, video, frame, stop)
                    _add_sound_stream(av, copying, sounds)
                    for one in waiting:
                        copying.add_sound(one)
                copying.add_frame(frame)
        if copying is None:
            raise GivenUp
        copying.close()


def _begin(file: Any, video: Any, frame: Any, stop: float) -> Copying:
    """Open the encoder for frames like this one."""
    stream = file.add_stream("libx264", rate=video.average_rate or Fraction(25))
    stream.width, stream.height = frame.width + frame.width % 2, frame.height + frame.height % 2
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base = stream.time_base = frame.time_base
    context.thread_count = THREADS
    context.gop_size, context.max_b_frames = GOP, 0
    if video.sample_aspect_ratio:
        context.sample_aspect_ratio = video.sample_aspect_ratio
    stream.options = {"preset": "superfast", "crf": "23", "bf": "0", "profile": "high"}
    if frame.rotation:
        stream.set_display_rotation(frame.rotation)
    return Copying(file, stream, stop)


def _add_sound_stream(av: Any, copying: Copying, sounds: Any) -> None:
    if not sounds:
        return
    (sound,) = sounds
    if sound.codec_context.name in KEPT_SOUND:
        copying.sound = copying.file.add_stream_from_template(sound)
        return
    layout = "mono" if sound.codec_context.layout.nb_channels == 1 else "stereo"
    copying.sound = copying.file.add_stream("aac", rate=RATE, layout=layout)
    copying.resampler = av.AudioResampler(format="fltp", layout=layout, rate=RATE)
