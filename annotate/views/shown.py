"""What figures of quality and pace look like on a page: words, grades and charts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.pure.agreement.results import Agreement
from annotate.pure.forecast import NO_PACE, Forecast
from annotate.queries.agreement import AgreementReport, QuestionAgreement
from annotate.queries.workload import day_after
from annotate.views.measures import measure_name, why_undefined
from datasets.models import SchemaRevision
from foundation.opaque import encode_id
from foundation.pure.charts import agreement_grade
from foundation.templatetags.words import between, number, percent

Json = dict[str, Any]
RELIABLE, TENTATIVE = 0.8, 0.667
"""Krippendorff's own lines: reliable from 0.8, tentative conclusions from 0.667."""
MOST_PEOPLE = 12
MOST_LABELS = 15
GREY = "#77808c"


# Labels


def label_looks(revision: SchemaRevision, question: str) -> dict[str, Json]:
    """Return name and colour of each label of a question, by key."""
    return {
        label["key"]: {"name": label.get("name") or label["key"], "color": label["color"]}
        for asked in revision.definition["questions"]
        if asked["name"] == question
        for label in asked.get("labels", [])
    }


def look_of(looks: dict[str, Json], key: str) -> Json:
    """Return name and colour of a label, also of one that the schema no longer has."""
    return looks.get(key, {"name": key, "color": GREY})


# Agreement in words


def headline_of(question: QuestionAgreement) -> Json:
    """Return the one figure that says most about a question, and what it means."""
    key, figure = next(iter(question.measures.items()))
    name = measure_name(question.type, key)
    if key == "wer":
        return _headline_of_texts(question, figure, name)
    is_class = key != "f1"
    return {
        "question": question.question,
        "title": question.title,
        "figure": figure,
        "answer": number(figure.value, 2) if figure.value is not None else _("Not known yet"),
        "small": _with_range(figure, name),
        "name": name,
        "sentence": _sentence(figure, is_class=is_class),
        **_verdict(figure),
    }


def _headline_of_texts(question: QuestionAgreement, figure: Agreement, name: str) -> Json:
    """Return the error rate of texts; judged by what is the same, since lower is better."""
    alike = figure
    if figure.value is not None:
        low, high = figure.low, figure.high
        is_ranged = low is not None and high is not None
        ends = (1 - high, 1 - low) if is_ranged else (None, None)  # type: ignore[operator]
        alike = replace(figure, value=max(1 - figure.value, 0.0), low=ends[0], high=ends[1])
    same = _("People write nearly the same words.")
    is_alike = alike.value is not None and alike.value >= RELIABLE and not _says_little(alike)
    return {
        "question": question.question,
        "title": question.title,
        "figure": figure,
        "answer": number(figure.value, 2) if figure.value is not None else _("Not known yet"),
        "small": _with_range(figure, name),
        "name": name,
        "sentence": same if is_alike else _sentence(alike, is_class=True),
        **_verdict(alike),
    }


def _with_range(figure: Agreement, name: str) -> str:
    """Return the name of a figure with its interval, to stand small beside the value."""
    if figure.value is None:
        return ""
    if figure.low is None or figure.high is None:
        return name
    return f"{name}, {between(figure.low, figure.high)}"


def _sentence(figure: Agreement, *, is_class: bool) -> str:
    if figure.value is None:
        return why_undefined(figure)
    if _says_little(figure):
        return _("Too few items in common to tell. Let more people answer the same items.")
    if figure.value >= RELIABLE:
        text = _("People mark the same places with the same labels.")
        return _("People say the same far more often than chance would.") if is_class else text
    if figure.value >= TENTATIVE:
        return _("Good enough to go on. Look at what people confuse before you rely on it.")
    if figure.value < 0:
        return _("People differ more than chance would: they read the question in opposite ways.")
    return _("Too low to rely on. Say more in the guideline about what people confuse.")


def _says_little(figure: Agreement) -> bool:
    """Tell whether the interval reaches from low to reliable: no verdict holds yet."""
    if figure.low is None or figure.high is None:
        return False
    return figure.low < TENTATIVE and figure.high >= RELIABLE


