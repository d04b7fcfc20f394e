"""Deciding about a task by the answers that are in, when nobody is left for one more."""

from annotate.models import Queue, Stage, Task
from annotate.queries.answerers import tasks_without_people
from annotate.services.advancing import advance_task, counted_answers
from annotate.services.growing import stop_asking


def settle(task: Task, queue: Queue) -> bool:
    """Decide about a task, whose row is locked, by the answers that are in; tell whether it was.

    Whoever holds it, or was given it, keeps their seat: then their answer decides.
    """
    if not stop_asking(task):
        return False
    advance_task(task=task, queue=queue, answers=counted_answers(task))
    if task.stage == Stage.ANNOTATE:  # it waits for the weighing, which nothing else would start
        Queue.objects.filter(pk=queue.pk).exclude(weighed="").update(weighed="")
    return True


def settle_if_stranded(task: Task, queue: Queue) -> bool:
    """Decide about a task that grew when all who may answer in its queue have had it."""
    has_grown = task.overlap > queue.overlap and task.answers >= queue.overlap
    return has_grown and bool(tasks_without_people(queue, [task])) and settle(task, queue)
