"""Tasks that wait at a stage which their queue has no longer go on to the one it has."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.errors import TasksWait
from annotate.models import Queue, Stage, Task
from annotate.pure import routes, task_stages
from annotate.pure.policy import Policy
from annotate.queries.policies import policy_of
from annotate.services.stages import CHECKS, NAMES, move_task
from foundation import jobs
from foundation.errors import Place
from foundation.models import Job, User

BATCH = 200


def lost_stages(policy: Policy) -> list[Stage]:
    """Return the stages for reviewers and adjudicators that a policy does without."""
    return [stage for stage in CHECKS if NAMES[stage] not in routes.stages_of(policy)]


def waiting_in(queue: Queue, stages: list[Stage]) -> int:
    """Return how many tasks of a queue wait at some stages."""
    return Task.objects.filter(queue=queue, stage__in=stages).count()


def refuse_to_strand(queue: Queue, policy: Policy) -> None:
    """Raise TasksWait, with their number, where tasks wait at a stage that a policy is without."""
    lost = lost_stages(policy)
    count = waiting_in(queue, lost)
    if not count:
        return
    goes_to = Stage.ADJUDICATE if Stage.REVIEW in lost else Stage.REVIEW
    detail = ngettext(
        "%(n)d task waits at a stage that the queue would have no longer. It would move to:"
        " %(to)s.",
        "%(n)d tasks wait at a stage that the queue would have no longer. They would move to:"
        " %(to)s.",
        count,
    )
    detail %= {"n": count, "to": goes_to.label}
    raise TasksWait(detail, [Place("moves_waiting", "tasks-wait", detail)], {"waiting": count})


def start_restaging(*, queue: Queue, by: User | None) -> Job | None:
    """Move on in the background what waits at a stage that is gone; None where nothing does."""
    if not waiting_in(queue, lost_stages(policy_of(queue))):
        return None
    title = _("Move tasks of %(name)s to the stages it has") % {"name": queue.name}
    return jobs.enqueue(
        "annotate.restage", title=title, project=queue.dataset.project, by=by, queue=queue.pk
    )


def restage_steps(queue: Queue) -> Iterator[int]:
    """Move on what waits at a stage that is gone, batch by batch; yields how many."""
    lost = lost_stages(policy_of(queue))
    while batch := _restage(queue, lost):
        yield batch


@transaction.atomic
def _restage(queue: Queue, lost: list[Stage]) -> int:
    locked = Task.objects.select_for_update(no_key=True)
    tasks = list(locked.filter(queue=queue, stage__in=lost).order_by("pk")[:BATCH])
    for task in tasks:
        move_task(task, task_stages.STAGE_GONE, queue)
    return len(tasks)
