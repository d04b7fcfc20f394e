"""Users, projects, memberships and the people who answer."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.actor import Actor
from foundation.opaque import encode_id


class User(AbstractUser):
    """A person who can sign in. What they may do is decided by their memberships."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Like my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Language(models.TextChoices):
        BROWSER = "", _("Like my browser")
        ENGLISH = "en", "English"
        GERMAN = "de", "Deutsch"
        ARABIC = "ar", "العربية"
        CHINESE = "zh-Hans", "简体中文"

    name = models.CharField(max_length=150, blank=True)
    language = models.CharField(
        max_length=8, choices=Language, default=Language.BROWSER, blank=True
    )
    """The language of the workbench; empty means what the browser asks for."""
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    time_zone = models.CharField(max_length=64, default="UTC")
    key_choice = models.JSONField(default=dict, blank=True)
    """Keys of the workbench as this person chose them: `single`, and `keys` by action."""

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("user", self.pk)

    @property
    def shown_name(self) -> str:
        """The name others see."""
        return self.name or self.username


class Role(models.TextChoices):
    """What a member is in one project; `foundation.actor` says what each may do."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    REVIEWER = "reviewer", _("Reviewer")
    ANNOTATOR = "annotator", _("Annotator")
    VIEWER = "viewer", _("Viewer")


class Project(models.Model):
    """The space that people share: members, datasets, label schemas, queues and runs."""

    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=4000)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("project", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Project]:
        """Return the projects in which this actor has an active membership."""
        projects = cls.objects.filter(
            pk__in=Membership.objects.filter(user_id=actor.user.pk, ended_at=None).values("project")
        )
        if actor.token is not None and actor.token.project_id is not None:
            projects = projects.filter(pk=actor.token.project_id)
        return projects


class Membership(models.Model):
    """A user's role in a project. It ends, it is never deleted."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            # get_project_for: one role a person and project
            models.UniqueConstraint(fields=["project", "user"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} in {self.project_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("member", self.pk)


class Annotator(models.Model):
    """Somebody who answers: a person of the project, an imported name, or a model.

    Assignments, annotations and reviews point here, never at the user, so that statistics
    and versions stay whole when a person leaves or is erased.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        IMPORTED = "imported", _("Imported")
        MODEL = "model", _("Model")

    project = models.ForeignKey(Project, models.CASCADE, related_name="annotators")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PERSON)
    name = models.CharField(max_length=150)
    skills = models.JSONField(default=list, blank=True)
    """Tags in small letters: what this person knows."""
    languages = models.JSONField(default=list, blank=True)
    """Codes of the languages this person reads."""
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            # a person is one annotator in a project
            models.UniqueConstraint(
                fields=["project", "user"], condition=Q(user__isnull=False), name="annotator_person"
            ),
            # imports find a name they have met before
            models.UniqueConstraint(
                fields=["project", "kind", "name"],
                condition=~Q(kind="person"),
                name="annotator_outside",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("annotator", self.pk)


class Invitation(models.Model):
    """A link that lets one person into a project. Only the hash of its secret is kept."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role)
    note = models.CharField(max_length=200, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation as {self.role} to {self.project_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("invitation", self.pk)
