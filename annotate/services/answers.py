"""Submitting answers. What somebody finished is never refused and never doubled."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from annotate.models import Answer, Assignment, Queue, Task
from annotate.queries.likeness import Said
from annotate.services import claim_sql
from annotate.services.advancing import Counted, advance_task, counted_answers
from annotate.services.attempts import end_if_answered
from annotate.services.gold import check_gold, pretended_done
from annotate.services.holds import execute, give_back_seats, kept_seconds
from annotate.services.workdays import note_answer
from datasets.errors import OtherSubmission
from datasets.models import Annotation
from datasets.queries.items import facts_of
from datasets.queries.schemas import schema_of
from datasets.services.annotations import Added, add_annotation
from datasets.services.answers import read_answer
from foundation.clock import database_now
from foundation.services.rows import insert_row

State = Assignment.State
Origin = Annotation.Origin


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of an answer.

    `is_new` is False when it had been sent before; `answered_before` when the same person had sent
    another answer to this task, from another tab or device: this one is kept beside it.
    """

    annotation_id: int
    is_extra: bool
    task_done: bool
    is_new: bool = True
    answered_before: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """What a person tells besides the answer: the time it took, and how sure they are."""

    seconds: float | None = None
    is_unsure: bool = False
    confidence: int | None = None


NOTHING_ASIDE = Aside()


class _SentBefore(Exception):
    """This submission was stored by another request: undo this one, and say what that one said."""


def submit_answer(
    *,
    assignment: Assignment,
    fence: int,
    regions: object,
    submission_id: UUID,
    aside: Aside = NOTHING_ASIDE,
) -> Submitted:
    """Keep what a person answered and count it, all or nothing.

    Sent again under the same id, it returns what the first call said. After the lease it takes a
    free seat; where there is none, or the queue is closed, the answer is kept as an extra one. It
    is stored under the schema revision of the claim. Raises RegionsInvalid, and OtherSubmission
    when the id came before with other content.
    """
    try:
        with transaction.atomic():
            return _submit(assignment, fence, regions, submission_id, aside)
    except _SentBefore:
        return _say_again(assignment, regions, submission_id)


def _submit(
    assignment: Assignment,
    fence: int,
    regions: object,
    submission_id: UUID,
    aside: Aside,
) -> Submitted:
    seat = _finish(assignment, fence) or _sit_late(assignment, submission_id)
    added = add_annotation(
        item=assignment.task.item,
        schema_revision=assignment.schema_revision,
        annotator=assignment.annotator,
        regions=regions,
        submission_id=submission_id,
        origin=Origin.COURSE if assignment.queue.is_course else Origin.SUBMITTED,
    )
    if not added.is_new:
        raise _SentBefore
    answer = Answer(
        annotation=added.annotation,
        assignment=assignment,
        task_id=assignment.task_id,
        revision=seat.revision,
        is_extra=not seat.counts,
        seconds=kept_seconds(aside.seconds),
        is_unsure=aside.is_unsure,
        confidence=aside.confidence,
        guideline_revision_id=assignment.queue.guideline_id,
    )
    count_for(assignment, counted=int(seat.counts))  # turns are locked before tasks
    if seat.counts:
        _count(answer, assignment)
    insert_row(answer)
    if not answer.is_extra:
        _decide(assignment, added, is_last=answer.task_done)
    note_answer(assignment, answer, seat.submitted_at)
    execute(claim_sql.DROP_DRAFT, a=assignment.pk)
    return Submitted(
        added.annotation.pk,
        answer.is_extra,
        answer.task_done,
        answered_before=_is_second(answer),
    )


def _is_second(answer: Answer) -> bool:
    return answer.is_extra and answer.revision > 1


def count_for(assignment: Assignment, *, counted: int, written: int = 1) -> None:
    """Note on the person's turn how much they wrote, and how much of it counts."""
    execute(
        claim_sql.COUNT_FOR_ME,
        q=assignment.queue_id,
        s=assignment.stage,
        u=assignment.annotator_id,
        counted=counted,
        written=written,
        no=False,
    )


# The seat


@dataclass(frozen=True, slots=True)
class _Seat:
    """Whether an answer counts, when it came by the database's clock, and its revision."""

    counts: bool
    submitted_at: datetime
    revision: int = 1


