"""What agreement and progress look like in JSON."""

from typing import Any

from rest_framework import serializers

Out = serializers.Serializer[Any]
Char = serializers.CharField
Int = serializers.IntegerField
Float = serializers.FloatField
Flag = serializers.BooleanField


class AgreementOut(Out):
    """One figure with its 95 % interval; without value, `reason` says why."""

    value = Float(allow_null=True)
    low = Float(allow_null=True)
    high = Float(allow_null=True)
    items = Int()
    answers = Int()
    reason = Char(allow_blank=True)


class LabelAgreementOut(Out):
    """How well people agree about one label."""

    label = Char()  # type: ignore[assignment]  # Field has one of its own
    agreement = AgreementOut()


class PairOut(Out):
    """How alike two annotators are on the items that both answered."""

    first = Char()
    second = Char()
    items = Int()
    score = Float()
    kappa = Float(allow_null=True)


class ConfusedOut(Out):
    """Two labels that were given to the same item, and how often."""

    first = Char()
    second = Char()
    count = Int()


class DisputedAnswer(Out):
    """What one person said about a disputed item, in short."""

    annotator = Char()
    said = Char()


class DisputedOut(Out):
    """An item on which people differ."""

    item = Char()
    score = Float()
    answers = DisputedAnswer(many=True)


class QuestionAgreementOut(Out):
    """The agreement on one question; which measures there are depends on its type."""

    question = Char()
    title = Char()
    type = Char()
    measures = serializers.DictField(child=AgreementOut())
    by_label = LabelAgreementOut(many=True)
    by_pair = PairOut(many=True)
    confused = ConfusedOut(many=True)
    disputed = DisputedOut(many=True)


class GoldScoreOut(Out):
    """How often an annotator was right on gold, with Wilson's 95 % interval."""

    annotator = Char()
    name = Char()
    correct = Int()
    total = Int()
    accuracy = Float(allow_null=True)
    low = Float()
    high = Float()
    mean_score = Float()


class AnnotatorOut(Out):
    """Somebody who answered."""

    id = Char()
    name = Char()


class AgreementReportOut(Out):
    """How well people agree."""

    items = Int()
    answers = Int()
    annotators = AnnotatorOut(many=True)
    questions = QuestionAgreementOut(many=True)
    gold = GoldScoreOut(many=True)


class DayOut(Out):
    """The answers of one day."""

    day = serializers.DateField()
    answers = Int()


class PersonOut(Out):
    """One annotator's work in a queue."""

    annotator = Char()
    name = Char()
    answers = Int()
    extra = Int()
    skipped = Int()
    rejected = Int()
    median_seconds = Float(allow_null=True)
    last_at = serializers.DateTimeField(allow_null=True)
    gold_accuracy = Float(allow_null=True)


class ForecastOut(Out):
    """When the wanted answers will be in, at the pace of the last fourteen days that are over.

    The days are null while there is no pace to go by: it takes two days and twenty answers.
    `soonest_on` and `latest_on` hold the day with 80 % certainty; `latest_on` is null too where the
    pace differs too much from day to day.
    """

    answers_left = Int()
    answers_a_day = Float()
    done_on = serializers.DateField(allow_null=True)
    soonest_on = serializers.DateField(allow_null=True)
    latest_on = serializers.DateField(allow_null=True)


class QueueProgressOut(Out):
    """How far a queue is."""

    tasks = serializers.DictField(child=Int())
    answers = Int()
    wanted = Int()
    agreed = Int()
    disagreed = Int()
    days = DayOut(many=True)
    people = PersonOut(many=True)
    forecast = ForecastOut()
