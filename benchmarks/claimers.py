"""People who claim and submit as fast as they can, in a process that a benchmark started.

`python -m benchmarks.claimers KIND QUEUE SECONDS ANNOTATOR ...` says "ready", waits for a line, and
prints how many tasks were answered in how many seconds. KIND is "services" or "statements": the
claim's own statement and the fewest that keep an answer, without anything of Winnow around them.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from uuid import uuid4

import django
from django.db import connection, connections, transaction

django.setup()

from annotate.models import Queue  # noqa: E402
from annotate.services import claim_sql  # noqa: E402
from benchmarks import stock  # noqa: E402
from benchmarks.bench_claim import annotate  # noqa: E402
from foundation.models import Annotator  # noqa: E402

KEEP = """
CREATE TABLE IF NOT EXISTS bare_answer (id uuid PRIMARY KEY, assignment_id bigint, said text)
"""

ADD = "INSERT INTO bare_answer (id, assignment_id, said) VALUES (%s, %s, %s)"


def main(kind: str, queue_pk: int, seconds: float, people: list[int]) -> None:
    """Let everybody work, each in a thread with a connection of its own."""
    answer = {"services": by_services, "statements": by_statements}[kind](queue_pk)
    counts = dict.fromkeys(people, 0)
    start, broken = threading.Event(), list[BaseException]()
    until = [0.0]

    def work(person: int) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            while time.monotonic() < until[0]:
                counts[person] += answer(person)
        except BaseException as error:  # noqa: BLE001 (raised below, in the main thread)
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.monotonic()
    until[0] = begun + seconds
    start.set()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    told = {"answered": sum(counts.values()), "seconds": time.monotonic() - begun}
    print(json.dumps(told), flush=True)


def by_services(queue_pk: int) -> Callable[[int], int]:
    """Return how somebody answers a task as the doors do it."""
    queue = Queue.objects.select_related("dataset").get(pk=queue_pk)
    rows = Annotator.objects.select_related("user").filter(project=queue.dataset.project_id)
    known = {one.pk: one for one in rows}

    def answer(person: int) -> int:
        annotate(queue, known[person])
        return 1

    return answer


def by_statements(queue_pk: int) -> Callable[[int], int]:
    """Return how somebody answers a task by bare statements in two transactions."""
    queue = Queue.objects.get(pk=queue_pk)
    said = json.dumps(stock.said("good"))
    shared = {"q": queue.pk, "s": 0, "own": 0, "epoch": queue.epoch, "lease": queue.lease_seconds}
    shared |= {"revision": queue.schema_revision_id, "near": claim_sql.NEAR}
    shared |= {"opened": claim_sql.OPENED}
    at_once = claim_sql.AT_ONCE.on("postgresql")
    finish, count = claim_sql.FINISH.on("postgresql"), claim_sql.COUNT_ANSWER.on("postgresql")
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SELECT pg_advisory_xact_lock(1)")  # two processes make it
        cursor.execute(KEEP)

    def answer(person: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute(at_once, shared | {"u": person})
            row = cursor.fetchone()
            if row is None or row[0] is None:
                return 0
            with transaction.atomic():
                cursor.execute(finish, {"a": row[0], "fence": row[3]})
                cursor.execute(ADD, [uuid4(), row[0], said])
                cursor.execute(count, {"t": row[1], "round": 1})
        return 1

    return answer


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), [int(pk) for pk in sys.argv[4:]])
