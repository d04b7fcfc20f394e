"""The regions document: what one answer says about one item.

Annotation, draft, suggestion, truth and prediction all hold this document. Boxes are pixels of the
upright original, origin top left, rounded to 1/1000; spans are code points, end exclusive.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from datasets.pure.canonical import canonical_bytes
from datasets.pure.region_kinds import KIND_OF_PLACE, KINDS
from datasets.pure.region_reading import parse_regions, parse_regions_text
from datasets.pure.region_types import (
    FORMAT,
    MAX_BYTES,
    Box,
    Region,
    RegionsDocument,
    RegionsError,
    Scalar,
    Span,
    whole_if_whole,
)

__all__ = [
    "FORMAT",
    "KINDS",
    "MAX_BYTES",
    "Box",
    "Region",
    "RegionsDocument",
    "RegionsError",
    "Scalar",
    "Span",
    "normalise",
    "parse_regions",
    "parse_regions_text",
    "regions_hash",
    "to_json",
]


def to_json(document: RegionsDocument) -> dict[str, Any]:
    """The document as JSON values; what is absent is left out, whole numbers are `int`.

    Examples
    --------
    >>> to_json(RegionsDocument((Region("r1", "intent", "item", "card_lost"),)))["regions"]
    [{'id': 'r1', 'question': 'intent', 'kind': 'item', 'label': 'card_lost'}]
    """
    return {"format": FORMAT, "regions": [_region_json(region) for region in document.regions]}


def normalise(document: RegionsDocument) -> RegionsDocument:
    """The document as it is stored: coordinates rounded to 1/1000, whole numbers as `int`.

    Documents from `parse_regions` are in this form; call it for documents made in code. Doing it
    twice changes nothing.

    Raises
    ------
    ValueError
        A coordinate or value is NaN or infinite.

    Examples
    --------
    >>> box = Region("r1", "cells", "box", "rbc", Box(0.0004, 1.0, 2.5, 3))
    >>> normalise(RegionsDocument((box,))).regions[0].at
    Box(x=0, y=1, w=2.5, h=3)
    """
    return RegionsDocument(tuple(_normal_region(region) for region in document.regions))


def regions_hash(document: RegionsDocument) -> str:
    """SHA-256 of what the document says, as 64 hexadecimal digits.

    Ids and order do not count: every region is written in canonical form without its id, the
    byte strings are sorted, and the document made of them is hashed. Two equal regions count
    twice. In place of an id, the ends of a relation are written as the SHA-256 of the canonical
    form of the region they name.

    Examples
    --------
    >>> first = RegionsDocument((Region("a", "q", "item", "x"), Region("b", "q", "item", "y")))
    >>> second = RegionsDocument((Region("1", "q", "item", "y"), Region("2", "q", "item", "x")))
    >>> regions_hash(first) == regions_hash(second)
    True
    """
    parts = []
    named: dict[str, bytes] = {}
    relations = []
    for region in document.regions:
        content = _region_json(_normal_region(region))
        del content["id"]
        if region.kind == "relation":
            relations.append(content)
        else:
            parts.append(canonical_bytes(content))
            named[region.id] = parts[-1]
    for content in relations:
        ends = content["at"].items()
        content["at"] = {key: hashlib.sha256(named[end]).hexdigest() for key, end in ends}
        parts.append(canonical_bytes(content))
    parts.sort()
    return hashlib.sha256(b'{"format":1,"regions":[%b]}' % b",".join(parts)).hexdigest()


def _normal_region(region: Region) -> Region:
    at, value, attributes = region.at, region.value, region.attributes
    if at is not None:
        at = KIND_OF_PLACE[type(at)].settle(at)
    if type(value) is float:
        value = whole_if_whole(value)
    if attributes:
        attributes = {name: _settled(given) for name, given in attributes.items()}
    if at is region.at and value is region.value and attributes is region.attributes:
        return region
    return replace(region, at=at, value=value, attributes=attributes)


def _settled(value: Scalar) -> Scalar:
    return whole_if_whole(value) if type(value) is float else value


def _region_json(region: Region) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": region.id, "question": region.question, "kind": region.kind}
    if region.label is not None:
        shown["label"] = region.label
    if region.at is not None:
        shown["at"] = KIND_OF_PLACE[type(region.at)].as_json(region.at)
    if region.on:
        shown["on"] = dict(region.on)
    if region.value is not None:
        shown["value"] = region.value
    if region.attributes:
        shown["attributes"] = dict(region.attributes)
    if region.group is not None:
        shown["group"] = region.group
    if region.z:
        shown["z"] = region.z
    return shown
