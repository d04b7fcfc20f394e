"""The quality report of a queue, or of some of its days.

It is read from counted days, so it takes no job at any size. Agreement is computed from all
answers: it is left out of queues so large that their quality page tells it better.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from annotate.models import Queue
from annotate.queries.agreement import QuestionAgreement, agreement_of_queue
from annotate.queries.figures import QueueFigures, figures_of
from foundation.errors import Invalid, NotFound, Place
from foundation.models import Annotator
from foundation.opaque import decode_id

MOST_COMPARED = 20_000


@dataclass(frozen=True, slots=True)
class QueueReport:
    """What a batch of work amounts to."""

    made_at: datetime
    figures: QueueFigures
    agreement: list[QuestionAgreement] | None
    """None where the queue has more answers than are compared for a report."""


def report_of(queue: Queue, since: date | None, until: date | None) -> QueueReport:
    """Return the report of a queue; people, verdicts, checks and cost of these days only."""
    figures = figures_of(queue, since, until)
    is_small = figures.row.answered <= MOST_COMPARED
    agreement = list(agreement_of_queue(queue).questions) if is_small else None
    return QueueReport(timezone.now(), figures, agreement)


def period_of(since: str, until: str) -> tuple[date | None, date | None]:
    """Return the days that were asked for. Raises Invalid for what is no day."""
    found = []
    for name, text in (("since", since), ("until", until)):
        day = _day(text)
        if text and day is None:
            detail = _("Write a day as YYYY-MM-DD.")
            raise Invalid(detail, [Place(name, "day", detail)])
        found.append(day)
    if found[0] and found[1] and found[0] > found[1]:
        detail = _("The first day is after the last.")
        raise Invalid(detail, [Place("since", "order", detail)])
    return found[0], found[1]


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def person_in(queue: Queue, annotator_id: str) -> Annotator:
    """Return somebody of a queue's project by their public id."""
    found = Annotator.objects.filter(
        pk=decode_id("annotator", annotator_id), project=queue.dataset.project_id
    ).first()
    if found is None:
        raise NotFound
    return found