def _verdict(figure: Agreement) -> Json:
    if figure.value is None:
        return {"tag": _("not known yet"), "kind": "", "icon": "clock"}
    if _says_little(figure):
        return {"tag": _("too early"), "kind": "warn", "icon": "clock"}
    if figure.value >= RELIABLE:
        return {"tag": _("reliable"), "kind": "ok", "icon": "check"}
    if figure.value >= TENTATIVE:
        return {"tag": _("tentative"), "kind": "warn", "icon": "triangle-alert"}
    return {"tag": _("low"), "kind": "error", "icon": "circle-alert"}


def by_label(question: QuestionAgreement, looks: dict[str, Json]) -> list[Json]:
    """Return the labels with their agreement, lowest first, those without a value last."""
    rows = [
        {
            "look": look_of(looks, key),
            "figure": figure,
            "why": why_undefined(figure),
            "is_low": figure.value is not None and figure.value < TENTATIVE,
        }
        for key, figure in question.by_label.items()
    ]
    return sorted(rows, key=_lowest_first)


def _lowest_first(row: Json) -> tuple[bool, float]:
    value = row["figure"].value
    return value is None, value or 0.0


# Agreement as pictures


def pair_heat(
    report: AgreementReport, question: QuestionAgreement, address: str = ""
) -> Json | None:
    """Return how alike every two people are; a cell opens the items on which they differ."""
    shared: dict[int, int] = {}
    pairs = {}
    for pair in question.pairs:
        pairs[pair.first, pair.second] = pairs[pair.second, pair.first] = pair
        for who in (pair.first, pair.second):
            shared[who] = shared.get(who, 0) + pair.items
    people = sorted(shared, key=lambda who: -shared[who])[:MOST_PEOPLE]
    if len(people) < 2:
        return None
    names = report.annotators
    return {
        "corner": _("Annotator"),
        "columns": [names[who] for who in people],
        "rows": [
            {
                "person": names[one],
                "cells": [_pair_cell(pairs.get((one, other)), names, address) for other in people],
            }
            for one in people
        ],
        "left_out": len(shared) - len(people),
    }


def _pair_cell(pair: Any, names: dict[int, str], address: str) -> Json:
    if pair is None:
        return {"text": "", "grade": "z", "title": _("no item in common")}
    value = pair.score if pair.kappa is None else pair.kappa
    said = ngettext(
        "%(one)s and %(other)s: %(n)d item in common, %(same)s the same",
        "%(one)s and %(other)s: %(n)d items in common, %(same)s the same",
        pair.items,
    )
    values = {"one": names[pair.first], "other": names[pair.second]}
    values |= {"n": pair.items, "same": percent(pair.score)}
    both = [encode_id("annotator", who) for who in (pair.first, pair.second)]
    people = urlencode({"one": both[0], "other": both[1]})
    return {
        "text": number(value, 2),
        "grade": agreement_grade(value, TENTATIVE),
        "title": said % values,
        "url": f"{address}&{people}" if pair.score < 1 else "",
    }


def confusion_heat(
    question: QuestionAgreement, looks: dict[str, Json], address: str
) -> Json | None:
    """Return which labels meet on the same item; every cell opens the items behind it."""
    counts: dict[tuple[str, str], int] = {}
    sums: dict[str, int] = {}
    for first, second, n in question.confused:
        counts[first, second] = counts[second, first] = n
        for label in (first, second):
            sums[label] = sums.get(label, 0) + n
    labels = sorted(sums, key=lambda label: -sums[label])[:MOST_LABELS]
    if not labels:
        return None
    most = max(counts.values())
    return {
        "corner": _("Label"),
        "columns": [look_of(looks, label) for label in labels],
        "rows": [
            {
                "label": look_of(looks, one),
                "sum": sums[one],
                "cells": [
                    _confusion_cell((one, other), counts.get((one, other), 0), most, looks, address)
                    for other in labels
                ],
            }
            for one in labels
        ],
        "sum_head": _("Sum"),
        "left_out": len(sums) - len(labels),
    }


