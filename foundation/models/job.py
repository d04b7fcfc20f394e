"""Work that outlives a request. The row is the truth; the broker only rings a bell."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.models.people import Project, User
from foundation.opaque import encode_id


class Job(models.Model):
    """One long operation: what to do, how far it is, who holds it, how it ended."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Lane(models.TextChoices):
        QUICK = "quick", _("Quick")
        HEAVY = "heavy", _("Heavy")

    ENDED = (State.SUCCEEDED, State.FAILED, State.CANCELLED)

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200, blank=True)
    lane = models.CharField(max_length=8, choices=Lane, default=Lane.QUICK)
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="+")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001 (null: many without)
    params = models.JSONField(default=dict)

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempt = models.SmallIntegerField(default=0)
    fence = models.IntegerField(default=0)
    lease_ends_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)

    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=300, blank=True)
    checkpoint = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    error = models.JSONField(null=True)

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            # the sweep: what waits or may have lost its holder
            models.Index(
                fields=["state", "lease_ends_at"],
                condition=Q(state__in=["queued", "running"]),
                name="job_alive",
            ),
            # the jobs page of a project, newest first
            models.Index(fields=["project", "-id"], name="job_of_project"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("job", self.pk)

    @property
    def has_ended(self) -> bool:
        """Tell whether nothing more will happen to it."""
        return self.state in self.ENDED


class JobRefusal(models.Model):
    """One record that a job did not take, where it stood and why."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="refusals")
    position = models.BigIntegerField()
    place = models.CharField(max_length=300)
    key = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60)
    detail = models.TextField()

    class Meta:
        constraints: ClassVar = [
            # a batch that is done again after a crash tells each refusal once
            models.UniqueConstraint(fields=["job", "position", "code"], name="refusal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.code}"


class ClockTick(models.Model):
    """When a periodic duty was last done; its row lock lets two clocks ring once."""

    name = models.CharField(max_length=60, primary_key=True)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
