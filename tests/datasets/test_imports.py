"""The one way in: records become items and answers, once, and nothing half."""

from typing import Any

import pytest
from django.db import connection

from datasets.formats.base import Record
from datasets.models import (
    Annotation,
    AnnotationRegions,
    Asset,
    Dataset,
    Item,
    ItemContent,
    SchemaRevision,
    Suggestion,
    Truth,
    TruthLabel,
)
from datasets.services.imports import ingest_records
from foundation import storage
from foundation.models import Annotator, Project, User
from tests.datasets.conftest import MakeImage, box, boxes, says, text_record


def take(dataset: Dataset, *records: Record, by: User, **more: Any) -> dict[str, int]:
    """Import records and return the counts that are not zero."""
    outcome = ingest_records(dataset=dataset, records=records, by=by, **more)
    return {name: count for name, count in outcome.counts.items() if count}


def test_texts_become_items_with_their_content(texts: Dataset, mia: User) -> None:
    one = text_record("a", "Grüße 👋\tto\\you\nall", metadata={"lang": "de"}, group="p1")
    assert take(texts, one, text_record("b"), by=mia) == {"created": 2}
    item = Item.objects.get(dataset=texts, key="a")
    assert item.content.text == "Grüße 👋\tto\\you\nall"
    assert (item.metadata, item.group, item.data_type) == ({"lang": "de"}, "p1", "text")
    assert item.archived_at is None


def test_rows_written_raw_equal_rows_written_by_models(texts: Dataset, mia: User) -> None:
    take(texts, text_record("a", metadata={"n": 1.5}), by=mia)
    raw = Item.objects.get(key="a")
    made = Item.objects.create(
        dataset=texts,
        key="b",
        data_type="text",
        content_hash=raw.content_hash,
        metadata={"n": 1.5},
    )
    ItemContent.objects.create(item=made, text=raw.content.text)
    rows = []
    with connection.cursor() as cursor:
        for pk in (raw.pk, made.pk):
            cursor.execute("SELECT * FROM datasets_item WHERE id = %s", [pk])
            names = [column[0] for column in cursor.description]
            row = dict(zip(names, cursor.fetchone(), strict=True))
            rows.append(row | {name: type(row[name]) for name in ("id", "key", "created_at")})
    for row in rows:  # only the white space of the JSON may differ
        row["metadata"] = str(row["metadata"]).replace(" ", "")
    assert rows[0] == rows[1]


def test_an_import_repeated_changes_nothing(
    texts: Dataset, intent: SchemaRevision, mia: User
) -> None:
    def records() -> list[Record]:
        return [
            text_record(
                "a",
                truths=[{"regions": says("balance")}],
                annotations=[
                    {"annotator": "Zoe", "regions": says("balance")},
                    {"annotator": "Yan", "regions": says("transfer")},
                ],
                suggestions=[{"source": "rule", "regions": says("balance")}],
            ),
            text_record("b"),
        ]

    first = take(texts, *records(), by=mia, schema_revision=intent)
    assert first == {"created": 2, "truths": 1, "annotations": 2, "suggestions": 1}
    assert take(texts, *records(), by=mia, schema_revision=intent) == {"unchanged": 2}
    assert Annotation.objects.count() == AnnotationRegions.objects.count() == 2
    assert (Truth.objects.count(), Suggestion.objects.count()) == (1, 1)


def test_a_key_with_other_content_is_refused_and_the_rest_taken(texts: Dataset, mia: User) -> None:
    take(texts, text_record("a"), by=mia)
    outcome = ingest_records(
        dataset=texts, records=[text_record("a", "Other."), text_record("b")], by=mia
    )
    assert outcome.counts["created"] == 1
    [refusal] = outcome.refusals
    assert (refusal.at, refusal.key, refusal.code) == (
        "line a/key",
        "a",
        "key-has-other-content",
    )
    assert Item.objects.get(key="a").content.text == "The text of a."


def test_the_same_key_twice_in_one_import_is_one_item(texts: Dataset, mia: User) -> None:
    records = [text_record("a"), text_record("a"), text_record("a", "Other.")]
    assert take(texts, *records, by=mia) == {"created": 1, "unchanged": 1, "refused": 1}


