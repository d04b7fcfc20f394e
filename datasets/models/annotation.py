"""Who said what about which item, what was suggested, and what is accepted as true."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from datasets.models.dataset import Item
from datasets.models.schema import LabelSchema, SchemaMigration, SchemaRevision
from foundation.actor import Actor
from foundation.models import Annotator, Project, User
from foundation.opaque import encode_id


class Annotation(models.Model):
    """What one annotator said about one item under one schema revision; insert only.

    It needs no queue: imported crowds and models have annotations too.
    """

    class Origin(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted here")
        IMPORTED = "imported", _("Imported")
        MODEL = "model", _("Model")
        CORRECTED = "corrected", _("Corrected by a reviewer")
        COURSE = "course", _("Answered in a course")  # counts in nothing but its course

    item = models.ForeignKey(Item, models.CASCADE, related_name="annotations")
    schema_revision = models.ForeignKey(
        SchemaRevision, models.PROTECT, related_name="+", db_index=False
    )
    annotator = models.ForeignKey(Annotator, models.PROTECT, related_name="+", db_index=False)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.SUBMITTED)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    is_latest = models.BooleanField(default=True)
    """False once another annotation replaces this one."""
    migration = models.ForeignKey(
        SchemaMigration, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """Set where a change of labels made it from the one it replaces."""
    submission_id = models.UUIDField(unique=True)
    """Made by the client, or from the import's key: a repeat finds its own answer."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            # what one annotator said, newest first
            models.Index(fields=["annotator", "-id"], name="annotation_by"),
            # the newest answers under a revision, however many others there are
            models.Index(
                fields=["schema_revision", "-id"],
                condition=Q(is_latest=True),
                name="annotation_newest",
            ),
            # what a migration of labels made
            models.Index(
                fields=["migration", "id"],
                condition=Q(migration__isnull=False),
                name="annotation_migrated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id} on {self.item_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("annotation", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Annotation]:
        """Return the annotations of the projects that this actor may know of."""
        return cls.objects.filter(item__dataset__project__in=Project.visible_to(actor))


class AnnotationRegions(models.Model):
    """The regions document of an annotation, beside it, so that lists never read it."""

    annotation = models.OneToOneField(
        Annotation, models.CASCADE, primary_key=True, related_name="document"
    )
    regions = models.JSONField()
    regions_hash = models.CharField(max_length=64)
    warnings = models.JSONField(null=True)
    """What a rule or check warned of when it was sent; empty where nothing did."""

    def __str__(self) -> str:
        return f"regions of {self.annotation_id}"


class Suggestion(models.Model):
    """Regions offered to annotators by a model, a rule or an import."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="suggestions", db_index=False)
    schema_revision = models.ForeignKey(
        SchemaRevision, models.PROTECT, related_name="+", db_index=False
    )
    source = models.CharField(max_length=150)
    regions = models.JSONField()
    regions_hash = models.CharField(max_length=64)
    confidences = models.JSONField(null=True)
    """How sure the source is of each region, 0 to 1, in their order; empty where it did not say."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            # the same source says the same thing about an item once
            models.UniqueConstraint(
                fields=["item", "source", "regions_hash"], name="suggestion_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} on {self.item_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("suggestion", self.pk)


class Truth(models.Model):
    """The accepted regions of an item under one schema; at most one is current."""

    class Method(models.TextChoices):
        IMPORTED = "imported", _("Imported")
        REVIEWED = "reviewed", _("Accepted in review")
        CORRECTED = "corrected", _("Corrected in review")
        AGREED = "agreed", _("Annotators agreed")
        SINGLE = "single", _("One answer, no review asked for")
        ADJUDICATED = "adjudicated", _("Adjudicated")
        ESTIMATED = "estimated", _("Estimated from several answers")

    item = models.ForeignKey(Item, models.CASCADE, related_name="truths")
    schema = models.ForeignKey(LabelSchema, models.CASCADE, related_name="+", db_index=False)
    schema_revision = models.ForeignKey(
        SchemaRevision, models.PROTECT, related_name="+", db_index=False
    )
    regions = models.JSONField()
    regions_hash = models.CharField(max_length=64)
    label = models.CharField(max_length=64, blank=True)
    """The key of the first choice question's answer, to be shown in lists; else empty."""
    method = models.CharField(max_length=12, choices=Method)
    lineage = models.JSONField(default=dict)
    """Plain values: {"annotations": [public ids], "annotators": [names], "guideline": number}."""
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    is_current = models.BooleanField(default=True)
    migration = models.ForeignKey(
        SchemaMigration, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    migrated_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """The truth that a change of labels made this one from."""

    class Meta:
        constraints: ClassVar = [
            # at most one current; also: which items have a truth under a schema
            models.UniqueConstraint(
                fields=["schema", "item"], condition=Q(is_current=True), name="truth_one_current"
            ),
        ]
        indexes: ClassVar = [
            # what a migration of labels made
            models.Index(
                fields=["migration", "id"],
                condition=Q(migration__isnull=False),
                name="truth_migrated",
            ),
        ]

    def __str__(self) -> str:
        return f"truth of {self.item_id}"


class TruthLabel(models.Model):
    """How often a current truth says a label: for class balance and filters, without its JSON.

    Rows of a truth that is no longer current are deleted.
    """

    truth = models.ForeignKey(Truth, models.CASCADE, related_name="labels")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+", db_index=False)
    schema = models.ForeignKey(LabelSchema, models.CASCADE, related_name="+", db_index=False)
    question = models.CharField(max_length=64)
    label = models.CharField(max_length=64)
    count = models.IntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            # class balance, and the filter label:
            models.Index(fields=["schema", "label", "item"], name="truth_label_items"),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.label}"
