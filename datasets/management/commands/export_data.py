"""`winnow export`: write a dataset or a version to a file, here and now."""

import os
import sys
import tempfile
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from datasets.errors import sentence
from datasets.formats import FORMATS
from datasets.formats.base import Entry, WriteReport
from datasets.management.finding import (
    dataset_named,
    project_named,
    schema_named,
    told,
    version_numbered,
)
from datasets.models import Export
from datasets.services.exports import entries_of, entry_count, plan_export, write_entries
from foundation.errors import DomainError

EXAMPLES = """\
examples:
  winnow export Bank Messages -o messages.jsonl
  winnow export Bank Messages --filter "label:card_lost" --format csv -o lost.csv
  winnow export Cells BCCD --format coco --files -o bccd.zip
  winnow export Bank Messages --version 3 | gzip > v3.jsonl.gz

JSONL carries everything: items, truths, annotations with their authors, suggestions and
reviews. What another format cannot carry is counted at the end.
"""
STEP = 2000


class Command(BaseCommand):
    """Write a dataset or a version."""

    help = "Write a living dataset or a frozen version to a file or to standard output."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Keep the line breaks of the examples; --version is ours, not Django's."""
        kwargs |= {"epilog": EXAMPLES, "formatter_class": RawDescriptionHelpFormatter}
        kwargs["conflict_handler"] = "resolve"
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the command line."""
        writable = [name for name, one in FORMATS.items() if one.write is not None]
        parser.add_argument("project", help="name of the project")
        parser.add_argument("dataset", help="name of the dataset")
        parser.add_argument("--version", type=int, dest="number", help="number of a version")
        parser.add_argument("--format", choices=writable, default="jsonl", help="(jsonl)")
        parser.add_argument("--schema", help="name of the label schema whose labels go out")
        parser.add_argument("--filter", default="", help="which items, as in the search field")
        parser.add_argument("--files", action="store_true", help="images go along, in a ZIP")
        parser.add_argument(
            "--rows", choices=["items", "answers"], help="CSV: a row an item, or a row an answer"
        )
        parser.add_argument("--raw", action="store_true", help="CSV: leave formulas as they are")
        parser.add_argument("-o", "--output", type=Path, help="file to write (standard output)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file; it appears under its name once it is whole."""
        project = project_named(options["project"])
        dataset = dataset_named(project, options["dataset"])
        names = ("filter", "files", "rows", "raw")
        try:
            export = plan_export(
                dataset=dataset,
                by=None,
                format=options["format"],
                version=version_numbered(dataset, options["number"]),
                schema=schema_named(project, options["schema"]),
                options={name: options[name] for name in names if options[name]},
            )
            report = self._write(export, options["output"])
        except DomainError as error:
            raise CommandError(told(error)) from error
        self.stderr.write(f"{report.entries:,} entries")
        for loss in report.losses.values():
            self.stderr.write(f"left out ({loss.count:,} times): {sentence(loss.problem)}")

    def _write(self, export: Export, path: Path | None) -> WriteReport:
        entries = self._followed(entries_of(export), export)
        if path is None:
            return write_entries(export, entries, sys.stdout.buffer)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "wb") as out:
                report = _into(out, export, entries)
            Path(draft).replace(path)
        finally:
            Path(draft).unlink(missing_ok=True)
        return report

    def _followed(self, entries: Iterable[Entry], export: Export) -> Iterator[Entry]:
        """Pass entries on and say how far it is, where somebody looks."""
        if not self.stderr.isatty():
            yield from entries
            return
        total, started = entry_count(export), time.monotonic()
        for number, entry in enumerate(entries):
            if number % STEP == 0:
                rate = number / max(time.monotonic() - started, 0.001)
                line = f"{number:,} of {total:,} entries, {rate:,.0f} a second"
                self.stderr.write(f"\r\x1b[K{line}", ending="")
            yield entry
        self.stderr.write("\r\x1b[K", ending="")


def _into(out: BinaryIO, export: Export, entries: Iterable[Entry]) -> WriteReport:
    report = write_entries(export, entries, out)
    out.flush()
    os.fsync(out.fileno())
    return report
