"""What courses look like in JSON, and what may be sent."""

from rest_framework import serializers

from annotate.api.shapes import Char, Flag, Float, Int, Out, RegionsDocument
from annotate.models import Attempt
from annotate.services.courses import LONGEST_EXPLANATION, MOST_ITEMS
from foundation.api.serializing import StrictSerializer

STATES = ["new", *Attempt.State.values]


class AskedIn(StrictSerializer):
    """An item a course asks, and why its label is right, in Markdown."""

    item = Char(max_length=40)
    explanation = Char(
        max_length=LONGEST_EXPLANATION, allow_blank=True, default="", trim_whitespace=False
    )


class CourseRulesIn(StrictSerializer):
    """When a course counts as passed; what is left out keeps its value."""

    name = Char(max_length=120, required=False)
    guideline = Char(max_length=50_000, allow_blank=True, required=False, trim_whitespace=False)
    lessons = serializers.ListField(child=AskedIn(), required=False, max_length=MOST_ITEMS)
    exam = serializers.ListField(child=AskedIn(), required=False, max_length=MOST_ITEMS)
    pass_mark = Float(required=False)
    exam_size = Int(required=False)
    max_attempts = Int(required=False)
    wait_minutes = Int(required=False)


class CourseIn(CourseRulesIn):
    """A course to be made."""

    name = Char(max_length=120)
    dataset = Char()
    schema = Char()
    exam = serializers.ListField(child=AskedIn(), max_length=MOST_ITEMS)


class CourseChange(CourseRulesIn):
    """What is to change about a course; `asks_anew`: everybody is to pass it once more."""

    asks_anew = Flag(default=False)


class CourseOut(Out):
    """A course. What tells of its items is shown to who manages it only."""

    id = Char()
    name = Char()
    queue = Char()
    dataset = Char()
    schema = Char()
    state = Char()
    pass_mark = Float()
    exam_size = Int()
    max_attempts = Int()
    wait_minutes = Int()
    edition = Int(required=False)


class CourseItemOut(Out):
    """An item of a course, why it cannot be asked if so, and how people did on it."""

    item = Char()
    key = Char()
    part = Char()
    place = Int()
    explanation = Char()
    why_not = Char()
    seen = Int()
    right = Int()
    contested = Flag()


class ScoreOut(Out):
    """A share with its 95 % interval."""

    correct = Int()
    total = Int()
    accuracy = Float(allow_null=True)
    low = Float()
    high = Float()


class StandingOut(Out):
    """How far one person is in the present edition."""

    annotator = Char()
    name = Char()
    state = serializers.ChoiceField(STATES)
    attempts = Int()
    answered = Int()
    asked = Int()
    best = ScoreOut(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class CoursePartOut(Out):
    """One question of an answer, and how alike the answer and what is right are in it."""

    question = Char()
    score = Float()


class FeedbackOut(Out):
    """What came out of one answer: what was said, what is right, and why."""

    item = Char()
    said = RegionsDocument()
    truth = RegionsDocument()
    score = Float()
    parts = CoursePartOut(many=True)
    explanation = Char()


class MyCourseOut(Out):
    """How far I am. `lesson` waits to be read; `exam` is there when the exam is over."""

    state = serializers.ChoiceField(STATES)
    answered = Int()
    asked = Int()
    attempts_left = Int(allow_null=True)
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    score = ScoreOut(allow_null=True)
    lesson = FeedbackOut(allow_null=True)
    exam = FeedbackOut(many=True)


class ExcuseIn(StrictSerializer):
    """Somebody who may work without the course, and why."""

    annotator = Char(max_length=40)
    reason = Char(max_length=300, allow_blank=True, default="")


class RefreshedOut(Out):
    """How many there were."""

    changed = Int()
