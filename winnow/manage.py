"""Doors that lead to a management command of the house."""

import sys

from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

# Django's own options still work; the help of `winnow` shows what is ours.
DJANGO_OPTIONS = {
    *("--version", "--verbosity", "--settings", "--pythonpath", "--traceback"),
    *("--no-color", "--force-color", "--skip-checks"),
}


def run(label: str, command: str, argv: list[str]) -> int:
    """Run a management command as if it were called `winnow LABEL`; returns the exit code."""
    app = get_commands().get(command)
    if app is None:
        print(f"winnow {label}: this installation has no such command.", file=sys.stderr)
        return 2
    loaded = app if isinstance(app, BaseCommand) else load_command_class(app, command)
    loaded.suppressed_base_arguments = DJANGO_OPTIONS
    loaded.run_from_argv(["winnow", label, *argv])
    return 0
