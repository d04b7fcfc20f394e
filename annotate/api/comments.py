"""REST doors to what people say about an answer."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import comment_shapes as shapes
from annotate.api.reading import flag, read_body, text
from annotate.queries.access import (
    get_annotation_to_discuss,
    get_annotator_of,
    get_assignment_for,
    get_queue_for,
)
from annotate.queries.comments import (
    STATES,
    by_state,
    comments_about,
    comments_for,
    comments_in,
    get_comment_for,
    readers_of,
    show_comment,
    show_comments,
)
from annotate.services.comments import (
    LONGEST_COMMENT,
    LONGEST_REGION,
    Subject,
    add_comment,
    own_work,
    resolve_comment,
    work_of,
)
from datasets.queries.access import get_annotation_for
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import paged
from foundation.errors import Invalid, Place
from foundation.models import Annotator


class OwnCommentsView(APIView):
    """Comments on the task one holds."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.CommentsOut, operation_id="assignments_comments")
    def get(self, request: Request, assignment_id: str) -> Response:
        """List those on one's own answer; who reviews sees those on every answer of the task."""
        actor = actor_of(request)
        comments = comments_for(get_assignment_for(actor, assignment_id))
        return Response({"results": show_comments(comments, actor.user.pk)})

    @extend_schema(
        request=shapes.CommentIn,
        responses={201: shapes.CommentOut},
        operation_id="assignments_comment",
    )
    @idempotent
    def post(self, request: Request, assignment_id: str) -> Response:
        """Say something about one's own answer, or a region of it, while one works on it."""
        assignment = get_assignment_for(actor_of(request), assignment_id)
        return _add(request, own_work(assignment), assignment.annotator)


class AnswerCommentsView(APIView):
    """Comments on an answer that was given."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.CommentsOut, operation_id="annotations_comments")
    def get(self, request: Request, annotation_id: str) -> Response:
        """List them to whoever may see the answer."""
        actor = actor_of(request)
        annotation = get_annotation_for(actor, annotation_id, Permission.VIEW)
        return Response({"results": show_comments(comments_about(annotation), actor.user.pk)})

    @extend_schema(
        request=shapes.CommentIn,
        responses={201: shapes.CommentOut},
        operation_id="annotations_comment",
    )
    @idempotent
    def post(self, request: Request, annotation_id: str) -> Response:
        """Say something about an answer: who reviews, and its author."""
        actor = actor_of(request)
        annotation = get_annotation_to_discuss(actor, annotation_id)
        author = get_annotator_of(actor, annotation.item.dataset.project_id)
        return _add(request, work_of(annotation), author)


def _add(request: Request, subject: Subject, author: Annotator) -> Response:
    wanted = read_body(request, text=text(LONGEST_COMMENT), region=(text(LONGEST_REGION), ""))
    comment = add_comment(subject=subject, author=author, **wanted)
    return Response(show_comment(comment, actor_of(request).user.pk), status=201)


class OwnReadersView(APIView):
    """Who may be called by name in a comment on the task one holds."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.ReadersOut, operation_id="assignments_readers")
    def get(self, request: Request, assignment_id: str) -> Response:
        """Name oneself and those who may look at answers; never others who answer the task."""
        assignment = get_assignment_for(actor_of(request), assignment_id)
        return _readers(assignment.queue.dataset.project_id, assignment.annotator)


class AnswerReadersView(APIView):
    """Who may be called by name in a comment on an answer."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.ReadersOut, operation_id="annotations_readers")
    def get(self, request: Request, annotation_id: str) -> Response:
        """Name its author and those who may look at answers."""
        annotation = get_annotation_for(actor_of(request), annotation_id, Permission.VIEW)
        return _readers(annotation.item.dataset.project_id, annotation.annotator)


def _readers(project_pk: int, about: Annotator) -> Response:
    return Response({"results": [user.shown_name for user in readers_of(project_pk, about)]})


class QueueCommentsView(APIView):
    """What is said about the answers of a queue."""

    throttle_scope = "read"

    @extend_schema(
        parameters=[OpenApiParameter("state", str, description="`open` or `settled`")],
        responses=shapes.QueueCommentOut(many=True),
    )
    def get(self, request: Request, queue_id: str) -> Response:
        """List comments, newest first."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.VIEW)
        state = request.query_params.get("state", "")
        if state and state not in STATES:
            detail = _("One of: %(known)s.") % {"known": ", ".join(STATES)}
            raise Invalid(places=[Place("state", "unknown", detail)])
        return paged(
            request,
            by_state(comments_in(queue), state),
            lambda one: show_comment(one, actor.user.pk) | {"item": one.task.item.oid},
            newest_first=True,
        )


class CommentView(APIView):
    """One comment."""

    throttle_scope = "write"

    @extend_schema(request=shapes.CommentPatch, responses=shapes.CommentOut)
    def patch(self, request: Request, comment_id: str) -> Response:
        """Mark it as settled, or as open again: who reviews, and whose answer it is about."""
        actor = actor_of(request)
        comment, who = get_comment_for(actor, comment_id)
        wanted = read_body(request, resolved=flag)
        resolve_comment(comment=comment, by=who, resolved=wanted["resolved"])
        return Response(show_comment(comment, actor.user.pk))
