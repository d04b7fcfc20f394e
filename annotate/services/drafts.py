"""Drafts: the whole document as last saved. A draft outlives its lease and stays its author's."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from annotate.errors import DraftChanged
from annotate.models import Assignment, Draft
from annotate.services.holds import renew_lease
from datasets.errors import RegionsInvalid, places_of
from datasets.pure.regions import RegionsError, parse_regions, to_json
from foundation.clock import database_now

ANY = "*"


@dataclass(frozen=True, slots=True)
class Saved:
    """What a draft is called now, when it was saved, and how long its task is held."""

    etag: str
    saved_at: datetime
    lease_ends_at: datetime


def etag_of(draft: Draft) -> str:
    """Return the mark that the next save has to carry."""
    return f'"{draft.edition}"'


def save_draft(*, assignment: Assignment, fence: int, regions: object, if_match: str) -> Saved:
    """Keep a draft and renew the lease. The document need not be complete.

    `if_match` is the mark of the draft that was seen last, '"0"' where none was seen, or "*" for
    whichever is there. Raises
    DraftChanged when another tab was faster, AlreadyAnswered and LeaseEnded, and RegionsInvalid for
    what is no regions document at all.
    """
    try:
        document = to_json(parse_regions(regions))
    except RegionsError as error:
        places = places_of(error.problems)
        raise RegionsInvalid(places[0].detail, places) from error
    with transaction.atomic():
        lease_ends_at = renew_lease(assignment=assignment, fence=fence)
        saved_at = database_now()
        edition = _write(assignment, document, if_match, saved_at)
    return Saved(f'"{edition}"', saved_at, lease_ends_at)


def _write(
    assignment: Assignment, document: dict[str, object], if_match: str, saved_at: datetime
) -> int:
    # `renew_lease` has locked the assignment: no other tab is between these lines.
    draft = Draft.objects.filter(assignment=assignment).only("edition", "saved_at").first()
    present = None if draft is None else draft.edition
    if if_match != ANY and if_match != f'"{present or 0}"':
        raise DraftChanged(
            _("Another tab or device saved this task. Look at it before going on."),
            extra={"saved_at": draft.saved_at.isoformat()} if draft else {},
        )
    if present is None:
        Draft.objects.create(assignment=assignment, regions=document, saved_at=saved_at)
        return 1
    Draft.objects.filter(assignment=assignment).update(
        regions=document, edition=F("edition") + 1, saved_at=saved_at
    )
    return present + 1
