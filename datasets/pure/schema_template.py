"""What an entry of the gallery is, and the words that its files are written with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from datasets.pure.schema_rules import FORMAT, fill_defaults


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
    definition: dict[str, Any]


def labels(**names: str) -> list[dict[str, Any]]:
    """Labels by key and name."""
    return [{"key": key, "name": name} for key, name in names.items()]


def template(
    name: str, data_type: str, title: str, description: str, *questions: dict[str, Any]
) -> SchemaTemplate:
    """An entry of the gallery, defaults of its definition written out."""
    definition = {"format": FORMAT, "data_type": data_type, "questions": list(questions)}
    return SchemaTemplate(name, title, description, data_type, fill_defaults(definition))


def choice(name: str, title: str, **names: str) -> dict[str, Any]:
    """A question with one answer."""
    return {"name": name, "title": title, "type": "choice", "labels": labels(**names)}
