"""What may be said about items, in numbered revisions that never change."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.actor import Actor
from foundation.models import Job, Project, User
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


class SchemaMigration(models.Model):
    """Labels renamed, merged, split or retired, with the answers that say them; can be undone.

    Answers are not edited: each gets a successor that names this row, and the original stays.
    """

    class State(models.TextChoices):
        APPLYING = "applying", _("Being applied")
        APPLIED = "applied", _("Applied")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    schema = models.ForeignKey(LabelSchema, models.CASCADE, related_name="migrations")
    operations = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.APPLYING)
    from_revision = models.ForeignKey(SchemaRevision, models.CASCADE, related_name="+")
    to_revision = models.ForeignKey(SchemaRevision, models.CASCADE, related_name="+")
    back_revision = models.ForeignKey(
        SchemaRevision, models.CASCADE, null=True, related_name="+", db_index=False
    )
    """What the undoing published."""
    foreseen = models.JSONField(default=dict)
    """What the preview counted when it was started."""
    counts = models.JSONField(default=dict)
    """What was done: {"truths": n, "annotations": n}, and after undoing what was kept."""
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    """The job that applies it or undoes it, the last one."""

    class Meta:
        constraints: ClassVar = [
            # one at a time
            models.UniqueConstraint(
                fields=["schema"],
                condition=Q(state__in=["applying", "undoing"]),
                name="schema_migration_one_running",
            ),
        ]

    def __str__(self) -> str:
        return f"migration {self.pk} {self.state}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("migration", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[SchemaMigration]:
        """Return the migrations of the projects that this actor may know of."""
        return cls.objects.filter(schema__project__in=Project.visible_to(actor))
