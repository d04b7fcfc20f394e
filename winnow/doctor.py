"""`winnow doctor`: looks at everything that Winnow stands on and says what to do about it."""

import argparse
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import ERROR, run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from annotate.queries.invariants import broken_promises
from annotate.services.mending import mend_counters
from annotate.services.task_counts import mend_counts
from annotate.services.workdays import days_that_differ
from config.celery import app
from foundation.clock import database_now
from winnow.health import Unwell, check_clock, check_worker

SKEW_SECONDS = 5
FREE_BYTES = 1 << 30
PROOF = b"winnow doctor"


def check_settings() -> str:
    """Django's checks and ours; in production also those for deployment."""
    is_production = settings.MODE == "production"
    found = [m for m in run_checks(include_deployment_checks=is_production) if m.level >= ERROR]
    if found:
        raise Unwell("; ".join(f"{each.id}: {each.msg}" for each in found))
    return f"{settings.MODE} mode, data in {settings.HOME}"


def check_database() -> str:
    """The database answers, is migrated, and its clock is near ours."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        skew = abs((database_now() - datetime.now(UTC)).total_seconds())
    except DatabaseError as error:
        raise Unwell(f"it cannot be reached: {str(error).strip()}") from error
    if pending:
        raise Unwell(f"{len(pending)} migrations are missing: run winnow prepare")
    if skew > SKEW_SECONDS:
        raise Unwell(f"its clock and this machine's differ by {skew:.0f} s: set both by NTP")
    return f"{connection.vendor}, migrated, {skew:.1f} s apart"


def check_storage() -> str:
    """A file can be stored, read and removed."""
    storage = storages["default"]
    try:
        name = storage.save("doctor/proof", ContentFile(PROOF))
        with storage.open(name) as file:
            is_same = file.read() == PROOF
        storage.delete(name)
    except Exception as error:
        raise Unwell(f"a file cannot be stored: {error}") from error
    if not is_same:
        raise Unwell("a stored file came back with other bytes")
    return f"{type(storage).__name__} keeps files"


def check_disk() -> str:
    """There is room for more."""
    free = shutil.disk_usage(settings.HOME).free
    if free < FREE_BYTES:
        raise Unwell(f"only {free / 1e6:.0f} MB are free in {settings.HOME}: make room")
    return f"{free / 1e9:.0f} GB free"


def check_broker() -> str:
    """The broker takes connections."""
    try:
        with app.connection(connect_timeout=5) as link:
            link.ensure_connection(max_retries=1, timeout=5)
    except Exception as error:
        raise Unwell(f"it cannot be reached: {error}. Jobs wait until it can") from error
    return settings.CELERY_BROKER_URL.partition(":")[0]


def check_work() -> str:
    """Seats, holds and answers of all tasks agree, and the days of people with them."""
    broken = broken_promises()
    if broken:
        found = "; ".join(str(promise.text) for promise in broken)
        raise Unwell(f"{found}. Run winnow doctor --mend")
    if days := days_that_differ():
        raise Unwell(f"{len(days)} days of people are counted wrongly. Run winnow doctor --mend")
    return "seats, holds, answers and counts agree"


def check_workbench() -> str:
    """The workbench was built."""
    if finders.find("dist/manifest.json") is None:
        raise Unwell("it is not built: run make assets")
    return "built"


CHECKS: dict[str, Callable[[], str]] = {
    "settings": check_settings,
    "database": check_database,
    "work": check_work,
    "storage": check_storage,
    "disk": check_disk,
    "broker": check_broker,
    "workbench": check_workbench,
    "quick worker": lambda: check_worker("quick"),
    "heavy worker": lambda: check_worker("heavy"),
    "clock": check_clock,
}


def run(label: str, command: str, argv: list[str]) -> int:
    """Make every check; the exit code is 1 when one failed."""
    parser = argparse.ArgumentParser(
        prog=f"winnow {label}",
        description=(
            "Look at settings, database, storage, disk, broker, workbench, workers and clock. "
            "The workers and the clock are looked for on this machine."
        ),
    )
    parser.add_argument(
        "--mend", action="store_true", help="first count anew where the counter of a task is wrong"
    )
    if parser.parse_args(argv).mend:
        print(f"mended {mend_counters()} tasks and {mend_counts()} counts of them")
    bad = 0
    for name, check in CHECKS.items():
        try:
            print(f"ok   {name}: {check()}")
        except Unwell as trouble:
            bad += 1
            print(f"BAD  {name}: {trouble}")
        except DatabaseError:
            bad += 1
            print(f"BAD  {name}: the database cannot be asked")
        sys.stdout.flush()
    return 1 if bad else 0
