"""Taking data out: a file in a foreign format or in our own, written as a stream by a job."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from datasets.formats import FORMATS
from datasets.formats.base import Entry, Format, WriteOptions, WriteReport
from datasets.models import Dataset, Export, Item, LabelSchema, Version
from datasets.queries.outgoing import living_entries, version_entries
from datasets.queries.schemas import current_revision
from datasets.queries.stats import schemas_used
from datasets.queries.versions import need_frozen
from foundation import storage
from foundation.errors import Invalid, Place
from foundation.jobs import JobRun, enqueue
from foundation.models import User
from foundation.services.events import record_event

OPTIONS = {"files": bool, "raw": bool, "rows": str, "question": str, "delimiter": str}
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
    """Record an export of a living dataset, or of one of its versions, and the job that writes it.

    `schema` says whose labels go out where a format carries those of one only.
    """
    known = _format(format, dataset)
    if version is not None:
        need_frozen(version)
        if version.dataset_id != dataset.pk:
            detail = _("The version belongs to another dataset.")
            raise Invalid(places=[Place("version", "unknown-version", detail)])
        schema = version.schema
    if schema is None and known.name != "jsonl":
        schema = _only_schema(dataset)
    chosen = _options(options or {})
    with transaction.atomic():
        export = Export.objects.create(
            dataset=dataset,
            version=version,
            schema=schema,
            format=known.name,
            options=chosen,
            file_name=_file_name(dataset, version, known, is_zip=chosen.get("files", False)),
            media_type="application/zip" if chosen.get("files") else known.media_type,
            created_by=by,
        )
        export.job = enqueue(
            "datasets.export",
            title=_("Export %(name)s") % {"name": export.file_name},
            project=dataset.project,
            by=by,
            total=version.entry_count if version else None,
            export=export.pk,
        )
        export.save(update_fields=["job"])
        record_event(
            "export.started", by=by, project=dataset.project, target=export.oid, format=known.name
        )
    return export


def _format(name: str, dataset: Dataset) -> Format:
    writing = {key: one for key, one in FORMATS.items() if one.write is not None}
    fitting = [key for key, one in writing.items() if dataset.data_type in one.data_types]
    if name not in fitting:
        detail = _("Choose from %(known)s.") % {"known": ", ".join(fitting)}
        raise Invalid(places=[Place("format", "unknown-format", detail)])
    return writing[name]


def _only_schema(dataset: Dataset) -> LabelSchema | None:
    found = list(schemas_used(dataset)[:2])
    if len(found) > 1:
        detail = _("Items are labelled under several schemas. Choose whose labels go out.")
        raise Invalid(places=[Place("schema", "several-schemas", detail)])
    return found[0] if found else None


def _options(given: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in given.items():
        kind = OPTIONS.get(name)
        if kind is None or not isinstance(value, kind) or value not in CHOICES.get(name, (value,)):
            detail = _("This option is not known, or its value does not fit.")
            raise Invalid(places=[Place(f"options/{name}", "bad-option", detail)])
    return dict(given)


def _file_name(dataset: Dataset, version: Version | None, format: Format, *, is_zip: bool) -> str:
    name = re.sub(r"[^\w.-]+", "-", dataset.name).strip("-.") or "dataset"
    number = f"-v{version.number}" if version else ""
    return f"{name}{number}{'.zip' if is_zip else format.ending}"


def write_export(run: JobRun) -> dict[str, Any]:
    """Do the work of an export. A half-written file is never offered; killed, it begins again."""
    export = Export.objects.select_related("dataset__project", "version__schema", "schema").get(
        pk=run.params["export"]
    )
    if export.storage_key:
        return {"export": export.oid}
    if export.version is None:
        run.set(total=Item.objects.filter(dataset=export.dataset, archived_at=None).count())
    with tempfile.TemporaryFile(prefix="winnow-export-") as out:
        report = write_to(export, out, _following(run))
        out.seek(0)
        stored = storage.store(out)
    with run.batch(done=report.entries):
        export.storage_key, export.size, export.sha256 = stored.key, stored.size, stored.sha256
        export.save(update_fields=["storage_key", "size", "sha256"])
    return {
        "export": export.oid,
        "entries": report.entries,
        "bytes": stored.size,
        "losses": [
            {
                "code": code,
                "detail": _(loss.problem.template) % loss.problem.values,
                "count": loss.count,
                "keys": loss.keys[:20],
            }
            for code, loss in report.losses.items()
        ],
    }


def _following(run: JobRun) -> Any:
    def progress(done: int) -> None:
        run.check()
        run.set(done=done)

    return progress


def write_to(export: Export, out: Any, progress: Any = lambda done: None) -> WriteReport:
    """Write what an export is about to an open file; commands write to theirs."""
    format = FORMATS[export.format]
    if format.write is None:
        raise Invalid(_("This format is only read."))
    schema = export.schema
    definition = None
    if export.version is not None:
        definition = export.version.schema_revision.definition
    elif schema is not None:
        definition = current_revision(schema).definition
    options = WriteOptions(
        schema=definition,
        schema_name=schema.name if schema else "",
        columns=[column["name"] for column in export.dataset.columns],
        manifest={
            "dataset": export.dataset.name,
            "version": export.version.number if export.version else None,
            "content_root": export.version.content_root if export.version else None,
            "seal": export.version.seal if export.version else None,
        },
        **export.options,
    )
    return format.write(_entries(export, progress), options, out)


def _entries(export: Export, progress: Any) -> Iterator[Entry]:
    if export.version is not None:
        return version_entries(export.version, progress=progress)
    return living_entries(export.dataset, progress=progress)
