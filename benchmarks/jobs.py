"""Jobs of Winnow, done in a process of their own and watched from outside."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.processes import database_cpu, memory, private_memory

ROOT = Path(__file__).resolve().parent.parent
LOOK_SECONDS = 0.02
READY = "ready"


@dataclass(frozen=True)
class Cost:
    """What a job cost: CPU seconds of its processes and of the database, and bytes of memory."""

    cpu: float
    database: float
    seconds: float
    idle_bytes: int
    peak_bytes: int
    idle_private_bytes: int
    peak_private_bytes: int
    report: dict[str, Any]

    @property
    def all_cpu(self) -> float:
        """CPU seconds altogether."""
        return self.cpu + self.database


def do_job(pk: int) -> Cost:
    """Do a job and return what it cost. Raises RuntimeError when it did not succeed.

    The process has loaded everything before the clock starts. Memory is that of the process and
    its children together, pages that they share counted for each; what is private has no pages of
    files in it.
    """
    command = [sys.executable, "-m", "benchmarks.job", str(pk)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        if child.stdout.readline().strip() != READY:
            raise RuntimeError("the job's process did not start")
        idle = peak = memory(child.pid)
        own_idle = own_peak = private_memory(child.pid)
        database, begun = database_cpu(), time.monotonic()
        child.stdin.write("go\n")
        child.stdin.close()
        while child.poll() is None:
            peak = max(peak, memory(child.pid))
            own_peak = max(own_peak, private_memory(child.pid))
            time.sleep(LOOK_SECONDS)
        seconds = time.monotonic() - begun
        told = json.loads(child.stdout.readline())
    if told["state"] != "succeeded":
        raise RuntimeError(str(told["error"]))
    return Cost(
        cpu=told["cpu"],
        database=database_cpu() - database,
        seconds=seconds,
        idle_bytes=idle,
        peak_bytes=peak,
        idle_private_bytes=own_idle,
        peak_private_bytes=own_peak,
        report=told["report"],
    )