def _confusion_cell(
    pair: tuple[str, str], n: int, most: int, looks: dict[str, Json], address: str
) -> Json:
    if not n:
        return {"text": "", "grade": "z"}
    share = n / most
    grade = "h3" if share > 2 / 3 else "h2" if share > 1 / 3 else "h1"
    names = {"one": look_of(looks, pair[0])["name"], "other": look_of(looks, pair[1])["name"]}
    query = urlencode({"first": pair[0], "second": pair[1]})
    return {
        "text": number(n),
        "grade": grade,
        "title": _("%(one)s or %(other)s") % names,
        "url": f"{address}&{query}",
    }


# Pace


def forecast_of(told: Forecast, left: int, today: int) -> Json:
    """Return when the answers will be in, in words, with a range, or why nobody can tell."""
    if left <= 0:
        return {"answer": _("All in"), "small": "", "reason": _("No answer is missing.")}
    pace = _("%(n)s a day") % {"n": number(told.a_day, 0 if told.a_day >= 10 else 1)}
    if told.days is None or told.soonest is None:
        text = _("Nothing was answered in the last 14 days, so no day can be named.")
        if told.reason != NO_PACE:
            text = _("%(pace)s so far. A forecast needs two full days with some answers.")
        elif today:
            text = _("People began today. A forecast needs two full days with some answers.")
        return {"answer": _("Too early to tell"), "small": "", "reason": text % {"pace": pace}}
    return {
        "answer": day_in(told.days),
        "small": _("at %(pace)s") % {"pace": pace},
        "reason": _range(told),
        "dots": _forecast_dots(told),
        "to": (told.latest or told.days * 2) * 1.15,
    }


def deadline_of(day: date | None, told: Forecast, left: int) -> Json:
    """Return the deadline beside the forecast, in words; nothing where there is none."""
    if day is None:
        return {}
    title = _("Should be done by %(day)s") % {"day": date_format(day, "D j M Y")}
    if left <= 0:
        return {"kind": "ok", "title": title, "reason": _("All answers are in.")}
    if day < day_after(0):
        return {"kind": "error", "title": title, "reason": _("That day is over.")}
    if told.days is None or told.soonest is None:
        text = _("Nobody can tell yet whether that will do: there is no forecast.")
        return {"kind": "info", "title": title, "reason": text}
    if told.latest is not None and day_after(told.latest) <= day:
        return {"kind": "ok", "title": title, "reason": _("At this pace it will be.")}
    if day_after(told.soonest) > day:
        text = _("At this pace it will not be. %(n)s answers a day would do.")
        days = max((day - day_after(0)).days, 1)
        return {"kind": "error", "title": title, "reason": text % {"n": number(left / days, 0)}}
    return {"kind": "warn", "title": title, "reason": _("At this pace it may be just in time.")}


def _range(told: Forecast) -> str:
    soonest = day_in(told.soonest or 0)
    if told.latest is None:
        text = _("Not before %(soonest)s; the pace differs too much from day to day to say more.")
        return text % {"soonest": soonest}
    latest = day_in(told.latest)
    if soonest == latest:
        return _("If people go on as in the last 14 days.")
    text = _("80 %% sure: %(soonest)s to %(latest)s, if people go on as in the last 14 days.")
    return text % {"soonest": soonest, "latest": latest}


def _forecast_dots(told: Forecast) -> list[Json]:
    dot: Json = {"value": told.days, "text": day_in(told.days or 0), "kind": ""}
    if told.latest is not None:
        dot |= {"low": told.soonest, "high": told.latest}
    return [dot]


def day_in(days: float) -> str:
    """Return the day that many days from now, with its weekday; the year where it is far off."""
    return date_format(day_after(days), "D j M" if days < 300 else "M Y")


def days_of(days: Sequence[tuple[date, int]], name: str = "") -> Json:
    """Return a count a day as a line, with a tick each week."""
    points = [(float(place), float(n)) for place, (_day, n) in enumerate(days)]
    ticks = [
        (float(place), date_format(day, "j M"))
        for place, (day, _n) in enumerate(days)
        if (len(days) - 1 - place) % 7 == 0
    ]
    series = [{"name": name or _("answers"), "points": points}]
    return {"series": series, "ticks": ticks, "n": sum(n for _day, n in days)}
