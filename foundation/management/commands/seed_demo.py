"""Load the demo project, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import autodiscover_modules

from foundation.demo import PROJECT, demo_steps
from foundation.models import Project, User
from foundation.services.people import create_project, create_user


class Command(BaseCommand):
    """Make the demo project with data of every kind; what is there stays as it is."""

    help = "Load the demo project: texts, pictures and tables to try everything on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the command line."""
        parser.add_argument("--owner", default="owner", help="who shall own it (owner)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing."""
        if options["owner"].strip() == "":
            raise CommandError("Say who shall own the demo project.")
        owner = User.objects.filter(username=options["owner"]).first()
        if owner is None:
            owner = create_user(username=options["owner"], name=options["owner"].title())
        project = Project.objects.filter(name=PROJECT, memberships__user=owner).first()
        if project is None:
            project = create_project(
                name=PROJECT,
                description="Something of everything, to try Winnow on.",
                by=owner,
            )
        autodiscover_modules("demo")
        for name, step in demo_steps.items():
            self.stdout.write(f"  {name}")
            step(project, owner)
