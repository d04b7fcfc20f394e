"""Counting what many documents break: by rule, by kind of document, with a list that has an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from datasets.pure.answer_rules import Breach, broken_rules
from datasets.pure.answer_rules.overlap import NOT_COMPARED
from datasets.pure.region_types import Region
from datasets.pure.regions import RegionsDocument
from datasets.pure.schema_types import LABELLED_TYPES, Schema

MOST_OF_AN_ITEM = 20
"""Listed of one item; all are counted."""
MOST_LISTED = 50_000
KINDS = ("truths", "annotations")


def fitting(schema: Schema, document: RegionsDocument) -> RegionsDocument:
    """What a document given under another revision says that this schema still asks.

    Examples
    --------
    >>> from datasets.pure.schema_rules import parse_schema
    >>> kind = {"name": "kind", "type": "choice", "labels": [{"key": "ok"}]}
    >>> schema = parse_schema({"format": 1, "data_type": "text", "questions": [kind]})
    >>> said = [Region("r1", "kind", "item", "ok"), Region("r2", "gone", "item", "ok")]
    >>> [one.id for one in fitting(schema, RegionsDocument(tuple(said))).regions]
    ['r1']
    """
    kept = tuple(one for one in document.regions if _fits(schema, one))
    return document if len(kept) == len(document.regions) else replace(document, regions=kept)


def _fits(schema: Schema, region: Region) -> bool:
    question = schema.questions_by_name.get(region.question)
    if question is None or region.kind not in question.kinds:
        return False
    is_listed = question.type in LABELLED_TYPES and not question.labels_from
    return not is_listed or region.label is None or region.label in question.labels_by_key


class Tally:
    """What was counted so far; begins where an earlier attempt wrote it down.

    One counts a single item, another sums these up: what was counted of an item that did not
    change since is added again without looking at it.
    """

    def __init__(self, figures: Mapping[str, Any] | None = None) -> None:
        given = figures or {}
        self.totals: Counter[str] = Counter(given.get("totals", {}))
        self.rules: dict[str, Counter[str]] = {
            number: Counter(counts) for number, counts in given.get("rules", {}).items()
        }
        self._of_item = 0
        self._seen: set[int] = set()

    def pass_items(self, count: int) -> None:
        """So many more items are looked at, with or without documents."""
        self.totals["items"] += count

    def add_item(self, figures: Mapping[str, Any], listed: int) -> int:
        """Add what was counted of an item; returns how many of those listed there is room for."""
        self.totals.update(figures["totals"])
        for number, counts in figures["rules"].items():
            self.rules.setdefault(number, Counter()).update(counts)
        room = min(listed, max(0, MOST_LISTED - self.totals["listed"]))
        self.totals["listed"] += room
        self.totals["left_out"] += listed - room
        return room

    def look(
        self, schema: Schema, document: RegionsDocument, kind: str, *, is_older: bool
    ) -> Iterator[tuple[Breach, str]]:
        """Count what a document of one item breaks; yields what may be listed, with its region."""
        self.totals[kind] += 1
        if is_older:
            self.totals[f"older_{kind}"] += 1
            whole, document = document, fitting(schema, document)
            self.totals["partly"] += len(document.regions) < len(whole.regions)
        is_broken = False
        for breach in broken_rules(schema, document.regions):
            if breach.code == NOT_COMPARED:
                self.totals["not_compared"] += 1
                continue
            is_broken = True
            self._count(breach, kind, is_older)
            if self._of_item >= MOST_OF_AN_ITEM:
                self.totals["left_out"] += 1
                continue
            self._of_item += 1
            yield breach, _region_of(breach, document)
        self.totals[f"broken_{kind}"] += is_broken

    def cannot_read(self) -> None:
        """A document is none: older than the format, or damaged."""
        self.totals["unreadable"] += 1

    def _count(self, breach: Breach, kind: str, is_older: bool) -> None:
        counts = self.rules.setdefault(str(breach.number), Counter())
        counts[kind] += 1
        counts["older"] += is_older
        self.totals[breach.rule.level] += 1
        if breach.number not in self._seen:
            self._seen.add(breach.number)
            counts["items"] += 1

    def figures(self) -> dict[str, Any]:
        """What was counted, as JSON; a `Tally` can be made of it again.

        `totals`: items, of them `kept` as they were found before; truths, annotations and how many
        of these are `older_` and `broken_`; `error` and `warning`; listed and left_out;
        unreadable, partly, not_compared. `rules`: by the place of the rule how often in truths, in
        annotations and in older ones, and in how many items.
        """
        rules = {number: dict(counts) for number, counts in self.rules.items()}
        return {"totals": dict(self.totals), "rules": rules}


def _region_of(breach: Breach, document: RegionsDocument) -> str:
    kind, place, *_rest = breach.at.split("/")
    return document.regions[int(place)].id if kind == "regions" else ""


def levels_broken(schema: Schema, document: RegionsDocument) -> set[str]:
    """The levels of the rules that a document breaks."""
    if not schema.rules:
        return set()
    breaches = broken_rules(schema, fitting(schema, document).regions)
    return {one.rule.level for one in breaches if one.code != NOT_COMPARED}
