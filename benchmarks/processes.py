"""What processes cost: CPU seconds and memory of a process and all that it started."""

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

DATABASE: list[int] = []
"""The process that the database server of this run descends from; none on SQLite."""
SAMPLE_SECONDS = 0.05


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all its living descendants; nothing when it is gone."""
    try:
        eldest = psutil.Process(pid)
        return [eldest, *eldest.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def cpu_seconds(*pids: int) -> float:
    """Return the CPU seconds that families have used, those of members who have ended included."""
    total = 0.0
    for process in {one for pid in pids for one in family(pid)}:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])  # user, system, and both of ended children
    return total


def database_cpu() -> float:
    """Return the CPU seconds of the database server so far; 0 on SQLite, which has none."""
    return cpu_seconds(*DATABASE)


def memory(pid: int) -> int:
    """Return the resident bytes of a family now. Shared pages count for each member."""
    total = 0
    for process in family(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total


def private_memory(pid: int) -> int:
    """Return the anonymous bytes of a family now: what only its processes' own data fills.

    Pages of files are not among them. SQLite maps the database file into memory, so the resident
    bytes grow by whatever was read of it; the system takes those pages back when it likes. Linux
    alone tells; elsewhere these are the resident bytes.
    """
    total = 0
    for process in family(pid):
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
            total += next(
                int(line.split()[1]) * 1024
                for line in status.splitlines()
                if line.startswith("RssAnon:")
            )
        except (OSError, StopIteration):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
    return total


class Watch:
    """The most memory that a family had while it was watched."""

    def __init__(self, pid: int) -> None:
        self.before = memory(pid)
        self.peak = self.before

    def look(self, pid: int) -> None:
        """Look once more."""
        self.peak = max(self.peak, memory(pid))


@contextlib.contextmanager
def watched(pid: int) -> Iterator[Watch]:
    """Watch a family's memory from a thread of ours."""
    watch, stop = Watch(pid), threading.Event()

    def look() -> None:
        while not stop.wait(SAMPLE_SECONDS):
            watch.look(pid)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()


def settle(pid: int, seconds: float = 15.0) -> None:
    """Wait until a family does next to nothing, at most this long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        before = cpu_seconds(pid)
        time.sleep(1.0)
        if cpu_seconds(pid) - before < 0.1:
            return
