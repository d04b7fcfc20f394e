"""What the resources of annotate look like in JSON, and what may be sent."""

from typing import Any

from rest_framework import serializers

from annotate.models import Review
from foundation.api.serializing import StrictSerializer

Out = serializers.Serializer[Any]
Char = serializers.CharField
Int = serializers.IntegerField
Float = serializers.FloatField
Flag = serializers.BooleanField

WORK_STAGES = ["annotate", "review", "adjudicate"]
"""Stages at which somebody holds a task."""


ON_ANSWERS = [one for one in Review.Verdict.choices if one[0] != Review.Verdict.DRAW]
"""Verdicts on what somebody answered."""


class RegionsDocument(Out):
    """A regions document; see the reference of label schemas for what may stand in it."""

    format = Int(min_value=1, max_value=1)
    regions = serializers.ListField(child=serializers.DictField())


# Working


class ClaimIn(StrictSerializer):
    """How many tasks one wants to hold in all."""

    hold = Int(min_value=1, max_value=100, default=1)
    stage = serializers.ChoiceField(WORK_STAGES, default="annotate")


class FenceIn(StrictSerializer):
    """The fence of one's hold, as the claim gave it."""

    fence = Int(min_value=1)


class SkipIn(FenceIn):
    """A skip, with the reason if there is one."""

    reason = Char(max_length=300, allow_blank=True, default="")
    seconds = Float(required=False, allow_null=True)
    """Time of work until then, without idle time."""


class DraftIn(FenceIn):
    """The whole document as it stands."""

    regions = RegionsDocument()


class SubmitIn(FenceIn):
    """A finished answer, the time of work without idle time, and how sure its author is."""

    regions = RegionsDocument()
    seconds = Float(required=False, allow_null=True)
    is_unsure = Flag(default=False)
    confidence = Int(min_value=0, max_value=100, required=False, allow_null=True)


class RevisionIn(StrictSerializer):
    """A better answer; where it does not say how sure its author is, that stays as it was."""

    regions = RegionsDocument()
    is_unsure = Flag(default=False)
    confidence = Int(min_value=0, max_value=100, required=False, allow_null=True)


class AssetOut(Out):
    """One file of an item."""

    role = Char()
    url = Char()
    media_type = Char()
    width = Int(allow_null=True)
    height = Int(allow_null=True)
    facts = serializers.DictField()


class ItemOut(Out):
    """An item as it is shown to who works on it."""

    id = Char()
    data_type = Char()
    text = Char(allow_null=True)
    row = serializers.DictField(allow_null=True)
    assets = AssetOut(many=True)


class SchemaLink(Out):
    """Where to read the schema revision to work by."""

    id = Char()
    number = Int()
    url = Char()


class SuggestionOut(Out):
    """Regions that a model or rule offers."""

    id = Char()
    source = Char()  # type: ignore[assignment]  # Field has one of its own
    regions = RegionsDocument()


class KnownDraft(Out):
    """The draft as last saved."""

    regions = RegionsDocument()
    etag = Char()


class AnswerOut(Out):
    """An answer to be reviewed, and how sure its author was, in percent."""

    annotation = Char()
    annotator = Char()
    regions = RegionsDocument()
    is_unsure = Flag()
    confidence = Int(allow_null=True)


class AssignmentOut(Out):
    """A task in one's hands. `answers` is there at stage review only."""

    id = Char()
    fence = Int()
    lease_ends_at = serializers.DateTimeField()
    lease_seconds = Int()
    stage = serializers.ChoiceField(WORK_STAGES)
    item = ItemOut()
    schema_revision = SchemaLink()
    suggestions = SuggestionOut(many=True)
    draft = KnownDraft(allow_null=True)
    answers = AnswerOut(many=True, required=False)


class ProgressOut(Out):
    """Answers that are in, that are wanted, and one's own.

    `unread`: how much one was told of one's work in the project and has not read, up to 100.
    """

    done = Int()
    total = Int()
    mine = Int()
    unread = Int()


class ClaimOut(Out):
    """What one holds. `again`: the search is not over, ask once more."""

    assignments = AssignmentOut(many=True)
    progress = ProgressOut()
    again = Flag(required=False)


class DraftOut(Out):
    """What the draft is called now."""

    etag = Char()
    saved_at = serializers.DateTimeField()
    lease_ends_at = serializers.DateTimeField()


class LeaseOut(Out):
    """When the hold ends."""

    lease_ends_at = serializers.DateTimeField()


class Done(Out):
    """It is done."""

    done = Flag()


class SubmittedOut(Out):
    """What became of an answer. `extra`: it came after the task was full, and does not count.

    `answered_before`: the same person had sent another answer to this task.
    """

    annotation = Char()
    extra = Flag()
    task_done = Flag()
    answered_before = Flag()


