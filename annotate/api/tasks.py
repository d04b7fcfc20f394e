"""REST doors for the tasks of a queue: looking at them, sending items, planting gold."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import shapes
from annotate.models import Queue, Stage, Task
from annotate.queries.access import get_queue_for
from annotate.queries.lists import items_by_number, tasks_of
from annotate.services.enqueuing import enqueue_items
from annotate.services.queues import start_sending
from datasets.models import Item
from datasets.queries.items import find_items
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.jobs import accepted
from foundation.api.paging import paged
from foundation.api.shapes import JobOut
from foundation.errors import Invalid, NotFound, Place
from foundation.opaque import decode_id
from foundation.queries.access import may_do

STAGES = {stage.name.lower(): stage for stage in Stage}
DIRECTLY = 500
"""This many items are sent while one waits; more make a job."""


class TasksView(APIView):
    """The tasks of a queue, for those who may look at the work of others."""

    throttle_scope = "read"

    @extend_schema(
        responses=shapes.TaskOut(many=True),
        parameters=[OpenApiParameter("stage", str, enum=list(STAGES))],
    )
    def get(self, request: Request, queue_id: str) -> Response:
        """List tasks in the order they were made; gold only to who manages the queue."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.VIEW)
        manages = may_do(actor, queue.dataset.project_id, Permission.MANAGE)
        rows = tasks_of(queue, with_gold=manages)
        stage = request.query_params.get("stage")
        if stage is not None:
            rows = rows.filter(stage=_stage(stage))
        return paged(request, rows, lambda task: _show_task(task, manages=manages))


def _stage(name: str) -> Stage:
    if name not in STAGES:
        detail = _("One of: %(known)s.") % {"known": ", ".join(STAGES)}
        raise Invalid(places=[Place("stage", "unknown-value", detail)])
    return STAGES[name]


def _show_task(task: Task, *, manages: bool) -> dict[str, Any]:
    body = {
        "id": task.oid,
        "item": task.item.oid,
        "key": task.item.key,
        "stage": Stage(task.stage).name.lower(),
        "round": task.round,
        "overlap": task.overlap,
        "answers": task.answers,
        "free_seats": task.free_seats,
        "skips": task.skips,
        "reason": task.reason,
        "agreed": task.agreed,
        "done_at": task.done_at,
    }
    return body | {"is_gold": task.is_gold} if manages else body


class QueueItemsView(APIView):
    """Sending items to a queue."""

    throttle_scope = "write"

    @extend_schema(
        request=shapes.ItemsIn,
        responses={200: shapes.EnqueuedOut, 202: JobOut},
    )
    @idempotent
    def post(self, request: Request, queue_id: str) -> Response:
        """Put items ahead of what waits; many that match a filter are sent by a job (202)."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.MANAGE)
        wanted = shapes.ItemsIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        if ("items" in values) == ("filter" in values):
            detail = _("Send either items or a filter.")
            raise Invalid(detail, [Place("items", "either-or", detail)])
        if "filter" in values:
            found = list(find_items(queue.dataset, values["filter"]).order_by("pk")[: DIRECTLY + 1])
            if len(found) > DIRECTLY:
                return accepted(start_sending(queue=queue, by=actor.user, **values))
        else:
            found = items_of(queue, values["items"])
        sent = enqueue_items(
            queue=queue,
            items=found,
            by=actor.user,
            reason=values["reason"],
            priority=values["priority"],
        )
        return Response(
            {"added": sent.added, "moved": sent.moved, "reopened": sent.reopened}, status=200
        )


def items_of(queue: Queue, item_ids: list[str]) -> list[Item]:
    """Return the items of the queue's dataset with these public ids, in their order.

    Raises Invalid with the place of each that is not there.
    """
    wanted, problems = [], []
    for number, text in enumerate(item_ids):
        try:
            wanted.append((number, decode_id("item", text)))
        except NotFound:
            problems.append(number)
    found = items_by_number(queue, [pk for _number, pk in wanted])
    problems += [number for number, pk in wanted if pk not in found]
    if problems:
        detail = _("There is no such item in the dataset of this queue.")
        raise Invalid(detail, [Place(f"items/{n}", "unknown-item", detail) for n in problems[:100]])
    return [found[pk] for pk in dict.fromkeys(pk for _number, pk in wanted)]
