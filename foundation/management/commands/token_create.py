"""`winnow token create`: a token for a REST client."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation.actor import Actor, Permission
from foundation.errors import DomainError
from foundation.models import Project, User
from foundation.services.tokens import DEFAULT_DAYS, issue_token


class Command(BaseCommand):
    """Issue a token and print it; it cannot be shown again."""

    help = "Make an API token for a person and print it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the command line."""
        parser.add_argument("username", help="the person the token speaks for")
        parser.add_argument("--name", default="command line", help="what the token is for")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Permission.values,
            help="what it may do; give it several times (default: view and push)",
        )
        parser.add_argument("--project", help="name of the only project it opens (default: all)")
        parser.add_argument(
            "--days", type=int, default=DEFAULT_DAYS, help=f"days it counts ({DEFAULT_DAYS})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the token."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['username']!r}.")
        project = None
        if options["project"]:
            named = Project.visible_to(Actor(user)).filter(name=options["project"])
            project = named.first()
            if project is None:
                raise CommandError(f"{user.username} has no project {options['project']!r}.")
        try:
            _token, secret = issue_token(
                user=user,
                name=options["name"],
                scopes=options["scope"] or [Permission.VIEW, Permission.PUSH],
                project=project,
                days=options["days"],
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(secret)
