"""Who has read which revision of what annotators are told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from annotate.models.queue import GuidelineRevision
from foundation.models import Annotator


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
