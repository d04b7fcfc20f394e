"""The plain types a regions document is made of. Import them from `datasets.pure.regions`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from datasets.pure.problems import ProblemsError

FORMAT = 1
MAX_BYTES = 1_000_000
QUESTION_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
LABEL_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")
REGION_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")

Scalar = str | int | float | bool


class RegionsError(ProblemsError):
    """The document is no regions document; `problems` says where and why."""


class Box(NamedTuple):
    """A rectangle in pixels: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float


class Span(NamedTuple):
    """A stretch of text in code points, end exclusive, and what it leaves out between them."""

    start: int
    end: int
    gaps: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """One statement about an item, or about a place in it.

    Attributes
    ----------
    id : str
        Names the region within its document only; hashes ignore it.
    question : str
        Name of the question of the schema that this answers.
    kind : str
        ``item`` (the whole item) or a name of `region_kinds`.
    label : str or None
        Key of a label, where the question asks for one.
    at : NamedTuple or None
        The place, of the type that the kind names; None for ``item``.
    value : number, str or None
        Where the question asks for a number or text, or for what is written in a place.
    attributes : mapping or None
        Answers to the question's attributes, by name.
    on : mapping or None
        ``asset``, ``field``, ``turn`` or ``channel`` that the region stands in; None for the item
        itself.
    group : int or None
        Regions of one question with the same number belong together.
    z : int or None
        Higher ones lie over lower ones; None is 0.
    """

    id: str
    question: str
    kind: str
    label: str | None = None
    at: Any = None
    value: Scalar | None = None
    attributes: Mapping[str, Scalar] | None = None
    on: Mapping[str, str] | None = None
    group: int | None = None
    z: int | None = None


@dataclass(frozen=True, slots=True)
class RegionsDocument:
    """All regions of one answer, in the order they were given."""

    regions: tuple[Region, ...] = ()


def whole_if_whole(value: float) -> float:
    """`value` as `int` where it is a whole number, so that JSON shows no ``.0``.

    Examples
    --------
    >>> whole_if_whole(3.0), whole_if_whole(3.5)
    (3, 3.5)
    """
    return int(value) if type(value) is float and value.is_integer() else value
