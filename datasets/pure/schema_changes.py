"""What changed between two revisions of a label schema, and whether old answers still fit."""

from __future__ import annotations

from collections.abc import Iterator

from datasets.pure.problems import gettext_noop
from datasets.pure.schema_types import Attribute, Change, Label, Question, Schema


def compare_schemas(old: Schema, new: Schema) -> list[Change]:
    """The changes that lead from one revision to another, in the order of the schemas.

    Parameters
    ----------
    old, new : Schema
        Two revisions of one label schema.

    Returns
    -------
    list of Change
        Empty where nothing changed. `breaking` marks what can make an accepted answer wrong: a
        question, label, attribute or option that is gone, another type, narrower limits. A label
        that is to be used no longer is better retired than removed.

    Examples
    --------
    >>> from datasets.pure.schema_rules import parse_schema
    >>> def one(*keys):
    ...     labels = [{"key": key} for key in keys]
    ...     question = {"name": "kind", "type": "choice", "labels": labels}
    ...     return parse_schema({"format": 1, "data_type": "text", "questions": [question]})
    >>> [(change.code, change.breaking) for change in compare_schemas(one("a", "b"), one("a", "c"))]
    [('label-removed', True), ('label-added', False)]
    """
    return list(_changes(old, new))


def _changes(old: Schema, new: Schema) -> Iterator[Change]:
    if old.data_type != new.data_type:
        sentence = gettext_noop("Items are of type %(new)s instead of %(old)s.")
        values = {"old": old.data_type, "new": new.data_type}
        yield Change("data-type-changed", "data_type", True, sentence, values)
    for name, before in old.questions_by_name.items():
        at = f"questions/{name}"
        after = new.questions_by_name.get(name)
        if after is None:
            sentence = gettext_noop("The question %(title)s is removed.")
            yield Change("question-removed", at, True, sentence, {"title": before.title})
        elif after.type != before.type:
            sentence = gettext_noop("%(title)s is of type %(new)s instead of %(old)s.")
            values = {"title": after.title, "old": before.type, "new": after.type}
            yield Change("question-type-changed", at, True, sentence, values)
        else:
            yield from _question_changes(before, after, at)
    for name, after in new.questions_by_name.items():
        if name not in old.questions_by_name:
            sentence = gettext_noop("The question %(title)s is new.")
            values = {"title": after.title}
            yield Change("question-added", f"questions/{name}", False, sentence, values)
    yield from _rule_changes(old, new)


def _rule_changes(old: Schema, new: Schema) -> Iterator[Change]:
    for index, rule in enumerate(new.rules):
        if rule not in old.rules:
            sentence = gettext_noop("A rule is new or changed; older answers may not keep it.")
            yield Change("rule-added", f"rules/{index}", rule.level == "error", sentence, {})
    for index, rule in enumerate(old.rules):
        if rule not in new.rules:
            sentence = gettext_noop("A rule no longer holds as it did.")
            yield Change("rule-removed", f"rules/{index}", False, sentence, {})


def _question_changes(old: Question, new: Question, at: str) -> Iterator[Change]:
    title = {"title": new.title}
    if old.title != new.title:
        sentence = gettext_noop("%(old)s is now called %(new)s.")
        values = {"old": old.title, "new": new.title}
        yield Change("question-retitled", at, False, sentence, values)
    if new.required and not old.required:
        sentence = gettext_noop("%(title)s must now be answered; older answers may lack it.")
        yield Change("question-required", at, False, sentence, title)
    if old.required and not new.required:
        sentence = gettext_noop("%(title)s may now be left out.")
        yield Change("question-optional", at, False, sentence, title)
    if (old.help, old.unit, old.step) != (new.help, new.unit, new.step):
        sentence = gettext_noop("Help, unit or step of %(title)s changed.")
        yield Change("help-changed", at, False, sentence, title)
    if (old.prefill, old.match_case) != (new.prefill, new.match_case):
        sentence = gettext_noop("What %(title)s starts with, or how it finds patterns, changed.")
        yield Change("start-changed", at, False, sentence, title)
    if old.when != new.when:
        sentence = gettext_noop("%(title)s is asked under another condition than before.")
        yield Change("condition-changed", at, new.when is not None, sentence, title)
    if old.labels_from != new.labels_from:
        sentence = gettext_noop("The labels of %(title)s come from another place than before.")
        yield Change("labels-from-changed", at, True, sentence, title)
    lows = [(old.min, new.min), (old.min_count, new.min_count)]
    highs = [(old.max, new.max), (old.max_count, new.max_count)]
    highs.append((old.max_length, new.max_length))
    yield from _limit_changes(lows, highs, at, new.title)
    yield from _label_changes(old, new, at)
    yield from _attribute_changes(old, new, at)


def _limit_changes(
    lows: list[tuple[float | None, float | None]],
    highs: list[tuple[float | None, float | None]],
    at: str,
    title: str,
) -> Iterator[Change]:
    changed = [pair for pair in lows + highs if pair[0] != pair[1]]
    if not changed:
        return
    narrower = any(new is not None and (old is None or new > old) for old, new in lows) or any(
        new is not None and (old is None or new < old) for old, new in highs
    )
    if narrower:
        sentence = gettext_noop("The limits of %(title)s are narrower; older answers may not fit.")
        yield Change("limits-narrowed", at, True, sentence, {"title": title})
    else:
        sentence = gettext_noop("The limits of %(title)s are wider.")
        yield Change("limits-widened", at, False, sentence, {"title": title})


