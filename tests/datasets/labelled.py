"""A labelled text dataset for tests of versions and training."""

from collections.abc import Mapping

from datasets.formats.base import Record
from datasets.models import Dataset, SchemaRevision
from datasets.services.datasets import create_dataset
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from foundation.models import Project

INTENTS = {
    "refund": "please give my money back for order",
    "delivery": "where is the parcel that I am waiting for",
    "password": "I cannot sign in and forgot my password",
}


def publish_intents(project: Project, name: str = "Intents") -> SchemaRevision:
    """A schema with one choice question of three labels."""
    definition = {
        "format": 1,
        "data_type": "text",
        "questions": [
            {
                "name": "intent",
                "title": "Intent",
                "type": "choice",
                "labels": [{"key": key, "name": key.title()} for key in INTENTS],
            }
        ],
    }
    return publish_schema(project=project, name=name, definition=definition, by=None)


def said(label: str, question: str = "intent") -> dict[str, object]:
    """The regions of an answer to a choice question."""
    region = {"id": "r1", "question": question, "kind": "item", "label": label}
    return {"format": 1, "regions": [region]}


def labelled_texts(
    project: Project,
    count: int = 30,
    *,
    name: str = "Messages",
    texts: Mapping[str, str] | None = None,
) -> tuple[Dataset, SchemaRevision]:
    """A dataset of `count` short texts with truths, the three intents in turn."""
    revision = publish_intents(project, f"{name} intents")
    dataset = create_dataset(project=project, name=name, data_type="text", by=None)
    labels = list(INTENTS)
    records = []
    for number in range(count):
        label = labels[number % len(labels)]
        text = (texts or {}).get(f"k{number:05}", f"{INTENTS[label]} number {number}")
        records.append(
            Record(
                place=f"record {number}",
                key=f"k{number:05}",
                data_type="text",
                text=text,
                truths=[{"regions": said(label)}],
            )
        )
    outcome = ingest_records(dataset=dataset, records=records, by=None, schema_revision=revision)
    assert outcome.counts["created"] == count, outcome.refusals[:3]
    return dataset, revision
