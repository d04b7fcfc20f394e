"""Tasks, who holds them, and how far each person has got.

A task carries a counter of free seats instead of seat rows; a person has one assignment row
for each task, round and stage; a turn says how far this person has walked, so that nobody
walks past the same task twice. `annotate/services/claim_sql.py` holds the statements.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotate.models.queue import Queue
from datasets.models import Item, SchemaRevision
from foundation.actor import Actor
from foundation.models import Annotator, Project
from foundation.opaque import encode_id


class Stage(models.IntegerChoices):
    """Where a task stands."""

    ANNOTATE = 0, _("Annotate")
    REVIEW = 1, _("Review")
    ADJUDICATE = 2, _("Adjudicate")
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
    """Its truth is known and tests annotators: never open, since everybody may answer it."""
    reason = models.CharField(max_length=120, blank=True)
    """Why it was sent here, for managers ("model disagrees"); never shown where blind."""
    agreed = models.BooleanField(null=True)
    """Whether its answers agreed when it was full; empty before that."""
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            # filling a queue twice changes nothing
            models.UniqueConstraint(fields=["queue", "item"], name="task_item_once"),
            # Claim, step 3: the next open tasks after my turn. No other index has the ranks in
            # order, or the planner might walk it past everything that is done. Unique, since a
            # turn that stops between two equal ranks would lose one.
            models.UniqueConstraint(
                fields=["queue", "stage", "rank"], condition=Q(is_open=True), name="task_open"
            ),
            # claim, step 2: what opened again since I last looked
            models.UniqueConstraint(
                fields=["queue", "stage", "opened_no"],
                condition=Q(is_open=True, opened_no__isnull=False),
                name="task_opened",
            ),
            models.CheckConstraint(condition=Q(free_seats__gte=0), name="task_seats"),
        ]
        indexes: ClassVar = [
            # counts by stage, and keyset pages of a stage, for managers
            models.Index(fields=["queue", "stage", "id"], name="task_stage"),
            # tasks on which people differ, newest last
            models.Index(fields=["queue", "id"], condition=Q(agreed=False), name="task_differs"),
            # claim, the gold lane
            models.Index(fields=["queue"], condition=Q(is_gold=True), name="task_gold"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("task", self.pk)


class Assignment(models.Model):
    """One person's hold of one task in one round and stage; also the memory of who had it.

    Reserved, held and submitted take a seat. Whoever returned a task may get it again.
    """

    class State(models.IntegerChoices):
        RESERVED = 0, _("Reserved")
        HELD = 1, _("Held")
        SUBMITTED = 2, _("Submitted")
        SKIPPED = 3, _("Skipped")
        RETURNED = 4, _("Returned")
        EXTRA = 5, _("Answered without a seat")

    task = models.ForeignKey(Task, models.CASCADE, related_name="+", db_index=False)
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    annotator = models.ForeignKey(Annotator, models.PROTECT, related_name="+", db_index=False)
    round = models.SmallIntegerField(default=1)
    stage = models.SmallIntegerField(choices=Stage, default=Stage.ANNOTATE)
    state = models.SmallIntegerField(choices=State, default=State.HELD)
    schema_revision = models.ForeignKey(
        SchemaRevision, models.PROTECT, related_name="+", db_index=False
    )
    """What could be said when it was claimed; the answer is stored under this one."""
    fence = models.IntegerField(default=1)
    """Raised each time it is held again; every draft and submit carries it."""
    lease_ends_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    skipped_at = models.DateTimeField(null=True)
    skip_seconds = models.FloatField(null=True)
    """Time of work before it was skipped, without idle time, where the workbench told."""
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
            # why people skip, newest last
            models.Index(
                fields=["queue", "skipped_at"],
                condition=Q(skipped_at__isnull=False),
                name="assignment_skipped",
            ),
            # my last tasks, mine today; what each annotator of a queue did
            models.Index(fields=["queue", "annotator", "submitted_at"], name="assignment_past"),
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
    """How far one person has got in one stage of one queue, and how much they did there."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    stage = models.SmallIntegerField(default=Stage.ANNOTATE)
    annotator = models.ForeignKey(Annotator, models.CASCADE, related_name="+", db_index=False)
    rank = models.BigIntegerField(default=-1)
    """Each task at or before it that was open then: had, or held by somebody at that instant."""
    opened_no = models.BigIntegerField(default=0)
    """The same for tasks that opened again."""
    epoch = models.IntegerField(default=0)
    """Differs from the queue's: start over."""
    front_rank = models.BigIntegerField(null=True)
    """How far the pass from the front is that comes before the first "nothing left"."""
    is_settled = models.BooleanField(default=False)
    """That pass is done: from here on nothing was passed by, and the turn alone is exact."""
    answered = models.IntegerField(default=0)
    """Answers that count. Sums over people are cheap; a counter on the queue would be a hot row."""
    writes = models.IntegerField(default=0)
    """All answers, fixes and reviews: their sum says whether figures of a queue are stale."""
    wrote_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["queue", "stage", "annotator"], name="turn_once"),
        ]

    def __str__(self) -> str:
        return f"turn of {self.annotator_id} in {self.queue_id}"


class Opening(models.Model):
    """Where the numbers of re-opened tasks come from; see `annotate/services/openings.py`.

    PostgreSQL takes them from the sequence behind `id` and keeps no row. SQLite keeps one row,
    whose id is the number given last.
    """

    def __str__(self) -> str:
        return f"opening {self.pk}"
