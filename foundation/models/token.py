"""Secrets that let somebody in: kept as hashes, shown once, ending by themselves."""

from __future__ import annotations

from django.db import models

from foundation.models.people import Project, User
from foundation.opaque import encode_id


class ApiToken(models.Model):
    """A key for REST clients. It speaks for its user, narrowed by scopes and project."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("token", self.pk)


class SignInLink(models.Model):
    """A link that signs one person in once, made on the command line."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link of {self.user_id}"
