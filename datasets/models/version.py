"""Frozen versions, remembered splits and files made to be taken away."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets.models.dataset import Dataset, Item
from datasets.models.schema import LabelSchema, SchemaRevision
from foundation.actor import Actor
from foundation.models import Job, Project, User
from foundation.opaque import encode_id


class SplitPlan(models.Model):
    """How a dataset is split, decided once and remembered for every later version."""

    class Method(models.TextChoices):
        HASH = "hash", _("By hash of the group")
        STRATIFIED = "stratified", _("Stratified by label")

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    method = models.CharField(max_length=10, choices=Method, default=Method.STRATIFIED)
    shares = models.JSONField(default=dict)
    """{"train": 0.7, "validation": 0.15, "test": 0.15}; they add up to 1."""
    seed = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "name"], name="split_plan_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("splitplan", self.pk)


class PlannedSplit(models.Model):
    """The split of one item under one plan; decided once, never changed."""

    plan = models.ForeignKey(SplitPlan, models.CASCADE, related_name="assigned")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    split = models.CharField(max_length=10)
    """train, validation, test, or excluded: too near to test items to train on."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "item"], name="planned_split_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.split}"


class Version(models.Model):
    """An immutable list of entries. The entries stand in two Parquet files, not in rows."""

    class State(models.TextChoices):
        FREEZING = "freezing", _("Being frozen")
        FROZEN = "frozen", _("Frozen")
        FAILED = "failed", _("Failed")

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="versions")
    schema = models.ForeignKey(LabelSchema, models.PROTECT, related_name="+")
    schema_revision = models.ForeignKey(SchemaRevision, models.PROTECT, related_name="+")
    number = models.IntegerField()
    note = models.CharField(max_length=300, blank=True)
    filter = models.CharField(max_length=1000, blank=True)
    split_plan = models.ForeignKey(SplitPlan, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.FREEZING)
    entry_count = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    """{"splits": {split: n}, "labels": {label: {split: n}}, "left_out": {reason: n}}."""
    content_root = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    leaves_key = models.CharField(max_length=120, blank=True)
    leaves_sha256 = models.CharField(max_length=64, blank=True)
    content_key = models.CharField(max_length=120, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    erased_count = models.BigIntegerField(default=0)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "number"], name="version_number_once"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("version", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Version]:
        """Return the versions of the projects that this actor may know of."""
        return cls.objects.filter(dataset__project__in=Project.visible_to(actor))


class Export(models.Model):
    """A file made from a dataset or a version in some format."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+")
    version = models.ForeignKey(Version, models.CASCADE, null=True, related_name="+")
    schema = models.ForeignKey(LabelSchema, models.CASCADE, null=True, related_name="+")
    format = models.CharField(max_length=40)
    options = models.JSONField(default=dict)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100, default="application/octet-stream")
    storage_key = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.file_name

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("export", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Export]:
        """Return the exports of the projects that this actor may know of."""
        return cls.objects.filter(dataset__project__in=Project.visible_to(actor))
