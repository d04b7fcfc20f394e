"""The manners of a trainer's process: how it starts, what it may use, and how it ends."""

import json
import os
import platform
import random
import re
import resource
import signal
import stat
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from _handover.folder import STRAY, Handover, Refused, versions  # type: ignore[import-not-found]
from threadpoolctl import threadpool_limits

BAD_INPUT = 3
STOPPED = 143  # 128 + SIGTERM, as a shell would say it
SMALLER = "Choose smaller parameters or a smaller version, or ask for a higher limit."


def _listen() -> None:
    """End this process when it is told to, or when the one who started it is gone.

    Both ears are threads, because Python's own signal handlers wait for the main thread,
    which may sit in compiled code for minutes.
    """
    ear, mouth = os.pipe()
    os.set_blocking(mouth, False)
    signal.set_wakeup_fd(mouth, warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, lambda number, frame: None)

    def hear_signals() -> None:
        while os.read(ear, 1) != bytes([signal.SIGTERM]):
            pass
        os._exit(STOPPED)

    def hear_parent() -> None:
        while os.read(0, 1024):
            pass
        os._exit(STOPPED)

    threading.Thread(target=hear_signals, daemon=True).start()
    mode = os.fstat(0).st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):  # by hand, from a terminal, nobody listens
        threading.Thread(target=hear_parent, daemon=True).start()


def _limit(handover: Handover) -> None:
    """Hold the run to one thread, its memory and its time; give all chance its seed."""
    limits = handover.job.get("limits", {})
    threadpool_limits(1)  # two threads round differently from one
    random.seed(handover.seed)
    np.random.seed(handover.seed % 2**32)
    if "memory_mb" in limits:
        size = int(limits["memory_mb"]) * 2**20
        with suppress(OSError, ValueError):  # not every system can
            resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    if "seconds" in limits:
        text = f"The run took longer than its limit of {limits['seconds']} seconds. {SMALLER}"

        def stop() -> None:
            handover.refuse("time-limit", text)
            os._exit(BAD_INPUT)

        timer = threading.Timer(float(limits["seconds"]), stop)
        timer.daemon = True
        timer.start()


def run(train: Callable[[Handover], None], predict: Callable[[Handover], None]) -> None:
    """Carry out the job of the folder named on the command line, and end the process.

    Exit code 0: done, and `out/done.json` is there. 3: refused, and the last line of the
    progress file says why. 143: stopped from outside. Anything else is a crash.
    """
    started = time.monotonic()
    _listen()
    handover = Handover(Path(sys.argv[1]))
    done = handover.out / "done.json"
    done.unlink(missing_ok=True)
    _tell_warnings(handover)
    try:
        _limit(handover)
        {"train": train, "predict": predict}[handover.job["mode"]](handover)
    except Refused as refused:
        handover.refuse(refused.code, refused.text)
        sys.exit(BAD_INPUT)
    except ValueError as error:
        if not re.search("non-finite|infinity|NaN", str(error)):
            raise
        handover.refuse("not-finite", f"{str(error).splitlines()[0]} {STRAY}")
        sys.exit(BAD_INPUT)
    except MemoryError:
        limit = handover.job.get("limits", {}).get("memory_mb", "all")
        handover.refuse("out-of-memory", f"The run needs more than {limit} MB. {SMALLER}")
        sys.exit(BAD_INPUT)
    _write_done(done, time.monotonic() - started)


def _tell_warnings(handover: Handover) -> None:
    """Send each of the libraries' warnings to the person who watches, once."""
    said: set[str] = set()

    def tell(message: Warning | str, *where: object, **more: object) -> None:
        if str(message) not in said:
            said.add(str(message))
            handover.log(str(message).splitlines()[0])

    warnings.showwarning = tell


def _write_done(path: Path, seconds: float) -> None:
    """Write the file that says that all others are complete: whole, or not at all."""
    facts = {"ok": True, "versions": versions(), "threads": 1, "machine": platform.machine()}
    fresh = path.with_suffix(".tmp")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump({**facts, "seconds": round(seconds, 3)}, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
