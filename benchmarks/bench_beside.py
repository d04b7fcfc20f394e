"""How long a claim takes while Winnow does something large, beside an idle Winnow.

All parts run as `winnow up` runs them. Four people claim and submit over HTTP, together some
twenty times a second, first alone and then beside (a) imports of 100,000 texts, one after the
other, (b) a neural net that trains, (c) four uploads and four downloads of large files at once.
Before each of them it is measured idle, since what a machine with other guests does changes by the
minute; the ratio is that of the 95th percentiles. What uploads and downloads are held to stands in
`traffic.py`.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from benchmarks import stock
from benchmarks.bench_imports import TEXTS, hand_over, make_dataset, write_texts
from benchmarks.lines import report
from benchmarks.parts import CLOCK, HEAVY, QUICK, WEB, Parts, port, running
from benchmarks.person import Person, headers_of
from benchmarks.quantities import median, quantile
from benchmarks.traffic import DOWN, UP
from datasets.models import Export
from datasets.services.exports import plan_export
from datasets.services.uploads import FileToCome, open_upload
from foundation import storage
from foundation.models import Job, Project, User
from training.services.runs import cancel_run, start_run

PEOPLE = 4
CLAIMS = 320
PERIOD = 0.2  # seconds between two claims of a person
TASKS = 20_000
ROWS = 20_000
MANY = 4
LARGE = 256 << 20
CHUNK = 1 << 20
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Phase:
    """What claims are measured beside."""

    name: str
    beside: Callable[[], AbstractContextManager[None]]
    at_most: float


def main() -> None:
    """Measure each phase after an idle one, and report."""
    owner = stock.make_owner()
    project = stock.make_project("Beside", owner)
    revision = stock.make_schema(project)
    queue = stock.make_queue(stock.make_texts(project, TASKS), revision)
    users = stock.make_people(project, PEOPLE, owner)
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        path = Path(name) / "texts.jsonl"
        write_texts(path)
        phases = [
            Phase(f"the import of {TEXTS:,} texts", lambda: importing(project, path, owner), 5),
            Phase("a neural net that trains", lambda: training(project, owner), 3),
            Phase("four uploads and four downloads", lambda: moving(project, owner), 3),
        ]
        with running(WEB, QUICK, HEAVY, CLOCK) as parts:
            people = [Person(user, queue.oid) for user in users]
            claim(people)  # warm
            for phase in phases:
                measure(parts, people, phase)


def measure(parts: Parts, people: list[Person], phase: Phase) -> None:
    """Measure claims idle and beside what a phase does, and report both."""
    idle = claim(people)
    before = sum(map(parts.cpu, parts.leashes))
    with phase.beside():
        beside = claim(people)
    report(
        f"claim over HTTP beside {phase.name}: 95th percentile against idle",
        quantile(beside, 0.95) / quantile(idle, 0.95),
        "times",
        at_most=phase.at_most,
        idle_p95_ms=round(quantile(idle, 0.95), 1),
        beside_p95_ms=round(quantile(beside, 0.95), 1),
        idle_median_ms=round(median(idle), 1),
        beside_median_ms=round(median(beside), 1),
        most_ms=round(max(beside)),
        claims=len(beside),
        cpu_seconds=round(sum(map(parts.cpu, parts.leashes)) - before, 1),
    )


def claim(people: list[Person]) -> list[float]:
    """Let people claim and submit at their pace; returns how many milliseconds each claim took."""
    broken: list[BaseException] = []
    for person in people:
        person.claims.clear()
        person.hang_up()

    def annotate(person: Person, late: float) -> None:
        due = time.monotonic() + late
        try:
            for _ in range(CLAIMS // len(people)):
                time.sleep(max(0.0, due - time.monotonic()))
                due = max(due + PERIOD, time.monotonic())
                assert person.annotate() is not None
        except BaseException as error:  # noqa: BLE001 (told below, in the main thread)
            broken.append(error)

    threads = [
        threading.Thread(target=annotate, args=(person, number * PERIOD / len(people)))
        for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return [took for person in people for took in person.claims]


@contextmanager
def importing(project: Project, path: Path, by: User) -> Iterator[None]:
    """Import a file in the quick worker, and again into a new dataset until the block ends."""
    stop = threading.Event()
    broken: list[BaseException] = []

    def take_in() -> None:
        try:
            while not stop.is_set():
                dataset = make_dataset(project, f"import {time.monotonic()}")
                job = hand_over(dataset, path, by)
                wait_for(job, "succeeded", seconds=300)
                assert job.report["created"] == TEXTS
        except BaseException as error:  # noqa: BLE001 (told below, in the main thread)
            broken.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=take_in)
    thread.start()
    time.sleep(1)
    try:
        yield
    finally:
        stop.set()
        thread.join()
    if broken:
        raise broken[0]


@contextmanager
def training(project: Project, by: User) -> Iterator[None]:
    """Train a net in the heavy worker until the block ends."""
    version = stock.make_version(project, ROWS, by)
    run = start_run(
        version=version,
        trainer="table_net",
        by=by,
        params={"units": 256, "layers": 2, "epochs": 10_000, "patience": 1000},
    )
    assert run.job is not None
    wait_for(run.job, "running", note="Training")
    yield
    run.job.refresh_from_db()
    assert run.job.state == "running"
    cancel_run(run=run, by=by)
    wait_for(run.job, "cancelled")


@contextmanager
def moving(project: Project, by: User) -> Iterator[None]:
    """Send and take large files until the block ends."""
    dataset = make_dataset(project, f"large {time.monotonic()}")
    upload = open_upload(
        dataset=dataset,
        files=[FileToCome(f"large{n}.txt", LARGE) for n in range(MANY)],
        options={},
        by=by,
    )
    export = plan_export(dataset=dataset, by=by)
    stored = storage.store(bytes(CHUNK) for _ in range(LARGE // CHUNK))
    export.storage_key, export.size, export.sha256 = stored.key, stored.size, stored.sha256
    export.save()
    told = {
        "port": port(),
        "headers": headers_of(by) | {"Content-Type": "application/octet-stream"},
        "uploads": [f"/api/v1/uploads/{upload.oid}/files/{n}/parts/1" for n in range(MANY)],
        "downloads": [f"/api/v1/exports/{export.oid}/file"] * MANY,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.traffic"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None
        child.stdin.write(json.dumps(told) + "\n")
        child.stdin.flush()
        begun = time.monotonic()
        time.sleep(2)  # until all of them are under way
        yield
        seconds = time.monotonic() - begun
        moved = json.loads(child.communicate(timeout=60)[0])
    for way, wanted in (("up", 0.5 * MANY * UP), ("down", 0.5 * MANY * DOWN)):
        rate = moved[way] / seconds / 1e6
        report(f"what went {way} meanwhile", rate, "MB/s", at_least=wanted / 1e6)
    Export.objects.filter(pk=export.pk).delete()
    storage.delete(stored.key)


def wait_for(job: Job, state: str, *, note: str = "", seconds: float = 60) -> None:
    """Wait until a job is in a state, and says so. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if job.state == state and note in job.note:
            return
        if job.state in ("succeeded", "failed", "cancelled"):
            break
        time.sleep(0.1)
    raise TimeoutError(f"{job}: {job.state} {job.error} {job.note}")
