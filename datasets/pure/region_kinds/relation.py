"""Relations: a label on the way from one region of the document to another."""

from __future__ import annotations

from typing import Any, NamedTuple

from datasets.pure.problems import gettext_noop
from datasets.pure.region_kinds.base import Found, RegionKind, read_object
from datasets.pure.region_types import REGION_ID


class Relation(NamedTuple):
    """Ids of the regions where it starts and ends."""

    source: str
    target: str


def _read(place: object, at: str, found: Found) -> Relation | None:
    ends = read_object(place, ("from", "to"), at, found)
    if not ends:
        return None
    for name in ("from", "to"):
        if type(ends[name]) is not str or not REGION_ID.fullmatch(ends[name]):
            sentence = gettext_noop("Give the id of a region of this document.")
            found.add(f"{at}/{name}", "bad-id", sentence)
            return None
    if ends["from"] == ends["to"]:
        sentence = gettext_noop("A relation goes from one region to another.")
        found.add(f"{at}/to", "same-ends", sentence)
        return None
    return Relation(ends["from"], ends["to"])


def _as_json(relation: Relation) -> dict[str, Any]:
    return {"from": relation.source, "to": relation.target}


KIND = RegionKind(
    *("relation", Relation, ("text", "image"), "relations"),
    *(_read, lambda relation: relation, _as_json),
)
