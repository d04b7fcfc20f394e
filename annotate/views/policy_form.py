"""The policy of a queue as a form: minutes and percents for people, and back."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from annotate.models import Queue
from annotate.pure.policy import (
    REVIEW_RISKS,
    Policy,
    PolicyError,
    may_change_order,
    read_policy,
)
from annotate.queries.policies import policy_of
from annotate.views.stages_form import read_stages_form, stage_rows, stages_form, way_in_words
from foundation.errors import DomainError

Form = dict[str, Any]
NUMBERS = ("overlap", "lease_minutes", "hold_limit", "max_skips", "review_percent", "gold_percent")
DEFAULTS: Form = {"review_percent": "20"}
"""Where a form proposes something else than what a queue made through REST has."""

LIMITS = ("most_overlap", "answer_budget", "most_mine", "most_a_day", "gold_most_seen")
SURENESS = {False: "flag", True: "percent"}
PERCENTS = {
    "review_share": "review_percent",
    "gold_share": "gold_percent",
    "most_gold_share": "most_gold_percent",
    "good_enough": "enough_percent",
    "gold_alert": "gold_alert_percent",
}
_NAMES = {"lease_seconds": "lease_minutes", "text": "guideline", **PERCENTS}


def policy_form(queue: Queue | None = None) -> Form:
    """Return the values of the form for a queue, or for a new one."""
    policy = policy_of(queue) if queue else Policy()
    shown: Form = {
        "overlap": policy.overlap,
        "lease_minutes": _plain(policy.lease_seconds / 60),
        "hold_limit": policy.hold_limit,
        "max_skips": policy.max_skips,
        "notice_days": policy.notice_days,
        "review_percent": _plain(policy.review_share * 100),
        "gold_percent": _plain(policy.gold_share * 100),
        "gold_alert_percent": _plain(policy.gold_alert * 100),
        "on_disagreement": policy.on_disagreement,
        "order": policy.order,
        "kept_order": policy.order if queue else "",
        "skip_reasons": "\n".join(policy.skip_reasons),
        "sureness": SURENESS[policy.asks_confidence],
        **{name: getattr(policy, name) for name in LIMITS},
        **{f"risk_{risk}": "1" for risk in policy.review_risks},
        "reviews_own": policy.reviews_own,
        "growth": policy.growth,
        "enough_percent": _plain(policy.good_enough * 100),
        "most_gold_percent": _plain(policy.most_gold_share * 100),
        "reviews_by_worth": policy.reviews_by_worth,
        **stages_form(policy),
    }
    return shown if queue else shown | DEFAULTS


def with_risks(given: Mapping[str, Any]) -> Form:
    """Return the values of the form with the risks as boxes to tick, and the stages as rows."""
    names = {
        "newcomer": _("somebody is new: among their first 20 answers here"),
        "gold": _("somebody is right on less than 80 % of the gold they met"),
        "unsure": _("somebody was not sure, or sure by less than 50 %"),
        "disagreement": _("the answers differ, even where most agree"),
    }
    boxes = [
        {"id": f"risk_{risk}", "name": name, "checked": bool(given.get(f"risk_{risk}"))}
        for risk, name in names.items()
    ]
    shown = {"risks": boxes, "routes": stage_rows(given), "ways": _ways(given)}
    return {**given, **shown, "orders": _orders(str(given.get("kept_order", "")))}


def _orders(kept: str) -> list[dict[str, str]]:
    """Return the orders to choose from; of a queue that is there, only those it may change to."""
    texts = {
        "sequence": _("As items came in"),
        "random": _("Random"),
        "priority": _("By the number “priority” in their metadata, smallest first"),
        "grouped": _("Items of one group after each other"),
        "uncertain": _("What the newest model is least sure of first"),
        "diverse": _("What is least like the answered items first"),
    }
    return [
        {"value": value, "text": text}
        for value, text in texts.items()
        if not kept or may_change_order(kept, value)
    ]


def _ways(given: Mapping[str, Any]) -> list[str]:
    """Return the ways of a task in words; none where the values make no policy yet."""
    texts = {name: str(value) for name, value in given.items() if value is not False}
    try:
        return way_in_words(read_policy(read_policy_form(texts)))
    except PolicyError:
        return []


def _plain(value: float) -> str:
    return f"{round(value, 2):g}"


def read_policy_form(given: Mapping[str, str]) -> dict[str, object]:
    """Return the values of a policy. What is no number stays text: the policy refuses it."""
    values: dict[str, object] = {}
    for name in ("overlap", "hold_limit", "max_skips", "notice_days", *LIMITS):
        if name in given:
            values[name] = _whole(given[name])
    if "lease_minutes" in given:
        minutes = _decimal(given["lease_minutes"])
        values["lease_seconds"] = round(minutes * 60) if isinstance(minutes, float) else minutes
    for name, field in PERCENTS.items():
        if field in given:
            percent = _decimal(given[field])
            values[name] = percent / 100 if isinstance(percent, float) else percent
    for name in ("on_disagreement", "order", "growth"):
        if name in given:
            values[name] = given[name]
    return values | _read_boxes(given) | _read_talk(given) | read_stages_form(given)


def _read_boxes(given: Mapping[str, str]) -> dict[str, object]:
    """Return what is ticked; nothing where the form did not show it, since nothing else is sent."""
    if "most_overlap" not in given:
        return {}
    ticked = [risk for risk in REVIEW_RISKS if given.get(f"risk_{risk}")]
    flags = {name: bool(given.get(name)) for name in ("reviews_own", "reviews_by_worth")}
    return {"review_risks": ticked, **flags}


def _read_talk(given: Mapping[str, str]) -> dict[str, object]:
    """Return what people may say besides their answers: why they skip, and how sure they are."""
    values: dict[str, object] = {}
    if "skip_reasons" in given:
        lines = [line.strip() for line in given["skip_reasons"].splitlines()]
        values["skip_reasons"] = [line for line in lines if line]
    if "sureness" in given:
        values["asks_confidence"] = given["sureness"] == SURENESS[True]
    return values


def _whole(text: str) -> int | str:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text


def _decimal(text: str) -> float | str:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return text
    return number if abs(number) < 1e9 else text


def form_errors(error: DomainError) -> dict[str, str]:
    """Return what is wrong by the name of the field, in the units of the form."""
    own = {
        "lease_seconds": _("From 1 to 10,080 minutes."),
        "review_share": _("From 0 to 100 percent."),
        "gold_alert": _("From 0 to 100 percent."),
        "gold_share": _("From 0 to 50 percent: more would be a test, not work."),
        "good_enough": _("From 50 to 100 percent."),
    }
    found = {_field_of(place.at): own.get(place.at, str(place.detail)) for place in error.places}
    return found or {"": str(error)}


def _field_of(at: str) -> str:
    name = at.removeprefix("who/").partition("/")[0]
    return _NAMES.get(name, name)
