"""The audit trail: written in the transaction of what it tells, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation.models.people import Project, User


class Event(models.Model):
    """One thing that somebody did."""

    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="events")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    target = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            # the project's history, newest first
            models.Index(fields=["project", "-id"], name="event_history"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target}"
