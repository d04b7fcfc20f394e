"""How well people agree in a large queue: for the first time, and after one more answer.

100,000 tasks with three answers of twenty people each, given as submitting would have written them;
the last few are claimed and submitted through Winnow. Then boxes: 10,000 images with 50 boxes each
of three people, compared window by window. CPU seconds of this process, SQLite within it.
"""

import json
import random
import resource
import time
import uuid
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import chain
from typing import Any

from django.core.cache import cache

from annotate.models import Answer, Assignment, Queue, Stage, Task, Turn
from annotate.pure.agreement.pair_scores import mean_agreement
from annotate.pure.agreement.places import Mark, PlacesAnswer, compare_places, f1_scores
from annotate.queries.agreement import agreement_of_queue
from annotate.services.answers import Aside, submit_answer
from annotate.services.claiming import claim_tasks
from benchmarks import stock
from benchmarks.lines import report
from benchmarks.quantities import median
from datasets.models import Annotation, AnnotationRegions, Dataset, Item
from datasets.pure.region_types import Box
from datasets.pure.regions import parse_regions, regions_hash
from datasets.services.rows import reserve_ids
from foundation.clock import database_now
from foundation.models import Annotator

TASKS, OVERLAP, PEOPLE, MORE = 100_000, 3, 20, 20
IMAGES, BOXES = 10_000, 50
ITEM = (
    *("id", "dataset", "key", "data_type", "content_hash", "metadata", "group", "split"),
    "created_at",
)
ASSIGNMENT = (
    *("id", "task", "queue", "annotator", "round", "stage", "state"),
    *("schema_revision", "fence", "submitted_at", "reason"),
)
ANNOTATION = (
    *("id", "item", "schema_revision", "annotator", "origin", "is_latest"),
    *("submission_id", "created_at"),
)
DOCUMENT = ("annotation", "regions", "regions_hash")
ANSWER = ("annotation", "assignment", "task", "revision", "is_extra", "task_done", "is_unsure")


def main() -> None:
    """Measure labels, then boxes."""
    measure_labels()
    measure_boxes()


# Labels


def measure_labels() -> None:
    """Report the first computation, one more answer, and how far both ways are apart."""
    queue, people = made_queue()
    cpu, told = timed(queue)
    assert told.answers == TASKS * OVERLAP
    name = f"agreement of {TASKS:,} tasks with {OVERLAP} answers"
    report(f"{name}: for the first time, CPU", cpu, "s", at_most=3)
    spent = []
    for number in range(MORE):
        answer(queue, people[number % PEOPLE], stock.LABELS[number % 3])
        cpu, told = timed(queue)
        spent.append(cpu * 1000)
    assert told.answers == TASKS * OVERLAP + MORE
    report(f"{name}: after one more, CPU, median", median(spent), "ms", at_most=50)
    report(f"{name}: after one more, CPU, slowest of {MORE}", max(spent), "ms")
    cache.clear()
    _cpu, whole = timed(queue)
    apart = max(abs(one - other) for one, other in zip(numbers(told), numbers(whole), strict=True))
    report(f"{name}: widest difference from reading everything", apart, "", at_most=1e-9)


def timed(queue: Queue) -> tuple[float, Any]:
    """Return the CPU seconds of the figures as they are now, and the figures."""
    begun = time.process_time()
    told = agreement_of_queue(queue)
    return time.process_time() - begun, told


def numbers(told: Any) -> Iterator[float]:
    """Return all numbers of a report in their order; texts must be equal elsewhere."""
    if isinstance(told, bool | int | float):
        yield float(told)
    elif isinstance(told, dict):
        yield from chain.from_iterable(numbers(told[key]) for key in sorted(told))
    elif isinstance(told, list | tuple):
        yield from chain.from_iterable(numbers(one) for one in told)
    elif is_dataclass(told):
        yield from chain.from_iterable(numbers(getattr(told, one.name)) for one in fields(told))


def made_queue() -> tuple[Queue, list[Annotator]]:
    """Return a queue whose first tasks are answered, and the people who did."""
    project = stock.make_project("Agreement", stock.make_owner())
    revision = stock.make_schema(project)
    dataset = stock.make_texts(project, MORE)
    spare = set(Item.objects.filter(dataset=dataset).values_list("pk", flat=True))
    add_items(dataset)
    people = [Annotator.objects.create(project=project, name=f"p{n}") for n in range(PEOPLE)]
    queue = stock.make_queue(dataset, revision, overlap=OVERLAP, hold_limit=50)
    tasks = Task.objects.filter(queue=queue).exclude(item__in=spare)
    give_answers(queue, list(tasks.order_by("pk").values_list("pk", "item")), people)
    tasks.update(free_seats=0, is_open=False, answers=OVERLAP, stage=Stage.DONE)
    return queue, people


