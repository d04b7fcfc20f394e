"""What pages of figures cost at a million answers: statements and CPU of one request.

600,000 tasks, 50 people, two answers to each task but the last 100,000, spread over 100 days; every
tenth answer reviewed, every fiftieth a check against gold, 20,000 skips. The rows are written as
submits would have left them, and people's days are counted from them as the doctor counts, whose
time is told too. A page is asked for five times; the median of the CPU counts.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.db.models.functions import Mod
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotate.models import Answer, Assignment, GoldCheck, Queue, Review, Stage, Task, Turn, WorkDay
from annotate.queries.pages import queue_rows
from annotate.queries.workdays import count_days
from annotate.queries.workload import progress_of
from annotate.services.rates import set_rate
from benchmarks import stock
from benchmarks.bench_exports import ANSWER, ASSIGNMENT
from benchmarks.lines import report
from benchmarks.quantities import median
from datasets.models import Annotation, AnnotationRegions, Item
from datasets.services.rows import reserve_ids
from foundation.clock import database_now
from foundation.models import Annotator, Project, Role, User
from foundation.services.people import add_member

TASKS, ANSWERED, EACH = 600_000, 500_000, 2
PEOPLE, DAYS, SKIPS = 50, 100, 20_000
PIECE = 50_000
ROUNDS = 5
MOST_MS = 150
SCALE = {"a thousandth": 1000, "all": 1}
Row = tuple[Any, ...]
ANNOTATION: tuple[str, ...] = (
    *("id", "item", "schema_revision", "annotator", "origin", "is_latest", "submission_id"),
    "created_at",
)


def main() -> None:
    """Make a small and a large queue, and ask for each page of both."""
    owner = stock.make_owner()
    statements: dict[str, dict[str, int]] = {}
    for name, divisor in SCALE.items():
        project = stock.make_project(f"Figures of {name}", owner)
        people = _people(project, name, owner)
        queue = make_queue(project, divisor)
        fill_in(queue, divisor)
        begun = time.process_time()
        days = count_days()
        spent = time.process_time() - begun
        WorkDay.objects.bulk_create(
            (
                WorkDay(queue_id=key.queue, annotator_id=key.annotator, day=key.day, **day.row())
                for key, day in days.items()
                if key.queue == queue.pk
            ),
            batch_size=200,
        )
        if divisor == 1:
            what = f"people's days counted anew from {ANSWERED * EACH:,} answers: CPU"
            report(what, spent, "s", days=len(days))
        set_rate(queue=queue, per="hour", amount="15", currency="EUR", annotator=None, by=owner)
        statements[name] = ask(queue, owner, people, told=divisor == 1)
    grown = sum(statements["all"][page] - n for page, n in statements["a thousandth"].items())
    report("pages of figures: statements more than at a thousandth", grown, "", at_most=0)


def _people(project: Project, name: str, owner: User) -> dict[str, User]:
    """Make those who look: an annotator and a reviewer, who are the first two of the people."""
    found = {}
    for role in (Role.ANNOTATOR, Role.REVIEWER):
        user = stock.make_owner(f"{role}-{SCALE[name]}")
        add_member(project=project, user=user, role=role, by=owner)
        Annotator.objects.get_or_create(
            project=project, user=user, defaults={"name": user.shown_name}
        )
        found[role.value] = user
    missing = PEOPLE - Annotator.objects.filter(project=project).count()
    Annotator.objects.bulk_create(
        Annotator(project=project, name=f"person {number}") for number in range(missing)
    )
    return found


def make_queue(project: Project, divisor: int) -> Queue:
    """Make a queue and its items; what a page shows of a few of them is a text each."""
    dataset = stock.make_texts(project, 1)
    queue = stock.make_queue(dataset, stock.make_schema(project), overlap=EACH, review_share=0.1)
    Task.objects.filter(queue=queue).delete()
    ids = reserve_ids(Item, TASKS // divisor)
    now = database_now()
    for piece in _pieces(len(ids)):
        stock.write(
            Item,
            (
                "id",
                "dataset",
                "key",
                "data_type",
                "content_hash",
                "metadata",
                "group",
                "split",
                "created_at",
            ),
            [
                (ids[n], dataset.pk, f"i{n:07}", "text", f"{n:064}", "{}", "", "", now)
                for n in piece
            ],
        )
    return queue


def fill_in(queue: Queue, divisor: int) -> None:
    """Write tasks, holds, answers, reviews, checks and skips as work would have left them."""
    items = list(
        Item.objects.filter(dataset=queue.dataset).order_by("pk").values_list("pk", flat=True)
    )[1:]
    people = list(
        Annotator.objects.filter(project=queue.dataset.project)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    answered = ANSWERED // divisor
    tasks = reserve_ids(Task, len(items))
    _tasks(queue, tasks, items, answered)
    _answers(queue, tasks[:answered], items, people)
    _verdicts(queue, people)
    _skips(queue, tasks[answered:], people, SKIPS // divisor)
    Turn.objects.bulk_create(
        Turn(
            queue=queue,
            annotator_id=pk,
            answered=answered * EACH // len(people),
            writes=1,
            wrote_at=database_now(),
        )
        for pk in people
    )
    Queue.objects.filter(pk=queue.pk).update(wanted=len(items) * EACH)
    queue.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _pieces(count: int) -> Iterator[range]:
    for start in range(0, count, PIECE):
        yield range(start, min(start + PIECE, count))


def _tasks(queue: Queue, tasks: Sequence[int], items: list[int], answered: int) -> None:
    fields = ("id", "queue", "item", "stage", "rank", "round", "overlap", "free_seats", "is_open",
              "opened_no", "answers", "skips", "is_gold", "reason", "agreed")  # fmt: skip
    for piece in _pieces(len(tasks)):
        rows: list[Row] = []
        for n in piece:
            is_done, waits = n < answered, n % 20 == 0
            stage = Stage.ANNOTATE
            if is_done:
                stage = Stage.REVIEW if waits else Stage.DONE
            seats = 0 if stage == Stage.DONE else 1 if stage == Stage.REVIEW else EACH
            rows.append(
                (
                    tasks[n],
                    queue.pk,
                    items[n],
                    int(stage),
                    n,
                    1,
                    EACH,
                    seats,
                    seats > 0,
                    n if stage == Stage.REVIEW else None,
                    EACH if is_done else 0,
                    0,
                    False,
                    "",
                    n % 7 != 0 if is_done else None,
                )
            )
        stock.write(Task, fields, rows)


def _answers(queue: Queue, tasks: Sequence[int], items: list[int], people: list[int]) -> None:
    revision, now = queue.schema_revision_id, database_now()
    count = len(tasks) * EACH
    holds, said = reserve_ids(Assignment, count), reserve_ids(Annotation, count)
    state = Assignment.State.SUBMITTED.value
    for piece in _pieces(count):
        at = [_moment(now, n, count) for n in piece]
        who = [people[(n // EACH + n % EACH * 7) % len(people)] for n in piece]
        shared = list(zip(piece, who, at, strict=True))
        held: list[Row] = []
        for n, one, then in shared:
            task = tasks[n // EACH]
            held.append((holds[n], task, queue.pk, one, 1, 0, state, revision, 1, then, then, ""))
        stock.write(Assignment, ASSIGNMENT, held)
        notes: list[Row] = []
        for n, one, then in shared:
            item = items[n // EACH]
            notes.append((said[n], item, revision, one, "submitted", True, UUID(int=said[n]), then))
        stock.write(Annotation, ANNOTATION, notes)
        answers: list[Row] = [
            (said[n], holds[n], tasks[n // EACH], 1, False, n % EACH == 1, 2.0 + n % 61, False)
            for n in piece
        ]
        stock.write(Answer, ANSWER, answers)


def _moment(now: datetime, number: int, count: int) -> datetime:
    return now - timedelta(days=DAYS * (1 - number / count), minutes=1)


def _verdicts(queue: Queue, people: list[int]) -> None:
    """Review every tenth answer by a few people, and check every fiftieth against gold."""
    answers = Answer.objects.filter(task__queue=queue).order_by("pk")
    chosen = answers.annotate(rest=Mod(F("pk"), 10)).filter(rest=0)
    rows = list(
        chosen.values_list(
            "pk", "task", "assignment__annotator", "task__item", "assignment__submitted_at"
        )
    )
    kinds = ("accept", "accept", "correct", "accept", "reject")
    for label in ("good", "bad"):
        name = (
            f'{{"format": 1, "regions": [{{"id": "r1", "question": "mood", "label": "{label}"}}]}}'
        )
        one = 0 if label == "good" else 1
        pks = [row[0] for row in rows][one::2]
        stock.write(
            AnnotationRegions,
            ("annotation", "regions", "regions_hash"),
            [(pk, name, "0" * 64) for pk in pks],
        )
    reviews = reserve_ids(Review, len(rows))
    stock.write(
        Review,
        (
            *("id", "annotation", "task", "reviewer", "verdict", "reason", "corrected", "at"),
            "proposes_gold",
        ),
        [
            (reviews[n], pk, task, people[n % 4], kinds[n % 5], "", rows[n - 1][0], at, False)
            for n, (pk, task, _who, _item, at) in enumerate(rows)
        ],
    )
    checks = reserve_ids(GoldCheck, len(rows[::5]))
    stock.write(
        GoldCheck,
        ("id", "queue", "item", "schema", "annotator", "annotation", "score", "at"),
        [
            (checks[n], queue.pk, item, queue.schema_id, who, pk, float(n % 8 > 0), at)
            for n, (pk, _task, who, item, at) in enumerate(rows[::5])
        ],
    )


def _skips(queue: Queue, tasks: Sequence[int], people: list[int], count: int) -> None:
    ids, now = reserve_ids(Assignment, count), database_now()
    state, revision = Assignment.State.SKIPPED.value, queue.schema_revision_id
    rows = [
        (
            ids[n],
            tasks[n],
            queue.pk,
            people[n % len(people)],
            1,
            0,
            state,
            revision,
            1,
            now,
            None,
            "too dark" if n % 3 else "",
            _moment(now, n, count),
        )
        for n in range(count)
    ]
    stock.write(Assignment, (*ASSIGNMENT, "skipped_at"), rows)


# Asking


def ask(queue: Queue, owner: User, people: dict[str, User], *, told: bool) -> dict[str, int]:
    """Ask for each page; returns how many statements each took."""
    project = queue.dataset.project
    pages = {
        "figures of a queue": (owner, f"/queues/{queue.oid}/figures"),
        "report of a queue": (owner, f"/queues/{queue.oid}/report"),
        "list of tasks of a queue on which people differ": (
            owner,
            f"/queues/{queue.oid}/tasks?agreed=no",
        ),
        "queues of a project": (owner, f"/projects/{project.oid}/queues"),
        "reviews of a project": (people["reviewer"], f"/projects/{project.oid}/reviews"),
        "own work of an annotator": (people["annotator"], f"/projects/{project.oid}/my-work"),
    }
    found = {}
    for name, (who, address) in pages.items():
        client = Client()
        client.force_login(who)
        found[name] = _measure(name, lambda c=client, a=address: _get(c, a), told=told)
    _measure(
        "what the overview of a queue reads, agreement left out",
        lambda: (queue_rows([queue]), progress_of(queue).forecast),
        told=told,
    )
    return found


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def _measure(name: str, work: Any, *, told: bool) -> int:
    work()
    spent = []
    for _round in range(ROUNDS):
        begun = time.process_time()
        work()
        spent.append((time.process_time() - begun) * 1000)
    with CaptureQueriesContext(connection) as asked:
        work()
    if told:
        what = f"{name}, {ANSWERED * EACH:,} answers: CPU"
        report(what, median(spent), "ms", at_most=MOST_MS, statements=len(asked))
    return len(asked)
