"""Fetching is the permission check, for queues, assignments and answers."""

from dataclasses import dataclass

from django.db.models import OuterRef, Q

from annotate.models import Answer, Assignment, Queue, Stage, Task
from annotate.queries.told import UnreadAboutWork
from datasets.models import Annotation
from datasets.queries.access import get_annotation_for
from foundation.actor import Actor, Permission
from foundation.errors import NotFound
from foundation.models import Annotator, Membership
from foundation.opaque import decode_id
from foundation.queries.access import require, require_role
from foundation.queries.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Worker:
    """A person at a queue: who they are there and which stage they may work at."""

    queue: Queue
    annotator_id: int
    annotator_name: str
    unread: int = 0
    """What they were told of their work in this project and have not read, up to 100."""


def get_queue_for(actor: Actor, queue_id: str, may: Permission) -> Queue:
    """Return the queue with this public id, if the actor may do this in its project."""
    queue = (
        Queue.objects.select_related("dataset__project", "schema", "schema_revision", "guideline")
        .filter(pk=decode_id("queue", queue_id))
        .first()
    )
    if queue is None:
        raise NotFound
    require(actor, queue.dataset.project_id, may)
    return queue


# What claiming and submitting read, and no more: a definition is read once a process, see
# `schema_of`, and two plain statements cost a planner less than one that joins nine tables.
_QUEUE = (
    *("dataset__project", "schema", "schema_revision__schema", "schema_revision__number"),
    *("schema_revision__definition_hash", "guideline__number", "state", "epoch", "wanted"),
    *("overlap", "order", "lease_seconds", "hold_limit", "max_skips", "review_share"),
    *("gold_share", "gold_count", "on_disagreement", "shows_suggestions", "is_blind_relabel"),
    *("skip_reasons", "asks_confidence", "most_overlap", "answer_budget", "most_mine"),
    *("most_a_day", "review_risks", "reviews_own", "stages", "who"),
    *("growth", "good_enough", "most_gold_share", "reviews_by_worth", "gold_share_now"),
    *("is_course", "asks_course", "asks_course_anew", "guideline__created_at"),
    *("gold_most_seen", "gold_alert", "notice_days"),
)
_UNREAD = ("task__item__metadata", "task__item__content__row")


_queues = Prepared(
    lambda pk: (
        Queue.objects.select_related("dataset", "schema_revision", "guideline")
        .only(*_QUEUE)
        .filter(pk=pk)
    )
)
_workers = Prepared(
    lambda project, user: (
        Membership.objects.filter(project=project, user=user, ended_at=None)
        .filter(project__annotators__user=user, project__annotators__ended_at=None)
        .annotate(unread=UnreadAboutWork(user, project))
        .values_list("role", "project__annotators", "project__annotators__name", "unread")[:1]
    )
)
_seats = Prepared(
    lambda pk, user: (
        Assignment.objects.select_related("annotator", "task__item__content")
        .defer(*_UNREAD)
        .filter(pk=pk, annotator__user=user)
        .annotate(
            role=Membership.objects.filter(
                project=OuterRef("annotator__project"), user=user, ended_at=None
            ).values("role")[:1]
        )
    )
)


def _queue_to_work_at(pk: int) -> Queue:
    queue = _queues.first(pk)
    if queue is None:
        raise NotFound
    return queue


def get_worker_for(actor: Actor, queue_id: str, stage: Stage) -> Worker:
    """Return the actor as one who works at a stage of a queue, in two queries."""
    queue = _queue_to_work_at(decode_id("queue", queue_id))
    may = Permission.ANNOTATE if stage == Stage.ANNOTATE else Permission.REVIEW
    project_pk = queue.dataset.project_id
    found = _workers.first(project_pk, actor.user.pk)
    if found is None:
        raise NotFound
    role, annotator_id, name, unread = found
    require_role(actor, project_pk, role, may)
    return Worker(queue, annotator_id, name, unread)


def get_assignment_for(actor: Actor, assignment_id: str) -> Assignment:
    """Return one's own assignment with all that submitting needs. Nobody works on another's."""
    assignment = _seats.first(decode_id("assignment", assignment_id), actor.user.pk)
    if assignment is None:
        raise NotFound
    assignment.queue = _queue_to_work_at(assignment.queue_id)
    if assignment.schema_revision_id == assignment.queue.schema_revision_id:
        assignment.schema_revision = assignment.queue.schema_revision
    may = Permission.ANNOTATE if assignment.stage == Stage.ANNOTATE else Permission.REVIEW
    require_role(actor, assignment.queue.dataset.project_id, assignment.role, may)
    return assignment


def get_own_hold_for(actor: Actor, assignment_id: str) -> Assignment:
    """Return one's own assignment with its queue only: enough for drafts, leases and skips."""
    assignment = (
        Assignment.objects.select_related("queue__dataset")
        .filter(pk=decode_id("assignment", assignment_id), annotator__user=actor.user.pk)
        .first()
    )
    if assignment is None:
        raise NotFound
    require(actor, assignment.queue.dataset.project_id, Permission.ANNOTATE)
    return assignment


def get_own_answer_for(actor: Actor, annotation_id: str) -> Answer:
    """Return one's own answer, to be fixed; those of others do not exist for this purpose."""
    answer = (
        Answer.objects.select_related("annotation__annotator", "assignment__queue__dataset")
        .filter(
            pk=decode_id("annotation", annotation_id),
            annotation__annotator__user=actor.user.pk,
        )
        .first()
    )
    if answer is None:
        raise NotFound
    require(actor, answer.assignment.queue.dataset.project_id, Permission.ANNOTATE)
    return answer


def get_annotation_to_review(actor: Actor, annotation_id: str) -> Annotation:
    """Return an annotation to those who may review in its project."""
    return get_annotation_for(actor, annotation_id, Permission.REVIEW)


def get_annotation_to_discuss(actor: Actor, annotation_id: str) -> Annotation:
    """Return an annotation to its author, and to those who may review in its project."""
    annotation = get_annotation_for(actor, annotation_id, Permission.VIEW)
    is_own = annotation.annotator.user_id == actor.user.pk
    may = Permission.ANNOTATE if is_own else Permission.REVIEW
    require(actor, annotation.item.dataset.project_id, may)
    return annotation


def get_annotator_of(actor: Actor, project_pk: int) -> Annotator:
    """Return the actor's own row in a project."""
    annotator = Annotator.objects.filter(
        project=project_pk, user=actor.user.pk, ended_at=None
    ).first()
    if annotator is None:
        raise NotFound
    return annotator


def had_item(actor: Actor, item_pk: int) -> bool:
    """Tell whether a person holds or held a task about an item: its files are open to them."""
    held = ~Q(state=Assignment.State.RESERVED)
    tasks = Task.objects.filter(item=item_pk)
    return Assignment.objects.filter(
        held,
        task__in=tasks,
        annotator__user=actor.user.pk,
        annotator__ended_at=None,
    ).exists()
