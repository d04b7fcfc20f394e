"""Thirty-two people drain a queue at once: no seat is held twice, none is lost."""

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import OperationalError, connection, transaction

from annotate.models import Answer, Assignment, Queue, Stage, Task, Turn
from annotate.queries.invariants import broken_promises
from annotate.services.answers import submit_answer
from annotate.services.claiming import Claim, claim_tasks
from annotate.services.filling import fill_queue, number_passed_tasks
from annotate.services.holds import expire_leases, release_task, skip_task
from datasets.models import Annotation
from foundation.models import Annotator, Project
from foundation.pure.frames import forget_frames
from tests.annotate.making import add_texts, fetched, make_people, make_queue, said

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.threads]

PEOPLE = 32
SKIPPED, WALKED_AWAY, RELEASED = 0.05, 0.03, 0.02


class Drain:
    """People who work as fast as they can until nobody finds anything and nothing is held."""

    def __init__(self, queue: Queue, people: list[Annotator]) -> None:
        self.queue = queue
        self.people = people
        self.given: list[tuple[int, int]] = []
        self.keys: list[uuid.UUID] = []
        self.idle: set[int] = set()
        self.lock = threading.Lock()
        self.deadline = time.monotonic() + 500

    def run(self) -> None:
        """Let all of them work, and a clock beside them."""
        self.idle.clear()
        stop = threading.Event()
        clock = threading.Thread(target=self.tick, args=(stop,))
        clock.start()
        try:
            with ThreadPoolExecutor(len(self.people)) as pool:
                for done in [pool.submit(self.work, person) for person in self.people]:
                    done.result()
        finally:
            stop.set()
            clock.join()

    def tick(self, stop: threading.Event) -> None:
        """Take back leases that ended, all the time."""
        try:
            while not stop.wait(0.2):
                again(expire_leases)
        finally:
            connection.close()

    def work(self, person: Annotator) -> None:
        """Claim and answer until nothing is left for anybody."""
        dice = random.Random(person.pk)
        try:
            while time.monotonic() < self.deadline:
                claim = again(lambda: self.claim(person))
                if claim.holds:
                    self.idle.discard(person.pk)
                    self.act(claim.holds[0].id, dice)
                elif self.is_finished(person):
                    return
                else:
                    time.sleep(0.05)
        finally:
            connection.close()

    def claim(self, person: Annotator) -> Claim:
        """Ask for one task."""
        return claim_tasks(queue=self.queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=1)

    def is_finished(self, person: Annotator) -> bool:
        """Tell whether everybody hears that nothing is left, and nobody holds anything."""
        self.idle.add(person.pk)
        return len(self.idle) == len(self.people) and not (
            Assignment.objects.filter(state=Assignment.State.HELD).exists()
        )

    def act(self, assignment_pk: int, dice: random.Random) -> None:
        """Submit, mostly."""
        hold = fetched(assignment_pk)
        with self.lock:
            self.given.append((hold.task_id, hold.annotator_id))
        chance = dice.random()
        if chance < SKIPPED:
            again(lambda: skip_task(assignment=hold, fence=hold.fence))
        elif chance < SKIPPED + WALKED_AWAY:
            time.sleep(1.1)  # the lease ends, and the clock may or may not have noticed
        elif chance < SKIPPED + WALKED_AWAY + RELEASED:
            again(lambda: release_task(assignment=hold, fence=hold.fence))
        else:
            self.submit(hold)

    def submit(self, hold: Assignment) -> None:
        """Submit, and keep the key that the server acknowledged."""
        name = uuid.uuid4()
        again(
            lambda: submit_answer(
                assignment=hold, fence=hold.fence, regions=said("good"), submission_id=name
            )
        )
        with self.lock:
            self.keys.append(name)


Result = TypeVar("Result")


def again(act: Callable[[], Result]) -> Result:
    """Do something, once more when SQLite was busy too long, as every client does.

    PostgreSQL has no excuse: whoever waits holds nothing that another could wait for.
    """
    while True:
        try:
            return act()
        except OperationalError as error:
            if "is locked" not in str(error):
                raise
            forget_frames(error)


def make_short_queue(project: Project, texts: int, overlap: int) -> Queue:
    """A queue whose leases end after a second."""
    queue = make_queue(project, texts, overlap=overlap, max_skips=30_000)
    Queue.objects.filter(pk=queue.pk).update(lease_seconds=1)
    return Queue.objects.select_related("schema_revision").get(pk=queue.pk)


def check_nothing_doubled_or_lost(drain: Drain) -> None:
    """The promises of a drain."""
    assert broken_promises() == []
    stored = set(Annotation.objects.values_list("submission_id", flat=True))
    assert set(drain.keys) == stored
    counted = Answer.objects.filter(is_extra=False).values_list("task_id", "annotation__annotator")
    assert max(Counter(counted).values()) == 1
    assert not Task.objects.filter(is_open=True).exclude(pk__in=_unanswerable()).exists()


def _unanswerable() -> list[int]:
    """Open tasks that everybody has had: nobody is left who could answer them."""
    had = Counter(
        Assignment.objects.exclude(state=Assignment.State.RETURNED).values_list(
            "task_id", flat=True
        )
    )
    return [task for task, count in had.items() if count == PEOPLE]


@pytest.mark.slow
def test_thirty_two_people_drain_a_queue_and_no_seat_is_doubled_or_lost(project: Project) -> None:
    queue = make_short_queue(project, 200, overlap=3)
    drain = Drain(queue, make_people(project, PEOPLE))
    drain.run()
    check_nothing_doubled_or_lost(drain)
    assert time.monotonic() < drain.deadline
    assert Task.objects.filter(stage=Stage.DONE).count() == 200
    assert Answer.objects.filter(is_extra=False).count() == 600


