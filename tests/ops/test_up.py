"""`winnow up`: starts everything, once; mends what breaks; leaves nothing behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.slow


class Running:
    """A `winnow up` with its lines as they come."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        # What the tests set for themselves must not reach the house under test.
        env = {k: v for k, v in os.environ.items() if not k.startswith(("WINNOW_", "DATABASE_"))}
        env |= {"WINNOW_HOME": str(home), "PORT": str(port), "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "winnow", "up"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=env,
            cwd=ROOT,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        """Keep what the process says."""
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def says(self, words: str, seconds: float = 60, times: int = 1) -> bool:
        """Whether a line with these words comes in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if sum(words in line for line in list(self.lines)) >= times:
                return True
            time.sleep(0.05)
        return False

    def family(self) -> list[psutil.Process]:
        """Every process below this one."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def part(self, *words: str, seconds: float = 20) -> psutil.Process:
        """The process of a part, for instance `worker quick`, once it runs; not its leash."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for child in self.family():
                with contextlib.suppress(psutil.NoSuchProcess):
                    command = child.cmdline()
                    if command[-len(words) :] == list(words) and "--grace" not in command:
                        return child
            time.sleep(0.1)
        raise LookupError(words)

    def text(self) -> str:
        """Everything said so far."""
        return "".join(self.lines)


@contextmanager
def up(home: Path, port: int | None = None) -> Iterator[Running]:
    """Run `winnow up`; whatever is left at the end is killed."""
    running = Running(home, port or free_port())
    family: list[psutil.Process] = []
    try:
        yield running
        if running.process.poll() is None:
            family = running.family()
    finally:
        running.process.terminate()
        try:
            running.process.wait(timeout=12)
        except subprocess.TimeoutExpired:
            running.process.kill()
            running.process.wait()
        for process in psutil.wait_procs(family, timeout=10)[1]:
            process.kill()
        running.reader.join(timeout=5)
        assert running.process.stdout is not None
        running.process.stdout.close()


def test_up_prints_a_link_and_a_second_up_says_that_it_runs(tmp_path: Path) -> None:
    with up(tmp_path) as first:
        assert first.says("/sign-in/"), first.text()
        with urllib.request.urlopen(f"http://127.0.0.1:{first.port}/healthz") as answer:
            assert answer.read() == b"ok"
        with up(tmp_path, first.port) as second:
            assert second.process.wait(timeout=20) == 1
            assert second.says(f"running already on port {first.port}"), second.text()


def test_up_says_plainly_that_the_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with up(tmp_path, port) as running:
            assert running.process.wait(timeout=20) == 1
            assert running.says(f"Port {port} is taken"), running.text()


def test_a_part_that_dies_is_started_again_and_a_stop_leaves_nothing(tmp_path: Path) -> None:
    with up(tmp_path) as running:
        assert running.says("/sign-in/"), running.text()
        running.part("worker", "heavy").kill()
        assert running.says("the heavy worker ended", 10), running.text()
        assert running.part("worker", "heavy").is_running()
        family = running.family()
        begun = time.monotonic()
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(timeout=12) == 0
        assert time.monotonic() - begun < 10
        assert psutil.wait_procs(family, timeout=1)[1] == []


@pytest.mark.extras
def test_killing_up_ends_its_parts_and_the_next_up_starts(tmp_path: Path) -> None:
    with up(tmp_path) as running:
        assert running.says("/sign-in/"), running.text()
        for words in (["web"], ["worker", "quick"], ["worker", "heavy"], ["clock"]):
            running.part(*words)
        family = running.family()
        assert len(family) >= 8
        running.process.kill()
        with up(tmp_path, running.port) as again:
            assert again.says("the last run was killed"), again.text()
            assert again.says("/sign-in/"), again.text()
        assert psutil.wait_procs(family, timeout=1)[1] == []
