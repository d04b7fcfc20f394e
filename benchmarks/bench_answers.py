"""What an annotation costs the server: claim and submit over HTTP, in CPU milliseconds.

Web processes and database together, not the client; one request at a time, in a queue of 1,000
and in one of 100,000 tasks. Rounds in the two queues take turns, so that a busy machine hits both
alike.
"""

from annotate.models import Queue
from benchmarks import stock
from benchmarks.lines import report
from benchmarks.parts import WEB, Parts, running
from benchmarks.person import Person
from benchmarks.processes import database_cpu
from benchmarks.quantities import median

FEW, MANY = 1_000, 100_000
ROUNDS = 5
ANNOTATIONS = 80
PEOPLE = 4  # take turns, since one person so quick would meet the throttle


def main() -> None:
    """Measure and report."""
    owner = stock.make_owner()
    project = stock.make_project("Answers", owner)
    revision = stock.make_schema(project)
    queues = {}
    for size in (FEW, MANY):
        dataset = stock.make_texts(project, size, name=f"{size} texts")
        queues[size] = stock.make_queue(dataset, revision)
    users = stock.make_people(project, PEOPLE, owner)
    with running(WEB) as parts:
        found = {
            hold: measure(
                parts, {n: [Person(u, q.oid, hold) for u in users] for n, q in queues.items()}
            )
            for hold in (1, 3)
        }
    name = "claim + submit over HTTP: CPU of web and database an annotation, {:,} tasks"
    report(name.format(FEW), found[1][FEW], "ms", held_three_at_once=round(found[3][FEW], 2))
    report(
        name.format(MANY),
        found[1][MANY],
        "ms",
        at_most=12,
        held_three_at_once=round(found[3][MANY], 2),
    )
    done = Queue.objects.get(pk=queues[MANY].pk)
    report("the same, against 1,000 tasks", found[1][MANY] / found[1][FEW], "times", at_most=1.2)
    assert done.wanted == MANY


def measure(parts: Parts, people: dict[int, list[Person]]) -> dict[int, float]:
    """Return the CPU milliseconds of an annotation by the size of the queue, medians of rounds."""
    for group in people.values():
        work(group)
    found: dict[int, list[float]] = {size: [] for size in people}
    for _round in range(ROUNDS):
        for size, group in people.items():
            before = parts.cpu(WEB) + database_cpu()
            work(group)
            spent = parts.cpu(WEB) + database_cpu() - before
            found[size].append(spent / ANNOTATIONS * 1000)
    return {size: median(values) for size, values in found.items()}


def work(people: list[Person]) -> None:
    """Let people answer some tasks, one after the other."""
    for number in range(ANNOTATIONS):
        assert people[number % len(people)].annotate() is not None
