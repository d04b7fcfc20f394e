"""What a claim costs in a queue of a million tasks beside one of ten thousand, three seats each.

Both queues are asked in turns within one run, so that a busy machine hits both alike: by people who
begin, and by a veteran who has answered half of everything. Then many people claim and submit at
once without a pause: through the services and, on PostgreSQL, by the bare statements beside them.
Services take instances: the queue is read once for all, as it is for the bare statements, and who
may do what is left to the doors.
"""

import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from annotate.models import Assignment, Queue, Stage, Task, Turn
from annotate.services.answers import submit_answer
from annotate.services.claiming import claim_tasks
from annotate.services.queues import QueuePlan, create_queue
from benchmarks import stock
from benchmarks.lines import report
from benchmarks.quantities import median, quantile
from datasets.models import Item, ItemContent, SchemaRevision
from datasets.services.datasets import create_dataset
from foundation.models import Annotator, Membership, Project, Role, User
from foundation.queries.prepared import Prepared

ROOT = Path(__file__).resolve().parent.parent
FEW, MANY = 10_000, 1_000_000
SEATS = 3
ROUNDS = 5
CLAIMS = 100
BEGINNERS = 8
CROWD = 16
PROCESSES = 2
SECONDS = 3.0
CLAIM_GOALS = {"median": (0.5, 1.3), "95th percentile": (0.95, 2.0)}
LEAST_OF_RAW = 0.5
HELD_SEAT = Prepared(
    lambda pk: Assignment.objects.select_related("annotator", "task__item__content").filter(pk=pk)
)
"""What submitting needs of an assignment, read as the doors read it."""

NUMBERS = """WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {last})"""
ITEMS = """
INSERT INTO {item} (dataset_id, key, data_type, content_hash, metadata, "group", split, created_at)
{numbers} SELECT {dataset}, 'k' || n, 'text', 'h' || n, '{{}}', '', '', CURRENT_TIMESTAMP FROM s
"""
CONTENTS = """
INSERT INTO {content} (item_id, text)
SELECT id, 'A short text, ' || key FROM {item} WHERE dataset_id = {dataset}
"""
TASKS = """
INSERT INTO {task} (queue_id, item_id, stage, rank, round, overlap, free_seats, is_open, answers,
                    skips, is_gold, reason)
SELECT {queue}, id, 0, n, 1, {seats}, {seats} - had, true, had, 0, false, '' FROM (
  SELECT id, n, CASE WHEN n < {half} THEN 1 ELSE 0 END AS had FROM (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM {item} WHERE dataset_id = {dataset}
  ) numbered) counted
"""
ANSWERED = """
INSERT INTO {assignment} (task_id, queue_id, annotator_id, round, stage, state, fence,
                          schema_revision_id, submitted_at, reason)
SELECT id, queue_id, {veteran}, 1, 0, 2, 1, {revision}, CURRENT_TIMESTAMP, '' FROM {task}
WHERE queue_id = {queue} AND rank < {half}
"""
WRONG = """
SELECT count(*) FROM (
  SELECT t.id FROM {task} t LEFT JOIN {assignment} a ON a.task_id = t.id AND a.state IN (0, 1, 2)
    AND a.round = t.round AND a.stage = 0
  WHERE t.queue_id = {queue} GROUP BY t.id, t.overlap, t.free_seats, t.stage
  HAVING count(a.id) > t.overlap OR (t.stage = 0 AND t.overlap - count(a.id) <> t.free_seats)) w
"""


def main() -> None:
    """Build both queues, measure them in turns, then let a crowd at the large one."""
    project = stock.make_project("Claims", stock.make_owner())
    revision = stock.make_schema(project)
    (veteran,) = people_of(project, "veteran", 1)
    queues = [build(project, revision, size, veteran) for size in (FEW, MANY)]
    if connection.vendor == "postgresql":
        run("VACUUM ANALYZE")
    beginners = people_of(project, "new", BEGINNERS)
    for who, group in (("people who begin", beginners), ("a veteran of half of them", [veteran])):
        compare(who, queues, group)
    crowd(project, queues[1])
    wrong = sum(value(WRONG, queue=queue.pk) for queue in queues)
    report("seats held twice or counted wrong after all of it", wrong, "seats", at_most=0)


def build(project: Project, revision: SchemaRevision, size: int, veteran: Annotator) -> Queue:
    """Make a queue of so many tasks, the first half of which a veteran has answered."""
    dataset = create_dataset(project=project, name=f"{size} texts", data_type="text", by=None)
    policy = {"review_share": 0.0, "overlap": SEATS}
    plan = QueuePlan(name=f"{size} moods")
    queue = create_queue(dataset=dataset, schema=revision.schema, plan=plan, policy=policy, by=None)
    numbers = NUMBERS.format(last=size - 1)
    run(ITEMS, numbers=numbers, dataset=dataset.pk)
    run(CONTENTS, dataset=dataset.pk)
    half = size // 2
    run(TASKS, queue=queue.pk, dataset=dataset.pk, half=half, seats=SEATS)
    run(ANSWERED, queue=queue.pk, half=half, veteran=veteran.pk, revision=revision.pk)
    last_item = Item.objects.filter(dataset=dataset).order_by("-pk").values_list("pk", flat=True)[0]
    Queue.objects.filter(pk=queue.pk).update(wanted=size * SEATS, filled_to_item=last_item)
    begin_at(queue, [veteran], half - 1)
    return Queue.objects.get(pk=queue.pk)


