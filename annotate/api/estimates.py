"""REST doors: estimates of the truth, and accepting what is sure enough."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import estimate_shapes as shapes
from annotate.models import TruthEstimate
from annotate.pure.truth.fit import CAUTIONS
from annotate.queries.access import get_queue_for
from annotate.queries.estimates import (
    Likeliest,
    accepted_from,
    estimates_of,
    get_estimate_for,
    names_in,
    read_rows,
    subject_of,
)
from annotate.queries.fusing import FUSION
from annotate.queries.subjects import Subject
from annotate.services.estimates import need_signature, start_accepting, start_estimate, take_back
from datasets.queries.access import get_dataset_for, get_schema_for
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.jobs import accepted
from foundation.api.paging import PAGE_PARAMETERS, cursor_of, next_link, page_of, page_size, paged
from foundation.api.shapes import JobOut
from foundation.errors import Invalid, NotFound, Place
from foundation.opaque import encode_id

SCHEMA = OpenApiParameter("schema", str, required=True)
Json = dict[str, Any]


class _SubjectView(APIView):
    """Estimates of a subject; a class for each kind of subject says how it is found."""

    def subject(self, request: Request, oid: str, may: Permission) -> Subject:
        """Return what is asked about, if the actor may do this there."""
        raise NotImplementedError

    def listed(self, request: Request, oid: str) -> Response:
        """List estimates, newest first."""
        subject = self.subject(request, oid, Permission.VIEW)
        return paged(request, estimates_of(subject), _row, newest_first=True)

    def made(self, request: Request, oid: str) -> Response:
        """Start an estimate of one question."""
        subject = self.subject(request, oid, Permission.MANAGE)
        wanted = shapes.EstimateIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        question = wanted.validated_data["question"]
        one = start_estimate(subject=subject, question=question, by=actor_of(request).user)
        return Response(
            _show(one), status=202, headers={"Location": f"/api/v1/truth-estimates/{one.oid}"}
        )


class QueueEstimatesView(_SubjectView):
    """Estimates of the truth of a queue's items."""

    throttle_scope = "heavy"

    def subject(self, request: Request, oid: str, may: Permission) -> Subject:
        """Return the queue as a subject."""
        queue = get_queue_for(actor_of(request), oid, may)
        return Subject(queue.dataset, queue.schema, queue)

    @extend_schema(responses=page_of(shapes.EstimateRowOut), parameters=PAGE_PARAMETERS)
    def get(self, request: Request, queue_id: str) -> Response:
        """List the estimates of a queue, newest first."""
        return self.listed(request, queue_id)

    @extend_schema(request=shapes.EstimateIn, responses={202: shapes.EstimateOut})
    @idempotent
    def post(self, request: Request, queue_id: str) -> Response:
        """Estimate the truth of a question; the same answers are estimated once."""
        return self.made(request, queue_id)


class DatasetEstimatesView(_SubjectView):
    """Estimates of the truth of a dataset's items, imported answers included."""

    throttle_scope = "heavy"

    def subject(self, request: Request, oid: str, may: Permission) -> Subject:
        """Return the dataset under the schema that is asked for."""
        actor = actor_of(request)
        dataset = get_dataset_for(actor, oid, may)
        schema = get_schema_for(actor, request.query_params.get("schema", ""), may)
        if schema.project_id != dataset.project_id:
            raise NotFound
        return Subject(dataset, schema)

    @extend_schema(responses=page_of(shapes.EstimateRowOut), parameters=[*PAGE_PARAMETERS, SCHEMA])
    def get(self, request: Request, dataset_id: str) -> Response:
        """List the estimates of a dataset under a schema, newest first."""
        return self.listed(request, dataset_id)

    @extend_schema(
        request=shapes.EstimateIn, responses={202: shapes.EstimateOut}, parameters=[SCHEMA]
    )
    @idempotent
    def post(self, request: Request, dataset_id: str) -> Response:
        """Estimate the truth of a question; the same answers are estimated once."""
        return self.made(request, dataset_id)


