"""What in a dataset breaks the rules of its labels, as a job found it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from datasets.models.annotation import Annotation, Truth
from datasets.models.dataset import Dataset, Item
from datasets.models.schema import LabelSchema, SchemaRevision
from foundation.actor import Actor
from foundation.models import Job, Project, User
from foundation.opaque import encode_id


class RuleCheck(models.Model):
    """All labels of a dataset held against the rules of one revision."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+")
    schema = models.ForeignKey(LabelSchema, models.CASCADE, related_name="+")
    schema_revision = models.ForeignKey(SchemaRevision, models.CASCADE, related_name="+")
    with_annotations = models.BooleanField(default=False)
    """Whether every annotation was looked at as well, or accepted labels alone."""
    since = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    """The check before it: only what changed after that was looked at, the rest was kept."""
    figures = models.JSONField(default=dict)
    """What was counted, see `datasets.pure.rule_tally`; empty until the job has ended."""
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"rules of {self.schema_id} in {self.dataset_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("rulecheck", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[RuleCheck]:
        """Return the checks of the projects that this actor may know of."""
        return cls.objects.filter(dataset__project__in=Project.visible_to(actor))


class RuleLook(models.Model):
    """What was found when the documents of an item were looked at; kept as long as they stay."""

    schema = models.ForeignKey(LabelSchema, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    """Hash of the revision and of the documents: with another one it must be looked at anew."""
    figures = models.JSONField(default=dict)
    """What was counted of this item, see `datasets.pure.rule_tally`."""
    listed = models.JSONField(default=list)
    """The first broken rules, as fields of `RuleBreach`."""

    class Meta:
        constraints: ClassVar = [
            # the last look at an item under a schema
            models.UniqueConstraint(fields=["schema", "item"], name="rule_look_once"),
        ]

    def __str__(self) -> str:
        return f"look at {self.item_id}"


class RuleBreach(models.Model):
    """One place where a document breaks a rule. At most so many of an item and of a check."""

    check_run = models.ForeignKey(
        RuleCheck, models.CASCADE, related_name="breaches", db_index=False
    )
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    truth = models.ForeignKey(Truth, models.CASCADE, null=True, related_name="+")
    annotation = models.ForeignKey(Annotation, models.CASCADE, null=True, related_name="+")
    """Which document it is in: one of the two."""
    rule = models.IntegerField()
    """Its place among the rules of the revision, from 0."""
    level = models.CharField(max_length=7)
    code = models.CharField(max_length=40)
    region = models.CharField(max_length=100, blank=True)
    """The id of the region; empty where a whole question is meant."""
    at = models.CharField(max_length=200)
    template = models.CharField(max_length=400)
    values = models.JSONField(default=dict)
    is_older = models.BooleanField(default=False)
    """Whether the document was given under an earlier revision."""

    class Meta:
        indexes: ClassVar = [
            # the list of a check, page by page; of one rule
            models.Index(fields=["check_run", "id"], name="rule_breach_page"),
            models.Index(fields=["check_run", "rule", "id"], name="rule_breach_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in {self.item_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("breach", self.pk)

    @property
    def path(self) -> str:
        """Where in its document, with the region by its id."""
        kind, _place, *rest = self.at.split("/")
        return "/".join([kind, self.region, *rest]) if self.region else self.at
