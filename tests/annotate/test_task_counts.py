"""Tasks are counted beside their rows, and a full count says the same whatever happened to them."""

import importlib
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from annotate.models import Assignment, Queue, Stage, Task, TaskCount
from annotate.queries.invariants import broken_promises
from annotate.queries.task_counts import (
    Group,
    agreements,
    by_stage,
    disputed,
    groups_of,
    miscounted,
    waiting,
)
from annotate.services import task_counts
from annotate.services.bulk import Plan, run_bulk, undo_bulk
from annotate.services.claiming import claim_tasks
from annotate.services.enqueuing import enqueue_items, requeue_task
from annotate.services.filling import fill_queue
from annotate.services.gold import plant_gold, retire_gold
from annotate.services.holds import release_task, skip_task
from annotate.services.reviews import Reviewer, accept_annotation, reject_annotation
from annotate.services.task_counts import fold_counts, mend_counts
from datasets.models import Annotation, Item
from datasets.services.curation import archive_items, restore_items
from foundation.errors import DomainError
from foundation.models import Annotator, Project, User
from tests.annotate.making import add_texts, fetched, make_people, make_queue, submitted

pytestmark = pytest.mark.django_db
STEPS = 110


def full_count() -> Counter[tuple[object, ...]]:
    """Every task, one by one."""
    rows = Task.objects.values_list("queue", "stage", "is_open", "is_gold", "agreed")
    return Counter(
        (queue, stage, is_open and stage in (1, 2), is_gold, agreed)
        for queue, stage, is_open, is_gold, agreed in rows
    )


def assert_counted(after: str) -> None:
    """The counts are what a full count says."""
    found = {
        (one.queue, one.stage, one.waits, one.is_gold, one.agreed): one.n
        for one in groups_of(Queue.objects.all())
    }
    assert found == dict(full_count()), after


class Work:
    """People and managers who do things at random."""

    def __init__(self, project: Project, reviewer: Reviewer, seed: int) -> None:
        self.chance = random.Random(seed)
        self.reviewer = reviewer
        self.people = make_people(project, 4)
        policy: dict[str, Any] = {
            "overlap": 2,
            "max_skips": 2,
            "review_share": 0.5,
            "gold_share": 0.2,
        }
        self.pk = make_queue(project, 12, **policy).pk

    @property
    def queue(self) -> Queue:
        """The queue as it is stored."""
        related = ("dataset__project", "schema_revision", "guideline")
        return Queue.objects.select_related(*related).get(pk=self.pk)

    def tasks(self, count: int, **where: object) -> list[Task]:
        """A few tasks."""
        found = list(Task.objects.filter(queue=self.pk, **where).order_by("pk"))
        return self.chance.sample(found, min(count, len(found)))

    def items(self, count: int) -> list[Item]:
        """The items of a few tasks."""
        return [task.item for task in self.tasks(count)]

    def hold(self, stage: Stage = Stage.ANNOTATE) -> Assignment | None:
        """A task in somebody's hands."""
        who = self.chance.choice(self.people)
        if stage != Stage.ANNOTATE:
            who = self.reviewer.annotator
        holds = claim_tasks(queue=self.queue, annotator_id=who.pk, stage=stage, hold=1).holds
        return fetched(holds[0].id) if holds else None

    def submit(self) -> None:
        if hold := self.hold():
            submitted(hold, self.chance.choice(["good", "bad"]))

    def skip(self) -> None:
        if hold := self.hold():
            skip_task(assignment=hold, fence=hold.fence)

    def release(self) -> None:
        if hold := self.hold():
            release_task(assignment=hold, fence=hold.fence)

    def review(self) -> None:
        hold = self.hold(Stage.REVIEW)
        answers = Annotation.objects.filter(item=hold.task.item_id) if hold else []
        answer = next((one for one in answers if one.is_latest), None)
        if hold is None or answer is None:
            return
        by = Reviewer(self.reviewer.annotator, self.reviewer.user, hold, hold.fence)
        if self.chance.random() < 0.5:
            accept_annotation(annotation=answer, reviewer=by)
        else:
            reject_annotation(annotation=answer, reviewer=by, reason="look again")

    def requeue(self) -> None:
        for task in self.tasks(1, stage=Stage.DONE):
            requeue_task(task=task, by=None)

    def bulk(self) -> None:
        kind = self.chance.choice(["requeue", "assign"])
        people = tuple(one.pk for one in self.people) if kind == "assign" else ()
        action, _job = run_bulk(queue=self.queue, plan=Plan(kind, people=people), by=None)
        if self.chance.random() < 0.5:
            undo_bulk(action=action, by=None)

    def gold(self) -> None:
        plant_gold(queue=self.queue, items=self.items(2), by=None)

    def retire(self) -> None:
        retire_gold(queue=self.queue, tasks=self.tasks(1, is_gold=True), by=None)

    def send(self) -> None:
        enqueue_items(queue=self.queue, items=self.items(2), by=None, reason="doubt", priority=1)

    def grow(self) -> None:
        add_texts(self.queue.dataset, 2)
        fill_queue(queue=self.queue)

    def archive(self) -> None:
        dataset = self.queue.dataset
        items = Item.objects.filter(pk__in=[one.pk for one in self.items(2)])
        archive_items(dataset=dataset, items=items, by=None)
        if self.chance.random() < 0.5:
            restore_items(dataset=dataset, items=items, by=None)

    def delete(self) -> None:
        untouched = Task.objects.filter(queue=self.pk, answers=0, skips=0, is_gold=False)
        Task.objects.filter(pk__in=untouched.values("pk")[:1]).delete()

    def rewrite(self) -> None:
        """Somebody changes many rows at once, in SQL, and takes it back."""
        Task.objects.filter(queue=self.pk).update(stage=F("stage") + 1, agreed=None)
        Task.objects.filter(queue=self.pk).update(stage=F("stage") - 1)

    def fold(self) -> None:
        fold_counts()


