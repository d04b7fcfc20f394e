"""`winnow clock`: rings the periodic duties until told to stop."""

import logging
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection

from foundation import clock

log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.5
PAUSE_WITHOUT_DATABASE = 5.0


class Command(BaseCommand):
    """The clock. Any number may run, on any number of hosts: each duty is done once."""

    help = (
        "Do the periodic duties: put the jobs of dead workers back, end leases, remove what is "
        "old. Runs until it is told to stop. Two clocks do each duty once between them."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Tick until SIGTERM or SIGINT; a database that is away is waited for."""
        stopping = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopping.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        pause = 0.0
        while not stopping.wait(pause):
            pause = self.tick()

    def tick(self) -> float:
        """Do what is due; return how many seconds to wait."""
        close_old_connections()
        try:
            clock.tick()
        except DatabaseError as error:
            log.warning("the clock cannot reach the database, and tries again: %s", error)
            connection.close()
            return PAUSE_WITHOUT_DATABASE
        return PAUSE_SECONDS
