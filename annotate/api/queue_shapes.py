"""What queues, their rules and guidelines look like in JSON, and what may be sent."""

from typing import Any

from rest_framework import serializers

from annotate.api.shapes import Char, Flag, Float, Int, Out, SchemaLink
from annotate.models import Queue
from annotate.pure.policy import CHOICES, FLAGS, REVIEW_RISKS, SHARES, WHOLE
from annotate.queries.policies import RULES
from foundation.api.serializing import StrictSerializer

Fields = dict[str, serializers.Field[Any, Any, Any, Any]]


class PolicyIn(StrictSerializer):
    """How a queue hands out work; what is left out keeps its value."""

    stages = serializers.DictField(child=Char(max_length=20), required=False)
    skip_reasons = serializers.ListField(child=Char(max_length=80), max_length=12, required=False)
    review_risks = serializers.ListField(
        child=serializers.ChoiceField(REVIEW_RISKS), max_length=4, required=False
    )

    def get_fields(self) -> Fields:
        """Return these with a field for each number, share, choice and flag of `pure/policy.py`."""
        read: Fields = super().get_fields()
        for name, (low, high) in WHOLE.items():
            read[name] = Int(min_value=low, max_value=high, required=False)
        for name, (least, most) in SHARES.items():
            read[name] = Float(min_value=least, max_value=most, required=False)
        for name in CHOICES:
            column: Any = Queue._meta.get_field(name)
            read[name] = serializers.ChoiceField(column.choices, required=False)
        read |= {name: Flag(required=False) for name in FLAGS}
        return {name: read[name] for name in RULES}


class WhoShape(StrictSerializer):
    """Whom a queue is for: ids of annotators and teams, skills, codes of languages."""

    people = serializers.ListField(child=Char(max_length=40), max_length=1000, required=False)
    teams = serializers.ListField(child=Char(max_length=40), max_length=100, required=False)
    skills = serializers.ListField(child=Char(max_length=80), max_length=40, required=False)
    languages = serializers.ListField(child=Char(max_length=80), max_length=40, required=False)


class QueueIn(StrictSerializer):
    """A queue to be made. `slice` adds the filter that a slice has now; it may change later."""

    name = Char(max_length=120)
    dataset = Char()
    schema = Char()
    filter = Char(max_length=1000, allow_blank=True, default="")
    slice = Char(required=False)
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

    stages = serializers.DictField(child=Char())
    skip_reasons = serializers.ListField(child=Char())
    review_risks = serializers.ListField(child=Char())

    def get_fields(self) -> Fields:
        """Return these with a field for each number, share, choice and flag of `pure/policy.py`."""
        shown: Fields = super().get_fields()
        kinds = ((Int, WHOLE), (Float, SHARES), (Char, CHOICES), (Flag, FLAGS))
        shown |= {name: kind() for kind, names in kinds for name in names}
        return {name: shown[name] for name in RULES}


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
