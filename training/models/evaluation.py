"""Evaluations: a model measured on a version, and the batches sent back to people."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from annotate.models import Queue
from datasets.models import Item, Version
from foundation.actor import Actor
from foundation.models import Job, Project, User
from foundation.opaque import encode_id
from training.models.doubt import DoubtList
from training.models.run import Run


class Evaluation(models.Model):
    """The model of a run measured on every split of a version; one for each pair.

    Predictions and errors of single items stand in a Parquet file in the order of the
    version's entries.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="evaluations")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    report = models.JSONField(default=dict)
    predictions_key = models.CharField(max_length=120, blank=True)
    out_of_fold_key = models.CharField(max_length=120, blank=True)
    """The same columns of the training split, each entry said by a model without it."""
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    out_of_fold_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "version"], name="evaluation_once"),
        ]

    def __str__(self) -> str:
        return f"run {self.run_id} on version {self.version_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("evaluation", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Evaluation]:
        """Return the evaluations of the projects that this actor may know of."""
        return cls.objects.filter(run__project__in=Project.visible_to(actor))


class RelabelBatch(models.Model):
    """Items behind a model's errors, or off a list of doubts, that were sent back to people."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, null=True, related_name="batches")
    doubts = models.ForeignKey(DoubtList, models.CASCADE, null=True, related_name="batches")
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+")
    split = models.CharField(max_length=10)
    truth_label = models.CharField(max_length=64, blank=True)
    predicted_label = models.CharField(max_length=64, blank=True)
    is_blind = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(evaluation__isnull=True, doubts__isnull=False)
                | Q(evaluation__isnull=False, doubts__isnull=True),
                name="relabel_batch_has_one_origin",
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("batch", self.pk)


class RelabelItem(models.Model):
    """One item of a batch; random ones that the model got right stand among the wrong ones."""

    batch = models.ForeignKey(RelabelBatch, models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    was_right = models.BooleanField()
    """True for the random items that hide which ones the model got wrong."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "item"], name="relabel_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.batch_id}"
