"""Files on their way in: opened with names and sizes, filled part by part, committed once.

Parts may come in any order, at once, and again; what has arrived is kept until it was ingested.
The protocol is the same on every storage.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from datasets.errors import UploadIncomplete, UploadNotOpen, sentence
from datasets.formats import FORMATS
from datasets.formats.base import OptionsError, ReadOptions
from datasets.models import Dataset, LabelSchema, Upload, UploadFile
from datasets.pure.text_rules import check_text
from foundation import jobs, storage
from foundation.clock import database_now
from foundation.errors import Invalid, Place
from foundation.models import Job, User
from foundation.services.events import record_event

PART_BYTES = 8 << 20
MOST_PARTS = 1000
MOST_FILES = 20_000
LONGEST_NAME = 300
KEPT = timedelta(days=7)
INGEST = "datasets.ingest"
AUTO = "auto"


class FileToCome(NamedTuple):
    """A file that a client is about to send."""

    name: str
    size: int
    sha256: str = ""


@transaction.atomic
def open_upload(
    *,
    dataset: Dataset,
    files: Sequence[FileToCome],
    options: Mapping[str, Any],
    by: User,
    schema: LabelSchema | None = None,
) -> Upload:
    """Make an upload of one or more files that belong together.

    `options` are those of `ReadOptions`, and `format` (a name, or "auto"). Labels stand under
    the newest revision of `schema`; without one, the files may bring or suggest their own. Raises
    Invalid with the place of what does not fit.
    """
    _check_files(files)
    check_options(options)
    kept = dict(options)
    if schema is not None:
        check_schema(dataset, schema)
        kept["schema"] = schema.pk
    upload = Upload.objects.create(dataset=dataset, options=kept, created_by=by)
    UploadFile.objects.bulk_create(
        UploadFile(
            upload=upload, position=position, name=one.name, size=one.size, sha256=one.sha256
        )
        for position, one in enumerate(files)
    )
    return upload


def check_schema(dataset: Dataset, schema: LabelSchema) -> None:
    """Raise Invalid for a schema of another project, or for other data than the dataset's."""
    if schema.project_id != dataset.project_id:
        detail = _("This schema belongs to another project.")
    elif schema.data_type != dataset.data_type:
        detail = _("This schema is for items of type %(type)s.") % {"type": schema.data_type}
    else:
        return
    raise Invalid(detail, [Place("schema", "unknown-schema", detail)])


