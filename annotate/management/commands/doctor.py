"""Are seats, holds and answers what they promise? `winnow doctor` asks the same."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.queries.invariants import broken_promises
from annotate.services.mending import mend_counters
from foundation.opaque import encode_id


class Command(BaseCommand):
    """Check the promises about tasks and, if asked, put counters right."""

    help = "Check that seats, holds and answers agree. Exit code 1 if they do not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the command line."""
        parser.add_argument(
            "--mend", action="store_true", help="count anew where a counter is wrong"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is broken."""
        if options["mend"]:
            self.stdout.write(f"{mend_counters()} tasks were put right.")
        broken = broken_promises()
        for promise in broken:
            tasks = ", ".join(encode_id("task", pk) for pk in promise.task_ids)
            self.stdout.write(f"{promise.code}: {promise.text} ({tasks})")
        if broken:
            raise CommandError("Some promises are broken. Run this again with --mend.")
        self.stdout.write("Seats, holds and answers agree.")