class VerdictOut(Out):
    """What a reviewer said about one's answer."""

    verdict = serializers.ChoiceField(ON_ANSWERS)
    reason = Char()
    at = serializers.DateTimeField()


class RegionChangeOut(Out):
    """What a correction did to one region: it stands as it was before and as it is after."""

    what = serializers.ChoiceField(["renamed", "added", "removed", "moved"])
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)


class CorrectionOut(Out):
    """What a reviewer put in an answer's place. The answer itself is kept as it was."""

    regions = RegionsDocument()
    changes = RegionChangeOut(many=True)


class PastAnswer(Out):
    """One of one's own answers."""

    annotation = Char()
    item = ItemOut()
    schema_revision = SchemaLink()
    regions = RegionsDocument()
    submitted_at = serializers.DateTimeField()
    extra = Flag()
    is_unsure = Flag()
    confidence = Int(allow_null=True)
    review = VerdictOut(allow_null=True)
    correction = CorrectionOut(allow_null=True)
    can_fix = Flag()


class PastAnswersOut(Out):
    """One's own last answers."""

    results = PastAnswer(many=True)


# Reviewing


class ReviewIn(StrictSerializer):
    """A verdict. `regions` with `correct`, `reason` with `reject`; the hold it comes from.

    `gold`: what is decided may test people, once a manager signs for it. `replace`: without a hold,
    take the place of what somebody else decided.
    """

    verdict = serializers.ChoiceField(ON_ANSWERS)
    reason = Char(max_length=1000, allow_blank=True, default="")
    regions = RegionsDocument(required=False, allow_null=True)
    assignment = Char(required=False, allow_null=True)
    fence = Int(min_value=1, required=False)
    gold = Flag(default=False)
    replace = Flag(default=False)


class DrawIn(FenceIn):
    """What is true of a task one holds in review or adjudication, drawn from nothing."""

    regions = RegionsDocument()
    reason = Char(max_length=1000, allow_blank=True, default="")
    gold = Flag(default=False)


class ReviewOut(Out):
    """A verdict. `extra`: somebody else had decided already."""

    id = Char()
    annotation = Char()
    verdict = serializers.ChoiceField(Review.Verdict.choices)
    reason = Char()
    at = serializers.DateTimeField()
    corrected = Char(allow_null=True)
    extra = Flag()


class GivenVerdict(Out):
    """A verdict on an answer. With a correction: what took its place, and each change."""

    id = Char()
    annotation = Char()
    verdict = serializers.ChoiceField(Review.Verdict.choices)
    reason = Char()
    at = serializers.DateTimeField()
    corrected = Char(allow_null=True)
    regions = RegionsDocument(allow_null=True)
    changes = RegionChangeOut(many=True, allow_null=True)


# Queues


class TaskOut(Out):
    """One task as its managers see it. `is_gold` is shown to who may manage the queue."""

    id = Char()
    item = Char()
    key = Char()
    stage = Char()
    round = Int()
    overlap = Int()
    answers = Int()
    free_seats = Int()
    skips = Int()
    reason = Char()
    agreed = Flag(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    is_gold = Flag(required=False)


class ItemsIn(StrictSerializer):
    """Items to be sent to the front of a queue: by id, or all that match a filter."""

    items = serializers.ListField(child=Char(), max_length=1000, required=False)
    filter = Char(max_length=1000, allow_blank=True, required=False)
    reason = Char(max_length=120, allow_blank=True, default="")
    priority = Int(min_value=0, max_value=7, default=0)


class EnqueuedOut(Out):
    """What became of the items that were sent."""

    added = Int()
    moved = Int()
    reopened = Int()


class GoldIn(StrictSerializer):
    """Items to test annotators with: they need a truth under the queue's schema."""

    items = serializers.ListField(child=Char(), min_length=1, max_length=1000)


class PlantedOut(Out):
    """How many items are gold now, and which have no truth to go by."""

    planted = Int()
    known = Int()
    without_truth = serializers.ListField(child=Char())


class GoldOut(Out):
    """A gold item, and how annotators did on it."""

    task = Char()
    item = Char()
    key = Char()
    answers = Int()
    right = Int()
    careful = Int()
    careful_right = Int()
    contested = Flag()
    stale = Int()
    retired = Flag()


class CandidateOut(Out):
    """An item that could become gold, how sure its label is, and whether somebody proposes it."""

    item = Char()
    key = Char()
    method = Char()
    say_so = Int()
    answers = Int()
    low = Float()
    high = Float()
    proposed = Flag()


# Quality
