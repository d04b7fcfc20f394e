"""How a run ends before its time: cancelled, or left alone by whoever started it."""

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trainers.handovers import read_lines, small_handover, start

LONG = {"epochs": 10000, "patience": 1000, "rate": 0.000001}


@pytest.fixture
def child(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that would take minutes, in the middle of it."""
    folder = small_handover(tmp_path, "table_net", params=LONG)
    progress = folder / "out" / "progress.jsonl"
    deadline = time.monotonic() + 60
    with start(folder) as child:
        while not (progress.exists() and b'"progress"' in progress.read_bytes()):
            assert child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield child
        child.kill()


def test_a_cancelled_run_stops_promptly_and_says_so(
    child: subprocess.Popen[str], tmp_path: Path
) -> None:
    child.send_signal(signal.SIGTERM)
    assert child.wait(5) == 143
    assert not (tmp_path / "out" / "done.json").exists()
    assert read_lines(tmp_path / "out" / "progress.jsonl")  # no half line at its end


def test_a_run_ends_when_its_parent_is_gone(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.close()  # what the system does with the pipe of a parent that died
    assert child.wait(5) == 143


def test_what_the_parent_says_does_not_end_a_run(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("still here\n")
    child.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.5)
