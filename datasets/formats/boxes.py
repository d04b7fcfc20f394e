"""Boxes of foreign files brought inside their image, or refused with a reason."""

from datasets.formats.items import BadItem
from datasets.pure.problems import gettext_noop

# Foreign tools round: a box may stick out by as much as this and is cut to the image.
TOLERANCE = 1.0
# An edge and a width, each rounded to 1/1000, may pass the border together; that is no overshoot.
ROUNDING = 0.001 + 1e-9

Box = tuple[float, float, float, float]


def fit_box(box: Box, size: tuple[float, float] | None) -> Box:
    """Return the box (x, y, width, height) inside an image of this size.

    Raises BadItem for a box without area, or one that lies outside by more than a pixel.
    """
    x, y, w, h = box
    if not all(abs(value) < 1e9 for value in (x, y, w, h)):  # NaN fails this, too
        raise BadItem("bbox", "bad-box", gettext_noop("The box is not made of four numbers."))
    if size is not None:
        width, height = size
        left, top, right, bottom = max(0.0, x), max(0.0, y), min(width, x + w), min(height, y + h)
        beyond = max(left - x, top - y, x + w - right, y + h - bottom)
        if beyond > TOLERANCE:
            raise BadItem(
                "bbox",
                "box-outside",
                gettext_noop("The box lies outside the image of %(width)g by %(height)g pixels."),
                width=width,
                height=height,
            )
        if beyond > ROUNDING:
            x, y, w, h = left, top, right - left, bottom - top
    if w <= 0 or h <= 0:
        raise BadItem("bbox", "empty-box", gettext_noop("The box has no area."))
    return x, y, w, h
