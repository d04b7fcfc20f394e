"""REST doors to the order by uncertainty or diversity: how far it is, and computing it anew."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.shapes import Char, Int, Out
from annotate.models import Queue
from annotate.pure.policy import COMPUTED_ORDERS
from annotate.queries.access import get_queue_for
from annotate.services.ordering import active_job, start_ordering
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent


class OrderOut(Out):
    """How far the order of a queue is computed.

    `reason` says why there is nothing to go by: never, unfinished, no_model, nothing_said,
    no_features; empty where there is, and for orders that need nothing computed. `computed_from`
    names the run, or the suggestions, that the last one went by; `tasks` is how many have a place.
    """

    order = Char()
    is_computed = serializers.BooleanField()
    reason = Char()
    computed_at = serializers.DateTimeField(allow_null=True)
    computed_from = Char()
    tasks = Int()
    job = Char(allow_null=True)


def show_order(queue: Queue) -> dict[str, Any]:
    """Return how far the order of a queue is, as JSON."""
    is_computed = queue.order in COMPUTED_ORDERS
    known = queue.ordered if is_computed else {}
    at, job = known.get("at"), active_job(queue)
    return {
        "order": queue.order,
        "is_computed": is_computed,
        "reason": known.get("reason", "never") if is_computed else "",
        "computed_at": datetime.fromisoformat(at) if at else None,
        "computed_from": known.get("name", ""),
        "tasks": known.get("tasks", 0),
        "job": job.oid if job else None,
    }


class OrderView(APIView):
    """The order of a queue."""

    throttle_scope = "write"

    @extend_schema(responses=OrderOut)
    def get(self, request: Request, queue_id: str) -> Response:
        """Return when the order was computed, from what, and for how many tasks."""
        return Response(show_order(get_queue_for(actor_of(request), queue_id, Permission.VIEW)))

    @extend_schema(request=None, responses={202: OrderOut})
    @idempotent
    def post(self, request: Request, queue_id: str) -> Response:
        """Compute it anew in a `job`; 409 for an order that needs nothing computed."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.MANAGE)
        start_ordering(queue=queue, by=actor.user)
        return Response(show_order(queue), status=202)
