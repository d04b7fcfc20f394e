"""The orders by uncertainty and by diversity: a job computes them, a claim only reads the rank.

The job walks the tasks by number in batches. Each batch is one transaction: ranks, progress, and a
new epoch, so that whoever walked past a task finds it at its new place. A rank ends with the number
of its item, so that no two tasks share one, whatever was computed when; ties keep their sequence.
What has no score comes after what has one, in sequence. Tasks that were sent stay in front.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotate.models import Queue, Stage, Task
from annotate.pure.choosing import farthest_first, unsureness
from annotate.pure.policy import COMPUTED_ORDERS
from annotate.queries.scoring import Model, Said, features_of, model_for
from annotate.services.enqueuing import begin_epoch
from annotate.services.ranking import (
    FIRST_UNSCORED,
    NORMAL,
    PLACES,
    place_of_score,
    ranks_of,
    scored,
    shuffle,
)
from foundation import jobs
from foundation.clock import database_now
from foundation.errors import Conflict
from foundation.jobs import JobRun, Report
from foundation.models import Job, User

KIND = "annotate.order"
MADE_WAY = "made way"
"""On the way back to another order: no rank is left that the new ones could meet."""
BATCH = 500
SAID_AT_ONCE = 4 * BATCH
"""Items a model is asked about at a time: a process has to start for each."""
PICKED = 2000
"""Tasks that are chosen one after another for diversity; the next ones when these are answered."""
LOOKED_AT = 20_000
"""Tasks among which they are chosen: all, or so many by chance."""
ANSWERED = 5000
"""Answered items, the last ones, from which they are to differ."""


@dataclass(slots=True)
class _Ordering:
    """One computation as far as it is; what a checkpoint keeps."""

    run: JobRun
    queue: Queue
    after: int = 0
    tasks: int = 0
    seen: int = 0
    source: str = ""
    picks: list[int] = field(default_factory=list)

    def checkpoint(self) -> dict[str, Any]:
        """Return what another attempt needs to go on."""
        kept = ("after", "tasks", "seen", "source", "picks")
        return {"order": self.queue.order} | {name: getattr(self, name) for name in kept}


# When


def jobs_of(queue: Queue) -> QuerySet[Job]:
    """Return the jobs that order a queue, or did."""
    return Job.objects.filter(kind=KIND, project=queue.dataset.project_id, params__queue=queue.pk)


def active_job(queue: Queue) -> Job | None:
    """Return the job that orders a queue now, or is about to."""
    active = jobs_of(queue).filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return active.order_by("-pk").first()


def start_ordering(*, queue: Queue, by: User | None) -> Job:
    """Put the tasks of a queue in its order in the background; return the job that does.

    One that waits or runs is enough. Raises Conflict where the order needs nothing computed.
    """
    if queue.order not in COMPUTED_ORDERS:
        raise Conflict(_("The order of this queue needs nothing computed."))
    return active_job(queue) or _enqueue(queue, by)


def start_leaving(*, queue: Queue, by: User | None) -> Job:
    """Put the tasks of a queue that went by a score back into an order that needs none."""
    return _enqueue(queue, by)


def _enqueue(queue: Queue, by: User | None) -> Job:
    jobs_of(queue).filter(state=Job.State.SUCCEEDED).delete()
    title = _("Order the tasks of %(name)s") % {"name": queue.name}
    return jobs.enqueue(KIND, title=title, project=queue.dataset.project, by=by, queue=queue.pk)


def order_what_is_due() -> int:
    """Start the ordering of each open queue that has something new to go by; return how many."""
    queues = Queue.objects.filter(order__in=COMPUTED_ORDERS, state=Queue.State.OPEN)
    started = 0
    for queue in queues.select_related("dataset__project", "schema", "schema_revision"):
        if active_job(queue) is None and _is_due(queue):
            _enqueue(queue, None)
            started += 1
    return started


def _is_due(queue: Queue) -> bool:
    known = queue.ordered
    if known.get("order") != queue.order:
        return True
    if queue.order == Queue.Order.UNCERTAIN:
        model = model_for(queue)
        if (model.key if model else "") != known["source"]:
            return True
    if known["reason"]:
        return False
    waiting = Task.objects.filter(queue=queue, stage=Stage.ANNOTATE, is_open=True)
    is_used_up = not waiting.filter(rank__gte=NORMAL * PLACES, rank__lt=FIRST_UNSCORED).exists()
    may_help = known["tasks"] > 0 or known["seen"] == 0
    return is_used_up and may_help and waiting.filter(rank__gte=FIRST_UNSCORED).exists()


# What


def order_tasks(run: JobRun) -> Report:
    """Put the tasks of a queue in its order, from where an earlier attempt came to."""
    queues = Queue.objects.select_related("dataset__project", "schema", "schema_revision")
    queue = queues.get(pk=run.params["queue"])
    kept = dict(run.checkpoint)
    work = _Ordering(run, queue)
    if kept.pop("order", None) == queue.order:
        work = _Ordering(run, queue, **kept)
    if queue.order == Queue.Order.UNCERTAIN:
        reason = _by_uncertainty(work)
    elif queue.order == Queue.Order.DIVERSE:
        reason = _by_diversity(work)
    else:
        _by_rule(work)
        return {"tasks": work.seen}
    _note(work, reason)
    return {"tasks": work.tasks, "reason": reason}


def _by_uncertainty(work: _Ordering) -> str:
    """Ask the model about every task that waits; return why that cannot be done, or nothing."""
    model = model_for(work.queue)
    if work.source != (model.key if model else ""):  # a newer one came: begin again
        work.after = work.tasks = work.seen = 0
    work.source = model.key if model else ""
    _begin(work, model)
    if model is None:
        return "no_model"
    while batch := list(_walk(work.queue, work.after)[:SAID_AT_ONCE]):
        said = model.say([one.item_id for one in batch if _waits(one)], work.run.should_stop)
        work.run.check()
        classes = _classes(said)
        for start in range(0, len(batch), BATCH):
            _write(work, batch[start : start + BATCH], classes)
    return "" if work.tasks or not _has_waiting(work.queue) else "nothing_said"


def _classes(said: Said) -> dict[int, int]:
    """Return the place of each item by how unsure the model is of it."""
    if not said:
        return {}
    unsure = unsureness(list(said.values()))
    return {item: place_of_score(float(one)) for item, one in zip(said, unsure, strict=True)}


def _by_diversity(work: _Ordering) -> str:
    """Choose tasks that are unlike what was answered and each other, then rank them."""
    _begin(work, None)
    if not work.picks:
        picks = _pick(work)
        if picks is None:
            return "no_features"
        work.picks = picks
        work.run.set(checkpoint=work.checkpoint())
    classes = {item: 1 + place for place, item in enumerate(work.picks)}
    while batch := list(_walk(work.queue, work.after)[:BATCH]):
        _write(work, batch, classes)
    return ""


def _pick(work: _Ordering) -> list[int] | None:
    """Return the items chosen, first one first; None where items like these cannot be compared."""
    queue = work.queue
    tasks = Task.objects.filter(queue=queue, is_gold=False)
    open_now = tasks.filter(stage=Stage.ANNOTATE, is_open=True, answers=0)
    waiting = list(open_now.order_by("item").values_list("item_id", flat=True))
    if len(waiting) > LOOKED_AT:
        waiting = sorted(sorted(waiting, key=lambda pk: shuffle(pk, queue.pk))[:LOOKED_AT])
    answered = tasks.filter(answers__gt=0).order_by("-pk").values_list("item_id", flat=True)
    known = set(answered[:ANSWERED])
    if not waiting:
        return []
    found = features_of(queue.dataset, [*waiting, *sorted(known)], work.run.should_stop)
    work.run.check()
    if found is None:
        return None
    items, rows = found
    is_known = np.array([item in known for item in items], dtype=bool)
    free = [item for item in items if item not in known]
    return [free[at] for at in farthest_first(rows[~is_known], rows[is_known], PICKED)]


def _by_rule(work: _Ordering) -> None:
    """Give every task the rank that filling would give it, by way of ranks that no other has."""
    if work.source != MADE_WAY:
        while batch := list(_walk(work.queue, work.after)[:BATCH]):
            _write(work, batch, {})
        work.after, work.source = 0, MADE_WAY
        work.run.set(checkpoint=work.checkpoint())
    while batch := list(_walk(work.queue, work.after)[:BATCH]):
        _write(work, batch, {}, ranks_of(work.queue, [one.item_id for one in batch]))


# Writing


def _walk(queue: Queue, after: int = 0) -> QuerySet[Task]:
    """Tasks that have their place by the queue's order: all but gold and what was sent."""
    tasks = Task.objects.filter(queue=queue, is_gold=False, pk__gt=after)
    return tasks.filter(rank__gte=NORMAL * PLACES).order_by("pk")


