"""Bring the database up to date before anything is served."""

import argparse
import sys

from django.conf import settings
from django.core.management import call_command, get_commands

from foundation.models import Membership, Role, User
from foundation.services.people import create_sign_in_link, create_user

LINK_MINUTES = 24 * 60


def run(label: str, command: str, argv: list[str]) -> int:
    """Check the settings in production, migrate, load the demo and print a link if asked."""
    parser = argparse.ArgumentParser(
        prog=f"winnow {label}",
        description=(
            "Bring the database up to date; in production also check the settings. Safe to run "
            "again; run it once before a new version serves."
        ),
    )
    parser.add_argument("--demo", action="store_true", help="load the demo project, once")
    parser.add_argument(
        "--link", action="store_true", help="print a sign-in link for the owner as the last line"
    )
    options = parser.parse_args(argv)
    say = sys.stderr.write
    if settings.MODE == "production":
        call_command("check", deploy=True, fail_level="ERROR", stdout=sys.stderr)
    say("[winnow] bringing the database up to date\n")
    call_command("migrate", interactive=False, verbosity=0)
    if options.demo and "seed_demo" in get_commands():
        say("[winnow] loading the demo project\n")
        call_command("seed_demo", stdout=sys.stderr)
    if options.link:
        print(sign_in_path())
    return 0


def sign_in_path() -> str:
    """Return the path of a sign-in link for the first owner; makes an account if there is none."""
    owners = Membership.objects.filter(role=Role.OWNER, ended_at=None, user__is_active=True)
    first = owners.order_by("pk").select_related("user").first()
    user = first.user if first is not None else User.objects.order_by("pk").first()
    if user is None:
        user = create_user(username="owner", name="Owner")
    return create_sign_in_link(user, minutes=LINK_MINUTES)
