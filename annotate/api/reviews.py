"""REST doors for those who review."""

from uuid import UUID, uuid4

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import shapes
from annotate.api.reading import FENCE, anything, flag, one_of, read_body, text
from annotate.models import Assignment, Review, Stage
from annotate.queries.access import (
    get_annotation_to_review,
    get_annotator_of,
    get_assignment_for,
)
from annotate.queries.corrections import reviews_of, show_review
from annotate.services import reviews
from annotate.services.reviews import Reviewed, Reviewer
from datasets.models import Annotation
from datasets.queries.access import get_annotation_for
from foundation.actor import Actor, Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotency_key, idempotent
from foundation.api.paging import paged
from foundation.errors import NotFound
from foundation.opaque import encode_id

Verdict = Review.Verdict


class ReviewsView(APIView):
    """Verdicts on an annotation."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.GivenVerdict(many=True), operation_id="annotations_reviews")
    def get(self, request: Request, annotation_id: str) -> Response:
        """List what was said about an answer, newest first: to its author, and to who may view.

        A correction comes with each change: what was renamed, added, removed or moved.
        """
        annotation = get_annotation_for(actor_of(request), annotation_id, Permission.VIEW)
        return paged(request, reviews_of(annotation), show_review, newest_first=True)

    @extend_schema(
        request=shapes.ReviewIn,
        responses={201: shapes.ReviewOut},
        operation_id="annotations_review",
    )
    @idempotent
    def post(self, request: Request, annotation_id: str) -> Response:
        """Accept, correct or reject. A rejection needs a reason, which its author gets to see.

        With the hold it comes from (`assignment`, `fence`), a verdict that comes second is kept and
        decides nothing (`extra`). Without a hold, 409 `decided-before` says who decided and when;
        with `replace` it takes the place of that verdict, which stays in the list.
        """
        actor = actor_of(request)
        annotation = get_annotation_to_review(actor, annotation_id)
        wanted = read_body(
            request,
            verdict=one_of(*(name for name, _title in shapes.ON_ANSWERS)),
            reason=(text(reviews.LONGEST_REASON), ""),
            regions=(anything, None),
            assignment=(text(100), None),
            fence=(FENCE, 1),
            gold=(flag, False),
            replace=(flag, False),
        )
        reviewer = Reviewer(
            annotator=get_annotator_of(actor, annotation.item.dataset.project_id),
            user=actor.user,
            assignment=_hold(actor, wanted["assignment"]) if wanted["assignment"] else None,
            fence=wanted["fence"],
            proposes_gold=wanted["gold"],
            replaces=wanted["replace"],
        )
        done = _review(annotation, reviewer, wanted, _submission_id(request))
        return Response(_show(done), status=201)


class DrawView(APIView):
    """Saying what is true of a task without going by an answer."""

    throttle_scope = "write"

    @extend_schema(
        request=shapes.DrawIn, responses={201: shapes.ReviewOut}, operation_id="assignments_draw"
    )
    @idempotent
    def post(self, request: Request, assignment_id: str) -> Response:
        """Draw anew what one holds in review or adjudication; there need not be an answer.

        What is drawn becomes the truth of the item. `extra`: somebody else had decided already.
        """
        actor = actor_of(request)
        assignment = _hold(actor, assignment_id)
        wanted = read_body(
            request,
            fence=FENCE,
            regions=anything,
            reason=(text(reviews.LONGEST_REASON), ""),
            gold=(flag, False),
        )
        reviewer = Reviewer(
            annotator=assignment.annotator,
            user=actor.user,
            assignment=assignment,
            fence=wanted["fence"],
            proposes_gold=wanted["gold"],
        )
        done = reviews.draw_anew(
            reviewer=reviewer,
            regions=wanted["regions"],
            submission_id=_submission_id(request),
            reason=wanted["reason"],
        )
        return Response(_show(done), status=201)


def _hold(actor: Actor, assignment_id: str) -> Assignment:
    assignment = get_assignment_for(actor, assignment_id)
    if assignment.stage == Stage.ANNOTATE:
        raise NotFound
    return assignment


def _submission_id(request: Request) -> UUID:
    """Return the id of a correction: the client's key where that is a UUID."""
    try:
        return UUID(idempotency_key(request) or "")
    except ValueError:
        return uuid4()


def _review(
    annotation: Annotation, reviewer: Reviewer, wanted: dict[str, object], submission_id: UUID
) -> Reviewed:
    reason = str(wanted["reason"])
    if wanted["verdict"] == Verdict.ACCEPT:
        return reviews.accept_annotation(annotation=annotation, reviewer=reviewer, reason=reason)
    if wanted["verdict"] == Verdict.REJECT:
        return reviews.reject_annotation(annotation=annotation, reviewer=reviewer, reason=reason)
    return reviews.correct_annotation(
        annotation=annotation,
        reviewer=reviewer,
        regions=wanted["regions"],
        submission_id=submission_id,
        reason=reason,
    )


def _show(done: Reviewed) -> dict[str, object]:
    review = done.review
    corrected = done.corrected
    return {
        "id": encode_id("review", review.pk),
        "annotation": encode_id("annotation", review.annotation_id),
        "verdict": review.verdict,
        "reason": review.reason,
        "at": review.at,
        "corrected": None if corrected is None else encode_id("annotation", corrected.pk),
        "extra": done.is_extra,
    }
