"""What waits for somebody who decides, counted so far that the cost does not grow with a queue."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery

from annotate.models import Assignment, Queue, Stage, Task
from foundation.models import Annotator

COUNTED_UP_TO = 500
"""Tasks of a stage of a queue; more are told as so many or more."""
DECIDED = (Stage.REVIEW, Stage.ADJUDICATE)
State = Assignment.State
Counts = dict[tuple[int, int], int]


class _Number(Subquery):
    """How many rows a query has: the query says itself where counting ends."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def waiting_for(
    queues: Iterable[Queue], me: Annotator | None, stages: Sequence[Stage] = DECIDED
) -> Counts:
    """Return how many tasks wait for one person, by queue and stage, in two queries.

    Whoever answered a task does not decide about it, unless its queue says so. What the person
    holds to decide counts, too: to others it is not open.
    """
    listed = [one.pk for one in queues]
    asked = Queue.objects.filter(pk__in=listed).annotate(
        **{f"n_{stage.name}": _Number(_open(stage, me)) for stage in stages}
    )
    found: Counts = {}
    for pk, *numbers in asked.values_list("pk", *(f"n_{stage.name}" for stage in stages)):
        for stage, n in zip(stages, numbers, strict=True):
            if n:
                found[pk, stage] = n
    for key, n in held_to_decide(listed, me).items() if me else ():
        if key[1] in stages:
            found[key] = min(found.get(key, 0) + n, COUNTED_UP_TO)
    return found


def _open(stage: Stage, me: Annotator | None) -> QuerySet[Task, Any]:
    tasks = Task.objects.filter(queue=OuterRef("pk"), stage=stage, is_open=True)
    if me is not None:
        own = Assignment.objects.filter(
            task=OuterRef("pk"),
            annotator=me,
            round=OuterRef("round"),
            stage=Stage.ANNOTATE,
            state__in=[State.SUBMITTED, State.EXTRA, State.HELD],
        )
        tasks = tasks.filter(~Exists(own) | Q(queue__reviews_own=True))
    return tasks.order_by("rank").values("pk")[:COUNTED_UP_TO]


def held_to_decide(queues: Sequence[int], me: Annotator) -> Counts:
    """Return what a person holds to decide by queue and stage: to others these are not open."""
    held = Assignment.objects.filter(
        annotator=me,
        queue__in=queues,
        stage__gt=Stage.ANNOTATE,
        state__in=(State.RESERVED, State.HELD),
    )
    counted = held.values_list("queue", "stage").annotate(n=Count("pk"))
    return {(queue, stage): n for queue, stage, n in counted}
