"""`winnow health`: asks one part whether it is well; for container health checks."""

import argparse
import os
import socket
import sys
import urllib.request
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Max
from kombu.exceptions import KombuError

from config.celery import app
from config.environment import read
from foundation.clock import database_now
from foundation.models import ClockTick

LATE_SECONDS = 60


class Unwell(Exception):
    """A part is not well; the text says what is wrong."""


def check_web(port: int) -> str:
    """The web server on this machine answers under its own name."""
    hosts = settings.ALLOWED_HOSTS
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/healthz",
        headers={"Host": hosts[0] if hosts and hosts[0] != "*" else "localhost"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return f"answers with {answer.status}"
    except OSError as error:
        raise Unwell(f"the web server on port {port} does not answer: {error}") from error


def check_worker(lane: str) -> str:
    """A worker of this lane on this machine answers through the broker."""
    try:
        replies = app.control.ping(timeout=2.0) or []
    except (OSError, KombuError) as error:
        raise Unwell(f"the broker cannot be reached: {error}") from error
    here = socket.gethostname()
    names = [name for reply in replies for name in reply]
    found = [n for n in names if n.startswith(f"{lane}-") and n.partition("@")[2] == here]
    if not found:
        raise Unwell(f"no worker of the lane {lane} on {here} answers")
    return f"{len(found)} answer"


def check_clock() -> str:
    """Some clock has done a duty within the last minute, by the database's time."""
    try:
        last = ClockTick.objects.aggregate(last=Max("last_at"))["last"]
        if last is None:
            raise Unwell("the clock has not ticked yet")
        age = database_now() - last
    except DatabaseError as error:
        raise Unwell("the database cannot be asked") from error
    if age > timedelta(seconds=LATE_SECONDS):
        raise Unwell(f"the last tick is {age.total_seconds():.0f} s old")
    return f"ticked {max(0.0, age.total_seconds()):.0f} s ago"


def run(label: str, command: str, argv: list[str]) -> int:
    """Ask one part; the exit code is 0 when it is well."""
    parser = argparse.ArgumentParser(
        prog=f"winnow {label}", description="Ask one part of this machine whether it is well."
    )
    parser.add_argument("part", choices=["web", "worker-quick", "worker-heavy", "clock"])
    parser.add_argument("--port", type=int, default=int(read("PORT")), help="port of the web part")
    options = parser.parse_args(argv)
    checks: dict[str, Callable[[], str]] = {
        "web": lambda: check_web(options.port),
        "worker-quick": lambda: check_worker("quick"),
        "worker-heavy": lambda: check_worker("heavy"),
        "clock": check_clock,
    }
    try:
        print(f"{options.part}: {checks[options.part]()}")
    except Unwell as trouble:
        print(f"{options.part}: {trouble}", file=sys.stderr)
        return 1
    return os.EX_OK
