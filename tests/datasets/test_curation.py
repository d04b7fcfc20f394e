"""Archiving, undoing, tagging; numbers about a dataset."""

import pytest

from datasets.models import Dataset, Item, SchemaRevision
from datasets.queries.items import find_items
from datasets.queries.stats import (
    annotation_counts,
    duplicate_count,
    item_counts,
    schema_counts,
    schemas_used,
)
from datasets.services import curation
from datasets.services.curation import (
    archive_items,
    describe_item,
    exclude_exact_duplicates,
    restore_items,
    tag_items,
    undo_archive,
)
from datasets.services.imports import ingest_records
from foundation.errors import Invalid, NotFound
from foundation.models import User
from foundation.opaque import encode_id
from tests.datasets.conftest import says, text_record


@pytest.fixture
def filled(texts: Dataset, intent: SchemaRevision, mia: User) -> Dataset:
    """Six texts, three of them the same; labels on some."""
    records = [
        text_record("a", "Same", truths=[{"regions": says("balance")}]),
        text_record("b", "Same", truths=[{"regions": says("balance")}]),
        text_record("c", "Same", annotations=[{"annotator": "Zoe", "regions": says("transfer")}]),
        text_record("d", "One", truths=[{"regions": says("transfer")}]),
        text_record("e", "Two"),
        text_record("f", "Three"),
    ]
    ingest_records(dataset=texts, records=records, by=mia, schema_revision=intent)
    return texts


def keys(dataset: Dataset, filter: str = "") -> str:
    """The keys of the items found, in order, as one text."""
    return "".join(find_items(dataset, filter).order_by("key").values_list("key", flat=True))


def test_archived_items_leave_the_list_and_an_undo_brings_just_them_back(
    filled: Dataset, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curation, "WINDOW", 1)
    first = archive_items(dataset=filled, items=find_items(filled, "key:f"), by=mia)
    event = archive_items(dataset=filled, items=find_items(filled, "has:truth"), by=mia)
    assert (event.data["count"], keys(filled), keys(filled, "is:archived")) == (3, "ce", "abdf")
    token = encode_id("event", event.pk)
    assert undo_archive(dataset=filled, token=token, by=mia) == 3
    assert (keys(filled), keys(filled, "is:archived")) == ("abcde", "f")
    assert first.data["count"] == 1


def test_an_undo_token_counts_for_its_dataset_only(
    filled: Dataset, photos: Dataset, mia: User
) -> None:
    event = archive_items(dataset=filled, items=find_items(filled, "key:f"), by=mia)
    with pytest.raises(NotFound):
        undo_archive(dataset=photos, token=encode_id("event", event.pk), by=mia)
    with pytest.raises(NotFound):
        undo_archive(dataset=filled, token="event_0000000000000", by=mia)


def test_of_exact_duplicates_the_oldest_stays(filled: Dataset, mia: User) -> None:
    assert duplicate_count(filled) == 2
    event = exclude_exact_duplicates(dataset=filled, by=mia)
    assert (event.data["count"], keys(filled)) == (2, "adef")
    assert duplicate_count(filled) == 0
    assert exclude_exact_duplicates(dataset=filled, by=mia).data["count"] == 0


def test_an_archived_item_is_no_reason_to_set_its_twin_aside(filled: Dataset, mia: User) -> None:
    archive_items(dataset=filled, items=find_items(filled, "key:a"), by=mia)
    exclude_exact_duplicates(dataset=filled, by=mia)
    assert keys(filled) == "bdef"


def test_restoring_by_filter(filled: Dataset, mia: User) -> None:
    archive_items(dataset=filled, items=find_items(filled), by=mia)
    assert keys(filled) == ""
    some = find_items(filled, "is:archived truth:balance")
    assert restore_items(dataset=filled, items=some, by=mia) == 2
    assert keys(filled) == "ab"


def test_tags_are_set_and_removed(filled: Dataset, mia: User) -> None:
    items = find_items(filled, "has:truth")
    assert tag_items(dataset=filled, items=items, values={"batch": 2}, by=mia) == 3
    assert keys(filled, "metadata.batch:2") == "abd"
    assert tag_items(dataset=filled, items=items, values={"batch": 2}, by=mia) == 0
    assert tag_items(dataset=filled, items=items, values={"batch": None}, by=mia) == 3
    assert keys(filled, "has:metadata") == ""


@pytest.mark.parametrize(
    "metadata", [{"x": "\0"}, {"x": "\ud800"}, {"x": float("nan")}, {"x": "y" * 70_000}]
)
def test_metadata_that_cannot_be_kept_is_refused(
    filled: Dataset, mia: User, metadata: dict[str, object]
) -> None:
    item = Item.objects.get(key="a")
    with pytest.raises(Invalid):
        describe_item(item=item, by=mia, metadata=metadata)
    item.refresh_from_db()
    assert item.metadata == {}


def test_counts_are_of_live_items(filled: Dataset, intent: SchemaRevision, mia: User) -> None:
    archive_items(dataset=filled, items=find_items(filled, "key:b"), by=mia)
    counts = item_counts(filled)
    assert (counts.live, counts.archived, counts.erased) == (5, 1, 0)
    shown = schema_counts(filled, intent.schema)
    assert (shown.with_truth, shown.with_annotations) == (2, 1)
    assert [(one.label, one.items, one.regions) for one in shown.labels] == [
        ("card_lost", 0, 0),
        ("balance", 1, 1),
        ("transfer", 1, 1),
    ]
    assert list(schemas_used(filled)) == [intent.schema]
    assert annotation_counts(filled) == [("Zoe", "imported", 1)]
