"""`winnow up`: web, two workers and the clock on this machine, started and stopped together.

Each of them is on a leash (`winnow/leash.py`), so that all end when this process does, even by
`kill -9`. One that ends by itself is started again, later each time it happens soon after.
"""

import argparse
import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from config.environment import read

LEASH = Path(__file__).resolve().parent / "leash.py"
PACKAGE_PARENT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 7.0
STARTING_SECONDS = 15.0
READY_SECONDS = 90.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
WEB_FIRST_SECONDS = 6.0
PARTS: dict[str, list[str]] = {
    "web": ["web"],
    "quick worker": ["worker", "quick"],
    "heavy worker": ["worker", "heavy"],
    "clock": ["clock"],
}


class CannotStart(Exception):
    """Winnow cannot run here and now; the text says why and what to do."""


def say(text: str) -> None:
    """Tell the person at the terminal something."""
    print(f"[winnow] {text}", file=sys.stderr, flush=True)


def command_of(*words: str) -> list[str]:
    """The command line of a `winnow` sub-command in a process of its own."""
    start = "import sys; sys.path.insert(0, sys.argv.pop(1)); from winnow.cli import main; "
    return [sys.executable, "-P", "-c", start + "sys.exit(main())", str(PACKAGE_PARENT), *words]


@dataclass
class Part:
    """One of the processes that make up Winnow."""

    name: str
    words: list[str]
    process: subprocess.Popen[bytes] | None = None
    begun: float = 0.0
    pause: float = 0.5
    due: float = 0.0

    def start(self) -> None:
        """Start the process on a leash."""
        leash = [sys.executable, "-I", str(LEASH), "--grace", str(GRACE_SECONDS), "--"]
        self.process = subprocess.Popen(
            [*leash, *command_of(*self.words)], stdin=subprocess.PIPE, process_group=0
        )
        self.begun = time.monotonic()

    def look(self) -> None:
        """Start the process again if it has ended and its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        is_steady = now - self.begun > STEADY_SECONDS
        self.pause = 0.5 if is_steady else min(self.pause * 2, LONGEST_PAUSE)
        say(f"the {self.name} ended with code {code}; starting it again in {self.pause:.0f} s")
        self.let_go()
        self.process, self.due = None, now + self.pause

    def let_go(self) -> None:
        """Close the pipe: the leash does the rest."""
        if self.process is not None and self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()


class Stopping:
    """Remembers that a stop signal came."""

    def __init__(self) -> None:
        self.signals = 0
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.note)

    def note(self, number: int, frame: FrameType | None) -> None:
        """Count a signal."""
        self.signals += 1

    def __bool__(self) -> bool:
        return self.signals > 0


@contextlib.contextmanager
def only_one(home: Path, port: int) -> Iterator[None]:
    """Hold the lock of this data folder.

    Raises
    ------
    CannotStart
        Another `winnow up` holds it.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / "up.lock").open("a+") as lock:
        lock.seek(0)
        before = lock.read().split()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            where = f" on port {before[1]}, process {before[0]}" if len(before) == 2 else ""
            raise CannotStart(
                f"Winnow is running already{where}, with its data in {home}. "
                "Stop that one, or choose another folder with WINNOW_HOME."
            ) from error
        if before:
            say("the last run was killed; waiting for what is left of it to end")
            wait_for_port(port, GRACE_SECONDS + 3)
        lock.truncate(0)
        lock.write(f"{os.getpid()} {port}")
        lock.flush()
        yield
        lock.truncate(0)


def port_is_free(port: int) -> bool:
    """Whether we could listen on a port of 127.0.0.1."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def wait_for_port(port: int, seconds: float) -> bool:
    """Wait until the port is free; returns whether it is."""
    deadline = time.monotonic() + seconds
    while not (is_free := port_is_free(port)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return is_free


def prepare(demo: bool) -> str:
    """Bring the database up to date; returns the path of a sign-in link.

    Raises
    ------
    CannotStart
        It went wrong; the details were printed.
    """
    words = ["prepare", "--link", *(["--demo"] if demo else [])]
    outcome = subprocess.run(command_of(*words), stdout=subprocess.PIPE, text=True, check=False)
    if outcome.returncode != 0:
        raise CannotStart("The database could not be prepared; the lines above say why.")
    return outcome.stdout.strip().rpartition("\n")[2]


def is_healthy(port: int) -> bool:
    """Whether the web server answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
            return True
    except OSError as trouble:
        if isinstance(trouble, urllib.error.HTTPError):
            trouble.close()
        return False


def keep_running(parts: list[Part], stopping: Stopping, port: int, path: str) -> None:
    """Look after the parts until a stop signal comes; prints the link once the web answers."""
    begun = time.monotonic()
    is_told = False
    while not stopping:
        age = time.monotonic() - begun
        # The first page is what somebody waits for, so the others leave the web the processor.
        for part in parts if is_told or age > WEB_FIRST_SECONDS else parts[:1]:
            part.look()
        if not is_told and is_healthy(port):
            is_told = True
            base = read("WINNOW_BASE_URL") or f"http://127.0.0.1:{port}"
            say("ready. Open this link to sign in as the owner (it works once, for a day):")
            print(f"\n    {base}{path}\n", flush=True)
            say("Ctrl-C stops everything")
        elif not is_told and age > READY_SECONDS:
            is_told = True
            say(f"the web server does not answer well on port {port}; the lines above say why")
        # A web server in trouble logs every question, so ask it less often after a while.
        time.sleep(0.2 if age < STARTING_SECONDS else 2.0 if not is_told else 0.5)


def stop_all(parts: list[Part]) -> None:
    """Let go of every leash and wait for the ends."""
    say("stopping")
    for part in parts:
        part.let_go()
    deadline = time.monotonic() + GRACE_SECONDS + 2
    for part in parts:
        if part.process is None:
            continue
        try:
            part.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            part.process.kill()
    say("stopped")


def run(label: str, command: str, argv: list[str]) -> int:
    """Start everything, wait for a signal, stop everything."""
    parser = argparse.ArgumentParser(
        prog=f"winnow {label}",
        description=(
            "Start the web server on 127.0.0.1:$PORT (8000), a worker for short and one for long "
            "jobs, and the clock, with the data in $WINNOW_HOME (./var). Prints a sign-in link."
        ),
    )
    parser.add_argument("--demo", action="store_true", help="load the demo project, once")
    options = parser.parse_args(argv)
    port, home = int(read("PORT")), Path(read("WINNOW_HOME")).resolve()
    stopping = Stopping()
    try:
        with only_one(home, port):
            if not port_is_free(port):
                raise CannotStart(
                    f"Port {port} is taken by another program. Choose another: "
                    f"PORT={port + 1} winnow up"
                )
            path = prepare(options.demo)
            parts = [Part(name, words) for name, words in PARTS.items()]
            try:
                keep_running(parts, stopping, port, path)
            finally:
                stop_all(parts)
    except CannotStart as reason:
        say(str(reason))
        return 1
    return 0
