"""Estimates and what they show of people, in words: the numbers first, no verdicts."""

from typing import Any

from django.utils.translation import gettext as _

from annotate.pure.intervals import wilson
from annotate.pure.truth.fit import CAUTIONS
from annotate.queries.people_evidence import LEAST_ANSWERS
from annotate.views.shown import look_of
from foundation.opaque import encode_id
from foundation.pure.charts import confusion_grades
from foundation.templatetags.words import DASH, number, percent

Json = dict[str, Any]
Looks = dict[str, Json]
MOST_COLUMNS = 15


def method_name(method: str) -> str:
    """Return what a method is called on pages."""
    names = {
        "majority": _("Majority"),
        "dawid_skene": _("Dawid and Skene"),
        "pooled": _("Dawid and Skene, pooled"),
        "one_coin": _("One coin"),
        "mace": _("MACE"),
        "crowdlab": _("CROWDLAB"),
        "fusion": _("Fusion"),
    }
    return names.get(method, method)


def method_meaning(method: str) -> str:
    """Return what a method assumes, in a sentence."""
    meanings = {
        "majority": _("What most people said; labels that lead together name nobody."),
        "dawid_skene": _("Everybody confuses labels in a way of their own."),
        "pooled": _("The same, but who gave few answers counts as a usual person here."),
        "one_coin": _("Everybody is right with one chance, whatever is true."),
        "mace": _("Now and then somebody does not look and says what they mostly say."),
        "crowdlab": _("A model and people, each weighed by how often they hold."),
        "fusion": _("What enough people marked, placed between where they marked it."),
    }
    return meanings.get(method, "")


def cautions_in_words(cautions: list[Json]) -> list[str]:
    """Return why a method may not be believed."""
    return [
        _(CAUTIONS[one["code"]]) % {name: number(value) for name, value in one["numbers"].items()}
        for one in cautions
    ]


def methods_shown(figures: Json) -> list[Json]:
    """Return a row for each method."""
    return [_method(one, figures["items"]) for one in figures["methods"]]


def _method(one: Json, items: int) -> Json:
    gold, is_first = one["gold"], one["method"] == "majority"
    share = gold["right"] / gold["total"] if gold["total"] else None
    return {
        **one,
        "name": method_name(one["method"]),
        "meaning": method_meaning(one["method"]),
        "is_first": is_first,
        "share": one["changed"] / items if items else 0,
        "sure": dict(one["at"]).get(0.95, 0),
        "gold_share": share,
        "warnings": cautions_in_words(one["cautions"]),
    }


def headline(figures: Json) -> Json:
    """Return the answer that the page is opened for."""
    free = next(one for one in figures["methods"] if one["method"] == "dawid_skene")
    values = {"n": number(free["changed"]), "items": number(figures["items"])}
    if not figures["items"]:
        return {"answer": _("Not known yet"), "small": "", "reason": _("Nobody has answered yet.")}
    if free["changed"] == 0:
        reason = _("By Dawid and Skene’s method, every item keeps the label most people gave.")
        return {"answer": _("No label"), "small": "", "reason": reason}
    small = _("of %(items)s items") % values
    reason = _("So many get another label by Dawid and Skene’s method, or one where votes tie.")
    return {"answer": values["n"], "small": small, "reason": reason}


def people_headline(figures: Json, names: dict[int, str]) -> Json:
    """Return whose answers deserve a second look first."""
    marked = [one for one in figures["people"] if one["evidence"]]
    if not marked:
        reason = _("Nothing in anybody’s answers is beyond chance.")
        return {"answer": _("Nobody’s"), "small": "", "reason": reason}
    small = _("and %(n)s more") % {"n": number(len(marked) - 1)} if len(marked) > 1 else ""
    first = evidence_in_words(marked[0]["evidence"][0], {})
    return {
        "answer": names.get(marked[0]["annotator"], ""),
        "small": small,
        "reason": first["text"],
    }


def gold_headline(figures: Json) -> Json:
    """Return which method is right most often where the truth is known."""
    tested = [one for one in figures["methods"] if one["gold"]["total"]]
    if not tested:
        reason = _("No item has both answers and a truth from elsewhere. Gold would tell.")
        return {"answer": _("Not known yet"), "small": "", "reason": reason}
    most = next(one for one in tested if one["method"] == "majority")["gold"]
    alike = [one for one in tested if one["gold"]["total"] == most["total"]]
    best = max(alike, key=lambda one: one["gold"]["right"])
    gold = best["gold"]
    values = {
        "right": number(gold["right"], 0),
        "total": number(gold["total"]),
        "name": method_name(best["method"]),
        "most": number(most["right"], 0),
    }
    reason = _("%(right)s of %(total)s by %(name)s; the majority has %(most)s.") % values
    if gold["low"] <= most["right"] / most["total"]:
        reason += " " + _("The difference is within chance.")
    return {"answer": percent(gold["right"] / gold["total"]), "small": "", "reason": reason}


