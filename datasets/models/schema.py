"""What may be said about items, in numbered revisions that never change."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation.actor import Actor
from foundation.models import Project, User
from foundation.opaque import encode_id


class LabelSchema(models.Model):
    """A named set of questions that belongs to a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    data_type = models.CharField(max_length=20)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "name"], name="schema_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("schema", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[LabelSchema]:
        """Return the schemas of the projects that this actor may know of."""
        return cls.objects.filter(project__in=Project.visible_to(actor))


class SchemaRevision(models.Model):
    """One published form of a schema; insert only."""

    schema = models.ForeignKey(LabelSchema, models.CASCADE, related_name="revisions")
    number = models.IntegerField()
    definition = models.JSONField()
    definition_hash = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schema", "number"], name="revision_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.schema_id} r{self.number}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("schemarev", self.pk)
