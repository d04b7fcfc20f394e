"""Pictures made for the tests: honest ones, odd ones and hostile ones."""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255, 255, 255)


def corners(width: int = 40, height: int = 20) -> Image.Image:
    """A picture whose four quarters are red, green, blue and white, so that turns show."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def save(image: Image.Image, path: Path, **options: object) -> Path:
    """Write a picture in the format that the ending of `path` names."""
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def turned(path: Path, orientation: int) -> Path:
    """A picture that looks like `corners` once its EXIF orientation is followed."""
    undo = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    image = corners()
    for step in undo[orientation]:
        image = image.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    return save(image, path, exif=exif.tobytes())


def huge_png(side: int, *, channels: int = 1) -> bytes:
    """A PNG of a few kilobytes that unpacks to side by side pixels, all black."""
    packer = zlib.compressobj(9)
    row = bytes(1 + channels * side)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return _png(side, {1: 0, 3: 2}[channels], rows)


def header_png(side: int) -> bytes:
    """A PNG that says it has side by side pixels, and has none."""
    return _png(side, 2, zlib.compress(b""))


def _png(side: int, colours: int, rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", side, side, 8, colours, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def animated(path: Path, frames: int = 3) -> Path:
    """A GIF or WebP that moves: its frames are red, green, blue."""
    pictures = [Image.new("RGB", (32, 32), colour) for colour in (RED, GREEN, BLUE)[:frames]]
    return save(pictures[0], path, save_all=True, append_images=pictures[1:], duration=100)


def as_bytes(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of a picture in a format."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def near(colour: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    """Whether two colours are alike, as far as JPEG goes."""
    return all(abs(a - b) < 40 for a, b in zip(colour[:3], wanted, strict=True))
