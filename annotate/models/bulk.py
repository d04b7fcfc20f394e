"""What was done to many tasks at once, so that it can be told and undone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotate.models.queue import GuidelineRevision, Queue
from annotate.models.task import Task
from foundation.models import Annotator, User
from foundation.opaque import encode_id


class BulkAction(models.Model):
    """One decision about many tasks of a queue: what was asked, and how far it came."""

    class Kind(models.TextChoices):
        ASSIGN = "assign", _("Given to people")
        UNASSIGN = "unassign", _("Taken back from people")
        REQUEUE = "requeue", _("Asked anew")

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    filter = models.CharField(max_length=1000, blank=True)
    """Which items, as in the search field; empty: all."""
    stage = models.SmallIntegerField(null=True)
    """For asking anew: done, or set aside."""
    people = models.JSONField(default=list, blank=True)
    """Numbers of annotators."""
    each = models.IntegerField(default=0)
    """Tasks for one person at most; 0 for no limit."""
    revision = models.ForeignKey(GuidelineRevision, models.SET_NULL, null=True, related_name="+")
    """For asking anew: only what has an answer from before this revision of the guideline."""
    sample = models.IntegerField(null=True)
    """How many were drawn by chance; empty for all."""
    chosen = models.JSONField(null=True)
    """Numbers of the tasks that were drawn."""
    changed = models.IntegerField(default=0)
    undone = models.IntegerField(default=0)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    undo_at = models.DateTimeField(null=True)
    """When somebody asked to undo it."""

    class Meta:
        indexes: ClassVar = [
            # the actions of a queue, newest first
            models.Index(fields=["queue", "-id"], name="bulk_of_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in queue {self.queue_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("bulk", self.pk)


class BulkChange(models.Model):
    """One task that an action changed, and what undoing has to know."""

    action = models.ForeignKey(BulkAction, models.CASCADE, related_name="changes", db_index=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="+", db_index=False)
    annotator = models.ForeignKey(
        Annotator, models.CASCADE, null=True, related_name="+", db_index=False
    )
    before = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            # an action that goes on after a stop changes nothing twice
            models.UniqueConstraint(
                fields=["action", "task", "annotator"], name="bulk_change_once"
            ),
        ]
        indexes: ClassVar = [
            # undoing goes through the changes of an action in batches
            models.Index(fields=["action", "id"], name="bulk_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} on task {self.task_id}"
