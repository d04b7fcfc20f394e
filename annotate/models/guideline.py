"""Who has read which revision of the guideline, and what was asked anew when it changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotate.models.queue import GuidelineRevision, Queue
from annotate.models.task import Task
from foundation.models import Annotator, User
from foundation.opaque import encode_id


class GuidelineReading(models.Model):
    """One person has read one revision."""

    revision = models.ForeignKey(GuidelineRevision, models.CASCADE, related_name="readings")
    annotator = models.ForeignKey(Annotator, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            # somebody reads a revision once; their last one
            models.UniqueConstraint(fields=["annotator", "revision"], name="guideline_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id} read {self.revision_id}"


class Requeue(models.Model):
    """Finished tasks that a manager opened anew after the guideline changed."""

    class State(models.TextChoices):
        OPENING = "opening", _("Being opened")
        OPEN = "open", _("Opened anew")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="requeues")
    revision = models.ForeignKey(GuidelineRevision, models.CASCADE, related_name="+")
    filter = models.CharField(max_length=1000, blank=True)
    sample = models.IntegerField(null=True)
    """How many were drawn by chance; empty for all."""
    state = models.CharField(max_length=8, choices=State, default=State.OPENING)
    count = models.IntegerField(default=0)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"requeue of {self.count} tasks"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("requeue", self.pk)


class RequeuedTask(models.Model):
    """One task of a requeue, as it was before."""

    class State(models.TextChoices):
        CHOSEN = "chosen", _("Chosen")
        OPENED = "opened", _("Opened anew")
        LEFT = "left", _("Left as it was")
        BACK = "back", _("Finished again, as before")

    requeue = models.ForeignKey(Requeue, models.CASCADE, related_name="tasks", db_index=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    state = models.CharField(max_length=6, choices=State, default=State.CHOSEN)
    round = models.SmallIntegerField(default=0)
    answers = models.SmallIntegerField(default=0)
    overlap = models.SmallIntegerField(default=0)
    agreed = models.BooleanField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            # each task once, and the next of those that wait, in order
            models.UniqueConstraint(fields=["requeue", "task"], name="requeued_once"),
        ]

    def __str__(self) -> str:
        return f"task {self.task_id} of requeue {self.requeue_id}"


class GuidelineImage(models.Model):
    """A picture in a guideline, told by its bytes and served by us only."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="guideline_images")
    storage_key = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    media_type = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            # the same picture again is the one that is there
            models.UniqueConstraint(fields=["queue", "sha256"], name="guideline_image_once"),
        ]

    def __str__(self) -> str:
        return f"picture of the guideline of {self.queue_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("guideimage", self.pk)

    @property
    def markdown(self) -> str:
        """What stands for it in the text."""
        words = "".join(letter for letter in self.name if letter.isalnum() or letter in " -_.,")
        return f"![{words}](image:{self.oid})"
