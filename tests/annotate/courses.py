"""Making courses for tests: short texts whose mood is known to be good."""

from typing import Any

from annotate.models import Assignment, Course, Queue, Stage
from annotate.services.claiming import claim_tasks
from annotate.services.courses import Asked, CoursePlan, create_course
from datasets.models import Dataset, Item, SchemaRevision, Truth
from datasets.services.truths import accept_truth
from foundation.models import Annotator, Project
from tests.annotate.making import fetched, make_schema, make_texts, said, submitted


def known_texts(project: Project, count: int) -> tuple[Dataset, SchemaRevision, list[Item]]:
    """Texts that are accepted as good."""
    dataset, revision = make_texts(project, count), make_schema(project)
    items = list(Item.objects.filter(dataset=dataset).order_by("pk"))
    for item in items:
        know(item, revision)
    return dataset, revision, items


def know(item: Item, revision: SchemaRevision, label: str = "good") -> None:
    """Accept a label for a text."""
    accept_truth(
        item=item,
        schema_revision=revision,
        regions=said(label),
        method=Truth.Method.REVIEWED,
        lineage={},
        by=None,
    )


def make_course(
    project: Project, lessons: int = 1, exam: int = 3, *, name: str = "First steps", **rules: Any
) -> Course:
    """A course of so many lessons, and so many items kept for an exam of two."""
    dataset, revision, items = known_texts(project, lessons + exam)
    plan = CoursePlan(
        lessons=[Asked(item, f"Because **{item.key}**") for item in items[:lessons]],
        exam=[Asked(item) for item in items[lessons:]],
        **{"exam_size": 2, "wait_minutes": 0, **rules},
    )
    return create_course(dataset=dataset, schema=revision.schema, name=name, plan=plan, by=None)


def next_one(course: Course, person: Annotator) -> Assignment | None:
    """What the course asks now, fetched as the doors fetch it."""
    queue = Queue.objects.get(pk=course.pk)
    holds = claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=3).holds
    return fetched(holds[0].id) if holds else None


def answer_exam(course: Course, person: Annotator, *labels: str) -> None:
    """Answer what is asked, one label each."""
    for label in labels:
        assignment = next_one(course, person)
        assert assignment is not None
        submitted(assignment, label)
