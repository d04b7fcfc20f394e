"""What queues, their rules and guidelines look like in JSON, and what may be sent."""

from rest_framework import serializers

from annotate.api.shapes import Char, Flag, Float, Int, Out, SchemaLink
from annotate.models import Queue
from annotate.pure.policy import REVIEW_RISKS
from foundation.api.serializing import StrictSerializer


class PolicyIn(StrictSerializer):
    """How a queue hands out work; what is left out keeps its value."""

    overlap = Int(min_value=1, max_value=50, required=False)
    review_share = Float(min_value=0, max_value=1, required=False)
    gold_share = Float(min_value=0, max_value=0.5, required=False)
    lease_seconds = Int(min_value=10, max_value=7 * 86_400, required=False)
    hold_limit = Int(min_value=1, max_value=50, required=False)
    max_skips = Int(min_value=1, max_value=100, required=False)
    on_disagreement = serializers.ChoiceField(Queue.Disagreement.choices, required=False)
    stages = serializers.DictField(child=Char(max_length=20), required=False)
    order = serializers.ChoiceField(Queue.Order.choices, required=False)
    skip_reasons = serializers.ListField(child=Char(max_length=80), max_length=12, required=False)
    asks_confidence = Flag(required=False)
    most_overlap = Int(min_value=0, max_value=50, required=False)
    answer_budget = Int(min_value=0, max_value=1_000_000_000, required=False)
    most_mine = Int(min_value=0, max_value=1_000_000, required=False)
    most_a_day = Int(min_value=0, max_value=10_000, required=False)
    review_risks = serializers.ListField(
        child=serializers.ChoiceField(REVIEW_RISKS), max_length=4, required=False
    )
    reviews_own = Flag(required=False)
    growth = serializers.ChoiceField(Queue.Growth.choices, required=False)
    good_enough = Float(min_value=0.5, max_value=1, required=False)
    most_gold_share = Float(min_value=0, max_value=0.5, required=False)
    reviews_by_worth = Flag(required=False)
    gold_most_seen = Int(min_value=0, max_value=1_000_000, required=False)
    gold_alert = Float(min_value=0, max_value=1, required=False)


class WhoShape(StrictSerializer):
    """Whom a queue is for: ids of annotators and teams, skills, codes of languages."""

    people = serializers.ListField(child=Char(max_length=40), max_length=1000, required=False)
    teams = serializers.ListField(child=Char(max_length=40), max_length=100, required=False)
    skills = serializers.ListField(child=Char(max_length=80), max_length=40, required=False)
    languages = serializers.ListField(child=Char(max_length=80), max_length=40, required=False)


class QueueIn(StrictSerializer):
    """A queue to be made."""

    name = Char(max_length=120)
    dataset = Char()
    schema = Char()
    filter = Char(max_length=1000, allow_blank=True, default="")
    follows_dataset = Flag(default=True)
    shows_suggestions = Flag(default=True)
    is_blind_relabel = Flag(default=False)
    guideline = Char(max_length=50_000, allow_blank=True, default="", trim_whitespace=False)
    policy = PolicyIn(required=False)
    who = WhoShape(required=False)
    deadline = serializers.DateField(required=False, allow_null=True)


class QueueChange(StrictSerializer):
    """What is to change about a queue."""

    name = Char(max_length=120, required=False)
    state = serializers.ChoiceField(Queue.State.choices, required=False)
    filter = Char(max_length=1000, allow_blank=True, required=False)
    follows_dataset = Flag(required=False)
    shows_suggestions = Flag(required=False)
    policy = PolicyIn(required=False)
    moves_waiting = Flag(required=False)
    who = WhoShape(required=False)
    deadline = serializers.DateField(required=False, allow_null=True)
    asks_course = Char(required=False, allow_null=True)
    asks_course_anew = Flag(required=False)


class GuidelineIn(StrictSerializer):
    """What annotators are told, in Markdown."""

    text = Char(max_length=50_000, trim_whitespace=False)


class GuidelineOut(Out):
    """One revision of what annotators are told."""

    number = Int()
    text = Char()
    created_at = serializers.DateTimeField()


class PolicyOut(Out):
    """How a queue hands out work."""

    overlap = Int()
    review_share = Float()
    gold_share = Float()
    lease_seconds = Int()
    hold_limit = Int()
    max_skips = Int()
    on_disagreement = Char()
    stages = serializers.DictField(child=Char())
    order = Char()
    skip_reasons = serializers.ListField(child=Char())
    asks_confidence = Flag()
    most_overlap = Int()
    answer_budget = Int()
    most_mine = Int()
    most_a_day = Int()
    review_risks = serializers.ListField(child=Char())
    reviews_own = Flag()
    growth = Char()
    good_enough = Float()
    most_gold_share = Float()
    reviews_by_worth = Flag()
    gold_most_seen = Int()
    gold_alert = Float()


class QueueOut(Out):
    """A queue. What tells of gold and checks is shown to its managers only."""

    id = Char()
    name = Char()
    state = serializers.ChoiceField(Queue.State.choices)
    dataset = Char()
    data_type = Char()
    schema = Char()
    schema_revision = SchemaLink()
    guideline = GuidelineOut(allow_null=True)
    lease_seconds = Int()
    hold_limit = Int()
    filter = Char(required=False)
    follows_dataset = Flag(required=False)
    shows_suggestions = Flag(required=False)
    is_blind_relabel = Flag(required=False)
    policy = PolicyOut(required=False)
    who = WhoShape(required=False)
    deadline = serializers.DateField(allow_null=True)
    gold_count = Int(required=False)
    asks_course = Char(required=False, allow_null=True)
    asks_course_anew = Flag(required=False)
    created_at = serializers.DateTimeField(required=False)
    job = Char(required=False)
