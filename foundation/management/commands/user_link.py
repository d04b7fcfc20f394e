"""`winnow user link`: a link that signs somebody in once."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation.models import User
from foundation.services.people import SIGN_IN_MINUTES, create_sign_in_link


class Command(BaseCommand):
    """Print a sign-in link, for a forgotten password or a first visit."""

    help = "Print a link that signs a person in once; no mail server is needed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the command line."""
        parser.add_argument("username", help="who shall be signed in")
        parser.add_argument(
            "--minutes",
            type=int,
            default=SIGN_IN_MINUTES,
            help=f"minutes the link counts ({SIGN_IN_MINUTES})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the link."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['username']!r}.")
        path = create_sign_in_link(user, minutes=options["minutes"])
        self.stdout.write(settings.BASE_URL + path)
