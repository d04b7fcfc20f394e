"""A reviewer's verdict on an answer: accepted, corrected, or rejected with a reason."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from annotate.errors import DecidedBefore, NotReviewable, OwnWork
from annotate.models import Answer, Assignment, Queue, Review, Stage, Task
from annotate.pure import task_stages
from annotate.services import claim_sql
from annotate.services.advancing import accept_adjudicated, accept_reviewed
from annotate.services.answers import count_for
from annotate.services.holds import execute
from annotate.services.stages import CHECKS, move_task, stage_after
from annotate.services.telling import tell_review
from annotate.services.workdays import note_review
from datasets.models import Annotation
from datasets.services.annotations import add_annotation
from foundation.clock import database_now
from foundation.errors import Invalid, Place
from foundation.models import Annotator, User

Verdict = Review.Verdict
State = Assignment.State
LONGEST_REASON = 1000
_HAPPENINGS = {
    Verdict.ACCEPT: task_stages.ACCEPTED,
    Verdict.CORRECT: task_stages.CORRECTED,
    Verdict.DRAW: task_stages.CORRECTED,
    Verdict.REJECT: task_stages.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who reviews: their row of the project, and the hold they speak from, if any."""

    annotator: Annotator
    user: User
    assignment: Assignment | None = None
    fence: int = 0
    proposes_gold: bool = False
    """What they decide may become gold: a manager signs for it."""
    replaces: bool = False
    """Without a hold: this verdict shall take the place of somebody else's."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What became of a verdict; `is_extra` when somebody else had decided already."""

    review: Review
    corrected: Annotation | None
    is_extra: bool


@transaction.atomic
def accept_annotation(*, annotation: Annotation, reviewer: Reviewer, reason: str = "") -> Reviewed:
    """Make what an annotator said the truth of the item.

    Raises OwnWork and NotReviewable, and DecidedBefore where one who holds nothing comes second.
    """
    verdict = _begin(annotation, reviewer, Verdict.ACCEPT, reason)
    if not verdict.is_extra:
        _accept(verdict, annotation, annotation.document.regions, is_corrected=False)
    return verdict.finish()


@transaction.atomic
def correct_annotation(
    *,
    annotation: Annotation,
    reviewer: Reviewer,
    regions: object,
    submission_id: UUID,
    reason: str = "",
) -> Reviewed:
    """Put a corrected answer in place of an annotator's and make it the truth of the item.

    The difference between the two stays readable: both are kept. Raises RegionsInvalid, and
    what `accept_annotation` raises.
    """
    verdict = _begin(annotation, reviewer, Verdict.CORRECT, reason)
    added = add_annotation(
        item=annotation.item,
        schema_revision=annotation.schema_revision,
        annotator=reviewer.annotator,
        regions=regions,
        submission_id=submission_id,
        origin=Annotation.Origin.CORRECTED,
        replaces=annotation,
    )
    verdict.review.corrected = added.annotation
    if not verdict.is_extra:
        _accept(verdict, added.annotation, added.answer.regions, is_corrected=True)
    return verdict.finish()


@transaction.atomic
def draw_anew(
    *, reviewer: Reviewer, regions: object, submission_id: UUID, reason: str = ""
) -> Reviewed:
    """Say what is true of the task that a reviewer holds, from nothing: it may have no answer.

    Raises RegionsInvalid, OwnWork and NotReviewable.
    """
    hold = reviewer.assignment
    if hold is None or hold.stage not in CHECKS:
        raise NotReviewable(_("Take the task in review or adjudication first."))
    has_finished = _finish_hold(reviewer)
    task = _lock(hold.task_id)
    _refuse_own_work(reviewer, task)
    is_extra = not _has_the_chair(task, reviewer, has_finished=has_finished)
    added = add_annotation(
        item=task.item,
        schema_revision=hold.schema_revision,
        annotator=reviewer.annotator,
        regions=regions,
        submission_id=submission_id,
        origin=Annotation.Origin.CORRECTED,
    )
    review = _review(added.annotation, task, reviewer, Verdict.DRAW, reason, is_extra=is_extra)
    verdict = _Verdict(review, reviewer.user, task, None, is_extra)
    if not is_extra:
        _accept(verdict, added.annotation, added.answer.regions, is_corrected=True)
    return verdict.finish()


@transaction.atomic
def reject_annotation(*, annotation: Annotation, reviewer: Reviewer, reason: str) -> Reviewed:
    """Send a task back: one more person answers it, and its author may fix what they said.

    Where the queue says so, somebody adjudicates instead. The reason reaches the author. Raises
    Invalid without one, and what `accept_annotation` raises.
    """
    if not reason.strip():
        detail = _("Say what is wrong, so that its author can do better.")
        raise Invalid(detail, [Place("reason", "required", detail)])
    verdict = _begin(annotation, reviewer, Verdict.REJECT, reason)
    task = verdict.task
    if task is not None and not verdict.is_extra:
        if stage_after(task, task_stages.REJECTED, task.queue) == Stage.ANNOTATE:
            task.overlap += 1
            Queue.objects.filter(pk=task.queue_id).update(wanted=F("wanted") + 1)
        move_task(task, task_stages.REJECTED)
    return verdict.finish()


@dataclass
class _Verdict:
    """A verdict that is being carried out, its task's row locked."""

    review: Review
    by: User
    task: Task | None
    answer: Answer | None
    is_extra: bool

    def finish(self) -> Reviewed:
        self.review.save(force_insert=True)
        if not self.is_extra:
            tell_review(self.review)
        note_review(self.review)
        return Reviewed(self.review, self.review.corrected, self.is_extra)