def add_items(dataset: Dataset) -> None:
    """Add items without content: nobody reads them here."""
    now = database_now()
    ids = reserve_ids(Item, TASKS)
    rows = [(pk, dataset.pk, f"b{pk}", "text", f"{pk:064}", "{}", "", "", now) for pk in ids]
    stock.write(Item, ITEM, rows)


def give_answers(queue: Queue, tasks: list[tuple[int, int]], people: list[Annotator]) -> None:
    """Write down that three people answered each task, seven in ten of them alike."""
    now, chance = database_now(), random.Random(1)
    said = {label: regions_hash(parse_regions(stock.said(label))) for label in stock.LABELS}
    texts = {label: json.dumps(stock.said(label)) for label in stock.LABELS}
    revision, wrote = queue.schema_revision_id, dict.fromkeys((one.pk for one in people), 0)
    for start in range(0, len(tasks), 20_000):
        part = [
            (task, who) for task in tasks[start : start + 20_000] for who in drawn(people, chance)
        ]
        holds, pks = reserve_ids(Assignment, len(part)), reserve_ids(Annotation, len(part))
        rows = [(*row, hold, pk) for row, hold, pk in zip(part, holds, pks, strict=True)]
        labels = [
            stock.LABELS[task[0] % 3] if chance.random() < 0.7 else chance.choice(stock.LABELS)
            for task, _who in part
        ]
        hold_rows = [
            (hold, task[0], queue.pk, who, 1, 0, 2, revision, 1, now, "")
            for task, who, hold, _pk in rows
        ]
        stock.write(Assignment, ASSIGNMENT, hold_rows)
        made = [
            (pk, task[1], revision, who, "submitted", True, uuid.uuid4(), now)
            for task, who, _hold, pk in rows
        ]
        stock.write(Annotation, ANNOTATION, made)
        documents = [
            (row[3], texts[label], said[label]) for row, label in zip(rows, labels, strict=True)
        ]
        stock.write(AnnotationRegions, DOCUMENT, documents)
        answers = [(pk, hold, task[0], 1, False, False, False) for task, _who, hold, pk in rows]
        stock.write(Answer, ANSWER, answers)
        for _task, who in part:
            wrote[who] += 1
    for who, n in wrote.items():
        Turn.objects.create(
            queue=queue, annotator_id=who, epoch=queue.epoch, answered=n, writes=n, wrote_at=now
        )


def drawn(people: list[Annotator], chance: random.Random) -> list[int]:
    """Return who answers a task."""
    return [one.pk for one in chance.sample(people, OVERLAP)]


def answer(queue: Queue, person: Annotator, label: str) -> None:
    """Claim the next task for somebody and submit an answer, as the doors do."""
    queue = Queue.objects.get(pk=queue.pk)
    claim = claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=1)
    held = Assignment.objects.select_related(
        *("annotator", "schema_revision", "queue__dataset__project", "queue__guideline"),
        *("queue__schema_revision", "task__item__content"),
    ).get(pk=claim.holds[-1].id)
    submit_answer(
        assignment=held,
        fence=held.fence,
        regions=stock.said(label),
        submission_id=uuid.uuid4(),
        aside=Aside(),
    )


# Boxes


def measure_boxes() -> None:
    """Report the CPU and the memory of matched boxes."""
    mean_agreement(f1_scores(compare_places(boxed(50), in_order=True)))  # all is loaded
    few = peak_mb()
    begun = time.process_time()
    told = mean_agreement(f1_scores(compare_places(boxed(), in_order=True)))
    cpu = time.process_time() - begun
    assert told.n_items == IMAGES
    name = f"matched boxes, F1, {IMAGES:,} images with {BOXES} boxes of three people"
    report(f"{name}: CPU", cpu, "s", at_most=30)
    report(f"{name}: memory above what was there", peak_mb() - few, "MiB", at_most=64)


def boxed(images: int = IMAGES) -> Iterator[PlacesAnswer]:
    """Return what three people drew, image by image, each a little off."""
    chance = random.Random(2)
    for image in range(images):
        true = [(chance.uniform(0, 900), chance.uniform(0, 900)) for _box in range(BOXES)]
        for who in range(3):
            marks = [
                Mark("cell", Box(x + chance.gauss(0, 4), y + chance.gauss(0, 4), 40, 40))
                for x, y in true
            ]
            yield PlacesAnswer(image, who, marks)


def peak_mb() -> float:
    """Return the most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
