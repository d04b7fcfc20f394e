"""The web server: granian, WSGI, a few processes with a few threads each."""

import argparse

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from config.environment import read


def run(label: str, command: str, argv: list[str]) -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(
        prog=f"winnow {label}",
        description="Serve pages and REST. `winnow up` starts this and the rest together.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=int(read("PORT")), help="port ($PORT or 8000)")
    parser.add_argument("--processes", type=int, default=2, help="worker processes (2)")
    parser.add_argument("--threads", type=int, default=8, help="threads in each process (8)")
    options = parser.parse_args(argv)
    Granian(
        "config.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.processes,
        blocking_threads=options.threads,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=6,
        log_level=LogLevels.error,  # it warns of more threads than cores, which transfers need
    ).serve()
    return 0
