"""Courses: who passed, who is where, what can be asked, and which item most people miss."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from annotate.models import (
    Answer,
    Assignment,
    Attempt,
    Course,
    CourseItem,
    GoldCheck,
    Queue,
    Stage,
    Task,
)
from annotate.pure.gold import GoldScore, count_score
from annotate.queries.answerers import people_of
from annotate.queries.gold import RIGHT
from annotate.queries.likeness import scores_by_question
from annotate.queries.marks import reaches_of
from datasets.models import Dataset, Item, LabelSchema, Truth
from datasets.pure.regions import RegionsError, parse_regions
from datasets.pure.schema_rules import check_regions
from datasets.queries.items import facts_of, find_items
from datasets.queries.schemas import schema_of
from foundation.actor import Actor, Permission
from foundation.clock import database_now
from foundation.errors import NotFound
from foundation.models import Annotator, Project
from foundation.opaque import decode_id, encode_id
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


def rows_of(course: Course, part: str = "") -> QuerySet[CourseItem]:
    """Return the items of a course in order, or those of one part."""
    rows = CourseItem.objects.filter(course=course).select_related("task__item").order_by("place")
    return rows.filter(part=part) if part else rows


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
    """`new`, or a state of the attempt that tells most: the one passed, or else the last."""
    attempts: int
    answered: int
    asked: int
    """Of the last attempt."""
    best: GoldScore | None
    ended_at: datetime | None

    @property
    def oid(self) -> str:
        """The id of the person that leaves the house."""
        return encode_id("annotator", self.annotator.pk)


def standings_of(course: Course, annotators: Sequence[Annotator]) -> list[Standing]:
    """Return how far people are, in two queries."""
    attempts: dict[int, list[Attempt]] = {}
    rows = Attempt.objects.filter(course=course, annotator__in=annotators, edition=course.edition)
    for one in rows.order_by("number"):
        attempts.setdefault(one.annotator_id, []).append(one)
    counted = (
        Assignment.objects.filter(queue=course.pk, annotator__in=annotators)
        .filter(stage=Stage.ANNOTATE, submitted_at__isnull=False)
        .values_list("annotator", "round")
        .annotate(n=Count("pk"))
    )
    answered = {(annotator, number): n for annotator, number, n in counted}
    return [_standing(one, attempts.get(one.pk, []), answered) for one in annotators]


def _standing(
    annotator: Annotator, mine: Sequence[Attempt], answered: Mapping[tuple[int, int], int]
) -> Standing:
    last = mine[-1] if mine else None
    shown = next((one for one in reversed(mine) if one.state in DONE), last)
    taken = [one for one in mine if one.total]
    best = max(taken, key=lambda one: one.right / one.total, default=None)
    return Standing(
        annotator=annotator,
        state=shown.state if shown else "new",
        attempts=sum(one.state != State.EXCUSED for one in mine),
        answered=answered.get((annotator.pk, last.number), 0) if last else 0,
        asked=len(last.tasks) if last else 0,
        best=count_score(best.right, best.total) if best else None,
        ended_at=shown.ended_at if shown else None,
    )


def people_in(course: Course) -> QuerySet[Annotator]:
    """Return who takes a course: all who may annotate now, and who tried and left since."""
    tried = Attempt.objects.filter(course=course).values("annotator")
    project = course.queue.dataset.project_id
    return Annotator.objects.filter(
        Q(pk__in=people_of(project).values("pk")) | Q(pk__in=tried), project=project
    )


def annotator_in(course: Course, annotator_id: str) -> Annotator:
    """Return somebody who works in the project of a course, by their public id."""
    found = Annotator.objects.filter(
        pk=decode_id("annotator", annotator_id),
        project=course.queue.dataset.project_id,
        kind=Annotator.Kind.PERSON,
    ).first()
    if found is None:
        raise NotFound
    return found


# One attempt


def last_attempt(course: Course, annotator_id: int) -> Attempt | None:
    """Return what somebody did last in the present edition of a course."""
    attempts = Attempt.objects.filter(course=course, annotator=annotator_id)
    return attempts.filter(edition=course.edition).order_by("-number").first()


@dataclass(frozen=True, slots=True)
class Feedback:
    """What came out of one answer: what was said, what is right, and why."""

    task: Task
    said: dict[str, Any]
    truth: dict[str, Any]
    score: float
    parts: list[tuple[str, float]]
    """The title of each question that was compared, and how alike the answers are in it."""
    explanation: str

    @property
    def is_right(self) -> bool:
        """Whether nothing differed."""
        return self.score >= RIGHT


def lesson_to_read(attempt: Attempt) -> Feedback | None:
    """Return what came out of the lesson answered last; None when all was looked at."""
    done = min(answered_in(attempt), attempt.lessons)
    if attempt.seen >= done:
        return None
    told = feedback_on(attempt, attempt.tasks[: attempt.lessons])
    return told[attempt.seen] if attempt.seen < len(told) else None


def exam_feedback(attempt: Attempt) -> list[Feedback]:
    """Return what came out of an exam; nothing before it is over."""
    if attempt.state not in (State.PASSED, State.FAILED):
        return []
    return feedback_on(attempt, attempt.tasks[attempt.lessons :])


def feedback_on(attempt: Attempt, tasks: Sequence[int]) -> list[Feedback]:
    """Return what came out of the answers to some tasks of an attempt, in their order."""
    checks = checks_in(attempt)
    rows = Task.objects.select_related("item__content").in_bulk(
        [task for task in tasks if task in checks]
    )
    why = dict(CourseItem.objects.filter(task__in=rows).values_list("task", "explanation"))
    queue = Queue.objects.select_related("schema_revision").get(pk=attempt.course_id)
    schema = schema_of(queue.schema_revision)
    told = []
    for task in tasks:
        check = checks.get(task)
        if check is None or check.truth is None:
            continue
        said, truth = check.annotation.document.regions, check.truth.regions
        reach = reaches_of(schema, [check.item_id]).get(check.item_id)
        parts = [
            (question.title or question.name, score)
            for question, score in scores_by_question(schema, truth, said, reach)
        ]
        told.append(Feedback(rows[task], said, truth, check.score, parts, why.get(task, "")))
    return told


def answered_in(attempt: Attempt) -> int:
    """Return how many items of an attempt were answered."""
    return _answers(attempt).count()


def checks_in(attempt: Attempt) -> dict[int, GoldCheck]:
    """Return the scores of the answers that count in an attempt, by task."""
    tasks = dict(_answers(attempt).values_list("annotation", "task"))
    checks = GoldCheck.objects.filter(annotation__in=list(tasks))
    checks = checks.select_related("annotation__document", "truth")
    return {tasks[check.annotation_id]: check for check in checks}


def _answers(attempt: Attempt) -> QuerySet[Answer]:
    return Answer.objects.filter(
        assignment__queue=attempt.course_id,
        assignment__annotator=attempt.annotator_id,
        assignment__round=attempt.number,
        is_extra=False,
    )


@dataclass(frozen=True, slots=True)
class MyCourse:
    """What somebody sees of a course they take."""

    standing: Standing
    attempt: Attempt | None
    lesson: Feedback | None
    exam: list[Feedback]
    attempts_left: int | None
    next_attempt_at: datetime | None
    must_pass: bool
    """Whether it is to be passed still, or anew."""


def my_course(course: Course, annotator_id: int) -> MyCourse:
    """Return how far somebody is, what waits to be read, and what is left to them."""
    annotator = Annotator.objects.get(pk=annotator_id)
    attempt, failed = last_attempt(course, annotator_id), failed_attempts(course, annotator_id)
    return MyCourse(
        standing=standings_of(course, [annotator])[0],
        attempt=attempt,
        lesson=lesson_to_read(attempt) if attempt else None,
        exam=exam_feedback(attempt) if attempt else [],
        attempts_left=attempts_left(course, failed),
        next_attempt_at=next_attempt_at(course, failed),
        must_pass=not has_passed_course(course.pk, annotator_id, must_pass_since(course)),
    )


def may_walk(mine: MyCourse) -> bool:
    """Tell whether somebody gets an item now: nothing is to be read, passed or waited for."""
    if mine.attempt is not None and mine.attempt.state == State.RUNNING:
        return mine.lesson is None
    waits = mine.next_attempt_at is not None and mine.next_attempt_at > database_now()
    return mine.must_pass and mine.attempts_left != 0 and not waits


def passed_counts(courses: Sequence[Course]) -> dict[int, int]:
    """Return how many people passed each course in its present edition, or were excused."""
    rows = (
        Attempt.objects.filter(course__in=courses, state__in=DONE, edition=F("course__edition"))
        .values_list("course")
        .annotate(n=Count("annotator", distinct=True))
    )
    return dict(rows)


def known_items_of(dataset: Dataset, schema: LabelSchema, filter: str = "") -> QuerySet[Item]:
    """Return the items of a dataset whose labels are accepted under a schema."""
    known = Truth.objects.filter(schema=schema, is_current=True)
    return find_items(dataset, filter).filter(pk__in=known.values("item"), archived_at=None)
