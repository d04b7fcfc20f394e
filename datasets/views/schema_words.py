"""Definitions in words and as plain values for templates: kinds, labels, conditions."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.pure.schema_reading import question_types
from datasets.pure.schema_rules import DATA_TYPES, PALETTE

Json = dict[str, Any]
SHOWN_LABELS = 100
"""A page never draws thousands of labels at once."""

QUESTION_TYPES: dict[str, str | Promise] = {
    "choice": gettext_lazy("one label"),
    "choices": gettext_lazy("any number of labels"),
    "boxes": gettext_lazy("boxes"),
    "rotated_boxes": gettext_lazy("boxes that can be turned"),
    "polygons": gettext_lazy("polygons"),
    "polylines": gettext_lazy("lines"),
    "ellipses": gettext_lazy("ellipses"),
    "points": gettext_lazy("points"),
    "skeletons": gettext_lazy("skeletons"),
    "masks": gettext_lazy("masks"),
    "shapes": gettext_lazy("shapes of several kinds"),
    "spans": gettext_lazy("spans of text"),
    "relations": gettext_lazy("relations between regions"),
    "segments": gettext_lazy("segments of time"),
    "instants": gettext_lazy("moments"),
    "tracks": gettext_lazy("objects followed through a video"),
    "pairwise": gettext_lazy("the better of two"),
    "ranking": gettext_lazy("an order of several"),
    "number": gettext_lazy("a number"),
    "rating": gettext_lazy("a rating"),
    "text": gettext_lazy("a text"),
}
DATA_TYPE_NAMES: dict[str, str | Promise] = {
    "text": gettext_lazy("texts"),
    "image": gettext_lazy("images"),
    "table": gettext_lazy("rows of a table"),
    "audio": gettext_lazy("sounds"),
    "video": gettext_lazy("videos"),
    "series": gettext_lazy("time series"),
    "conversation": gettext_lazy("conversations"),
}
ATTRIBUTE_TYPE_NAMES: dict[str, str | Promise] = {
    "boolean": gettext_lazy("yes or no"),
    "choice": gettext_lazy("one of several options"),
    "number": gettext_lazy("a number"),
    "text": gettext_lazy("a text"),
}


def kinds_for_editor() -> Json:
    """Return what the editor must know of definitions: `Kinds` of its `kinds.ts`."""
    return {
        "dataTypes": [(name, str(DATA_TYPE_NAMES.get(name, name))) for name in DATA_TYPES],
        "questionTypes": [
            {
                "value": name,
                "title": str(QUESTION_TYPES.get(name, name)),
                "data": data,
                "keys": keys,
            }
            for name, data, keys in question_types()
        ],
        "attributeTypes": [(name, str(title)) for name, title in ATTRIBUTE_TYPE_NAMES.items()],
        "palette": PALETTE,
    }


def questions_in_words(
    definition: Json, *, most: int = SHOWN_LABELS, search: str = ""
) -> list[Json]:
    """Return the questions with what templates show of them, at most `most` labels each."""
    titles = {question["name"]: question["title"] for question in definition["questions"]}
    return [
        {
            **{key: value for key, value in question.items() if key != "labels"},
            "kind": QUESTION_TYPES.get(question["type"], question["type"]),
            "scale": range(1, question["max"] + 1) if question["type"] == "rating" else (),
            "asked_when": condition_in_words(question.get("when"), definition, titles),
            **_labels(question.get("labels", []), most, search),
        }
        for question in definition["questions"]
    ]


def _labels(labels: list[Json], most: int, search: str) -> Json:
    words = search.casefold().split()
    by_key = {label["key"]: label for label in labels}
    found = [label for label in labels if _is_found(label, words)] if words else labels
    shown = [
        {
            **label,
            "name": label.get("name") or label["key"],
            "above": _path(label, by_key),
        }
        for label in found[:most]
    ]
    left = len(found) - len(shown)
    return {"shown_labels": shown, "label_count": len(labels), "labels_left": left}


def _is_found(label: Json, words: list[str]) -> bool:
    said = [label["key"], label.get("name", ""), *label.get("aliases", ())]
    text = " ".join(said).casefold()
    return all(word in text for word in words)


def _path(label: Json, by_key: dict[str, Json]) -> str:
    """Return the names of the labels above one, the highest first."""
    path: list[str] = []
    above = by_key.get(label.get("parent", ""))
    while above is not None:
        path.append(above.get("name") or above["key"])
        above = by_key.get(above.get("parent", ""))
    return " / ".join(reversed(path))


def condition_in_words(when: Json | None, definition: Json, titles: dict[str, str]) -> str:
    """Return a condition as a sentence; empty where there is none."""
    if not when:
        return ""
    title = titles.get(when["question"], when["question"])
    if when.get("label"):
        asked = next(one for one in definition["questions"] if one["name"] == when["question"])
        names = {one["key"]: one.get("name") or one["key"] for one in asked.get("labels", [])}
        labels = _(" or ").join(names.get(key, key) for key in when["label"])
        return _("Asked when “%(title)s” is %(labels)s.") % {"title": title, "labels": labels}
    low, high = when.get("at_least"), when.get("at_most")
    if low is None and high is None:
        return _("Asked when “%(title)s” is answered.") % {"title": title}
    values = {"title": title, "low": low, "high": high}
    if high is None:
        return _("Asked when “%(title)s” is at least %(low)s.") % values
    if low is None:
        return _("Asked when “%(title)s” is at most %(high)s.") % values
    return _("Asked when “%(title)s” is from %(low)s to %(high)s.") % values


def rules_in_words(definition: Json) -> list[Json]:
    """Return the rules of a definition as sentences with their level."""
    titles = {question["name"]: question["title"] for question in definition["questions"]}
    names = {
        (question["name"], label["key"]): label.get("name") or label["key"]
        for question in definition["questions"]
        for label in question.get("labels", [])
    }
    return [
        {
            "level": rule["level"],
            "message": rule.get("message", ""),
            "text": _RULE_WORDS[rule["type"]](rule, names, titles),
            "when": condition_in_words(rule.get("when"), definition, titles),
        }
        for rule in definition.get("rules", [])
    ]


Names = dict[tuple[str, str], str]


def _forbidden(rule: Json, names: Names, titles: dict[str, str]) -> str:
    said = [f"“{names.get((one['question'], one['label']))}”" for one in rule["labels"]]
    return _("%(labels)s do not go together.") % {"labels": ", ".join(said)}


def _required(rule: Json, names: Names, titles: dict[str, str]) -> str:
    name = names.get((rule["question"], rule.get("label", "")), titles[rule["question"]])
    return _("At least one region of “%(name)s” is needed.") % {"name": name}


def _overlap(rule: Json, names: Names, titles: dict[str, str]) -> str:
    values = {"title": titles[rule["question"]], "share": round(100 * rule["share"])}
    if rule.get("between"):
        one, other = (names.get((rule["question"], key), key) for key in rule["between"])
        values |= {"one": one, "other": other}
        return _("“%(one)s” and “%(other)s” cover each other by at most %(share)d %%.") % values
    return _("Regions of “%(title)s” cover each other by at most %(share)d %%.") % values


def _size(rule: Json, names: Names, titles: dict[str, str]) -> str:
    words = {
        "width": _("%(n)s pixels wide"),
        "height": _("%(n)s pixels high"),
        "area": _("%(n)s pixels in area"),
        "length": _("%(n)s characters or pixels long"),
        "duration": _("%(n)s seconds long"),
    }
    sizes = [text % {"n": rule[key]} for key, text in words.items() if key in rule]
    name = names.get((rule["question"], rule.get("label", "")), titles[rule["question"]])
    values = {"name": name, "sizes": ", ".join(sizes)}
    return _("Regions of “%(name)s” are at least %(sizes)s.") % values


def _count(rule: Json, names: Names, titles: dict[str, str]) -> str:
    name = names.get((rule["question"], rule.get("label", "")), titles[rule["question"]])
    values = {"name": name, "low": rule.get("at_least"), "high": rule.get("at_most")}
    if values["high"] is None:
        return _("There are at least %(low)s regions of “%(name)s”.") % values
    if values["low"] is None:
        return _("There are at most %(high)s regions of “%(name)s”.") % values
    return _("There are from %(low)s to %(high)s regions of “%(name)s”.") % values


def _range(rule: Json, names: Names, titles: dict[str, str]) -> str:
    name = " · ".join(filter(None, (titles[rule["question"]], rule.get("attribute"))))
    values = {"name": name, "low": rule.get("at_least"), "high": rule.get("at_most")}
    if values["high"] is None:
        return _("“%(name)s” is expected to be at least %(low)s.") % values
    if values["low"] is None:
        return _("“%(name)s” is expected to be at most %(high)s.") % values
    return _("“%(name)s” is expected to be from %(low)s to %(high)s.") % values


def _text(rule: Json, names: Names, titles: dict[str, str]) -> str:
    name = names.get((rule["question"], rule.get("label", "")), titles[rule["question"]])
    values = {"name": name, "least": rule["characters"]}
    return _("Regions of “%(name)s” say at least %(least)d characters.") % values


_RULE_WORDS: dict[str, Callable[[Json, Names, dict[str, str]], str]] = {
    "forbidden": _forbidden,
    "required_region": _required,
    "max_overlap": _overlap,
    "min_size": _size,
    "needs_text": _text,
    "region_count": _count,
    "value_range": _range,
}
