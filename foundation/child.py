"""Running a parser of user files where it can do no harm: in a capped child process.

Three forms, all calling a named function of ours (`"package.module:name"`) with JSON arguments:

- `run_capped`: one call, one answer;
- `stream_capped`: one call of a generator, its items as they come;
- `ChildPool.run_all`: many calls spread over a few children, answers in the order of the calls.

A child gets no secret from our environment, has limits on memory, CPU, time, files and output,
runs niced, and ends when this process does. What goes wrong in it is a `ChildFailed` here.
"""

import io
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

import orjson
from django.utils.translation import gettext_noop

logger = logging.getLogger(__name__)

HOUSE = Path(__file__).resolve().parent.parent
MAIN = HOUSE / "foundation" / "child_main.py"
MEGABYTE = 1 << 20
KEPT_VARIABLES = ("PATH", "TMPDIR", "TZ", "SYSTEMROOT")
LOG_BYTES = 4000
DISK_FULL = "disk-full"
"""The one failure that is not the content's fault."""


@dataclass(frozen=True)
class Limits:
    """What one child may use. CPU and wall seconds are for each call, memory is for all."""

    memory_mb: int = 1024
    cpu_seconds: float = 30
    wall_seconds: float = 60
    output_mb: int = 256
    niceness: int = 10


