"""Courses: who passed, who is where, what can be asked, and which item most people miss."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from annotate.models import Answer, Attempt, Course, CourseItem, GoldCheck, Queue
from annotate.pure.gold import GoldScore, count_score
from datasets.models import Item, Truth
from datasets.pure.regions import RegionsError, parse_regions
from datasets.pure.schema_rules import check_regions
from datasets.queries.items import facts_of
from datasets.queries.schemas import schema_of
from foundation.actor import Actor, Permission
from foundation.errors import NotFound
from foundation.models import Annotator, Project
from foundation.opaque import decode_id
from foundation.queries.access import require

State = Attempt.State
DONE = (State.PASSED, State.EXCUSED)


def get_course_for(actor: Actor, course_id: str, may: Permission) -> Course:
    """Return the course with this public id, if the actor may do this in its project."""
    found = Course.objects.select_related(
        "queue__dataset__project", "queue__schema", "queue__schema_revision", "queue__guideline"
    )
    course = found.filter(pk=decode_id("course", course_id)).first()
    if course is None:
        raise NotFound
    require(actor, course.queue.dataset.project_id, may)
    return course


def courses_in(project: Project) -> QuerySet[Course]:
    """Return the courses of a project."""
    courses = Course.objects.filter(queue__dataset__project=project)
    return courses.select_related("queue__dataset", "queue__schema", "queue__schema_revision")


# Passing


def has_passed_course(course_id: int, annotator_id: int, since: datetime | None = None) -> bool:
    """Tell whether somebody passed a course in its present edition, or was excused."""
    attempts = Attempt.objects.filter(course=course_id, annotator=annotator_id, state__in=DONE)
    attempts = attempts.filter(edition__gte=_edition_of(course_id))
    return (attempts.filter(ended_at__gte=since) if since else attempts).exists()


def _edition_of(course_id: int) -> int:
    return Course.objects.values_list("edition", flat=True).get(pk=course_id)


def passed_since(queue: Queue) -> datetime | None:
    """Return the moment after which the course of a queue must have been passed."""
    guideline = queue.guideline
    return guideline.created_at if queue.asks_course_anew and guideline is not None else None


def misses_course(queue: Queue, annotator_id: int) -> bool:
    """Tell whether a queue asks somebody to pass its course first."""
    if queue.asks_course_id is None:
        return False
    return not has_passed_course(queue.asks_course_id, annotator_id, passed_since(queue))


def must_pass_since(course: Course) -> datetime | None:
    """Return the latest moment after which a queue wants this course passed, if one does."""
    queues = Queue.objects.filter(asks_course=course, asks_course_anew=True)
    moments = [passed_since(queue) for queue in queues.select_related("guideline")]
    return max((one for one in moments if one is not None), default=None)


def failed_attempts(course: Course, annotator_id: int) -> list[Attempt]:
    """Return the exams of the present edition that somebody did not pass, newest first."""
    attempts = Attempt.objects.filter(course=course, annotator=annotator_id, state=State.FAILED)
    since = must_pass_since(course)
    if since is not None:
        attempts = attempts.filter(started_at__gte=since)
    return list(attempts.filter(edition=course.edition, total__gt=0).order_by("-number"))


def next_attempt_at(course: Course, failed: Sequence[Attempt]) -> datetime | None:
    """Return when the next exam may begin; None for at once."""
    if not failed or failed[0].ended_at is None or not course.wait_minutes:
        return None
    return failed[0].ended_at + timedelta(minutes=course.wait_minutes)


def attempts_left(course: Course, failed: Sequence[Attempt]) -> int | None:
    """Return how many exams somebody has left; None without a limit."""
    return max(course.max_attempts - len(failed), 0) if course.max_attempts else None


# Items


@dataclass(frozen=True, slots=True)
class Usable:
    """One item of a course: what it asks by, and why it cannot be asked, if so."""

    row: CourseItem
    truth: Truth | None
    why_not: str = ""


def items_of_course(course: Course) -> list[Usable]:
    """Return the items in order, each with its truth, and whether it can be asked now."""
    rows = list(
        CourseItem.objects.filter(course=course)
        .select_related("task__item__content")
        .order_by("place")
    )
    truths = truths_for(course.queue, (row.task.item for row in rows))
    return [
        Usable(
            row, truths.get(row.task.item_id), why_not_asked(course.queue, row.task.item, truths)
        )
        for row in rows
    ]


def truths_for(queue: Queue, items: Iterable[Item]) -> dict[int, Truth]:
    """Return the accepted labels of items under the schema of a queue, by item."""
    found = Truth.objects.filter(item__in=list(items), schema=queue.schema_id, is_current=True)
    return {truth.item_id: truth for truth in found}


def why_not_asked(queue: Queue, item: Item, truths: dict[int, Truth]) -> str:
    """Return a word for what keeps an item from testing people; empty when nothing does.

    `archived`, `no-truth`, or `other-revision` when its label cannot be said any more.
    """
    if item.archived_at is not None or item.erased_at is not None:
        return "archived"
    truth = truths.get(item.pk)
    if truth is None:
        return "no-truth"
    if truth.schema_revision_id == queue.schema_revision_id:
        return ""
    return "" if _can_be_said(queue, item, truth) else "other-revision"


def _can_be_said(queue: Queue, item: Item, truth: Truth) -> bool:
    schema = schema_of(queue.schema_revision)
    try:
        document = parse_regions(truth.regions)
    except RegionsError:
        return False
    return not check_regions(schema, document, facts_of(item, schema)).problems


# People


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one person is in the present edition of a course."""

    annotator: Annotator
    state: str
    """`new`, or a state of their last attempt."""
    attempts: int
    answered: int
    asked: int
    best: GoldScore | None
    ended_at: datetime | None


def standing_of(course: Course, annotator: Annotator, attempts: Sequence[Attempt]) -> Standing:
    """Return how far a person is, from their attempts in this edition, oldest first."""
    mine = [one for one in attempts if one.edition == course.edition]
    last = mine[-1] if mine else None
    done = next((one for one in reversed(mine) if one.state in DONE), None)
    shown = done or last
    taken = [one for one in mine if one.total]
    best = max(taken, key=lambda one: one.right / one.total, default=None)
    return Standing(
        annotator=annotator,
        state=shown.state if shown else "new",
        attempts=sum(one.state != State.EXCUSED for one in mine),
        answered=0 if last is None else answered_in(last),
        asked=0 if last is None else len(last.tasks),
        best=count_score(best.right, best.total) if best else None,
        ended_at=shown.ended_at if shown else None,
    )


def answered_in(attempt: Attempt) -> int:
    """Return how many items of an attempt were answered."""
    return len(checks_in(attempt))


def checks_in(attempt: Attempt) -> dict[int, GoldCheck]:
    """Return the scores of the answers that count in an attempt, by task."""
    checks = GoldCheck.objects.filter(
        queue=attempt.course_id,
        annotator=attempt.annotator_id,
        annotation__in=_answers(attempt).values("annotation"),
    ).select_related("annotation")
    tasks = dict(_answers(attempt).values_list("annotation", "task"))
    return {tasks[check.annotation_id]: check for check in checks}


def _answers(attempt: Attempt) -> QuerySet[Answer]:
    return Answer.objects.filter(
        assignment__queue=attempt.course_id,
        assignment__annotator=attempt.annotator_id,
        assignment__round=attempt.number,
        is_extra=False,
    )
