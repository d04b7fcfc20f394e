"""Foreign label names made into our regions, and remembered for a schema proposal."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from datasets.formats.base import Found, ReadOptions, Record
from datasets.formats.items import BadItem
from datasets.pure.canonical import round_coordinate
from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.schema_types import LABELLED_TYPES

SEPARATOR = "|"
SPLIT_NAMES = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}


class Labeller:
    """Makes regions of one question from the names that a foreign file uses.

    With a schema, names are matched to its label keys and shown names; unknown ones raise
    BadItem. Without, keys are made from the names, and `found` lists them.
    """

    def __init__(self, options: ReadOptions, *, types: Sequence[str], default: str) -> None:
        self._options = options
        question = _question_of(options, types)
        self.question: str = question["name"] if question else options.question or default
        self.question_type: str = question["type"] if question else types[0]
        self._known = _known_names(question) if question else None
        self._attributes = {one["name"] for one in (question or {}).get("attributes", [])}
        self._keys: dict[str, str] = {}
        self._shown: dict[str, str] = {}

    def found(self, data_type: str) -> Found:
        """Return what was seen, for a schema proposal."""
        labels = list(self._shown.items())
        return Found(data_type, self.question, self.question_type, labels)

    def key_of(self, name: str, shown: str = "") -> str:
        """Return the label key for a foreign name, which people see as `shown`.

        Raises BadItem if there is a schema and it has no such label.
        """
        key = self._keys.get(name)
        if key is None:
            key = self._find(name) if self._known is not None else self._make(name)
            self._keys[name] = key
            self._shown.setdefault(key, shown or name)
        return key

    def attributes(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the attributes that the schema asks for; others cannot be kept."""
        return {
            name: value
            for name, value in given.items()
            if name in self._attributes and isinstance(value, str | int | float)
        }

    def answer(self, cell: str) -> dict[str, Any] | None:
        """Return the regions document for one cell of a table, or None for an empty one."""
        if not cell.strip():
            return None
        if self.question_type == "choices":
            names = [part.strip() for part in cell.split(SEPARATOR) if part.strip()]
            return document([self.item(name) for name in dict.fromkeys(names)])
        if self.question_type == "choice":
            return document([self.item(cell.strip())])
        return document([{"question": self.question, "kind": "item", "value": self._value(cell)}])

    def item(self, name: str) -> dict[str, Any]:
        """Return a region that labels the whole item."""
        return {"question": self.question, "kind": "item", "label": self.key_of(name)}

    def box(
        self, name: str, box: tuple[float, float, float, float], *, shown: str = ""
    ) -> dict[str, Any]:
        """Return a box: x, y, width, height in pixels of the upright image."""
        return {
            "question": self.question,
            "kind": "box",
            "label": self.key_of(name, shown),
            "at": dict(zip("xywh", map(round_coordinate, box), strict=True)),
        }

    def span(self, name: str, start: int, end: int) -> dict[str, Any]:
        """Return a span of the item's text; code points, end exclusive."""
        at = {"start": start, "end": end}
        return {"question": self.question, "kind": "span", "label": self.key_of(name), "at": at}

    def attach(
        self,
        record: Record,
        regions: dict[str, Any],
        annotator: str = "",
        *,
        incomplete: bool = False,
    ) -> None:
        """Put a regions document where the options want it: truth, suggestion or annotation.

        What is incomplete, because a part of it was refused, is only a suggestion.
        """
        opinion: dict[str, Any] = {"regions": regions}
        if self._options.schema_name:
            opinion["schema"] = self._options.schema_name
        if incomplete or self._options.labels_as == "suggestions":
            record.suggestions.append({**opinion, "source": self._options.source})
        elif annotator or self._options.labels_as == "annotations":
            name = annotator or self._options.source
            record.annotations.append({**opinion, "annotator": name})
        else:
            record.truths.append(opinion)

    def attach_truth(self, record: Record, regions: dict[str, Any]) -> None:
        """Put a regions document where truths stand, whatever the options say of labels."""
        name = self._options.schema_name
        record.truths.append({"regions": regions, **({"schema": name} if name else {})})

    def _find(self, name: str) -> str:
        known = self._known or {}
        key = known.get(name) or known.get(name.strip().casefold())
        if key is None:
            raise BadItem(
                "label",
                "unknown-label",
                gettext_noop("The schema has no label “%(label)s” for “%(question)s”."),
                label=shorten(name),
                question=self.question,
            )
        return key

    def _make(self, name: str) -> str:
        base = re.sub(r"[^A-Za-z0-9_.\-]+", "_", name.strip()).strip("_.-")[:60] or "label"
        taken = set(self._keys.values())
        key, number = base, 2
        while key in taken:
            key, number = f"{base}_{number}", number + 1
        return key

    def _value(self, cell: str) -> str | float:
        if self.question_type == "text":
            return cell
        try:
            value = float(cell)
        except ValueError:
            value = float("nan")
        if value - value != 0:  # NaN or infinite
            raise BadItem(
                "label",
                "not-a-number",
                gettext_noop("“%(cell)s” is no number, but “%(question)s” asks for one."),
                cell=shorten(cell),
                question=self.question,
            )
        return int(value) if value.is_integer() else value


def document(regions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a regions document; the regions get the ids r1, r2 and so on."""
    numbered = [{"id": f"r{number}"} | region for number, region in enumerate(regions, 1)]
    return {"format": 1, "regions": numbered}


def split_named(name: str) -> str:
    """Return the split that a foreign word means, or an empty text.

    Examples
    --------
    >>> split_named("Dev"), split_named("photos")
    ('validation', '')
    """
    return SPLIT_NAMES.get(name.strip().lower(), "")


def _question_of(options: ReadOptions, types: Sequence[str]) -> Mapping[str, Any] | None:
    """Return the question of the schema that the labels answer, if there is a schema."""
    if options.schema is None:
        return None
    fitting = [q for q in options.schema.get("questions", []) if q.get("type") in types]
    for question in fitting:
        if options.question in ("", question["name"]):
            return dict(question)
    raise BadItem(
        "options/question",
        "no-such-question",
        gettext_noop("The schema has no question of the type %(types)s to put these labels under."),
        types=" / ".join(types),
    )


def _known_names(question: Mapping[str, Any]) -> dict[str, str] | None:
    """Return every spelling that means a label: exact keys win over exact names over others."""
    if question["type"] not in LABELLED_TYPES:
        return None
    known: dict[str, str] = {}
    labels = question.get("labels", [])
    for label in labels:
        for spelling in (label["key"], label.get("name", ""), *label.get("aliases", ())):
            known.setdefault(spelling.casefold(), label["key"])
    for label in labels:
        known[label.get("name", "")] = label["key"]
    for label in labels:
        known[label["key"]] = label["key"]
    known.pop("", None)
    return known
