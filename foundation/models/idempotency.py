"""What was answered to a write with an Idempotency-Key, so that a repeat gets the same."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation.models.people import User


class IdempotencyRecord(models.Model):
    """One write by one person under one key; kept for at least seven days."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    route = models.CharField(max_length=300)
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "route", "key"], name="idempotency_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
