"""Fixing one's own answer: the new one takes its place, the old one stays in the history."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from annotate.errors import NotFixable
from annotate.models import Answer, Assignment, GoldCheck, Queue, Review, Stage, Task
from annotate.pure import task_stages
from annotate.queries.policies import policy_of
from annotate.services.advancing import waits_for_weighing
from annotate.services.answers import Aside, Submitted, count_for, decide
from annotate.services.gold import check_gold
from annotate.services.stages import move_task
from annotate.services.workdays import note_gold
from datasets.errors import OtherSubmission
from datasets.models import Annotation
from datasets.queries.schemas import schema_of
from datasets.services.annotations import Added, add_annotation
from foundation.models import Annotator


def fix_answer(
    *,
    annotation: Annotation,
    annotator: Annotator,
    regions: object,
    submission_id: UUID,
    aside: Aside | None = None,
) -> Submitted:
    """Replace one's own answer and look anew at what it decided.

    Without `aside` it is as sure as the answer it replaces.

    A task that a reviewer has finished goes to review again; one whose answers agreed is decided
    anew. After a rejection the fix takes the seat that was opened for somebody else, if that is
    still free. Raises NotFixable for the answers of others, RegionsInvalid and OtherSubmission.
    """
    answer = Answer.objects.filter(annotation=annotation).first()
    if answer is None or annotation.annotator_id != annotator.pk:
        raise NotFixable(_("Only your own answers in a queue can be fixed."))
    with transaction.atomic():
        # Both lines lock: two tabs that fix the same answer come one after the other.
        assignment = _lock(answer.assignment_id)
        if assignment.queue.is_course:
            raise NotFixable(_("In a course the first answer counts."))
        return _fix(assignment, regions, submission_id, aside)


def _lock(pk: int) -> Assignment:
    Assignment.objects.select_for_update(no_key=True).get(pk=pk)
    found = Assignment.objects.select_related(
        "queue__schema_revision", "queue__guideline", "task__item", "annotator"
    )
    return found.get(pk=pk)


def _fix(
    assignment: Assignment, regions: object, submission_id: UUID, aside: Aside | None
) -> Submitted:
    last = (
        Answer.objects.select_related("annotation__schema_revision")
        .filter(assignment=assignment)
        .order_by("is_extra", "-revision")[0]
    )
    added = add_annotation(
        item=assignment.task.item,
        schema_revision=last.annotation.schema_revision,
        annotator=assignment.annotator,
        regions=regions,
        submission_id=submission_id,
        replaces=last.annotation,
    )
    if not added.is_new:
        return _say_again(assignment, added)
    fix = Answer.objects.create(
        annotation=added.annotation,
        assignment=assignment,
        task=assignment.task,
        revision=_next_revision(assignment),
        is_extra=last.is_extra,
        seconds=last.seconds,
        is_unsure=last.is_unsure if aside is None else aside.is_unsure,
        confidence=last.confidence if aside is None else aside.confidence,
        task_done=last.task_done,
        guideline_revision_id=assignment.queue.guideline_id,
    )
    count_for(assignment, counted=0)
    if not fix.is_extra:
        _look_anew(assignment, last.annotation, added)
    return Submitted(added.annotation.pk, fix.is_extra, fix.task_done)


def _next_revision(assignment: Assignment) -> int:
    revisions = Answer.objects.filter(assignment=assignment).order_by("-revision")
    return revisions.values_list("revision", flat=True)[0] + 1


def _say_again(assignment: Assignment, added: Added) -> Submitted:
    first = Answer.objects.filter(annotation=added.annotation, assignment=assignment).first()
    if first is None:
        raise OtherSubmission(_("Send it under a new key, or send the same content."))
    return Submitted(first.annotation_id, first.is_extra, first.task_done, is_new=False)


def _look_anew(assignment: Assignment, replaced: Annotation, added: Added) -> None:
    task = Task.objects.select_for_update(no_key=True).get(pk=assignment.task_id)
    task.item, queue = assignment.task.item, assignment.queue
    task.queue = queue
    if task.is_gold:
        for check in GoldCheck.objects.filter(annotation=replaced):
            note_gold(check, times=-1)
            check.delete()
        check_gold(task=task, annotation=added.annotation, regions=added.answer.regions)
    elif task.round != assignment.round:
        return
    elif task.stage == Stage.ANNOTATE:
        _take_opened_seat(task, queue, replaced)
    elif task.stage == Stage.DONE:
        _redecide(task, queue)


def _take_opened_seat(task: Task, queue: Queue, replaced: Annotation) -> None:
    """Close the seat that a rejection opened, now that the rejected answer was mended."""
    verdicts = Review.objects.filter(annotation=replaced, verdict=Review.Verdict.REJECT)
    if task.free_seats == 0 or not verdicts.exists():
        return
    task.overlap -= 1
    task.free_seats -= 1
    task.is_open = task.free_seats > 0
    task.save(update_fields=["overlap", "free_seats", "is_open"])
    Queue.objects.filter(pk=queue.pk).update(wanted=F("wanted") - 1)
    if task.answers >= task.overlap:
        decide(task, queue)


def _redecide(task: Task, queue: Queue) -> None:
    if Review.objects.filter(task=task).exists():
        move_task(task, task_stages.SENT_TO_REVIEW, queue)
        return
    if waits_for_weighing(policy_of(queue), schema_of(queue.schema_revision)):
        move_task(task, task_stages.REOPENED)  # with no seat free: the next weighing decides anew
        return
    task.stage = Stage.ANNOTATE  # where the same rules decided before
    decide(task, queue)
