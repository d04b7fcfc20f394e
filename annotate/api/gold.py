"""REST doors for the care of gold: planting, signing, exposure, retiring, measuring anew."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import shapes
from annotate.api.course_shapes import RefreshedOut
from annotate.api.tasks import items_of
from annotate.models import Stage, Task
from annotate.pure.gold import ItemScore
from annotate.queries.access import get_queue_for
from annotate.queries.gold import (
    candidates,
    certainty_of,
    proposed,
    scores_of_items,
    stale_items,
)
from annotate.queries.lists import gold_of
from annotate.services.gold import measure_anew, plant_gold, retire_gold
from datasets.models import Truth
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import paged
from foundation.opaque import encode_id


class GoldView(APIView):
    """The gold of a queue, for its managers."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.GoldOut(many=True))
    def get(self, request: Request, queue_id: str) -> Response:
        """List gold items, with how many answers they have and how many were right."""
        queue = get_queue_for(actor_of(request), queue_id, Permission.MANAGE)
        scores, stale = scores_of_items(queue), stale_items(queue)
        return paged(
            request,
            gold_of(queue),
            lambda task: _show_gold(task, scores.get(task.item_id), stale.get(task.item_id, 0)),
        )

    @extend_schema(request=shapes.GoldIn, responses={200: shapes.PlantedOut})
    @idempotent
    def post(self, request: Request, queue_id: str) -> Response:
        """Let items test the annotators of the queue, by their present truth: you sign for it."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.MANAGE)
        wanted = shapes.GoldIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        items = items_of(queue, wanted.validated_data["items"])
        done = plant_gold(queue=queue, items=items, by=actor.user)
        body = {
            "planted": done.planted,
            "known": done.known,
            "without_truth": [encode_id("item", pk) for pk in done.without_truth],
        }
        return Response(body)


def _show_gold(task: Task, score: ItemScore | None, stale: int) -> dict[str, Any]:
    return {
        "task": task.oid,
        "item": task.item.oid,
        "key": task.item.key,
        "answers": score.seen if score else 0,
        "right": score.score.correct if score else 0,
        "careful": score.careful.total if score else 0,
        "careful_right": score.careful.correct if score else 0,
        "contested": bool(score and score.is_contested),
        "stale": stale,
        "retired": task.stage != Stage.ANNOTATE,
    }


class CandidatesView(APIView):
    """What could become gold."""

    throttle_scope = "read"

    @extend_schema(
        responses=shapes.CandidateOut(many=True),
        parameters=[OpenApiParameter("proposed", bool, description="only those proposed")],
    )
    def get(self, request: Request, queue_id: str) -> Response:
        """List items with an accepted label: how it came about, and how many people say so.

        `proposed` are those that somebody ticked as gold when they decided about them.
        """
        queue = get_queue_for(actor_of(request), queue_id, Permission.MANAGE)
        is_proposed = request.query_params.get("proposed") == "true"
        found = proposed(queue) if is_proposed else candidates(queue)
        return paged(request, found, _show_candidate)


def _show_candidate(truth: Truth) -> dict[str, Any]:
    sure = certainty_of(truth)
    return {
        "proposed": bool(getattr(truth, "is_proposed", False)),
        "item": truth.item.oid,
        "key": truth.item.key,
        "method": truth.method,
        "say_so": sure.correct,
        "answers": sure.total,
        "low": sure.low,
        "high": sure.high,
    }


class RetireView(APIView):
    """Retiring gold."""

    throttle_scope = "write"

    @extend_schema(request=shapes.GoldIn, responses=RefreshedOut)
    @idempotent
    def post(self, request: Request, queue_id: str) -> Response:
        """Let gold items test nobody any more; their checks are kept."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.MANAGE)
        wanted = shapes.GoldIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        items = items_of(queue, wanted.validated_data["items"])
        tasks = list(gold_of(queue, items))
        return Response({"changed": retire_gold(queue=queue, tasks=tasks, by=actor.user)})


class MeasureView(APIView):
    """Measuring anew what went by an older truth."""

    throttle_scope = "heavy"

    @extend_schema(request=None, responses=RefreshedOut)
    def post(self, request: Request, queue_id: str) -> Response:
        """Score answers on gold by the present truth where it was changed since."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.MANAGE)
        return Response({"changed": measure_anew(queue=queue, by=actor.user)})
