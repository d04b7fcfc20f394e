"""Taking in pictures for a guideline: read like every picture of a stranger, in a capped child."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotate.models import GuidelineImage, Queue
from datasets.data_types.base import Facts
from datasets.data_types.reading import FileReader, FileToRead
from datasets.pure.problems import Problem
from foundation import storage
from foundation.errors import Invalid, Place
from foundation.models import User
from foundation.services.events import record_event

LARGEST_BYTES = 8 * 1024 * 1024
MOST_IMAGES = 200
SHOWN_BY_BROWSERS = ("image/jpeg", "image/png", "image/webp", "image/gif")


def add_guideline_image(
    *, queue: Queue, name: str, chunks: Iterable[bytes], by: User | None
) -> GuidelineImage:
    """Keep a picture for a queue's guideline; the same bytes again are the one that is there.

    What it is, its bytes say, never its name. Raises Invalid for what no browser shows.
    """
    with tempfile.TemporaryDirectory(prefix="winnow-guideline-") as folder:
        path = Path(folder, "picture")
        _write(path, chunks)
        facts = _read(path, Path(folder), name)
        known = GuidelineImage.objects.filter(queue=queue, sha256=facts["sha256"]).first()
        if known is not None:
            return known
        if queue.guideline_images.count() >= MOST_IMAGES:
            raise _refused("too-many", _("There are %(n)d pictures already.") % {"n": MOST_IMAGES})
        stored = storage.store_path(path)
    try:
        return _keep(queue, name, facts, stored, by)
    except IntegrityError:  # somebody sent the same at the same moment
        storage.delete(stored.key)
        return GuidelineImage.objects.get(queue=queue, sha256=facts["sha256"])
    except BaseException:
        storage.delete(stored.key)
        raise


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    left = LARGEST_BYTES
    with path.open("wb") as file:
        for chunk in chunks:
            left -= len(chunk)
            if left < 0:
                most = LARGEST_BYTES // (1024 * 1024)
                raise _refused("too-large", _("At most %(most)d MB.") % {"most": most})
            file.write(chunk)


def _read(path: Path, folder: Path, name: str) -> Facts:
    with FileReader(folder, workers=1) as reader:
        [(_file, answer)] = reader.read([FileToRead(path, name, "image")])
    if isinstance(answer, Problem):
        raise _refused(answer.code, answer.detail)
    if answer["media_type"] not in SHOWN_BY_BROWSERS:
        raise _refused("not-shown", _("Choose a JPEG, PNG, WebP or GIF picture."))
    return answer


def _refused(code: str, detail: str) -> Invalid:
    return Invalid(detail, [Place("image", code, detail)])


@transaction.atomic
def _keep(
    queue: Queue, name: str, facts: Facts, stored: storage.StoredFile, by: User | None
) -> GuidelineImage:
    image = GuidelineImage.objects.create(
        queue=queue,
        storage_key=stored.key,
        sha256=facts["sha256"],
        size=stored.size,
        media_type=facts["media_type"],
        name=Path(name).stem[:120],
        by=by,
    )
    project = queue.dataset.project
    record_event("queue.guideline-image", by=by, project=project, target=queue.oid)
    return image
