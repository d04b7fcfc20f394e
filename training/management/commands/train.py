"""`winnow train`: train on a version here and now, and print what it scored."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from datasets.models import Version
from foundation import jobs
from foundation.errors import DomainError
from foundation.opaque import decode_id
from training.queries.runs import own_evaluation
from training.services.runs import start_run
from training.trainers import trainers


class Command(BaseCommand):
    """Train a model on a frozen version and print its report."""

    help = "Train a model on a frozen version and print what it scores on unseen items."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the command line."""
        parser.add_argument("version", help="id of a frozen version (version_…)")
        parser.add_argument("trainer", choices=list(trainers), help="what to train")
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a parameter of the trainer; give it several times",
        )
        parser.add_argument("--seed", type=int, default=0, help="seed of all chance (0)")
        parser.add_argument("--question", default="", help="question to learn (the first choice)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train and tell."""
        try:
            pk = decode_id("version", options["version"])
        except DomainError as error:
            raise CommandError("An id looks like version_0123456789abc.") from error
        version = Version.objects.select_related("dataset", "schema_revision").filter(pk=pk).first()
        if version is None:
            raise CommandError("There is no such version.")
        spec = trainers[options["trainer"]]
        try:
            given = dict(pair.split("=", 1) for pair in options["set"])
        except ValueError:
            raise CommandError("A parameter is given as --set name=value.") from None
        params = {name: value for name, value in spec.read_form(given).items() if name in given}
        try:
            run = start_run(
                version=version,
                trainer=spec.name,
                by=None,
                params=params,
                seed=options["seed"],
                question=options["question"],
            )
        except DomainError as error:
            told = "; ".join(f"{place.at}: {place.detail}" for place in error.places)
            raise CommandError(told or str(error)) from error
        if run.job is not None:
            jobs.run(run.job.pk)
        run.refresh_from_db()
        evaluation = own_evaluation(run)
        if evaluation is None:
            raise CommandError(run.error["detail"] if run.error else f"The run is {run.state}.")
        self.stdout.write(f"run {run.number} ({run.oid})")
        for split, found in evaluation.report["splits"].items():
            accuracy, macro = found["accuracy"]["value"], found["macro_f1"]["value"]
            self.stdout.write(f"{split}: accuracy {accuracy:.4f}, macro F1 {macro:.4f}")
