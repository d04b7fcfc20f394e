"""The data of the demo project: messages written for Winnow, and what scikit-learn carries."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from sklearn.datasets import load_digits, load_sample_images, load_wine

from datasets.demo_messages import INTENTS, messages
from datasets.formats.base import Record, SourceFile
from datasets.models import Dataset, SchemaRevision
from datasets.services.datasets import create_dataset
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from foundation.demo import demo_steps
from foundation.models import Project, User

MESSAGES, DIGITS, WINES, PHOTOS = "Support messages", "Handwritten digits", "Wines", "Photos"
LEFT_TO_LABEL = 6
"""Every sixth message has no accepted label, so that there is something to do."""


def _definition(data_type: str, question: dict[str, Any]) -> dict[str, Any]:
    return {"format": 1, "data_type": data_type, "questions": [question]}


def _choice(name: str, title: str, labels: dict[str, str]) -> dict[str, Any]:
    listed = [{"key": key, "name": shown} for key, shown in labels.items()]
    return {"name": name, "title": title, "type": "choice", "labels": listed}


def _said(question: str, label: str) -> dict[str, Any]:
    region = {"id": "r1", "question": question, "kind": "item", "label": label}
    return {"regions": {"format": 1, "regions": [region]}}


def _make(
    project: Project, owner: User, name: str, data_type: str, question: dict[str, Any]
) -> tuple[Dataset, SchemaRevision] | None:
    """Make a dataset with its schema; None when it is there."""
    if Dataset.objects.filter(project=project, name=name).exists():
        return None
    revision = publish_schema(
        project=project, name=name, definition=_definition(data_type, question), by=owner
    )
    dataset = create_dataset(project=project, name=name, data_type=data_type, by=owner)
    return dataset, revision


def _fill(made: tuple[Dataset, SchemaRevision], records: Iterator[Record], owner: User) -> None:
    dataset, revision = made
    ingest_records(dataset=dataset, records=records, by=owner, schema_revision=revision)


def seed_messages(project: Project, owner: User) -> None:
    """Short messages to a shop, in five intents."""
    made = _make(project, owner, MESSAGES, "text", _choice("intent", "What do they want?", INTENTS))
    if made:
        _fill(made, _message_records(), owner)


def _message_records() -> Iterator[Record]:
    for number, (intent, text) in enumerate(messages()):
        is_open = number % LEFT_TO_LABEL == 0
        yield Record(
            place=f"message {number}",
            key=f"message-{number:04}",
            data_type="text",
            text=text,
            truths=[] if is_open else [_said("intent", intent)],
        )


def seed_digits(project: Project, owner: User) -> None:
    """The 1,797 handwritten digits of scikit-learn, 8 by 8 pixels."""
    labels = {str(digit): str(digit) for digit in range(10)}
    made = _make(project, owner, DIGITS, "image", _choice("digit", "Which digit?", labels))
    if not made:
        return
    with tempfile.TemporaryDirectory(prefix="winnow-demo-") as folder:
        _fill(made, _digit_records(Path(folder)), owner)


def _digit_records(folder: Path) -> Iterator[Record]:
    digits = load_digits()
    for number, (pixels, target) in enumerate(zip(digits.images, digits.target, strict=True)):
        path = folder / f"digit-{number:04}.png"
        Image.fromarray((pixels * 255 / 16).round().astype("uint8")).save(path)
        yield Record(
            place=f"digit {number}",
            key=path.name,
            data_type="image",
            file=SourceFile(path.name, path),
            truths=[_said("digit", str(target))],
        )


def seed_wines(project: Project, owner: User) -> None:
    """The chemistry of 178 wines from three growers."""
    growers = {f"grower_{n}": f"Grower {n}" for n in (1, 2, 3)}
    made = _make(project, owner, WINES, "table", _choice("grower", "Which grower?", growers))
    if made:
        _fill(made, _wine_records(), owner)


def _wine_records() -> Iterator[Record]:
    wines = load_wine()
    for number, (values, target) in enumerate(zip(wines.data, wines.target, strict=True)):
        row = dict(zip(wines.feature_names, map(float, values), strict=True))
        yield Record(
            place=f"wine {number}",
            key=f"wine-{number:03}",
            data_type="table",
            row=row,
            truths=[_said("grower", f"grower_{target + 1}")],
        )


def seed_photos(project: Project, owner: User) -> None:
    """Two photographs to draw boxes on."""
    labels = [{"key": "building", "name": "Building"}, {"key": "flower", "name": "Flower"}]
    labels += [{"key": "person", "name": "Person"}, {"key": "sky", "name": "Sky"}]
    hidden = {"name": "hidden", "title": "Partly hidden", "type": "boolean"}
    question = {
        "name": "objects",
        "title": "Objects",
        "type": "boxes",
        "labels": labels,
        "attributes": [hidden],
    }
    made = _make(project, owner, PHOTOS, "image", question)
    if not made:
        return
    with tempfile.TemporaryDirectory(prefix="winnow-demo-") as folder:
        _fill(made, _photo_records(Path(folder)), owner)


def _photo_records(folder: Path) -> Iterator[Record]:
    photos = load_sample_images()
    for name, pixels in zip(photos.filenames, photos.images, strict=True):
        path = folder / Path(name).name
        Image.fromarray(pixels).save(path, quality=90)
        yield Record(
            place=path.name,
            key=path.name,
            data_type="image",
            file=SourceFile(path.name, path),
        )


demo_steps.register("support messages", seed_messages)
demo_steps.register("handwritten digits", seed_digits)
demo_steps.register("wines", seed_wines)
demo_steps.register("photos", seed_photos)
