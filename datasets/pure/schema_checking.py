"""Does an answer fit the schema and the item? Runs once for every imported or submitted answer."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from datasets.pure.answer_rules import broken_rules
from datasets.pure.item_labels import ItemLabelsError, item_labels
from datasets.pure.preference_checking import (
    PREFERENCES,
    check_cell,
    check_preference,
    check_turn,
    turn_of,
    turns_asked,
)
from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.region_kinds import REGION_KINDS
from datasets.pure.region_kinds.base import Verdict
from datasets.pure.regions import Region, RegionsDocument, Scalar
from datasets.pure.schema_asking import ON_KEY
from datasets.pure.schema_conditions import hidden_questions
from datasets.pure.schema_types import (
    LABELLED_TYPES,
    MANY_TYPES,
    Attribute,
    ItemFacts,
    Question,
    Schema,
)


def check_regions(schema: Schema, document: RegionsDocument, facts: ItemFacts) -> Verdict:
    """Whether a document may answer this schema for this item.

    Parameters
    ----------
    schema : Schema
        One revision, parsed once for many documents.
    document : RegionsDocument
        From `parse_regions`.
    facts : ItemFacts
        Size or text of the item.

    Returns
    -------
    Verdict
        Problems: unknown question, label, attribute or option; wrong kind; a place outside the
        image or text; something required, a count or a range not kept; a question answered
        twice; an answer to a question that the others do not call for; a rule of level ``error``
        broken. Warnings: a rule of level ``warning``, a retired label, a span that cuts a
        grapheme, a region given twice, an item without the list that labels come from. Places are
        ``regions/3/label``, or ``questions/intent`` for what is missing. At most 100 of each.

    Examples
    --------
    >>> from datasets.pure.schema_rules import parse_schema
    >>> intent = {"name": "intent", "type": "choice", "labels": [{"key": "spam"}]}
    >>> schema = parse_schema({"format": 1, "data_type": "text", "questions": [intent]})
    >>> verdict = check_regions(schema, RegionsDocument(), ItemFacts("text", text="Hi"))
    >>> [(problem.at, problem.code) for problem in verdict.problems]
    [('questions/intent', 'required')]
    """
    verdict = Verdict([], [])
    if facts.data_type != schema.data_type:
        sentence = gettext_noop("This schema is for items of type %(schema)s, not %(item)s.")
        values = {"schema": schema.data_type, "item": facts.data_type}
        verdict.refuse("", "wrong-data-type", sentence, **values)
        return verdict
    schema, unlisted = _with_item_labels(schema, facts, verdict)
    hidden = hidden_questions(schema, document.regions)
    said = _Said({}, set(), set())
    for index, region in enumerate(document.regions):
        question = schema.questions_by_name.get(region.question)
        if question is None or region.kind not in question.kinds:
            _refuse_question(verdict, index, region, question)
        elif question.name in hidden:
            sentence = gettext_noop("%(title)s is not asked with these answers. Leave it out.")
            at = f"regions/{index}/question"
            verdict.refuse(at, "hidden-question", sentence, title=question.title)
        else:
            _check_region(verdict, index, region, question, facts, said)
    for question in schema.questions:
        if question.name in hidden or question.name in unlisted:
            continue
        if question.per == "turn":
            _check_turns(verdict, question, facts, said.parts)
        else:
            _check_count(verdict, question, said.counts.get(question.name, 0))
    _check_rules(verdict, schema, document)
    return verdict


def _check_rules(verdict: Verdict, schema: Schema, document: RegionsDocument) -> None:
    for breach in broken_rules(schema, document.regions):
        say = verdict.warn if breach.rule.level == "warning" else verdict.refuse
        say(breach.at, breach.code, breach.template, **breach.values)


class _Said(NamedTuple):
    """What the regions so far say: how many answer each question, which parts, which places."""

    counts: dict[str, int]
    parts: set[tuple[str, str]]
    places: set[tuple[object, ...]]


def _check_region(
    verdict: Verdict,
    index: int,
    region: Region,
    question: Question,
    facts: ItemFacts,
    said: _Said,
) -> None:
    said.counts[region.question] = said.counts.get(region.question, 0) + 1
    if facts.conversation is not None:
        check_turn(verdict, index, region, question, facts)
    if question.per == "cell":
        check_cell(verdict, index, region, question, facts)
    if question.per:
        _check_once(verdict, index, region, question, said.parts)
    if question.type in PREFERENCES:
        check_preference(verdict, index, region, question, facts)
        return
    if question.type in LABELLED_TYPES:
        _check_label(verdict, index, region, question)
    else:
        _check_value(verdict, index, region, question)
    if question.type in MANY_TYPES:
        _check_repeated(verdict, index, region, said.places)
        _check_place(verdict, index, region, facts, question)
    if region.attributes or question.attributes:
        _check_attributes(verdict, index, region, question)


def _check_once(
    verdict: Verdict,
    index: int,
    region: Region,
    question: Question,
    parts: set[tuple[str, str]],
) -> None:
    """Of a part, too, a question with one answer is answered once."""
    answered = (question.name, (region.on or {}).get(ON_KEY[question.per], ""))
    if question.type not in MANY_TYPES and answered in parts:
        sentence = gettext_noop("%(title)s is answered twice for this turn or cell.")
        verdict.refuse(f"regions/{index}", "answered-twice", sentence, title=question.title)
    parts.add(answered)


def _check_turns(
    verdict: Verdict, question: Question, facts: ItemFacts, turns: set[tuple[str, str]]
) -> None:
    if not question.required:
        return
    for turn in turns_asked(question, facts):
        if (question.name, turn) not in turns:
            sentence = gettext_noop("%(title)s is not answered for turn %(turn)s.")
            at = f"questions/{question.name}"
            verdict.refuse(at, "required", sentence, title=question.title, turn=turn)


def _with_item_labels(
    schema: Schema, facts: ItemFacts, verdict: Verdict
) -> tuple[Schema, frozenset[str]]:
    """The schema with the labels this item offers, and the questions it offers none for."""
    if not schema.reads_items:
        return schema, frozenset()
    unlisted, questions = set(), []
    for question in schema.questions:
        if question.labels_from:
            try:
                question = replace(question, labels=item_labels(question, facts))
            except ItemLabelsError as error:
                verdict.warnings.append(error.problem)
                unlisted.add(question.name)
        questions.append(question)
    return replace(schema, questions=tuple(questions)), frozenset(unlisted)


def answer_label(schema: Schema, document: RegionsDocument, question: str) -> str | None:
    """The label key that a document gives to a question of type `choice`, or None without one.

    Raises
    ------
    ValueError
        The schema has no question of type `choice` with that name.

    Examples
    --------
    >>> from datasets.pure.schema_rules import parse_schema
    >>> intent = {"name": "intent", "type": "choice", "labels": [{"key": "spam"}]}
    >>> schema = parse_schema({"format": 1, "data_type": "text", "questions": [intent]})
    >>> answer = RegionsDocument((Region("r1", "intent", "item", "spam"),))
    >>> answer_label(schema, answer, "intent"), answer_label(schema, RegionsDocument(), "intent")
    ('spam', None)
    """
    asked = schema.questions_by_name.get(question)
    if asked is None or asked.type != "choice":
        raise ValueError(f"no choice question named {question!r} in this schema")
    for region in document.regions:
        if region.question == question and region.kind == "item":
            return region.label
    return None


def _refuse_question(
    verdict: Verdict, index: int, region: Region, question: Question | None
) -> None:
    if question is None:
        sentence = gettext_noop("The schema has no question %(name)s.")
        at = f"regions/{index}/question"
        verdict.refuse(at, "unknown-question", sentence, name=region.question)
        return
    sentence = gettext_noop("%(name)s is answered with regions of kind %(kind)s, not %(given)s.")
    kinds = ", ".join(question.kinds)
    values = {"name": question.name, "kind": kinds, "given": region.kind}
    verdict.refuse(f"regions/{index}/kind", "wrong-kind", sentence, **values)


def _check_label(verdict: Verdict, index: int, region: Region, question: Question) -> None:
    label = question.labels_by_key.get(region.label) if region.label is not None else None
    if region.value is not None and question.transcript:
        _check_text_value(verdict, f"regions/{index}/value", region.value, question.max_length)
    elif region.value is not None:
        sentence = gettext_noop("%(name)s is answered with a label, not with a value.")
        verdict.refuse(f"regions/{index}/value", "unexpected-value", sentence, name=question.name)
    if region.label is None:
        sentence = gettext_noop("Choose a label for %(name)s.")
        verdict.refuse(f"regions/{index}/label", "missing-label", sentence, name=question.name)
    elif label is None:
        sentence = gettext_noop("%(name)s has no label %(label)s.")
        values = {"name": question.name, "label": region.label}
        verdict.refuse(f"regions/{index}/label", "unknown-label", sentence, **values)
    elif label.retired:
        sentence = gettext_noop("The label %(label)s is retired. Choose another for new answers.")
        verdict.warn(f"regions/{index}/label", "retired-label", sentence, label=label.name)


def _check_value(verdict: Verdict, index: int, region: Region, question: Question) -> None:
    at = f"regions/{index}/value"
    if region.label is not None:
        sentence = gettext_noop("%(name)s is answered with a value, not with a label.")
        verdict.refuse(f"regions/{index}/label", "unexpected-label", sentence, name=question.name)
    if region.value is None:
        sentence = gettext_noop("Give a value for %(name)s.")
        verdict.refuse(at, "missing-value", sentence, name=question.name)
    elif question.type == "text":
        _check_text_value(verdict, at, region.value, question.max_length)
    elif question.type == "rating":
        whole = type(region.value) is int
        if not whole:
            sentence = gettext_noop("A rating is a whole number.")
            verdict.refuse(at, "wrong-type", sentence)
        else:
            _check_number_value(verdict, at, region.value, (1, question.max))
    else:
        _check_number_value(verdict, at, region.value, (question.min, question.max))


def _check_text_value(verdict: Verdict, at: str, value: Scalar, limit: int) -> None:
    if type(value) is not str:
        verdict.refuse(at, "wrong-type", gettext_noop("This must be text."))
    elif not value.strip():
        verdict.refuse(
            at, "empty-value", gettext_noop("This text is empty. Write some or leave it out.")
        )
    elif len(value) > limit:
        sentence = gettext_noop("This text has %(count)d characters; at most %(limit)d fit.")
        verdict.refuse(at, "too-long", sentence, count=len(value), limit=limit)


def _check_number_value(
    verdict: Verdict, at: str, value: Scalar, limits: tuple[float | None, float | None]
) -> None:
    if type(value) is not int and type(value) is not float:
        verdict.refuse(at, "wrong-type", gettext_noop("This must be a number."))
        return
    low, high = limits
    if low is not None and value < low:
        sentence = gettext_noop("%(value)s is too small; the smallest is %(low)s.")
        verdict.refuse(at, "out-of-range", sentence, value=value, low=low)
    elif high is not None and value > high:
        sentence = gettext_noop("%(value)s is too large; the largest is %(high)s.")
        verdict.refuse(at, "out-of-range", sentence, value=value, high=high)


def _check_repeated(
    verdict: Verdict, index: int, region: Region, seen: set[tuple[object, ...]]
) -> None:
    identity = (region.question, region.label, region.at, tuple((region.on or {}).items()))
    if identity not in seen:
        seen.add(identity)
    elif region.at is None:
        sentence = gettext_noop("The label %(label)s is given twice for %(name)s.")
        values = {"label": region.label, "name": region.question}
        verdict.refuse(f"regions/{index}/label", "label-twice", sentence, **values)
    else:
        sentence = gettext_noop("An earlier region has the same label at the same place.")
        verdict.warn(f"regions/{index}", "region-twice", sentence)


def _check_place(
    verdict: Verdict, index: int, region: Region, facts: ItemFacts, question: Question
) -> None:
    if region.at is not None:
        kind = REGION_KINDS[region.kind]
        facts = _in_its_turn(region, facts)
        kind.check(verdict, f"regions/{index}/at", region.at, facts, question)
    channel = (region.on or {}).get("channel")
    _check_channels(verdict, f"regions/{index}/on/channel", channel, facts, question)
    if channel is not None and facts.channels is not None and channel not in facts.channels:
        sentence = gettext_noop("There is no channel %(name)s; there are: %(known)s.")
        values = {"name": shorten(channel), "known": ", ".join(facts.channels)}
        verdict.refuse(f"regions/{index}/on/channel", "unknown-channel", sentence, **values)


def _check_channels(
    verdict: Verdict, at: str, channel: str | None, facts: ItemFacts, question: Question
) -> None:
    """Hold a region to what its question says of channels."""
    if question.channels == "all" and channel is not None:
        sentence = gettext_noop("Regions of %(name)s lie on all channels. Leave the channel out.")
        verdict.refuse(at, "on-one-channel", sentence, name=question.name)
    if question.channels == "one" and channel is None and len(facts.channels or ()) > 1:
        sentence = gettext_noop("Each region of %(name)s lies on one channel. Say on which.")
        verdict.refuse(at, "no-channel", sentence, name=question.name)


def _in_its_turn(region: Region, facts: ItemFacts) -> ItemFacts:
    """Return the facts with the text of the turn that a region of a conversation lies in."""
    if facts.conversation is None:
        return facts
    number = turn_of((region.on or {}).get("turn", ""), facts.conversation)
    return facts._replace(text=None if number is None else facts.conversation.texts[number])


def _check_attributes(verdict: Verdict, index: int, region: Region, question: Question) -> None:
    given = region.attributes or {}
    for name, value in given.items():
        at = f"regions/{index}/attributes/{name}"
        attribute = question.attributes_by_name.get(name)
        if attribute is None:
            sentence = gettext_noop("%(question)s has no attribute %(name)s.")
            values = {"question": question.name, "name": name}
            verdict.refuse(at, "unknown-attribute", sentence, **values)
        else:
            _check_attribute(verdict, at, value, attribute)
    for attribute in question.attributes:
        if attribute.required and attribute.name not in given:
            sentence = gettext_noop("Answer %(title)s for this region.")
            at = f"regions/{index}/attributes/{attribute.name}"
            verdict.refuse(at, "missing-attribute", sentence, title=attribute.title)


def _check_attribute(verdict: Verdict, at: str, value: Scalar, attribute: Attribute) -> None:
    if attribute.type == "boolean":
        if type(value) is not bool:
            verdict.refuse(at, "wrong-type", gettext_noop("This must be true or false."))
    elif attribute.type == "choice":
        if value not in [option.key for option in attribute.options]:
            sentence = gettext_noop("%(title)s has no option %(value)s.")
            values = {"title": attribute.title, "value": shorten(value)}
            verdict.refuse(at, "unknown-option", sentence, **values)
    elif attribute.type == "number":
        _check_number_value(verdict, at, value, (attribute.min, attribute.max))
    else:
        _check_text_value(verdict, at, value, attribute.max_length)


def _check_count(verdict: Verdict, question: Question, count: int) -> None:
    at = f"questions/{question.name}"
    title = question.title
    if count == 0:
        if question.required:
            sentence = gettext_noop("%(title)s is not answered.")
            verdict.refuse(at, "required", sentence, title=title)
        elif question.min_count:
            _refuse_too_few(verdict, at, title, count, question.min_count)
    elif question.type not in MANY_TYPES:
        if count > 1 and not question.per:
            sentence = gettext_noop("%(title)s is answered %(count)d times; once is enough.")
            verdict.refuse(at, "answered-twice", sentence, title=title, count=count)
    elif question.min_count is not None and count < question.min_count:
        _refuse_too_few(verdict, at, title, count, question.min_count)
    elif question.max_count is not None and count > question.max_count:
        sentence = gettext_noop("%(title)s has %(count)d regions; at most %(limit)d are allowed.")
        values = {"title": title, "count": count, "limit": question.max_count}
        verdict.refuse(at, "too-many", sentence, **values)


def _refuse_too_few(verdict: Verdict, at: str, title: str, count: int, least: int) -> None:
    sentence = gettext_noop("%(title)s has %(count)d regions; at least %(least)d are needed.")
    verdict.refuse(at, "too-few", sentence, title=title, count=count, least=least)
