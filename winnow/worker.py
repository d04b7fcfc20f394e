"""A Celery worker for one lane: short work that people wait for, or long work behind it."""

import argparse
import gc
import os
import warnings

from celery.exceptions import SecurityWarning
from celery.signals import worker_process_init, worker_shutting_down

from config.celery import app
from foundation.jobs import stop_working

PROCESSES = {"quick": 2, "heavy": 1}
NICENESS = {"quick": 0, "heavy": 10}


def hand_back(**_how: object) -> None:
    """On a stop signal: let the jobs go on elsewhere instead of losing them when time is up."""
    stop_working()


def settle_in(**_how: object) -> None:
    """Let the garbage collector pass by everything that is loaded, and look seldom at the rest.

    A job makes many objects and hardly a cycle. It would otherwise pay, every few thousand of them,
    for another walk through all of Django: an export is a sixth cheaper without, an import a fifth.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def run(label: str, command: str, argv: list[str]) -> int:
    """Work until told to stop."""
    parser = argparse.ArgumentParser(
        prog=f"winnow {label}",
        description="Run the jobs of one lane. Start as many, on as many hosts, as needed.",
    )
    parser.add_argument("lane", choices=sorted(PROCESSES), help="which jobs to run")
    parser.add_argument("--processes", type=int, help="worker processes (quick 2, heavy 1)")
    options = parser.parse_args(argv)
    os.nice(NICENESS[options.lane])
    worker_shutting_down.connect(hand_back)
    worker_process_init.connect(settle_in)
    # Celery's warning about root is about pickle, which this worker refuses anyway.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    app.worker_main(
        [
            *("--quiet", "worker", "--queues", options.lane, "--pool", "prefork"),
            *("--concurrency", str(options.processes or PROCESSES[options.lane])),
            *("--hostname", f"{options.lane}-{os.getpid()}@%h", "--loglevel", "WARNING"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            *("--max-tasks-per-child", "500"),
        ]
    )
