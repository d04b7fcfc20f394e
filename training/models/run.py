"""Runs: one execution of a trainer on a version, what it measured and what it left."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets.models import Version
from foundation.actor import Actor
from foundation.models import Job, Project, User
from foundation.opaque import encode_id


class Run(models.Model):
    """Version, trainer, parameters and seed: the same four give the same metrics."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    number = models.IntegerField()
    name = models.CharField(max_length=120, blank=True)
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    question = models.CharField(max_length=64)
    trainer = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    seed = models.IntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    environment = models.JSONField(default=dict)
    """Library versions, thread count, processor: what else the result depends on."""
    labels = models.JSONField(default=list)
    """Label keys in the order of the columns of its probabilities."""
    cpu_seconds = models.FloatField(null=True)
    peak_memory_bytes = models.BigIntegerField(null=True)
    error = models.JSONField(null=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "number"], name="run_number_once"),
        ]

    def __str__(self) -> str:
        return f"run {self.number}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("run", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Run]:
        """Return the runs of the projects that this actor may know of."""
        return cls.objects.filter(project__in=Project.visible_to(actor))


class MetricPoint(models.Model):
    """One measured value at one step. Writing it again after a resume changes nothing."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="metrics")
    split = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    step = models.IntegerField()
    value = models.FloatField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "split", "name", "step"], name="metric_once"),
        ]

    def __str__(self) -> str:
        return f"{self.split} {self.name} {self.step}: {self.value}"


class Artifact(models.Model):
    """A file that a run left: the model, its log."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="artifacts")
    name = models.CharField(max_length=120)
    storage_key = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "name"], name="artifact_once"),
        ]

    def __str__(self) -> str:
        return self.name
