"""Teams: people of a project who are meant together."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation.models.people import Annotator, Project
from foundation.opaque import encode_id


class Team(models.Model):
    """Some annotators of a project under one name. One person may be in several."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)
    annotators = models.ManyToManyField(Annotator, related_name="teams")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            # one name means one team; lists go by name within a project
            models.UniqueConstraint(fields=["project", "name"], name="team_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("team", self.pk)
