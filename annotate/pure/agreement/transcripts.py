"""Transcripts: how many words or characters must change to make one text another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from annotate.pure.agreement.answers import Floats
from annotate.pure.agreement.results import (
    NO_OVERLAP,
    NO_WORDS,
    Agreement,
    measure_agreement,
    undefined_agreement,
)

Unit = Literal["word", "character"]
LONGEST = 4000
"""Words or characters that are compared at most; what comes after them is left out."""


class Edits(NamedTuple):
    """What lies between two texts: changes, and the units of both."""

    changes: int
    first: int
    second: int


def units_of(text: str, unit: Unit = "word") -> list[str]:
    """The words or characters that are compared: composed Unicode, one case, single blanks.

    Punctuation at the edge of a word does not make it another word; inside a word it does.

    Examples
    --------
    >>> units_of("  Hello, World! It's")
    ['hello', 'world', "it's"]
    """
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip().casefold()
    if unit == "character":
        return list(plain)[:LONGEST]
    words = (re.sub(r"^[^\w]+|[^\w]+$", "", word) for word in plain.split(" "))
    return [word for word in words if word][:LONGEST]


def edits_between(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """The fewest insertions, deletions and replacements that make one of the other.

    References
    ----------
    Levenshtein (1966); Wagner & Fischer (1974). One row at a time, each in numpy.

    Examples
    --------
    >>> edits_between("kitten", "sitting")
    3
    """
    if len(first) < len(second):
        first, second = second, first
    start = _alike_at_start(first, second)
    first, second = first[start:], second[start:]
    end = _alike_at_start(first[::-1], second[::-1])
    first, second = first[: len(first) - end], second[: len(second) - end]
    if not second:
        return len(first)
    codes = {unit: code for code, unit in enumerate(dict.fromkeys([*first, *second]))}
    other = np.array([codes[unit] for unit in second])
    steps = np.arange(len(second) + 1)
    row = steps.copy()
    for number, unit in enumerate(first, start=1):
        reached = np.empty_like(row)
        reached[0] = number
        np.minimum(row[1:] + 1, row[:-1] + (other != codes[unit]), out=reached[1:])
        # An insertion costs one step: the least of all places before, plus the way from there.
        row = np.minimum.accumulate(reached - steps) + steps
    return int(row[-1])


def _alike_at_start(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    pairs = enumerate(zip(first, second, strict=False))
    return next((n for n, (one, other) in pairs if one != other), min(len(first), len(second)))


def compare_texts(first: str, second: str, unit: Unit = "word") -> Edits:
    """The changes between two texts.

    Examples
    --------
    >>> compare_texts("the cat sat", "the cat sat down")
    Edits(changes=1, first=3, second=4)
    """
    here, there = units_of(first, unit), units_of(second, unit)
    return Edits(edits_between(here, there), len(here), len(there))


def error_rate(
    by_item: Iterable[Mapping[Hashable, str]], unit: Unit = "word", seed: int = 0
) -> Agreement:
    """Word or character error rate between people: changes over the length of what was written.

    Nobody's text is the true one, so every two texts are compared and their changes stand against
    the mean length of both; with one text of reference in place of another the rate would depend
    on who is called the reference.

    Parameters
    ----------
    by_item : iterable of mappings
        The texts of an item by annotator; items with one text do not count.

    Returns
    -------
    Agreement
        0 is the same text; above 1 where more must change than there is. Lower is better.
        Every pair of texts in an item weighs by its length, and an item with three texts as much
        as one with two of the same length. Undefined where nobody wrote anything.

    References
    ----------
    Morris, Maier & Green (2004), "From WER and RIL to MER and WIL", for the rate itself.

    Examples
    --------
    >>> error_rate([{"Ada": "the cat sat", "Bo": "the cat sits"}]).value
    0.3333333333333333
    """
    found = [item_edits(texts, unit) for texts in by_item if len(texts) > 1]
    n_answers = sum(n for _changes, _length, n in found)
    return rate_of(
        np.array([(changes, length) for changes, length, _n in found]).reshape(-1, 2),
        n_answers,
        seed,
    )


def item_edits(texts: Mapping[Hashable, str], unit: Unit) -> tuple[float, float, int]:
    """Mean changes and mean length over the pairs of an item's texts, and how many texts."""
    said = [units_of(text, unit) for text in texts.values()]
    pairs = [(one, other) for n, one in enumerate(said) for other in said[n + 1 :]]
    changes = sum(edits_between(*pair) for pair in pairs) / len(pairs)
    return changes, sum(len(one) for one in said) / len(said), len(said)


def rate_of(table: Floats, n_answers: int, seed: int = 0) -> Agreement:
    """The rate from the changes and the length of each item, shape (n_items, 2)."""
    if not len(table):
        return undefined_agreement(NO_OVERLAP)
    shown, times = np.unique(table, axis=0, return_counts=True)
    changes, lengths = shown.T

    def measure(weights: Floats) -> Floats:
        length = weights @ lengths
        return np.where(length > 0, weights @ changes / np.where(length > 0, length, 1), np.nan)

    return measure_agreement(measure, times.astype(float), n_answers, NO_WORDS, seed)
