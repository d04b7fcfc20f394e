"""What estimates of the truth look like in JSON."""

from typing import Any

from rest_framework import serializers

from foundation.api.serializing import StrictSerializer

Out = serializers.Serializer[Any]
Char = serializers.CharField
Int = serializers.IntegerField
Float = serializers.FloatField
Flag = serializers.BooleanField


class EstimateIn(StrictSerializer):
    """The question whose truth shall be estimated."""

    question = Char(max_length=64)


class AcceptIn(StrictSerializer):
    """Which items get a truth: by which method, and from which confidence on.

    `signed_off` says that the caller answers for truths that nobody reviewed one by one.
    """

    method = Char(max_length=20)
    at_least = Float(min_value=0.5, max_value=1.0)
    signed_off = Flag(required=False, default=False)


class TakenBackOut(Out):
    """How many truths were taken back."""

    taken_back = Int()


class CautionOut(Out):
    """Why a method may not be believed here, with its numbers."""

    code = Char()
    numbers = serializers.DictField()
    detail = Char()


class KnownOut(Out):
    """How often a method is right where the truth is known, with Wilson's 95 % interval."""

    right = Float()
    total = Int()
    low = Float()
    high = Float()


class MethodOut(Out):
    """One method on all answers; `bic` is null without a model."""

    method = Char()
    changed = Int()
    undecided = Int()
    at = serializers.ListField(child=serializers.ListField(child=Float()))
    priors = serializers.ListField(child=Float())
    rounds = Int()
    converged = Flag()
    log_likelihood = serializers.ListField(child=Float())
    bic = Float(allow_null=True)
    gold = KnownOut()
    cautions = CautionOut(many=True)


class EstimatedPersonOut(Out):
    """One annotator: skill, matrix (rows are true labels) and what is beyond chance."""

    annotator = Char()
    name = Char()
    answers = Int()
    skill = serializers.DictField()
    spammer = serializers.DictField()
    confusion = serializers.ListField(child=serializers.ListField(child=Float()), allow_null=True)
    evidence = serializers.ListField(child=serializers.DictField())


class SharedOut(Out):
    """Two annotators who share mistakes beyond chance."""

    first = Char()
    second = Char()
    items = Int()
    shared = Int()
    expected = Float()
    p = Float()
    at = serializers.ListField(child=Char())


class EstimateOut(Out):
    """An estimate; its figures are empty until `is_ready`."""

    id = Char()
    dataset = Char()
    schema = Char()
    queue = Char(allow_null=True)
    question = Char()
    is_ready = Flag()
    is_current = Flag()
    job = Char(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    labels = serializers.ListField(child=Char())
    items = Int()
    answers = Int()
    accepted = Int()
    cautions = CautionOut(many=True)
    methods = MethodOut(many=True)
    people = EstimatedPersonOut(many=True)
    pairs = SharedOut(many=True)


class EstimateRowOut(Out):
    """An estimate in a list."""

    id = Char()
    question = Char()
    is_ready = Flag()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class LikeliestOut(Out):
    """The likeliest label of one item, or its merged regions; null where several lead together.

    Of a question about places, `label` is null and `regions` holds what is proposed.
    """

    item = Char()
    part = Char(allow_blank=True)
    label = Char(allow_null=True)  # type: ignore[assignment]  # Field has one of its own
    confidence = Float()
    majority = Char(allow_null=True)
    has_changed = Flag()
    regions = serializers.ListField(child=serializers.DictField(), allow_null=True)
