"""Walking a course: the lessons in order, then an exam drawn by chance, one item at a time."""

import random
import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from annotate.errors import CourseNotReady, CourseWaits
from annotate.models import Assignment, Attempt, Course, CourseItem, Queue, Stage
from annotate.pure.courses import draw_exam, has_passed
from annotate.queries.courses import (
    answered_in,
    attempts_left,
    checks_in,
    failed_attempts,
    has_passed_course,
    items_of_course,
    must_pass_since,
    next_attempt_at,
)
from annotate.queries.gold import RIGHT
from annotate.queries.work import Hold
from annotate.services import claim_sql
from annotate.services.holds import execute
from foundation.clock import database_now
from foundation.models import Annotator, User
from foundation.services.events import record_event

State = Attempt.State
FINISHED = (Assignment.State.SUBMITTED, Assignment.State.EXTRA)
LONGEST_REASON = 300


def next_in_course(queue: Queue, annotator_id: int) -> list[Hold]:
    """Let a person hold the next item of their attempt, which begins if none is under way.

    Nothing when the course is done, or a lesson's explanation waits to be read. Raises CourseWaits
    when no attempt is left or the last one was a moment ago, CourseNotReady when too few items
    can be asked.
    """
    course = Course.objects.get(pk=queue.pk)
    course.queue = queue
    # Before the turn is locked: whoever submits locks what they hold first and their turn then.
    held = _renewed(queue, running_attempt(course, annotator_id))
    if held is not None:
        return [held]
    with transaction.atomic():
        _one_at_a_time(queue, annotator_id)
        attempt = running_attempt(course, annotator_id) or _begin(course, annotator_id)
        if attempt is None or waits_for_reading(attempt):
            return []
        task_id = _next_task(course, attempt)
        if task_id is None:
            _end(attempt)
            return []
        return [_hold(queue, attempt, task_id)]


def _one_at_a_time(queue: Queue, annotator_id: int) -> None:
    """Let the tabs of one person come one after the other."""
    values = {"q": queue.pk, "s": int(Stage.ANNOTATE), "u": annotator_id}
    execute(claim_sql.NEW_TURN, epoch=queue.epoch, no=False, **values)
    execute(claim_sql.LOCK_TURN, **values)


def running_attempt(course: Course, annotator_id: int) -> Attempt | None:
    """Return the attempt that somebody has under way in the present edition."""
    attempts = Attempt.objects.filter(course=course, annotator=annotator_id, state=State.RUNNING)
    return attempts.first()


def _begin(course: Course, annotator_id: int) -> Attempt | None:
    since = must_pass_since(course)
    if has_passed_course(course.pk, annotator_id, since):
        return None
    failed = failed_attempts(course, annotator_id)
    _refuse_too_soon(course, failed)
    usable = [one.row for one in items_of_course(course) if not one.why_not]
    pool = [row.task_id for row in usable if row.part == CourseItem.Part.EXAM]
    if len(pool) < course.exam_size:
        detail = _("Only %(n)d items can be asked in the exam, and it needs %(size)d.")
        raise CourseNotReady(detail % {"n": len(pool), "size": course.exam_size})
    lessons = [row.task_id for row in usable if row.part == CourseItem.Part.LESSON and not failed]
    earlier = Attempt.objects.filter(course=course, annotator=annotator_id).order_by("-number")
    met = [task for one in earlier for task in one.tasks]
    chance = random.Random(secrets.randbits(64))  # noqa: S311  # seeded by the system's own chance
    last = earlier.first()
    return Attempt.objects.create(
        course=course,
        annotator_id=annotator_id,
        number=1 if last is None else last.number + 1,
        edition=course.edition,
        tasks=lessons + draw_exam(pool, course.exam_size, set(met), chance=chance),
        lessons=len(lessons),
    )


def _refuse_too_soon(course: Course, failed: list[Attempt]) -> None:
    if attempts_left(course, failed) == 0:
        detail = _("You have used all %(n)d attempts. Ask the manager of the project.")
        raise CourseWaits(detail % {"n": course.max_attempts})
    begins_at = next_attempt_at(course, failed)
    if begins_at is not None and begins_at > database_now():
        when = date_format(localtime(begins_at), "DATETIME_FORMAT")
        raise CourseWaits(_("The next attempt can begin at %(when)s.") % {"when": when})


def waits_for_reading(attempt: Attempt) -> bool:
    """Tell whether a lesson was answered whose explanation was not looked at yet."""
    return attempt.seen < min(answered_in(attempt), attempt.lessons)


def mark_read(*, attempt: Attempt) -> None:
    """Note that the explanations so far were looked at: the next item is open."""
    attempt.seen = min(answered_in(attempt), attempt.lessons)
    attempt.save(update_fields=["seen"])


