"""REST door to what the next hour of work in a queue is worth."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.shapes import Flag, Float, Int, Out
from annotate.queries.access import get_queue_for
from annotate.queries.next_hour import NextHour, next_hour_of
from foundation.actor import Permission
from foundation.api.authentication import actor_of

REASONS = ("", "no_choice", "few_answers", "few_repeated")


class PerHourOut(Out):
    """Labels put right by an hour of each kind of work, each item or person once, on average."""

    new_item = Float()
    next_answer = Float()
    review = Float()
    gold_check = Float()


class WorthOut(Out):
    """What the next hour brings: an expectation from what people said so far.

    Without `per_hour`, `reason` says why: questions that are no choice, too few answers, or hardly
    a task with two of them. A time whose `_known` is false is assumed.
    """

    reason = serializers.ChoiceField(REASONS)
    per_hour = PerHourOut(allow_null=True)
    answers = Int()
    tasks = Int()
    is_sample = Flag()
    answer_seconds = Float()
    answer_seconds_known = Flag()
    review_seconds = Float()
    review_seconds_known = Flag()


class WorthView(APIView):
    """What the next hour of work in a queue is worth."""

    throttle_scope = "heavy"

    @extend_schema(responses=WorthOut)
    def get(self, request: Request, queue_id: str) -> Response:
        """Return the labels put right by an hour of each kind of work."""
        queue = get_queue_for(actor_of(request), queue_id, Permission.VIEW)
        return Response(_show(next_hour_of(queue)))


def _show(told: NextHour) -> dict[str, Any]:
    times = told.times
    return {
        "reason": told.reason,
        "per_hour": None if told.reason else told.per_hour,
        "answers": told.answers,
        "tasks": told.tasks,
        "is_sample": told.is_sample,
        "answer_seconds": times.answer,
        "answer_seconds_known": times.answer_is_known,
        "review_seconds": times.review,
        "review_seconds_known": times.review_is_known,
    }
