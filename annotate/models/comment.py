"""What people say to each other about an answer, if they like about one region of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from annotate.models.task import Task
from foundation.models import Annotator
from foundation.opaque import encode_id


class Comment(models.Model):
    """A remark on what one annotator says about one task.

    It belongs to the task and to that annotator, not to an annotation: it is there before the
    answer is, and stays when the answer is fixed. Those who may see the answer see it; to other
    annotators of the task it does not exist.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="+", db_index=False)
    about = models.ForeignKey(Annotator, models.PROTECT, related_name="+", db_index=False)
    """Whose answer it is about."""
    author = models.ForeignKey(Annotator, models.PROTECT, related_name="+")
    region = models.CharField(max_length=100, blank=True)
    """The id of the region it is about; empty for all of the answer. The region may be gone."""
    text = models.CharField(max_length=2000)
    at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(Annotator, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            # the comments of a task, and those about one annotator's answer
            models.Index(fields=["task", "about", "id"], name="comment_about"),
        ]

    def __str__(self) -> str:
        return f"comment on task {self.task_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("comment", self.pk)
