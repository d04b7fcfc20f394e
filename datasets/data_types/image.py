"""Images: JPEG, PNG, WebP, TIFF, BMP and GIF, told by their bytes.

The original is kept as it came. Where a browser would not show it as it is labelled (turned by
EXIF, TIFF, CMYK, more than 8 bits, several frames), an *upright* copy is made beside it, and that
copy's pixels are the ones that regions count. Very large ones are also cut into tiles
(see `tiles.py`).
"""

import struct
import warnings
import zlib
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from PIL.ExifTags import Base

from datasets.data_types.base import (
    ALLOWED,
    Allowed,
    BadFile,
    Facts,
    Made,
    digest_of,
    made_file,
    plain,
)
from datasets.data_types.pixels import flatten, in_eight_bits
from datasets.data_types.tiles import build_pyramid, needs_tiles
from datasets.pure.problems import Problem, gettext_noop
from datasets.pure.region_kinds import kinds_on
from foundation.pure.full_disk import is_full_disk

Image.MAX_IMAGE_PIXELS = None
"""What is allowed is checked here, by the header and before a pixel is decoded."""
MAX_SIDE = 65_000
THUMBNAIL_SIDE = 256
ORIENTATION = int(Base.Orientation)
SIDEWAYS = range(5, 9)
TO_UPRIGHT = {  # EXIF orientation -> what makes it upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

SIGNATURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"II+\x00": "image/tiff",
    b"MM\x00+": "image/tiff",
}
PILLOW_NAMES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
}

# What Pillow raises on broken content, besides running out of memory.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
)


