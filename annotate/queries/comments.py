"""Reading comments: whoever may see an answer sees what was said about it, and nobody else."""

from typing import Any

from django.db.models import QuerySet

from annotate.models import Answer, Assignment, Comment, Stage
from datasets.models import Annotation
from foundation.actor import Actor, Permission
from foundation.errors import NotFound
from foundation.models import Annotator
from foundation.opaque import decode_id
from foundation.queries.access import may_do

Json = dict[str, Any]


def comments_for(assignment: Assignment) -> QuerySet[Comment]:
    """Return what one's own hold shows: to a reviewer all of the task, else what is about oneself.

    The assignment was fetched as one's own, so that blind overlap stays blind.
    """
    comments = Comment.objects.filter(task=assignment.task_id)
    if assignment.stage != Stage.REVIEW:
        comments = comments.filter(about=assignment.annotator_id)
    return comments


def comments_about(annotation: Annotation) -> QuerySet[Comment]:
    """Return what was said about the answer that an annotation is, in the task it answers."""
    tasks = Answer.objects.filter(annotation=annotation.pk).values("task")
    return Comment.objects.filter(task__in=tasks, about=annotation.annotator_id)


def get_comment_for(actor: Actor, comment_id: str) -> tuple[Comment, Annotator]:
    """Return a comment, and who one is in its project, to those who may resolve it.

    They are whoever may review there, and the annotator whose answer it is about.
    """
    comment = (
        Comment.objects.select_related("about", "author", "task__queue__dataset")
        .filter(pk=decode_id("comment", comment_id))
        .first()
    )
    if comment is None:
        raise NotFound
    project_pk = comment.task.queue.dataset.project_id
    is_own = comment.about.user_id == actor.user.pk
    may = Permission.ANNOTATE if is_own else Permission.REVIEW
    who = Annotator.objects.filter(project=project_pk, user=actor.user.pk, ended_at=None).first()
    if who is None or not may_do(actor, project_pk, may):
        raise NotFound
    return comment, who


def show_comments(comments: QuerySet[Comment], user_pk: int) -> list[Json]:
    """Return comments as JSON, the oldest first."""
    rows = comments.select_related("author", "about").order_by("pk")
    return [show_comment(comment, user_pk) for comment in rows]


def show_comment(comment: Comment, user_pk: int) -> Json:
    """Return a comment as JSON; `about` names whose answer it is about."""
    return {
        "id": comment.oid,
        "author": comment.author.name,
        "is_mine": comment.author.user_id == user_pk,
        "about": comment.about.name,
        "region": comment.region,
        "text": comment.text,
        "at": comment.at,
        "resolved": comment.resolved_at is not None,
    }
