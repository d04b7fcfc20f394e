"""The claim table against a plain model: whatever happens in whatever order, they agree."""

import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from annotate.models import Assignment, Queue, Stage, Task
from annotate.queries.invariants import broken_promises
from annotate.services.answers import submit_answer
from annotate.services.claiming import claim_tasks
from annotate.services.enqueuing import begin_epoch, enqueue_items, requeue_task
from annotate.services.filling import fill_queue
from annotate.services.holds import release_task, reserve_tasks, skip_task
from foundation.models import Annotator, Project
from tests.annotate.making import (
    add_texts,
    end_leases,
    fetched,
    make_people,
    make_queue,
    said,
)

PEOPLE, TEXTS, OVERLAP, MAX_SKIPS = 3, 5, 2, 4
person = st.integers(0, PEOPLE - 1)
any_task = st.integers(0, 1000)


@dataclass
class ModelTask:
    """What must be true of one task."""

    round: int = 1
    answered: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)
    given: set[int] = field(default_factory=set)
    kept_out: set[int] = field(default_factory=set)
    skips: int = 0
    is_done: bool = False
    is_aside: bool = False

    def is_free_for(self, who: int) -> bool:
        """Whether this person could be handed this task."""
        had = who in self.answered | self.held | self.given | self.kept_out
        return not (had or self.is_done or self.is_aside) and self.free > 0

    @property
    def free(self) -> int:
        """Seats that nobody sits on."""
        return OVERLAP - len(self.answered) - len(self.held) - len(self.given)


