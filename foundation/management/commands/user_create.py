"""`winnow user create`: an account, entered through a link."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation.errors import DomainError
from foundation.services.people import create_sign_in_link, create_user


class Command(BaseCommand):
    """Make an account without a password and print a link that signs in once."""

    help = "Make an account and print a link that signs the person in once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the command line."""
        parser.add_argument("username", help="short name to sign in with")
        parser.add_argument("--name", default="", help="the name others see")
        parser.add_argument("--email", default="", help="address for mail")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account."""
        try:
            user = create_user(
                username=options["username"], name=options["name"], email=options["email"]
            )
        except DomainError as error:
            places = "; ".join(f"{place.at}: {place.detail}" for place in error.places)
            raise CommandError(places or str(error)) from error
        self.stdout.write(settings.BASE_URL + create_sign_in_link(user))
