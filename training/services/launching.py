"""Running a trainer as a child process: watched, limited, and ended when we end."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _

from training.trainers.base import TrainerSpec

POLL_SECONDS = 0.2
GRACE_SECONDS = 5.0
NICENESS = 10
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
}
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")

Line = dict[str, Any]


@dataclass
class Ended:
    """How a child process ended and what it used."""

    code: int
    cpu_seconds: float
    peak_memory_bytes: int
    was_stopped: bool
    last_words: str
    error: Line | None = None

    @property
    def is_done(self) -> bool:
        """Tell whether it finished its work."""
        return self.code == 0

    def reason(self) -> dict[str, str]:
        """Return code and text of why it ended, for a person."""
        if self.error is not None:
            return {"code": str(self.error["code"]), "detail": str(self.error["text"])}
        if self.code == -signal.SIGKILL:
            detail = _("The process was killed, most likely because the machine ran out of memory.")
            return {"code": "killed", "detail": detail}
        detail = _("The trainer crashed (exit code %(code)d). Its last words: %(words)s") % {
            "code": self.code,
            "words": self.last_words or _("none"),
        }
        return {"code": "crashed", "detail": detail}


def run_trainer(
    spec: TrainerSpec,
    folder: Path,
    *,
    on_line: Callable[[Line], None],
    should_stop: Callable[[], bool],
) -> Ended:
    """Run the trainer on its folder until it ends, and return how.

    Each line of its progress file goes to `on_line`. When `should_stop` says so it gets SIGTERM
    and, after five seconds, SIGKILL. It hears through a pipe when this process dies.
    """
    words = folder / "out" / "stderr.txt"
    with words.open("wb") as stderr:
        child = subprocess.Popen(  # noqa: S603 (our own script, no shell)
            spec.command(folder),
            stdin=subprocess.PIPE,
            stdout=stderr,
            stderr=stderr,
            cwd=folder,
            env=_environment(),
            process_group=0,  # not a session: Linux shares the processor out by session first
        )
    os.setpriority(os.PRIO_PROCESS, child.pid, NICENESS)
    reader = _Progress(folder / "out" / "progress.jsonl", on_line)
    try:
        return _watch(child, reader, should_stop, words)
    finally:
        _bury(child)


def _bury(child: subprocess.Popen[bytes]) -> None:
    """End a child that still runs, since watching it failed: a lost lease, a cancelled job."""
    if child.stdin is not None:
        child.stdin.close()
    if child.returncode is not None:
        return
    os.killpg(child.pid, signal.SIGTERM)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _environment() -> dict[str, str]:
    """Return what the child may know: no secrets of ours, one thread for each library."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | _ONE_THREAD | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


def _watch(
    child: subprocess.Popen[bytes],
    reader: "_Progress",
    should_stop: Callable[[], bool],
    words: Path,
) -> Ended:
    asked_at: float | None = None
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        reader.read()
        if asked_at is None and should_stop():
            asked_at = time.monotonic()
            os.killpg(child.pid, signal.SIGTERM)
        elif asked_at is not None and time.monotonic() - asked_at > GRACE_SECONDS:
            os.killpg(child.pid, signal.SIGKILL)
        time.sleep(POLL_SECONDS)
    child.returncode = os.waitstatus_to_exitcode(status)
    reader.read()
    return Ended(
        code=child.returncode,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_memory_bytes=usage.ru_maxrss * 1024,
        was_stopped=asked_at is not None,
        last_words=words.read_bytes()[-2000:].decode(errors="replace").strip()[-600:],
        error=reader.error,
    )


class _Progress:
    """Reads whole lines of a file that grows."""

    def __init__(self, path: Path, on_line: Callable[[Line], None]) -> None:
        self._path, self._on_line, self._place = path, on_line, 0
        self.error: Line | None = None

    def read(self) -> None:
        """Hand on the lines that came since the last time."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._place)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._place += len(line)
                self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            told = orjson.loads(line)
        except orjson.JSONDecodeError:
            return
        if told.get("type") == "error":
            self.error = told
        self._on_line(told)