@pytest.mark.parametrize(
    ("record", "at", "code"),
    [
        (text_record("a", "x\0y"), "line a/data", "nul"),
        (text_record("a", "x\ud800y"), "line a/data", "lone-surrogate"),
        (text_record("a", metadata={"x": "\0"}), "line a/metadata", "nul"),
        (text_record("a", metadata={"x": "\ud800"}), "line a/metadata", "not-json"),
        (text_record("k" * 201), "line " + "k" * 201 + "/key", "bad-key"),
        (text_record("a", group="g" * 201), "line a/group", "bad-group"),
        (Record("row 1", "a", "table", row={"x": 1}), "row 1/data_type", "other-data-type"),
        (
            text_record("a", truths=[{"regions": says("unheard_of")}]),
            "line a/truth/regions/0/label",
            "unknown-label",
        ),
        (
            text_record("a", annotations=[{"annotator": " ", "regions": says("balance")}]),
            "line a/annotations/0/annotator",
            "bad-name",
        ),
        (
            text_record("a", suggestions=[{"source": "m", "regions": {"format": 1}}]),
            "line a/suggestions/0/regions",
            "wrong-type",
        ),
    ],
)
def test_a_broken_record_is_refused_with_its_place(
    texts: Dataset, intent: SchemaRevision, mia: User, record: Record, at: str, code: str
) -> None:
    good = text_record("good")
    outcome = ingest_records(dataset=texts, records=[record, good], by=mia, schema_revision=intent)
    assert [(one.at, one.code) for one in outcome.refusals] == [(at, code)]
    assert [item.key for item in Item.objects.all()] == ["good"]


def test_a_row_among_texts_is_told_what_data_should_be(texts: Dataset, mia: User) -> None:
    record = Record("line 1", "a", "table", row={"text": "hello"})
    outcome = ingest_records(dataset=texts, records=[record], by=mia)
    assert "here “data” is the text itself" in str(outcome.refusals[0].detail)


def test_labels_without_a_schema_are_refused_and_nothing_is_kept_half(
    texts: Dataset, mia: User
) -> None:
    outcome = ingest_records(
        dataset=texts,
        records=[text_record("a", truths=[{"regions": says("balance")}])],
        by=mia,
    )
    assert [one.code for one in outcome.refusals] == ["no-schema"]
    assert not Item.objects.exists()


def test_labels_name_their_schema_or_stand_under_the_one_given(
    texts: Dataset, project: Project, intent: SchemaRevision, mia: User
) -> None:
    def named(key: str, name: str) -> Record:
        return text_record(key, truths=[{"schema": name, "regions": says("balance")}])

    refused = ingest_records(dataset=texts, records=[named("a", "Elsewhere")], by=mia)
    assert [one.code for one in refused.refusals] == ["unknown-schema"]
    assert take(texts, named("b", "Intents"), by=mia)["truths"] == 1
    assert take(texts, named("c", "Elsewhere"), by=mia, schema_revision=intent)["truths"] == 1
    assert set(Truth.objects.values_list("schema_revision", flat=True)) == {intent.pk}


def test_shorthand_truths_are_filled_in(texts: Dataset, intent: SchemaRevision, mia: User) -> None:
    short = {"regions": [{"question": "intent", "label": "transfer"}]}
    records = [
        text_record("a", truths=[{"regions": "balance"}]),
        text_record("b", truths=[{"regions": short}]),
    ]
    assert take(texts, *records, by=mia, schema_revision=intent)["truths"] == 2
    assert list(Truth.objects.order_by("item__key").values_list("label", flat=True)) == [
        "balance",
        "transfer",
    ]
    assert Truth.objects.get(label="transfer").regions == says("transfer")


def test_a_truth_keeps_where_it_came_from_and_its_labels(
    texts: Dataset, intent: SchemaRevision, mia: User
) -> None:
    told = {
        "regions": says("balance"),
        "method": "reviewed",
        "by": "Rui",
        "lineage": {"annotators": ["Zoe"]},
    }
    take(texts, text_record("a", truths=[told]), by=mia, schema_revision=intent)
    truth = Truth.objects.get()
    assert (truth.method, truth.by, truth.is_current) == (Truth.Method.IMPORTED, mia, True)
    assert truth.lineage == {
        "annotators": ["Zoe"],
        "imported": {"method": "reviewed", "by": "Rui"},
    }
    [label] = TruthLabel.objects.all()
    assert (label.question, label.label, label.count, label.schema_id) == (
        "intent",
        "balance",
        1,
        intent.schema_id,
    )


