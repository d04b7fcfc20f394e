"""Reading what people answered to choice questions, for the weighing of work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from annotate.models import Answer, Queue, Review, Stage, Task
from annotate.pure.opinions import NOTHING, Labels, Row
from annotate.queries.said import COMPARED
from datasets.pure.schema_rules import Question, Schema

CHUNK = 500


def weighed_questions(schema: Schema) -> list[Question]:
    """Return the questions whose answers can be weighed: the choices; none where others count too.

    Texts that may be left out count nowhere, so they do not matter here either.
    """
    counted = [one for one in schema.questions if one.type in COMPARED or one.required]
    if counted and all(one.type == "choice" and not one.per for one in counted):
        return counted
    return []


def labels_said(document: dict[str, Any], names: Sequence[str]) -> Labels:
    """Return the label that a document gives to each question, in their order."""
    said = {region["question"]: region.get("label", NOTHING) for region in document["regions"]}
    return tuple(said.get(name, NOTHING) for name in names)


@dataclass(frozen=True, slots=True)
class Read:
    """Answers as they were read: a row each, the labels there are, the tasks that have any."""

    rows: list[Row]
    tasks: list[int]
    labels: list[list[str]]

    @property
    def repeated(self) -> int:
        """Tasks that two or more people answered."""
        counts: dict[int, int] = {}
        for task, _who, _said in self.rows:
            counts[task] = counts.get(task, 0) + 1
        return sum(n > 1 for n in counts.values())


def read_answers(tasks: Sequence[int], questions: Sequence[Question]) -> Read:
    """Return the answers of tasks that count in their present round, in chunks of tasks."""
    names = [question.name for question in questions]
    rows = [
        (task, annotator, labels_said(document, names))
        for task, annotator, document in _stream(sorted(tasks))
    ]
    labels = [[label.key for label in question.labels] for question in questions]
    return Read(rows, sorted({task for task, _who, _said in rows}), labels)


def _stream(tasks: Sequence[int]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    for start in range(0, len(tasks), CHUNK):
        chunk = tasks[start : start + CHUNK]
        rejected = set(
            Review.objects.filter(task__in=chunk, verdict=Review.Verdict.REJECT).values_list(
                "annotation", flat=True
            )
        )
        rows = (
            Answer.objects.filter(
                task__in=chunk,
                is_extra=False,
                assignment__stage=Stage.ANNOTATE,
                assignment__round=F("task__round"),
            )
            .order_by("revision")
            .values_list(
                "assignment_id",
                "task_id",
                "assignment__annotator_id",
                "annotation_id",
                "annotation__document__regions",
            )
        )
        newest = {hold: row for hold, *row in rows}
        for task, annotator, annotation, document in newest.values():
            if annotation not in rejected:
                yield task, annotator, document


def decided_by_people(tasks: Sequence[int]) -> set[int]:
    """Return the tasks that a reviewer has decided: no more work changes them."""
    found: set[int] = set()
    decided = Review.objects.exclude(verdict=Review.Verdict.REJECT)
    for start in range(0, len(tasks), CHUNK):
        chunk = decided.filter(task__in=tasks[start : start + CHUNK])
        found.update(pk for pk in chunk.values_list("task", flat=True) if pk)
    return found


def waiting_tasks(queue: Queue, most: int) -> QuerySet[Task]:
    """Return the first tasks whose wanted answers are in and which nothing has decided yet."""
    waits = Task.objects.filter(
        queue=queue, stage=Stage.ANNOTATE, is_gold=False, is_open=False, answers__gte=1
    )
    return waits.filter(answers__gte=F("overlap")).order_by("pk")[:most]
