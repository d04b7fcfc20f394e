"""REST doors of a closer look at the answers to one question of a queue or a dataset."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import closer_shapes
from annotate.api.quality import show_figure
from annotate.pure.agreement.comparing import Difference
from annotate.queries.access import get_queue_for
from annotate.queries.closer import Closer, closer_look
from annotate.queries.sliced import agreement_by_slice
from annotate.queries.subjects import Subject
from datasets.queries.access import get_dataset_for, get_schema_for
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.errors import NotFound
from foundation.opaque import encode_id

_QUESTION = OpenApiParameter("question", str, description="Its name; the first one by itself.")


class QueueCloserLookView(APIView):
    """A closer look at what the annotators of a queue say."""

    throttle_scope = "heavy"

    @extend_schema(responses=closer_shapes.CloserLookOut, parameters=[_QUESTION])
    def get(self, request: Request, queue_id: str) -> Response:
        """Return F1 by overlap, alpha of places, limits of numbers, weeks, guideline revisions."""
        queue = get_queue_for(actor_of(request), queue_id, Permission.VIEW)
        subject = Subject(queue.dataset, queue.schema, queue)
        return Response(_look(subject, request))


class DatasetCloserLookView(APIView):
    """A closer look at what people say about a dataset."""

    throttle_scope = "heavy"

    @extend_schema(
        responses=closer_shapes.CloserLookOut,
        parameters=[_QUESTION, OpenApiParameter("schema", str, required=True)],
    )
    def get(self, request: Request, dataset_id: str) -> Response:
        """Return the same under a label schema, imported answers included."""
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.VIEW)
        schema = get_schema_for(actor, request.query_params.get("schema", ""), Permission.VIEW)
        if schema.project_id != dataset.project_id:
            raise NotFound
        return Response(_look(Subject(dataset, schema), request))


def _look(subject: Subject, request: Request) -> dict[str, Any]:
    look = closer_look(subject, request.query_params.get("question", ""))
    slices = [
        {
            "slice": row.slice.oid,
            "name": row.slice.name,
            "agreement": show_figure(row.figure) if row.figure else None,
            **({"problem": row.problem} if row.problem else {}),
        }
        for row in agreement_by_slice(subject, look.question).rows
    ]
    return _show(look) | {"slices": slices}


def _show(look: Closer) -> dict[str, Any]:
    return {
        "question": look.question,
        "type": look.type,
        "measures": {name: show_figure(one) for name, one in look.measures.items()},
        "curve": [{"at_least": at, "agreement": show_figure(one)} for at, one in look.curve],
        "numbers": [
            {
                "first": encode_id("annotator", pair.first),
                "second": encode_id("annotator", pair.second),
                "items": len(pair.points),
                "bias": show_figure(pair.differences.bias),
                "low_limit": show_figure(pair.differences.low_limit),
                "high_limit": show_figure(pair.differences.high_limit),
            }
            for pair in look.numbers
        ],
        "positions": [
            {
                "annotator": encode_id("annotator", who),
                "first": one.first,
                "choices": one.choices,
                "share": one.share,
                "low": one.interval.low,
                "high": one.interval.high,
                "expected": one.expected,
                "p": one.p,
                "is_marked": one.is_marked,
            }
            for who, one in look.positions
        ],
        **{
            name: [
                {
                    key: one.name,
                    "agreement": show_figure(one.figure),
                    "change": _show_change(one.since),
                }
                for one in groups
            ]
            for name, key, groups in (
                ("weeks", "week", look.weeks),
                ("revisions", "revision", look.revisions),
            )
        },
    }


def _show_change(change: Difference) -> dict[str, Any]:
    return {
        "value": change.value,
        "low": change.low,
        "high": change.high,
        "differs": change.is_told,
    }
