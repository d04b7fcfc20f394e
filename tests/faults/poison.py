"""A plug-in for the houses of these tests: jobs that die, jobs that count, a duty that chimes.

It gets into a house as any plug-in does: a distribution beside it names it under `winnow.jobs`
and `winnow.duties` (`install` writes one). Nothing of the house is changed for it.
"""

import os
import signal
import time
from pathlib import Path
from typing import Any

from foundation.clock import Duty
from foundation.jobs import JobKind, JobRun
from foundation.models import Event

ENTRY_POINTS = """[winnow.jobs]
poison.die = tests.faults.poison:DIE
poison.count = tests.faults.poison:COUNT
[winnow.duties]
chime = tests.faults.poison:CHIME
"""


def install(folder: Path) -> dict[str, str]:
    """Write the distribution into a folder; returns the variable that puts it on the path."""
    about = folder / "winnow_poison-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: winnow-poison\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(ENTRY_POINTS)
    return {"PYTHONPATH": f"{Path(__file__).resolve().parent.parent.parent}{os.pathsep}{folder}"}


def die(run: JobRun) -> dict[str, Any]:
    """Say that it was taken, then kill the process that does it."""
    with run.batch(note=str(run.params.get("note", ""))):
        Event.objects.create(verb="poison.taken", target=str(run.job.pk))
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def count(run: JobRun) -> dict[str, Any]:
    """Write one event a step, slowly, going on where an earlier attempt stopped."""
    steps = run.params.get("steps", 1)
    for step in range(run.checkpoint.get("step", 0), steps):
        with run.batch(done=step + 1, total=steps, checkpoint={"step": step + 1}):
            Event.objects.create(verb="counted", target=f"{run.job.pk}/{step}")
        time.sleep(run.params.get("pause", 0))
    return {"steps": steps}


def chime() -> None:
    """Leave an event."""
    Event.objects.create(verb="chime")


DIE = JobKind(work=die)
COUNT = JobKind(work=count)
CHIME = Duty(every_seconds=1, work=chime)
