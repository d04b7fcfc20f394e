"""The labels of a question: colours and keys picked, parents and other names checked."""

from __future__ import annotations

import re
from collections import Counter
from heapq import heapify, heappop, heappush

from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.schema_texts import patterns_of
from datasets.pure.schema_types import DIGITS, HOTKEYS, PALETTE, Label
from datasets.pure.schema_values import (
    Found,
    Raw,
    a_flag,
    a_key,
    a_list,
    a_text,
    all_different,
    an_object,
    known_keys,
    some_texts,
    spelled,
)

MAX_LABELS = 20_000
MAX_DEPTH = 10
MAX_ALIASES = 20
MAX_EXAMPLES = 10

_DIGITS = tuple(DIGITS)
_COLOR = re.compile(r"#[0-9a-f]{6}")
_KEYS = (
    *("key", "name", "color", "hotkey", "description", "parent", "aliases", "examples"),
    "retired",
)


def read_labels(
    raw: Raw, question_at: str, found: Found, *, with_patterns: bool = False
) -> tuple[Label, ...]:
    """The labels of a question; none where they come from the item."""
    at = f"{question_at}/labels"
    if "labels_from" in raw:
        if "labels" in raw:
            sentence = gettext_noop("Give labels, or labels_from, not both.")
            found.add(at, "labels-twice", sentence)
        return ()
    listed = a_list(raw.get("labels"), at, (1, MAX_LABELS), found)
    objects = []
    for index, one in enumerate(listed):
        label = an_object(one, f"{at}/{index}", found)
        if label is not None:
            objects.append((f"{at}/{index}", label))
    colors = _pick_colors([spelled(label, "color", _COLOR) for _, label in objects])
    hotkeys = pick_hotkeys([label for _, label in objects])
    labels = [
        _read_label(label, place, (color, hotkey), found, with_patterns=with_patterns)
        for (place, label), color, hotkey in zip(objects, colors, hotkeys, strict=True)
    ]
    all_different(listed, at, "key", found)
    all_different(listed, at, "hotkey", found)
    if labels and all(label.retired for label in labels):
        found.add(at, "all-retired", gettext_noop("At least one label must not be retired."))
    _check_parents(labels, at, found)
    _check_aliases(labels, at, found)
    return tuple(labels)


def _read_label(
    raw: Raw, at: str, look: tuple[str, str | None], found: Found, *, with_patterns: bool
) -> Label:
    _check_label(raw, at, (*_KEYS, "patterns") if with_patterns else _KEYS, found)
    key = a_key(raw, at, found)
    return Label(
        key=key,
        name=a_text(raw, "name", at, 200, found) or key,
        color=look[0],
        hotkey=look[1],
        description=a_text(raw, "description", at, 1000, found),
        retired=a_flag(raw, "retired", at, False, found),
        parent=raw.get("parent"),
        aliases=some_texts(raw, "aliases", at, (MAX_ALIASES, 200), found),
        examples=some_texts(raw, "examples", at, (MAX_EXAMPLES, 500), found),
        patterns=patterns_of(raw, at, found) if with_patterns else (),
    )


def _check_parents(labels: list[Label], at: str, found: Found) -> None:
    """Find a problem for every parent that is unknown, leads in a circle or lies too deep."""
    if all(label.parent is None for label in labels):
        return
    parents = {label.key: label.parent for label in labels}
    depths: dict[str, int] = {}
    for index, label in enumerate(labels):
        place, parent = f"{at}/{index}/parent", label.parent
        if parent is None:
            continue
        if type(parent) is not str or parent not in parents:
            sentence = gettext_noop("There is no label %(parent)s in this question.")
            found.add(place, "unknown-parent", sentence, parent=shorten(parent))
            continue
        depth = _depth(label.key, parents, depths)
        if depth is None:
            sentence = gettext_noop("The parents of %(key)s lead back to itself.")
            found.add(place, "parent-circle", sentence, key=label.key)
        elif depth > MAX_DEPTH:
            sentence = gettext_noop("%(key)s lies %(depth)d levels deep; at most %(most)d fit.")
            found.add(place, "too-deep", sentence, key=label.key, depth=depth, most=MAX_DEPTH)


def _depth(key: str, parents: dict[str, str | None], depths: dict[str, int]) -> int | None:
    """How deep a label lies, 1 at the top; None where its parents lead in a circle."""
    path: list[str] = []
    on_path: set[str] = set()
    here: str | None = key
    while type(here) is str and here in parents and here not in depths:
        if here in on_path:
            return None
        path.append(here)
        on_path.add(here)
        here = parents[here]
    depth = depths.get(here, 0) if type(here) is str else 0
    for one in reversed(path):
        depth += 1
        depths[one] = depth
    return depth


def _check_aliases(labels: list[Label], at: str, found: Found) -> None:
    """Find a problem for every other name that could mean two labels."""
    if not any(label.aliases for label in labels):
        return
    known = {
        spelling.casefold(): label.key for label in labels for spelling in (label.key, label.name)
    }
    for index, label in enumerate(labels):
        for place, alias in enumerate(label.aliases):
            owner = known.setdefault(alias.casefold(), label.key)
            if owner != label.key:
                sentence = gettext_noop("%(alias)s already means the label %(key)s.")
                values = {"alias": shorten(alias), "key": owner}
                found.add(f"{at}/{index}/aliases/{place}", "duplicate", sentence, **values)


def _check_label(raw: Raw, at: str, known: tuple[str, ...], found: Found) -> None:
    known_keys(raw, known, at, found)
    if "color" in raw and spelled(raw, "color", _COLOR) is None:
        sentence = gettext_noop("A colour is # and six hexadecimal digits, such as #2f74d0.")
        found.add(f"{at}/color", "bad-color", sentence)
    if "hotkey" in raw and not _is_hotkey(raw["hotkey"]):
        sentence = gettext_noop("A key is one character that can be typed, not a space.")
        found.add(f"{at}/hotkey", "bad-hotkey", sentence)


def _is_hotkey(value: object) -> bool:
    return type(value) is str and len(value) == 1 and value.isprintable() and value != " "


def _pick_colors(given: list[str | None]) -> list[str]:
    """Given colours stay; each other label gets the palette's first colour used least so far."""
    used = Counter(color for color in given if color)
    free = [(used[color], place) for place, color in enumerate(PALETTE)]
    heapify(free)
    picked = []
    for color in given:
        if color is None:
            count, place = heappop(free)
            heappush(free, (count + 1, place))
            color = PALETTE[place]
        picked.append(color)
    return picked


def pick_hotkeys(labels: list[Raw]) -> list[str | None]:
    """Given keys stay; a label that is a digit has its own, others the next free digit, if any.

    Where the label 0 had the key 1, half of all digits would be typed wrong.
    """
    given = [label.get("hotkey") for label in labels]
    for place, label in enumerate(labels):
        own = label.get("name") or label.get("key")
        is_free = given[place] is None and label.get("retired") is not True
        if is_free and own in _DIGITS and own not in given:
            given[place] = own
    free = iter([key for key in HOTKEYS if key not in given])
    picked: list[str | None] = []
    for label, hotkey in zip(labels, given, strict=True):
        if hotkey is None and label.get("retired") is not True:
            hotkey = next(free, None)
        picked.append(hotkey if type(hotkey) is str else None)
    return picked
