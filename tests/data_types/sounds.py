"""Sounds for tests, made here: tones, clicks, and files that lie."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import soundfile


def tone(seconds: float, rate: int = 8000, *, hertz: float = 440, loud: float = 0.5) -> Any:
    """A sine wave of one channel."""
    times = np.arange(round(seconds * rate)) / rate
    return (loud * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def save(path: Path, samples: Any, rate: int = 8000, kind: str = "WAV", codec: str = "") -> Path:
    """Write samples under any name, in a format that the name does not decide."""
    with path.open("wb") as file:
        soundfile.write(file, samples, rate, format=kind, subtype=codec or None)
    return path


def wav_header(*, claimed: int, rate: int = 8000, channels: int = 1) -> bytes:
    """The header of a WAV with 16 bits that claims so many bytes of sound."""
    frame = 2 * channels
    fmt = struct.pack("<HHIIHH", 1, channels, rate, rate * frame, frame, 16)
    riff = b"RIFF" + struct.pack("<I", min(claimed + 36, 0xFFFFFFFF)) + b"WAVE"
    return riff + b"fmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", claimed)
