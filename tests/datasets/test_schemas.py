"""Publishing schemas; revisions never change, and never make an answer wrong that exists."""

from typing import Any

import pytest

from datasets.errors import NameTaken, SchemaBreaks, SchemaInvalid
from datasets.models import Dataset, Item, SchemaRevision, Truth
from datasets.queries.schemas import changes_of, current_revision
from datasets.services.imports import ingest_records
from datasets.services.schemas import amend_schema, publish_schema
from datasets.services.truths import accept_truth, retract_truth
from foundation.errors import Invalid
from foundation.models import Project, User
from tests.datasets.conftest import intent_definition, says, text_record


def test_a_published_schema_has_its_defaults_written_out(intent: SchemaRevision) -> None:
    [question] = intent.definition["questions"]
    assert (intent.number, question["title"], question["required"]) == (1, "Intent", True)
    assert [label["hotkey"] for label in question["labels"]] == ["1", "2", "3"]


def test_a_name_is_used_once_in_a_project(project: Project, intent: SchemaRevision) -> None:
    with pytest.raises(NameTaken):
        publish_schema(project=project, name="Intents", definition=intent_definition(), by=None)


def test_mistakes_in_source_are_named_with_their_line(project: Project) -> None:
    source = '{"format": 1,\n "data_type": "text",\n "questions": [\n {"name": "Q"}]}'
    with pytest.raises(SchemaInvalid) as caught:
        publish_schema(project=project, name="x", definition=source, by=None)
    lines = {error["at"]: error["line"] for error in caught.value.extra["errors"]}
    assert lines["questions/0/type"] == 4


def test_an_unusable_name_is_refused(project: Project) -> None:
    for name in ("", " ", "x" * 121, "a\nb", "a\0b"):
        with pytest.raises(Invalid):
            publish_schema(project=project, name=name, definition=intent_definition(), by=None)


def test_the_same_definition_is_the_same_revision(intent: SchemaRevision, mia: User) -> None:
    again = amend_schema(schema=intent.schema, definition=intent_definition(), by=mia)
    assert again == intent


def test_a_new_label_makes_the_next_revision(intent: SchemaRevision, mia: User) -> None:
    wanted = intent_definition("card_lost", "balance", "transfer", "other")
    revision = amend_schema(schema=intent.schema, definition=wanted, by=mia, note="room for more")
    assert (revision.number, revision.note) == (2, "room for more")
    assert [change.code for change in changes_of(revision)] == ["label-added"]
    assert current_revision(intent.schema) == revision


def test_a_label_that_nobody_used_may_be_removed(intent: SchemaRevision, mia: User) -> None:
    revision = amend_schema(schema=intent.schema, definition=intent_definition("balance"), by=mia)
    assert {change.code for change in changes_of(revision)} >= {"label-removed"}


@pytest.mark.parametrize("kind", ["truth", "annotation", "old truth"])
def test_a_label_in_use_is_not_removed(
    texts: Dataset, intent: SchemaRevision, mia: User, kind: str
) -> None:
    said: list[dict[str, Any]] = [{"annotator": "Zoe", "regions": says("transfer")}]
    record = text_record("a", truths=[], annotations=said)
    if kind != "annotation":
        record = text_record("a", truths=said[:1])
        said[0].pop("annotator")
    ingest_records(dataset=texts, records=[record], by=mia, schema_revision=intent)
    if kind == "old truth":
        retract_truth(item=Item.objects.get(), schema=intent.schema, by=mia)
    without = intent_definition("card_lost", "balance")
    with pytest.raises(SchemaBreaks) as caught:
        amend_schema(schema=intent.schema, definition=without, by=mia)
    [place] = caught.value.places
    assert (place.at, place.code) == ("questions/intent/labels/transfer", "label-in-use")
    retired = intent_definition()
    retired["questions"][0]["labels"][2]["retired"] = True
    assert amend_schema(schema=intent.schema, definition=retired, by=mia).number == 2


def test_a_question_with_answers_is_not_removed_nor_made_another(
    texts: Dataset, intent: SchemaRevision, mia: User
) -> None:
    record = text_record("a", truths=[{"regions": says("balance")}])
    ingest_records(dataset=texts, records=[record], by=mia, schema_revision=intent)
    for change in ({"name": "other"}, {"type": "choices"}):
        wanted = intent_definition()
        wanted["questions"][0] |= change
        with pytest.raises(SchemaBreaks):
            amend_schema(schema=intent.schema, definition=wanted, by=mia)


def test_a_truth_replaces_the_one_before_and_keeps_it(
    texts: Dataset, intent: SchemaRevision, mia: User
) -> None:
    ingest_records(dataset=texts, records=[text_record("a")], by=mia)
    item = Item.objects.get()

    def accept(label: str) -> Truth:
        return accept_truth(
            item=item,
            schema_revision=intent,
            regions=says(label),
            method=Truth.Method.REVIEWED,
            lineage={"annotators": ["Ada"]},
            by=mia,
        )

    first = accept("balance")
    assert accept("balance") == first
    second = accept("transfer")
    first.refresh_from_db()
    assert (first.is_current, second.is_current, second.label) == (False, True, "transfer")
    assert [label.label for label in second.labels.all()] == ["transfer"]
    assert not first.labels.exists()
    assert retract_truth(item=item, schema=intent.schema, by=mia) == second
    assert not Truth.objects.filter(is_current=True).exists()
    assert retract_truth(item=item, schema=intent.schema, by=mia) is None
