"""Changes of labels that answers already say: rename, merge, split, retire; and the way back.

An operation changes a definition; a merge also says which label takes the place of another in
documents. Nothing is ever removed: a label that goes is retired, so that old answers stay readable.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from datasets.pure.problems import Problem, ProblemsError, gettext_noop, shorten
from datasets.pure.schema_rules import LABELLED_TYPES

Json = dict[str, Any]
Replaced = dict[tuple[str, str], str]
"""The label that takes the place of another, by question and label."""

MAX_OPERATIONS = 200
_KEYS = {
    "rename": ("label", "name"),
    "merge": ("labels", "into"),
    "split": ("label", "into", "answers"),
    "retire": ("label",),
}


class OperationsError(ProblemsError):
    """The operations do not fit the definition; `problems` says where and why."""


class Planned(NamedTuple):
    """What operations come to."""

    definition: Json
    """Not checked yet: new labels stand in it as they were given."""
    replaced: Replaced
    """What merges do to documents; chains are followed to their end."""
    touched: list[tuple[str, str]]
    """Question and label of everything an operation names, without repeats."""
    relabel: list[tuple[str, str]]
    """Split labels whose answers are to be given anew."""


def plan_operations(definition: Mapping[str, Any], operations: object) -> Planned:
    """What operations make of a definition with its defaults written out.

    Parameters
    ----------
    definition : mapping
        Of the present revision.
    operations : list of dict
        ``{"op": "rename", "question", "label", "name"}``, ``{"op": "merge", "question", "labels",
        "into"}`` where `into` is a key or a whole new label, ``{"op": "split", "question",
        "label", "into": [labels], "answers": "keep" or "relabel"}``, ``{"op": "retire",
        "question", "label"}``.

    Raises
    ------
    OperationsError
        With every place that is wrong.

    Examples
    --------
    >>> labels = [{"key": "a", "name": "A", "retired": False}, {"key": "b", "name": "B"}]
    >>> asked = {"questions": [{"name": "q", "type": "choice", "labels": labels}]}
    >>> merge = {"op": "merge", "question": "q", "labels": ["a"], "into": "b"}
    >>> planned = plan_operations(asked, [merge])
    >>> planned.replaced, planned.definition["questions"][0]["labels"][0]["retired"]
    ({('q', 'a'): 'b'}, True)
    """
    if type(operations) is not list or not 1 <= len(operations) <= MAX_OPERATIONS:
        sentence = gettext_noop("Give a list of 1 to %(most)d operations.")
        raise OperationsError(
            [Problem("operations", "bad-count", sentence, {"most": MAX_OPERATIONS})]
        )
    plan = _Plan(copy.deepcopy(dict(definition)))
    for index, operation in enumerate(operations):
        plan.take(operation, f"operations/{index}")
    if plan.problems:
        raise OperationsError(plan.problems)
    touched = list(dict.fromkeys(plan.touched))
    return Planned(plan.definition, plan.replaced, touched, plan.relabel)


def replace_labels(document: Json, replaced: Mapping[tuple[str, str], str]) -> Json | None:
    """The document with other labels in their place; None where it says none of them.

    An answer about the whole item that would then say a label twice says it once.

    Examples
    --------
    >>> def says(*labels):
    ...     return {"regions": [{"id": label, "question": "q", "kind": "item", "label": label}
    ...                         for label in labels]}
    >>> both = replace_labels(says("a", "b"), {("q", "a"): "b"})
    >>> [(region["id"], region["label"]) for region in both["regions"]]
    [('a', 'b')]
    >>> replace_labels(says("b"), {("q", "a"): "b"}) is None
    True
    """
    regions, seen, is_changed = [], set(), False
    for region in document["regions"]:
        said = (region["question"], region.get("label"))
        label = replaced.get(said) if said[1] is not None else None
        if label is not None:
            region, is_changed = {**region, "label": label}, True
        if region["kind"] == "item" and region.get("label") is not None:
            answer = (region["question"], region["label"])
            if answer in seen:
                continue
            seen.add(answer)
        regions.append(region)
    return {**document, "regions": regions} if is_changed else None


def undo_definition(before: Json, after: Json, present: Json) -> Json:
    """The present definition with what operations changed from `before` to `after` put back.

    Labels that were new are retired; what others changed since stays as it is. Conditions and
    rules go back where nobody touched them since.
    """
    back = copy.deepcopy(present)
    for question in back["questions"]:
        old, new = _question(before, question["name"]), _question(after, question["name"])
        if old is None or new is None:
            continue
        was, became = _by_key(old), _by_key(new)
        for place, label in enumerate(question.get("labels", [])):
            key = label["key"]
            if key in was and was[key] != became.get(key) and label == became.get(key):
                question["labels"][place] = copy.deepcopy(was[key])
            elif key in became and key not in was:
                _retire(label)
        if question.get("when") == new.get("when") != old.get("when"):
            question["when"] = copy.deepcopy(old["when"])
    if present.get("rules") == after.get("rules") != before.get("rules"):
        back["rules"] = copy.deepcopy(before["rules"])
    _free_hotkeys(back)
    return back


class _Plan:
    """A definition while operations change it."""

    def __init__(self, definition: Json) -> None:
        self.definition = definition
        self.replaced: Replaced = {}
        self.touched: list[tuple[str, str]] = []
        self.relabel: list[tuple[str, str]] = []
        self.problems: list[Problem] = []

    def take(self, operation: object, at: str) -> None:
        kinds: dict[str, Callable[[Json, Json, str], None]] = {
            "rename": self._rename,
            "merge": self._merge,
            "split": self._split,
            "retire": self._retire,
        }
        kind = operation.get("op") if type(operation) is dict else None
        if type(operation) is not dict or type(kind) is not str or kind not in kinds:
            sentence = gettext_noop(
                "An operation is an object with op: rename, merge, split, retire."
            )
            return self._refuse(at, "unknown-operation", sentence)
        known = ("op", "question", *_KEYS[kind])
        for key in [key for key in operation if key not in known]:
            sentence = gettext_noop("%(key)s is not known here. Known are: %(known)s.")
            values = {"key": shorten(key), "known": ", ".join(known)}
            self._refuse(f"{at}/{shorten(key)}", "unknown-key", sentence, **values)
        question = _question(self.definition, operation.get("question"))
        if question is None or question["type"] not in LABELLED_TYPES or "labels" not in question:
            sentence = gettext_noop("There is no question %(name)s with labels of its own.")
            name = shorten(operation.get("question"))
            return self._refuse(f"{at}/question", "unknown-question", sentence, name=name)
        return kinds[kind](operation, question, at)

    def _refuse(self, at: str, code: str, sentence: str, **values: object) -> None:
        self.problems.append(Problem(at, code, sentence, values))

    def _label(self, question: Json, key: object, at: str) -> Json | None:
        label = _by_key(question).get(key) if type(key) is str else None
        if label is None:
            sentence = gettext_noop("%(name)s has no label %(label)s.")
            values = {"name": question["name"], "label": shorten(key)}
            self._refuse(at, "unknown-label", sentence, **values)
        else:
            self.touched.append((question["name"], label["key"]))
        return label

    def _has_key(self, new: Json, at: str) -> bool:
        if type(new.get("key")) is str:
            return True
        self._refuse(f"{at}/key", "wrong-type", gettext_noop("Give the key of the label as text."))
        return False

    def _rename(self, operation: Json, question: Json, at: str) -> None:
        label = self._label(question, operation.get("label"), f"{at}/label")
        name = operation.get("name")
        if type(name) is not str or not name.strip():
            sentence = gettext_noop("Give the new name as a text.")
            self._refuse(f"{at}/name", "missing-name", sentence)
        elif label is not None:
            label["name"] = name.strip()

    def _retire(self, operation: Json, question: Json, at: str) -> None:
        label = self._label(question, operation.get("label"), f"{at}/label")
        if label is not None:
            _retire(label)

    def _merge(self, operation: Json, question: Json, at: str) -> None:
        given = operation.get("labels")
        if type(given) is not list or not given:
            sentence = gettext_noop("Give the labels to merge as a list.")
            return self._refuse(f"{at}/labels", "wrong-type", sentence)
        into = operation.get("into")
        if type(into) is dict:
            if not self._has_key(into, f"{at}/into"):
                return None
            if into["key"] not in _by_key(question):
                question["labels"].append(dict(into))
            into = into["key"]
        target = self._label(question, into, f"{at}/into")
        if target is not None and target.get("retired") is True:
            sentence = gettext_noop("%(label)s is retired. Choose another label to merge into.")
            self._refuse(f"{at}/into", "retired-label", sentence, label=target["key"])
        for index, key in enumerate(given):
            label = self._label(question, key, f"{at}/labels/{index}")
            if label is not None and target is not None and label is not target:
                self._merge_one(question, label, target)
        return None

    def _merge_one(self, question: Json, label: Json, target: Json) -> None:
        name, gone, stays = question["name"], label["key"], target["key"]
        _retire(label)
        if target.get("parent") == gone:
            _set_parent(target, label.get("parent"))
        for other in question["labels"]:
            if other.get("parent") == gone and other is not target:
                other["parent"] = stays
        for place, end in self.replaced.items():
            if place[0] == name and end == gone:
                self.replaced[place] = stays
        self.replaced[name, gone] = stays
        _mention(self.definition, name, gone, stays)

    def _split(self, operation: Json, question: Json, at: str) -> None:
        label = self._label(question, operation.get("label"), f"{at}/label")
        new, how = operation.get("into"), operation.get("answers", "keep")
        if type(new) is not list or len(new) < 2 or not all(type(one) is dict for one in new):
            sentence = gettext_noop("Give at least two new labels, each with a key.")
            return self._refuse(f"{at}/into", "bad-count", sentence)
        if type(how) is not str or how not in ("keep", "relabel"):
            sentence = gettext_noop("answers is “keep” or “relabel”.")
            return self._refuse(f"{at}/answers", "unknown-value", sentence)
        if label is None or not self._are_new(new, question, f"{at}/into"):
            return None
        place = question["labels"].index(label) + 1
        question["labels"][place:place] = [{"parent": label["key"], **one} for one in new]
        if how == "relabel":
            _retire(label)
            self.relabel.append((question["name"], label["key"]))
        return None

    def _are_new(self, labels: list[Json], question: Json, at: str) -> bool:
        """Whether every label has a key that none before it has."""
        before, known = len(self.problems), set(_by_key(question))
        for index, one in enumerate(labels):
            if not self._has_key(one, f"{at}/{index}"):
                continue
            if one["key"] in known:
                sentence = gettext_noop("The label %(key)s is there already.")
                key = shorten(one["key"])
                self._refuse(f"{at}/{index}/key", "duplicate", sentence, key=key)
            known.add(one["key"])
        return len(self.problems) == before


def _question(definition: Json, name: object) -> Json | None:
    return next((one for one in definition["questions"] if one["name"] == name), None)


def _by_key(question: Json) -> dict[Any, Json]:
    return {label.get("key"): label for label in question.get("labels", [])}


def _retire(label: Json) -> None:
    label["retired"] = True
    label.pop("hotkey", None)


def _set_parent(label: Json, parent: str | None) -> None:
    label.pop("parent", None)
    if parent is not None:
        label["parent"] = parent


def _mention(definition: Json, question: str, gone: str, stays: str) -> None:
    """Let conditions and rules that name a merged label name the one that stays."""
    rules = definition.get("rules", [])
    for holder in [*definition["questions"], *rules]:
        when = holder.get("when")
        if when and when["question"] == question and gone in when.get("label", []):
            named = [stays if label == gone else label for label in when["label"]]
            when["label"] = list(dict.fromkeys(named))
    for rule in rules:
        if rule.get("question") == question and rule.get("label") == gone:
            rule["label"] = stays
        if rule.get("question") == question and gone in rule.get("between", ()):
            rule["between"] = [stays if key == gone else key for key in rule["between"]]
        for pair in rule.get("labels", []):
            if pair == {"question": question, "label": gone}:
                pair["label"] = stays


def _free_hotkeys(definition: Json) -> None:
    """Take a key from a label where an earlier one of the question has it by now."""
    for question in definition["questions"]:
        taken: set[str] = set()
        for label in question.get("labels", []):
            if label.get("hotkey") in taken:
                del label["hotkey"]
            elif "hotkey" in label:
                taken.add(label["hotkey"])


def mentions(documents: Sequence[Json], wanted: set[tuple[str, str]]) -> bool:
    """Tell whether one of the documents says one of these labels."""
    return any(
        (region["question"], region.get("label")) in wanted
        for document in documents
        for region in document["regions"]
    )