def _next_task(course: Course, attempt: Attempt) -> int | None:
    """Return the first item that is not answered; those that cannot be asked any more are left."""
    done = set(_past(attempt).values_list("task", flat=True))
    left = [task for task in attempt.tasks if task not in done]
    usable = {one.row.task_id for one in items_of_course(course) if not one.why_not}
    return next((task for task in left if task in usable), None)


def _past(attempt: Attempt) -> QuerySet[Assignment]:
    return _mine(attempt).filter(state__in=FINISHED)


def _renewed(queue: Queue, attempt: Attempt | None) -> Hold | None:
    """Return what a person holds of their attempt, for another lease and under the same fence."""
    if attempt is None:
        return None
    held = _mine(attempt).filter(state=Assignment.State.HELD).select_related("task").first()
    if held is None:
        return None
    values = {"a": held.pk, "fence": held.fence, "lease": queue.lease_seconds}
    _touched, rows = execute(claim_sql.RENEW, **values)
    return _shown(held, rows[0][0]) if rows else None


def _hold(queue: Queue, attempt: Attempt, task_id: int) -> Hold:
    """Hold an item. Where another tab of this person was faster, return what that one holds."""
    execute(
        claim_sql.HOLD,
        t=task_id,
        q=queue.pk,
        u=attempt.annotator_id,
        s=int(Stage.ANNOTATE),
        round=attempt.number,
        lease=queue.lease_seconds,
        revision=queue.schema_revision_id,
    )
    one = _mine(attempt).select_related("task").get(task=task_id)
    return _shown(one, one.lease_ends_at)


def _mine(attempt: Attempt) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        queue=attempt.course_id,
        annotator=attempt.annotator_id,
        round=attempt.number,
        stage=Stage.ANNOTATE,
    )


def _shown(one: Assignment, ends_at: datetime | str | None) -> Hold:
    moment = claim_sql.moment(ends_at)
    return Hold(one.pk, one.task_id, one.task.item_id, one.fence, moment, one.schema_revision_id)


# The end


def end_if_answered(assignment: Assignment) -> None:
    """End the attempt that an answer belongs to, if it was the last one asked."""
    attempt = (
        Attempt.objects.select_for_update(of=("self",), no_key=True)
        .filter(course=assignment.queue_id, annotator=assignment.annotator_id, state=State.RUNNING)
        .filter(number=assignment.round)
        .first()
    )
    if attempt is not None and set(attempt.tasks) <= set(
        _past(attempt).values_list("task", flat=True)
    ):
        _end(attempt)


def _end(attempt: Attempt) -> None:
    """Count the exam and say whether it was passed."""
    checks = checks_in(attempt)
    exam = [checks[task] for task in attempt.tasks[attempt.lessons :] if task in checks]
    attempt.total = len(exam)
    attempt.right = sum(check.score >= RIGHT for check in exam)
    course = Course.objects.select_related("queue__dataset__project").get(pk=attempt.course_id)
    passed = has_passed(attempt.right, attempt.total, course.pass_mark)
    attempt.state = State.PASSED if passed else State.FAILED
    attempt.ended_at = database_now()
    attempt.save(update_fields=["total", "right", "state", "ended_at"])
    _record(course, f"course.{attempt.state}", None, attempt)


def _record(course: Course, verb: str, by: User | None, attempt: Attempt) -> None:
    record_event(
        verb,
        by=by,
        project=course.queue.dataset.project,
        target=course.oid,
        course=course.queue.name,
        annotator=attempt.annotator.name,
        attempt=attempt.number,
        right=attempt.right,
        total=attempt.total,
    )


@transaction.atomic
def excuse_from_course(
    *, course: Course, annotator: Annotator, reason: str, by: User | None
) -> Attempt:
    """Let somebody work without the course in its present edition; twice changes nothing.

    What they have under way ends; its answers are kept.
    """
    _one_at_a_time(course.queue, annotator.pk)
    attempts = Attempt.objects.filter(course=course, annotator=annotator).order_by("-number")
    since = must_pass_since(course)
    if has_passed_course(course.pk, annotator.pk, since) and attempts:
        return attempts[0]
    last = attempts.first()
    attempts.filter(state=State.RUNNING).update(state=State.FAILED, ended_at=database_now())
    excused = Attempt.objects.create(
        course=course,
        annotator=annotator,
        number=1 if last is None else last.number + 1,
        edition=course.edition,
        state=State.EXCUSED,
        reason=reason.strip()[:LONGEST_REASON],
        ended_at=database_now(),
    )
    _record(course, "course.excused", by, excused)
    return excused
