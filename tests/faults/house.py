"""A Winnow of its own for a fault test: real processes on a fresh folder, database and broker.

The test process never opens the database of such a house. It asks an *insider*, a process that
has the house's settings and calls functions of `acts.py`, `looks.py` and `harm.py` by name.
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil
import psycopg2

from tests.services import (
    LEASH,
    Service,
    answers_tcp,
    free_port,
    short_folder,
    start_leashed,
    valkey_program,
    wait_until,
)
from winnow.up import command_of

ROOT = Path(__file__).resolve().parent.parent.parent
LEASE_SECONDS = 6.0
IS_LONG = os.environ.get("WINNOW_CHAOS") == "long"
Result = TypeVar("Result")


def rounds(short: int, long: int) -> int:
    """How often a test repeats itself: few times each day, many in `make chaos`."""
    return long if IS_LONG else short


def wait_for(
    look: Callable[[], Result], seconds: float = 120, *, every: float = 0.05, what: str = ""
) -> Result:
    """Return what `look` returns once it is true; fails when it is not in time."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, what or f"waited {seconds} s for {look}"
        time.sleep(every)
    return found


class Insider:
    """A process with the settings of a house that does what the tests ask."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.inside"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=env,
                cwd=ROOT,
            )
        self.log = log

    def begin(self, function: str, **args: Any) -> None:
        """Send a call without waiting; `finish` takes its answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([function, args]) + "\n")
        self.process.stdin.flush()

    def finish(self) -> Any:
        """Wait for the answer of the oldest call that has none yet."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the insider died:\n{self.log.read_text()[-3000:]}"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def ask(self, function: str, **args: Any) -> Any:
        """Call a function of the insider and return its answer."""
        self.begin(function, **args)
        return self.finish()

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


@dataclass
class Part:
    """One process of the house (`winnow worker quick`, …), with everything below it."""

    words: tuple[str, ...]
    leash: subprocess.Popen[bytes]
    main: psutil.Process
    log: Path

    def family(self) -> list[psutil.Process]:
        """The process and all its descendants, in whatever session they are."""
        try:
            return [self.main, *self.main.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def kill_group(self) -> list[psutil.Process]:
        """SIGKILL the whole process group at once; return who was there, to see them gone."""
        family = self.family()
        os.killpg(self.main.pid, signal.SIGKILL)
        self.leash.wait(timeout=10)
        return family

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the whole process group."""
        os.killpg(self.main.pid, number)

    def stop(self) -> None:
        """Let go of the leash and wait."""
        assert self.leash.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.leash.stdin.close()
        self.leash.wait(timeout=15)

    def words_said(self) -> str:
        """What the process has written so far."""
        return self.log.read_text(errors="replace")


@dataclass
class House:
    """One installation: its folder, its environment, its running parts."""

    home: Path
    env: dict[str, str]
    world: dict[str, Any] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    insiders: list[Insider] = field(default_factory=list)

    def insider(self) -> Insider:
        """Start another process that does what tests ask."""
        made = Insider(self.env, self.home / "insider.log")
        self.insiders.append(made)
        return made

    def ask(self, function: str, **args: Any) -> Any:
        """Call a function of the insider in the first insider."""
        first = self.insiders[0] if self.insiders else self.insider()
        return first.ask(function, **args)

    def start(self, *words: str, **env: str) -> Part:
        """Start a part, for instance `worker quick`."""
        log = self.home / f"{'-'.join(words)}-{len(self.parts)}.log"
        with log.open("ab") as output:
            leash = subprocess.Popen(
                [sys.executable, "-I", str(LEASH), "--grace", "3", "--", *command_of(*words)],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
                env=self.env | env,
                cwd=ROOT,
            )
        children = wait_for(lambda: psutil.Process(leash.pid).children(), 10, every=0.01)
        part = Part(words, leash, children[0], log)
        self.parts.append(part)
        return part

    def keep(self, *words: str) -> Part:
        """Return a running part of this kind; start one if there is none."""
        for part in self.parts:
            if part.words == words and part.leash.poll() is None:
                return part
        return self.start(*words)

    def job(self, job_id: int) -> dict[str, Any]:
        """Return the row of a job."""
        row: dict[str, Any] = self.ask("job", job_id=job_id)
        return row

    def wait_for_end(self, job_id: int, seconds: float = 120) -> dict[str, Any]:
        """Return the row of a job once it has ended."""
        ended = ("succeeded", "failed", "cancelled")
        try:
            wait_for(lambda: self.job(job_id)["state"] in ended, seconds)
        except AssertionError:
            said = "\n".join(f"--- {p.words}\n{p.words_said()[-2000:]}" for p in self.parts)
            raise AssertionError(f"{self.job(job_id)}\n{said}") from None
        return self.job(job_id)

    def close(self) -> None:
        """End everything that runs."""
        for part in self.parts:
            with contextlib.suppress(ProcessLookupError):
                part.signal_group(signal.SIGCONT)
                part.signal_group(signal.SIGKILL)
            part.stop()
        for insider in self.insiders:
            insider.close()


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a house: nothing that the tests set for themselves reaches it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("WINNOW_", "DATABASE_"))}
    return kept | {
        "WINNOW_HOME": str(home),
        "WINNOW_JOB_LEASE_SECONDS": str(LEASE_SECONDS),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def prepare(env: dict[str, str]) -> None:
    """Bring the database of an environment up to date."""
    outcome = subprocess.run(
        command_of("prepare"), env=env, cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert outcome.returncode == 0, outcome.stderr


class Databases:
    """PostgreSQL databases, each a copy of one that was prepared once."""

    def __init__(self, server: Service) -> None:
        self.server = server
        self.count = 0

    def url(self, name: str) -> str:
        """The address of a database."""
        return self.server.url.removesuffix("/postgres") + f"/{name}"

    def run(self, statement: str) -> None:
        """Run one statement on the server."""
        with contextlib.closing(psycopg2.connect(self.server.url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)

    def new(self, template: str = "") -> str:
        """Make a database and return its address."""
        self.count += 1
        name = f"house_{self.count}"
        self.run(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return self.url(name)


class Broker:
    """A Valkey that can be killed and started again at the same address."""

    def __init__(self) -> None:
        self.folder = short_folder("broker")
        self.port, self.password = free_port(), secrets.token_hex(8)
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/0"
        self.leash: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty."""
        command = [
            *(valkey_program(), "--bind", "127.0.0.1", "--port", str(self.port)),
            *("--requirepass", self.password, "--save", "", "--dir", str(self.folder)),
        ]
        self.leash = start_leashed(command, self.folder / "valkey.log")
        wait_until(answers_tcp(self.port), self.leash, self.folder / "valkey.log")

    def send(self, number: signal.Signals) -> None:
        """Send the server a signal."""
        assert self.leash is not None
        for server in psutil.Process(self.leash.pid).children():
            server.send_signal(number)

    def kill(self) -> None:
        """SIGKILL it."""
        if self.leash is None:
            return
        self.send(signal.SIGKILL)
        assert self.leash.stdin is not None
        self.leash.stdin.close()
        self.leash.wait(timeout=10)
        self.leash = None


@contextlib.contextmanager
def opened(house: House) -> Iterator[House]:
    """End everything of a house at the end, and remove its folder."""
    try:
        yield house
    finally:
        house.close()
        shutil.rmtree(house.home, ignore_errors=True)
