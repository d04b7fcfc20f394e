"""Who has read which revision of the guideline, and the pictures in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from annotate.models.queue import GuidelineRevision, Queue
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