def _label_changes(old: Question, new: Question, at: str) -> Iterator[Change]:
    for key, before in old.labels_by_key.items():
        place = f"{at}/labels/{key}"
        after = new.labels_by_key.get(key)
        if after is None:
            sentence = gettext_noop("The label %(name)s is removed; answers with it no longer fit.")
            yield Change("label-removed", place, True, sentence, {"name": before.name})
            continue
        yield from _one_label_changes(before, after, place)
    for key, after in new.labels_by_key.items():
        if key not in old.labels_by_key:
            sentence = gettext_noop("The label %(name)s is new.")
            yield Change("label-added", f"{at}/labels/{key}", False, sentence, {"name": after.name})


def _one_label_changes(before: Label, after: Label, place: str) -> Iterator[Change]:
    if before.name != after.name:
        sentence = gettext_noop("The label %(old)s is now called %(new)s.")
        values = {"old": before.name, "new": after.name}
        yield Change("label-renamed", place, False, sentence, values)
    if before.patterns != after.patterns:
        sentence = gettext_noop("The patterns of the label %(name)s changed.")
        yield Change("patterns-changed", place, False, sentence, {"name": after.name})
    if after.retired and not before.retired:
        sentence = gettext_noop("The label %(name)s is retired; answers with it stay.")
        yield Change("label-retired", place, False, sentence, {"name": after.name})
    if before.retired and not after.retired:
        sentence = gettext_noop("The label %(name)s may be used again.")
        yield Change("label-restored", place, False, sentence, {"name": after.name})
    if before.parent != after.parent:
        sentence = gettext_noop("The label %(name)s has another label above it than before.")
        yield Change("label-moved", place, False, sentence, {"name": after.name})
    if _look(before, after) != _look(after, before):
        sentence = gettext_noop(
            "The look, key, other names or texts of the label %(name)s changed."
        )
        yield Change("label-look-changed", place, False, sentence, {"name": after.name})


def _look(label: Label, other: Label) -> tuple[object, ...]:
    """What people see of a label; that a retired one has no key goes without saying."""
    hotkey = label.hotkey if label.retired == other.retired else None
    return label.color, hotkey, label.description, label.aliases, label.examples


def _attribute_changes(old: Question, new: Question, at: str) -> Iterator[Change]:
    for name, before in old.attributes_by_name.items():
        place = f"{at}/attributes/{name}"
        after = new.attributes_by_name.get(name)
        if after is None:
            sentence = gettext_noop(
                "The attribute %(title)s is removed; answers with it do not fit."
            )
            yield Change("attribute-removed", place, True, sentence, {"title": before.title})
        elif before.type != after.type:
            sentence = gettext_noop(
                "The attribute %(title)s is of type %(new)s instead of %(old)s."
            )
            values = {"title": after.title, "old": before.type, "new": after.type}
            yield Change("attribute-type-changed", place, True, sentence, values)
        else:
            yield from _one_attribute_changes(before, after, place)
    for name, after in new.attributes_by_name.items():
        if name not in old.attributes_by_name:
            sentence = gettext_noop("The attribute %(title)s is new.")
            values = {"title": after.title}
            place = f"{at}/attributes/{name}"
            # A required one is missing from every answer there is.
            yield Change("attribute-added", place, after.required, sentence, values)


def _one_attribute_changes(old: Attribute, new: Attribute, at: str) -> Iterator[Change]:
    title = {"title": new.title}
    if old.title != new.title:
        sentence = gettext_noop("The attribute %(old)s is now called %(new)s.")
        yield Change(
            "attribute-retitled", at, False, sentence, {"old": old.title, "new": new.title}
        )
    if new.required and not old.required:
        sentence = gettext_noop("The attribute %(title)s must now be answered.")
        yield Change("attribute-required", at, True, sentence, title)
    if old.required and not new.required:
        sentence = gettext_noop("The attribute %(title)s may now be left out.")
        yield Change("attribute-optional", at, False, sentence, title)
    highs = [(old.max, new.max), (old.max_length, new.max_length)]
    yield from _limit_changes([(old.min, new.min)], highs, at, new.title)
    before = {option.key: option.name for option in old.options}
    after = {option.key: option.name for option in new.options}
    for key in [key for key in before if key not in after]:
        sentence = gettext_noop("The option %(name)s is removed; answers with it no longer fit.")
        yield Change("option-removed", f"{at}/options/{key}", True, sentence, {"name": before[key]})
    for key in [key for key in after if key not in before]:
        sentence = gettext_noop("The option %(name)s is new.")
        yield Change("option-added", f"{at}/options/{key}", False, sentence, {"name": after[key]})
    for key in [key for key in after if before.get(key, after[key]) != after[key]]:
        sentence = gettext_noop("The option %(old)s is now called %(new)s.")
        values = {"old": before[key], "new": after[key]}
        yield Change("option-renamed", f"{at}/options/{key}", False, sentence, values)
