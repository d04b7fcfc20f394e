"""Reading what a changed guideline touches, and whether people agree more under it."""

from dataclasses import dataclass
from typing import Literal

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from annotate.models import Answer, BulkAction, GuidelineRevision, Queue, Stage, Task
from annotate.pure.agreement.alpha import krippendorff_alpha
from annotate.pure.agreement.answers import collect_answers
from annotate.pure.agreement.pair_scores import mean_agreement
from annotate.pure.agreement.places import compare_places, f1_scores
from annotate.pure.agreement.results import Agreement
from annotate.queries.marks import thresholds_of
from annotate.queries.said import Table, said_in_queue
from datasets.pure.schema_rules import PLACED_TYPES
from datasets.queries.items import find_items
from datasets.queries.schemas import schema_of

LEVELS: dict[str, Literal["ordinal", "interval"]] = {"rating": "ordinal", "number": "interval"}


def answered_before(
    queue: Queue, filter: str = "", revision: GuidelineRevision | None = None
) -> QuerySet[Task]:
    """Return the finished tasks with an answer from before a revision, or the one in force.

    `filter` narrows them to items that match. Raises Invalid for one that cannot be read.
    """
    before = revision or queue.guideline
    number = before.number if before else 0
    old = Q(guideline_revision=None) | Q(guideline_revision__number__lt=number)
    answers = Answer.objects.filter(
        old, task=OuterRef("pk"), is_extra=False, assignment__round=OuterRef("round")
    )
    tasks = Task.objects.filter(Exists(answers), queue=queue, stage=Stage.DONE, is_gold=False)
    if filter.strip():
        tasks = tasks.filter(item__in=find_items(queue.dataset, filter))
    return tasks


def requeues_of(queue: Queue) -> QuerySet[BulkAction]:
    """Return what was asked anew in a queue because its guideline changed, newest first."""
    asked = BulkAction.objects.filter(queue=queue, kind=BulkAction.Kind.REQUEUE)
    return asked.exclude(revision=None).select_related("revision", "created_by").order_by("-pk")


def untouched(action: BulkAction) -> QuerySet[Task]:
    """Return the tasks of an action that nobody holds or has answered since."""
    return Task.objects.filter(
        pk__in=action.changes.values("task"),
        stage=Stage.ANNOTATE,
        answers=0,
        free_seats=F("overlap"),
    )


@dataclass(frozen=True, slots=True)
class UnderRevision:
    """How well people agree on one question under one revision."""

    number: int
    title: str
    items: int
    figure: Agreement
    is_class: bool


def agreement_by_revision(queue: Queue, most: int = 2) -> list[UnderRevision]:
    """Return the agreement under each of the last revisions that has answers, oldest first."""
    schema = schema_of(queue.schema_revision)
    used = Answer.objects.filter(assignment__queue=queue).values("guideline_revision")
    revisions = GuidelineRevision.objects.filter(queue=queue, pk__in=used).order_by("-number")
    found = []
    for revision in reversed(revisions[:most]):
        said = said_in_queue(queue, schema, revision.pk)
        found += [_under(revision.number, said.items, table) for table in said.tables]
    return found


def _under(number: int, items: int, table: Table) -> UnderRevision:
    question = table.question
    if question.type in PLACED_TYPES:
        compared = compare_places(table.places.values(), thresholds_of(question))
        figure = mean_agreement(f1_scores(compared))
        return UnderRevision(number, question.title, items, figure, is_class=False)
    answers = collect_answers(table.rows(), sorted(set(table.labels.values()), key=str))
    figure = krippendorff_alpha(answers, LEVELS.get(question.type, "nominal"))
    return UnderRevision(number, question.title, items, figure, is_class=True)
