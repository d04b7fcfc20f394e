"""What people said in a queue as counts, which one more answer changes without reading the rest.

The counts are kept in the cache with the number of the last answer they hold. Afterwards only the
answers behind it are read, and all answers of the tasks they belong to. Whatever was written must
be found that way: where the turns of the queue grew by another number, where tasks or gold came or
went, or where the last answer is not the one it was, everything is read again.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import QuerySet, Sum

from annotate.models import Answer, Queue, Stage, Turn
from annotate.pure.agreement.answers import Answers, Codes
from annotate.pure.agreement.disputes import Disputes, ranked
from annotate.pure.agreement.tally import Tally, TooManyKinds
from annotate.queries.said import Table
from annotate.queries.task_counts import groups_of
from datasets.models import Annotation, AnnotationRegions
from datasets.pure.schema_rules import Question, Schema

COUNTED = ("choice", "choices", "pairwise")
"""Types of questions whose figures follow from counts."""
CHUNK = 500
MOST_CHANGED = 500
"""Answers that are worth finding one by one; behind more of them everything is read."""
MOST_BEHIND = 20_000
"""Answers of all queues that are looked through for one; behind more, everything is read."""
KEPT_SECONDS = 7 * 24 * 3600

_FIELDS = (
    "pk",
    "annotation__item_id",
    "annotation__annotator_id",
    "annotation__document__regions_hash",
)
_Row = tuple[int, int, int, str]
Given = dict[int, Any]
"""What each person said to one question about one item, oldest first."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a queue looks like from outside; it grows by what is written and by nothing else."""

    writes: int
    tasks: int
    gold: int


@dataclass(slots=True)
class Counts:
    """The counts of a queue after its answer number `last`, made at `last_at`."""

    head: Head
    last: int
    last_at: Any
    items: int
    answers: int
    tallies: list[Tally]
    disputes: list[Disputes]
    people: dict[int, int] = field(default_factory=dict)
    """How many items each person answered."""


def is_counted(schema: Schema, compared: Sequence[str]) -> bool:
    """Tell whether all figures of a schema follow from counts."""
    asked = [question for question in schema.questions if question.type in compared]
    return all(one.type in COUNTED and not one.per for one in asked)


def counts_of(queue: Queue, questions: Sequence[Question]) -> Counts | None:
    """Return the counts of a queue as it is now; None where there are too many kinds to count."""
    key = f"annotate/counts/1/{queue.pk}.{queue.created_at.timestamp()}/{queue.schema_revision_id}"
    try:
        with _one_moment():
            kept: Counts | None = cache.get(key)
            counts = None if kept is None else _brought_up(kept, queue, questions)
            if counts is None:
                counts = _whole(queue, questions)
    except TooManyKinds:
        return None
    cache.set(key, counts, KEPT_SECONDS)
    return counts


def said_about(
    queue: Queue, question: Question, items: Sequence[int]
) -> dict[int, list[tuple[int, Any]]]:
    """Return who said what to a question about a few items."""
    rows = list(_answers(queue).filter(task__item__in=items).values_list(*_FIELDS))
    labels = _labels(rows, [question])
    return {
        item: list(given[0].items()) for item, given in _by_item(rows, labels, 1).items() if given
    }


