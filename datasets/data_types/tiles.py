"""Pictures too large to be sent as one: a preview, and every size of it cut into tiles.

Level 0 is the picture itself, each further level is half as wide and high, until one tile holds it
all. All tiles are one file: first the length of each as four bytes (little-endian), then the tiles
themselves, levels one after the other, rows from the top, each row from the left. So a browser
fetches the lengths once and then whole rows of tiles by ranges of bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageCms

from datasets.data_types.base import Made, made_file

TILE = 512
PREVIEW_SIDE = 2048
MOST_WHOLE = 16_000_000
"""A picture of more pixels is cut into tiles; smaller ones are sent as they are."""
MOST_WHOLE_SIDE = 8192
QUALITY = 90
Size = tuple[int, int]


def needs_tiles(size: Size) -> bool:
    """Whether a picture of this size is too much for a browser to hold as one.

    Examples
    --------
    >>> needs_tiles((4000, 3000)), needs_tiles((8000, 6000)), needs_tiles((9000, 10))
    (False, True, True)
    """
    return size[0] * size[1] > MOST_WHOLE or max(size) > MOST_WHOLE_SIDE


def sizes_of(size: Size) -> list[Size]:
    """Return width and height of each level, the full one first.

    Examples
    --------
    >>> sizes_of((1025, 700))
    [(1025, 700), (513, 350), (257, 175)]
    """
    sizes = [size]
    while max(sizes[-1]) > TILE:
        width, height = sizes[-1]
        sizes.append(((width + 1) // 2, (height + 1) // 2))
    return sizes


@dataclass
class Pyramid:
    """What was made of one large picture: its tiles, its preview, and a small picture of it."""

    tiles: Made
    preview: Made
    small: Image.Image


def build_pyramid(picture: Image.Image, folder: Path, stem: str) -> Pyramid:
    """Write the tiles and the preview of a decoded, upright picture in 8 bits.

    Memory is the picture and a quarter of it: each level is made from the one before.
    """
    path, body = folder / f"{stem}.tiles.bin", folder / f"{stem}.tiles.part"
    painter = _TilePainter(picture)
    lengths: list[int] = []
    level = _plain(picture)
    preview = None
    with body.open("wb") as out:
        for _size in sizes_of(picture.size):
            if lengths:
                level = level.reduce(2)
            if preview is None and max(level.size) <= PREVIEW_SIDE:
                preview = _save_preview(painter, level, folder, stem)
            for tile in _cut(level):
                lengths.append(painter.write(tile, out))
    with path.open("wb") as whole, body.open("rb") as tiles:
        whole.write(np.array(lengths, dtype="<u4").tobytes())
        while chunk := tiles.read(1 << 20):
            whole.write(chunk)
    body.unlink()
    facts = {
        "tile": TILE,
        "tiles": len(lengths),
        "width": picture.width,
        "height": picture.height,
        "tile_type": painter.media_type,
    }
    made = made_file("tiles", path, "application/octet-stream", facts)
    assert preview is not None  # noqa: S101 - the last level is one tile, which is smaller
    return Pyramid(made, preview, painter.in_srgb(level))


def _plain(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode whose pixels can be averaged."""
    if picture.mode in ("L", "RGB", "RGBA") and "transparency" not in picture.info:
        return picture
    if picture.mode in ("1", "L") and "transparency" not in picture.info:
        return picture.convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _cut(level: Image.Image) -> Iterator[Image.Image]:
    for top in range(0, level.height, TILE):
        for left in range(0, level.width, TILE):
            right, bottom = min(left + TILE, level.width), min(top + TILE, level.height)
            yield level.crop((left, top, right, bottom))


class _TilePainter:
    """Encodes tiles and the preview: JPEG with all colours, or WebP where something shines through.

    A tile carries no colour profile, which may be larger than itself: colours become sRGB.
    """

    def __init__(self, picture: Image.Image) -> None:
        self.is_opaque = not picture.has_transparency_data
        self.media_type = "image/jpeg" if self.is_opaque else "image/webp"
        self._profile = picture.info.get("icc_profile")
        self._transforms: dict[str, ImageCms.ImageCmsTransform | None] = {}

    def write(self, tile: Image.Image, out: BinaryIO) -> int:
        """Write one tile and return how many bytes it took."""
        data = BytesIO()
        tile = self.in_srgb(tile)
        if self.is_opaque:
            tile.save(data, "JPEG", quality=QUALITY, subsampling=0, icc_profile=None, exif=b"")
        else:
            tile.save(data, "WEBP", quality=QUALITY, method=0, icc_profile=b"", exif=b"")
        return out.write(data.getbuffer())

    def in_srgb(self, picture: Image.Image) -> Image.Image:
        """Return the picture in the colours of sRGB; a broken profile counts as none."""
        if not self._profile or picture.mode == "L":
            return picture
        if picture.mode not in self._transforms:
            self._transforms[picture.mode] = self._transform(picture.mode)
        transform = self._transforms[picture.mode]
        return ImageCms.applyTransform(picture, transform) or picture if transform else picture

    def _transform(self, mode: str) -> ImageCms.ImageCmsTransform | None:
        try:
            profile = ImageCms.ImageCmsProfile(BytesIO(self._profile or b""))
            srgb = ImageCms.createProfile("sRGB")
            return ImageCms.buildTransform(profile, srgb, mode, mode)
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            return None


def _save_preview(painter: _TilePainter, level: Image.Image, folder: Path, stem: str) -> Made:
    """Write the largest level that is shown at once."""
    path = folder / f"{stem}.preview"
    with path.open("wb") as out:
        painter.write(level, out)
    facts = {"width": level.width, "height": level.height}
    return made_file("preview", path, painter.media_type, facts)