def evidence_in_words(one: Json, looks: Looks) -> Json:
    """Return what was seen: a title, and a sentence with the numbers behind it."""
    title, text = _WORDS[one["code"]]()
    values = {
        name: percent(value) if name in _SHARES else number(value, 2)
        for name, value in one.items()
        if isinstance(value, int | float)
    }
    for name in ("n", "given", "expected", "faster", "at", "place"):
        if name in one:
            values[name] = number(one[name], 0)
    values["label"] = look_of(looks, one["label"])["name"] if "label" in one else ""
    return {"code": one["code"], "title": title, "text": text % values}


_SHARES = ("accuracy", "median", "before", "after", "ratio")
_WORDS: dict[str, Any] = {
    "seldom": lambda: (
        _("Differs from the others"),
        _(
            "Right in %(accuracy)s of %(n)s answers by what all others say; half of the people "
            "reach %(median)s or more."
        ),
    ),
    "blind": lambda: (
        _("Answers hardly depend on the item"),
        _(
            "Score %(value)s (95 %% interval %(low)s to %(high)s), where 1 tells the labels apart "
            "and 0 does not. The guideline may not have reached them."
        ),
    ),
    "fast": lambda: (
        _("Faster than others on the same items"),
        _(
            "Takes %(ratio)s of the time of others, %(seconds)s s; %(faster)s of %(n)s answers "
            "took less than half as long."
        ),
    ),
    "leans": lambda: (
        _("Gives one label more often"),
        _(
            "“%(label)s”, number %(place)s in the list, %(given)s of %(n)s times; by what all "
            "others say about %(expected)s would be expected."
        ),
    ),
    "changed": lambda: (
        _("Changed over time"),
        _("Right in %(before)s up to answer %(at)s, in %(after)s after it."),
    ),
}


def person_row(one: Json, names: dict[int, str], looks: Looks, median: float | None = None) -> Json:
    """Return somebody as a row of the table; held against the median only from enough answers."""
    return {
        **one,
        "target": median if one["skill"]["answers"] >= LEAST_ANSWERS else None,
        "name": names.get(one["annotator"], DASH),
        "oid": encode_id("annotator", one["annotator"]),
        "told": [evidence_in_words(seen, looks) for seen in one["evidence"]],
    }


def matrix_heat(one: Json, labels: list[str], looks: Looks) -> Json | None:
    """Return somebody's confusion matrix, of labels they met; None where it is not kept."""
    if "confusion" not in one or not labels:
        return None
    met = sorted(range(len(labels)), key=lambda at: -one["support"][at])[:MOST_COLUMNS]
    kept = sorted(at for at in met if one["support"][at] >= 0.5)
    if not kept:
        return None
    shares = [[one["confusion"][row][column] for column in kept] for row in kept]
    counts = [[round(share * 1000) for share in row] for row in shares]
    grades = confusion_grades(counts)
    rows = []
    for place, row in enumerate(kept):
        total = one["support"][row]
        cells = [_cell(shares[place][at], total, grades[place][at]) for at in range(len(kept))]
        look = look_of(looks, labels[row])
        rows.append({"label": look, "cells": cells, "sum": number(total, 0)})
    return {
        "corner": _("True label"),
        "columns": [look_of(looks, labels[column]) for column in kept],
        "rows": rows,
        "sum_head": _("Items"),
        "left_out": len(labels) - len(kept),
    }


def _cell(share: float, total: float, grade: str) -> Json:
    near = wilson(min(share * total, total), total)
    values = {"low": percent(near.low), "high": percent(near.high)}
    return {
        "text": percent(share),
        "grade": grade if share >= 0.005 else "z",
        "title": _("95 %% interval %(low)s to %(high)s") % values,
    }


def curve_of(one: Json) -> Json | None:
    """Return how often somebody was right over time, as a line with its band."""
    drift = one.get("drift")
    if not drift:
        return None
    middle = [(place + 0.5) * drift["window"] for place in range(len(drift["curve"]))]
    points = list(zip(middle, [share for share, _low, _high in drift["curve"]], strict=True))
    band = [(at, low, high) for at, (_s, low, high) in zip(middle, drift["curve"], strict=True)]
    ticks = [(at, number(round(at))) for at in middle[:: max(1, len(middle) // 4)]]
    return {
        "series": [{"name": _("right"), "points": points, "band": band}],
        "ticks": ticks,
        "range": (0.0, 1.0),
    }
