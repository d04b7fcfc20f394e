"""REST doors for those who annotate: claim, keep, draft, submit, skip, release, look back."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import shapes
from annotate.api.reading import (
    FENCE,
    anything,
    flag,
    maybe,
    number,
    one_of,
    read_body,
    submission_key,
    text,
    whole,
)
from annotate.models import Stage
from annotate.queries.access import (
    get_assignment_for,
    get_own_answer_for,
    get_own_hold_for,
    get_worker_for,
)
from annotate.queries.work import STAGE_NAMES, show_holds, show_past_answers, show_progress
from annotate.services.answers import Aside, Submitted, submit_answer
from annotate.services.claiming import claim_tasks
from annotate.services.drafts import ANY, save_draft
from annotate.services.fixing import fix_answer
from annotate.services.holds import release_task, renew_lease, skip_task
from foundation.api.authentication import actor_of
from foundation.api.paging import page_size
from foundation.opaque import encode_id

STAGES = {name: stage for stage, name in STAGE_NAMES.items()}
SURENESS: dict[str, Any] = {
    "is_unsure": (flag, False),
    "confidence": (maybe(whole(0, 100)), None),
}
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="A UUID of the client's making; the same one when this is sent again.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description='The etag of the draft seen last; "0" for none yet; * for whichever is there.',
)


class ClaimView(APIView):
    """Getting the next tasks of a queue."""

    throttle_scope = "write"

    @extend_schema(
        request=shapes.ClaimIn, responses={200: shapes.ClaimOut, 204: None}, operation_id="claim"
    )
    def post(self, request: Request, queue_id: str) -> Response:
        """Hold up to `hold` tasks: what one holds already, then more.

        204 when nothing is left now. `again` in the answer means that the search goes on: ask
        once more. Claiming needs no Idempotency-Key, since it answers what one holds.
        """
        wanted = read_body(
            request,
            hold=(whole(1, 100), 1),
            stage=(one_of(*STAGES), STAGE_NAMES[Stage.ANNOTATE]),
        )
        stage = STAGES[wanted["stage"]]
        worker = get_worker_for(actor_of(request), queue_id, stage)
        queue = worker.queue
        claim = claim_tasks(
            queue=queue, annotator_id=worker.annotator_id, stage=stage, hold=wanted["hold"]
        )
        if claim.is_over and not claim.holds:
            return Response(status=204)
        body: dict[str, Any] = {
            "assignments": show_holds(queue, stage, claim.holds),
            "progress": {
                **show_progress(queue, stage, worker.annotator_id),
                "unread": worker.unread,
            },
        }
        if not claim.is_over and not claim.holds:
            body["again"] = True
        return Response(body)


class MineView(APIView):
    """One's own last answers in a queue."""

    throttle_scope = "read"

    @extend_schema(
        responses=shapes.PastAnswersOut,
        parameters=[OpenApiParameter("limit", int, description="1 to 500; 50 without it")],
    )
    def get(self, request: Request, queue_id: str) -> Response:
        """List them, newest first, with what a reviewer said."""
        worker = get_worker_for(actor_of(request), queue_id, Stage.ANNOTATE)
        rows = show_past_answers(worker.queue, worker.annotator_id, page_size(request))
        return Response({"results": rows})


class DraftView(APIView):
    """The draft of a task one holds."""

    throttle_scope = "write"

    @extend_schema(request=shapes.DraftIn, responses=shapes.DraftOut, parameters=[IF_MATCH])
    def put(self, request: Request, assignment_id: str) -> Response:
        """Keep the whole document and renew the lease; 412 when another tab was faster."""
        assignment = get_own_hold_for(actor_of(request), assignment_id)
        wanted = read_body(request, fence=FENCE, regions=anything)
        if_match = request.headers.get("If-Match", ANY)
        saved = save_draft(assignment=assignment, if_match=if_match, **wanted)
        return Response(
            {
                "etag": saved.etag,
                "saved_at": saved.saved_at,
                "lease_ends_at": saved.lease_ends_at,
            },
            headers={"ETag": saved.etag},
        )


class RenewView(APIView):
    """The lease of a task one holds."""

    throttle_scope = "write"

    @extend_schema(request=shapes.FenceIn, responses=shapes.LeaseOut)
    def post(self, request: Request, assignment_id: str) -> Response:
        """Hold the task for another lease; 409 when it is held no more, or was answered."""
        assignment = get_own_hold_for(actor_of(request), assignment_id)
        wanted = read_body(request, fence=FENCE)
        return Response({"lease_ends_at": renew_lease(assignment=assignment, **wanted)})


class SkipView(APIView):
    """Skipping a task."""

    throttle_scope = "write"

    @extend_schema(request=shapes.SkipIn, responses={200: shapes.Done})
    def post(self, request: Request, assignment_id: str) -> Response:
        """Give the task to others, and never get it again in this round."""
        assignment = get_own_hold_for(actor_of(request), assignment_id)
        wanted = read_body(request, fence=FENCE, reason=(text(300), ""), seconds=(number, None))
        skip_task(assignment=assignment, **wanted)
        return Response({"done": True})


class ReleaseView(APIView):
    """Giving a task back."""

    throttle_scope = "write"

    @extend_schema(request=shapes.FenceIn, responses={200: shapes.Done})
    def post(self, request: Request, assignment_id: str) -> Response:
        """Let others have the task; it may come again, and its draft is kept."""
        assignment = get_own_hold_for(actor_of(request), assignment_id)
        wanted = read_body(request, fence=FENCE)
        release_task(assignment=assignment, **wanted)
        return Response({"done": True})


class SubmitView(APIView):
    """Submitting an answer."""

    throttle_scope = "write"

    @extend_schema(
        request=shapes.SubmitIn,
        responses={201: shapes.SubmittedOut, 200: shapes.SubmittedOut},
        parameters=[KEY],
    )
    def post(self, request: Request, assignment_id: str) -> Response:
        """Keep what was answered, however late it comes; sent again, say the same with 200."""
        assignment = get_assignment_for(actor_of(request), assignment_id)
        wanted = read_body(
            request, fence=FENCE, regions=anything, seconds=(number, None), **SURENESS
        )
        done = submit_answer(
            assignment=assignment,
            fence=wanted["fence"],
            regions=wanted["regions"],
            submission_id=submission_key(request),
            aside=Aside(wanted["seconds"], wanted["is_unsure"], wanted["confidence"]),
        )
        return _show_submitted(done)


class RevisionsView(APIView):
    """Fixing one's own answer."""

    throttle_scope = "write"

    @extend_schema(
        request=shapes.RevisionIn,
        responses={201: shapes.SubmittedOut, 200: shapes.SubmittedOut},
        parameters=[KEY],
    )
    def post(self, request: Request, annotation_id: str) -> Response:
        """Put a better answer in the place of one's own; both are kept."""
        answer = get_own_answer_for(actor_of(request), annotation_id)
        wanted = read_body(request, regions=anything, **SURENESS)
        is_told = "is_unsure" in request.data or "confidence" in request.data
        done = fix_answer(
            annotation=answer.annotation,
            annotator=answer.annotation.annotator,
            regions=wanted["regions"],
            submission_id=submission_key(request),
            aside=Aside(None, wanted["is_unsure"], wanted["confidence"]) if is_told else None,
        )
        return _show_submitted(done)


def _show_submitted(done: Submitted) -> Response:
    body = {
        "annotation": encode_id("annotation", done.annotation_id),
        "extra": done.is_extra,
        "task_done": done.task_done,
        "answered_before": done.answered_before,
    }
    return Response(body, status=201 if done.is_new else 200)
