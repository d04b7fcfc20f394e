"""What the answers of several people make of the truth, worked out once and kept."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from annotate.models.queue import Queue
from datasets.models import Dataset, LabelSchema
from foundation.actor import Actor
from foundation.models import Job, Project, User
from foundation.opaque import encode_id


class TruthEstimate(models.Model):
    """One question of a queue, or of a dataset under a schema, by several methods.

    `figures` holds what pages show; the likeliest label of every item by each method stands in a
    file, see `annotate/queries/estimates.py`.
    """

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+")
    schema = models.ForeignKey(LabelSchema, models.CASCADE, related_name="+", db_index=False)
    queue = models.ForeignKey(Queue, models.CASCADE, null=True, related_name="+")
    question = models.CharField(max_length=64)
    stamp = models.CharField(max_length=200, blank=True)
    """What had been said when it was worked out; changes with every answer."""
    figures = models.JSONField(default=dict)
    items_key = models.CharField(max_length=120, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            # the newest of a dataset and question
            models.Index(fields=["dataset", "question", "-id"], name="estimate_newest"),
        ]

    def __str__(self) -> str:
        return f"estimate {self.pk}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("estimate", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[TruthEstimate]:
        """Return the estimates of the projects that this actor may know of."""
        return cls.objects.filter(dataset__project__in=Project.visible_to(actor))
