"""What runs inside a capped child: functions of ours, called over a pipe, one at a time.

    python -I child_main.py '{"house": ..., "memory_mb": ..., "cpu_seconds": ..., ...}'

Each line on standard input is a call, `{"function": "package.module:name", "args": {...}}`. Each
answer on standard output is one line: `{"item": ...}` as often as a generator yields, then
`{"value": ...}`, or `{"failed": ..., "detail": ..., "log": ...}`.

The pipe is the leash. When it closes, or when the process at its other end is no longer our
parent, this process ends at once, whatever it was doing.

This file imports nothing of ours, so that limits stand before any parser loads.
"""

import errno
import gc
import importlib
import inspect
import math
import os
import queue
import resource
import select
import signal
import sys
import threading
import time
import traceback
from typing import Any, BinaryIO

import orjson

WATCH_SECONDS = 1.0
SEND_SECONDS = 0.5
MEGABYTE = 1 << 20
HANDLES = 128
LOG_CHARACTERS = 4000
COLLECT_AFTER = (50_000, 20, 50)
"""Parsers make many objects and hardly a cycle, so cycles are looked for seldom."""


def main() -> None:
    """Set the limits, then answer calls until the pipe closes."""
    settings = orjson.loads(sys.argv[1])
    answers = os.fdopen(os.dup(1), "wb", buffering=1 << 16)
    os.dup2(2, 1)  # what a library prints goes to the log, not between the answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is our parent's business
    set_limits(settings)
    gc.set_threshold(*COLLECT_AFTER)
    sys.path.insert(0, settings["house"])
    threading.stack_size(256 * 1024)
    calls: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=watch_pipe, args=(calls,), daemon=True).start()
    while True:
        call = orjson.loads(calls.get())
        renew_cpu_limit(settings["cpu_seconds"])
        answer(call, answers)
        answers.flush()


def set_limits(settings: dict[str, Any]) -> None:
    """Cap memory, file size and open files, and step back behind everybody else."""
    os.nice(settings["niceness"])
    set_limit(resource.RLIMIT_CORE, 0)
    set_limit(resource.RLIMIT_NOFILE, HANDLES)
    set_limit(resource.RLIMIT_FSIZE, settings["output_mb"] * MEGABYTE)
    set_limit(resource.RLIMIT_AS, settings["memory_mb"] * MEGABYTE)


def set_limit(which: int, value: int) -> None:
    """Lower one limit, hard and soft. Systems that cannot (macOS and memory) go without."""
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    try:
        resource.setrlimit(which, (value, value))
    except (ValueError, OSError) as error:
        sys.stderr.write(f"limit {which} could not be set: {error}\n")


def renew_cpu_limit(seconds: float) -> None:
    """Give the next call its own CPU seconds; the kernel's limit counts from process start."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = math.ceil(usage.ru_utime + usage.ru_stime + seconds)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def watch_pipe(calls: "queue.SimpleQueue[bytes]") -> None:
    """Pass lines on to the main thread; end the process with its parent."""
    parent = os.getppid()
    waiting = b""
    while True:
        # A fork of our parent may still hold the pipe open after it died, so look at it too.
        readable, _, _ = select.select([0], [], [], WATCH_SECONDS)
        if os.getppid() != parent:
            os._exit(0)
        if readable:
            chunk = os.read(0, 1 << 16)
            if not chunk:
                os._exit(0)
            *lines, waiting = (waiting + chunk).split(b"\n")
            for line in lines:
                calls.put(line)


def answer(call: dict[str, Any], answers: BinaryIO) -> None:
    """Run one call and write what came of it. Whatever goes wrong is an answer too."""
    sent = time.monotonic()
    try:
        value = find(call["function"])(**call["args"])
        if inspect.isgenerator(value):
            for item in value:
                answers.write(dump({"item": item}))
                if time.monotonic() - sent > SEND_SECONDS:  # the other end counts silence
                    answers.flush()
                    sent = time.monotonic()
            value = None
        line = dump({"value": value})
    except MemoryError:
        line = dump({"failed": "memory", "detail": "", "log": ""})
    except OSError as error:
        kind = "disk" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "crash"
        line = dump({"failed": kind, "detail": type(error).__name__, "log": last_words()})
    except Exception as error:  # noqa: BLE001 - the boundary: any failure is an answer
        line = dump({"failed": "crash", "detail": type(error).__name__, "log": last_words()})
    answers.write(line)


def find(path: str) -> Any:
    """Return the function named `package.module:name`."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def dump(value: object) -> bytes:
    """One line of JSON; a line break inside a text is escaped in it."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def last_words() -> str:
    """Return the end of the traceback, for our own log."""
    return traceback.format_exc()[-LOG_CHARACTERS:]


if __name__ == "__main__":
    main()