def test_another_truth_for_a_known_item_is_refused(
    texts: Dataset, intent: SchemaRevision, mia: User
) -> None:
    take(
        texts,
        text_record("a", truths=[{"regions": says("balance")}]),
        by=mia,
        schema_revision=intent,
    )
    again = text_record(
        "a",
        truths=[{"regions": says("transfer")}],
        annotations=[{"annotator": "Zoe", "regions": says("transfer")}],
    )
    outcome = ingest_records(dataset=texts, records=[again], by=mia, schema_revision=intent)
    assert [one.code for one in outcome.refusals] == ["other-truth"]
    assert Truth.objects.get().label == "balance"
    assert not Annotation.objects.exists()


def test_a_known_item_may_get_its_first_truth_and_more_annotations(
    texts: Dataset, intent: SchemaRevision, mia: User
) -> None:
    take(texts, text_record("a"), by=mia)
    more = text_record(
        "a",
        truths=[{"regions": says("balance")}],
        annotations=[{"annotator": "Zoe", "regions": says("balance")}],
    )
    assert take(texts, more, by=mia, schema_revision=intent) == {
        "unchanged": 1,
        "truths": 1,
        "annotations": 1,
    }


def test_annotators_of_an_import_become_people_of_the_project_once(
    texts: Dataset, project: Project, intent: SchemaRevision, mia: User
) -> None:
    records = [
        text_record(key, annotations=[{"annotator": name, "regions": says("balance")}])
        for key, name in (("a", "Zoe"), ("b", "Zoe"), ("c", "Yan"))
    ]
    model = {"annotator": "bert", "origin": "model", "regions": says("balance")}
    records.append(text_record("d", annotations=[model]))
    take(texts, *records, by=mia, schema_revision=intent)
    met = Annotator.objects.filter(project=project).exclude(kind="person")
    assert set(met.values_list("name", "kind")) == {
        ("Zoe", "imported"),
        ("Yan", "imported"),
        ("bert", "model"),
    }
    assert Annotation.objects.get(annotator__name="bert").origin == Annotation.Origin.MODEL


def test_a_later_answer_of_the_same_annotator_replaces_the_earlier(
    texts: Dataset, intent: SchemaRevision, mia: User
) -> None:
    def said(label: str) -> dict[str, Any]:
        return {"annotator": "Zoe", "regions": says(label)}

    take(
        texts,
        text_record("a", annotations=[said("balance"), said("transfer")]),
        by=mia,
        schema_revision=intent,
    )
    take(texts, text_record("a", annotations=[said("card_lost")]), by=mia, schema_revision=intent)
    answers = Annotation.objects.order_by("pk")
    assert [one.is_latest for one in answers] == [False, False, True]
    assert [one.replaces_id for one in answers] == [None, answers[0].pk, answers[1].pk]


def test_annotations_keep_the_time_at_which_they_were_made(
    texts: Dataset, intent: SchemaRevision, mia: User
) -> None:
    said = {"annotator": "Zoe", "regions": says("balance"), "created_at": "2024-02-03T04:05:06Z"}
    take(texts, text_record("a", annotations=[said]), by=mia, schema_revision=intent)
    assert Annotation.objects.get().created_at.isoformat() == "2024-02-03T04:05:06+00:00"


def test_rows_teach_the_dataset_its_columns(table: Dataset, mia: User) -> None:
    def row(key: str, **cells: Any) -> Record:
        return Record(key, key, "table", row=cells)

    take(table, row("1", age=3, sex=None), row("2", age=None, sex="f"), by=mia)
    table.refresh_from_db()
    assert table.columns == [
        {"name": "age", "kind": "number"},
        {"name": "sex", "kind": "category"},
    ]
    take(table, row("3", age="old", sex=None, size=1), by=mia)
    table.refresh_from_db()
    assert {one["name"]: one["kind"] for one in table.columns} == {
        "age": "category",
        "sex": "category",
        "size": "number",
    }


def test_two_imports_at_once_keep_the_columns_of_both(table: Dataset, mia: User) -> None:
    stale = Dataset.objects.get(pk=table.pk)
    take(table, Record("1", "1", "table", row={"age": 3}), by=mia)
    take(stale, Record("2", "2", "table", row={"size": 4}), by=mia)
    table.refresh_from_db()
    assert {column["name"] for column in table.columns} == {"age", "size"}


