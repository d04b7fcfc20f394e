"""What came out of assignments: drafts, answers, reviews and checks against gold."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotate.models.queue import GuidelineRevision, Queue
from annotate.models.task import Assignment, Task
from datasets.models import Annotation, Item, LabelSchema, Truth
from foundation.models import Annotator


class Draft(models.Model):
    """The whole document as last saved; it outlives the lease and stays with its author."""

    assignment = models.OneToOneField(
        Assignment, models.CASCADE, primary_key=True, related_name="draft"
    )
    regions = models.JSONField()
    edition = models.IntegerField(default=1)
    """Raised at each save; the ETag."""
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"draft of {self.assignment_id}"


class Answer(models.Model):
    """Which annotation answers which assignment."""

    annotation = models.OneToOneField(
        Annotation, models.CASCADE, primary_key=True, related_name="+"
    )
    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="answers", db_index=False
    )
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    revision = models.SmallIntegerField(default=1)
    """1, then one more for each fix; the highest counts."""
    is_extra = models.BooleanField(default=False)
    """Came after the task was full: kept, shown, not counted in overlap and agreement."""
    task_done = models.BooleanField(default=False)
    """Whether it was the last answer the task wanted; a repeated submit is told the same."""
    seconds = models.FloatField(null=True)
    """Time of work without idle time, as the workbench measured it."""
    is_unsure = models.BooleanField(default=False)
    """Its author marked it "not sure"."""
    confidence = models.SmallIntegerField(null=True)
    """How sure its author is, in percent; empty where nobody said."""
    guideline_revision = models.ForeignKey(
        GuidelineRevision, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "revision"], name="answer_revision_once"),
        ]

    def __str__(self) -> str:
        return f"answer {self.annotation_id}"


class Review(models.Model):
    """A reviewer's verdict on an annotation, or, drawn anew, what they said themselves."""

    class Verdict(models.TextChoices):
        ACCEPT = "accept", _("Accepted")
        CORRECT = "correct", _("Corrected")
        REJECT = "reject", _("Rejected")
        DRAW = "draw", _("Drawn anew")

    annotation = models.ForeignKey(Annotation, models.CASCADE, related_name="+")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="+")
    reviewer = models.ForeignKey(Annotator, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.CharField(max_length=1000, blank=True)
    corrected = models.ForeignKey(Annotation, models.SET_NULL, null=True, related_name="+")
    proposes_gold = models.BooleanField(default=False)
    """What was decided may test people, once a manager signs for it."""
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            # what somebody proposes as gold
            models.Index(
                fields=["task"], condition=models.Q(proposes_gold=True), name="review_proposes_gold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.annotation_id}"


class GoldCheck(models.Model):
    """How an answer on a gold item compared with its truth."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    schema = models.ForeignKey(LabelSchema, models.CASCADE, related_name="+")
    annotator = models.ForeignKey(Annotator, models.CASCADE, related_name="+")
    annotation = models.OneToOneField(Annotation, models.CASCADE, related_name="+")
    score = models.FloatField()
    """0 to 1: 1 when the class is right; matched F1 for boxes and spans."""
    truth = models.ForeignKey(Truth, models.SET_NULL, null=True, related_name="+", db_index=False)
    """What it was measured against; empty where that was not written down."""
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            # an annotator's accuracy in a queue
            models.Index(fields=["queue", "annotator"], name="gold_by_annotator"),
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id}: {self.score}"
