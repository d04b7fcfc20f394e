"""What a closer look at the answers to one question is in JSON."""

from rest_framework import serializers

from annotate.api.quality_shapes import AgreementOut, Char, Flag, Float, Int, Out


class CurvePointOut(Out):
    """F1 of the places that are alike by `at_least`."""

    at_least = Float()
    agreement = AgreementOut()


class NumberDifferencesOut(Out):
    """First minus second on the items that both answered, after Bland and Altman."""

    first = Char()
    second = Char()
    items = Int()
    bias = AgreementOut()
    low_limit = AgreementOut()
    high_limit = AgreementOut()


class PositionOut(Out):
    """How often somebody picked the candidate that was shown first; half is expected."""

    annotator = Char()
    first = Int()
    choices = Int()
    share = Float()
    low = Float()
    high = Float()
    expected = Float()
    p = Float()
    is_marked = Flag()


class AgreementChangeOut(Out):
    """How much higher a figure is than the one before; `differs` where zero is not in the range."""

    value = Float(allow_null=True)
    low = Float(allow_null=True)
    high = Float(allow_null=True)
    differs = Flag()


class WeekAgreementOut(Out):
    """The first figure of the items whose last answer came in a week, by its Monday."""

    week = serializers.DateField()
    agreement = AgreementOut()
    change = AgreementChangeOut()


class RevisionAgreementOut(Out):
    """The first figure of the answers given under a revision of the guideline."""

    revision = Int()
    agreement = AgreementOut()
    change = AgreementChangeOut()


class SliceAgreementOut(Out):
    """The first figure on the items of a slice; null, and `problem`, where its filter is broken."""

    slice = Char()
    name = Char()
    agreement = AgreementOut(allow_null=True)
    problem = Char(required=False)


class CloserLookOut(Out):
    """A closer look at one question; lists are empty where it has no such thing."""

    question = Char()
    type = Char()
    measures = serializers.DictField(child=AgreementOut())
    curve = CurvePointOut(many=True)
    numbers = NumberDifferencesOut(many=True)
    positions = PositionOut(many=True)
    slices = SliceAgreementOut(many=True)
    weeks = WeekAgreementOut(many=True)
    revisions = RevisionAgreementOut(many=True)
