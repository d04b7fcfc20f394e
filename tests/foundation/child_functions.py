"""Functions that the tests of the capped child let go wrong inside it."""

import ctypes
import os
import time
from collections.abc import Iterator
from pathlib import Path


def double(number: int) -> int:
    """Give an answer."""
    return 2 * number


def fail(text: str) -> None:
    """Raise an error of ours."""
    raise ValueError(text)


def crash_at(number: int, bad: int) -> int:
    """Crash as a C library would, for one number only."""
    if number == bad:
        ctypes.string_at(0)
    return number


def eat_memory(megabytes: int) -> int:
    """Allocate memory and touch it."""
    return len(bytearray(megabytes << 20))


def burn() -> None:
    """Use the processor for ever."""
    while True:
        pass


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def write_file(path: str, megabytes: int) -> None:
    """Write a file of this size."""
    with Path(path).open("wb") as file:
        for _ in range(megabytes):
            file.write(bytes(1 << 20))


def say(megabytes: int) -> str:
    """Give a long answer."""
    return "x" * (megabytes << 20)


def environment() -> dict[str, str]:
    """Tell what the child knows of its parent's environment."""
    return dict(os.environ)


def niceness() -> int:
    """Tell how far the child steps back."""
    return os.nice(0)


def chatter() -> str:
    """Print in the middle of the protocol, as some libraries do."""
    print("noise", flush=True)  # noqa: T201
    os.write(1, b"more noise\n")
    return "quiet"


def count(upto: int, crash_after: int | None = None) -> Iterator[dict[str, str]]:
    """Yield items, one with every kind of line break in it."""
    for number in range(upto):
        if number == crash_after:
            ctypes.string_at(0)
        yield {"text": f"{number}\n\r\u2028é"}


def drip(count: int, every: float) -> Iterator[int]:
    """Yield slowly, and little."""
    for number in range(count):
        time.sleep(every)
        yield number


def started(marker: str) -> None:
    """Leave our process id in a file and then wait for a long time."""
    Path(marker).write_text(str(os.getpid()))
    time.sleep(600)
