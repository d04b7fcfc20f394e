"""What the benchmarks work on: people, texts and queues, made through Winnow's own services."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model

from annotate.models import Queue
from annotate.services.filling import fill_queue
from annotate.services.queues import QueuePlan, create_queue
from datasets.formats.base import Record
from datasets.models import Dataset, SchemaRevision, Version
from datasets.services.datasets import create_dataset
from datasets.services.imports import ingest_records
from datasets.services.rows import write_rows
from datasets.services.schemas import publish_schema
from datasets.services.versions import start_freeze
from foundation import jobs
from foundation.models import Project, Role, User
from foundation.services.people import add_member, create_project, create_user

WORDS = (
    "card bank money transfer account lost found please help today never always water river "
    "mountain signal garden winter letter engine planet market silver copper bridge window "
    "question answer number minute hour people city street morning evening paper travel "
    "because although without between another nothing something everything remember forget"
).split()
SCHEMA = "Mood"
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


def write(model: type[Model], fields: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows in one transaction; without it SQLite would commit each of them by itself."""
    with transaction.atomic():
        write_rows(model, fields, rows)


def make_owner(name: str = "oz") -> User:
    """Make an account."""
    return create_user(username=name, name=name.title())


def make_people(project: Project, count: int, by: User) -> list[User]:
    """Make annotators of a project."""
    people = [create_user(username=f"person{number}") for number in range(count)]
    for person in people:
        add_member(project=project, user=person, role=Role.ANNOTATOR, by=by)
    return people


def make_schema(project: Project, *, name: str = SCHEMA, data_type: str = "text") -> SchemaRevision:
    """Publish a schema with one choice of three."""
    definition = MOOD | {"data_type": data_type}
    return publish_schema(project=project, name=name, definition=definition, by=None)


def make_project(name: str, owner: User) -> Project:
    """Make a project."""
    return create_project(name=name, by=owner)


def make_texts(
    project: Project,
    count: int,
    *,
    start: int = 0,
    name: str = "Texts",
    annotators: Sequence[str] = (),
) -> Dataset:
    """Make a dataset of so many texts, or add them to it, by the way that every import takes.

    Each of `annotators` has said something about each of them.
    """
    dataset = Dataset.objects.filter(project=project, name=name).first()
    if dataset is None:
        dataset = create_dataset(project=project, name=name, data_type="text", by=None)
    told = ingest_records(dataset=dataset, records=_records(start, count, annotators), by=None)
    assert told.counts["created"] == count
    return dataset


def _records(start: int, count: int, annotators: Sequence[str]) -> Iterator[Record]:
    for number in range(start, start + count):
        regions = said(LABELS[number % len(LABELS)])
        answers = [{"annotator": n, "schema": SCHEMA, "regions": regions} for n in annotators]
        key = f"k{number:07}"
        yield Record(f"line {number}", key, "text", text=text(number), annotations=answers)


def make_version(project: Project, count: int, by: User) -> Version:
    """Freeze a table of so many rows of numbers, whose labels can partly be learnt from them."""
    schema = make_schema(project, name="Kind", data_type="table").schema
    dataset = create_dataset(project=project, name="Rows", data_type="table", by=None)
    chance = random.Random(1)

    def records() -> Iterator[Record]:
        for number in range(count):
            row = {f"c{column}": chance.gauss(0, 1) for column in range(20)}
            label = LABELS[min(2, int(abs(row["c0"] * row["c1"] + chance.gauss(0, 1))))]
            truth = {"schema": schema.name, "regions": said(label)}
            yield Record(f"line {number}", f"r{number}", "table", row=row, truths=[truth])

    told = ingest_records(dataset=dataset, records=records(), by=None)
    assert told.counts["truths"] == count
    version, job = start_freeze(dataset=dataset, schema=schema, by=by)
    jobs.run(job.pk)
    version.refresh_from_db()
    return version


def make_queue(
    dataset: Dataset, revision: SchemaRevision, *, name: str = "Moods", **policy: object
) -> Queue:
    """Make a queue over a dataset, filled; an answer is accepted without a review."""
    queue = create_queue(
        dataset=dataset,
        schema=revision.schema,
        plan=QueuePlan(name=name),
        policy={"review_share": 0.0, **policy},
        by=None,
    )
    return fill(queue)


def fill(queue: Queue) -> Queue:
    """Make tasks of the items that have none, and return the queue as it is now."""
    fill_queue(queue=queue)
    return Queue.objects.get(pk=queue.pk)
