"""What the readers of video files find out, and the limits that they keep.

Nothing is decoded for this: the boxes of a file say when each of its frames is shown.
"""

from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from datasets.data_types.base import BadFile
from datasets.pure.problems import gettext_noop

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

PER_SECOND = 10_000
"""Times are in 1/10,000 s, the finest that a region can say."""
MOST_FRAMES = 2_000_000
MOST_PARTS = 4_000_000
"""Boxes or elements of one file."""
MOST_TICKS = 2**32 - 1


class Why:
    """Why a file cannot be read: sent anew where it is damaged, otherwise made another way."""

    TIMES = gettext_noop("The video cannot be read: its times are not usable. Upload it again.")
    NO_SIZE = gettext_noop("The video cannot be read: a part of it has no size. Upload it again.")
    PARTS = gettext_noop(
        "The video cannot be read: it has too many parts. Convert it to MP4 and upload it again."
    )
    NO_ELEMENT = gettext_noop(
        "The video cannot be read: it holds something that is no element. Upload it again."
    )
    LARGE_PART = gettext_noop(
        "The video cannot be read: a part of it is too large. Upload it again."
    )
    CLOCK = gettext_noop("The video cannot be read: its clock does not run. Upload it again.")
    LATE_HEADER = gettext_noop(
        "The video cannot be read: its frames come before its header. "
        "Convert it to MP4 and upload it again."
    )
    PARTS_DIFFER = gettext_noop(
        "The video cannot be read: its parts contradict each other. Upload it again."
    )
    LARGE_TABLE = gettext_noop(
        "The video cannot be read: a table of it is too large. "
        "Convert it to MP4 and upload it again."
    )
    TABLES_DIFFER = gettext_noop(
        "The video cannot be read: its tables contradict each other. Upload it again."
    )
    NO_TABLE = gettext_noop(
        "The video cannot be read: its video track has no table. Upload it again."
    )
    COMPRESSED = gettext_noop(
        "The video cannot be read: its header is compressed. Convert it to MP4 and upload it again."
    )
    EDITS = gettext_noop(
        "The video cannot be read: its edit list is too long. "
        "Convert it to MP4 and upload it again."
    )
    NO_CODEC = gettext_noop(
        "The video cannot be read: it does not say how it is coded. Upload it again."
    )
    SHORT_TABLE = gettext_noop(
        "The video cannot be read: one of its tables is cut short. Upload it again."
    )
    NO_PLACES = gettext_noop(
        "The video cannot be read: it does not say where its frames are. Upload it again."
    )
    NO_PICTURE = gettext_noop(
        "The video cannot be read: its first frame cannot be decoded. Upload it again."
    )
    NO_PIXELS = gettext_noop("The video cannot be read: its picture has no size. Upload it again.")


@dataclass(frozen=True)
class Movie:
    """A video track as its file describes it.

    Attributes
    ----------
    container : str
        What FFmpeg calls the format of the file.
    codec : str
        Such as `h264`; where we have no name for it, what the file calls it.
    plays : bool
        Browsers decode it.
    ticks : ndarray of int
        When each frame is shown, in 1/10,000 s, rising.
    end : int
        When the last thing in the file is over, in 1/10,000 s.
    width, height : int
        Pixels as a browser shows them: upright, and with square pixels.
    gop : int
        The most frames from one that stands alone to the next that does.
    reorders : bool
        Frames are stored in another order than they are shown.
    track : int
        By what number FFmpeg knows the track; 0 for the first one.
    """

    container: str
    codec: str
    plays: bool
    ticks: Integers
    end: int
    width: int
    height: int
    has_sound: bool
    gop: int
    reorders: bool
    track: int = 0

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end / PER_SECOND

    @property
    def frame_rate(self) -> float:
        """Frames a second, on average; of a single frame, one over its length."""
        ticks = self.ticks
        if len(ticks) == 1:
            return round(PER_SECOND / max(1, self.end - int(ticks[0])), 3)
        return round((len(ticks) - 1) * PER_SECOND / int(ticks[-1] - ticks[0]), 3)

    @property
    def is_variable(self) -> bool:
        """Whether frames last differently long, by more than rounding to milliseconds does."""
        if len(self.ticks) < 3:
            return False
        steps = np.diff(self.ticks)
        mean = float(steps.mean())
        return bool(np.abs(steps - mean).max() > max(15.0, mean / 20))


def ticks_of(times: Integers, scale: int, per: int = 1) -> Integers:
    """Times in units of `per` / `scale` seconds as ticks, each once, in rising order.

    Two frames at one moment are one: nobody can see the first of them. Raises BadFile.

    Examples
    --------
    >>> ticks_of(np.array([1001, 0, 2002, 2002]), 30000).tolist()
    [0, 334, 667]
    """
    if not len(times):
        raise no_frames()
    exact = [int(times.min()), int(times.max())]
    if exact[0] < 0 or exact[1] * per * PER_SECOND // scale > MOST_TICKS:
        raise broken(Why.TIMES)
    # Whole seconds apart from the rest: the product of both would be too large for 64 bits.
    units = times.astype(np.int64) * per
    whole, rest = units // scale, units % scale
    part = (rest * PER_SECOND * 2 + scale) // (2 * scale)
    return np.unique(whole * PER_SECOND + part)


def upright(width: int, height: int, aspect: tuple[int, int], *, turned: bool) -> tuple[int, int]:
    """The size a browser shows: pixels made square by stretching the smaller side, then turned.

    Examples
    --------
    >>> upright(720, 576, (16, 11), turned=False), upright(640, 480, (1, 2), turned=True)
    ((1047, 576), (960, 640))
    """
    across, down = aspect
    if across > down > 0:
        width = round(width * across / down)
    elif down > across > 0:
        height = round(height * down / across)
    return (height, width) if turned else (width, height)


def longest_gop(keys: Flags) -> int:
    """The most frames from one key frame to the next, or to the end.

    Examples
    --------
    >>> longest_gop(np.array([True, False, False, True, False]))
    3
    """
    starts = np.flatnonzero(keys)
    if not len(starts):
        return len(keys)
    return int(np.diff([0 if starts[0] else starts[0], *starts, len(keys)]).max())


def size_of(file: BinaryIO) -> int:
    """How many bytes a file has."""
    return file.seek(0, 2)


def take(file: BinaryIO, start: int, count: int) -> bytes:
    """So many bytes from a place in a file. Raises BadFile where they are not there."""
    file.seek(start)
    data = file.read(count)
    if len(data) < count:
        raise cut_short()
    return data


def no_frames() -> BadFile:
    """Return the refusal of a video without pictures."""
    return BadFile("no-frames", gettext_noop("The video has no frames."))


def no_video() -> BadFile:
    """Return the refusal of a file with sound alone."""
    return BadFile("no-video", gettext_noop("There is no video in the file, at most sound."))


def cut_short() -> BadFile:
    """Return the refusal of a file whose end is missing."""
    return BadFile("cut-short", gettext_noop("The video is cut short. Upload it again."))


def encrypted() -> BadFile:
    """Return the refusal of a file that cannot be read without a key."""
    return BadFile(
        "encrypted",
        gettext_noop("The video is encrypted. Upload it without copy protection."),
    )


def too_many_frames() -> BadFile:
    """Return the refusal of a file with more frames, or pieces of frames, than we take."""
    return BadFile(
        "too-many-frames",
        gettext_noop("The video has more than %(most)d frames. Cut it into several files."),
        most=MOST_FRAMES,
    )


def broken(why: str) -> BadFile:
    """Return the refusal of a file that contradicts itself, with one of the sentences of `Why`."""
    return BadFile("broken-video", why)
