"""Datasets, schemas and records to test with."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from datasets.formats.base import Record, SourceFile
from datasets.models import Dataset, SchemaRevision
from datasets.services.datasets import create_dataset
from datasets.services.schemas import publish_schema
from foundation.models import Project, User

INTENTS = ("card_lost", "balance", "transfer")

MakeImage = Callable[..., SourceFile]


def intent_definition(*labels: str) -> dict[str, Any]:
    """A schema of one choice question over texts."""
    return {
        "format": 1,
        "data_type": "text",
        "questions": [
            {
                "name": "intent",
                "type": "choice",
                "labels": [{"key": label} for label in labels or INTENTS],
            }
        ],
    }


def says(label: str) -> dict[str, Any]:
    """The document that answers the intent question."""
    region = {"id": "r1", "question": "intent", "kind": "item", "label": label}
    return {"format": 1, "regions": [region]}


def box(label: str, x: float, y: float, w: float, h: float, name: str = "r1") -> dict[str, Any]:
    """A region of the boxes question."""
    place = {"x": x, "y": y, "w": w, "h": h}
    return {"id": name, "question": "things", "kind": "box", "label": label, "at": place}


def boxes(*regions: dict[str, Any]) -> dict[str, Any]:
    """A document of boxes."""
    return {"format": 1, "regions": list(regions)}


def text_record(key: str, text: str = "", **more: Any) -> Record:
    """A text on its way in."""
    return Record(f"line {key}", key, "text", text=text or f"The text of {key}.", **more)


def image_bytes(width: int = 40, height: int = 30, color: str = "red", kind: str = "PNG") -> bytes:
    """The bytes of a small picture."""
    out = BytesIO()
    Image.new("RGB", (width, height), color).save(out, kind)
    return out.getvalue()


def send(client: Any, method: str, url: str, body: bytes, **how: Any) -> Any:
    """Send raw bytes; NDJSON where `media_type` says nothing else."""
    media_type = how.pop("media_type", "application/x-ndjson")
    return client.generic(method, url, body, media_type, **how)


def bytes_of(response: Any) -> bytes:
    """The whole body of a streamed answer."""
    return b"".join(response.streaming_content)


@pytest.fixture
def texts(project: Project, mia: User) -> Dataset:
    """An empty dataset of texts."""
    return create_dataset(project=project, name="Messages", data_type="text", by=mia)


@pytest.fixture
def photos(project: Project, mia: User) -> Dataset:
    """An empty dataset of images."""
    return create_dataset(project=project, name="Photos", data_type="image", by=mia)


@pytest.fixture
def table(project: Project, mia: User) -> Dataset:
    """An empty dataset of table rows."""
    return create_dataset(project=project, name="Rows", data_type="table", by=mia)


@pytest.fixture
def intent(project: Project, mia: User) -> SchemaRevision:
    """A published schema: what is the intent of a message?"""
    return publish_schema(project=project, name="Intents", definition=intent_definition(), by=mia)


@pytest.fixture
def things(project: Project, mia: User) -> SchemaRevision:
    """A published schema: boxes around things, and whether they are hidden."""
    question = {
        "name": "things",
        "type": "boxes",
        "labels": [{"key": "cat"}, {"key": "dog"}],
        "attributes": [{"name": "hidden", "type": "boolean"}],
    }
    definition = {"format": 1, "data_type": "image", "questions": [question]}
    return publish_schema(project=project, name="Things", definition=definition, by=mia)


@pytest.fixture
def make_image(tmp_path: Path) -> MakeImage:
    """Write a picture to a file and return it as a source file."""

    def make(name: str = "a.png", **how: Any) -> SourceFile:
        path = tmp_path / name.replace("/", "_")
        path.write_bytes(image_bytes(**how))
        return SourceFile(name, path)

    return make
