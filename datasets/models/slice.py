"""Slices: filters that somebody gave a name."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from datasets.models.dataset import Dataset
from foundation.actor import Actor
from foundation.models import Project, User
from foundation.opaque import encode_id


class Slice(models.Model):
    """A saved filter of a dataset, to look at or to measure on. It holds no items itself."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    filter = models.CharField(max_length=1000)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "name"], name="slice_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("slice", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Slice]:
        """Return the slices of the projects that this actor may know of."""
        return cls.objects.filter(dataset__project__in=Project.visible_to(actor))