@pytest.mark.extras
def test_people_drain_a_random_queue_that_grows_meanwhile(project: Project) -> None:
    queue = make_short_queue(project, 60, overlap=2)
    Queue.objects.filter(pk=queue.pk).update(order=Queue.Order.RANDOM)
    drain = Drain(queue, make_people(project, PEOPLE))
    grower = threading.Thread(target=_grow, args=(queue,))
    grower.start()
    drain.run()
    grower.join()
    drain.run()
    check_nothing_doubled_or_lost(drain)
    assert Task.objects.filter(stage=Stage.DONE).count() == 160
    assert Turn.objects.filter(is_settled=True).count() == PEOPLE


def _grow(queue: Queue) -> None:
    try:
        for _ in range(10):
            again(lambda: add_texts(queue.dataset, 10))
            again(lambda: fill_queue(queue=Queue.objects.get(pk=queue.pk)))
    finally:
        connection.close()


def test_two_tabs_of_one_person_never_hold_a_task_twice(project: Project) -> None:
    queue = make_queue(project, 40, overlap=2, hold_limit=50)
    (person,) = make_people(project, 1)
    barrier = threading.Barrier(4)

    def tab() -> list[int]:
        try:
            barrier.wait()
            claim = again(
                lambda: claim_tasks(
                    queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=20
                )
            )
            return [hold.task_id for hold in claim.holds]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        tabs = [done.result() for done in [pool.submit(tab) for _ in range(4)]]
    assert all(len(set(tasks)) == len(tasks) for tasks in tabs)
    assert broken_promises() == []


def test_the_same_submit_from_many_tabs_is_one_answer(project: Project) -> None:
    queue = make_queue(project, 1)
    (person,) = make_people(project, 1)
    claim = claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=1)
    name = uuid.uuid4()

    def send() -> int:
        try:
            hold = fetched(claim.holds[0].id)
            done = again(
                lambda: submit_answer(
                    assignment=hold, fence=1, regions=said("good"), submission_id=name
                )
            )
            return done.annotation_id
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        told = {done.result() for done in [pool.submit(send) for _ in range(20)]}
    assert told == {Annotation.objects.get().pk}
    assert broken_promises() == []


# One late commit, one lock at the wrong moment: what chance would show once in a thousand runs


def in_a_thread(act: Callable[[], Result]) -> Future[Result]:
    """Do something on a connection of its own."""

    def run() -> Result:
        try:
            return act()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    return future


def needs_postgresql() -> None:
    """SQLite has one writer, so nothing of this can happen there."""
    if connection.vendor != "postgresql":
        pytest.skip("one writer at a time")


def claim_one(queue: Queue, person: Annotator) -> Claim:
    """Ask for one task."""
    return claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=1)


def test_a_task_whose_number_is_committed_late_is_not_passed_by(project: Project) -> None:
    needs_postgresql()
    queue = make_queue(project, 2)
    holder, waiting = make_people(project, 2)
    holds = claim_tasks(queue=queue, annotator_id=holder.pk, stage=Stage.ANNOTATE, hold=2).holds
    assert claim_one(queue, waiting).is_over
    Turn.objects.filter(annotator=waiting).update(rank=2**60)  # as one who has walked to the end
    opened, commit = threading.Event(), threading.Event()

    def open_slowly() -> None:
        with transaction.atomic():
            release_task(assignment=fetched(holds[0].id), fence=1)
            opened.set()
            commit.wait(20)

    slow = in_a_thread(open_slowly)
    opened.wait(20)
    release_task(assignment=fetched(holds[1].id), fence=1)
    claims = in_a_thread(lambda: claim_one(queue, waiting))
    time.sleep(0.5)
    commit.set()
    slow.result(20)
    got = {claims.result(20).holds[0].task_id}
    got |= {
        hold.task_id
        for hold in claim_tasks(
            queue=queue, annotator_id=waiting.pk, stage=Stage.ANNOTATE, hold=2
        ).holds
    }
    assert got == {hold.task_id for hold in holds}


def test_a_task_that_is_locked_for_an_instant_is_waited_for(project: Project) -> None:
    needs_postgresql()
    queue = make_queue(project, 1)
    (waiting,) = make_people(project, 1)
    locked, let_go = threading.Event(), threading.Event()

    def lock_it() -> None:
        with transaction.atomic():
            list(Task.objects.select_for_update())
            locked.set()
            let_go.wait(20)

    locking = in_a_thread(lock_it)
    locked.wait(20)
    claims = in_a_thread(lambda: claim_one(queue, waiting))
    time.sleep(0.5)
    assert not claims.done()
    let_go.set()
    locking.result(20)
    assert len(claims.result(20).holds) == 1


def test_a_new_task_is_numbered_when_somebody_walked_past_it_meanwhile(project: Project) -> None:
    needs_postgresql()
    queue = make_queue(project, 1, hold_limit=10)
    (person,) = make_people(project, 1)
    claim_one(queue, person)
    assert claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=2).is_over
    (item,) = add_texts(queue.dataset, 1)
    Task.objects.create(queue=queue, item=item, rank=1)  # as a fill whose turn it read was older
    assert claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=2).is_over
    number_passed_tasks(queue, [item.pk])
    claim = claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=2)
    assert len(claim.holds) == 2
