"""What it costs to take a living dataset of 100,000 texts out as JSONL, and how much memory.

Each text has one annotation, or two; each annotation is the answer to a task of a queue, so that
the queue, the seconds and the rest of what an export says go along. CPU of the job's process and
of the database, rounds in turns. Memory above that of the idle process, with the pages of files
left out (see `processes.private_memory`), and for 25,000 texts beside it: it must not grow.
"""

from django.db.models import F

from annotate.models import Answer, Assignment, Queue, Stage, Task
from benchmarks import stock
from benchmarks.jobs import Cost, do_job
from benchmarks.lines import report
from benchmarks.quantities import median
from datasets.models import Annotation, Dataset, SchemaRevision
from datasets.services.exports import start_export
from datasets.services.rows import reserve_ids, write_rows
from foundation.clock import database_now
from foundation.models import Project, User

FEW, MANY = 25_000, 100_000
ROUNDS = 3
MIB = 1 << 20
ASSIGNMENT: tuple[str, ...] = (
    *("id", "task", "queue", "annotator", "round", "stage", "state"),
    *("schema_revision", "fence", "claimed_at", "submitted_at", "reason"),
)
ANSWER = (
    "annotation",
    "assignment",
    "task",
    "revision",
    "is_extra",
    "task_done",
    "seconds",
    "is_unsure",
)


def main() -> None:
    """Measure in turns and report."""
    owner = stock.make_owner()
    project = stock.make_project("Exports", owner)
    revision = stock.make_schema(project)
    sizes = {"few": (FEW, 1), "one": (MANY, 1), "two": (MANY, 2)}
    datasets = {
        name: make_answered(project, revision, count, answers)
        for name, (count, answers) in sizes.items()
    }
    costs: dict[str, list[Cost]] = {name: [] for name in sizes}
    for _round in range(ROUNDS):
        for name, dataset in datasets.items():
            costs[name].append(take_out(dataset, owner))
            assert costs[name][-1].report["entries"] == sizes[name][0]
    tell_seconds("one annotation", costs["one"], at_most=5)
    tell_seconds("two annotations", costs["two"])
    few, many = (median([grown(cost) for cost in costs[name]]) for name in ("few", "one"))
    resident = max(cost.peak_bytes - cost.idle_bytes for cost in costs["one"]) / MIB
    report(
        f"JSONL export of {MANY:,} texts: memory above idle, pages of files left out",
        max(grown(cost) for cost in costs["one"]),
        "MiB",
        at_most=64,
        resident_above_idle=round(resident),
        with_two_annotations=round(max(grown(cost) for cost in costs["two"])),
    )
    name = f"the same beside {FEW:,} texts"
    report(name, many - few, "MiB", at_most=8, at_few=round(few, 1), at_many=round(many, 1))


def tell_seconds(what: str, costs: list[Cost], at_most: float | None = None) -> None:
    """Report the CPU seconds of an export."""
    report(
        f"JSONL export of {MANY:,} texts with {what} each: CPU of all processes and the database",
        median([cost.all_cpu for cost in costs]),
        "s",
        at_most=at_most,
        of_it_database=round(median([cost.database for cost in costs]), 2),
        seconds=round(median([cost.seconds for cost in costs]), 1),
        megabytes=round(costs[0].report["bytes"] / MIB),
    )


def grown(cost: Cost) -> float:
    """Return by how many MiB the process's own memory grew."""
    return (cost.peak_private_bytes - cost.idle_private_bytes) / MIB


def make_answered(project: Project, revision: SchemaRevision, count: int, answers: int) -> Dataset:
    """Make a dataset of so many texts, each answered so many times in a queue."""
    names = [f"person {number}" for number in range(answers)]
    title = f"{count} texts, {answers} answers"
    dataset = stock.make_texts(project, count, name=title, annotators=names)
    link(stock.make_queue(dataset, revision, overlap=answers))
    return dataset


def link(queue: Queue) -> None:
    """Make the annotations of a dataset the answers to a queue's tasks, as submits would have."""
    tasks = dict(Task.objects.filter(queue=queue).values_list("item", "pk"))
    said = list(
        Annotation.objects.filter(item__dataset=queue.dataset_id)
        .order_by("pk")
        .values_list("pk", "item", "annotator")
    )
    ids, now = reserve_ids(Assignment, len(said)), database_now()
    state, schema = Assignment.State.SUBMITTED.value, queue.schema_revision_id
    shared = (queue.pk,), (1, Stage.ANNOTATE.value, state, schema, 1, now, now, "")
    write_rows(
        Assignment,
        ASSIGNMENT,
        [
            (pk, tasks[item], *shared[0], annotator, *shared[1])
            for pk, (_said, item, annotator) in zip(ids, said, strict=True)
        ],
    )
    write_rows(
        Answer,
        ANSWER,
        [
            (annotation, pk, tasks[item], 1, False, True, 1.5, False)
            for pk, (annotation, item, _annotator) in zip(ids, said, strict=True)
        ],
    )
    Annotation.objects.filter(pk__in=Answer.objects.filter(task__queue=queue).values("pk")).update(
        origin=Annotation.Origin.SUBMITTED
    )
    Task.objects.filter(queue=queue).update(
        free_seats=0, answers=F("overlap"), stage=Stage.DONE, is_open=False, done_at=now
    )


def take_out(dataset: Dataset, by: User) -> Cost:
    """Export a dataset; returns what the job cost."""
    export = start_export(dataset=dataset, by=by)
    assert export.job is not None
    return do_job(export.job.pk)
