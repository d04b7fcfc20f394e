"""Making what the tests of annotate work on: plain functions with defaults."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from annotate.models import Assignment, Queue, Stage
from annotate.services.answers import Aside, Submitted, submit_answer
from annotate.services.claiming import claim_tasks
from annotate.services.filling import fill_queue
from annotate.services.holds import expire_leases
from datasets.models import Dataset, Item, ItemContent, SchemaRevision
from datasets.services.datasets import create_dataset
from datasets.services.schemas import publish_schema
from foundation.clock import database_now
from foundation.models import Annotator, Project, User

MOOD: dict[str, Any] = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "mood",
            "title": "Mood",
            "type": "choice",
            "labels": [
                {"key": "good", "name": "Good"},
                {"key": "bad", "name": "Bad"},
                {"key": "dull", "name": "Dull"},
            ],
        }
    ],
}


def said(label: str, question: str = "mood") -> dict[str, Any]:
    """A document that answers a choice question."""
    region = {"id": "r1", "question": question, "kind": "item", "label": label}
    return {"format": 1, "regions": [region]}


def key() -> str:
    """A fresh Idempotency-Key."""
    return str(uuid.uuid4())


def annotator_of(project: Project, user: User) -> Annotator:
    """The person's row in the project."""
    annotator, _is_new = Annotator.objects.get_or_create(
        project=project, user=user, defaults={"name": user.shown_name}
    )
    return annotator


def make_people(project: Project, count: int) -> list[Annotator]:
    """Annotators who exist only as rows."""
    return Annotator.objects.bulk_create(
        Annotator(project=project, name=f"person {number}") for number in range(count)
    )


def make_texts(project: Project, count: int, name: str = "Reviews") -> Dataset:
    """A dataset of short texts."""
    dataset = Dataset.objects.filter(project=project, name=name).first() or create_dataset(
        project=project, name=name, data_type="text", by=None
    )
    add_texts(dataset, count)
    return dataset


def add_texts(dataset: Dataset, count: int) -> list[Item]:
    """More texts, with keys that go on."""
    start = Item.objects.filter(dataset=dataset).count()
    texts = [f"text number {start + number}" for number in range(count)]
    items = Item.objects.bulk_create(
        Item(
            dataset=dataset,
            key=f"k{start + number:06}",
            data_type="text",
            content_hash=hashlib.sha256(text.encode()).hexdigest(),
        )
        for number, text in enumerate(texts)
    )
    ItemContent.objects.bulk_create(
        ItemContent(item=item, text=text) for item, text in zip(items, texts, strict=True)
    )
    return items


def make_schema(
    project: Project, definition: dict[str, Any] = MOOD, name: str = "Mood"
) -> SchemaRevision:
    """A published schema with one choice question."""
    return publish_schema(project=project, name=name, definition=definition, by=None)


def make_queue(
    project: Project, texts: int = 0, *, dataset: Dataset | None = None, **policy: Any
) -> Queue:
    """A queue over short texts, filled; unreviewed unless told otherwise."""
    dataset = dataset or make_texts(project, texts)
    revision = policy.pop("revision", None) or make_schema(project)
    queue = Queue.objects.create(
        dataset=dataset,
        schema=revision.schema,
        schema_revision=revision,
        name=policy.pop("name", "Moods"),
        **{"review_share": 0.0, "hold_limit": 10, **policy},
    )
    fill_queue(queue=queue)
    return Queue.objects.get(pk=queue.pk)


def keys_of(item_ids: Sequence[int]) -> list[str]:
    """The items' own keys, in the order given."""
    found = dict(Item.objects.filter(pk__in=item_ids).values_list("pk", "key"))
    return [found[pk] for pk in item_ids]


def claimed(queue: Queue, person: Annotator, stage: Stage = Stage.ANNOTATE) -> Assignment:
    """One more task in this person's hands, fetched as the doors fetch it."""
    queue = Queue.objects.get(pk=queue.pk)
    held = Assignment.objects.filter(
        annotator=person, queue=queue, stage=stage, state=Assignment.State.HELD
    ).count()
    claim = claim_tasks(queue=queue, annotator_id=person.pk, stage=stage, hold=held + 1)
    return fetched(claim.holds[-1].id)


def fetched(assignment_pk: int) -> Assignment:
    """An assignment with all that submitting needs."""
    return Assignment.objects.select_related(
        "annotator",
        "schema_revision",
        "queue__dataset__project",
        "queue__guideline",
        "queue__schema_revision",
        "task__item__content",
    ).get(pk=assignment_pk)


def submitted(assignment: Assignment, label: str = "good", **more: Any) -> Submitted:
    """What this person said about the task they hold, and what they told besides."""
    told = {name: more.pop(name) for name in ("seconds", "is_unsure", "confidence") if name in more}
    values: dict[str, Any] = {
        "fence": assignment.fence,
        "regions": said(label),
        "submission_id": uuid.uuid4(),
        "aside": Aside(**told),
    }
    return submit_answer(assignment=assignment, **(values | more))


def answered(queue: Queue, person: Annotator, label: str = "good") -> Submitted:
    """Claim the next task and answer it."""
    return submitted(claimed(queue, person), label)


def end_leases() -> None:
    """Let every lease end a second ago, and the clock notice it."""
    Assignment.objects.filter(state=Assignment.State.HELD).update(
        lease_ends_at=database_now() - timedelta(seconds=1)
    )
    expire_leases()


def disagreeing(project: Project, people: list[Annotator], texts: int = 6) -> Queue:
    """A queue in which two people answer everything and differ on every third task."""
    queue = make_queue(project, texts, overlap=2)
    labels = ["good", "bad", "dull"]
    for number in range(texts):
        for place, person in enumerate(people):
            label = labels[number % 2] if number % 3 or not place else "dull"
            answered(queue, person, label)
    return queue
