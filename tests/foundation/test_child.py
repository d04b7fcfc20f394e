"""A capped child answers, and whatever it dies of becomes a plain reason here."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from foundation.child import HOUSE, ChildFailed, ChildPool, Limits, run_capped, stream_capped

HERE = "tests.foundation.child_functions:"


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_call_is_answered_by_another_process() -> None:
    assert run_capped(HERE + "double", {"number": 21}) == 42


def test_an_error_in_the_child_names_itself_and_keeps_its_text_for_the_log() -> None:
    with pytest.raises(ChildFailed) as caught:
        run_capped(HERE + "fail", {"text": "secret path"})
    assert caught.value.code == "crashed"
    assert caught.value.detail == "The reader stopped at this content (ValueError)."
    assert "secret path" in caught.value.log


def test_a_crash_of_the_child_is_an_error_here() -> None:
    with pytest.raises(ChildFailed) as caught:
        run_capped(HERE + "crash_at", {"number": 1, "bad": 1})
    assert caught.value.code == "crashed"


def test_a_child_cannot_take_more_memory_than_allowed() -> None:
    with pytest.raises(ChildFailed) as caught:
        run_capped(HERE + "eat_memory", {"megabytes": 300}, memory_mb=256)
    assert caught.value.code == "too-much-memory"


def test_a_child_that_only_computes_is_stopped_by_its_cpu_limit() -> None:
    started = time.monotonic()
    with pytest.raises(ChildFailed) as caught:
        run_capped(HERE + "burn", {}, cpu_seconds=1, wall_seconds=120)
    assert caught.value.code == "took-too-long"
    assert time.monotonic() - started < 100


def test_a_child_that_only_waits_is_stopped_by_the_clock() -> None:
    with pytest.raises(ChildFailed) as caught:
        run_capped(HERE + "sleep", {"seconds": 60}, wall_seconds=0.5)
    assert caught.value.code == "took-too-long"


def test_a_child_cannot_write_a_larger_file_than_allowed(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(ChildFailed) as caught:
        run_capped(HERE + "write_file", {"path": str(target), "megabytes": 5}, output_mb=2)
    assert "File too large" in caught.value.log
    assert target.stat().st_size <= 2 << 20


def test_a_full_disk_is_told_apart_from_a_crash() -> None:
    with pytest.raises(ChildFailed) as caught:
        run_capped(HERE + "write_file", {"path": "/dev/full", "megabytes": 1})
    assert caught.value.code == "disk-full"


def test_a_child_cannot_flood_us_with_its_answer() -> None:
    with pytest.raises(ChildFailed) as caught:
        run_capped(HERE + "say", {"megabytes": 5}, output_mb=2)
    assert caught.value.code == "too-much-output"


def test_a_child_sees_no_secret_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINNOW_SECRET_KEY", "canary")
    seen = run_capped(HERE + "environment", {})
    assert "canary" not in seen.values()
    assert "PATH" in seen


def test_a_child_steps_back_behind_everybody_else() -> None:
    assert run_capped(HERE + "niceness", {}) >= os.nice(0) + 10 or os.nice(0) + 10 > 19


def test_what_a_library_prints_does_not_disturb_the_answers() -> None:
    assert run_capped(HERE + "chatter", {}) == "quiet"


def test_a_stream_gives_every_item_in_order() -> None:
    items = list(stream_capped(HERE + "count", {"upto": 3000}))
    assert [item["text"] for item in items] == [f"{n}\n\r\u2028é" for n in range(3000)]


def test_a_stream_that_breaks_keeps_what_came_before() -> None:
    stream = stream_capped(HERE + "count", {"upto": 100_000, "crash_after": 90_000})
    seen: list[object] = []
    with pytest.raises(ChildFailed):
        seen += stream
    assert len(seen) > 80_000


def test_closing_a_stream_ends_its_child() -> None:
    stream = stream_capped(HERE + "count", {"upto": 10**9})
    next(stream)
    before = children_of(os.getpid())
    stream.close()  # type: ignore[attr-defined]
    assert len(children_of(os.getpid())) == len(before) - 1


def test_a_child_that_says_little_but_goes_on_is_not_taken_for_stuck() -> None:
    limits = Limits(wall_seconds=2.0)
    stream = stream_capped(HERE + "drip", {"count": 6, "every": 0.7}, limits=limits)
    assert list(stream) == list(range(6))


def children_of(pid: int) -> set[str]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return set(listed.split())


def test_a_pool_answers_in_the_order_of_the_calls() -> None:
    with ChildPool(workers=2) as pool:
        calls = ({"number": n} for n in range(50))
        answers = list(pool.run_all(HERE + "double", calls))
    assert answers == [({"number": n}, 2 * n) for n in range(50)]


def test_only_the_call_that_killed_its_child_fails() -> None:
    with ChildPool(workers=2) as pool:
        calls = [{"number": n, "bad": 7} for n in range(20)]
        answers = [answer for _, answer in pool.run_all(HERE + "crash_at", calls)]
    assert isinstance(answers[7], ChildFailed)
    assert answers[:7] + answers[8:] == [n for n in range(20) if n != 7]


def test_a_pool_goes_on_after_a_call_that_takes_too_long() -> None:
    with ChildPool(workers=1, limits=Limits(wall_seconds=5)) as pool:
        calls = [{"seconds": 0}, {"seconds": 120}, {"seconds": 0}]
        answers = [answer for _, answer in pool.run_all(HERE + "sleep", calls)]
    assert [getattr(answer, "code", None) for answer in answers] == [None, "took-too-long", None]


def test_a_pool_that_is_left_early_can_be_used_again() -> None:
    with ChildPool(workers=2) as pool:
        for _ in pool.run_all(HERE + "sleep", [{"seconds": n} for n in (0, 30, 30, 30)]):
            break
        assert next(pool.run_all(HERE + "double", [{"number": 4}]))[1] == 8


PARENT = """
import os, sys, threading, time
from pathlib import Path
from foundation.child import run_capped
marker, holder = map(Path, sys.argv[1:])
args = {"marker": str(marker)}
call = ("tests.foundation.child_functions:started", args)
threading.Thread(target=run_capped, args=call, kwargs={"wall_seconds": 600}).start()
while not (marker.exists() and marker.read_text()):
    time.sleep(0.05)
if os.fork() == 0:  # as a prefork worker does: it now holds the other end of the pipe, too
    holder.write_text(str(os.getpid()))
time.sleep(600)
"""


@pytest.mark.faults
def test_a_child_dies_with_its_parent_even_while_a_fork_holds_the_pipe(tmp_path: Path) -> None:
    marker, holder = tmp_path / "child", tmp_path / "holder"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(marker), str(holder)], cwd=HOUSE)
    try:
        wait_until(lambda: holder.exists() and holder.read_text())
    finally:
        parent.kill()
        parent.wait()
    fork = int(holder.read_text())
    try:
        wait_until(lambda: not is_alive(int(marker.read_text())))
        assert is_alive(fork)
    finally:
        os.kill(fork, signal.SIGKILL)


def wait_until(condition: object, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)
