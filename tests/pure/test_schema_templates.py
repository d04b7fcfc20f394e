"""The gallery of label schemas."""

from __future__ import annotations

import pytest

from datasets.pure.schema_rules import KIND_OF_TYPE, fill_defaults, parse_schema
from datasets.pure.schema_templates import SCHEMA_TEMPLATES, SchemaTemplate, find_template


@pytest.mark.parametrize("template", SCHEMA_TEMPLATES, ids=lambda template: template.name)
def test_every_template_is_a_whole_schema_of_its_data_type(template: SchemaTemplate) -> None:
    assert parse_schema(template.definition).data_type == template.data_type
    assert fill_defaults(template.definition) == template.definition
    assert template.name.startswith(f"{template.data_type}-")
    assert template.title
    assert template.description.endswith((".", "?"))


def test_the_gallery_shows_every_type_of_question_and_data() -> None:
    schemas = [parse_schema(template.definition) for template in SCHEMA_TEMPLATES]
    assert {q.type for schema in schemas for q in schema.questions} == set(KIND_OF_TYPE)
    assert {schema.data_type for schema in schemas} == {
        *("text", "image", "audio", "video", "series", "conversation", "table")
    }
    assert len({template.name for template in SCHEMA_TEMPLATES}) == len(SCHEMA_TEMPLATES) >= 15


def test_a_template_is_found_by_name() -> None:
    assert find_template("image-cells").data_type == "image"
    with pytest.raises(LookupError, match="no template named 'x'; there are text-sentiment"):
        find_template("x")
