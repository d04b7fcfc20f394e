"""How many tasks a queue has, kept by the database beside the tasks themselves."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from annotate.models.queue import Queue
from annotate.models.task import Stage


class TaskCount(models.Model):
    """Tasks of one kind in a queue: the sum of `n` over all rows of that kind.

    Triggers on the table of tasks write here, so that whatever changes a task, in SQL of its own or
    in bulk, changes the count in the same transaction. PostgreSQL appends rows, which nobody waits
    for, and a duty of the clock folds them; SQLite has one writer and changes the row there is.
    """

    queue = models.ForeignKey(
        Queue, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    """Without a constraint: the rows of a queue that goes come to nothing and are folded away."""
    stage = models.SmallIntegerField(choices=Stage)
    waits = models.BooleanField()
    """Open to somebody who decides: at review or adjudication, with a free seat."""
    is_gold = models.BooleanField()
    agreed = models.BooleanField(null=True)
    n = models.IntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["queue", "stage"], name="taskcount_of")]

    def __str__(self) -> str:
        return f"{self.n} tasks of {self.queue_id} at {self.stage}"
