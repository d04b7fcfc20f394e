"""Labels that come from the item itself: a list in its row or metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datasets.pure.problems import Problem, gettext_noop, shorten
from datasets.pure.region_types import LABEL_KEY
from datasets.pure.schema_labels import MAX_LABELS, pick_hotkeys
from datasets.pure.schema_types import PALETTE, ItemFacts, Label, Question

SEPARATOR = "|"
"""Between the labels of a text, since a cell of a table holds no list."""


class ItemLabelsError(ValueError):
    """The item has no such list; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.detail)


def item_labels(question: Question, facts: ItemFacts) -> tuple[Label, ...]:
    """The labels that an item offers for a question with `labels_from`.

    Its field holds a list of texts or of ``{"key": ..., "name": ...}``, or a text with ``|``
    between the labels. A text that cannot be a key gets one made of its letters.

    Raises
    ------
    ItemLabelsError
        The field is missing, empty, or holds something else.

    Examples
    --------
    >>> question = Question("best", "Best", "choice", True, labels_from="answers")
    >>> facts = ItemFacts("text", text="", fields={"answers": ["New York", "Rome", "new  york"]})
    >>> [(label.key, label.name) for label in item_labels(question, facts)]
    [('New_York', 'New York'), ('Rome', 'Rome'), ('new_york', 'new  york')]
    """
    given = facts.fields.get(question.labels_from)
    if type(given) is str:
        given = [part.strip() for part in given.split(SEPARATOR) if part.strip()]
    if type(given) is not list or not 1 <= len(given) <= MAX_LABELS:
        sentence = gettext_noop("This item has no list of labels in “%(field)s”.")
        raise _error(question, "no-item-labels", sentence)
    named = list(_named(question, given))
    hotkeys = pick_hotkeys([{"key": key, "name": name} for key, name in named])
    return tuple(
        Label(key, name, PALETTE[place % len(PALETTE)], hotkey)
        for place, ((key, name), hotkey) in enumerate(zip(named, hotkeys, strict=True))
    )


def _named(question: Question, given: list[object]) -> Iterator[tuple[str, str]]:
    taken: set[str] = set()
    for place, one in enumerate(given):
        if type(one) is dict:
            key, name = one.get("key"), one.get("name", one.get("key"))
        else:
            key, name = None, str(one) if type(one) in (str, int, float) else None
        if type(name) is not str or not name or (key is not None and not _is_key(key)):
            sentence = gettext_noop(
                "Entry %(place)d of “%(field)s” is neither a text nor an object with a key."
            )
            raise _error(question, "bad-item-label", sentence, place=place + 1)
        key = key if type(key) is str else _key_from(name, taken)
        if key in taken:
            sentence = gettext_noop("“%(field)s” of this item has the key %(key)s twice.")
            raise _error(question, "bad-item-label", sentence, key=shorten(key))
        taken.add(key)
        yield key, name[:200]


def _is_key(key: object) -> bool:
    return type(key) is str and LABEL_KEY.fullmatch(key) is not None


def _key_from(name: str, taken: set[str]) -> str:
    base = re.sub(r"[^A-Za-z0-9_.\-]+", "_", name.strip()).strip("_.-")[:60] or "label"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key


def _error(question: Question, code: str, sentence: str, **values: object) -> ItemLabelsError:
    values = {"field": question.labels_from, **values}
    return ItemLabelsError(Problem(f"questions/{question.name}", code, sentence, values))