def test_whatever_happens_to_tasks_their_counts_are_those_of_a_full_count(
    project: Project, rui: User, rui_works: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_counts, "MANY", 3)
    work = Work(project, Reviewer(rui_works, rui), seed=7)
    often: list[Callable[[], None]] = [work.submit] * 8 + [work.review] * 3 + [work.skip] * 2
    rare = [work.release, work.requeue, work.bulk, work.gold, work.retire]
    rare += [work.send, work.grow, work.archive, work.delete, work.rewrite, work.fold]
    done: Counter[str] = Counter()
    for number in range(STEPS):
        act = work.chance.choice(often + rare)
        try:
            with transaction.atomic():
                act()
            done[act.__name__] += 1
        except DomainError:
            pass
        assert_counted(f"step {number}: {act.__name__}")
    assert miscounted() == []
    assert {act.__name__ for act in often + rare} - set(done) == set()
    Task.objects.filter(queue=work.pk).update(stage=Stage.DONE)
    assert_counted("the end")


def test_what_pages_ask_is_read_from_the_counts(project: Project) -> None:
    queue = make_queue(project, 7)
    kinds: list[dict[str, object]] = [
        {"stage": 1, "is_open": True, "agreed": False},
        {"stage": 1, "is_open": False, "agreed": False},
        {"stage": 2, "is_open": True, "agreed": False},
        {"stage": 3, "is_open": False, "agreed": True},
        {"is_gold": True, "is_open": False, "agreed": False},
    ]
    for task, values in zip(Task.objects.order_by("pk"), kinds, strict=False):
        Task.objects.filter(pk=task.pk).update(**values)
    groups = groups_of([queue])
    assert by_stage(groups) == {queue.pk: {0: 2, 1: 2, 2: 1, 3: 1}}
    assert waiting(groups) == {(queue.pk, 1): 1, (queue.pk, 2): 1}
    assert agreements(groups) == {False: 3, True: 1}
    assert disputed(groups) == 3


def test_a_change_that_is_rolled_back_counts_nothing(queue: Queue) -> None:
    before = groups_of([queue])
    with transaction.atomic():
        Task.objects.filter(queue=queue).update(stage=Stage.DONE)
        assert groups_of([queue]) != before
        transaction.set_rollback(True)
    assert_counted("rolled back")


def test_a_wrong_count_is_told_with_its_difference_and_put_right(queue: Queue) -> None:
    TaskCount.objects.filter(queue=queue).update(n=F("n") + 2)
    TaskCount.objects.create(queue=queue, stage=4, waits=False, is_gold=False, agreed=True, n=-1)
    wrong = [Group(queue.pk, 0, False, False, None, 2), Group(queue.pk, 4, False, False, True, -1)]
    assert sorted(miscounted(), key=lambda one: one.stage) == wrong
    assert [broken.code for broken in broken_promises()] == ["task-counts"]
    assert mend_counts() == 2
    assert_counted("mended")
    Task.objects.filter(queue=queue).update(agreed=True)  # two rows of a kind are one count
    assert_counted("changed after")
    assert mend_counts() == 0


def test_what_was_there_before_is_counted_once_and_the_triggers_stand_after_all_migrations(
    queue: Queue,
) -> None:
    TaskCount.objects.all().delete()
    moved = importlib.import_module("annotate.migrations.0015_counts_of_tasks")
    with connection.schema_editor() if connection.vendor == "postgresql" else _Plain() as editor:
        moved.install(apps, editor)
        moved.install(apps, editor)
    assert_counted("installed twice")
    present = {
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'annotate_task_counted%'",
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE name LIKE 'annotate_task_counted%'",
    }
    with connection.cursor() as cursor:
        cursor.execute(present[connection.vendor])
        assert cursor.fetchone() == (3,)


class _Plain:
    """What runs statements where SQLite's editor would end the transaction of the test."""

    connection = connection

    def __enter__(self) -> "_Plain":
        return self

    def __exit__(self, *_what: object) -> None:
        pass

    def execute(self, sql: str, params: None = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)


def test_the_doctor_mends_counts(queue: Queue) -> None:
    TaskCount.objects.filter(queue=queue).delete()
    call_command("doctor", "--mend")
    assert_counted("mended by the doctor")
