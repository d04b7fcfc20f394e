"""What figures of queues, reviewers and annotators look like in JSON."""

from typing import Any

from rest_framework import serializers

from annotate.api.quality_shapes import DayOut, ForecastOut

Out = serializers.Serializer[Any]
Char = serializers.CharField
Int = serializers.IntegerField
Float = serializers.FloatField


class ShareOut(Out):
    """A share with its whole and Wilson's 95 % interval; null where there is no whole."""

    value = Float(allow_null=True)
    low = Float()
    high = Float()
    n = Int()


class SecondsOut(Out):
    """Quartiles of the times of answers, without idle time; `n` answers brought theirs along."""

    quarter = Float(allow_null=True)
    median = Float(allow_null=True)
    three_quarters = Float(allow_null=True)
    n = Int()


class WorkOut(Out):
    """What was done."""

    answers = Int()
    extra = Int()
    skipped = Int()
    accepted = Int()
    corrected = Int()
    rejected = Int()
    reviewed = Int()
    hours = Float()
    seconds = SecondsOut()
    accepted_share = ShareOut()
    gold = ShareOut()


class PersonFiguresOut(Out):
    """One person; `cost` is null for those who do not manage, and where no rate is set."""

    annotator = Char()
    name = Char()
    has_left = serializers.BooleanField()
    work = WorkOut()
    cost = Char(allow_null=True)


class CostOut(Out):
    """Money as text, in the currency of the queue; `low` and `high` hold it in 80 of 100 cases."""

    currency = Char()
    so_far = Char()
    each_done_task = Char(allow_null=True)
    to_finish = Float(allow_null=True)
    low = Float(allow_null=True)
    high = Float(allow_null=True)
    answers_without_time = Int()


class ReasonOut(Out):
    """Why people skipped, and how often of the newest 200."""

    reason = Char(allow_blank=True)
    n = Int()


class CorrectedOut(Out):
    """What reviewers changed: a label, a place, something that was missing or too much."""

    kind = Char()
    before = Char(allow_blank=True)
    after = Char(allow_blank=True)
    n = Int()


class AgreementHeadOut(Out):
    """How well people agree on one question."""

    question = Char()
    measures = serializers.DictField()


class QueueReportOut(Out):
    """The quality report of a queue, or of its days from `since` to `until` (days of UTC).

    Tasks, forecast, skips, changes and agreement are of all days. Agreement is null where the queue
    has more answers than are compared for a report.
    """

    queue = Char()
    name = Char()
    made_at = serializers.DateTimeField()
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    tasks = serializers.DictField(child=Int())
    answers = Int()
    wanted = Int()
    days = DayOut(many=True)
    forecast = ForecastOut()
    total = WorkOut()
    people = PersonFiguresOut(many=True)
    cost = CostOut(allow_null=True)
    skip_reasons = ReasonOut(many=True)
    changes = CorrectedOut(many=True)
    agreement = AgreementHeadOut(many=True, allow_null=True)


class RateIn(Out):
    """What work is paid with; an empty amount takes the rate away."""

    per = serializers.ChoiceField(choices=["hour", "answer"])
    amount = Char(allow_blank=True)
    currency = Char(max_length=12, allow_blank=True, default="")
    annotator = Char(allow_blank=True, default="")
    """Empty for everybody."""


class RateOut(Out):
    """What work is paid with."""

    rate = Char(allow_null=True)


class MyFiguresOut(Out):
    """One's own work: the last seven days, the four weeks before, and all of it."""

    days = DayOut(many=True)
    now = WorkOut()
    before = WorkOut()
    ever = WorkOut()


class WaitingOut(Out):
    """A queue of which tasks wait for the caller to decide, in review or in adjudication."""

    queue = Char()
    name = Char()
    stage = serializers.ChoiceField(["review", "adjudicate"])
    tasks = Int()
    oldest_at = serializers.DateTimeField(allow_null=True)


class ReviewingOut(Out):
    """What waits, and the verdicts of whoever asks."""

    waiting = WaitingOut(many=True)
    verdicts = Int()
    changes = CorrectedOut(many=True)
