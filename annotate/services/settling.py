"""No task waits for somebody who cannot come: people leave, rules change, everybody has had it."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from annotate.models import Assignment, Queue
from annotate.queries.answerers import tasks_without_people
from annotate.services.deciding import settle
from annotate.services.growing import grown_tasks
from annotate.services.holds import BATCH, give_back_seats
from foundation import jobs
from foundation.models import Annotator, Job, User

State = Assignment.State
IN_HAND = (State.RESERVED, State.HELD)


def settle_steps(queue: Queue, after: int = 0) -> Iterator[tuple[int, int]]:
    """Decide about the tasks that wait for one more answer which nobody is left to give.

    Yields after each batch how many, and the last task.
    """
    for tasks in grown_tasks(queue, after):
        stranded = tasks_without_people(queue, tasks)
        yield sum(settle(task, queue) for task in tasks if task.pk in stranded), tasks[-1].pk


def start_settling(*, queue: Queue, by: User | None) -> Job | None:
    """Decide in the background what nobody is left for; None where no task can wait like that."""
    if not (queue.most_overlap or queue.on_disagreement == Queue.Disagreement.ONE_MORE):
        return None
    title = _("Look for tasks of %(name)s that nobody is left for") % {"name": queue.name}
    return jobs.enqueue(
        "annotate.settle", title=title, project=queue.dataset.project, by=by, queue=queue.pk
    )


# Who leaves


def return_work(annotator: Annotator) -> None:
    """Take back what somebody who leaves has in hand, the first of it at once.

    `return_left_work` brings the rest. What they answered stays and counts.
    """
    _return_batch([annotator.pk])
    growing = Queue.objects.exclude(most_overlap=0, on_disagreement__in=("review", "majority"))
    for queue in growing.filter(dataset__project=annotator.project_id).select_related(
        "dataset__project"
    ):
        start_settling(queue=queue, by=None)


def return_left_work() -> int:
    """Take back what people who left still have in hand, in batches; return how much it was."""
    left = set(
        Assignment.objects.filter(state__in=IN_HAND, annotator__ended_at__isnull=False)
        .values_list("annotator_id", flat=True)
        .distinct()
    )
    returned = 0
    while left and (batch := _return_batch(sorted(left))):
        returned += batch
    return returned


@transaction.atomic
def _return_batch(people: list[int]) -> int:
    holds = list(
        Assignment.objects.select_for_update(no_key=True)
        .filter(annotator__in=people, state__in=IN_HAND)
        .order_by("pk")[:BATCH]
    )
    Assignment.objects.filter(pk__in=[hold.pk for hold in holds]).update(
        state=State.RETURNED, lease_ends_at=None
    )
    give_back_seats(holds)
    return len(holds)
