"""What the benchmarks work on: people, texts and queues, made through Winnow's own services."""

import random
from collections.abc import Iterator
from typing import Any

from annotate.models import Queue
from annotate.services.filling import fill_queue
from annotate.services.queues import QueuePlan, create_queue
from datasets.formats.base import Record
from datasets.models import Dataset, SchemaRevision
from datasets.services.datasets import create_dataset
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from foundation.models import Project, Role, User
from foundation.services.people import add_member, create_project, create_user

WORDS = (
    "card bank money transfer account lost found please help today never always water river "
    "mountain signal garden winter letter engine planet market silver copper bridge window "
    "question answer number minute hour people city street morning evening paper travel "
    "because although without between another nothing something everything remember forget"
).split()
LABELS = ("good", "bad", "dull")
MOOD: dict[str, Any] = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "mood",
            "title": "Mood",
            "type": "choice",
            "labels": [{"key": label, "name": label.title()} for label in LABELS],
        }
    ],
}


def text(number: int) -> str:
    """Return a text of some 150 characters that differs from all others."""
    chance = random.Random(number)
    return f"{number}: {' '.join(chance.choices(WORDS, k=chance.randint(12, 30)))}."


def said(label: str) -> dict[str, Any]:
    """Return a document that answers the question of the schema."""
    region = {"id": "r1", "question": "mood", "kind": "item", "label": label}
    return {"format": 1, "regions": [region]}


def make_owner(name: str = "oz") -> User:
    """Make an account."""
    return create_user(username=name, name=name.title())


def make_people(project: Project, count: int, by: User) -> list[User]:
    """Make annotators of a project."""
    people = [create_user(username=f"person{number}") for number in range(count)]
    for person in people:
        add_member(project=project, user=person, role=Role.ANNOTATOR, by=by)
    return people


def make_schema(project: Project) -> SchemaRevision:
    """Publish a schema with one choice of three."""
    return publish_schema(project=project, name="Mood", definition=MOOD, by=None)


def make_project(name: str, owner: User) -> Project:
    """Make a project."""
    return create_project(name=name, by=owner)


def make_texts(project: Project, count: int, *, start: int = 0, name: str = "Texts") -> Dataset:
    """Make a dataset of so many texts, or add them to it, by the way that every import takes."""
    dataset = Dataset.objects.filter(project=project, name=name).first()
    if dataset is None:
        dataset = create_dataset(project=project, name=name, data_type="text", by=None)
    ingest_records(dataset=dataset, records=_records(start, count), by=None)
    return dataset


def _records(start: int, count: int) -> Iterator[Record]:
    for number in range(start, start + count):
        yield Record(f"line {number}", f"k{number:07}", "text", text=text(number))


def make_queue(dataset: Dataset, revision: SchemaRevision, **policy: object) -> Queue:
    """Make a queue over a dataset, filled; an answer is accepted without a review."""
    queue = create_queue(
        dataset=dataset,
        schema=revision.schema,
        plan=QueuePlan(name="Moods"),
        policy={"review_share": 0.0, **policy},
        by=None,
    )
    return fill(queue)


def fill(queue: Queue) -> Queue:
    """Make tasks of the items that have none, and return the queue as it is now."""
    fill_queue(queue=queue)
    return Queue.objects.get(pk=queue.pk)
