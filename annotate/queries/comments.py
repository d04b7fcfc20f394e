"""Reading comments: whoever may see an answer sees what was said about it, and nobody else."""

from typing import Any

from django.db.models import Q, QuerySet

from annotate.models import Answer, Assignment, Comment, Queue, Stage
from annotate.pure.mentions import MARK, find_mentions
from datasets.models import Annotation
from foundation.actor import Actor, Permission
from foundation.errors import NotFound
from foundation.models import Annotator, User
from foundation.opaque import decode_id
from foundation.queries.access import may_do
from foundation.queries.members import users_who_may

Json = dict[str, Any]


def comments_for(assignment: Assignment) -> QuerySet[Comment]:
    """Return what one's own hold shows: to a reviewer all of the task, else what is about oneself.

    The assignment was fetched as one's own, so that blind overlap stays blind.
    """
    comments = Comment.objects.filter(task=assignment.task_id)
    if assignment.stage == Stage.ANNOTATE:
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


def may_read(actor: Actor, comment_pk: int) -> bool:
    """Tell whether a person may read a comment now: it is about their answer, or they may look."""
    found = Comment.objects.filter(pk=comment_pk).values_list(
        "about__user", "task__queue__dataset__project"
    )
    for about, project_pk in found:
        may = Permission.ANNOTATE if about == actor.user.pk else Permission.VIEW
        return may_do(actor, project_pk, may)
    return False


def readers_of(project_pk: int, about: Annotator | None) -> list[User]:
    """Return who may see what is said about somebody's answer: that person, and who may look.

    Others who answer the same task are never among them, so a list of these names tells nobody
    who else was asked.
    """
    readers = list(users_who_may(project_pk, Permission.VIEW))
    author = about.user if about is not None and about.ended_at is None else None
    return readers if author is None or author in readers else [author, *readers]


def mentioned_in(comment: Comment) -> list[User]:
    """Return who is called by name in a comment, of those who may read it."""
    if MARK not in comment.text:
        return []
    readers = readers_of(comment.task.queue.dataset.project_id, comment.about)
    names = [name for user in readers for name in (user.shown_name, user.username)]
    called = {name.casefold() for name in find_mentions(comment.text, names)}
    return [
        user for user in readers if called & {user.shown_name.casefold(), user.username.casefold()}
    ]


def comments_in(queue: Queue) -> QuerySet[Comment]:
    """Return all comments of a queue, for those who may look at its answers."""
    return Comment.objects.filter(task__queue=queue).select_related("author", "about", "task__item")


STATES = ("open", "settled")


def by_state(comments: QuerySet[Comment], state: str) -> QuerySet[Comment]:
    """Return those that are open or settled; all for any other state."""
    if state not in STATES:
        return comments
    return comments.filter(resolved_at__isnull=state == "open")


def open_first(
    comments: QuerySet[Comment], reached: tuple[bool, int] | None = None
) -> QuerySet[Comment]:
    """Return what is open, then what is settled, each the newest first.

    `reached` is the last row of the page before: whether it is settled, and its number.
    """
    rows = comments.annotate(is_settled=Q(resolved_at__isnull=False))
    if reached is not None:
        is_settled, last = reached
        rest = Q(is_settled=is_settled, pk__lt=last)
        rows = rows.filter(rest if is_settled else rest | Q(is_settled=True))
    return rows.order_by("is_settled", "-pk")


def people_in(comments: QuerySet[Comment]) -> list[tuple[str, str]]:
    """Return whose answers are spoken of: public id and name."""
    people = Annotator.objects.filter(pk__in=comments.order_by().values("about"))
    return [(person.oid, person.name) for person in people.order_by("name")]


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
