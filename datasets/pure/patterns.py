"""Phrases and small patterns that are found in texts, in time that grows with the text alone.

A pattern is a phrase. Blanks in it match any run of blanks; ``{digits}``, ``{letters}`` and
``{word}`` match as many as there are, ``{4 digits}`` exactly four, ``{2-4 letters}`` two to four.
``{{`` and ``}}`` are braces. Nothing is ever tried twice, so no pattern can take for ever:
`static/workbench/src/core/patterns.ts` reads them alike, and `tests/vectors/patterns.json` holds
both to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import regex

from datasets.pure.problems import gettext_noop

MOST = 1000
CLASSES = {"digits": r"\p{Nd}", "letters": r"[\p{L}\p{M}]", "word": r"[\p{L}\p{M}\p{N}_]"}
BLANKS = "[\t-\r \u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
_PIECE = regex.compile(rf"\{{\{{|\}}\}}|\{{([^{{}}]*)\}}|[{{}}]|{BLANKS}+|(?:(?!{BLANKS})[^{{}}])+")
_FILLER = regex.compile(r"(?:(\d{1,4})(?:-(\d{1,4}))? )?(digits|letters|word)")
# Scripts that are written without blanks: a hit may end inside a run of them.
_WORD = regex.compile(CLASSES["word"])
_UNSPACED = regex.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)


class PatternError(ValueError):
    """The pattern cannot be used; `template` and `values` say why."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template % values)
        self.template, self.values = template, values


class Hit(NamedTuple):
    """A place where a pattern was found, in code points, end exclusive."""

    label: str
    start: int
    end: int


def parse_pattern(pattern: str, *, match_case: bool = False) -> Any:
    """The pattern as something that searches.

    Raises
    ------
    PatternError
        It is empty, has a brace that means nothing, or two fillers in a row that would take the
        same characters.

    Examples
    --------
    >>> [hit.group() for hit in parse_pattern("order {4 digits}").finditer("Order  1234, order 5")]
    ['Order  1234']
    """
    pieces: list[str] = []
    filler_before = False
    for piece in _PIECE.finditer(pattern.strip()):
        text, inner = piece.group(), piece.group(1)
        if inner is not None:
            if filler_before:
                raise PatternError(gettext_noop("Write something between two { } of a pattern."))
            pieces.append(_filler(inner))
        elif text in ("{", "}"):
            raise PatternError(gettext_noop("Write {{ and }} for braces in a pattern."))
        elif not text.strip():
            pieces.append(f"{BLANKS}++")
        else:
            pieces.append(regex.escape(text[0] if text in ("{{", "}}") else text))
        filler_before = inner is not None
    if not pieces:
        raise PatternError(gettext_noop("A pattern is not empty."))
    flags = regex.V0 if match_case else regex.V0 | regex.IGNORECASE
    return regex.compile("".join(pieces), flags)


def _filler(inner: str) -> str:
    found = _FILLER.fullmatch(inner)
    if found is None:
        sentence = gettext_noop(
            "{%(filler)s} is not known. "
            "Use {digits}, {letters}, {word}, {4 digits} or {2-4 digits}."
        )
        raise PatternError(sentence, filler=inner[:40])
    low, high, name = found.groups()
    least = int(low) if low else 1
    most = int(high) if high else (least if low else MOST)
    if not 1 <= least <= most <= MOST:
        sentence = gettext_noop("{%(filler)s} is no range from 1 to %(most)d.")
        raise PatternError(sentence, filler=inner[:40], most=MOST)
    return f"{CLASSES[name]}{{{least},{most}}}+"


def find_all(
    text: str, patterns: Iterable[tuple[str, str]], *, match_case: bool = False
) -> Iterator[Hit]:
    """Every whole-word hit of some patterns, given as label and pattern, label by label.

    Of hits under one label that lie within each other, the longest counts.

    Examples
    --------
    >>> list(find_all("Ada met Adam.", [("person", "Ada"), ("person", "Ada met")]))
    [Hit(label='person', start=0, end=7)]
    """
    by_label: dict[str, set[tuple[int, int]]] = {}
    for label, pattern in patterns:
        places = by_label.setdefault(label, set())
        for found in parse_pattern(pattern, match_case=match_case).finditer(text):
            if _is_whole(text, *found.span()):
                places.add(found.span())
    for label, places in by_label.items():
        reach = 0
        for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
            if end > reach:
                yield Hit(label, start, end)
                reach = end


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word goes on beyond either end."""
    return not (
        (start > 0 and _joined(text[start - 1], text[start]))
        or (end < len(text) and _joined(text[end - 1], text[end]))
    )


def _joined(left: str, right: str) -> bool:
    """Whether two neighbours are parts of one word."""
    if _UNSPACED.match(left) or _UNSPACED.match(right):
        return False
    return _WORD.match(left) is not None and _WORD.match(right) is not None
