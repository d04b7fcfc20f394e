"""The filter language means the same on both databases."""

from datetime import timedelta

import pytest
from django.utils import timezone

from datasets.models import Annotation, Dataset, Item, SchemaRevision, Truth
from datasets.queries.filtering import filter_meanings
from datasets.queries.items import find_items
from datasets.services.imports import ingest_records
from datasets.services.truths import accept_truth
from foundation.errors import Invalid
from foundation.models import User
from tests.datasets.conftest import says, text_record


@pytest.fixture
def filled(texts: Dataset, intent: SchemaRevision, mia: User) -> Dataset:
    """Five texts: a and b have truths, a has annotations, b's text stands twice, e is archived."""
    records = [
        text_record(
            "a",
            "Where is my card?",
            metadata={"lang": "en", "page": 3, "ok": True},
            truths=[{"regions": says("card_lost")}],
            annotations=[
                {"annotator": "Zoe", "regions": says("balance")},
                {"annotator": "Yan", "regions": says("card_lost")},
            ],
        ),
        text_record("b", "Twice", metadata={"page": 12}, truths=[{"regions": says("balance")}]),
        text_record("c", "Twice", metadata={"lang": "de", "page": "3"}),
        text_record(
            "d",
            "100% sure_thing",
            suggestions=[{"source": "rule", "regions": says("transfer")}],
        ),
        text_record("e", "Old"),
    ]
    outcome = ingest_records(dataset=texts, records=records, by=mia, schema_revision=intent)
    assert outcome.counts["created"] == 5
    Item.objects.filter(key="e").update(archived_at=timezone.now())
    return texts


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", "abcd"),
        ("key:a", "a"),
        ("-key:a", "bcd"),
        ("truth:balance", "b"),
        ("label:balance", "ab"),
        ("-label:balance", "cd"),
        ("label:BALANCE", ""),
        ("question:intent", "ab"),
        ("annotator:Zoe", "a"),
        ("annotations>=2", "a"),
        ("annotations<1", "bcd"),
        ("annotations:0", "bcd"),
        ("has:truth", "ab"),
        ("-has:truth", "cd"),
        ("has:annotations", "a"),
        ("has:suggestions", "d"),
        ("has:metadata", "abc"),
        ("is:archived", "e"),
        ("is:duplicate", "bc"),
        ("is:broken", ""),
        ("type:text", "abcd"),
        ("type:image", ""),
        ("card", "a"),
        ('"my CARD"', "a"),
        ("text:100%", "d"),
        ("text:sure_thing", "d"),
        ("text:surexthing", ""),
        ("metadata.lang:en", "a"),
        ("-metadata.lang:en", "bcd"),
        ("metadata.page:3", "ac"),
        ("metadata.page>=3", "ab"),
        ("metadata.page<4", "a"),
        ("metadata.page>4", "b"),
        ("metadata.ok:true", "a"),
        ("metadata.nothing:1", ""),
        ("has:truth metadata.page>4", "b"),
        ("created>=2020-01-01", "abcd"),
        ("created<2020-01-01", ""),
        ("answered>=2020-01-01", "a"),
        ("answered<2100-01-01", "a"),
        ("-answered>=2020-01-01", "bcd"),
    ],
)
def test_a_filter_finds_what_it_says(filled: Dataset, text: str, keys: str) -> None:
    found = find_items(filled, text).values_list("key", flat=True)
    assert "".join(sorted(found)) == keys


def test_created_compares_whole_days(filled: Dataset) -> None:
    today = timezone.now().date()
    yesterday = today - timedelta(days=1)
    assert find_items(filled, f"created:{today}").count() == 4
    assert find_items(filled, f"created<={yesterday}").count() == 0
    assert find_items(filled, f"created>{yesterday}").count() == 4


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("answered:2026-11-20", False),  # somebody answered after that
        ("answered:2026-11-24", True),
        ("answered<2026-11-24", False),
        ("answered<=2026-11-24", True),
        ("answered>2026-11-24", False),
        ("answered>=2026-11-24", True),
        ("answered>=2026-11-23 answered<2026-11-30", True),
    ],
)
def test_an_item_was_answered_on_the_day_of_its_last_answer(
    filled: Dataset, text: str, is_found: bool
) -> None:
    first, second = Annotation.objects.filter(item__key="a").order_by("pk")
    for one, day in ((first, "2026-11-20"), (second, "2026-11-24")):
        Annotation.objects.filter(pk=one.pk).update(created_at=f"{day}T12:00:00Z")
    assert find_items(filled, text).exists() == is_found


def test_items_of_another_dataset_are_never_found(
    filled: Dataset, photos: Dataset, intent: SchemaRevision
) -> None:
    assert not find_items(photos, "label:balance").exists()


def test_erased_items_are_never_found(filled: Dataset) -> None:
    Item.objects.filter(key="a").update(erased_at=timezone.now())
    assert not find_items(filled, "key:a").exists()


def test_a_filter_that_cannot_be_read_names_its_column(filled: Dataset) -> None:
    with pytest.raises(Invalid) as caught:
        find_items(filled, "key:a lable:x")
    [place] = caught.value.places
    assert (place.at, place.code) == ("filter", "unknown-field")
    assert caught.value.extra["errors"][0]["column"] == 7


def test_a_name_that_has_no_meaning_yet_is_refused(filled: Dataset) -> None:
    taken = filter_meanings._things.pop("agreement", None)
    try:
        with pytest.raises(Invalid) as caught:
            find_items(filled, "agreement<0.5")
    finally:
        if taken is not None:
            filter_meanings._things["agreement"] = taken
    assert caught.value.places[0].code == "no-meaning"


def test_a_truth_written_by_the_service_is_found_like_an_imported_one(
    filled: Dataset, intent: SchemaRevision, mia: User
) -> None:
    item = Item.objects.get(key="c")
    accept_truth(
        item=item,
        schema_revision=intent,
        regions=says("transfer"),
        method=Truth.Method.REVIEWED,
        lineage={},
        by=mia,
    )
    assert [one.key for one in find_items(filled, "truth:transfer")] == ["c"]
    unanswered = find_items(filled, "question:intent -has:annotations").order_by("key")
    assert [one.key for one in unanswered] == ["b", "c"]
