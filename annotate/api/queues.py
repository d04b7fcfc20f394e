"""REST doors for queues: making and changing them, and what annotators are told."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import queue_shapes as shapes
from annotate.models import GuidelineRevision, Queue
from annotate.pure.who import Who
from annotate.queries.access import get_queue_for
from annotate.queries.courses import get_course_for
from annotate.queries.lists import guidelines_of, queues_in
from annotate.queries.policies import policy_of
from annotate.queries.work import show_revisions
from annotate.services import queues
from datasets.queries.access import get_dataset_for, get_schema_for
from datasets.queries.slices import slice_of
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import paged
from foundation.errors import Invalid, NotFound, Place
from foundation.opaque import decode_id, encode_id
from foundation.queries.access import get_project_for, may_do


def show_queue(queue: Queue, *, manages: bool) -> dict[str, Any]:
    """Return a queue as JSON; what tells of gold and checks only to who manages it."""
    guideline = queue.guideline
    body: dict[str, Any] = {
        "id": queue.oid,
        "name": queue.name,
        "state": queue.state,
        "dataset": encode_id("dataset", queue.dataset_id),
        "data_type": queue.dataset.data_type,
        "schema": encode_id("schema", queue.schema_id),
        "schema_revision": show_revisions(set(), queue.schema_revision)[queue.schema_revision_id],
        "guideline": None if guideline is None else show_guideline(guideline),
        "lease_seconds": queue.lease_seconds,
        "hold_limit": queue.hold_limit,
        "deadline": queue.deadline,
    }
    if manages:
        body |= {
            "filter": queue.filter,
            "follows_dataset": queue.follows_dataset,
            "shows_suggestions": queue.shows_suggestions,
            "is_blind_relabel": queue.is_blind_relabel,
            "policy": policy_of(queue).as_json(),
            "who": _show_who(queue),
            "gold_count": queue.gold_count,
            "asks_course": _course_oid(queue),
            "asks_course_anew": queue.asks_course_anew,
            "created_at": queue.created_at,
        }
    return body


def _course_oid(queue: Queue) -> str | None:
    return None if queue.asks_course_id is None else encode_id("course", queue.asks_course_id)


def _show_who(queue: Queue) -> dict[str, Any]:
    named = {"people": "annotator", "teams": "team"}
    return {
        key: [encode_id(named[key], one) for one in values] if key in named else values
        for key, values in queue.who.items()
    }


def _read_who(given: dict[str, list[str]]) -> Who:
    read = {key: tuple(values) for key, values in given.items()}
    try:
        people = tuple(decode_id("annotator", one) for one in given.get("people", ()))
        teams = tuple(decode_id("team", one) for one in given.get("teams", ()))
    except NotFound:
        detail = _("Choose people and teams of this project.")
        raise Invalid(detail, [Place("who", "unknown", detail)]) from None
    return Who(people, teams, read.get("skills", ()), read.get("languages", ()))


def show_guideline(revision: GuidelineRevision) -> dict[str, Any]:
    """Return a guideline revision as JSON."""
    return {
        "number": revision.number,
        "text": revision.text,
        "created_at": revision.created_at,
    }


class ProjectQueuesView(APIView):
    """The queues of a project."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.QueueOut(many=True))
    def get(self, request: Request, project_id: str) -> Response:
        """List queues."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.MEMBER)
        manages = may_do(actor, project.pk, Permission.MANAGE)
        return paged(request, queues_in(project), lambda queue: show_queue(queue, manages=manages))

    @extend_schema(request=shapes.QueueIn, responses={201: shapes.QueueOut})
    @idempotent
    def post(self, request: Request, project_id: str) -> Response:
        """Make a queue; `job` in the answer fills it."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.MANAGE)
        wanted = shapes.QueueIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = dict(wanted.validated_data)
        dataset = get_dataset_for(actor, values.pop("dataset"), Permission.MANAGE)
        schema = get_schema_for(actor, values.pop("schema"), Permission.MANAGE)
        if dataset.project_id != project.pk:
            raise NotFound
        if "who" in values:
            values["who"] = _read_who(values["who"])
        if "slice" in values:
            own = slice_of(dataset, values.pop("slice")).filter
            values["filter"] = f"{own} {values['filter']}".strip()
        queue = queues.create_queue(
            dataset=dataset,
            schema=schema,
            policy=values.pop("policy", {}),
            plan=queues.QueuePlan(**values),
            by=actor.user,
        )
        job = queues.start_filling(queue=queue, by=actor.user)
        return Response(show_queue(queue, manages=True) | {"job": job.oid}, status=201)


class QueueView(APIView):
    """One queue."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.QueueOut)
    def get(self, request: Request, queue_id: str) -> Response:
        """Return a queue; annotators see what they need for their work."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.MEMBER)
        manages = may_do(actor, queue.dataset.project_id, Permission.MANAGE)
        return Response(show_queue(queue, manages=manages))

    @extend_schema(request=shapes.QueueChange, responses=shapes.QueueOut)
    @idempotent
    def patch(self, request: Request, queue_id: str) -> Response:
        """Change a queue; a new overlap or filter reaches its tasks through `job`."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.MANAGE)
        wanted = shapes.QueueChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = dict(wanted.validated_data)
        before = (queue.overlap, queue.filter)
        if "who" in values:
            values["who"] = _read_who(values["who"])
        if values.get("asks_course"):
            values["asks_course"] = get_course_for(actor, values["asks_course"], Permission.MANAGE)
        if "state" in values:
            state = Queue.State(values.pop("state"))
            queues.set_state(queue=queue, state=state, by=actor.user)
        queues.change_queue(queue=queue, by=actor.user, **values)
        body = show_queue(queue, manages=True)
        if queue.overlap != before[0]:
            body["job"] = queues.start_changing_overlap(queue=queue, by=actor.user).oid
        elif queue.filter != before[1]:
            body["job"] = queues.start_filling(queue=queue, by=actor.user).oid
        return Response(body)


class GuidelinesView(APIView):
    """What the annotators of a queue are told."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.GuidelineOut(many=True))
    def get(self, request: Request, queue_id: str) -> Response:
        """List the revisions, newest first."""
        queue = get_queue_for(actor_of(request), queue_id, Permission.MEMBER)
        return paged(request, guidelines_of(queue), show_guideline, newest_first=True)

    @extend_schema(request=shapes.GuidelineIn, responses={201: shapes.GuidelineOut})
    @idempotent
    def post(self, request: Request, queue_id: str) -> Response:
        """Publish a revision; the same text keeps the present one."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.MANAGE)
        wanted = shapes.GuidelineIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        revision = queues.set_guideline(queue=queue, by=actor.user, **wanted.validated_data)
        return Response(show_guideline(revision), status=201)
