"""Colours and depths that browsers and models do not take, made into ones that they do."""

from PIL import Image

from datasets.data_types.base import BadFile
from datasets.pure.problems import Problem, gettext_noop

SHOWN = ("1", "L", "LA", "P", "RGB", "RGBA")
DEEP = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
STRIP = 256
FULL_SCALES = (255, 1023, 4095, 16383, 65535)  # 8, 10, 12, 14 and 16 bits


def in_eight_bits(image: Image.Image, found: list[Problem]) -> Image.Image:
    """Return the decoded image itself if it can be shown, otherwise a copy that can be.

    What was done is added to `found`. Raises BadFile for colours that cannot be converted.
    """
    if image.mode in SHOWN:
        return image
    if image.mode in DEEP:
        return _scaled(image, found)
    if image.mode == "CMYK":
        found.append(
            Problem(
                "",
                "converted-cmyk",
                gettext_noop("It has printing colours (CMYK); they were converted to RGB."),
            )
        )
    target = "RGBA" if image.mode in ("PA", "RGBa", "La") else "RGB"
    if image.mode == "La":
        target = "LA"
    try:
        return image.convert(target)
    except ValueError as error:
        raise BadFile(
            "unsupported-colours",
            gettext_noop(
                "Its colour mode %(mode)s cannot be shown. Convert it to RGB and upload it again."
            ),
            mode=image.mode,
        ) from error


def _scaled(image: Image.Image, found: list[Problem]) -> Image.Image:
    """Bring deep greys to 8 bits, so that images of one camera stay comparable.

    Whole numbers are divided by the full scale of the smallest common depth that holds the
    largest of them (a 12-bit camera in a 16-bit file is not shown as black). Everything else is
    stretched from its darkest to its brightest pixel.
    """
    wide = image if image.mode in ("F", "I") else image.convert("I")
    low, high = (float(value) for value in wide.getextrema())  # type: ignore[arg-type]
    if wide.mode == "I" and low >= 0 and high <= FULL_SCALES[-1]:
        low, high = 0.0, float(next(scale for scale in FULL_SCALES if scale >= high))
    found.append(
        Problem(
            "",
            "scaled-depth",
            gettext_noop("It has more than 8 bits; %(low)s to %(high)s are shown as 0 to 255."),
            {"low": f"{low:g}", "high": f"{high:g}"},
        )
    )
    factor = 255 / (high - low) if high > low else 0.0
    if wide.mode == "I" and low >= 0 and high <= FULL_SCALES[-1]:  # a table takes less memory
        table = [min(255, round(value * factor)) for value in range(FULL_SCALES[-1] + 1)]
        return wide.point(table, "L")
    shown = Image.new("L", wide.size)
    for top in range(0, wide.height, STRIP):  # whole copies would take three times the memory
        strip = wide.crop((0, top, wide.width, min(top + STRIP, wide.height))).convert("F")
        grey = strip.point(lambda value: value * factor - low * factor).convert("L")
        shown.paste(grey, (0, top))
    return shown


def flatten(image: Image.Image) -> Image.Image:
    """Return the picture in RGB or grey, laid on white where it is transparent."""
    if image.mode == "L":
        return image
    if image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info:
        picture = image.convert("RGBA")
        ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, picture).convert("RGB")
    return image.convert("RGB")
