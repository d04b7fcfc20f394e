"""What the figures of queues and people look like on a page: words, shares, money, links."""

from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.models import Queue, Rate
from annotate.pure.corrections import ADDED, LABEL, MOVED, REMOVED, Change
from annotate.pure.forecast import Forecast
from annotate.queries.figures import Cost, PersonFigures, QueueFigures
from annotate.queries.people_days import Work
from annotate.queries.workload import day_after
from annotate.views.shown import Json
from datasets.models import SchemaRevision
from foundation.opaque import encode_id
from foundation.templatetags.words import DASH, duration, number, percent

MOST_CHANGES = 10


def money(amount: Decimal | float | None, currency: str) -> str:
    """Return an amount with its currency; cents where they matter."""
    if amount is None:
        return DASH
    value = Decimal(str(amount))
    return f"{number(value, 0 if value >= 1000 else 2)}\N{NO-BREAK SPACE}{currency}"


def share_of(share: float | None, low: float, high: float, n: int) -> Json:
    """Return a share with its interval and its whole; empty where there is nothing to share."""
    if share is None:
        return {"answer": _("Not known yet"), "range": "", "n": n}
    range_text = f"{percent(low)}{DASH}{percent(high)}"
    return {"answer": percent(share), "range": range_text, "n": n}


def quality_of(work: Work) -> Json:
    """Return what reviewers and gold say about work, in words."""
    accepted = share_of(work.accepted_share, *work.accepted_range, work.verdicts)
    gold = work.gold
    right = share_of(gold.accuracy, gold.low, gold.high, gold.total) if gold else None
    return {"accepted": accepted, "gold": right}


def people_of(queue: Queue, figures: QueueFigures, *, with_cost: bool) -> list[Json]:
    """Return the rows of people; each number has the address of what it counts."""
    tasks = reverse("queue-tasks", args=[queue.oid])
    currency = figures.cost.currency if figures.cost else ""
    rows = []
    for one in figures.people:
        who = encode_id("annotator", one.annotator.pk)
        rows.append(
            {
                "name": one.annotator.name,
                "note": _("has left") if one.has_left else "",
                "id": who,
                "work": one.work,
                "urls": {
                    what: f"{tasks}?{urlencode({'by': who, 'what': what})}"
                    for what in ("answered", "accepted", "corrected", "rejected", "skipped")
                },
                "cost": money(one.cost, currency) if with_cost and one.cost is not None else "",
                "rate": _rate_text(one) if with_cost else "",
                **quality_of(one.work),
            }
        )
    return rows


def _rate_text(one: PersonFigures) -> str:
    if one.rate is None:
        return ""
    return f"{money(one.rate.amount, one.rate.currency)} {one.rate.get_per_display()}"


def cost_of(cost: Cost, left: int) -> Json:
    """Return what a queue costs, in words."""
    per_item = _("No task is done yet.")
    if cost.an_item is not None:
        text = _("%(cost)s for each task that is done.")
        per_item = text % {"cost": money(cost.an_item, cost.currency)}
    unknown = ""
    if cost.untimed:
        text = ngettext(
            "The time of %(n)s answer is not known and not in it.",
            "The time of %(n)s answers is not known and not in it.",
            cost.untimed,
        )
        unknown = text % {"n": number(cost.untimed)}
    reason = " ".join(part for part in (per_item, _rest_of(cost, left), unknown) if part)
    return {"answer": money(cost.so_far, cost.currency), "reason": reason}


def _rest_of(cost: Cost, left: int) -> str:
    told = cost.to_finish
    if left == 0:
        return _("Nothing is left to pay for.")
    if told.likely is None:
        return _("What the rest will cost is told once somebody has answered.")
    amounts = {
        name: money(value, cost.currency)
        for name, value in (("likely", told.likely), ("low", told.low), ("high", told.high))
    }
    if told.low is None:
        return _("About %(likely)s to finish; a range needs three days of work.") % amounts
    text = ngettext(
        "%(likely)s to finish, 80 %% sure: %(low)s to %(high)s, from %(n)s day of work.",
        "%(likely)s to finish, 80 %% sure: %(low)s to %(high)s, from %(n)s days of work.",
        told.days,
    )
    return text % (amounts | {"n": number(told.days)})


def rate_of(rate: Rate | None) -> Json:
    """Return a rate for its form, without the zeros that its column adds."""
    if rate is None:
        return {}
    return {"amount": f"{rate.amount.normalize():f}", "currency": rate.currency, "per": rate.per}


def deadline_of(told: Forecast, left: int, deadline: date | datetime | None) -> Json | None:
    """Return whether the answers will be in before a deadline, as surely as the forecast knows."""
    if deadline is None:
        return None
    day = timezone.localtime(deadline).date() if isinstance(deadline, datetime) else deadline
    due = _("due %(day)s") % {"day": date_format(day, "D j M")}
    if left <= 0:
        return {"text": due, "kind": "ok", "icon": "check"}
    if told.days is None or told.soonest is None:
        return {"text": due, "kind": "", "icon": ""}
    if day_after(told.soonest) > day:
        return {"text": _("%(due)s: late") % {"due": due}, "kind": "warn", "icon": "triangle-alert"}
    if told.latest is None or day_after(told.latest) > day:
        text = _("%(due)s: may be late") % {"due": due}
        return {"text": text, "kind": "warn", "icon": "triangle-alert"}
    return {"text": _("%(due)s: in time") % {"due": due}, "kind": "ok", "icon": "check"}


def speed_of(work: Work) -> Json:
    """Return how long an answer takes, with its quartiles and how many it is read from."""
    low, middle, high = work.quartiles
    if middle is None:
        return {"answer": _("Not known yet"), "range": "", "n": 0}
    return {
        "answer": duration(middle),
        "range": f"{duration(low)}{DASH}{duration(high)}",
        "n": int(work.counts["timed"]),
    }


# What was corrected


def changes_of(
    changes: list[tuple[Change, int]], revision: SchemaRevision | None = None
) -> list[Json]:
    """Return the commonest changes as bars, in the words of a schema."""
    names = _label_names(revision) if revision is not None else {}
    return [
        {"name": _change_text(change, names), "value": n} for change, n in changes[:MOST_CHANGES]
    ]


def _label_names(revision: SchemaRevision) -> dict[str, str]:
    return {
        label["key"]: label.get("name") or label["key"]
        for question in revision.definition["questions"]
        for label in question.get("labels", [])
    }


def _change_text(change: Change, names: dict[str, str]) -> str:
    kind, before, after = change
    old, new = (names.get(one, one) or _("no label") for one in (before, after))
    texts = {
        LABEL: _("%(old)s became %(new)s"),
        ADDED: _("%(new)s was missing"),
        REMOVED: _("%(old)s should not be there"),
        MOVED: _("%(old)s was in the wrong place"),
    }
    return texts[kind] % {"old": old, "new": new}


def reasons_of(reasons: list[tuple[str, int]]) -> list[Json]:
    """Return why people skipped, as bars."""
    return [
        {"name": reason or _("No reason given"), "value": n, "kind": "" if reason else "q"}
        for reason, n in reasons
    ]