def test_an_image_is_stored_with_thumbnail_and_facts(
    photos: Dataset, make_image: MakeImage, mia: User
) -> None:
    record = Record("a.png", "a", "image", file=make_image("folder/a.png", width=600, height=300))
    assert take(photos, record, by=mia) == {"created": 1}
    assets = {asset.part: asset for asset in Asset.objects.all()}
    assert set(assets) == {"original", "thumbnail"}
    original = assets["original"]
    assert (original.media_type, original.file_name) == ("image/png", "a.png")
    assert (original.facts["width"], original.facts["height"]) == (600, 300)
    assert Item.objects.get().content_hash == original.sha256
    with storage.open_file(original.storage_key) as file:
        assert len(file.read()) == original.size


def test_boxes_are_checked_against_the_image(
    photos: Dataset, things: SchemaRevision, make_image: MakeImage, mia: User
) -> None:
    good = Record("1", "a", "image", file=make_image("a.png"))
    good.truths = [{"regions": boxes(box("cat", 0, 0, 40, 30), box("cat", 1, 1, 2, 2, "r2"))}]
    bad = Record("2", "b", "image", file=make_image("b.png", color="blue"))
    bad.truths = [{"regions": boxes(box("cat", 10, 0, 40, 30))}]
    outcome = ingest_records(dataset=photos, records=[good, bad], by=mia, schema_revision=things)
    assert [(one.at, one.code) for one in outcome.refusals] == [
        ("2/truth/regions/0/at/w", "outside-image")
    ]
    assert TruthLabel.objects.get().count == 2
    assert Asset.objects.filter(part="original").count() == 1


def test_the_same_boxes_are_checked_against_each_image(
    photos: Dataset, things: SchemaRevision, make_image: MakeImage, mia: User
) -> None:
    said = {"regions": boxes(box("cat", 0, 0, 40, 30))}
    large = Record("1", "a", "image", file=make_image("a.png"), truths=[said])
    small = Record("2", "b", "image", file=make_image("b.png", width=20), truths=[said])
    outcome = ingest_records(dataset=photos, records=[large, small], by=mia, schema_revision=things)
    assert [(one.key, one.code) for one in outcome.refusals] == [("b", "outside-image")]


def test_an_image_that_is_there_is_not_stored_again(
    photos: Dataset, things: SchemaRevision, make_image: MakeImage, mia: User
) -> None:
    take(photos, Record("1", "a", "image", file=make_image("a.png")), by=mia)
    before = set(Asset.objects.values_list("storage_key", flat=True))
    again = Record("1", "a", "image", file=make_image("a.png"))
    again.annotations = [{"annotator": "Zoe", "regions": boxes(box("dog", 1, 1, 5, 5))}]
    other = Record("2", "a", "image", file=make_image("b.png", color="blue"))
    outcome = ingest_records(dataset=photos, records=[again, other], by=mia, schema_revision=things)
    assert +outcome.counts == {"unchanged": 1, "annotations": 1, "refused": 1}
    assert set(Asset.objects.values_list("storage_key", flat=True)) == before


def test_a_broken_image_is_refused_and_the_others_taken(
    photos: Dataset, make_image: MakeImage, mia: User
) -> None:
    broken = make_image("broken.png")
    broken.path.write_bytes(broken.path.read_bytes()[:60])
    records = [
        Record("1", "a", "image", file=broken),
        Record("2", "b", "image", file=make_image("b.png")),
    ]
    outcome = ingest_records(dataset=photos, records=records, by=mia)
    assert (outcome.counts["created"], outcome.counts["refused"]) == (1, 1)
    assert outcome.refusals[0].code == "broken-image"


def test_a_suggestion_keeps_how_sure_it_is_of_each_region(
    texts: Dataset, intent: SchemaRevision, mia: User
) -> None:
    def suggests(key: str, *sure: object) -> Record:
        said = {"source": "m", "regions": says("transfer"), "confidences": list(sure)}
        return text_record(key, suggestions=[said])

    told = [suggests("a", 0.75), suggests("b", 0.1, 0.2), suggests("c", 1.5), suggests("d", "x")]
    outcome = ingest_records(dataset=texts, records=told, by=mia, schema_revision=intent)
    assert Suggestion.objects.get().confidences == [0.75]
    assert [(one.at, one.code) for one in outcome.refusals] == [
        ("line b/suggestions/0/confidences", "wrong-length"),
        ("line c/suggestions/0/confidences/0", "out-of-range"),
        ("line d/suggestions/0/confidences/0", "out-of-range"),
    ]
