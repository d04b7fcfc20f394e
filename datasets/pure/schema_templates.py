"""The gallery: label schemas to start from, one for each common kind of work."""

from __future__ import annotations

from datasets.pure.gallery import audio, conversation, image, series, table, text, video
from datasets.pure.gallery.making import SchemaTemplate

__all__ = ["SCHEMA_TEMPLATES", "SchemaTemplate", "find_template", "search_templates"]

SCHEMA_TEMPLATES: tuple[SchemaTemplate, ...] = (
    *text.ENTRIES,
    *image.ENTRIES,
    *audio.ENTRIES,
    *video.ENTRIES,
    *series.ENTRIES,
    *conversation.ENTRIES,
    *table.ENTRIES,
)


def find_template(name: str) -> SchemaTemplate:
    """The template of that name.

    Raises
    ------
    LookupError
        There is none; the text lists those there are.

    Examples
    --------
    >>> find_template("text-spam").title
    'Spam'
    """
    for template in SCHEMA_TEMPLATES:
        if template.name == name:
            return template
    names = ", ".join(template.name for template in SCHEMA_TEMPLATES)
    raise LookupError(f"no template named {name!r}; there are {names}")


def search_templates(search: str, data_type: str = "") -> list[SchemaTemplate]:
    """The templates in which every word occurs: title, description, questions or labels.

    Examples
    --------
    >>> [template.name for template in search_templates("blood cell")]
    ['image-cells']
    >>> {template.data_type for template in search_templates("", "table")}
    {'table'}
    """
    words = search.casefold().split()
    return [
        template
        for template in SCHEMA_TEMPLATES
        if data_type in ("", template.data_type) and all(word in _words(template) for word in words)
    ]


def _words(template: SchemaTemplate) -> str:
    said = [template.title, template.description, template.data_type]
    for question in template.definition["questions"]:
        said += [question["title"], question["type"]]
        said += [label["name"] for label in question.get("labels", [])]
    return " ".join(said).casefold()
