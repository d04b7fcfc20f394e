"""What a model's suggestions make of the answers that items have: boxes, spans and numbers.

Each function scores one item from 0 (look here first) to 1 and says which places are doubted. The
model must not have learned from the answers: else it repeats them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from annotate.pure.label_errors_kinds import (
    HIGH,
    Given,
    Predicted,
    doubt_boxes,
    doubt_tokens,
)
from datasets.pure.geometry import box_iou
from datasets.pure.region_types import Box

Region = Mapping[str, Any]

WORDS = re.compile(r"\w+|[^\w\s]")
DOUBTED = 0.5
"""A place whose score is below this is named; the worst place of an item always is."""
TIES = 0.01
"""How much all boxes together weigh beside the worst one of which the model is sure."""
SAME_BOX = 0.75
"""Boxes that overlap by this much are the same when it is asked whether an answer was changed."""


class Place(NamedTuple):
    """One doubted place of an item.

    Attributes
    ----------
    error : str
        ``overlooked``, ``located``, ``swapped`` for boxes; ``missing``, ``extra``, ``swapped`` for
        spans; ``number``.
    score : float
        0 to 1; lower speaks more for an error.
    given, said : int
        Which region of the answer and of the suggestion this is about, -1 for none.
    """

    error: str
    score: float
    given: int = -1
    said: int = -1


class ItemDoubt(NamedTuple):
    """The score of an item, and its doubted places, worst first."""

    score: float
    places: list[Place]


def doubts_of_boxes(
    given: Sequence[Region], said: Sequence[Region], confidences: Sequence[float]
) -> ItemDoubt:
    """Score the boxes of an image against those that a model found.

    An image is as doubtful as its worst box of which the model is sure, overlooked or of another
    label. That no prediction lies quite where a box is counts only among equals: a box that the
    model missed looks the same, and one missed in twenty would hide the errors.

    Examples
    --------
    >>> cell = {"label": "cell", "at": {"x": 0, "y": 0, "w": 9, "h": 9}}
    >>> doubts_of_boxes([cell], [cell | {"label": "seed"}], [0.99]).places[0].error
    'swapped'
    """
    truth = [Given(one.get("label"), _box(one)) for one in given]
    found = [
        Predicted(one.get("label"), _box(one), sure)
        for one, sure in zip(said, confidences, strict=True)
    ]
    told = doubt_boxes(truth, found)
    places = [
        Place("overlooked", float(score), said=number)
        for number, score in zip(_sure(found), told.overlooked, strict=True)
    ]
    places += [Place("located", float(one), at) for at, one in enumerate(told.badly_located)]
    others = _other_label(truth, found)
    places += [Place("swapped", float(one), at, others[at]) for at, one in enumerate(told.swapped)]
    surest = min((one.score for one in places if one.error != "located"), default=1.0)
    return ItemDoubt((1 - TIES) * surest + TIES * told.overall, _worst(places))


def _sure(found: Sequence[Predicted]) -> list[int]:
    """Which predictions `doubt_boxes` scores as overlooked, in its order."""
    return [number for number, one in enumerate(found) if one.confidence >= HIGH]


def _other_label(truth: Sequence[Given], found: Sequence[Predicted]) -> list[int]:
    """For each given box the sure prediction of another label that overlaps it most, or -1."""
    usable = _sure(found)
    if not truth or not usable:
        return [-1] * len(truth)
    corners = np.array([one.at for one in truth]), np.array([found[at].at for at in usable])
    shared = np.asarray(box_iou(corners[0].astype(float), corners[1].astype(float)))
    other = [[one.label != found[at].label for at in usable] for one in truth]
    shared = np.where(np.array(other), shared, 0.0)
    return [usable[int(row.argmax())] if row.max() > 0 else -1 for row in shared]


@dataclass
class Silence:
    """How often a model says nothing about a word that people marked, by label.

    One and one are added, so that a label met once is neither never nor always overlooked.
    """

    marked: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)

    def add(self, text: str, given: Sequence[Region], said: Sequence[Region]) -> None:
        """Count the words of one text."""
        words = _words(text)
        covered = {at for one in said for at in _covers(words, one)}
        for one in given:
            label = str(one.get("label"))
            inside = _covers(words, one)
            self.marked[label] += len(inside)
            self.silent[label] += sum(at not in covered for at in inside)

    def share(self, label: str) -> float:
        """The share of words under a label that the model is silent about, above 0 and below 1."""
        return (self.silent[label] + 1) / (self.marked[label] + 2)


def doubts_of_spans(
    text: str,
    given: Sequence[Region],
    said: Sequence[Region],
    confidences: Sequence[float],
    labels: Sequence[str],
    silence: Silence,
) -> ItemDoubt:
    """Score the spans of a text word by word against those that a model found.

    A word that the model marked has its label with the confidence of the span, and every other
    label, and none, with an equal share of the rest. At a word that it did not mark it has said
    "none": a label that people gave there has the share of its words that the model overlooks.

    Examples
    --------
    >>> span = {"label": "person", "at": {"start": 0, "end": 3}}
    >>> said = [span | {"label": "place"}]
    >>> doubts_of_spans("Ada sat", [span], said, [0.9], ["person", "place"], Silence()).places
    [Place(error='swapped', score=0.05, given=0, said=0)]
    """
    words = _words(text)
    # labels of an older revision too
    labels = list(dict.fromkeys([*labels, *(str(one["label"]) for one in (*given, *said))]))
    number = {label: code for code, label in enumerate(labels)}
    none = len(labels)
    table = np.zeros((len(words), none + 1))
    table[:, :none] = [silence.share(label) for label in labels]
    table[:, none] = 1.0
    told, marked = np.full(len(words), -1), np.full(len(words), -1)
    order = sorted(range(len(said)), key=lambda at: confidences[at])  # the surest has the last word
    for at in order:
        row = np.full(none + 1, (1 - confidences[at]) / none)
        row[number[said[at]["label"]]] = confidences[at]
        inside = _covers(words, said[at])
        table[inside], told[inside] = row, at
    codes = np.full(len(words), none)
    for at, one in enumerate(given):
        inside = _covers(words, one)
        codes[inside], marked[inside] = number[one["label"]], at
    score = float(doubt_tokens([codes], [table]).scores[0])
    own = table[np.arange(len(words)), codes]
    return ItemDoubt(score, _worst(_spans_of(own, codes == none, marked, told)))


def _spans_of(own: Any, is_free: Any, marked: Any, told: Any) -> list[Place]:
    """Return one place for each span, or pair of spans, that words are doubted in."""
    worst: dict[tuple[int, int], Place] = {}
    for at, score in enumerate(own.tolist()):
        pair = int(marked[at]), int(told[at])
        if pair == (-1, -1) or (pair in worst and worst[pair].score <= score):
            continue
        error = "missing" if is_free[at] else "extra" if pair[1] < 0 else "swapped"
        worst[pair] = Place(error, round(score, 6), *pair)
    return list(worst.values())


def numbers_of(given: Sequence[Region], said: Sequence[Region]) -> tuple[float, float] | None:
    """Return the number that an item has and the one that a model says; None without both.

    Examples
    --------
    >>> numbers_of([{"value": 3}], [{"value": 2.5}])
    (3.0, 2.5)
    """
    pair = [one[0].get("value") if one else None for one in (given, said)]
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in pair):
        return None
    mine, theirs = float(pair[0]), float(pair[1])  # type: ignore[arg-type]
    return (mine, theirs) if math.isfinite(mine) and math.isfinite(theirs) else None


def says_the_same(kind: str, before: Sequence[Region], after: Sequence[Region]) -> bool:
    """Tell whether an answer that was given anew says what it said before.

    Boxes are the same where each has one of its label that overlaps by three quarters: nobody
    draws the same pixels twice. Spans and numbers are compared to the letter.

    Examples
    --------
    >>> says_the_same("number", [{"value": 3}], [{"value": 4}])
    False
    """
    if kind != "boxes":
        return _plain(before) == _plain(after)
    if len(before) != len(after):
        return False
    if not before:
        return True
    a = np.array([_box(one) for one in before], dtype=float)
    b = np.array([_box(one) for one in after], dtype=float)
    labels = np.array([[x.get("label") == y.get("label") for y in after] for x in before])
    near = (np.asarray(box_iou(a, b)) >= SAME_BOX) & labels
    return bool(near.any(axis=1).all() and near.any(axis=0).all())


def _plain(regions: Sequence[Region]) -> list[str]:
    keys = ("label", "value", "at")
    return sorted(repr([one.get(key) for key in keys]) for one in regions)


def _worst(places: list[Place]) -> list[Place]:
    """Return the worst place, and all others that are doubted, worst first."""
    ranked = sorted(places, key=lambda one: (one.score, one.error, one.given, one.said))
    return [one for at, one in enumerate(ranked) if one.score < DOUBTED or at == 0]


def _box(region: Region) -> Box:
    at = region["at"]
    return Box(at["x"], at["y"], at["w"], at["h"])


def _words(text: str) -> Any:
    return np.array([one.span() for one in WORDS.finditer(text)], dtype=int).reshape(-1, 2)


def _covers(words: Any, region: Region) -> Any:
    """Return which words a span touches, without those in its gaps."""
    at = region["at"]
    inside = (words[:, 0] < at["end"]) & (words[:, 1] > at["start"])
    for start, end in at.get("gaps", ()):
        inside &= ~((words[:, 0] >= start) & (words[:, 1] <= end))
    return np.flatnonzero(inside)
