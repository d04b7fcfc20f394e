"""Are seats, holds and answers what they promise? `winnow doctor` asks the same."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.models import Stage
from annotate.queries.invariants import broken_promises
from annotate.services.mending import mend_counters
from annotate.services.task_counts import mend_counts
from annotate.services.workdays import days_that_differ, mend_days
from foundation.opaque import encode_id

SHOWN = 20


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
            self.stdout.write(f"{mend_days()} days of people were counted anew.")
            self.stdout.write(f"{mend_counts()} counts of tasks were put right.")
        broken = broken_promises()
        for promise in broken:
            found = [encode_id("task", pk) for pk in promise.task_ids]
            for one in promise.groups[:SHOWN]:
                where = f"{encode_id('queue', one.queue)}, {Stage(one.stage).label}"
                found.append(f"{where}: {one.n:+}")
            self.stdout.write(f"{promise.code}: {promise.text} ({'; '.join(found)})")
        days = days_that_differ()
        for key in days[:SHOWN]:
            where = f"{encode_id('queue', key.queue)}, {encode_id('annotator', key.annotator)}"
            self.stdout.write(f"workday: The counts of {key.day} differ from the work ({where})")
        if broken or days:
            raise CommandError("Some promises are broken. Run this again with --mend.")
        self.stdout.write("Seats, holds, answers, days and counts agree.")
