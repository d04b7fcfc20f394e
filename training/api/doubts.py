"""REST doors: labels that a model has reason to doubt."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.pure.label_errors import PrecisionAt
from foundation.actor import Permission
from foundation.api import shapes
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.jobs import accepted
from foundation.api.serializing import StrictSerializer
from foundation.opaque import encode_id
from training.models import RelabelBatch
from training.queries.access import get_evaluation_for
from training.queries.doubts import LEARNED, UNSEEN, Doubt, doubt_report
from training.services.feedback import MOST, send_doubted
from training.services.out_of_fold import start_out_of_fold

MOST_LISTED = 500


class DoubtOut(serializers.Serializer[Any]):
    """One doubted label; `was_wrong` is null until somebody has looked again."""

    item = serializers.CharField()
    key = serializers.CharField()
    split = serializers.CharField()
    given = serializers.CharField()
    likely = serializers.CharField()
    self_confidence = serializers.FloatField()
    margin = serializers.FloatField()
    was_wrong = serializers.BooleanField(allow_null=True)


class PrecisionOut(serializers.Serializer[Any]):
    """Of the first k doubted labels, those found wrong among those looked at again."""

    k = serializers.IntegerField()
    wrong = serializers.IntegerField()
    looked_at = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField()
    high = serializers.FloatField()


class DoubtsOut(serializers.Serializer[Any]):
    """The doubted labels of the splits a model did not learn from, likeliest errors first."""

    unseen = serializers.IntegerField()
    doubted = serializers.IntegerField()
    precision = PrecisionOut(many=True)
    doubts = DoubtOut(many=True)


class SecondLookIn(StrictSerializer):
    """How many doubted labels of a split shall be looked at again."""

    split = serializers.ChoiceField(choices=(*UNSEEN, LEARNED))
    most = serializers.IntegerField(min_value=1, max_value=MOST, default=100)


class SecondLookOut(serializers.Serializer[Any]):
    """What was sent, and where to."""

    batch = serializers.CharField()
    queue = serializers.CharField()
    items = serializers.IntegerField()
    is_blind = serializers.BooleanField()


class LabelDoubtsView(APIView):
    """Labels that a model has reason to doubt."""

    throttle_scope = "heavy"

    @extend_schema(responses=DoubtsOut)
    def get(self, request: Request, evaluation_id: str) -> Response:
        """Return at most 500 doubted labels, and how many people found wrong."""
        evaluation = get_evaluation_for(actor_of(request), evaluation_id, Permission.VIEW)
        told = doubt_report(evaluation)
        precision = [show_precision(one) for one in told.precision]
        return Response(
            {
                "unseen": told.unseen,
                "doubted": len(told.doubts),
                "precision": precision,
                "doubts": [_show(one) for one in told.doubts[:MOST_LISTED]],
            }
        )

    @extend_schema(request=SecondLookIn, responses={201: SecondLookOut})
    @idempotent
    def post(self, request: Request, evaluation_id: str) -> Response:
        """Send the most doubted labels of a split to people; those of the test split blind."""
        actor = actor_of(request)
        evaluation = get_evaluation_for(actor, evaluation_id, Permission.MANAGE)
        wanted = SecondLookIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        batch = send_doubted(evaluation=evaluation, by=actor.user, **wanted.validated_data)
        return Response(show_batch(batch), status=201)


class OutOfFoldView(APIView):
    """Predicting the items that a run learned from, each by a model without it."""

    throttle_scope = "write"

    @extend_schema(request=None, responses={202: shapes.JobOut})
    @idempotent
    def post(self, request: Request, evaluation_id: str) -> Response:
        """Train on four fifths of the training split five times, so that its labels are doubted."""
        actor = actor_of(request)
        evaluation = get_evaluation_for(actor, evaluation_id, Permission.MANAGE)
        return accepted(start_out_of_fold(evaluation=evaluation, by=actor.user))


def show_precision(one: PrecisionAt) -> dict[str, Any]:
    """Return how many of the first k were found wrong, as JSON."""
    return {
        "k": one.k,
        "wrong": one.wrong,
        "looked_at": one.looked_at,
        "value": one.value,
        "low": one.interval.low,
        "high": one.interval.high,
    }


def show_batch(batch: RelabelBatch) -> dict[str, Any]:
    """Return what was sent and where to, as JSON."""
    return {
        "batch": batch.oid,
        "queue": batch.queue.oid,
        "items": batch.items.count(),
        "is_blind": batch.is_blind,
    }


def _show(one: Doubt) -> dict[str, Any]:
    said = one.prediction
    return {
        "item": encode_id("item", said.item.pk) if said.item else "",
        "key": said.entry.key if said.entry else "",
        "split": said.split,
        "given": said.truth,
        "likely": said.predicted,
        "self_confidence": round(1 - said.error_score, 4),
        "margin": round(one.margin, 4),
        "was_wrong": one.was_wrong,
    }
