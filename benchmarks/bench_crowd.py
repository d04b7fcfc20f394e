"""Thirty-two people at one queue over HTTP, as fast as they can: nobody may sit on another's seat.

Counted in the database afterwards: tasks with more people than seats, people who answered a task
twice, counters of seats that are wrong, and answers that were acknowledged but are not there.
"""

import threading
from collections.abc import Sequence

from django.db.models import Count, F, Q

from annotate.models import Answer, Assignment, Queue, Task
from benchmarks import stock
from benchmarks.lines import report
from benchmarks.parts import WEB, running
from benchmarks.person import Person
from benchmarks.processes import database_cpu

TASKS = 100_000
PEOPLE = 32
EACH = 40
SEATED = (Assignment.State.RESERVED, Assignment.State.HELD, Assignment.State.SUBMITTED)


def main() -> None:
    """Let them work, then count."""
    owner = stock.make_owner()
    project = stock.make_project("Crowd", owner)
    revision = stock.make_schema(project)
    dataset = stock.make_texts(project, TASKS)
    queue = stock.make_queue(dataset, revision, overlap=2)
    users = stock.make_people(project, PEOPLE, owner)
    with running(WEB) as parts:
        people = [Person(user, queue.oid, 2) for user in users]
        before = parts.cpu(WEB) + database_cpu()
        work(people)
        spent = parts.cpu(WEB) + database_cpu() - before
    answered = sum(len(person.answered) for person in people)
    assert answered == PEOPLE * EACH
    report(f"seats held twice with {PEOPLE} people", held_twice(queue), "seats", at_most=0)
    stored = Answer.objects.filter(task__queue=queue, is_extra=False).count()
    report("answers acknowledged and not stored once", abs(answered - stored), "", at_most=0)
    name = f"claim + submit over HTTP, {PEOPLE} people at once, two answers a task"
    report(name, spent / answered * 1000, "ms", answers=answered)


def work(people: Sequence[Person]) -> None:
    """Let everybody answer their share at once; whoever stumbles stops the run."""
    broken: list[BaseException] = []

    def annotate(person: Person) -> None:
        try:
            for _ in range(EACH):
                assert person.annotate() is not None
        except BaseException as error:  # noqa: BLE001 (told below, in the main thread)
            broken.append(error)

    threads = [threading.Thread(target=annotate, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]


def held_twice(queue: Queue) -> int:
    """Return how many tasks have more people than seats, or a counter that says otherwise."""
    rows = Assignment.objects.filter(queue=queue, state__in=SEATED).values("task")
    counted = dict(rows.annotate(n=Count("pk")).values_list("task", "n"))
    touched = Task.objects.filter(Q(pk__in=counted) | Q(free_seats__lt=F("overlap")), queue=queue)
    wrong = 0
    for pk, overlap, free, stage in touched.values_list("pk", "overlap", "free_seats", "stage"):
        taken = counted.get(pk, 0)
        is_counter_wrong = stage == 0 and overlap - taken != free
        wrong += taken > overlap or is_counter_wrong
    return wrong
