"""`winnow import`: bring items and labels from files into a dataset, here and now."""

import threading
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from datasets.data_types import DATA_TYPES
from datasets.formats import FORMATS
from datasets.management.finding import (
    dataset_named,
    project_named,
    schema_named,
    told,
    user_named,
)
from datasets.models import Dataset
from datasets.services.datasets import create_dataset
from datasets.services.ingest import record_local_import
from foundation import jobs
from foundation.errors import DomainError
from foundation.models import Job, Project, User

EXAMPLES = """\
examples:
  winnow import Pets "Cat photos" photos/ --create image --folders-are-labels
  winnow import Bank Messages train.csv --text utterance --label intent --schema Intents
  winnow import Bank Messages items.jsonl
  winnow import Cells BCCD bccd.zip --format coco --schema Cells

Files, folders and ZIPs are told apart by looking at them. Bringing the same again changes
nothing. A broken record is refused with its place and stops nothing. Killed and started again
by the clock, an import goes on where it was.
"""
TEXT_OPTIONS = {
    "text": "column or field of the text",
    "label": "column or field of the label",
    "key": "column or field of the key",
    "file": "column or field of the image's file name",
    "group": "column or field of what must stay together in a split",
    "split": "column or field of the split",
    "annotator": "column or field of who gave the label",
    "question": "question of the schema that the labels answer",
    "source": "name of the annotator, or of the suggestions' source",
    "delimiter": "what separates the columns",
    "encoding": "utf-8, latin-1, cp1252 or utf-16; without it, told by looking",
}
SHOWN_REFUSALS = 20
PACE = 0.5


class Command(BaseCommand):
    """Take files into a dataset."""

    help = "Bring items and labels from files, folders or ZIPs into a dataset."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Keep the line breaks of the examples."""
        kwargs |= {"epilog": EXAMPLES, "formatter_class": RawDescriptionHelpFormatter}
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the command line."""
        readable = [name for name, one in FORMATS.items() if one.read is not None]
        parser.add_argument("project", help="name of the project")
        parser.add_argument("dataset", help="name of the dataset")
        parser.add_argument("paths", nargs="+", type=Path, help="files, folders or ZIPs")
        parser.add_argument(
            "--create", choices=list(DATA_TYPES), help="make the dataset, for this type of data"
        )
        parser.add_argument("--schema", help="name of the label schema that labels stand under")
        parser.add_argument("--format", choices=["auto", *readable], default="auto", help="(auto)")
        parser.add_argument(
            "--labels-as",
            choices=["truth", "suggestions", "annotations"],
            default="truth",
            help="what labels in the files are (truth)",
        )
        parser.add_argument(
            "--folders-are-labels", action="store_true", help="the folder of a file is its label"
        )
        parser.add_argument("--table", action="store_true", help="rows are the items")
        parser.add_argument("--as-user", metavar="USERNAME", help="who is said to have done it")
        for name, meaning in TEXT_OPTIONS.items():
            parser.add_argument(f"--{name}", metavar="NAME", help=meaning)

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, tell how far it is, and end with what came of it."""
        missing = [str(path) for path in options["paths"] if not path.exists()]
        if missing:
            raise CommandError(f"There is no {', '.join(missing)}.")
        by = user_named(options["as_user"])
        project = project_named(options["project"])
        try:
            dataset = self._dataset(project, options, by)
            job = record_local_import(
                dataset=dataset,
                paths=options["paths"],
                options=_reading(options),
                by=by,
                schema=schema_named(project, options["schema"]),
            )
        except DomainError as error:
            raise CommandError(told(error)) from error
        with _Follower(job, self.stderr):
            jobs.run(job.pk)
        job.refresh_from_db()
        self._tell(job)

    def _dataset(self, project: Project, options: dict[str, Any], by: User | None) -> Dataset:
        name, data_type = options["dataset"], options["create"]
        if data_type is None or Dataset.objects.filter(project=project, name=name).exists():
            return dataset_named(project, name)
        return create_dataset(project=project, name=name, data_type=data_type, by=by)

    def _tell(self, job: Job) -> None:
        report = job.report
        for name in ("created", "unchanged", "refused", "truths", "annotations", "suggestions"):
            if name in report:
                self.stdout.write(f"{name}: {report[name]:,}")
        if "schema" in report:
            shown = report["schema"]
            self.stdout.write(f"label schema: {shown['name']}, revision {shown['revision']}")
        for warning in report.get("warnings", []):
            self.stdout.write(f"note ({warning['count']:,} times): {warning['detail']}")
        refusals = job.refusals.order_by("position")[: SHOWN_REFUSALS + 1]
        for refusal in refusals[:SHOWN_REFUSALS]:
            self.stdout.write(f"refused: {refusal.place}: {refusal.detail}")
        if len(refusals) > SHOWN_REFUSALS:
            self.stdout.write("refused: and more; the page of the job lists them all")
        if job.state != Job.State.SUCCEEDED:
            error = job.error or {}
            raise CommandError(f"The import stopped: {error.get('detail') or job.state}")


def _reading(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of reading that were given."""
    names = ("format", "labels_as", "folders_are_labels", "table", *TEXT_OPTIONS)
    return {name: options[name] for name in names if options[name]}


class _Follower:
    """Writes how far a job is, from a thread of its own; only where somebody looks."""

    def __init__(self, job: Job, out: Any) -> None:
        self._pk = job.pk
        self._out = out
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._started = time.monotonic()

    def __enter__(self) -> "_Follower":
        if self._out.isatty():
            self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
            self._out.write("\r\x1b[K", ending="")

    def _follow(self) -> None:
        try:
            while not self._stop.wait(PACE):
                job = Job.objects.only("done", "total", "note", "unit").get(pk=self._pk)
                rate = job.done / max(time.monotonic() - self._started, 0.001)
                of = f" of {job.total:,}" if job.total else ""
                line = f"{job.done:,}{of} {job.unit}, {rate:,.0f} a second. {job.note}"
                self._out.write(f"\r\x1b[K{line[:100]}", ending="")
        finally:
            connection.close()