class ImageType:
    """Photographs, scans and drawings."""

    name = "image"
    region_kinds = kinds_on("image")
    media_types = {
        "image/jpeg": ".jpg",
        "image/png": ".png",
        "image/webp": ".webp",
        "image/tiff": ".tif",
        "image/bmp": ".bmp",
        "image/gif": ".gif",
    }
    cpu_seconds = 20.0

    def sniff(self, head: bytes, filename: str) -> str | None:
        """Return the media type that the first bytes promise; the name does not count."""
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return "image/webp"
        for signature, media_type in SIGNATURES.items():
            if head.startswith(signature):
                return media_type
        return None

    def read(
        self, path: Path, folder: Path, stem: str, allowed: Allowed = ALLOWED, filename: str = ""
    ) -> Facts:
        """Decode the first frame once; make the thumbnail, and an upright copy where needed."""
        with path.open("rb") as file:
            media_type = self.sniff(file.read(32), "")
        if media_type is None:
            raise BadFile(
                "unknown-image-format",
                gettext_noop(
                    "This is not a JPEG, PNG, WebP, TIFF, BMP or GIF image. "
                    "Convert it to one of these and upload it again."
                ),
            )
        digest = digest_of(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on size and EXIF; ours are facts
            facts = _read_pixels(path, media_type, folder, stem, allowed)
        facts["size"], facts["sha256"] = digest.size, digest.sha256
        return facts


def _read_pixels(path: Path, media_type: str, folder: Path, stem: str, allowed: Allowed) -> Facts:
    try:
        with Image.open(path, formats=(PILLOW_NAMES[media_type],)) as image:
            _check_size(image, allowed)
            return _look(image, media_type, folder, stem)
    except UnidentifiedImageError as error:
        raise BadFile(
            "broken-image", gettext_noop("The image cannot be opened: its header is broken.")
        ) from error
    except BROKEN as error:
        if is_full_disk(error):
            raise
        raise BadFile(
            "broken-image",
            gettext_noop("The image is cut short or broken (%(reason)s). Upload it again."),
            reason=str(error)[:120] or type(error).__name__,
        ) from error


def _look(image: Image.Image, media_type: str, folder: Path, stem: str) -> Facts:
    """Gather facts before decoding, decode, then write what is to be made."""
    found: list[Problem] = []
    orientation = _orientation(image, found)
    frames = _count_frames(image, media_type, found)
    facts = Facts(
        data_type="image",
        media_type=media_type,
        mode=image.mode,
        frames=frames,
        orientation=orientation,
        stored_width=image.width,
        stored_height=image.height,
        made=[],
    )
    if media_type == "image/tiff" and orientation in SIDEWAYS:  # open() has swapped them already
        facts["stored_width"], facts["stored_height"] = image.height, image.width
    as_it_is = orientation not in TO_UPRIGHT and frames == 1 and media_type != "image/tiff"
    is_large = needs_tiles(image.size)
    if as_it_is and not is_large and media_type == "image/jpeg" and image.mode in ("RGB", "L"):
        upright = image  # not decoded yet: the thumbnail decodes it at a lower resolution
    else:
        image.load()
        upright = in_eight_bits(image, found)
        if orientation in TO_UPRIGHT and media_type != "image/tiff":  # load() has turned TIFF
            upright = upright.transpose(TO_UPRIGHT[orientation])
    facts["width"], facts["height"] = upright.size
    if upright is not image or not as_it_is:
        facts["made"].append(_save_upright(upright, media_type, folder, stem))
    if is_large:
        pyramid = build_pyramid(upright, folder, stem)
        facts["made"] += [pyramid.preview, pyramid.tiles]
        upright = pyramid.small
    facts["made"].append(_save_thumbnail(upright, folder, stem))
    facts["warnings"] = [plain(problem) for problem in found]
    return facts


def _check_size(image: Image.Image, allowed: Allowed) -> None:
    """Refuse by the size in the header, before a pixel is decoded."""
    width, height = image.size
    if width < 1 or height < 1:
        raise BadFile("broken-image", gettext_noop("The image has no pixels."))
    if width * height > allowed.megapixels * 1_000_000:
        raise BadFile(
            "too-many-pixels",
            gettext_noop(
                "The image has %(width)d × %(height)d pixels; at most %(megapixels)d million are "
                "taken in here. Cut it into several files or scale it down. Who runs Winnow can "
                "allow more (WINNOW_MOST_MEGAPIXELS)."
            ),
            width=width,
            height=height,
            megapixels=allowed.megapixels,
        )
    if max(width, height) > MAX_SIDE:
        raise BadFile(
            "too-long-side",
            gettext_noop(
                "The image has %(width)d × %(height)d pixels; a side has at most %(most)d. "
                "Cut it into several files or scale it down."
            ),
            width=width,
            height=height,
            most=MAX_SIDE,
        )


def _orientation(image: Image.Image, found: list[Problem]) -> int:
    """Return the EXIF orientation, 1 to 8; broken EXIF counts as upright."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except BROKEN:
        found.append(
            Problem(
                "",
                "broken-exif",
                gettext_noop("Its EXIF data is broken; the image is taken to be upright."),
            )
        )
        return 1
    return value if value in TO_UPRIGHT else 1


def _count_frames(image: Image.Image, media_type: str, found: list[Problem]) -> int:
    """Return the number of frames or pages; only the first is used."""
    if media_type == "image/jpeg":  # a second picture in a JPEG is a preview or a depth map
        return 1
    frames = int(getattr(image, "n_frames", 1))
    if frames > 1:
        image.seek(0)
        found.append(
            Problem(
                "",
                "first-frame-only",
                gettext_noop("It has %(frames)d frames or pages; only the first is used."),
                {"frames": frames},
            )
        )
    return frames


def _save_upright(image: Image.Image, media_type: str, folder: Path, stem: str) -> Made:
    """Write the picture as a browser shows it: JPEG for JPEG, otherwise PNG without loss."""
    profile = image.info.get("icc_profile") if image.mode in ("RGB", "RGBA") else None
    if media_type == "image/jpeg":
        path, made_type = folder / f"{stem}.upright.jpg", "image/jpeg"
        image.save(path, "JPEG", quality=95, subsampling=0, icc_profile=profile, exif=b"")
    else:
        path, made_type = folder / f"{stem}.upright.png", "image/png"
        level = 1 if needs_tiles(image.size) else 4
        image.save(path, "PNG", compress_level=level, icc_profile=profile, exif=b"")
    return _made("upright", path, made_type, image.size)


def _save_thumbnail(image: Image.Image, folder: Path, stem: str) -> Made:
    """Write a JPEG that fits into 256 by 256 pixels; what shines through becomes white."""
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), reducing_gap=2.0)
    path = folder / f"{stem}.thumbnail.jpg"
    small = flatten(image)
    small.save(path, "JPEG", quality=80, icc_profile=None, exif=b"")
    return _made("thumbnail", path, "image/jpeg", small.size)


def _made(role: str, path: Path, media_type: str, size: tuple[int, int]) -> Made:
    return made_file(role, path, media_type, {"width": size[0], "height": size[1]})