class ClaimMachine(RuleBasedStateMachine):
    """Three people and everything that can happen to five tasks and more."""

    project: Project

    @initialize()
    def begin(self) -> None:
        """A fresh queue; every example is rolled back."""
        name = uuid.uuid4().hex
        self.queue = make_queue(
            self.project,
            overlap=OVERLAP,
            hold_limit=50,
            max_skips=MAX_SKIPS,
            name=name,
        )
        self.people: list[Annotator] = make_people(self.project, PEOPLE)
        self.tasks: dict[int, ModelTask] = {}
        self.grow(TEXTS)

    def grow(self, count: int) -> None:
        """More items, which become tasks."""
        add_texts(self.queue.dataset, count)
        fill_queue(queue=self.fresh())
        for pk in Task.objects.filter(queue=self.queue).values_list("pk", flat=True):
            self.tasks.setdefault(pk, ModelTask())

    def fresh(self) -> Queue:
        """The queue as it is stored."""
        return Queue.objects.select_related("dataset__project", "schema_revision").get(
            pk=self.queue.pk
        )

    def held_by(self, who: int) -> list[int]:
        """The tasks a person holds, by the model."""
        return [pk for pk, task in self.tasks.items() if who in task.held]

    def hold_of(self, who: int, pk: int) -> Assignment:
        """The assignment behind a hold."""
        task = self.tasks[pk]
        return fetched(
            Assignment.objects.get(
                task=pk, annotator=self.people[who], round=task.round, stage=Stage.ANNOTATE
            ).pk
        )

    @rule(who=person, more=st.integers(1, 3))
    def claim(self, who: int, more: int) -> None:
        """What comes is held or was given already, or is free; nothing means nothing is free."""
        before = self.held_by(who)
        given = [pk for pk, task in self.tasks.items() if who in task.given]
        free = [pk for pk, task in self.tasks.items() if task.is_free_for(who)]
        claim = claim_tasks(
            queue=self.fresh(),
            annotator_id=self.people[who].pk,
            stage=Stage.ANNOTATE,
            hold=len(before) + len(given) + more,
        )
        got = [hold.task_id for hold in claim.holds]
        assert sorted(got[: len(before) + len(given)]) == sorted(before + given)
        new = got[len(before) + len(given) :]
        assert len(set(new)) == len(new) == min(more, len(free))
        assert set(new) <= set(free)
        assert claim.is_over == (len(free) < more)
        for pk in given:
            self.tasks[pk].given.discard(who)
        for pk in got:
            self.tasks[pk].held.add(who)

    @precondition(lambda self: any(task.held for task in self.tasks.values()))
    @rule(which=any_task, act=st.sampled_from(["submit", "skip", "release"]))
    def finish(self, which: int, act: str) -> None:
        """End one of the holds."""
        holds = [(who, pk) for pk, task in self.tasks.items() for who in sorted(task.held)]
        who, pk = holds[which % len(holds)]
        hold, task = self.hold_of(who, pk), self.tasks[pk]
        task.held.discard(who)
        if act == "submit":
            done = submit_answer(
                assignment=hold,
                fence=hold.fence,
                regions=said("good"),
                submission_id=uuid.uuid4(),
            )
            assert done.is_extra == task.is_aside
            if task.is_aside:
                task.kept_out.add(who)
            else:
                task.answered.add(who)
                task.is_done = len(task.answered) == OVERLAP
            assert done.task_done == task.is_done
        elif act == "skip":
            skip_task(assignment=hold, fence=hold.fence)
            task.kept_out.add(who)
            task.skips += not task.is_aside
            task.is_aside = task.is_aside or task.skips >= MAX_SKIPS
        else:
            release_task(assignment=hold, fence=hold.fence)

    @rule()
    def leases_end(self) -> None:
        """Everybody walks away."""
        end_leases()
        for task in self.tasks.values():
            task.held.clear()

    @rule(count=st.integers(1, 2))
    def items_come(self, count: int) -> None:
        """The dataset grows."""
        if len(self.tasks) < 12:
            self.grow(count)

    @rule(who=person, which=any_task)
    def give(self, who: int, which: int) -> None:
        """Give a task to somebody by hand."""
        pk = sorted(self.tasks)[which % len(self.tasks)]
        task = self.tasks[pk]
        had_before = Assignment.objects.filter(
            task=pk, annotator=self.people[who], round=task.round
        ).exists()
        given = reserve_tasks(
            queue=self.fresh(),
            annotator=self.people[who],
            tasks=[Task.objects.get(pk=pk)],
        )
        assert given == int(task.is_free_for(who) and not had_before)
        if given:
            task.given.add(who)

    @rule(which=any_task, how=st.sampled_from(["send", "requeue"]))
    def ask_anew(self, which: int, how: str) -> None:
        """Send an item to the front, or ask everybody anew."""
        pk = sorted(self.tasks)[which % len(self.tasks)]
        row = Task.objects.select_related("queue__dataset__project", "item").get(pk=pk)
        task = self.tasks[pk]
        is_over = task.is_done or task.is_aside
        if how == "requeue":
            requeue_task(task=row, by=None)
        else:
            enqueue_items(queue=self.fresh(), items=[row.item], by=None)
        if how == "requeue" or is_over:
            self.tasks[pk] = ModelTask(task.round + 1, held=task.held, given=task.given)

    @rule()
    def turns_start_over(self) -> None:
        """A new epoch changes nothing about who may have what."""
        begin_epoch(self.fresh())

    @invariant()
    def the_counters_agree(self) -> None:
        """The table keeps its promises and says what the model says."""
        if not hasattr(self, "tasks"):
            return
        assert broken_promises() == []
        for pk, free, is_open, round_no in Task.objects.values_list(
            "pk", "free_seats", "is_open", "round"
        ):
            task = self.tasks[pk]
            wanted = 0 if task.is_done or task.is_aside else task.free
            assert (free, is_open, round_no) == (wanted, wanted > 0, task.round)


@pytest.mark.django_db
def test_the_claim_table_agrees_with_a_plain_model(project: Project) -> None:
    class InARolledBackTransaction(ClaimMachine):
        def __init__(self) -> None:
            super().__init__()
            self.project = project
            self.atomic = transaction.atomic()
            self.atomic.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    machine: Any = InARolledBackTransaction
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
