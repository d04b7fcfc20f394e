"""What annotate does in the background, and what the clock asks of it."""

from annotate.models import Queue
from annotate.services.enqueuing import begin_epoch, overlap_steps
from annotate.services.filling import fill_steps
from annotate.services.following import follow_datasets
from annotate.services.holds import expire_leases
from foundation.clock import Duty, duties
from foundation.jobs import JobKind, JobRun, Report, job_kinds


def fill(run: JobRun) -> Report:
    """Fill a queue from its dataset."""
    queue = Queue.objects.select_related("dataset").get(pk=run.params["queue"])
    added = run.checkpoint.get("added", 0)
    for new, last in fill_steps(queue, run.checkpoint.get("after")):
        added += new
        with run.batch(done=added, checkpoint={"after": last, "added": added}):
            pass
    return {"added": added}


def change_overlap(run: JobRun) -> Report:
    """Bring a queue's overlap to its open tasks."""
    queue = Queue.objects.select_related("dataset", "schema_revision").get(pk=run.params["queue"])
    changed = run.checkpoint.get("changed", 0)
    for more, last in overlap_steps(queue, run.checkpoint.get("after", 0)):
        changed += more
        with run.batch(done=changed, checkpoint={"after": last, "changed": changed}):
            pass
    begin_epoch(queue)
    return {"changed": changed}


job_kinds.register("annotate.fill", JobKind(work=fill, unit="tasks"))
job_kinds.register("annotate.overlap", JobKind(work=change_overlap, unit="tasks"))
duties.register("annotate expire leases", Duty(every_seconds=5, work=expire_leases))
duties.register("annotate follow datasets", Duty(every_seconds=5, work=follow_datasets))
