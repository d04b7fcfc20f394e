"""Keeping a hold, giving it back, skipping it, losing it, and giving a task to somebody by hand."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from annotate.errors import AlreadyAnswered, CourseAsksAll, LeaseEnded
from annotate.models import Assignment, Queue, Stage, Task
from annotate.pure import task_stages
from annotate.services import claim_sql
from annotate.services.claim_sql import Statement
from annotate.services.deciding import settle_if_stranded
from annotate.services.openings import opening_numbers
from annotate.services.stages import move_task
from annotate.services.telling import tell_assigned
from annotate.services.workdays import note_skip
from foundation.clock import database_now
from foundation.models import Annotator
from foundation.queries.statements import run

State = Assignment.State
BATCH = 200
REASON_LENGTH = 300
LONGEST_SECONDS = 24 * 3600.0


def execute(statement: Statement, **values: Any) -> tuple[int, list[tuple[Any, ...]]]:
    """Run a statement; return how many rows it touched, and those it gives back."""
    with connection.cursor() as cursor:
        run(cursor, statement.on(connection.vendor), values)
        rows = list(cursor.fetchall()) if cursor.description else []
        return max(cursor.rowcount, len(rows)), rows


def renew_lease(*, assignment: Assignment, fence: int) -> datetime:
    """Hold the task for another lease and return when that ends.

    Raises AlreadyAnswered when its holder has answered meanwhile, else LeaseEnded.
    """
    _touched, rows = execute(
        claim_sql.RENEW,
        a=assignment.pk,
        fence=fence,
        lease=assignment.queue.lease_seconds,
    )
    if not rows:
        raise _over(assignment, _("The lease ended. Go on with the next task; your draft is kept."))
    return claim_sql.moment(rows[0][0])


def _over(assignment: Assignment, otherwise: str) -> LeaseEnded:
    """Return why this hold is over: its holder's own answer, or else what is said here."""
    state = Assignment.objects.filter(pk=assignment.pk).values_list("state", flat=True).first()
    if state in (State.SUBMITTED, State.EXTRA):
        return AlreadyAnswered(
            _("Your answer is kept. You can fix it from your last tasks, or go on with the next.")
        )
    return LeaseEnded(otherwise)


@transaction.atomic
def release_task(*, assignment: Assignment, fence: int) -> None:
    """Give a task back. It may come again; its draft is kept. Twice changes nothing."""
    held = Assignment.objects.filter(pk=assignment.pk, fence=fence, state=State.HELD)
    if held.update(state=State.RETURNED, lease_ends_at=None):
        give_back_seats([assignment])


@transaction.atomic
def skip_task(
    *, assignment: Assignment, fence: int, reason: str = "", seconds: float | None = None
) -> None:
    """Give a task back and never get it again in this round; twice changes nothing.

    After the queue's number of skips the task is set aside; one that has all answers it began with
    is decided by them when nobody is left for one more. Raises AlreadyAnswered and, for an
    older hold, LeaseEnded; CourseAsksAll in a course.
    """
    if assignment.queue.is_course:
        raise CourseAsksAll(_("Nothing is skipped in a course. Answer as well as you can."))
    mine = Assignment.objects.filter(pk=assignment.pk, fence=fence)
    skipped = {"state": State.SKIPPED, "reason": reason[:REASON_LENGTH], "lease_ends_at": None}
    if mine.filter(state=State.HELD).update(**skipped):
        for task in give_back_seats([assignment]):
            task.skips += 1
            task.save(update_fields=["skips"])
            if task.skips >= assignment.queue.max_skips:
                move_task(task, task_stages.SKIPPED_OUT, assignment.queue)
            else:
                settle_if_stranded(task, assignment.queue)
        _note_skip(assignment, seconds)
    elif not mine.filter(state__in=[State.SKIPPED, State.RETURNED]).update(**skipped):
        raise _over(assignment, _("Somebody else may have this task now. Go on with the next one."))
    else:
        _note_skip(assignment, seconds)


