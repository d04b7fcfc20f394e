"""Files made to be taken away: a living dataset or a frozen version in some format.

Written as a stream, by a job; nobody sees a file before it is whole.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets.errors import sentence
from datasets.formats import FORMATS
from datasets.formats.base import Entry, Format, WriteOptions, WriteReport
from datasets.models import Dataset, Export, LabelSchema, Version
from datasets.queries.entries import living_entries, version_entries
from datasets.queries.items import find_items
from datasets.queries.schemas import current_revision
from datasets.queries.stats import schemas_used
from datasets.queries.versions import need_frozen
from datasets.services.uploads import check_schema
from foundation import jobs, storage
from foundation.clock import database_now
from foundation.errors import Invalid, Place
from foundation.jobs import JobRun
from foundation.models import User
from foundation.services.events import record_event

EXPORT = "datasets.export"
KEPT = timedelta(days=30)
STEP = 1000
OPTIONS = {
    "filter": str,
    "files": bool,
    "raw": bool,
    "rows": str,
    "delimiter": str,
    "question": str,
}
CHOICES = {"rows": ("items", "answers"), "delimiter": (",", ";", "\t")}


def start_export(
    *,
    dataset: Dataset,
    by: User | None,
    format: str = "jsonl",
    version: Version | None = None,
    schema: LabelSchema | None = None,
    options: Mapping[str, Any] | None = None,
) -> Export:
    """Make an export and the job that writes its file; `.job` is that job.

    See `plan_export` for what may be asked for. Raises Invalid where the format cannot carry it.
    """
    export = plan_export(
        dataset=dataset, by=by, format=format, version=version, schema=schema, options=options
    )
    with transaction.atomic():
        export.save()
        export.job = jobs.enqueue(
            EXPORT,
            title=_("Export %(name)s") % {"name": export.file_name},
            project=dataset.project,
            by=by,
            export=export.pk,
        )
        export.save(update_fields=["job"])
        record_event(
            "export.started",
            by=by,
            project=dataset.project,
            target=dataset.oid,
            format=format,
            export=export.oid,
        )
    return export


def plan_export(
    *,
    dataset: Dataset,
    by: User | None,
    format: str = "jsonl",
    version: Version | None = None,
    schema: LabelSchema | None = None,
    options: Mapping[str, Any] | None = None,
) -> Export:
    """Return an export that is checked and not kept yet; `write_entries` can write it.

    `options`: `filter` (living datasets only), `files` (images go along, in a ZIP), `rows`
    ("items" or "answers") and `raw` and `delimiter` for CSV, `question`. Raises Invalid where the
    format cannot carry the dataset.
    """
    chosen = dict(options or {})
    _check_options(chosen)
    kind = _check_format(format, dataset)
    if version is not None:
        need_frozen(version)
        if version.dataset_id != dataset.pk:
            detail = _("The version belongs to another dataset.")
            raise Invalid(detail, [Place("version", "unknown-version", detail)])
        schema = version.schema
    elif schema is not None:
        check_schema(dataset, schema)
    else:
        schema = _only_schema(dataset, format)
    find_items(dataset, chosen.get("filter", ""))  # a filter that cannot be read is told now
    return Export(
        dataset=dataset,
        version=version,
        schema=schema,
        format=format,
        options=chosen,
        file_name=_file_name(dataset, version, kind, with_files=bool(chosen.get("files"))),
        media_type="application/zip" if chosen.get("files") else kind.media_type,
        created_by=by,
    )


def write_export(run: JobRun) -> dict[str, Any]:
    """Write the file of an export. Killed half-way it begins again; nobody sees half a file."""
    export = Export.objects.select_related("dataset__project", "version", "schema").get(
        pk=run.params["export"]
    )
    if export.storage_key:  # written by an attempt that died before it could say so
        return dict(run.job.report)
    run.set(total=entry_count(export))
    written: list[WriteReport] = []

    def write(out: Any) -> None:
        entries = _watched(entries_of(export), run)
        written.append(write_entries(export, entries, out))

    stored, _none = storage.store_written(write, suffix=_suffix(export))
    report = report_of(written[0], stored.size)
    try:
        with run.batch(done=written[0].entries, total=written[0].entries, report=report):
            Export.objects.filter(pk=export.pk).update(
                storage_key=stored.key, size=stored.size, sha256=stored.sha256
            )
    except BaseException:
        storage.delete(stored.key)
        raise
    return report


def write_entries(export: Export, entries: Iterable[Entry], out: Any) -> WriteReport:
    """Write entries to a file in the format of an export and return what became of them."""
    write = FORMATS[export.format].write
    if write is None:
        raise LookupError(f"{export.format} is only read")
    revision = None
    if export.version is not None:
        revision = export.version.schema_revision
    elif export.schema is not None:
        revision = current_revision(export.schema)
    known = {one.name for one in fields(WriteOptions)}
    chosen = {name: value for name, value in export.options.items() if name in known}
    options = WriteOptions(
        schema=revision.definition if revision else None,
        schema_name=revision.schema.name if revision else "",
        columns=[column["name"] for column in export.dataset.columns],
        manifest=_manifest(export),
        **chosen,
    )
    return write(entries, options, out)


def report_of(written: WriteReport, size: int) -> dict[str, Any]:
    """Return what a writer did as plain values, what was lost included."""
    return {
        "entries": written.entries,
        "bytes": size,
        "losses": [
            {
                "code": code,
                "count": loss.count,
                "detail": sentence(loss.problem),
                "keys": loss.keys[:20],
            }
            for code, loss in written.losses.items()
        ],
    }


def sweep_exports() -> int:
    """Remove exports that are older than a month, with their files; return how many."""
    old = Export.objects.filter(created_at__lt=database_now() - KEPT)[:100]
    for export in old:
        if export.storage_key:
            storage.delete(export.storage_key)
        export.delete()
    return len(old)


def entries_of(export: Export) -> Iterator[Entry]:
    """Yield what an export is about."""
    if export.version is not None:
        return version_entries(export.version)
    return living_entries(
        export.dataset, filter=export.options.get("filter", ""), schema=export.schema
    )


def entry_count(export: Export) -> int:
    """Return how many entries an export has at this moment."""
    if export.version is not None:
        return export.version.entry_count
    return find_items(export.dataset, export.options.get("filter", "")).count()


def _watched(entries: Iterable[Entry], run: JobRun) -> Iterator[Entry]:
    """Pass entries on; say how far it is, and stop when the job is to stop."""
    for number, entry in enumerate(entries):
        if number % STEP == 0:
            run.check()
            run.set(done=number)
        yield entry


def _check_options(chosen: Mapping[str, Any]) -> None:
    for name, value in chosen.items():
        kind = OPTIONS.get(name)
        if kind is None or type(value) is not kind or value not in CHOICES.get(name, (value,)):
            detail = _("This option is not known, or its value does not fit.")
            raise Invalid(detail, [Place(f"options/{name}", "bad-option", detail)])


def _check_format(name: str, dataset: Dataset) -> Format:
    writable = [key for key, one in FORMATS.items() if one.write is not None]
    if name not in writable:
        detail = _("Choose from %(known)s.") % {"known": ", ".join(writable)}
        raise Invalid(detail, [Place("format", "unknown-value", detail)])
    if dataset.data_type not in FORMATS[name].data_types:
        detail = _("%(format)s does not hold items of type %(type)s.") % {
            "format": name,
            "type": dataset.data_type,
        }
        raise Invalid(detail, [Place("format", "wrong-data-type", detail)])
    return FORMATS[name]


def _only_schema(dataset: Dataset, format: str) -> LabelSchema | None:
    """Return the schema that goes out where nobody chose: the only one; JSONL takes them all."""
    if format == "jsonl":
        return None
    used = list(schemas_used(dataset)[:2])
    if len(used) > 1:
        detail = _("The dataset is labelled under several schemas. Choose one.")
        raise Invalid(detail, [Place("schema", "required", detail)])
    return used[0] if used else None


def _file_name(dataset: Dataset, version: Version | None, kind: Format, *, with_files: bool) -> str:
    stem = re.sub(r"[^\w.-]+", "-", dataset.name).strip("-.")[:80] or "dataset"
    part = f"v{version.number}" if version else timezone.now().strftime("%Y-%m-%d")
    return f"{stem}-{part}{'.zip' if with_files else kind.ending}"


def _suffix(export: Export) -> str:
    return ".zip" if export.options.get("files") else FORMATS[export.format].ending


def _manifest(export: Export) -> dict[str, Any]:
    """Return what a package says about itself."""
    told: dict[str, Any] = {
        "dataset": export.dataset.name,
        "project": export.dataset.project.name,
        "data_type": export.dataset.data_type,
        "written_at": timezone.now().isoformat(),
    }
    if export.version is not None:
        told |= {
            "version": export.version.number,
            "content_root": export.version.content_root,
            "seal": export.version.seal,
        }
    elif export.options.get("filter"):
        told["filter"] = export.options["filter"]
    return told