def _finish(assignment: Assignment, fence: int) -> _Seat | None:
    """End a hold that is in force; None where there is none."""
    if assignment.queue.state == Queue.State.CLOSED:
        return None
    rows = execute(claim_sql.FINISH, a=assignment.pk, fence=fence)[1]
    return _Seat(True, claim_sql.moment(rows[0][0])) if rows else None


def _sit_late(assignment: Assignment, submission_id: UUID) -> _Seat:
    """Find a seat for an answer whose hold is over."""
    if Annotation.objects.filter(submission_id=submission_id).exists():
        raise _SentBefore
    hold = Assignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
    was_answered = hold.state in (State.SUBMITTED, State.EXTRA)
    last = Answer.objects.filter(assignment=hold).aggregate(last=Max("revision"))["last"] or 0
    now = database_now()
    if was_answered:
        return _Seat(False, now, last + 1)
    has_seat = _take_seat(assignment, hold)
    Assignment.objects.filter(pk=hold.pk).update(
        state=State.SUBMITTED if has_seat else State.EXTRA, submitted_at=now, lease_ends_at=None
    )
    return _Seat(has_seat, now, last + 1)


def _take_seat(assignment: Assignment, hold: Assignment) -> bool:
    is_held = hold.state in (State.RESERVED, State.HELD)  # claimed anew, in another tab
    if assignment.queue.state == Queue.State.CLOSED:
        if is_held:
            give_back_seats([hold])
        return False
    if is_held or assignment.task.is_gold:
        return True
    values = {"t": hold.task_id, "round": hold.round, "s": hold.stage}
    return bool(execute(claim_sql.TAKE_LATE_SEAT, **values)[0])


def _say_again(assignment: Assignment, regions: object, submission_id: UUID) -> Submitted:
    schema = schema_of(assignment.schema_revision)
    said = read_answer(schema, regions, facts_of(assignment.task.item, schema))
    first = (
        Answer.objects.select_related("annotation__document")
        .filter(annotation__submission_id=submission_id, assignment=assignment)
        .first()
    )
    if first is None or first.annotation.document.regions_hash != said.regions_hash:
        raise OtherSubmission(_("Send it under a new key, or send the same content."))
    return Submitted(
        first.annotation_id,
        first.is_extra,
        first.task_done,
        is_new=False,
        answered_before=_is_second(first),
    )


# Counting it


def _count(answer: Answer, assignment: Assignment) -> None:
    """Count an answer towards its task; it is extra where the task went on without it."""
    task = assignment.task
    if task.is_gold:
        answer.task_done = pretended_done(assignment.queue)
        return
    rows = execute(claim_sql.COUNT_ANSWER, t=task.pk, round=assignment.round)[1]
    if not rows:  # a new round began, or a person decided before all answers were in
        answer.is_extra = True
        Assignment.objects.filter(pk=assignment.pk).update(state=State.EXTRA)
        count_for(assignment, counted=-1, written=0)
        return
    task.answers, task.overlap, task.stage = rows[0]
    task.round = assignment.round
    answer.task_done = task.answers >= task.overlap


def _decide(assignment: Assignment, added: Added, *, is_last: bool) -> None:
    task = assignment.task
    if task.is_gold:
        check_gold(task=task, annotation=added.annotation, regions=added.answer.regions)
        if assignment.queue.is_course:
            end_if_answered(assignment)
    elif is_last:
        only = _only_answer(assignment, added) if task.overlap == 1 else None
        decide(task, assignment.queue, only)


def _only_answer(assignment: Assignment, added: Added) -> Counted:
    guideline = assignment.queue.guideline
    return Counted(
        annotation_id=added.annotation.pk,
        annotator_name=assignment.annotator.name,
        said=Said(added.answer.regions, added.answer.regions_hash),
        revision=assignment.schema_revision,
        guideline=guideline.number if guideline else None,
    )


def decide(task: Task, queue: Queue, only: Counted | None = None) -> bool:
    """Decide about a task, whose row is locked, from the answers that count."""
    answers = counted_answers(task) if only is None else [only]
    return advance_task(task=task, queue=queue, answers=answers)
