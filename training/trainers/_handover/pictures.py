"""Pictures of a hand-over folder as rows of numbers; shared by the image trainers."""

import numpy as np
from _handover.folder import Floats, Handover, Refused  # type: ignore[import-not-found]
from PIL import Image, ImageOps

GREY = {"1", "L", "LA", "I", "I;16", "I;16B", "I;16L", "F"}
UNREADABLE = (OSError, ValueError, SyntaxError)

Image.MAX_IMAGE_PIXELS = None  # what is in a dataset was measured when it was taken in
LARGE = 16_000_000

Shape = tuple[int, int, int]  # height, width, channels


def choose_shape(handover: Handover, size: int, colour: str) -> Shape:
    """Return the shape into which every picture is brought, decided by the training split.

    The pictures' own size where all share one that is no larger than `size`, otherwise a
    square of `size`. "auto" keeps colour where any of them may have some.
    """
    sizes, modes = set(), set()
    for place, name in handover.values("train", "image", str):
        try:
            with Image.open(handover.inside(name)) as image:  # reads the header only
                sizes.add(image.size)
                modes.add(image.mode)
        except UNREADABLE as error:
            raise _unreadable(place, name, error) from error
    channels = 1 if colour == "grey" or (colour == "auto" and modes <= GREY) else 3
    width, height = sizes.pop() if len(sizes) == 1 else (size, size)
    if max(width, height) > size:
        width = height = size
    return height, width, channels


def read_pixels(handover: Handover, split: str, shape: Shape) -> Floats:
    """Return the pictures of a split, one row each, (n, height * width * channels), 0 to 1."""
    found = np.empty((len(handover.lines(split)), int(np.prod(shape))))
    for row, (place, name) in enumerate(handover.values(split, "image", str)):
        try:
            with Image.open(handover.inside(name)) as image:
                found[row] = _pixels(image, shape)
        except UNREADABLE as error:
            raise _unreadable(place, name, error) from error
    return found


def _unreadable(place: str, name: str, error: BaseException) -> Refused:
    text = f"{place}: the picture {name} cannot be read ({error}). Archive it or upload it again."
    return Refused("unreadable-image", text)


def _pixels(image: Image.Image, shape: Shape) -> Floats:
    height, width, channels = shape
    if image.width * image.height > LARGE:
        image.draft(None, (2 * width, 2 * height))  # a JPEG is decoded smaller at once
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith(("I", "F")):  # 16 bits a pixel: convert("L") would clip, not scale
        deep = np.asarray(upright, dtype=np.float64)
        upright = Image.fromarray(np.uint8(np.clip(deep, 0, 65535) / 257))
    if upright.has_transparency_data:
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright.convert("RGBA"))
    upright = upright.convert("RGB" if channels == 3 else "L")
    if upright.size != (width, height):
        upright = upright.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=3.0)
    return np.asarray(upright, dtype=np.float64).reshape(-1) / 255
