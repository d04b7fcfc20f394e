"""What each person did on each day, counted as it happens, and what their work costs."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotate.models.queue import Queue
from foundation.models import Annotator


class WorkDay(models.Model):
    """One person's day in one queue; a row of their own, so that nobody waits for another.

    Days are those of UTC. `quarters` says in which quarters of an hour the answers came, so that
    they can be counted by the days of any reader's zone. It all follows from assignments, answers,
    reviews and checks: `annotate/pure/workdays.py` counts one from the other.
    """

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    annotator = models.ForeignKey(Annotator, models.CASCADE, related_name="+")
    day = models.DateField()
    answers = models.IntegerField(default=0)
    """Answers that count, on gold too. A fix is no second one, a draft is none."""
    extra = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    """Verdicts on this person's answers, on the day of the verdict; so the next two."""
    corrected = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    reviewed = models.IntegerField(default=0)
    """Verdicts that this person gave."""
    gold_checks = models.IntegerField(default=0)
    gold_right = models.IntegerField(default=0)
    gold_score = models.FloatField(default=0.0)
    """The sum of the scores of the checks."""
    timed = models.IntegerField(default=0)
    """Answers whose time is known."""
    milliseconds = models.BigIntegerField(default=0)
    """Time of work on answers, without idle time."""
    skip_milliseconds = models.BigIntegerField(default=0)
    """The same for tasks that were skipped in the end."""
    seconds = models.JSONField(default=dict)
    """How many answers took how long, by the bins of `annotate/pure/workdays.py`."""
    quarters = models.JSONField(default=dict)
    """How many answers came in which quarter of an hour of the day."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["queue", "annotator", "day"], name="workday_once"),
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id} on {self.day}"


class Rate(models.Model):
    """What work in a queue is paid with; without a person, what everybody gets."""

    class Per(models.TextChoices):
        HOUR = "hour", _("for an hour of work")
        ANSWER = "answer", _("for an answer")

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+")
    annotator = models.ForeignKey(Annotator, models.CASCADE, null=True, related_name="+")
    per = models.CharField(max_length=6, choices=Per)
    amount = models.DecimalField(max_digits=12, decimal_places=4, validators=[MinValueValidator(0)])
    currency = models.CharField(max_length=12)
    """As people write it: "EUR", "€", "points"."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["queue", "annotator"], name="rate_once"),
            models.UniqueConstraint(
                fields=["queue"], condition=Q(annotator=None), name="rate_of_all_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.per}"
