"""What a writer needs of an entry: its truth under the schema that goes out, by question."""

from collections.abc import Iterator, Mapping
from typing import Any

from datasets.formats.base import Entry, WriteOptions, WriteReport
from datasets.pure.problems import gettext_noop

Region = Mapping[str, Any]


def truth_regions(entry: Entry, options: WriteOptions, report: WriteReport) -> list[Region]:
    """Return the regions of the truth that goes out; other truths are counted as lost."""
    chosen = [
        truth
        for truth in entry.truths
        if not options.schema_name or truth.get("schema", "") in ("", options.schema_name)
    ]
    if len(entry.truths) > 1:
        report.lose(
            entry.key,
            "other-schemas",
            gettext_noop("Only the truth under one schema goes out; others were left out."),
        )
    return list(chosen[0]["regions"]["regions"]) if chosen else []


def lose_opinions(entry: Entry, report: WriteReport) -> None:
    """Count what only the lossless format carries: annotations and suggestions."""
    if entry.annotations or entry.suggestions:
        report.lose(
            entry.key,
            "opinions-left-out",
            gettext_noop("Annotations, reviews and suggestions are only carried by JSONL."),
        )


def questions(options: WriteOptions, *types: str) -> Iterator[Mapping[str, Any]]:
    """Yield the questions of the schema that have one of the types."""
    for question in (options.schema or {}).get("questions", []):
        if question["type"] in types and options.question in ("", question["name"]):
            yield question
