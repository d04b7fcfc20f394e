"""Run one benchmark on one database, both new: `python -m benchmarks.one NAME [DATABASE]`.

A benchmark is a module `bench_NAME` with a function `main`. Where a database is named, it is made
and Django is set up before the module is imported; everything is removed in the end.
"""

import importlib
import os
import secrets
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks import processes
from tests.services import free_port, start_postgres

DURABLE = ("-c", "fsync=on", "-c", "full_page_writes=on")
"""The tests' server takes risks for speed; a measured one must not."""


def prepare(wanted: str, stack: ExitStack) -> None:
    """Make a home and a database for Winnow and set Django up on them."""
    for name in [n for n in os.environ if n.startswith(("WINNOW_", "DATABASE_"))]:
        del os.environ[name]
    home = stack.enter_context(tempfile.TemporaryDirectory(prefix="winnow-bench-"))
    os.environ |= {
        "WINNOW_BENCH_DATABASE": wanted,
        "WINNOW_HOME": home,
        "WINNOW_MODE": "embedded",
        "WINNOW_SECRET_KEY": secrets.token_urlsafe(32),
        "WINNOW_LOG_LEVEL": "WARNING",
        "PORT": str(free_port()),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    if wanted == "postgresql":
        server = start_postgres(DURABLE)
        stack.callback(server.stop)
        os.environ["DATABASE_URL"] = server.url
        processes.DATABASE.append(server.leash.pid)
    importlib.import_module("django").setup()
    importlib.import_module("django.core.management").call_command("migrate", verbosity=0)


def main(name: str, wanted: str = "") -> None:
    """Run it."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    with ExitStack() as stack:
        if wanted:
            prepare(wanted, stack)
        importlib.import_module(f"benchmarks.bench_{name}").main()


if __name__ == "__main__":
    main(*sys.argv[1:])
