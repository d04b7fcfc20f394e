"""Moving tasks from stage to stage: by the stage table, and nothing else does it."""

from django.db.models import F, QuerySet
from django.utils import timezone

from annotate.models import Assignment, Queue, Stage, Task
from annotate.pure import routes, task_stages
from annotate.queries.policies import policy_of
from annotate.services.openings import opening_number
from foundation.services.rows import update_row

STAGES: dict[str, Stage] = {
    task_stages.ANNOTATE: Stage.ANNOTATE,
    task_stages.REVIEW: Stage.REVIEW,
    task_stages.ADJUDICATE: Stage.ADJUDICATE,
    task_stages.DONE: Stage.DONE,
    task_stages.SET_ASIDE: Stage.SET_ASIDE,
}
CHECKS = (Stage.REVIEW, Stage.ADJUDICATE)
"""Where one person decides about what others answered."""
NAMES = {stage: name for name, stage in STAGES.items()}
_SEATED = (Assignment.State.RESERVED, Assignment.State.HELD, Assignment.State.SUBMITTED)
_FIELDS = ("stage", "free_seats", "is_open", "opened_no", "done_at", "skips", "agreed", "overlap")


def move_task(task: Task, happening: str, queue: Queue | None = None) -> Task:
    """Put a task, whose row is locked, where its queue's table sends it, with its seats there.

    Raises LookupError for what cannot happen at its stage.
    """
    stage = stage_after(task, happening, queue or task.queue)
    if stage in CHECKS:
        # Who decided about it before may look again.
        _holds(task, stage).filter(state=Assignment.State.SUBMITTED).update(
            state=Assignment.State.RETURNED
        )
    task.stage = stage
    task.skips = 0
    task.free_seats = seats_left(task)
    task.is_open = task.free_seats > 0
    task.done_at = timezone.now() if stage == Stage.DONE else None
    if task.is_open:
        task.opened_no = opening_number(task.queue_id)
    update_row(task, *_FIELDS)
    return task


def stage_after(task: Task, happening: str, queue: Queue) -> Stage:
    """Return where something that happens to a task leads in its queue."""
    table = routes.table_of(policy_of(queue))
    return STAGES[task_stages.next_stage(NAMES[Stage(task.stage)], happening, table)]


def seats_left(task: Task) -> int:
    """Return how many more people its present stage and round want."""
    if task.is_gold or task.stage not in (Stage.ANNOTATE, *CHECKS):
        return 0
    wanted = task.overlap if task.stage == Stage.ANNOTATE else 1
    seated = _holds(task, Stage(task.stage)).filter(state__in=_SEATED).count()
    return max(wanted - seated, 0)


def _holds(task: Task, stage: Stage) -> QuerySet[Assignment]:
    return Assignment.objects.filter(task=task, round=task.round, stage=stage)


def begin_round(task: Task, overlap: int) -> None:
    """Let everybody answer a task, whose row is locked, anew. Old answers stay with their round.

    Who holds it at this moment, or was given it by hand, goes on into the new round.
    """
    present = _holds(task, Stage.ANNOTATE).filter(state__in=_SEATED[:2])
    carried = present.update(round=task.round + 1)
    task.round += 1
    task.answers = 0
    task.agreed = None
    task.overlap = max(overlap, carried)
    update_row(task, "round", "answers")
    if task.stage == Stage.ANNOTATE:
        task.skips = 0
        task.free_seats = task.overlap - carried
        task.is_open = task.free_seats > 0
        task.opened_no = opening_number(task.queue_id)
        update_row(task, *_FIELDS)
    else:
        move_task(task, task_stages.REOPENED)
    Queue.objects.filter(pk=task.queue_id).update(wanted=F("wanted") + task.overlap)
