"""`winnow verify`: is a frozen version what was sealed?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from datasets.models import Version
from datasets.queries.versions import verify
from foundation.errors import DomainError
from foundation.opaque import decode_id


class Command(BaseCommand):
    """Check frozen versions against their seals."""

    help = "Check that frozen versions are unchanged, entry by entry. Exit code 1 if one is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the command line."""
        parser.add_argument("version", nargs="*", help="ids of versions (default: all)")
        parser.add_argument(
            "--quick", action="store_true", help="leave the items' own bytes unread"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify each version and say what was found."""
        versions = Version.objects.filter(state=Version.State.FROZEN).select_related("dataset")
        if options["version"]:
            try:
                wanted = [decode_id("version", text) for text in options["version"]]
            except DomainError as error:
                raise CommandError("An id looks like version_0123456789abc.") from error
            versions = versions.filter(pk__in=wanted)
            if versions.count() != len(set(wanted)):
                raise CommandError("There is no frozen version with one of these ids.")
        broken = 0
        for version in versions.order_by("dataset", "number"):
            broken += not self._tell(version, deep=not options["quick"])
        if broken:
            raise CommandError(f"{broken} of {versions.count()} versions are not what was sealed.")

    def _tell(self, version: Version, *, deep: bool) -> bool:
        verdict = verify(version, deep=deep)
        erased = f", {verdict.erased} erased" if verdict.erased else ""
        state = f"sealed{erased}" if verdict.is_whole else "BROKEN"
        self.stdout.write(
            f"{version.dataset.name} v{version.number} ({version.oid}): {state}, "
            f"{verdict.entries} entries"
        )
        for problem in verdict.problems:
            self.stdout.write(f"  {problem['at']}: {problem['detail']}")
        return verdict.is_whole
