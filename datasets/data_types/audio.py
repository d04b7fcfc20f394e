"""Sounds: WAV, FLAC, MP3 and OGG, told by their bytes and decoded as a stream.

The original is kept as it came and is what browsers play. Beside it are made, once: the waveform at
two resolutions, a spectrogram in tiles, and a thumbnail. However long a clip is, memory is a block
of it (see `sound.py`).
"""

import math
import struct
from pathlib import Path
from typing import BinaryIO

import soundfile

from datasets.data_types.base import ALLOWED, Allowed, BadFile, Facts, digest_of, plain
from datasets.data_types.sound import (
    Clip,
    copy_playable,
    draw_spectrogram,
    draw_thumbnail,
    measure_waveform,
    open_sound,
)
from datasets.pure.problems import Problem, gettext_noop
from datasets.pure.region_kinds import kinds_on

MAX_CHANNELS = 8
RATES = range(1000, 384_001)
FAMILIES = {  # what libsndfile calls a file -> the media type that we give it
    "WAV": "audio/wav",
    "WAVEX": "audio/wav",
    "RF64": "audio/wav",
    "FLAC": "audio/flac",
    "MP3": "audio/mpeg",
    "OGG": "audio/ogg",
}
STREAMED = (0, 0x7FFFFFFF, 0xFFFFFFFF)
"""Lengths that programs write into a WAV header when they do not know it yet."""
PLAYED = (
    *("PCM_U8", "PCM_S8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"),
    *("MPEG_LAYER_III", "VORBIS", "OPUS"),
)
"""What browsers play; telephone codecs such as GSM and ADPCM get a copy."""
COUNTED = ("audio/flac",)
"""Their headers say how many samples follow, and libsndfile repeats it."""


class AudioType:
    """Recordings: speech, calls, sounds of machines and animals."""

    name = "audio"
    region_kinds = kinds_on("audio")
    media_types = {
        "audio/wav": ".wav",
        "audio/flac": ".flac",
        "audio/mpeg": ".mp3",
        "audio/ogg": ".ogg",
    }
    cpu_seconds = 300.0
    """Decoding and drawing four hours of stereo takes about two minutes."""

    def sniff(self, head: bytes, filename: str) -> str | None:
        """Return the media type that the first bytes promise; the name does not count."""
        if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
            return "audio/wav"
        if head.startswith(b"fLaC"):
            return "audio/flac"
        if head.startswith(b"OggS"):
            return "audio/ogg"
        return "audio/mpeg" if head.startswith(b"ID3") or _is_mp3_frame(head) else None

    def read(
        self, path: Path, folder: Path, stem: str, allowed: Allowed = ALLOWED, filename: str = ""
    ) -> Facts:
        """Decode the clip twice as a stream: for the waveform, then for the spectrogram."""
        with path.open("rb", buffering=0) as file:
            media_type = self.sniff(file.read(32), "")
            if media_type is None:
                raise BadFile(
                    "unknown-audio-format",
                    gettext_noop(
                        "This is not a WAV, FLAC, MP3 or OGG sound. "
                        "Convert it to one of these and upload it again."
                    ),
                )
            promised = _promised_seconds(file) if media_type == "audio/wav" else None
            _refuse_longer(promised, allowed)
            try:
                facts = _listen(file, media_type, promised, folder, stem, allowed)
            except soundfile.LibsndfileError as error:
                raise _broken(error.error_string) from error
        digest = digest_of(path)
        facts["size"], facts["sha256"] = digest.size, digest.sha256
        return facts


def _is_mp3_frame(head: bytes) -> bool:
    """Whether the bytes are the header of an MPEG layer III frame."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer == 1 and head[2] >> 4 != 15 and head[2] >> 2 & 3 != 3


def _listen(
    file: BinaryIO,
    media_type: str,
    promised: float | None,
    folder: Path,
    stem: str,
    allowed: Allowed,
) -> Facts:
    """Gather facts before decoding, then write what is to be made."""
    found: list[Problem] = []
    with open_sound(file) as sound:
        _check_header(sound, media_type)
        codec, rate, channels = sound.subtype, sound.samplerate, sound.channels
        claimed = sound.frames / rate if media_type in COUNTED else None
    _refuse_longer(claimed, allowed)
    clip = Clip(file, rate, channels, allowed, folder, stem)
    waveform = measure_waveform(clip, found)
    if waveform.frames == 0:
        raise BadFile("no-sound", gettext_noop("The sound is zero seconds long."))
    _refuse_truncated(waveform.frames / rate, promised or claimed)
    made = [*waveform.made, draw_spectrogram(clip, waveform), draw_thumbnail(clip, waveform)]
    if codec not in PLAYED:
        made.append(copy_playable(clip))
    return Facts(
        data_type="audio",
        media_type=media_type,
        seconds=seconds_of(waveform.frames, rate),
        rate=rate,
        channels=channels,
        codec=codec,
        loudest=round(waveform.loudest, 6),
        made=made,
        warnings=[plain(problem) for problem in found],
    )


def seconds_of(frames: int, rate: int) -> float:
    """Return the length in seconds, rounded up to 1/10,000, the finest a region can say.

    Examples
    --------
    >>> seconds_of(1, 44100), seconds_of(44100, 44100)
    (0.0001, 1.0)
    """
    return math.ceil(frames * 10_000 / rate) / 10_000


def _check_header(sound: soundfile.SoundFile, media_type: str) -> None:
    if FAMILIES.get(sound.format) != media_type:
        raise _broken(f"it holds {sound.format}")
    if sound.channels > MAX_CHANNELS:
        raise BadFile(
            "too-many-channels",
            gettext_noop(
                "The sound has %(channels)d channels; at most %(most)d can be shown. "
                "Split it into several files."
            ),
            channels=sound.channels,
            most=MAX_CHANNELS,
        )
    if sound.samplerate not in RATES:
        raise BadFile(
            "bad-sample-rate",
            gettext_noop(
                "The sound has %(rate)d samples a second; Winnow takes %(low)d to %(high)d."
            ),
            rate=sound.samplerate,
            low=RATES.start,
            high=RATES.stop - 1,
        )


def _refuse_longer(seconds: float | None, allowed: Allowed) -> None:
    """Refuse by what the header says, before a sample is decoded."""
    if seconds is not None and seconds > allowed.seconds:
        raise allowed.too_long()


def _refuse_truncated(heard: float, promised: float | None) -> None:
    if promised is not None and heard + 0.001 < promised:
        raise BadFile(
            "cut-short",
            gettext_noop(
                "The sound is cut short: its header promises %(promised)s seconds, but only "
                "%(heard)s are there. Upload it again."
            ),
            promised=f"{promised:.2f}",
            heard=f"{heard:.2f}",
        )


def _broken(reason: str) -> BadFile:
    return BadFile(
        "broken-audio",
        gettext_noop("The sound cannot be decoded (%(reason)s). Upload it again."),
        reason=reason[:120].rstrip("."),
    )


def _promised_seconds(file: BinaryIO) -> float | None:
    """Return how long a WAV says it is, or None where it does not say.

    libsndfile trims the promise to the bytes that are there, so that a file cut short would pass.
    """
    file.seek(12)
    bytes_per_second = 0
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        if name == b"fmt ":
            chunk = file.read(size + size % 2) if size < 1000 else b""
            if len(chunk) < 16:
                return None
            bytes_per_second = struct.unpack_from("<I", chunk, 8)[0]
        elif name == b"data":
            if size in STREAMED or not bytes_per_second:
                return None
            return float(size) / bytes_per_second
        else:
            file.seek(size + size % 2, 1)
    return None
