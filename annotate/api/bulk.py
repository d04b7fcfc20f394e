"""REST doors for many tasks at once: giving them to people, taking back, asking anew, undoing."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.shapes import Char, Flag, Int, Out
from annotate.models import BulkAction, Stage
from annotate.queries.access import get_queue_for
from annotate.queries.bulk import actions_of, get_action_for
from annotate.services.bulk import MOST_DRAWN, Plan, preview, run_bulk, undo_bulk
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import paged
from foundation.api.serializing import StrictSerializer
from foundation.errors import Invalid, NotFound, Place
from foundation.opaque import decode_id, encode_id

STAGES = {"done": Stage.DONE, "set-aside": Stage.SET_ASIDE}


class BulkIn(StrictSerializer):
    """What is to be done; `dry_run` only counts.

    For asking anew: `stage`; `outdated` for done tasks with an answer from before the guideline in
    force; `sample` to draw so many by chance.
    """

    kind = serializers.ChoiceField(BulkAction.Kind.choices)
    filter = Char(max_length=1000, allow_blank=True, default="")
    people = serializers.ListField(child=Char(max_length=40), max_length=1000, default=list)
    each = Int(min_value=0, max_value=1_000_000, default=0)
    stage = serializers.ChoiceField(list(STAGES), required=False)
    outdated = Flag(default=False)
    sample = Int(min_value=1, max_value=MOST_DRAWN, required=False, allow_null=True)
    dry_run = Flag(default=False)


class BulkCounts(Out):
    """What an action would touch."""

    tasks = Int()
    people = Int()


class BulkOut(Out):
    """An action, how many tasks it changed, and how many of these were undone."""

    id = Char()
    kind = Char()
    filter = Char()
    people = serializers.ListField(child=Char())
    each = Int()
    revision = Int(allow_null=True)
    """The guideline before which answers were asked anew."""
    sample = Int(allow_null=True)
    changed = Int()
    undone = Int()
    created_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    undo_at = serializers.DateTimeField(allow_null=True)
    job = Char(allow_null=True, required=False)


def _show(action: BulkAction) -> dict[str, Any]:
    plain = (
        "kind",
        "filter",
        "each",
        "sample",
        "changed",
        "undone",
        "created_at",
        "done_at",
        "undo_at",
    )
    return {
        "id": action.oid,
        **{name: getattr(action, name) for name in plain},
        "revision": action.revision.number if action.revision else None,
        "people": [encode_id("annotator", pk) for pk in action.people],
    }


def _read_plan(values: dict[str, Any]) -> Plan:
    try:
        people = tuple(decode_id("annotator", one) for one in values["people"])
    except NotFound:
        detail = _("Choose at least one person who belongs to this project now.")
        raise Invalid(detail, [Place("people", "unknown", detail)]) from None
    stage = values.get("stage", "done" if values["outdated"] else "")
    return Plan(
        values["kind"],
        values["filter"],
        people,
        values["each"],
        STAGES.get(stage),
        is_outdated=values["outdated"],
        sample=values.get("sample"),
    )


class BulkView(APIView):
    """Actions on many tasks of a queue."""

    throttle_scope = "write"

    @extend_schema(responses=BulkOut(many=True))
    def get(self, request: Request, queue_id: str) -> Response:
        """List what was done, newest first."""
        queue = get_queue_for(actor_of(request), queue_id, Permission.MANAGE)
        return paged(request, actions_of(queue), _show, newest_first=True)

    @extend_schema(request=BulkIn, responses={201: BulkOut, 200: BulkCounts})
    @idempotent
    def post(self, request: Request, queue_id: str) -> Response:
        """Do it, in a `job` where it is much; with `dry_run`, only count."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.MANAGE)
        wanted = BulkIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        plan = _read_plan(wanted.validated_data)
        if wanted.validated_data["dry_run"]:
            return Response(preview(queue, plan))
        action, job = run_bulk(queue=queue, plan=plan, by=actor.user)
        return Response(_show(action) | {"job": job.oid if job else None}, status=201)


class BulkUndoView(APIView):
    """Undoing an action."""

    throttle_scope = "write"

    @extend_schema(request=None, responses=BulkOut)
    @idempotent
    def post(self, request: Request, action_id: str) -> Response:
        """Undo it, in a `job` where it is much; what moved on since then stays."""
        actor = actor_of(request)
        action = get_action_for(actor, action_id, Permission.MANAGE)
        job = undo_bulk(action=action, by=actor.user)
        action.refresh_from_db()
        return Response(_show(action) | {"job": job.oid if job else None})
