"""What annotate puts on the shelves of the house: jobs, duties, and what lower apps ask for."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import TypeVar

from annotate.models import BulkAction, Queue
from annotate.pure.policy import COMPUTED_ORDERS
from annotate.queries.access import had_item
from annotate.queries.exported import extras_of
from annotate.queries.filters import MEANINGS, gold_items
from annotate.services.bulk import bulk_steps, undo_steps
from annotate.services.deadlines import tell_deadlines
from annotate.services.enqueuing import (
    BATCH,
    Enqueued,
    begin_epoch,
    enqueue_items,
    overlap_steps,
)
from annotate.services.estimates import accept, estimate
from annotate.services.filling import fill_steps
from annotate.services.following import follow_datasets
from annotate.services.holds import expire_leases
from annotate.services.migrated import ANSWERS, left_as_they_are
from annotate.services.ordering import KIND as ORDER
from annotate.services.ordering import order_tasks, order_what_is_due, start_ordering
from annotate.services.restaging import restage_steps
from annotate.services.settling import return_left_work, return_work, settle_steps
from annotate.services.task_counts import fold_counts
from annotate.services.weighing import KIND, Done, weigh_what_is_due, weighing_steps
from datasets.queries.access import media_doors
from datasets.queries.entries import export_extras
from datasets.queries.filtering import filter_meanings
from datasets.queries.items import find_items
from datasets.queries.migrations import others_touched
from datasets.services.migrating import followers
from datasets.services.versions import kept_out
from foundation.clock import Duty, duties
from foundation.jobs import JobKind, JobRun, Report, give_way, job_kinds
from foundation.models import Job
from foundation.services.people import departures

Step = TypeVar("Step")


def _giving_way(steps: Iterator[Step]) -> Iterator[Step]:
    """Yield steps that each wrote on their own, and leave the database to others after each."""
    begun = time.monotonic()
    for step in steps:
        give_way(time.monotonic() - begun)
        yield step
        begun = time.monotonic()


def fill(run: JobRun) -> Report:
    """Fill a queue from its dataset."""
    queue = Queue.objects.select_related("dataset__project").get(pk=run.params["queue"])
    added = run.checkpoint.get("added", 0)
    for new, last in _giving_way(fill_steps(queue, run.checkpoint.get("after"))):
        added += new
        with run.batch(done=added, checkpoint={"after": last, "added": added}):
            pass
    if added and queue.order in COMPUTED_ORDERS:
        start_ordering(queue=queue, by=run.job.created_by)
    return {"added": added}


def change_overlap(run: JobRun) -> Report:
    """Bring a queue's overlap to its open tasks."""
    queue = Queue.objects.select_related("dataset", "schema_revision").get(pk=run.params["queue"])
    changed = run.checkpoint.get("changed", 0)
    for more, last in _giving_way(overlap_steps(queue, run.checkpoint.get("after", 0))):
        changed += more
        with run.batch(done=changed, checkpoint={"after": last, "changed": changed}):
            pass
    begin_epoch(queue)
    return {"changed": changed}


def settle(run: JobRun) -> Report:
    """Decide about the tasks of a queue that wait for an answer which nobody is left to give."""
    queue = Queue.objects.select_related("dataset", "schema_revision").get(pk=run.params["queue"])
    settled = run.checkpoint.get("settled", 0)
    for more, last in _giving_way(settle_steps(queue, run.checkpoint.get("after", 0))):
        settled += more
        with run.batch(done=settled, checkpoint={"after": last, "settled": settled}):
            pass
    return {"settled": settled}


def weigh(run: JobRun) -> Report:
    """Weigh the work of a queue, and ask, decide and order by it."""
    queue = Queue.objects.select_related("dataset", "schema_revision").get(pk=run.params["queue"])
    done = Done()
    for done in _giving_way(weighing_steps(queue)):
        with run.batch(done=done.all):
            pass
    return asdict(done)


def restage(run: JobRun) -> Report:
    """Move on the tasks that wait at a stage which their queue has no longer."""
    queue = Queue.objects.get(pk=run.params["queue"])
    moved = run.checkpoint.get("moved", 0)
    for more in _giving_way(restage_steps(queue)):
        moved += more
        with run.batch(done=moved, checkpoint={"moved": moved}):
            pass
    return {"moved": moved}


def bulk(run: JobRun) -> Report:
    """Do, or undo, what was decided about many tasks of a queue."""
    actions = BulkAction.objects.select_related("queue__dataset__project", "revision")
    action = actions.get(pk=run.params["action"])
    go = undo_steps if run.params["undo"] else bulk_steps
    changed = 0
    for changed, last in _giving_way(go(action, run.checkpoint.get("after", 0))):
        with run.batch(done=changed, checkpoint={"after": last}):
            pass
    return {"changed": changed}


def send(run: JobRun) -> Report:
    """Send all items that match a filter to the front of a queue."""
    queue = Queue.objects.select_related("dataset__project").get(pk=run.params["queue"])
    items = find_items(queue.dataset, run.params["filter"]).order_by("pk")
    sent, after = Enqueued(**run.checkpoint.get("sent", {})), run.checkpoint.get("after", 0)
    while batch := list(items.filter(pk__gt=after)[:BATCH]):
        after = batch[-1].pk
        with run.batch():
            sent += enqueue_items(
                queue=queue,
                items=batch,
                by=run.job.created_by,
                reason=run.params["reason"],
                priority=run.params["priority"],
            )
            run.set(
                done=sent.added + sent.moved + sent.reopened,
                checkpoint={"after": after, "sent": asdict(sent)},
            )
    return asdict(sent)


job_kinds.register("annotate.fill", JobKind(work=fill, unit="tasks"))
job_kinds.register("annotate.send", JobKind(work=send, unit="items"))
job_kinds.register("annotate.estimate", JobKind(work=estimate, unit="items"))
job_kinds.register("annotate.accept-estimate", JobKind(work=accept, unit="items"))
job_kinds.register("annotate.overlap", JobKind(work=change_overlap, unit="tasks"))
job_kinds.register("annotate.bulk", JobKind(work=bulk, unit="tasks"))
job_kinds.register("annotate.restage", JobKind(work=restage, unit="tasks"))
job_kinds.register("annotate.settle", JobKind(work=settle, unit="tasks"))
job_kinds.register(KIND, JobKind(work=weigh, unit="tasks"))
job_kinds.register(ORDER, JobKind(work=order_tasks, lane=Job.Lane.HEAVY, unit="tasks"))
departures.register("annotate", return_work)
duties.register("annotate return work", Duty(every_seconds=60, work=return_left_work))
duties.register("annotate tell deadlines", Duty(every_seconds=3600, work=tell_deadlines))
duties.register("annotate expire leases", Duty(every_seconds=5, work=expire_leases))
duties.register("annotate weigh work", Duty(every_seconds=20, work=weigh_what_is_due))
duties.register("annotate fold counts", Duty(every_seconds=60, work=fold_counts))
duties.register("annotate order tasks", Duty(every_seconds=60, work=order_what_is_due))
duties.register("annotate follow datasets", Duty(every_seconds=5, work=follow_datasets))
media_doors.register("annotate", had_item)
export_extras.register("annotate", extras_of)
kept_out.register("gold", gold_items)
followers.register("annotate", ANSWERS)
others_touched.register("annotate", left_as_they_are)
for name, meaning in MEANINGS.items():
    filter_meanings.register(name, meaning)
