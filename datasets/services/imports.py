"""The one way in: a stream of records becomes items, answers and refusals.

Uploads, REST, commands and the demo all end here. Records are taken in batches: what can be
checked without the tables is checked first, then each batch is one short transaction that also
holds the progress of its job. Killed anywhere and run again, every record is taken once.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from datasets.data_types.base import Allowed
from datasets.data_types.reading import FileReader, limits_for
from datasets.errors import sentence
from datasets.formats.base import Found, Read, Record, Refused, SourceFile
from datasets.models import Dataset, SchemaRevision
from datasets.pure.problems import Problem
from datasets.services.import_answers import AnnotatorKey
from datasets.services.import_columns import ColumnKeeper
from datasets.services.import_files import prepare_files
from datasets.services.import_reading import Prepared, RecordReader, Refusal, refusal_of
from datasets.services.import_writing import write_batch
from foundation.jobs import JobRun
from foundation.models import Annotator, JobRefusal, User
from foundation.services.events import record_event

MAX_RECORDS = 1000
MAX_WEIGHT = 3000  # rows, roughly
FILE_WEIGHT = 30  # a hundred files are decoded between two steps of the progress
LIGHT_FILE = 8 << 20
BYTES_PER_WEIGHT = 1 << 15
MAX_BYTES = 4 << 20
MAX_SECONDS = 2.0
SHOWN_REFUSALS = 100
COPY_WHILE_WAITED = 30.0
"""CPU seconds for copies of one video where a program waits for the answer of its push."""
KEPT_REFUSALS = 10_000
COUNTS = ("created", "unchanged", "refused", "truths", "suggestions", "annotations")

Batch = list[tuple[int, Record | Refused]]
Cut = tuple[Batch, bool]
"""A batch, and whether it is the last one."""


@dataclass(slots=True)
class Outcome:
    """What an import came to. `refusals` are the first hundred; `warnings` counts by code."""

    counts: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    warned: dict[str, str] = field(default_factory=dict)
    """An example of each warning, in words."""
    position: int = 0
    """How many records were read."""
    is_told: bool = False
    """Whether the project's history has it."""

    @classmethod
    def from_checkpoint(cls, checkpoint: dict[str, Any]) -> "Outcome":
        """Return what an earlier attempt had come to."""
        return cls(
            counts=Counter(checkpoint.get("counts", {})),
            warnings=Counter(checkpoint.get("warnings", {})),
            warned=dict(checkpoint.get("warned", {})),
            position=checkpoint.get("position", 0),
            is_told=checkpoint.get("is_told", False),
        )

    def as_checkpoint(self) -> dict[str, Any]:
        """Return what `from_checkpoint` reads."""
        return {
            "counts": dict(self.counts),
            "warnings": dict(self.warnings),
            "warned": self.warned,
            "position": self.position,
            "is_told": self.is_told,
        }

    def as_json(self) -> dict[str, Any]:
        """Return the counts and examples as answers and reports show them."""
        return {
            **{name: self.counts[name] for name in COUNTS},
            "warnings": [
                {"code": code, "count": count, "detail": self.warned.get(code, "")}
                for code, count in sorted(self.warnings.items())
            ],
        }

    def warn(self, problems: Iterable[Problem]) -> None:
        """Count warnings and keep the first of each in words."""
        for problem in problems:
            self.warnings[problem.code] += 1
            if problem.code not in self.warned:
                self.warned[problem.code] = sentence(problem)


def ingest_records(
    *,
    dataset: Dataset,
    records: Iterable[Read],
    by: User | None,
    schema_revision: SchemaRevision | None = None,
    run: JobRun | None = None,
) -> Outcome:
    """Take records into a dataset and return what it came to. Memory is a batch.

    `schema_revision` is what answers mean that name no schema. With a `run`, progress and refusals
    are kept with each batch, and records that an earlier attempt took are passed over. Doing it
    twice changes nothing the second time.
    """
    outcome = Outcome.from_checkpoint(run.checkpoint if run else {})
    with _Importer(dataset, schema_revision, by, run, outcome) as importer:
        for batch, is_last in _batches(_numbered(records, outcome), outcome.position):
            importer.take(batch, is_last=is_last)
    _tell(dataset, outcome, by)
    return outcome


def _tell(dataset: Dataset, outcome: Outcome, by: User | None) -> None:
    """Tell the project's history, once, of an import that brought something."""
    if outcome.is_told:
        return
    outcome.is_told = True
    counts = {name: outcome.counts[name] for name in COUNTS if outcome.counts[name]}
    if counts.keys() - {"unchanged"}:
        record_event("items.imported", by=by, project=dataset.project, target=dataset.oid, **counts)


def _numbered(records: Iterable[Read], outcome: Outcome) -> Iterator[tuple[int, Record | Refused]]:
    number = 0
    for read in records:
        if isinstance(read, Found):
            outcome.warn(read.warnings)
            continue
        yield number, read
        number += 1


