"""Answers that a source of suggestions has reason to doubt: a list of items, worst first."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets.models import Dataset, Item, LabelSchema
from foundation.actor import Actor
from foundation.models import Job, Project, User
from foundation.opaque import encode_id


class DoubtList(models.Model):
    """What one source makes of the answers to one question; its items are ranked once, by a job."""

    class Kind(models.TextChoices):
        BOXES = "boxes", _("Boxes")
        SPANS = "spans", _("Spans")
        NUMBER = "number", _("Numbers")

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+")
    schema = models.ForeignKey(LabelSchema, models.CASCADE, related_name="+")
    question = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind)
    source = models.CharField(max_length=150)
    report = models.JSONField(default=dict)
    """How many items were looked at, compared, and left out for which reason; empty until then."""
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.source} on {self.question}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("doubts", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[DoubtList]:
        """Return the lists of the projects that this actor may know of."""
        return cls.objects.filter(dataset__project__in=Project.visible_to(actor))


class DoubtedItem(models.Model):
    """One item of a list: its answer and the suggestion as they were, and what is doubted."""

    doubts = models.ForeignKey(DoubtList, models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    rank = models.IntegerField()
    """From 1, the likeliest error."""
    score = models.FloatField()
    """0 to 1; 0 speaks for an error."""
    places = models.JSONField()
    """`[{"error", "score", "given", "said"}]`, worst first; positions in the lists below or -1."""
    given = models.JSONField()
    said = models.JSONField()
    confidences = models.JSONField(null=True)
    is_test = models.BooleanField(default=False)
    """In the test split of a plan: looked at again blind."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["doubts", "rank"], name="doubted_rank_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}: {self.item_id}"