def part_size(file: UploadFile) -> int:
    """Return how many bytes each part of a file has, the last one excepted."""
    megabyte = 1 << 20
    needed = -(-file.size // MOST_PARTS)
    return max(PART_BYTES, -(-needed // megabyte) * megabyte)


def part_count(file: UploadFile) -> int:
    """Return in how many parts a file comes."""
    return -(-file.size // part_size(file))


def put_part(*, upload: Upload, position: int, number: int, chunks: Iterable[bytes]) -> UploadFile:
    """Keep one part of one file; sent again, the later one counts.

    Parts are numbered from 1. Raises UploadNotOpen, and Invalid for a part that does not exist
    or has another length than it must.
    """
    file = _open_file(upload, position)
    expected = _expected_size(file, number)
    stored = storage.store(_no_more_than(chunks, expected, number))
    if stored.size != expected:
        storage.delete(stored.key)
        raise _wrong_size(number, expected, stored.size)
    try:
        replaced = _note_part(file, number, stored)
    except UploadNotOpen:
        storage.delete(stored.key)
        raise
    if replaced:
        storage.delete(replaced)
    return file


def commit_upload(*, upload: Upload, by: User) -> Job:
    """Hand a complete upload over to the job that takes it in; again, return that job.

    Raises UploadIncomplete with the first parts that are missing.
    """
    with transaction.atomic():
        upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if upload.job is not None:
            return upload.job
        if upload.state != Upload.State.OPEN:
            raise UploadNotOpen
        files = list(upload.files.order_by("position"))
        _check_complete(files)
        names = files[0].name if len(files) == 1 else _("%(n)d files") % {"n": len(files)}
        job = jobs.enqueue(
            INGEST,
            title=_("Import %(what)s into %(dataset)s")
            % {"what": names[:80], "dataset": upload.dataset.name[:80]},
            project=upload.dataset.project,
            by=by,
            upload=upload.pk,
        )
        upload.state, upload.job = Upload.State.COMMITTED, job
        upload.save(update_fields=["state", "job"])
        record_event(
            "upload.committed",
            by=by,
            project=upload.dataset.project,
            target=upload.dataset.oid,
            files=len(files),
            bytes=sum(file.size for file in files),
        )
    return job


def discard_upload(*, upload: Upload) -> None:
    """Give up an open upload and remove what has arrived. Raises UploadNotOpen."""
    closed = Upload.objects.filter(pk=upload.pk, state=Upload.State.OPEN)
    if not closed.update(state=Upload.State.DISCARDED):
        raise UploadNotOpen
    forget_parts(upload)


def forget_parts(upload: Upload) -> None:
    """Remove the stored parts of an upload that nobody needs any more."""
    for file in upload.files.all():
        for part in file.parts.values():
            storage.delete(part["key"])
        if file.parts:
            file.parts = {}
            file.save(update_fields=["parts"])


def sweep_uploads() -> int:
    """Remove what uploads left that nobody finished or retried for a week; return how many."""
    old = Upload.objects.filter(created_at__lt=database_now() - KEPT)
    swept = 0
    for upload in old.filter(state=Upload.State.OPEN)[:100]:
        discard_upload(upload=upload)
        swept += 1
    ended = old.filter(
        state=Upload.State.COMMITTED, job__state__in=[Job.State.FAILED, Job.State.CANCELLED]
    )
    for upload in ended[:100]:
        Upload.objects.filter(pk=upload.pk).update(state=Upload.State.DISCARDED)
        forget_parts(upload)
        swept += 1
    return swept


def _check_files(files: Sequence[FileToCome]) -> None:
    if not 1 <= len(files) <= MOST_FILES:
        detail = _("From 1 to %(most)d files; more go into a ZIP.") % {"most": MOST_FILES}
        raise Invalid(detail, [Place("files", "bad-count", detail)])
    places = [place for number, one in enumerate(files) for place in _problems_of(number, one)]
    names = [one.name for one in files]
    if not places and len(set(names)) != len(names):
        detail = _("Two files have the same name. Send the folder in front of it as well.")
        places.append(Place("files", "name-twice", detail))
    if places:
        raise Invalid(places[0].detail, places[:100])


def _problems_of(number: int, one: FileToCome) -> Iterator[Place]:
    most = settings.UPLOAD_LIMIT_BYTES
    if not 1 <= len(one.name) <= LONGEST_NAME or check_text(one.name) is not None:
        detail = _("A name has 1 to %(most)d characters.") % {"most": LONGEST_NAME}
        yield Place(f"files/{number}/name", "bad-name", detail)
    if one.size < 1:
        yield Place(f"files/{number}/size", "empty-file", _("The file is empty."))
    elif one.size > most:
        detail = _("At most %(most)d MB. Split it.") % {"most": most >> 20}
        yield Place(f"files/{number}/size", "too-large", detail)


def check_options(options: Mapping[str, Any]) -> None:
    """Raise Invalid, with the place, for options that no format knows."""
    given = dict(options)
    name = given.pop("format", AUTO)
    readable = [AUTO, *(key for key, one in FORMATS.items() if one.read is not None)]
    if name not in readable:
        detail = _("Choose from %(known)s.") % {"known": ", ".join(readable)}
        raise Invalid(detail, [Place("options/format", "unknown-value", detail)])
    try:
        ReadOptions.from_json(given)
    except OptionsError as error:
        detail = sentence(error.problem)
        raise Invalid(detail, [Place(error.problem.at, error.problem.code, detail)]) from error


def _open_file(upload: Upload, position: int) -> UploadFile:
    if upload.state != Upload.State.OPEN:
        raise UploadNotOpen
    file = upload.files.filter(position=position).first()
    if file is None:
        detail = _("The upload has no file with this number.")
        raise Invalid(detail, [Place("file", "unknown-file", detail)])
    return file


def _expected_size(file: UploadFile, number: int) -> int:
    size, count = part_size(file), part_count(file)
    if not 1 <= number <= count:
        detail = _("This file has the parts 1 to %(count)d.") % {"count": count}
        raise Invalid(detail, [Place("part", "unknown-part", detail)])
    return size if number < count else file.size - size * (count - 1)


def _no_more_than(chunks: Iterable[bytes], most: int, number: int) -> Iterator[bytes]:
    """Pass chunks on; stop at once when there are more bytes than there may be."""
    left = most
    for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise _wrong_size(number, most, most - left)
        yield chunk


def _wrong_size(number: int, expected: int, given: int) -> Invalid:
    detail = _("Part %(number)d has %(expected)d bytes, but %(given)d came. Send it again.") % {
        "number": number,
        "expected": expected,
        "given": given,
    }
    return Invalid(detail, [Place("part", "wrong-size", detail)])


@transaction.atomic
def _note_part(file: UploadFile, number: int, stored: storage.StoredFile) -> str:
    """Write down a part that has arrived; return the key of the one it replaces, or nothing."""
    upload = Upload.objects.select_for_update(of=("self",)).get(pk=file.upload_id)
    if upload.state != Upload.State.OPEN:
        raise UploadNotOpen
    fresh = UploadFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    before = fresh.parts.get(str(number), {})
    fresh.parts[str(number)] = {
        "key": stored.key,
        "size": stored.size,
        "sha256": stored.sha256,
    }
    fresh.save(update_fields=["parts"])
    return str(before.get("key", ""))


def _check_complete(files: Sequence[UploadFile]) -> None:
    missing = [
        Place(f"files/{file.position}/parts/{number}", "missing-part", _("Has not arrived."))
        for file in files
        for number in range(1, part_count(file) + 1)
        if str(number) not in file.parts
    ]
    if missing:
        detail = _("%(count)d parts have not arrived.") % {"count": len(missing)}
        raise UploadIncomplete(detail, missing[:100])
