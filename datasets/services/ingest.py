"""Taking in what was uploaded: put together, unpacked, told apart, read, imported.

The work of the job `datasets.ingest`. Its plan (format, options, schema) is kept in the job's
checkpoint, so that a second attempt reads the same records in the same order.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from datasets.errors import ReadingFailed, places_of, sentence
from datasets.formats.base import OptionsError, Read, Refused, SourceFile
from datasets.formats.detect import Detected
from datasets.formats.items import BadItem
from datasets.formats.reading import detect_format, read_records, survey, unpack_archives
from datasets.models import Dataset, LabelSchema, SchemaRevision, Upload, UploadFile
from datasets.pure.problems import Problem
from datasets.queries.schemas import current_revision
from datasets.services.imports import Outcome, ingest_records
from datasets.services.proposals import propose_schema
from datasets.services.uploads import AUTO, check_options, check_schema, forget_parts
from foundation import storage
from foundation.child import ChildFailed
from foundation.errors import Invalid
from foundation.jobs import JobRun
from foundation.models import Job, User

LOCAL = "datasets.import"
LINE_FORMATS = ("jsonl", "csv", "lines")
CHUNK = 1 << 20
Report = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """How files are read: decided once an import. `schema` is the key of a revision, or None."""

    format: str
    options: dict[str, Any]
    schema: int | None
    total: int | None


def ingest_upload(run: JobRun) -> Report:
    """Take in an upload and return its report. Killed anywhere, it goes on when run again."""
    upload = Upload.objects.select_related("dataset__project", "created_by").get(
        pk=run.params["upload"]
    )
    report: Report | None = run.checkpoint.get("report")
    if report is None:
        report = _take_in(upload, run)
        run.set(checkpoint=run.checkpoint | {"report": report})  # the parts may go now
    forget_parts(upload)
    return report


def _take_in(upload: Upload, run: JobRun) -> Report:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="winnow-ingest-")))
        run.set(note=_("Putting the files together"))
        files = [put_together(file, folder, stack) for file in upload.files.order_by("position")]
        return ingest_files(
            dataset=upload.dataset,
            files=files,
            folder=folder,
            options=dict(upload.options),
            by=upload.created_by,
            run=run,
        )


def record_local_import(
    *,
    dataset: Dataset,
    paths: Sequence[Path],
    options: Mapping[str, Any],
    by: User | None,
    schema: LabelSchema | None = None,
) -> Job:
    """Make the job that takes in files which lie on this machine; nobody is rung for it.

    The caller does it at once with `jobs.run`. Where that is killed, the sweep rings for a worker,
    which goes on where it was. Raises Invalid for options that do not fit.
    """
    check_options(options)
    kept = dict(options)
    if schema is not None:
        check_schema(dataset, schema)
        kept["schema"] = schema.pk
    what = paths[0].name if len(paths) == 1 else _("%(n)d files") % {"n": len(paths)}
    return Job.objects.create(
        kind=LOCAL,
        title=_("Import %(what)s into %(dataset)s")
        % {"what": what[:80], "dataset": dataset.name[:80]},
        project=dataset.project,
        created_by=by,
        unit="records",
        params={
            "dataset": dataset.pk,
            "paths": [str(path.resolve()) for path in paths],
            "options": kept,
        },
    )


def ingest_paths(run: JobRun) -> Report:
    """Take in files and folders of this machine and return the report."""
    dataset = Dataset.objects.select_related("project").get(pk=run.params["dataset"])
    files = [file for path in run.params["paths"] for file in _files_under(Path(path))]
    if not files:
        raise Invalid(_("There is no file in it."))
    with tempfile.TemporaryDirectory(prefix="winnow-ingest-") as folder:
        return ingest_files(
            dataset=dataset,
            files=files,
            folder=Path(folder),
            options=dict(run.params["options"]),
            by=run.job.created_by,
            run=run,
        )


def _files_under(path: Path) -> Iterator[SourceFile]:
    """Yield a file itself, or all files under a folder in the order of their names."""
    if not path.is_dir():
        yield SourceFile(path.name, path)
        return
    for file in sorted(path.rglob("*")):
        is_hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.is_file() and not is_hidden:
            yield SourceFile(f"{path.name}/{file.relative_to(path).as_posix()}", file)


def ingest_files(
    *,
    dataset: Dataset,
    files: Sequence[SourceFile],
    folder: Path,
    options: dict[str, Any],
    by: User | None,
    run: JobRun,
) -> Report:
    """Take files into a dataset and return the report. ZIPs are unpacked into `folder`.

    Raises Invalid when nothing can be read, ReadingFailed when reading stopped in the middle;
    what was taken until then stays.
    """
    run.set(note=_("Looking into the files"))
    unpacked, refused = _unpack(files, folder, run)
    plan = _plan(dataset, unpacked, options, by, run)
    revision = _revision(plan.schema)
    run.set(note=_("Reading"), total=plan.total)
    stream = _Stream(refused, read_records(unpacked, plan.format, plan.options))
    outcome = ingest_records(
        dataset=dataset, records=stream, by=by, schema_revision=revision, run=run
    )
    if stream.failure is not None:
        raise ReadingFailed(sentence(stream.failure))
    run.set(note="", total=outcome.position)
    return _report(plan, revision, outcome, len(unpacked))


def put_together(file: UploadFile, folder: Path, stack: ExitStack) -> SourceFile:
    """Return a file of an upload as one file on this machine. Raises Invalid for other bytes."""
    parts = [file.parts[number] for number in sorted(file.parts, key=int)]
    if len(parts) == 1:
        path = stack.enter_context(storage.local_copy(parts[0]["key"]))
        found = parts[0]["sha256"]
    else:
        path = folder / f"file-{file.position:06d}"
        found = _join([part["key"] for part in parts], path)
    if file.sha256 and file.sha256 != found:
        raise Invalid(
            _("“%(name)s” has other bytes than were announced. Upload it again.")
            % {"name": file.name}
        )
    return SourceFile(file.name, path)


def _join(keys: Iterable[str], path: Path) -> str:
    """Write stored parts one after the other and return the hash of the whole."""
    digest = hashlib.sha256()
    with path.open("wb") as out:
        for key in keys:
            with storage.open_file(key) as part:
                while chunk := part.read(CHUNK):
                    digest.update(chunk)
                    out.write(chunk)
    return digest.hexdigest()


def _unpack(
    files: Sequence[SourceFile], folder: Path, run: JobRun
) -> tuple[list[SourceFile], list[Refused]]:
    unpacked: list[SourceFile] = []
    refused: list[Refused] = []
    for one in unpack_archives(files, folder):
        run.check()
        if isinstance(one, Refused):
            refused.append(one)
        else:
            unpacked.append(one)
    if not unpacked:
        problems = [one.problem for one in refused]
        raise ReadingFailed(
            sentence(problems[0]) if problems else _("There is nothing in it."),
            places_of(problems[:100]),
        )
    return unpacked, refused


def _plan(
    dataset: Dataset,
    files: Sequence[SourceFile],
    options: dict[str, Any],
    by: User | None,
    run: JobRun,
) -> Plan:
    """Return the plan of an earlier attempt, or make one and write it down."""
    if "plan" in run.checkpoint:
        return Plan(**run.checkpoint["plan"])
    try:
        plan = _make_plan(dataset, files, dict(options), by)
    except BadItem as bad:
        raise ReadingFailed(sentence(bad.problem), places_of([bad.problem])) from bad
    except OptionsError as error:
        raise ReadingFailed(sentence(error.problem), places_of([error.problem])) from error
    except ChildFailed as failure:
        raise ReadingFailed(_(failure.template) % failure.values) from failure
    run.set(checkpoint=run.checkpoint | {"plan": vars(plan)})
    return plan


def _make_plan(
    dataset: Dataset, files: Sequence[SourceFile], options: dict[str, Any], by: User | None
) -> Plan:
    wanted = options.pop("format", AUTO)
    schema_pk = options.pop("schema", None)
    options.setdefault("data_type", dataset.data_type)
    if dataset.data_type == "table":
        options.setdefault("table", True)
    revision = None
    if schema_pk is not None:
        revision = current_revision(LabelSchema.objects.get(pk=schema_pk))
    if revision is not None:
        options |= {"schema": revision.definition, "schema_name": revision.schema.name}
    detected = detect_format(files, options) if wanted == AUTO else Detected(wanted)
    options = {**detected.options, **options}
    total = _count(files, detected.format)
    if revision is None:
        seen = survey(files, detected.format, options)
        total = seen.records + seen.refused
        revision = propose_schema(dataset=dataset, survey=seen, by=by)
        if revision is not None:
            options |= {"schema": revision.definition, "schema_name": revision.schema.name}
    return Plan(detected.format, options, revision.pk if revision else None, total)


def _count(files: Sequence[SourceFile], format_name: str) -> int | None:
    """Return about how many records there are, where that is quick to see."""
    if format_name == "files":
        return len(files)
    if format_name not in LINE_FORMATS:
        return None
    return sum(_lines_of(file.path) for file in files) or None


def _lines_of(path: Path) -> int:
    count = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            count += chunk.count(b"\n")
    return count


def _revision(pk: int | None) -> SchemaRevision | None:
    if pk is None:
        return None
    return SchemaRevision.objects.select_related("schema").get(pk=pk)


class _Stream:
    """What was refused while unpacking, then what is read; remembers if reading broke off."""

    def __init__(self, refused: Sequence[Refused], reads: Iterator[Read]) -> None:
        self._refused = refused
        self._reads = reads
        self.failure: Problem | None = None

    def __iter__(self) -> Iterator[Read]:
        yield from self._refused
        for read in self._reads:
            if isinstance(read, Refused) and not read.place:
                self.failure = read.problem  # not one record, but all that would have followed
                return
            yield read


def _report(plan: Plan, revision: SchemaRevision | None, outcome: Outcome, files: int) -> Report:
    report: Report = {"format": plan.format, "files": files, **outcome.as_json()}
    if revision is not None:
        report["schema"] = {
            "id": revision.schema.oid,
            "name": revision.schema.name,
            "revision": revision.number,
        }
    return report
