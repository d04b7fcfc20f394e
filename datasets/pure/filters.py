"""The filter language of item lists: text that people type and share, and its syntax tree.

``label:spam annotator:Ada agreement<0.6 -split:test "free text" metadata.lang:en`` finds the
items for which all of that holds. Only the names in `FIELDS` exist; what they mean in SQL is
decided in `queries/items.py` and nowhere else.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Literal, NamedTuple

from datasets.pure.problems import Problem, ProblemsError, gettext_noop, shorten
from datasets.pure.text_rules import check_text

MAX_LENGTH = 2000
MAX_TERMS = 50

Op = Literal["=", "contains", "<", "<=", ">", ">="]
Kind = Literal["name", "number", "words", "choice", "day"]


class FilterError(ProblemsError):
    """The text is no filter; each problem has the `column` it starts at, from 1."""


class Field(NamedTuple):
    """What may stand before the colon.

    Attributes
    ----------
    kind : str
        ``name`` is equal to a text, ``words`` contains it, ``number`` and ``day`` (YYYY-MM-DD)
        are compared, ``choice`` is one of `choices`.
    help : str
        One line for the help sheet.
    """

    kind: Kind
    help: str
    choices: tuple[str, ...] = ()


FIELDS: dict[str, Field] = {
    "label": Field("name", gettext_noop("key of a label in the truth or in any annotation")),
    "truth": Field("name", gettext_noop("key of a label in the truth")),
    "annotator": Field("name", gettext_noop("name of somebody who annotated the item")),
    "question": Field("name", gettext_noop("name of a question that was answered")),
    "key": Field("name", gettext_noop("the item's own key")),
    "source": Field("name", gettext_noop("where the item came from")),
    "agreement": Field("number", gettext_noop("how alike its annotations are, 0 to 1")),
    "annotations": Field("number", gettext_noop("how many annotations it has")),
    "split": Field(
        "choice",
        gettext_noop("split in the newest version"),
        ("train", "validation", "test", "none"),
    ),
    "type": Field(
        "choice",
        gettext_noop("data type"),
        ("text", "image", "audio", "video", "series", "conversation", "table"),
    ),
    "text": Field("words", gettext_noop("words in its text")),
    "has": Field(
        "choice",
        gettext_noop("what is there"),
        ("truth", "annotations", "suggestions", "metadata"),
    ),
    "is": Field(
        "choice",
        gettext_noop("what it is"),
        ("archived", "duplicate", "gold", "disputed", "broken"),
    ),
    "breaks": Field("name", gettext_noop("a check of rules, or any, error or warning")),
    "created": Field("day", gettext_noop("day it came in, YYYY-MM-DD")),
    "answered": Field("day", gettext_noop("day of its last answer, YYYY-MM-DD")),
}
METADATA = "metadata"
_ENTRY = Field("name", gettext_noop("an entry of the item's metadata"))


@dataclass(frozen=True, slots=True)
class Term:
    """One condition.

    Attributes
    ----------
    field : str
        A name of `FIELDS`, or ``metadata.`` and the name of an entry.
    op : str
        ``=``, ``contains``, ``<``, ``<=``, ``>`` or ``>=``.
    value : str or float
        A number for fields of kind ``number``; text otherwise.
    """

    field: str
    op: Op
    value: str | float


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    part: Term


@dataclass(frozen=True, slots=True)
class And:
    """All conditions hold; without any, every item is found."""

    parts: tuple[Term | Not, ...] = ()


_SPACE = re.compile(r"\s*")
_FIELD = re.compile(r"([A-Za-z_][\w.\-]*)(<=|>=|<|>|=|:)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"(?=\s|$)', re.DOTALL)
_BARE = re.compile(r'[^\s"]+(?=\s|$)')
_PLAIN = re.compile(r"[^\s\"\-:<>=][^\s\":<>=]*")


def parse_filter(text: str) -> And:
    """The syntax tree of a filter.

    Parameters
    ----------
    text : str
        Conditions with spaces between; empty finds everything. ``-`` before a condition turns it
        round; words without a field are looked for in the text; quotes hold spaces.

    Raises
    ------
    FilterError
        With every condition that cannot be read: its column, and what to write instead.

    Examples
    --------
    >>> for part in parse_filter("label:spam -agreement>=0.6").parts:
    ...     print(part)
    Term(field='label', op='=', value='spam')
    Not(part=Term(field='agreement', op='>=', value=0.6))
    """
    if len(text) > MAX_LENGTH:
        sentence = gettext_noop("A filter may have at most %(limit)d characters.")
        raise FilterError([Problem("", "too-long", sentence, {"limit": MAX_LENGTH}, 1, 1)])
    trouble = check_text(text)
    if trouble is not None:
        sentence = gettext_noop("This character cannot be looked for.")
        raise FilterError([Problem("", trouble.code, sentence, {}, 1, trouble.place + 1)])
    problems: list[Problem] = []
    parts: list[Term | Not] = []
    place = _skip_space(text, 0)
    while place < len(text):
        part, place = _read_part(text, place, problems)
        parts += [part] if part is not None else []
        place = _skip_space(text, place)
    if len(parts) > MAX_TERMS:
        sentence = gettext_noop("A filter may have at most %(limit)d conditions.")
        problems.append(Problem("", "too-many", sentence, {"limit": MAX_TERMS}, 1, 1))
    if problems:
        raise FilterError(problems)
    return And(tuple(parts))


def format_filter(tree: And) -> str:
    """The filter as text; `parse_filter` gives an equal tree back.

    Examples
    --------
    >>> format_filter(And((Term("label", "=", "spam"), Not(Term("text", "contains", "two words")))))
    'label:spam -text:"two words"'
    """
    return " ".join(_part_text(part) for part in tree.parts)


def find_field(name: str) -> Field | None:
    """What a field name stands for; entries of the metadata are ``metadata.`` and their name.

    Examples
    --------
    >>> find_field("metadata.lang").kind, find_field("smell")
    ('name', None)
    """
    if name.startswith(f"{METADATA}.") and len(name) > len(METADATA) + 1:
        return _ENTRY
    return FIELDS.get(name)


class _Place(NamedTuple):
    """Where a condition starts, and the problems found so far."""

    start: int
    problems: list[Problem]

    def refuse(self, code: str, sentence: str, **values: object) -> None:
        self.problems.append(Problem("", code, sentence, values, 1, self.start + 1))


def _skip_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _read_part(text: str, start: int, problems: list[Problem]) -> tuple[Term | Not | None, int]:
    """One condition, or None with a problem found, and the place after it."""
    negative = text[start] == "-"
    place = start + negative
    found = _FIELD.match(text, place)
    name, op = (found.group(1), found.group(2)) if found else ("text", ":")
    prefix, dot, entry = name.partition(".")
    name = prefix.lower() + dot + entry  # entries of the metadata keep their case
    value, after = _read_value(text, found.end() if found else place, problems)
    if not value:
        return None, after
    term = _make_term(name, op, value, _Place(start + negative, problems))
    return (Not(term) if negative and term is not None else term), after


def _read_value(text: str, place: int, problems: list[Problem]) -> tuple[str, int]:
    """The value at `place`, empty with a problem found, and the place after it."""
    quoted = _QUOTED.match(text, place)
    bare = _BARE.match(text, place)
    value, after = "", place
    if quoted:
        value, after = re.sub(r"\\(.)", r"\1", quoted.group(1), flags=re.DOTALL), quoted.end()
    elif bare:
        value, after = bare.group(), bare.end()
    elif place < len(text) and not text[place].isspace():
        sentence = gettext_noop('Quotes must stand around the whole value: "like this".')
        problems.append(Problem("", "bad-quotes", sentence, {}, 1, place + 1))
        return "", len(text)
    if not value:
        sentence = gettext_noop("A value is missing here.")
        problems.append(Problem("", "missing-value", sentence, {}, 1, place + 1))
    return value, after


def _make_term(name: str, op: str, value: str, place: _Place) -> Term | None:
    field = find_field(name)
    if field is None:
        _refuse_field(name, place)
        return None
    compares = op not in (":", "=")
    if compares and field.kind not in ("number", "day") and field is not _ENTRY:
        sentence = gettext_noop("%(name)s takes a colon, not %(op)s.")
        place.refuse("bad-operator", sentence, name=name, op=op)
        return None
    known_op = _known_op(op, field)
    if field.kind == "number" or (field is _ENTRY and compares):
        return _number_term(name, known_op, value, place)
    if field.kind == "day" and not _is_day(value):
        sentence = gettext_noop("%(name)s takes a day such as 2026-11-24.")
        place.refuse("bad-day", sentence, name=name)
        return None
    if field.choices and value not in field.choices:
        sentence = gettext_noop("%(name)s is one of: %(choices)s.")
        place.refuse("unknown-value", sentence, name=name, choices=", ".join(field.choices))
        return None
    return Term(name, known_op, value)


def _known_op(op: str, field: Field) -> Op:
    for known in ("<", "<=", ">", ">="):
        if op == known:
            return known
    return "contains" if field.kind == "words" else "="


def _refuse_field(name: str, place: _Place) -> None:
    names = [*FIELDS, f"{METADATA}.name"]
    near = get_close_matches(name, names, 1)
    if near:
        sentence = gettext_noop(
            "%(name)s is not a field. Did you mean %(near)s? Quotes look for it as text."
        )
        place.refuse("unknown-field", sentence, name=shorten(name), near=near[0])
        return
    sentence = gettext_noop(
        "%(name)s is not a field; known are %(known)s. Quotes look for it as text."
    )
    place.refuse("unknown-field", sentence, name=shorten(name), known=", ".join(names))


def _number_term(name: str, op: Op, value: str, place: _Place) -> Term | None:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return Term(name, op, number)
    sentence = gettext_noop("%(name)s is compared with a number, not with %(value)s.")
    place.refuse("bad-number", sentence, name=name, value=shorten(value))
    return None


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _part_text(part: Term | Not) -> str:
    if isinstance(part, Not):
        return f"-{_part_text(part.part)}"
    op = ":" if part.op in ("=", "contains") else part.op
    if isinstance(part.value, float):
        short = f"{part.value:g}"
        return f"{part.field}{op}{short if float(short) == part.value else repr(part.value)}"
    if _PLAIN.fullmatch(part.value):
        return f"{part.field}{op}{part.value}"
    escaped = re.sub(r'(["\\])', r"\\\1", part.value)
    return f'{part.field}{op}"{escaped}"'
