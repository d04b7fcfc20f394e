"""What is drawn from a sound: waveform, spectrogram and thumbnail, block by block.

A *bin* is a stretch of the clip of equal length of which the lowest and the highest sample are
kept, as signed bytes in shares of the loudest sample of the clip: for each bin, for each channel,
low then high. Bin `n` begins at sample `n * rate // per_second`, so that it never drifts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile
from PIL import Image

from datasets.data_types.base import Allowed, Made, made_file
from datasets.pure.problems import Problem, gettext_noop

Samples = npt.NDArray[np.float32]

BLOCK_SECONDS = 10
FINE, COARSE = 500, 50
"""Bins a second. Both divide into a block, and the coarse ones are ten fine ones each."""
INT16 = 32767
TILE_SECONDS, COLUMNS_PER_SECOND, ROWS = 30, 50, 256
WINDOW = 2 * ROWS
COLUMNS_AT_ONCE = 500
DECIBELS = 80
"""From the darkest to the brightest of a spectrogram."""
COLOURS = np.stack(
    [
        np.interp(np.linspace(0, 1, 256), (0, 0.3, 0.55, 0.8, 1), levels)
        for levels in ((22, 62, 160, 246, 255), (25, 36, 52, 142, 246), (46, 108, 122, 72, 214))
    ],
    axis=1,
).astype(np.uint8)
"""Dark blue over violet and orange to cream: brighter is always louder, also without colours."""
THUMBNAIL = (256, 96)
INK = (74, 111, 181)


def open_sound(file: BinaryIO) -> soundfile.SoundFile:
    """Open a file that is open already, by its bytes alone: soundfile would believe its name."""
    file.seek(0)
    return soundfile.SoundFile(file.fileno(), closefd=False)


@dataclass(frozen=True)
class Clip:
    """A sound, the longest that is allowed, and where files made from it go.

    It is opened anew for each walk through it: not every codec can be wound back. `file` is not
    buffered, since libsndfile reads on where it stands.
    """

    file: BinaryIO
    rate: int
    channels: int
    allowed: Allowed
    folder: Path
    stem: str

    def blocks(self, seconds: int) -> Iterator[Samples]:
        """Yield the whole sound from its beginning, in blocks of so many seconds."""
        with open_sound(self.file) as sound:
            while len(block := sound.read(self.rate * seconds, dtype="float32", always_2d=True)):
                yield np.nan_to_num(block, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)

    def path(self, ending: str) -> Path:
        """Return where a file made from this clip belongs."""
        return self.folder / f"{self.stem}.{ending}"


@dataclass(frozen=True)
class Waveform:
    """The bins of a clip as files, how many samples were there, and the loudest of them."""

    frames: int
    loudest: float
    made: tuple[Made, Made]


def measure_waveform(clip: Clip, found: list[Problem]) -> Waveform:
    """Decode the whole clip once and write its bins at both resolutions.

    Bins wait in a file with 16 bits until the loudest sample is known. Raises BadFile when the
    clip turns out to be longer than allowed.
    """
    frames, loudest = 0, 0.0
    waiting = clip.path("bins")
    most = clip.allowed.seconds * clip.rate
    with waiting.open("wb") as out:
        for block in clip.blocks(BLOCK_SECONDS):
            frames += len(block)
            if frames > most:
                raise clip.allowed.too_long()
            loudest = max(loudest, float(np.abs(block).max()))
            bins = np.clip(bins_of(block, clip.rate), -1.0, 1.0)
            np.rint(bins * INT16).astype(np.int16).tofile(out)
    if frames and loudest == 0:
        found.append(Problem("", "silent", gettext_noop("Nothing can be heard in it.")))
    if loudest > 1:
        sentence = gettext_noop("Samples beyond full loudness are shown as full loudness.")
        found.append(Problem("", "over-loud", sentence))
    channels = clip.channels
    try:
        with waiting.open("rb") as bins_file:
            made = _write_bins(bins_file, clip, min(loudest, 1.0))
    finally:
        waiting.unlink()
    facts: dict[str, Any] = {"channels": channels}
    fine, coarse = (
        made_file(role, path, "application/octet-stream", facts | {"per_second": per_second})
        for (role, path), per_second in zip(made, (FINE, COARSE), strict=True)
    )
    return Waveform(frames, min(loudest, 1.0), (fine, coarse))


def bins_of(block: Samples, rate: int) -> Samples:
    """Return lowest and highest sample of each fine bin: bins by channels by two.

    Examples
    --------
    >>> bins_of(np.array([[0.5], [-0.25], [0.0], [1.0]], dtype=np.float32), 1000).tolist()
    [[[-0.25, 0.5]], [[0.0, 1.0]]]
    """
    count = -(-len(block) * FINE // rate)
    starts = np.arange(count) * rate // FINE
    low = np.minimum.reduceat(block, starts, axis=0)
    high = np.maximum.reduceat(block, starts, axis=0)
    return np.stack((low, high), axis=2)


def _write_bins(waiting: IO[bytes], clip: Clip, loudest: float) -> list[tuple[str, Path]]:
    """Write the waiting bins as bytes, fine and coarse."""
    channels = clip.channels
    fine, coarse = clip.path("fine.bin"), clip.path("coarse.bin")
    size = BLOCK_SECONDS * FINE * channels * 2
    scale = 127 / (INT16 * loudest) if loudest else 0.0
    with fine.open("wb") as fine_out, coarse.open("wb") as coarse_out:
        while len(raw := np.fromfile(waiting, dtype=np.int16, count=size)):
            bins = np.clip(np.rint(raw * scale), -127, 127).astype(np.int8)
            bins = bins.reshape(-1, channels, 2)
            bins.tofile(fine_out)
            starts = np.arange(0, len(bins), FINE // COARSE)
            both = np.empty((len(starts), channels, 2), dtype=np.int8)
            both[:, :, 0] = np.minimum.reduceat(bins[:, :, 0], starts, axis=0)
            both[:, :, 1] = np.maximum.reduceat(bins[:, :, 1], starts, axis=0)
            both.tofile(coarse_out)
    return [("peaks-fine", fine), ("peaks-coarse", coarse)]


def draw_spectrogram(clip: Clip, waveform: Waveform) -> Made:
    """Decode the clip once more and write its spectrogram: WebP tiles one after the other.

    `tiles` in its facts says where each tile of 30 seconds ends. All channels are mixed. The
    loudest the clip could be at one pitch is the brightest colour.
    """
    rate = clip.rate
    path = clip.path("spectrogram.bin")
    ends: list[int] = []
    with path.open("wb") as out:
        carried = np.zeros(WINDOW // 2, dtype=np.float32)
        for block in clip.blocks(TILE_SECONDS):
            mixed = np.concatenate((carried, block.mean(axis=1)))
            carried = mixed[-(WINDOW // 2) :]
            out.write(_tile(mixed, rate, waveform.loudest))
            ends.append(out.tell())
    return made_file(
        "spectrogram",
        path,
        "application/octet-stream",
        {
            "tiles": ends,
            "tile_seconds": TILE_SECONDS,
            "per_second": COLUMNS_PER_SECOND,
            "rows": ROWS,
            "top_hertz": rate / 2,
        },
    )


def _tile(mixed: Samples, rate: int, loudest: float) -> bytes:
    """Return one tile as WebP; `mixed` begins half a window before the tile."""
    window = np.hanning(WINDOW).astype(np.float32)
    full = max(loudest, 1e-6) * float(window.sum()) / 2
    count = -(-(len(mixed) - WINDOW // 2) * COLUMNS_PER_SECOND // rate)
    starts = np.arange(count) * rate // COLUMNS_PER_SECOND
    padded = np.concatenate((mixed, np.zeros(WINDOW, dtype=np.float32)))
    shades = np.empty((ROWS, count), dtype=np.uint8)
    for first in range(0, count, COLUMNS_AT_ONCE):
        some = starts[first : first + COLUMNS_AT_ONCE]
        windows = padded[some[:, None] + np.arange(WINDOW)] * window
        strength = np.abs(np.fft.rfft(windows, axis=1))[:, :ROWS] / full
        decibels = 20 * np.log10(np.maximum(strength, 1e-9))
        shade = np.clip((decibels / DECIBELS + 1) * 255, 0, 255).astype(np.uint8)
        shades[:, first : first + len(some)] = shade.T[::-1]
    image = Image.fromarray(COLOURS[shades])
    out = BytesIO()
    image.save(out, "WEBP", quality=60, method=0)
    return out.getvalue()


def copy_playable(clip: Clip) -> Made:
    """Write the sound as FLAC: without loss for up to 16 bits, and browsers play it."""
    path = clip.path("playable.flac")
    with soundfile.SoundFile(path, "w", clip.rate, clip.channels, "PCM_16") as out:
        for block in clip.blocks(BLOCK_SECONDS):
            out.write(block)
    return made_file("playable", path, "audio/flac", {})


def draw_thumbnail(clip: Clip, waveform: Waveform) -> Made:
    """Draw the whole clip as a waveform with a transparent ground, all channels in one."""
    width, height = THUMBNAIL
    bins = np.fromfile(waveform.made[0]["path"], dtype=np.int8)
    bins = bins.reshape(-1, clip.channels, 2)
    starts = np.arange(width) * len(bins) // width
    low = np.minimum.reduceat(bins[:, :, 0].min(axis=1), starts)
    high = np.maximum.reduceat(bins[:, :, 1].max(axis=1), starts)
    rows = np.arange(height)[:, None]
    middle = (height - 1) / 2
    top = middle - high / 127 * (middle - 4) - 0.5
    bottom = middle - low / 127 * (middle - 4) + 0.5
    picture = np.zeros((height, width, 4), dtype=np.uint8)
    picture[(rows >= top) & (rows <= bottom)] = (*INK, 255)
    path = clip.path("thumbnail.png")
    Image.fromarray(picture).save(path, "PNG")
    return made_file("thumbnail", path, "image/png", {"width": width, "height": height})
