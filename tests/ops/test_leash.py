"""Whatever is on a leash ends with whoever holds it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.services import LEASH, running, start_valkey

# A command that ignores polite signals and has a child of its own.
STUBBORN = (
    "import os, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "os.fork(); open(sys.argv[1] + str(os.getpid()), 'w').close(); time.sleep(60)"
)


def start(folder: Path, *options: str) -> subprocess.Popen[bytes]:
    """Start the stubborn command on a leash and wait until both of its processes are up."""
    command = [sys.executable, "-c", STUBBORN, str(folder) + "/"]
    leash = subprocess.Popen(
        [sys.executable, "-I", str(LEASH), *options, "--", *command], stdin=subprocess.PIPE
    )
    deadline = time.monotonic() + 10
    while len(list(folder.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    return leash


def all_end(folder: Path) -> bool:
    """Whether every process that left its number in the folder is gone within five seconds."""
    pids = [int(path.name) for path in folder.iterdir()]
    assert len(pids) == 2
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not any(is_running(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def is_running(pid: int) -> bool:
    """Whether a process is there and is not a zombie."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_closing_the_pipe_ends_the_command_and_its_children(tmp_path: Path) -> None:
    leash = start(tmp_path, "--grace", "0.2")
    assert leash.stdin is not None
    leash.stdin.close()
    assert leash.wait(timeout=5) == 128 + signal.SIGKILL
    assert all_end(tmp_path)


def test_a_signal_to_the_leash_ends_the_command_and_its_children(tmp_path: Path) -> None:
    with start(tmp_path, "--grace", "0.2") as leash:
        leash.terminate()
        assert leash.wait(timeout=5) == 128 + signal.SIGKILL
        assert all_end(tmp_path)


def test_the_exit_code_of_the_command_is_passed_on() -> None:
    command = [sys.executable, "-I", str(LEASH), "--", sys.executable, "-c", "raise SystemExit(3)"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as leash:
        assert leash.wait(timeout=5) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_killing_the_leash_itself_kills_the_command(tmp_path: Path) -> None:
    code = "import os, sys, time; open(sys.argv[1] + str(os.getpid()), 'w'); time.sleep(60)"
    command = [sys.executable, "-c", code, str(tmp_path) + "/"]
    with subprocess.Popen(
        [sys.executable, "-I", str(LEASH), "--", *command], stdin=subprocess.PIPE
    ) as leash:
        while not list(tmp_path.iterdir()):
            time.sleep(0.02)
        leash.kill()
        leash.wait(timeout=5)
        pid = int(next(tmp_path.iterdir()).name)
        deadline = time.monotonic() + 5
        while is_running(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not is_running(pid)


def test_a_server_of_the_tests_ends_when_the_test_process_is_killed() -> None:
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); from tests.services import "
        "start_valkey; s = start_valkey(); print(s.leash.pid, s.folder, flush=True); "
        "time.sleep(60)"
    )
    root = str(LEASH.parent.parent)
    with subprocess.Popen(
        [sys.executable, "-c", code, root], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        pid, folder = holder.stdout.readline().split()
        leash = psutil.Process(int(pid))
        server = leash.children()[0]
        os.kill(holder.pid, signal.SIGKILL)
        gone, alive = psutil.wait_procs([leash, server], timeout=8)
        assert not alive
        assert len(gone) == 2
        shutil.rmtree(folder)


def test_stopping_a_server_twice_is_harmless() -> None:
    with running(start_valkey) as service:
        service.stop()
    assert not service.folder.exists()
