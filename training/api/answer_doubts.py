"""REST doors: answers that a source of suggestions has reason to doubt."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.queries.access import get_dataset_for, get_schema_for
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.serializing import StrictSerializer
from training.api.doubts import PrecisionOut, SecondLookOut, show_batch, show_precision
from training.models import DoubtedItem, DoubtList
from training.queries.access import get_doubts_for
from training.queries.answer_doubts import lists_of, report_of, rows_with_items
from training.services.answer_doubts import KEPT, start_doubting
from training.services.second_looks import send_first

MOST_LISTED = 500


class DoubtsIn(StrictSerializer):
    """Whose suggestions doubt the answers to which question."""

    schema = serializers.CharField()
    question = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class DoubtListOut(serializers.Serializer[Any]):
    """A list; `report` is empty until its job has ended."""

    id = serializers.CharField()
    dataset = serializers.CharField()
    schema = serializers.CharField()
    question = serializers.CharField()
    kind = serializers.ChoiceField(DoubtList.Kind.choices)
    source = serializers.CharField()  # type: ignore[assignment]
    job = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    report = serializers.DictField(child=serializers.IntegerField())


class DoubtedPlaceOut(serializers.Serializer[Any]):
    """What is wrong; `given` and `said` are positions in the lists of the item, or -1."""

    error = serializers.CharField()
    score = serializers.FloatField()
    given = serializers.IntegerField()
    said = serializers.IntegerField()


class DoubtedItemOut(serializers.Serializer[Any]):
    """One item, with its answer and the suggestion as they were when it was ranked."""

    rank = serializers.IntegerField()
    item = serializers.CharField()
    key = serializers.CharField()
    score = serializers.FloatField()
    places = DoubtedPlaceOut(many=True)
    given = serializers.ListField(child=serializers.DictField())
    said = serializers.ListField(child=serializers.DictField())
    confidences = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    was_sent = serializers.BooleanField()
    was_wrong = serializers.BooleanField(allow_null=True)


class DoubtListDetailOut(DoubtListOut):
    """A list with its ranked items, and what people found."""

    precision = PrecisionOut(many=True)
    items = DoubtedItemOut(many=True)


class FirstIn(StrictSerializer):
    """How many from the top of the list shall be looked at again."""

    most = serializers.IntegerField(min_value=1, max_value=KEPT, default=100)


class AnswerDoubtsView(APIView):
    """Lists of doubted answers of a dataset."""

    throttle_scope = "write"

    @extend_schema(responses=DoubtListOut(many=True))
    def get(self, request: Request, dataset_id: str) -> Response:
        """Return the 100 newest lists."""
        dataset = get_dataset_for(actor_of(request), dataset_id, Permission.VIEW)
        rows = lists_of(dataset.project).filter(dataset=dataset)[:100]
        return Response([_show(one) for one in rows])

    @extend_schema(request=DoubtsIn, responses={202: DoubtListOut})
    @idempotent
    def post(self, request: Request, dataset_id: str) -> Response:
        """Rank the answers to a question by what a source suggested; its `job` tells how far.

        The model behind the source must not have learned from these answers.
        """
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
        wanted = DoubtsIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        schema = get_schema_for(actor, given["schema"], Permission.MANAGE)
        doubts = start_doubting(
            dataset=dataset,
            schema=schema,
            question=given["question"],
            source=given["source"],
            by=actor.user,
        )
        return Response(_show(doubts), status=202)


class AnswerDoubtsDetailView(APIView):
    """One list of doubted answers."""

    throttle_scope = "write"

    @extend_schema(responses=DoubtListDetailOut)
    def get(self, request: Request, doubts_id: str) -> Response:
        """Return a list with at most 500 items, worst first, and how many were found wrong."""
        doubts = get_doubts_for(actor_of(request), doubts_id, Permission.VIEW)
        told = report_of(doubts)
        shown = [
            _show_item(one, one.item_id in told.sent, told.found.get(one.item_id))
            for one in rows_with_items(doubts, MOST_LISTED)
        ]
        precision = [show_precision(one) for one in told.precision]
        return Response(_show(doubts) | {"precision": precision, "items": shown})


class AnswerSecondLookView(APIView):
    """Sending the first of a list to people."""

    throttle_scope = "write"

    @extend_schema(request=FirstIn, responses={201: SecondLookOut(many=True)})
    @idempotent
    def post(self, request: Request, doubts_id: str) -> Response:
        """Send the first items for a second look; those of a test split to a blind queue."""
        actor = actor_of(request)
        doubts = get_doubts_for(actor, doubts_id, Permission.MANAGE)
        wanted = FirstIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        batches = send_first(doubts=doubts, most=wanted.validated_data["most"], by=actor.user)
        return Response([show_batch(one) for one in batches], status=201)


def _show(doubts: DoubtList) -> dict[str, Any]:
    return {
        "id": doubts.oid,
        "dataset": doubts.dataset.oid,
        "schema": doubts.schema.oid,
        "question": doubts.question,
        "kind": doubts.kind,
        "source": doubts.source,
        "job": doubts.job.oid if doubts.job else None,
        "created_at": doubts.created_at,
        "finished_at": doubts.finished_at,
        "report": doubts.report,
    }


def _show_item(row: DoubtedItem, was_sent: bool, was_wrong: bool | None) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "item": row.item.oid,
        "key": row.item.key,
        "score": round(row.score, 6),
        "places": row.places,
        "given": row.given,
        "said": row.said,
        "confidences": row.confidences,
        "was_sent": was_sent,
        "was_wrong": was_wrong,
    }