def _batches(numbered: Iterable[tuple[int, Record | Refused]], skip: int) -> Iterator[Cut]:
    """Cut the stream where a batch is full by count, rows, bytes or time, or a key comes again."""
    batch: Batch = []
    keys: set[str] = set()
    weight = size = 0
    deadline = time.monotonic() + MAX_SECONDS
    for number, read in numbered:
        if number < skip:
            continue
        is_full = len(batch) >= MAX_RECORDS or weight >= MAX_WEIGHT or size >= MAX_BYTES
        if batch and (is_full or read.key in keys or time.monotonic() > deadline):
            yield batch, False
            batch, keys, weight, size = [], set(), 0, 0
            deadline = time.monotonic() + MAX_SECONDS
        batch.append((number, read))
        if isinstance(read, Record):
            keys.add(read.key)
            weight += 1 if read.file is None else _file_weight(read.file)
            if read.annotations or read.truths or read.suggestions:
                weight += 2 * (len(read.annotations) + len(read.truths) + len(read.suggestions))
            size += len(read.text or "")
    if batch:
        yield batch, True


def _file_weight(file: SourceFile) -> int:
    """Return how heavy a file is; an hour of sound is a batch of its own."""
    return FILE_WEIGHT + max(0, file.path.stat().st_size - LIGHT_FILE) // BYTES_PER_WEIGHT


class _Importer:
    """Takes batch after batch of one import."""

    def __init__(
        self,
        dataset: Dataset,
        revision: SchemaRevision | None,
        by: User | None,
        run: JobRun | None,
        outcome: Outcome,
    ) -> None:
        self._dataset = dataset
        self._by = by
        self._run = run
        self._outcome = outcome
        self._records = RecordReader(dataset, revision)
        self._columns = ColumnKeeper(dataset)
        self._annotators: dict[AnnotatorKey, int] = {}
        self._stack = ExitStack()
        self._reader: FileReader | None = None

    def __enter__(self) -> "_Importer":
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def take(self, batch: Batch, *, is_last: bool) -> None:
        """Take one batch: check it, then write it in one transaction.

        The last one takes the line of the project's history along: a disk that fills up between
        the two would make a refusal of what is kept.
        """
        prepared: list[Prepared] = []
        refusals: list[Refusal] = []
        for one in self._prepare(batch):
            if isinstance(one, Prepared):
                prepared.append(one)
            else:
                refusals.append(one)
        self._meet_annotators(prepared)
        self._columns.learn(prepared)
        position = batch[-1][0] + 1
        if self._run is None:
            with transaction.atomic():
                self._write(prepared, refusals, position, is_last)
        else:
            with self._run.batch(done=position):
                self._write(prepared, refusals, position, is_last)

    def _prepare(self, batch: Batch) -> Iterator[Prepared | Refusal]:
        with_files = []
        for position, read in batch:
            if isinstance(read, Refused):
                yield refusal_of(position, read.place, read.key, read.problem)
            elif read.file is not None:
                with_files.append((position, read))
            else:
                yield self._records.prepare(position, read)
        if with_files:
            yield from prepare_files(self._dataset, with_files, self._records, self._file_reader())

    def _file_reader(self) -> FileReader:
        """Return the reader of files; its children start when the first file comes."""
        if self._reader is None:
            folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="winnow-made-"))
            allowed = Allowed(
                seconds=settings.LONGEST_CLIP_SECONDS,
                megapixels=settings.MOST_MEGAPIXELS,
                copy_seconds=Allowed.copy_seconds if self._run else COPY_WHILE_WAITED,
            )
            limits = limits_for(self._dataset.data_type, allowed)
            self._reader = self._stack.enter_context(
                FileReader(Path(folder), limits=limits, allowed=allowed)
            )
        return self._reader

    def _meet_annotators(self, prepared: Sequence[Prepared]) -> None:
        """Make sure that everybody whose annotations come has a row."""
        for one in prepared:
            for annotation in one.annotations:
                who = (annotation.annotator, annotation.is_model)
                if who not in self._annotators:
                    self._annotators[who] = self._annotator_pk(*who)

    def _annotator_pk(self, name: str, is_model: bool) -> int:
        kind = Annotator.Kind.MODEL if is_model else Annotator.Kind.IMPORTED
        annotator, _is_new = Annotator.objects.get_or_create(
            project=self._dataset.project, kind=kind, name=name
        )
        return annotator.pk

    def _write(
        self,
        prepared: Sequence[Prepared],
        refusals: list[Refusal],
        position: int,
        is_last: bool,
    ) -> None:
        written = write_batch(
            self._dataset,
            prepared,
            now=timezone.now(),
            by_id=self._by.pk if self._by else None,
            annotators=self._annotators,
        )
        self._columns.save()
        refusals += written.refusals
        outcome = self._outcome
        self._keep_refusals(refusals)
        outcome.counts.update(
            created=written.created,
            unchanged=written.unchanged,
            refused=len(refusals),
            truths=written.truths,
            suggestions=written.suggestions,
            annotations=written.annotations,
        )
        for one in prepared:
            if one.warnings:
                outcome.warn(one.warnings)
        outcome.position = position
        if is_last:
            _tell(self._dataset, outcome, self._by)
        if self._run is not None:
            self._run.set(checkpoint=self._run.checkpoint | outcome.as_checkpoint())

    def _keep_refusals(self, refusals: Sequence[Refusal]) -> None:
        outcome = self._outcome
        room = SHOWN_REFUSALS - len(outcome.refusals)
        outcome.refusals.extend(sorted(refusals, key=lambda one: one.position)[:room])
        if self._run is not None and outcome.counts["refused"] < KEPT_REFUSALS:
            self._run.refuse(
                [
                    JobRefusal(
                        position=one.position,
                        place=one.at,
                        key=one.key,
                        code=one.code,
                        detail=one.detail,
                    )
                    for one in refusals
                ]
            )