class EstimateView(APIView):
    """One estimate."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.EstimateOut)
    def get(self, request: Request, estimate_id: str) -> Response:
        """Return methods side by side, people and pairs; empty until it is ready."""
        one = get_estimate_for(actor_of(request), estimate_id, Permission.VIEW)
        return Response(_show(one))


class EstimateItemsView(APIView):
    """The likeliest label of every item."""

    throttle_scope = "read"

    @extend_schema(
        responses=page_of(shapes.LikeliestOut),
        parameters=[*PAGE_PARAMETERS, OpenApiParameter("method", str)],
    )
    def get(self, request: Request, estimate_id: str) -> Response:
        """Return labels or regions by one method, in the order of the estimate.

        Without a method: dawid_skene for labels, fusion for places.
        """
        one = get_estimate_for(actor_of(request), estimate_id, Permission.VIEW)
        rows = read_rows(one)
        usual = "dawid_skene" if rows.regions is None else FUSION
        method = request.query_params.get("method", usual)
        if method not in rows.codes:
            detail = _("One of: %(known)s.") % {"known": ", ".join(rows.codes)}
            raise Invalid(detail, [Place("method", "unknown-method", detail)])
        size, start = page_size(request), cursor_of(request)
        end = min(start + size, len(rows.item))
        shown = [_likeliest(rows.likeliest(method, at)) for at in range(start, end)]
        more = next_link(request, end) if end < len(rows.item) else None
        return Response({"results": shown, "next": more})


class AcceptEstimateView(APIView):
    """Making truth of what is sure enough."""

    throttle_scope = "heavy"

    @extend_schema(request=shapes.AcceptIn, responses={202: JobOut})
    @idempotent
    def post(self, request: Request, estimate_id: str) -> Response:
        """Accept the labels that are likely enough as truths; items with a truth keep it."""
        actor = actor_of(request)
        one = get_estimate_for(actor, estimate_id, Permission.MANAGE)
        wanted = shapes.AcceptIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        need_signature(values["signed_off"])
        job = start_accepting(
            estimate=one, method=values["method"], at_least=values["at_least"], by=actor.user
        )
        return accepted(job)


class UndoEstimateView(APIView):
    """Taking truths back."""

    throttle_scope = "heavy"

    @extend_schema(request=None, responses=shapes.TakenBackOut)
    @idempotent
    def post(self, request: Request, estimate_id: str) -> Response:
        """Take back all truths accepted from an estimate that nobody decided otherwise since."""
        actor = actor_of(request)
        one = get_estimate_for(actor, estimate_id, Permission.MANAGE)
        return Response({"taken_back": take_back(estimate=one, by=actor.user)})


def _row(one: TruthEstimate) -> Json:
    return {
        "id": one.oid,
        "question": one.question,
        "is_ready": one.finished_at is not None,
        "created_at": one.created_at,
        "finished_at": one.finished_at,
    }


def _show(one: TruthEstimate) -> Json:
    figures = one.figures
    return _row(one) | {
        "dataset": one.dataset.oid,
        "schema": one.schema.oid,
        "queue": one.queue.oid if one.queue else None,
        "is_current": one.stamp == subject_of(one).stamp(),
        "job": one.job.oid if one.job else None,
        "labels": figures.get("labels", []),
        "items": figures.get("items", 0),
        "answers": figures.get("answers", 0),
        "accepted": accepted_from(one).count(),
        "cautions": _cautions(figures.get("cautions", [])),
        "methods": [
            method | {"cautions": _cautions(method["cautions"])}
            for method in figures.get("methods", [])
        ],
        "people": _people(one),
        "pairs": [
            pair
            | {
                "first": encode_id("annotator", pair["first"]),
                "second": encode_id("annotator", pair["second"]),
                "at": [encode_id("item", pk) for pk in pair["at"]],
            }
            for pair in figures.get("pairs", [])
        ],
    }


def _cautions(found: list[Json]) -> list[Json]:
    return [one | {"detail": _(CAUTIONS[one["code"]]) % one["numbers"]} for one in found]


def _people(estimate: TruthEstimate) -> list[Json]:
    names = names_in(estimate)
    return [
        {
            "annotator": encode_id("annotator", one["annotator"]),
            "name": names.get(one["annotator"], ""),
            "answers": one["answers"],
            "skill": one["skill"],
            "spammer": one["spammer"],
            "confusion": one.get("confusion"),
            "evidence": one["evidence"],
        }
        for one in estimate.figures.get("people", [])
    ]


def _likeliest(one: Likeliest) -> Json:
    return {
        "item": encode_id("item", one.item),
        "part": one.part,
        "label": one.label,
        "confidence": round(one.confidence, 4),
        "majority": one.majority,
        "has_changed": one.has_changed,
        "regions": one.regions,
    }
