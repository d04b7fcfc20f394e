"""Tasks, who holds them, and how far each person has got.

A task carries a counter of free seats instead of seat rows; a person has one assignment row
for each task, round and stage; a turn says how far this person has walked, so that nobody
walks past the same task twice. `annotate/services/claiming.py` holds the statements.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotate.models.queue import Queue
from datasets.models import Item
from foundation.actor import Actor
from foundation.models import Annotator, Project
from foundation.opaque import encode_id


class Stage(models.IntegerChoices):
    """Where a task stands."""

    ANNOTATE = 0, _("Annotate")
    REVIEW = 1, _("Review")
    DONE = 3, _("Done")
    SET_ASIDE = 4, _("Set aside after skips")


class Task(models.Model):
    """One item to be answered in one queue. Narrow: nothing an annotator reads stands here."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    stage = models.SmallIntegerField(choices=Stage, default=Stage.ANNOTATE)
    rank = models.BigIntegerField()
    """Lower is sooner: priority class * 2**40 + place in the queue; unique in the queue."""
    round = models.SmallIntegerField(default=1)
    overlap = models.SmallIntegerField(default=1)
    free_seats = models.SmallIntegerField(default=1)
    is_open = models.BooleanField(default=True)
    opened_no = models.BigIntegerField(null=True)
    answers = models.SmallIntegerField(default=0)
    skips = models.SmallIntegerField(default=0)
    is_gold = models.BooleanField(default=False)
    """Its truth is known and tests annotators; never shown to them, never counted as work."""
    reason = models.CharField(max_length=120, blank=True)
    """Why it was sent here, for managers ("model disagrees"); never shown where blind."""
    agreed = models.BooleanField(null=True)
    """Whether its answers agreed when it was full; empty before that."""
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["queue", "item"], name="task_item_once"),
            models.UniqueConstraint(fields=["queue", "stage", "rank"], name="task_rank_once"),
            models.CheckConstraint(condition=Q(free_seats__gte=0), name="task_seats"),
        ]
        indexes: ClassVar = [
            # claim, step 3: the next open tasks after my turn
            models.Index(
                fields=["queue", "stage", "rank"], condition=Q(is_open=True), name="task_open"
            ),
            # claim, step 2: what opened again since I last looked
            models.Index(
                fields=["queue", "stage", "opened_no"],
                condition=Q(is_open=True, opened_no__isnull=False),
                name="task_opened",
            ),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("task", self.pk)


class Assignment(models.Model):
    """One person's hold of one task in one round and stage; also the memory of who had it."""

    class State(models.IntegerChoices):
        RESERVED = 0, _("Reserved")
        HELD = 1, _("Held")
        SUBMITTED = 2, _("Submitted")
        SKIPPED = 3, _("Skipped")
        RETURNED = 4, _("Returned")

    task = models.ForeignKey(Task, models.CASCADE, related_name="+", db_index=False)
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    annotator = models.ForeignKey(Annotator, models.PROTECT, related_name="+", db_index=False)
    round = models.SmallIntegerField(default=1)
    stage = models.SmallIntegerField(choices=Stage, default=Stage.ANNOTATE)
    state = models.SmallIntegerField(choices=State, default=State.HELD)
    fence = models.IntegerField(default=1)
    lease_ends_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            # blind overlap: nobody sits on two seats of a task
            models.UniqueConstraint(
                fields=["task", "annotator", "round", "stage"], name="assignment_once"
            ),
        ]
        indexes: ClassVar = [
            # the reaper
            models.Index(fields=["lease_ends_at"], condition=Q(state=1), name="assignment_lease"),
            # claim, step 1: what I hold or was given
            models.Index(
                fields=["annotator", "queue", "id"],
                condition=Q(state__in=[0, 1]),
                name="assignment_mine",
            ),
            # my last tasks
            models.Index(
                fields=["annotator", "queue", "-id"],
                condition=Q(state=2),
                name="assignment_past",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id} on task {self.task_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("assignment", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Assignment]:
        """Return this person's own assignments: nobody works on another's."""
        return cls.objects.filter(
            annotator__user_id=actor.user.pk,
            queue__dataset__project__in=Project.visible_to(actor),
        )


class Turn(models.Model):
    """How far one person has got in one stage of one queue."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    stage = models.SmallIntegerField(default=Stage.ANNOTATE)
    annotator = models.ForeignKey(Annotator, models.CASCADE, related_name="+", db_index=False)
    rank = models.BigIntegerField(default=-1)
    opened_no = models.BigIntegerField(default=0)
    epoch = models.IntegerField(default=0)
    empty_rank = models.BigIntegerField(null=True)
    """The largest rank of the queue when this person last heard "nothing left"."""
    empty_opened_no = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["queue", "stage", "annotator"], name="turn_once"),
        ]

    def __str__(self) -> str:
        return f"turn of {self.annotator_id} in {self.queue_id}"