def _waits(task: Task) -> bool:
    return task.stage == Stage.ANNOTATE and task.is_open


def _has_waiting(queue: Queue) -> bool:
    return _walk(queue).filter(stage=Stage.ANNOTATE, is_open=True).exists()


def _write(
    work: _Ordering,
    batch: Sequence[Task],
    classes: Mapping[int, int],
    ranks: Mapping[int, int] | None = None,
) -> None:
    """Give some tasks their ranks; where any changed, everybody looks from the front."""
    with work.run.batch():
        locked = Task.objects.select_for_update(no_key=True).order_by("pk")
        tasks = list(locked.filter(pk__in=[one.pk for one in batch], rank__gte=NORMAL * PLACES))
        changed = []
        for task in tasks:
            before = (task.rank, task.opened_no)
            has_score = _waits(task) and task.item_id in classes
            task.rank = (
                scored(task.item_id, classes[task.item_id] if has_score else None)
                if ranks is None
                else ranks[task.item_id]
            )
            work.tasks += has_score
            work.seen += 1
            if _waits(task) and task.round == 1 and not task.answers and not task.skips:
                task.opened_no = None  # it came late to its old place: the new one holds
            if (task.rank, task.opened_no) != before:
                changed.append(task)
        if changed:
            Task.objects.bulk_update(changed, ["rank", "opened_no"])
            begin_epoch(work.queue)
        work.after = batch[-1].pk
        work.run.set(done=work.seen, checkpoint=work.checkpoint())


def _begin(work: _Ordering, model: Model | None) -> None:
    """Write down what the order goes by, so that what fails is not begun again by itself."""
    kept = {"at": None, "name": "", "tasks": 0, "seen": 0} | work.queue.ordered
    begun = {"order": work.queue.order, "source": work.source, "reason": "unfinished"}
    _save(work.queue, kept | begun | {"next": model.name if model else ""})
    if work.run.job.total is None:
        work.run.set(total=_walk(work.queue).count())


def _note(work: _Ordering, reason: str) -> None:
    known: dict[str, Any] = work.queue.ordered | {"reason": reason}
    if not reason:
        at: datetime = database_now()
        known |= {"at": at.isoformat(), "tasks": work.tasks, "seen": work.seen}
        known |= {"by": work.queue.order, "name": known["next"]}
    _save(work.queue, known)


def _save(queue: Queue, ordered: dict[str, Any]) -> None:
    queue.ordered = ordered
    Queue.objects.filter(pk=queue.pk).update(ordered=ordered)
