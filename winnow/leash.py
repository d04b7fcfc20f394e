"""Run a command that ends when this process's standard input closes.

    python -I leash.py [--signal TERM] [--grace 8] [--user NAME] -- COMMAND ...

Whoever starts a leash holds the other end of the pipe. Closing it, leaving in good order or being
killed with SIGKILL all look the same from here: the command is asked to stop, and after the grace
period its whole process group is killed. The exit code is the command's.

This file imports nothing but the standard library, so that it starts in a few milliseconds.
"""

import argparse
import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the options before ``--`` and the command after it."""
    parser = argparse.ArgumentParser(prog="leash")
    parser.add_argument("--signal", default="TERM", help="first signal of a stop (default TERM)")
    parser.add_argument("--grace", type=float, default=8.0, help="seconds before SIGKILL")
    parser.add_argument("--user", default=None, help="run the command as this user (root only)")
    parser.add_argument("command", nargs="+")
    return parser.parse_args(argv)


def die_with_parent() -> None:
    """Between fork and exec: on Linux, ask the kernel to end us when the leash is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(options: argparse.Namespace) -> subprocess.Popen[bytes]:
    """Start the command as the leader of a process group of its own."""
    return subprocess.Popen(
        options.command,
        stdin=subprocess.DEVNULL,
        user=options.user,
        process_group=0,
        preexec_fn=die_with_parent,
    )


def catch_signals() -> int:
    """Turn stop signals into bytes on a pipe; returns the end to read."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, lambda number, frame: None)
    return reading


def wait_for_end(child: subprocess.Popen[bytes], signals: int) -> None:
    """Return when the child has ended, our input has closed or a stop signal has come."""
    held = sys.stdin.fileno()
    poller = select.poll()
    poller.register(held, select.POLLIN | select.POLLHUP)
    poller.register(signals, select.POLLIN)
    while child.poll() is None:
        for fd, _ in poller.poll():
            received = os.read(fd, 4096)
            if fd == held and not received:
                return
            if fd == signals and set(received) - {signal.SIGCHLD}:
                return


def stop(child: subprocess.Popen[bytes], first: signal.Signals, grace: float) -> int:
    """Ask the command to stop, wait, then kill what is left of its group; returns the exit code."""
    if child.poll() is None:
        child.send_signal(first)
        deadline = time.monotonic() + grace
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    code = child.wait()
    return 128 - code if code < 0 else code


def main(argv: list[str]) -> int:
    """Start the command, wait, clean up, and return its exit code."""
    options = parse(argv)
    signals = catch_signals()
    child = start(options)
    wait_for_end(child, signals)
    return stop(child, signal.Signals[f"SIG{options.signal}"], options.grace)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
