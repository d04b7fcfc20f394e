"""What work in a queue is paid with."""

from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from annotate.models import Queue, Rate
from foundation.errors import Invalid, Place
from foundation.models import Annotator, User
from foundation.services.events import record_event

MOST = Decimal(10_000_000)
LONGEST_CURRENCY = 12


@transaction.atomic
def set_rate(
    *, queue: Queue, per: str, amount: str, currency: str, annotator: Annotator | None, by: User
) -> Rate | None:
    """Pay everybody in a queue, or one person, so much; an empty amount takes the rate away.

    All rates of a queue have one currency: the last that was named. Raises Invalid, with a place
    for each field that does not fit.
    """
    kept = Rate.objects.filter(queue=queue, annotator=annotator)
    if not amount.strip():
        kept.delete()
        record_event("queue.unpaid", by=by, project=queue.dataset.project, target=queue.oid)
        return None
    places = []
    number = _amount(amount)
    if number is None:
        text = _("Give an amount from 0 to 10,000,000, with a point before cents.")
        places.append(Place("amount", "number", text))
    name = currency.strip()
    if not name or len(name) > LONGEST_CURRENCY or not name.isprintable():
        text = _("Name the currency in at most 12 characters, as in EUR.")
        places.append(Place("currency", "length", text))
    if per not in Rate.Per.values:
        places.append(Place("per", "choice", _("Pay for an hour or for an answer.")))
    if number is None or places:
        raise Invalid(places=places)
    rate, _is_new = Rate.objects.update_or_create(
        queue=queue,
        annotator=annotator,
        defaults={"per": per, "amount": number, "currency": name},
    )
    Rate.objects.filter(queue=queue).update(currency=name)
    record_event("queue.paid", by=by, project=queue.dataset.project, target=queue.oid, per=per)
    return rate


def _amount(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number <= MOST:
        return None
    return round(number, 4)