def _note_skip(assignment: Assignment, seconds: float | None) -> None:
    """Keep when it was skipped and how long it took until then, the first time."""
    first = Assignment.objects.filter(pk=assignment.pk, skipped_at=None)
    assignment.skipped_at = database_now()
    assignment.skip_seconds = kept_seconds(seconds)
    if first.update(skipped_at=assignment.skipped_at, skip_seconds=assignment.skip_seconds):
        note_skip(assignment)


def kept_seconds(seconds: float | None) -> float | None:
    """Return a time of work as it is kept: not below nothing, and not above a day."""
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_SECONDS)


def give_back_seats(assignments: Iterable[Assignment]) -> list[Task]:
    """Open a seat for each hold that ended, where its task still stands at that stage and round.

    Returns the tasks that changed. The caller has ended the holds in the same transaction.
    """
    ended: dict[int, list[Assignment]] = {}
    for assignment in assignments:
        ended.setdefault(assignment.task_id, []).append(assignment)
    tasks = list(Task.objects.select_for_update(no_key=True).filter(pk__in=ended).order_by("pk"))
    opened = []
    for task in tasks:
        seats = sum(
            hold.stage == task.stage and hold.round == task.round for hold in ended[task.pk]
        )
        if seats and not task.is_gold:
            task.free_seats += seats
            task.is_open = True
            opened.append(task)
    number_tasks(opened)
    Task.objects.bulk_update(opened, ["free_seats", "is_open", "opened_no"])
    return opened


def number_tasks(tasks: Sequence[Task]) -> None:
    """Give each task a fresh number, so that those whose turn has passed it look again."""
    for queue_id in sorted({task.queue_id for task in tasks}):
        mine = [task for task in tasks if task.queue_id == queue_id]
        for task, number in zip(mine, opening_numbers(queue_id, len(mine)), strict=True):
            task.opened_no = number


def expire_leases() -> int:
    """Take back the holds whose lease is over and return how many. Any number may run at once."""
    expired = 0
    while batch := _expire_batch():
        expired += batch
        if batch < BATCH:
            break
    return expired


@transaction.atomic
def _expire_batch() -> int:
    _touched, rows = execute(claim_sql.EXPIRED, batch=BATCH)
    if not rows:
        return 0
    holds = list(Assignment.objects.filter(pk__in=[pk for (pk,) in rows], state=State.HELD))
    Assignment.objects.filter(pk__in=[hold.pk for hold in holds]).update(
        state=State.RETURNED, lease_ends_at=None
    )
    give_back_seats(holds)
    return len(holds)


@transaction.atomic
def reserve_tasks(*, queue: Queue, annotator: Annotator, tasks: Sequence[Task]) -> int:
    """Give tasks to a person by hand; return how many had a free seat that the person can take.

    They come first when the person claims, and wait for them as long as it takes.
    """
    open_tasks = list(
        Task.objects.select_for_update(no_key=True)
        .filter(pk__in=[task.pk for task in tasks], queue=queue, is_open=True)
        .filter(stage=Stage.ANNOTATE)
        .order_by("pk")
    )
    had = set(
        Assignment.objects.filter(task__in=open_tasks, annotator=annotator).values_list(
            "task_id", "round"
        )
    )
    given = [task for task in open_tasks if (task.pk, task.round) not in had]
    for task in given:
        task.free_seats -= 1
        task.is_open = task.free_seats > 0
    Task.objects.bulk_update(given, ["free_seats", "is_open"])
    Assignment.objects.bulk_create(
        Assignment(
            task=task,
            queue=queue,
            annotator=annotator,
            round=task.round,
            stage=task.stage,
            state=State.RESERVED,
            schema_revision_id=queue.schema_revision_id,
        )
        for task in given
    )
    if given:
        tell_assigned(queue, annotator, len(given))
    return len(given)
