"""The real processes of Winnow, started one by one as `winnow up` starts them."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import cpu_seconds
from tests.services import answers_http, start_leashed, wait_until
from winnow.up import PARTS, command_of

WEB, QUICK, HEAVY, CLOCK = PARTS


@dataclass
class Parts:
    """Some parts of Winnow that run."""

    leashes: dict[str, subprocess.Popen[bytes]]

    def pid(self, name: str) -> int:
        """Return the process at the head of a part."""
        return self.leashes[name].pid

    def cpu(self, name: str) -> float:
        """Return the CPU seconds that a part has used."""
        return cpu_seconds(self.pid(name))


def port() -> int:
    """Return the port of the web server."""
    return int(os.environ["PORT"])


@contextlib.contextmanager
def running(*names: str) -> Iterator[Parts]:
    """Run parts of Winnow on this run's home and database, until the block ends."""
    parts = Parts({})
    home = Path(os.environ["WINNOW_HOME"])
    try:
        for name in names:
            log = home / f"{name}.log"
            parts.leashes[name] = start_leashed(command_of(*PARTS[name]), log)
        if WEB in parts.leashes:
            ready = answers_http(f"http://127.0.0.1:{port()}/healthz")
            wait_until(ready, parts.leashes[WEB], home / f"{WEB}.log")
        yield parts
    finally:
        for leash in parts.leashes.values():
            if leash.stdin is not None:
                leash.stdin.close()
        for leash in parts.leashes.values():
            leash.wait(timeout=20)
