"""What people are told: in the page at once, by mail when they want it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.models.people import Project, User
from foundation.opaque import encode_id


class Cadence(models.TextChoices):
    """How soon something is told by mail. In the page it is told at once, always."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    NONE = "none", _("No mail")


class MailChoice(models.Model):
    """How soon one person wants one kind of notification by mail; without a row, as usual."""

    user = models.ForeignKey(User, models.CASCADE, related_name="mail_choices")
    kind = models.CharField(max_length=40)
    cadence = models.CharField(max_length=8, choices=Cadence)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], name="mail_choice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.cadence}"


class Mail(models.Model):
    """One mail to one person, written down before it is handed over, so that none goes twice."""

    class State(models.TextChoices):
        HANDED = "handed", _("Being handed over")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused by the mail server")

    recipient = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State, default=State.HANDED)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            # how many mails a person had in the last hour
            models.Index(fields=["recipient", "at"], name="mail_by_recipient"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk} to {self.recipient_id}"


class Notification(models.Model):
    """One thing that one person is told. What it says is decided by its kind."""

    recipient = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    """The happening: told once to each person, however often it is said."""
    subject = models.BigIntegerField(default=0)
    """The row it is about; its kind asks of it whether the recipient may still know."""
    params = models.JSONField(default=dict)
    """What its sentence is filled with; plain text."""
    path = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)
    """When it is wanted by mail; empty when it is not, or not any more."""
    mail_tries = models.SmallIntegerField(default=0)
    mail = models.ForeignKey(Mail, models.SET_NULL, null=True, related_name="notifications")
    """The mail that tells it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notification_once"),
        ]
        indexes: ClassVar = [
            # the list of a person, newest first
            models.Index(fields=["recipient", "-id"], name="notification_list"),
            # the count at the bell
            models.Index(
                fields=["recipient"], condition=Q(read_at=None), name="notification_unread"
            ),
            # what waits for a mail
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="notification_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("notification", self.pk)
