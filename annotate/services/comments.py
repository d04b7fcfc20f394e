"""Saying something about an answer, and settling it."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from annotate.errors import NothingToComment
from annotate.models import Answer, Assignment, Comment, Stage
from annotate.services.telling import tell_comment
from datasets.models import Annotation
from foundation.clock import database_now
from foundation.errors import Invalid, Place
from foundation.models import Annotator

LONGEST_COMMENT = 2000
LONGEST_REGION = 100
MOST_COMMENTS = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose answer to which task something is said about."""

    task_pk: int
    about_pk: int


def own_work(assignment: Assignment) -> Subject:
    """Return what one says of one's own answer while one works. Raises NothingToComment."""
    if assignment.stage != Stage.ANNOTATE:
        raise NothingToComment
    return Subject(assignment.task_id, assignment.annotator_id)


def work_of(annotation: Annotation) -> Subject:
    """Return what is said of an answer that was given. Raises NothingToComment."""
    answer = Answer.objects.filter(annotation=annotation.pk).first()
    if answer is None:  # imported, or made by a reviewer: nobody waits for an answer there
        raise NothingToComment
    return Subject(answer.task_id, annotation.annotator_id)


@transaction.atomic
def add_comment(*, subject: Subject, author: Annotator, text: str, region: str = "") -> Comment:
    """Say something about an answer, or about one region of it. Raises Invalid."""
    text = text.strip()
    if not text:
        detail = _("Write what you want to say.")
        raise Invalid(detail, [Place("text", "required", detail)])
    known = Comment.objects.filter(task=subject.task_pk, about=subject.about_pk)
    if known.count() >= MOST_COMMENTS:
        detail = _("There are %(most)d comments on this answer already. Resolve what is settled.")
        raise Invalid(detail % {"most": MOST_COMMENTS})
    comment = Comment.objects.create(
        task_id=subject.task_pk,
        about_id=subject.about_pk,
        author=author,
        region=region,
        text=text,
    )
    tell_comment(comment)
    return comment


@transaction.atomic
def resolve_comment(*, comment: Comment, by: Annotator, resolved: bool) -> Comment:
    """Mark a comment as settled, or as open again. Saying so twice changes nothing."""
    if resolved != (comment.resolved_at is not None):
        comment.resolved_at = database_now() if resolved else None
        comment.resolved_by = by if resolved else None
        comment.save(update_fields=["resolved_at", "resolved_by"])
    return comment
