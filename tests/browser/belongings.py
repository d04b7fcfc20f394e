"""What people bring along: texts that tell their class by words, and pictures of two shapes."""

import csv
import io
import random
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw

WANTED = (
    "shall we meet at the station at {n}",
    "thanks, the parcel number {n} is here",
    "can you bring {n} chairs to the party",
    "the meeting in room {n} starts late",
    "mum says dinner is at {n}",
)
UNWANTED = (
    "win a free prize of {n} now",
    "cheap loan, claim {n} today",
    "free tickets, call {n} to claim your prize",
    "you have won {n}, reply now",
    "urgent, your account needs {n}, claim it free",
)
BY_KIND = {"ham": WANTED, "spam": UNWANTED}
OTHER = {"ham": "spam", "spam": "ham"}


def message(number: int) -> str:
    """The message of that number; the odd ones are unwanted."""
    random_ = random.Random(number)
    words = random_.choice(BY_KIND[kind_of(number)]).format(n=random_.randrange(1000, 9999))
    return f"{words} #{number}"


def kind_of(number: int) -> str:
    """What a message of that number is."""
    return ("ham", "spam")[number % 2]


def is_spam(text: str) -> bool:
    """What somebody who reads a message says about it."""
    return kind_of(int(text.rpartition("#")[2])) == "spam"


def write_blank_messages(path: Path, numbers: range) -> None:
    """Write messages without labels, and a last line with too many cells."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["key", "text"])
        writer.writerows([f"message-{n:03}", message(n)] for n in numbers)
        writer.writerow(["message-torn", "one", "cell", "too", "many"])


def write_labelled_messages(path: Path, numbers: range, *, wrong: int) -> None:
    """Write messages with labels; the first ones carry the wrong one, the last stands there twice.

    Real sets are like that: it gives the models something to be blamed for.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["key", "text", "label"])
        for place, number in enumerate(numbers):
            label = kind_of(number)
            writer.writerow(
                [f"message-{number:03}", message(number), OTHER[label] if place < wrong else label]
            )
        writer.writerow(["message-twice", message(numbers[-1]), kind_of(numbers[-1])])


def draw(number: int) -> bytes:
    """A PNG of 96 × 72 pixels with a circle (even numbers) or a square somewhere."""
    random_ = random.Random(number)
    picture = Image.new("RGB", (96, 72), (235, 238, 242))
    pen = ImageDraw.Draw(picture)
    size = random_.randrange(28, 44)
    left, top = random_.randrange(4, 92 - size), random_.randrange(4, 68 - size)
    place = (left, top, left + size, top + size)
    color = tuple(random_.randrange(40, 190) for _ in range(3))
    if number % 2:
        pen.rectangle(place, fill=color)
    else:
        pen.ellipse(place, fill=color)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def write_pictures(path: Path, numbers: range, *, in_folders: bool) -> None:
    """Write a ZIP of pictures, in folders named by what they show or in none with a torn one."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in numbers:
            folder = ("circle/", "square/")[number % 2] if in_folders else ""
            archive.writestr(f"{folder}shape-{number:02}.png", draw(number))
        if not in_folders:
            archive.writestr("torn.png", draw(99)[:120])