def _begin(annotation: Annotation, reviewer: Reviewer, verdict: Verdict, reason: str) -> _Verdict:
    has_finished = _finish_hold(reviewer)  # holds are locked before tasks, here as everywhere
    answer = (
        Answer.objects.select_related("guideline_revision").filter(annotation=annotation).first()
    )
    task = _lock_task(answer) if answer is not None else None
    _refuse_own_work(reviewer, task, annotation)
    if reviewer.assignment is None and not reviewer.replaces:
        _refuse_second(reviewer, task, annotation)
    is_extra = False
    if task is not None:
        is_extra = not _has_the_chair(task, reviewer, has_finished=has_finished)
        if not is_extra and task.stage not in CHECKS:
            move_task(task, task_stages.SENT_TO_REVIEW)
    review = _review(annotation, task, reviewer, verdict, reason, is_extra=is_extra)
    return _Verdict(review, reviewer.user, task, answer, is_extra)


def _review(
    annotation: Annotation,
    task: Task | None,
    reviewer: Reviewer,
    verdict: Verdict,
    reason: str,
    *,
    is_extra: bool,
) -> Review:
    return Review(
        annotation=annotation,
        task=task,
        reviewer=reviewer.annotator,
        verdict=verdict,
        reason=reason.strip()[:LONGEST_REASON],
        proposes_gold=reviewer.proposes_gold and verdict != Verdict.REJECT and not is_extra,
    )


def _finish_hold(reviewer: Reviewer) -> bool:
    hold = reviewer.assignment
    if hold is None:
        return False
    return bool(execute(claim_sql.FINISH, a=hold.pk, fence=reviewer.fence)[0])


def _lock_task(answer: Answer) -> Task:
    if answer.is_extra:
        raise NotReviewable(_("This answer came after the task was full, so it decides nothing."))
    return _lock(answer.task_id)


def _lock(task_pk: int) -> Task:
    task = Task.objects.select_for_update(of=("self",), no_key=True).select_related("queue", "item")
    found = task.get(pk=task_pk)
    if found.is_gold:
        raise NotReviewable(_("The truth of this item is known already."))
    return found


def _refuse_own_work(
    reviewer: Reviewer, task: Task | None, annotation: Annotation | None = None
) -> None:
    if task is not None and task.queue.reviews_own:
        return
    mine = reviewer.annotator.pk
    has_answered = task is not None and (
        Assignment.objects.filter(task=task, annotator=mine, round=task.round, stage=Stage.ANNOTATE)
        .filter(state__in=[State.SUBMITTED, State.EXTRA, State.HELD])
        .exists()
    )
    if has_answered or (annotation is not None and annotation.annotator_id == mine):
        raise OwnWork(_("You answered this task yourself. Another reviewer decides about it."))


def _refuse_second(reviewer: Reviewer, task: Task | None, annotation: Annotation) -> None:
    """Let nobody replace what somebody else decided without having seen it."""
    is_done = task is not None and task.stage == Stage.DONE
    about = (
        Review.objects.filter(task=task)
        if is_done
        else Review.objects.filter(annotation=annotation)
    )
    last = about.select_related("reviewer").order_by("-pk").first()
    if last is not None and last.reviewer_id != reviewer.annotator.pk:
        said = {
            "name": last.reviewer.name,
            "verdict": str(Verdict(last.verdict).label).lower(),
            "at": date_format(timezone.localtime(last.at), "SHORT_DATETIME_FORMAT"),
        }
        raise DecidedBefore(
            _("%(name)s %(verdict)s it on %(at)s. With “replace” your verdict counts instead.")
            % said
        )


def _has_the_chair(task: Task, reviewer: Reviewer, *, has_finished: bool) -> bool:
    """Tell whether this verdict decides; False when somebody else has decided meanwhile."""
    hold = reviewer.assignment
    if hold is None:
        return True
    if hold.task_id != task.pk or hold.stage not in CHECKS:
        raise NotReviewable(_("You hold another task. Review what belongs to this one."))
    has_seat = has_finished
    if not has_finished:
        seat = {"t": task.pk, "round": hold.round, "s": int(hold.stage)}
        has_seat = bool(execute(claim_sql.TAKE_LATE_SEAT, **seat)[0])
        Assignment.objects.filter(pk=hold.pk).exclude(state=State.SUBMITTED).update(
            state=State.SUBMITTED if has_seat else State.EXTRA,
            submitted_at=database_now(),
            lease_ends_at=None,
        )
    decides = has_seat and task.stage == hold.stage and task.round == hold.round
    count_for(hold, counted=int(decides))
    return decides


def _accept(
    verdict: _Verdict, said: Annotation, regions: dict[str, Any], *, is_corrected: bool
) -> None:
    review, task, answer = verdict.review, verdict.task, verdict.answer
    guideline = answer.guideline_revision if answer is not None else None
    if task is not None:
        is_adjudicated = task.stage == Stage.ADJUDICATE
        move_task(task, _HAPPENINGS[Verdict(review.verdict)])
        if is_adjudicated:
            accept_adjudicated(
                task=task,
                annotation=said,
                regions=regions,
                by=verdict.by,
                reason=review.reason,
                guideline=guideline.number if guideline else None,
            )
            return
    accept_reviewed(
        task=task,
        annotation=said,
        regions=regions,
        by=verdict.by,
        is_corrected=is_corrected,
        guideline=guideline.number if guideline else None,
    )
