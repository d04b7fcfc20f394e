"""What entries of the gallery are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from datasets.pure.schema_rules import FORMAT, fill_defaults

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SchemaTemplate:
    """One entry of the gallery.

    Attributes
    ----------
    name : str
        Stable name, for links.
    title, description : str
        English, marked for the message catalogue.
    data_type : str
        What items it is for.
    definition : dict
        A complete definition, defaults written out; copy it before changing it.
    """

    name: str
    title: str
    description: str
    data_type: str
    definition: Json


def maker(data_type: str) -> Callable[..., SchemaTemplate]:
    """What makes the entries of one data type."""

    def entry(
        name: str, title: str, description: str, *questions: Json, rules: Sequence[Json] = ()
    ) -> SchemaTemplate:
        definition: Json = {
            "format": FORMAT,
            "data_type": data_type,
            "questions": list(questions),
        }
        if rules:
            definition["rules"] = list(rules)
        return SchemaTemplate(name, title, description, data_type, fill_defaults(definition))

    return entry


def labels(parent: str = "", /, **names: str) -> list[Json]:
    """Labels by key and name, all below one other where it is named."""
    above = {"parent": parent} if parent else {}
    return [{"key": key, "name": name, **above} for key, name in names.items()]


def choice(name: str, title: str, /, **names: str) -> Json:
    """A question that takes one label."""
    return {"name": name, "title": title, "type": "choice", "labels": labels(**names)}


def choices(name: str, title: str, /, **names: str) -> Json:
    """A question that takes any number of labels."""
    return {"name": name, "title": title, "type": "choices", "labels": labels(**names)}


def when(question: str, *wanted: str) -> Json:
    """The condition that a question was answered with one of these labels."""
    return {"question": question, "label": list(wanted)}