def begin_at(queue: Queue, people: Sequence[Annotator], rank: int) -> None:
    """Note that people have got so far in a queue."""
    for one in people:
        Turn.objects.create(
            queue=queue, annotator=one, stage=Stage.ANNOTATE, epoch=queue.epoch, rank=rank
        )


def people_of(project: Project, name: str, count: int) -> list[Annotator]:
    """Make annotators who have done nothing yet."""
    people = []
    for number in range(count):
        user = User.objects.create(username=f"{name}{number}")
        Membership.objects.create(project=project, user=user, role=Role.ANNOTATOR)
        one = Annotator.objects.create(project=project, user=user, name=f"{name} {number}")
        people.append(one)
    return people


def compare(who: str, queues: Sequence[Queue], people: Sequence[Annotator]) -> None:
    """Report how much longer a claim takes in the large queue, medians of the rounds."""
    turn = deque(people)
    for _warm in range(10):
        for queue in queues:
            annotate(queue, turn[0])
        turn.rotate()
    rounds: list[list[list[float]]] = []
    for _round in range(ROUNDS):
        took: list[list[float]] = [[], []]
        for _claim in range(CLAIMS):
            for queue, times in zip(queues, took, strict=True):
                times.append(annotate(queue, turn[0]))
            turn.rotate()
        rounds.append(took)
    for name, (share, most) in CLAIM_GOALS.items():
        few, many = (median([quantile(took[at], share) for took in rounds]) for at in (0, 1))
        report(
            f"claim at {MANY:,} tasks beside {FEW:,}, {who}: {name}",
            many / few,
            "times",
            at_most=most,
            few_ms=round(few * 1000, 3),
            many_ms=round(many * 1000, 3),
        )


def annotate(queue: Queue, person: Annotator) -> float:
    """Claim a task and answer it; returns the seconds that the claim took."""
    begun = time.perf_counter()
    claim = claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=1)
    took = time.perf_counter() - begun
    (hold,) = claim.holds
    (seat,) = HELD_SEAT.rows(hold.id)
    seat.queue, seat.schema_revision = queue, queue.schema_revision
    submit_answer(
        assignment=seat, fence=hold.fence, regions=stock.said("good"), submission_id=uuid4()
    )
    return took


def crowd(project: Project, queue: Queue) -> None:
    """Report how much many people do at once; bare statements and services take turns."""
    kinds = ["services", "statements"] if connection.vendor == "postgresql" else ["services"]
    groups = {}
    for place, kind in enumerate(kinds):
        groups[kind] = people_of(project, kind, CROWD)
        begin_at(queue, groups[kind], int(MANY * (0.6 + 0.2 * place)))
    rates: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _round in range(ROUNDS):
        for kind in kinds:
            rates[kind].append(rate_of(kind, queue, groups[kind]))
    told = {kind: median(found) for kind, found in rates.items()}
    name = f"claim + submit a second, {CROWD} people without a pause, {MANY:,} tasks"
    report(name, told["services"], "a second", at=timezone.now().isoformat(timespec="minutes"))
    if "statements" in told:
        share = told["services"] / told["statements"]
        more = {"services": round(told["services"]), "statements": round(told["statements"])}
        report("the same beside the bare statements", share, "times", at_least=LEAST_OF_RAW, **more)


def rate_of(kind: str, queue: Queue, people: Sequence[Annotator]) -> float:
    """Let people work in processes of their own; returns how many tasks a second they answered."""
    workers = []
    for number in range(PROCESSES):
        mine = [str(one.pk) for one in people[number::PROCESSES]]
        command = [sys.executable, "-m", "benchmarks.claimers", kind, str(queue.pk), str(SECONDS)]
        workers.append(
            subprocess.Popen(  # waited for below
                [*command, *mine],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline().strip() == "ready"
    told = [worker.communicate("go\n")[0] for worker in workers]
    assert all(worker.returncode == 0 for worker in workers)
    found = [json.loads(one) for one in told]
    return sum(one["answered"] / one["seconds"] for one in found)


def _filled(text: str, **words: object) -> str:
    models = {"item": Item, "content": ItemContent, "task": Task, "assignment": Assignment}
    return text.format(**{name: one._meta.db_table for name, one in models.items()}, **words)


def run(text: str, **words: object) -> None:
    """Run a statement over whole tables."""
    with connection.cursor() as cursor:
        cursor.execute(_filled(text, **words))


def value(text: str, **words: object) -> int:
    """Return the one number that a statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(_filled(text, **words))
        return int(cursor.fetchone()[0])
