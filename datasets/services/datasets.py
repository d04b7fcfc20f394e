"""Making, describing, archiving and restoring datasets."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets.data_types import DATA_TYPES
from datasets.errors import NameTaken
from datasets.models import Dataset
from datasets.services.wording import clean_name
from foundation.errors import Invalid, Place
from foundation.models import Project, User
from foundation.services.events import record_event

LONGEST_DESCRIPTION = 4000


@transaction.atomic
def create_dataset(
    *, project: Project, name: str, data_type: str, by: User | None, description: str = ""
) -> Dataset:
    """Make an empty dataset of one data type.

    Raises Invalid for an unknown data type or an unusable name, NameTaken for a used one.
    """
    if data_type not in DATA_TYPES:
        detail = _("Choose from %(known)s.") % {"known": ", ".join(DATA_TYPES)}
        raise Invalid(places=[Place("data_type", "unknown-value", detail)])
    dataset = Dataset(
        project=project,
        name=clean_name(name, "name"),
        data_type=data_type,
        description=_clean_description(description),
        created_by=by,
    )
    _save(dataset)
    record_event("dataset.created", by=by, project=project, target=dataset.oid, name=dataset.name)
    return dataset


@transaction.atomic
def describe_dataset(
    *, dataset: Dataset, by: User | None, name: str | None = None, description: str | None = None
) -> Dataset:
    """Change the name or the description; None leaves it as it is."""
    if name is not None:
        dataset.name = clean_name(name, "name")
    if description is not None:
        dataset.description = _clean_description(description)
    _save(dataset, ["name", "description"])
    record_event(
        "dataset.described", by=by, project=dataset.project, target=dataset.oid, name=dataset.name
    )
    return dataset


@transaction.atomic
def archive_dataset(*, dataset: Dataset, by: User | None) -> Dataset:
    """Take a dataset out of the lists; everything in it stays. Doing it twice changes nothing."""
    if dataset.archived_at is None:
        dataset.archived_at = timezone.now()
        dataset.save(update_fields=["archived_at"])
        record_event("dataset.archived", by=by, project=dataset.project, target=dataset.oid)
    return dataset


@transaction.atomic
def restore_dataset(*, dataset: Dataset, by: User | None) -> Dataset:
    """Bring an archived dataset back."""
    if dataset.archived_at is not None:
        dataset.archived_at = None
        dataset.save(update_fields=["archived_at"])
        record_event("dataset.restored", by=by, project=dataset.project, target=dataset.oid)
    return dataset


def _save(dataset: Dataset, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            dataset.save(update_fields=fields)
    except IntegrityError:
        detail = _("A dataset called %(name)s exists already.") % {"name": dataset.name}
        raise NameTaken(detail, [Place("name", "name-taken", detail)]) from None


def _clean_description(text: str) -> str:
    if len(text) > LONGEST_DESCRIPTION:
        detail = _("At most %(most)d characters.") % {"most": LONGEST_DESCRIPTION}
        raise Invalid(places=[Place("description", "too-long", detail)])
    return text.strip()