@contextmanager
def _one_moment() -> Iterator[None]:
    """Let several queries see the same moment; within a transaction they see what it sees."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _head(queue: Queue) -> Head:
    turns = Turn.objects.filter(queue=queue, stage=Stage.ANNOTATE)
    groups = groups_of([queue])
    return Head(
        turns.aggregate(n=Sum("writes"))["n"] or 0,
        sum(one.n for one in groups),
        sum(one.n for one in groups if one.is_gold),
    )


def _answers(queue: Queue) -> QuerySet[Answer]:
    """All answers of annotators that count, earlier revisions among them."""
    return Answer.objects.filter(
        task__queue=queue,
        task__is_gold=False,
        assignment__stage=Stage.ANNOTATE,
        is_extra=False,
        annotation__document__isnull=False,
    )


def _made_at(pk: int) -> Any:
    return Annotation.objects.filter(pk=pk).values_list("created_at", flat=True).first()


# Everything at once


def _whole(queue: Queue, questions: Sequence[Question]) -> Counts:
    head = _head(queue)
    last = Answer.objects.filter(task__queue=queue).order_by("-pk").values_list("pk", flat=True)
    last_pk = last.first() or 0
    rows = list(_answers(queue).values_list(*_FIELDS).iterator(chunk_size=CHUNK * 8))
    labels = _labels(rows, questions)
    codes = {said: code for code, said in enumerate(labels)}
    pk, item, person = (np.array([row[n] for row in rows], dtype=np.int64) for n in range(3))
    said = np.array([codes[row[3]] for row in rows], dtype=np.intp)
    order = np.lexsort((pk, person, item))
    pk, item, person, said = pk[order], item[order], person[order], said[order]
    # of several answers of a person to an item, the last one counts
    is_last = np.ones(len(item), dtype=bool)
    is_last[:-1] = (np.diff(item) != 0) | (np.diff(person) != 0)
    item, person, said = item[is_last], person[is_last], said[is_last]
    people, times = np.unique(person, return_counts=True)
    counts = Counts(head, last_pk, _made_at(last_pk), len(np.unique(item)), len(item), [], [])
    counts.people = {int(who): int(n) for who, n in zip(people, times, strict=True)}
    for place in range(len(questions)):
        found = [labels[one][place] for one in codes]
        answers = _as_answers(item, person, said, found)
        counts.tallies.append(Tally.of(answers[0]))
        counts.disputes.append(Disputes.of(*answers))
    return counts


def _as_answers(
    item: Codes, person: Codes, said: Codes, found: Sequence[Any]
) -> tuple[Answers, Codes]:
    """The answers to one question, and the items behind their codes."""
    names = list(dict.fromkeys(label for label in found if label is not None))
    places = {label: code for code, label in enumerate(names)}
    table = np.array([places.get(label, -1) for label in found], dtype=np.intp)
    label = table[said] if len(said) else said
    known = label >= 0
    items, item_codes = np.unique(item[known], return_inverse=True)
    people, person_codes = np.unique(person[known], return_inverse=True)
    annotators = tuple(int(one) for one in people)
    answers = Answers(item_codes, person_codes, label[known], annotators, tuple(names))
    return answers, items


def _labels(rows: Iterable[_Row], questions: Sequence[Question]) -> dict[str, list[Any]]:
    """What documents say to each question; those with the same hash say the same and are read once.

    Returns
    -------
    dict
        By hash, a label for each question; None where it has no answer.
    """
    first = {row[3]: row[0] for row in rows}
    hashes = {pk: said for said, pk in first.items()}
    found: dict[str, list[Any]] = {}
    pks = list(hashes)
    for start in range(0, len(pks), CHUNK):
        documents = AnnotationRegions.objects.filter(pk__in=pks[start : start + CHUNK])
        for pk, document in documents.values_list("pk", "regions"):
            tables = [Table(question) for question in questions]
            for table in tables:
                table.add((0, 0), document)
            found[hashes[pk]] = [table.labels.get((0, 0)) for table in tables]
    return found


# What came since


def _brought_up(kept: Counts, queue: Queue, questions: Sequence[Question]) -> Counts | None:
    """Bring counts up to now; None where what was written is not what is found."""
    head = _head(queue)
    grown = head.writes - kept.head.writes
    if (head.tasks, head.gold) != (kept.head.tasks, kept.head.gold):
        return None
    if not 0 <= grown <= MOST_CHANGED or _made_at(kept.last) != kept.last_at:
        return None
    found = _news(queue, kept.last, grown)
    if len(found) != grown:
        return None
    if found:
        rows = list(
            _answers(queue)
            .filter(task__in={task for _pk, task in found})
            .order_by("pk")
            .values_list(*_FIELDS)
        )
        try:
            _change(kept, rows, questions)
        except ValueError:
            return None
        kept.last = found[-1][0]
        kept.last_at = _made_at(kept.last)
    kept.head = head
    return None if any(one.is_spent for one in kept.disputes) else kept


def _news(queue: Queue, last: int, wanted: int) -> list[tuple[int, int]]:
    """Find the answers of a queue behind one, with their tasks, in the order of their numbers.

    What others wrote meanwhile is passed over here: asked for one queue, the database would rather
    begin with everything that was ever held in it.
    """
    rows = (
        Answer.objects.filter(pk__gt=last)
        .order_by("pk")
        .values_list("pk", "task", "assignment__queue", "assignment__stage")
    )
    found: list[tuple[int, int]] = []
    for pk, task, of_queue, stage in rows[:MOST_BEHIND]:
        if of_queue == queue.pk and stage == Stage.ANNOTATE:
            found.append((pk, task))
            if len(found) > wanted:
                break
    return found


def _change(counts: Counts, rows: Sequence[_Row], questions: Sequence[Question]) -> None:
    labels = _labels(rows, questions)
    n = len(questions)
    old = _by_item([row for row in rows if row[0] <= counts.last], labels, n)
    new = _by_item(rows, labels, n)
    people_then = _people([row for row in rows if row[0] <= counts.last])
    people_now = _people(rows)
    for item, people in people_now.items():
        for who in people - people_then.get(item, set()):
            counts.people[who] = counts.people.get(who, 0) + 1
            counts.answers += 1
    counts.items += len(people_now) - len(people_then)
    for item, now in new.items():
        then = old.get(item, [{} for _question in questions])
        for place in range(n):
            counts.tallies[place].change(then[place].items(), now[place].items())
            counts.disputes[place].change(item, ranked(item, now[place].values()))


def _people(rows: Iterable[_Row]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for _pk, item, person, _said in rows:
        found.setdefault(item, set()).add(person)
    return found


def _by_item(
    rows: Iterable[_Row], labels: dict[str, list[Any]], n_questions: int
) -> dict[int, list[Given]]:
    """What was last said about each item, by question and person."""
    last: dict[int, dict[int, _Row]] = {}
    for row in sorted(rows):
        by_person = last.setdefault(row[1], {})
        by_person.pop(row[2], None)
        by_person[row[2]] = row
    return {
        item: [
            {
                who: labels[row[3]][place]
                for who, row in by_person.items()
                if labels[row[3]][place] is not None
            }
            for place in range(n_questions)
        ]
        for item, by_person in last.items()
    }
