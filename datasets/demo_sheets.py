"""Sheets of paper with handwritten digits on them, whose places are known to the pixel."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops
from sklearn.datasets import load_digits

WIDTH, HEIGHT, PAPER = 480, 360, 245
COLUMNS, ROWS, MARGIN = 3, 2, 16
SHEETS, SEED = 6, 3
LEAST, MOST = 64, 104
"""How large a digit is drawn, in pixels."""
INK = 60
"""From this darkness on, of 255, a pixel belongs to the digit."""
FEWEST = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture, and each digit on it with left, top, width and height of its ink in pixels."""

    key: str
    picture: Image.Image
    digits: list[tuple[str, tuple[int, int, int, int]]]


def sheets() -> Iterator[Sheet]:
    """Yield the sheets; they are the same on every machine."""
    chance = random.Random(SEED)  # noqa: S311 (invented pictures, not secrets)
    written = load_digits()
    for number in range(1, SHEETS + 1):
        paper = Image.new("L", (WIDTH, HEIGHT), PAPER)
        digits = []
        cells = [(x, y) for y in range(ROWS) for x in range(COLUMNS)]
        for x, y in sorted(chance.sample(cells, chance.randint(FEWEST, len(cells)))):
            at = chance.randrange(len(written.images))
            size = chance.randint(LEAST, MOST)
            ink = Image.fromarray((written.images[at] * 255 / 16).round().astype("uint8"))
            ink = ink.resize((size, size), Image.Resampling.BICUBIC)
            left = _place(x, WIDTH // COLUMNS, chance)
            top = _place(y, HEIGHT // ROWS, chance)
            seen = ink.point(lambda dark: 255 if dark >= INK else 0).getbbox() or (0, 0, size, size)
            paper.paste(ImageChops.subtract(Image.new("L", ink.size, PAPER), ink), (left, top))
            box = (left + seen[0], top + seen[1], seen[2] - seen[0], seen[3] - seen[1])
            digits.append((str(written.target[at]), box))
        yield Sheet(f"sheet-{number}.png", paper, digits)


def _place(cell: int, width: int, chance: random.Random) -> int:
    """Return where a digit begins in its cell, so far from its edges that none meets another."""
    return cell * width + chance.randint(MARGIN, width - MOST - MARGIN)