class ChildFailed(Exception):
    """The child gave no answer.

    `code` is for programs (`took-too-long`, `too-much-memory`, `too-much-output`, `crashed`,
    `disk-full`), `detail` for people; `template` and `values` are its parts for the message
    catalogue, and `log` is for us.
    """

    def __init__(self, code: str, template: str, log: str = "", **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.template = template
        self.values = values
        self.log = log

    @property
    def detail(self) -> str:
        """The sentence in English, values filled in."""
        return self.template % self.values

    def __str__(self) -> str:
        return self.detail


def run_capped(
    function_path: str,
    args: Mapping[str, Any],
    *,
    memory_mb: int = Limits.memory_mb,
    cpu_seconds: float = Limits.cpu_seconds,
    wall_seconds: float = Limits.wall_seconds,
    output_mb: int = Limits.output_mb,
) -> Any:
    """Call one function in a fresh child and return its JSON answer.

    Large results belong in files whose names are among `args`. Raises ChildFailed.
    """
    limits = Limits(memory_mb, cpu_seconds, wall_seconds, output_mb)
    with _Child(limits) as child:
        child.call(function_path, args)
        return child.wait_for_value()


def stream_capped(
    function_path: str, args: Mapping[str, Any], *, limits: Limits | None = None
) -> Iterator[Any]:
    """Call one generator function in a fresh child and yield its items as they come.

    Memory here is one item. `limits.wall_seconds` is the longest wait between two answers, so that
    a slow reader of this stream is not held against the child. Raises ChildFailed, after the items
    that came before the failure. Closing the iterator ends the child.
    """
    with _Child(limits or Limits()) as child:
        child.call(function_path, args)
        while True:
            answer = child.wait_for_answer()
            if "item" not in answer:
                child.value_of(answer)
                return
            yield answer["item"]


class ChildPool:
    """A few children that serve many calls; one that dies is replaced.

    Use it as a context manager. Children are started when first needed and replaced after
    `calls_per_child` calls, so that what a parser leaks stays small.
    """

    def __init__(
        self, workers: int = 2, *, limits: Limits | None = None, calls_per_child: int = 1000
    ) -> None:
        self.limits = limits or Limits()
        self.workers = workers
        self.calls_per_child = calls_per_child
        self._idle: list[_Child] = []
        self._busy: dict[_Child, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all children."""
        for child in [*self._idle, *self._busy]:
            child.close()
        self._idle, self._busy = [], {}

    def run_all(
        self, function_path: str, calls: Iterable[Mapping[str, Any]]
    ) -> Iterator[tuple[Mapping[str, Any], Any]]:
        """Yield each call with its answer, or with the ChildFailed it ended in, in order.

        `calls` is read only a little ahead of the answers. The call that killed a child is the
        only one that fails; the others go on in a fresh child.
        """
        source = iter(calls)
        waiting: deque[Mapping[str, Any]] = deque()  # started, perhaps answered, not yet yielded
        answers: dict[int, Any] = {}
        first = 0  # number of waiting[0]
        try:
            while True:
                while self._has_room(len(waiting)) and (call := next(source, None)) is not None:
                    self._start(function_path, call, first + len(waiting))
                    waiting.append(call)
                if not waiting:
                    return
                if first in answers:
                    yield waiting.popleft(), answers.pop(first)
                    first += 1
                else:
                    answers.update(self._collect())
        finally:
            for child in self._busy:
                child.close()
            self._busy = {}

    def _has_room(self, waiting: int) -> bool:
        return len(self._busy) < self.workers and waiting < 8 * self.workers

    def _start(self, function_path: str, call: Mapping[str, Any], number: int) -> None:
        child = self._idle.pop() if self._idle else _Child(self.limits)
        child.call(function_path, call)
        self._busy[child] = number

    def _collect(self) -> dict[int, Any]:
        """Wait until at least one busy child has answered or failed; return what came."""
        came: dict[int, Any] = {}
        deadline = min(child.deadline for child in self._busy)
        _wait_readable(list(self._busy), deadline)
        for child in list(self._busy):
            try:
                answer = child.take_answer()
                if answer is None:
                    continue
                came[self._busy.pop(child)] = child.value_of(answer)
            except ChildFailed as failure:
                came[self._busy.pop(child, -1)] = failure
                child.close()
                continue
            self._put_back(child)
        return came

    def _put_back(self, child: "_Child") -> None:
        if child.calls_made >= self.calls_per_child:
            child.close()
        else:
            self._idle.append(child)


class _Child:
    """One child process and the pipe to it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.calls_made = 0
        self.deadline = 0.0
        self._received = bytearray()
        self._lines: deque[bytes] = deque()
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        settings = {"house": str(HOUSE), **asdict(limits)}
        self._process = subprocess.Popen(  # noqa: S603 - our own file, arguments made here
            [sys.executable, "-I", "-X", "utf8", str(MAIN), orjson.dumps(settings).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=_harmless_environment(),
            bufsize=0,
        )
        self._stdin = cast(IO[bytes], self._process.stdin)
        self._stdout = cast(io.FileIO, self._process.stdout)
        os.set_blocking(self._stdout.fileno(), False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def fileno(self) -> int:
        """Where its answers come from, for a selector."""
        return self._stdout.fileno()

    def call(self, function_path: str, args: Mapping[str, Any]) -> None:
        """Send a call; the time for its answer starts now."""
        self.calls_made += 1
        self.deadline = time.monotonic() + self.limits.wall_seconds
        line = orjson.dumps({"function": function_path, "args": dict(args)}) + b"\n"
        try:
            while line:
                line = line[self._stdin.write(line) :]
        except BrokenPipeError:
            pass  # it has died; reading its answer will say why

    def wait_for_value(self) -> Any:
        """Return the value of the call. Raises ChildFailed."""
        return self.value_of(self.wait_for_answer())

    def wait_for_answer(self) -> dict[str, Any]:
        """Return the next answer. Raises ChildFailed when none comes in time."""
        self.deadline = time.monotonic() + self.limits.wall_seconds
        while (answer := self.take_answer()) is None:
            _wait_readable([self], self.deadline)
        return answer

    def take_answer(self) -> dict[str, Any] | None:
        """Return an answer that is there, or None. Raises ChildFailed when none will come."""
        if not self._lines and not self._read():
            raise self._failure()
        if self._lines:
            answer: dict[str, Any] = orjson.loads(self._lines.popleft())
            return answer
        if time.monotonic() > self.deadline:
            raise ChildFailed(
                "took-too-long",
                gettext_noop("Reading took longer than %(seconds)d seconds and was stopped."),
                seconds=self.limits.wall_seconds,
            )
        return None

    def value_of(self, answer: dict[str, Any]) -> Any:
        """Return the value inside a last answer. Raises ChildFailed when it tells of a failure."""
        if "failed" not in answer:
            return answer.get("value")
        if answer["failed"] == "memory":
            raise self._out_of_memory()
        logger.warning("a capped child failed: %s", answer["log"])
        if answer["failed"] == "disk":
            raise ChildFailed(
                DISK_FULL, gettext_noop("There is no room left on the disk."), answer["log"]
            )
        raise ChildFailed(
            "crashed",
            gettext_noop("The reader stopped at this content (%(error)s)."),
            answer["log"],
            error=answer["detail"],
        )

    def close(self) -> None:
        """End the process, if need be by force, and let go of its pipes."""
        self._process.kill()
        self._process.wait()
        for file in (self._stdin, self._stdout, self._log):
            file.close()

    def _read(self) -> bool:
        """Take what is in the pipe. False when the child has closed it."""
        chunk = self._stdout.read(MEGABYTE)
        if chunk is None:
            return True
        if not chunk:
            return False
        *lines, rest = chunk.split(b"\n")
        if lines:
            self._received += lines[0]
            self._lines.append(bytes(self._received))
            self._lines.extend(lines[1:])
            self._received = bytearray(rest)
        else:
            self._received += rest
        if len(self._received) > self.limits.output_mb * MEGABYTE:
            raise ChildFailed(
                "too-much-output",
                gettext_noop("Reading gave more than %(megabytes)d MB and was stopped."),
                megabytes=self.limits.output_mb,
            )
        return True

    def _failure(self) -> ChildFailed:
        """Say in plain words why the process has ended."""
        code = self._process.wait()
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - LOG_BYTES))
        log = self._log.read().decode(errors="replace")
        logger.warning("a capped child ended with %s: %s", code, log)
        if code == -signal.SIGXCPU:
            return ChildFailed(
                "took-too-long",
                gettext_noop("Reading needed over %(seconds)d seconds of computing; stopped."),
                log,
                seconds=self.limits.cpu_seconds,
            )
        if code == -signal.SIGKILL or "MemoryError" in log:
            return self._out_of_memory(log)
        return ChildFailed("crashed", gettext_noop("The reader crashed at this content."), log)

    def _out_of_memory(self, log: str = "") -> ChildFailed:
        return ChildFailed(
            "too-much-memory",
            gettext_noop("Reading needed more than %(megabytes)d MB of memory and was stopped."),
            log,
            megabytes=self.limits.memory_mb,
        )


def _wait_readable(children: list[_Child], deadline: float) -> None:
    """Return when one of the children has something to read, or at the deadline."""
    with selectors.DefaultSelector() as selector:
        for child in children:
            selector.register(child, selectors.EVENT_READ)
        selector.select(max(0.0, deadline - time.monotonic()))


def _harmless_environment() -> dict[str, str]:
    """Return what a child may know of our environment: where programs are, and no secret."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"}
