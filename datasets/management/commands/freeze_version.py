"""`winnow freeze`: freeze a dataset here and now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from datasets.models import Dataset, LabelSchema, SplitPlan
from datasets.services.splits import DEFAULT_SHARES
from datasets.services.versions import start_freeze
from foundation import jobs
from foundation.errors import DomainError


class Command(BaseCommand):
    """Freeze the accepted labels of a dataset into its next version."""

    help = "Freeze the accepted labels of a dataset into an immutable, sealed version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the command line."""
        parser.add_argument("project", help="name of the project")
        parser.add_argument("dataset", help="name of the dataset")
        parser.add_argument("--schema", help="name of the label schema where there are several")
        parser.add_argument("--filter", default="", help="which items, as in the search field")
        parser.add_argument("--note", default="", help="what this version is for")
        parser.add_argument("--plan", default="default", help="name of the split plan (default)")
        parser.add_argument(
            "--method",
            default=SplitPlan.Method.STRATIFIED,
            choices=SplitPlan.Method.values,
            help="how a new plan splits (stratified)",
        )
        parser.add_argument(
            "--shares",
            default=":".join(str(share) for share in DEFAULT_SHARES.values()),
            help="train:validation:test of a new plan (0.7:0.15:0.15)",
        )
        parser.add_argument("--seed", type=int, default=0, help="seed of a new plan (0)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Freeze."""
        dataset = Dataset.objects.filter(
            project__name=options["project"], name=options["dataset"]
        ).first()
        if dataset is None:
            raise CommandError("There is no such dataset in a project of that name.")
        try:
            _version, job = start_freeze(
                dataset=dataset,
                schema=self._schema(dataset, options["schema"]),
                by=None,
                filter=options["filter"],
                note=options["note"],
                split_plan={
                    "name": options["plan"],
                    "method": options["method"],
                    "shares": _shares(options["shares"]),
                    "seed": options["seed"],
                },
            )
        except DomainError as error:
            raise CommandError(_told(error)) from error
        done = jobs.run(job.pk) or job
        done.refresh_from_db()
        if done.state != done.State.SUCCEEDED:
            raise CommandError(str(done.error))
        for name, value in done.report.items():
            self.stdout.write(f"{name}: {value}")

    def _schema(self, dataset: Dataset, name: str | None) -> LabelSchema:
        schemas = LabelSchema.objects.filter(
            project=dataset.project, data_type=dataset.data_type, archived_at=None
        )
        if name:
            schemas = schemas.filter(name=name)
        found = list(schemas[:2])
        if len(found) != 1:
            names = ", ".join(schemas.values_list("name", flat=True)) or "none"
            raise CommandError(f"Say which label schema with --schema. There are: {names}.")
        return found[0]


def _shares(text: str) -> dict[str, float]:
    try:
        train, validation, test = (float(part) for part in text.split(":"))
    except ValueError:
        raise CommandError("Shares are three numbers, such as 0.7:0.15:0.15.") from None
    return {"train": train, "validation": validation, "test": test}


def _told(error: DomainError) -> str:
    return "; ".join(f"{place.at}: {place.detail}" for place in error.places) or str(error)
