"""Single answers: annotations sent once or twice, suggestions, files that must not be lost."""

from uuid import UUID, uuid4

import pytest
from django.db import transaction

from datasets.errors import OtherSubmission, RegionsInvalid
from datasets.formats.base import Record
from datasets.models import Annotation, AnnotationRegions, Dataset, Item, SchemaRevision, Suggestion
from datasets.services.annotations import Added, add_annotation
from datasets.services.imports import ingest_records
from datasets.services.suggestions import Offer, suggest_many, suggest_regions
from foundation.errors import Invalid
from foundation.models import Annotator, Project, User
from tests.datasets.conftest import MakeImage, box, boxes, says, text_record

ONE = UUID("00000000-0000-0000-0000-000000000001")


@pytest.fixture
def item(texts: Dataset, mia: User) -> Item:
    """A text of 15 characters."""
    ingest_records(dataset=texts, records=[text_record("a", "Where is it, eh")], by=mia)
    return Item.objects.get()


@pytest.fixture
def zoe(project: Project) -> Annotator:
    """Somebody who answers."""
    return Annotator.objects.create(project=project, name="Zoe", kind="imported")


def add(
    item: Item, revision: SchemaRevision, annotator: Annotator, label: str, **more: object
) -> Added:
    """Add an annotation that says a label."""
    values = {"submission_id": uuid4()} | more
    return add_annotation(
        item=item,
        schema_revision=revision,
        annotator=annotator,
        regions=says(label),
        **values,  # type: ignore[arg-type]
    )


def test_an_annotation_sent_twice_is_kept_once(
    item: Item, intent: SchemaRevision, zoe: Annotator
) -> None:
    first = add(item, intent, zoe, "balance", submission_id=ONE)
    again = add(item, intent, zoe, "balance", submission_id=ONE)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.annotation == again.annotation
    assert Annotation.objects.count() == AnnotationRegions.objects.count() == 1


def test_the_same_id_with_other_content_is_refused(
    item: Item, intent: SchemaRevision, zoe: Annotator
) -> None:
    add(item, intent, zoe, "balance", submission_id=ONE)
    with pytest.raises(OtherSubmission), transaction.atomic():
        add(item, intent, zoe, "transfer", submission_id=ONE)
    assert AnnotationRegions.objects.get().regions == says("balance")


def test_an_annotation_that_replaces_another_is_the_latest(
    item: Item, intent: SchemaRevision, zoe: Annotator
) -> None:
    first = add(item, intent, zoe, "balance").annotation
    second = add(item, intent, zoe, "transfer", replaces=first).annotation
    first.refresh_from_db()
    assert (first.is_latest, second.is_latest, second.replaces) == (False, True, first)


def test_an_answer_that_does_not_fit_leaves_nothing(
    item: Item, intent: SchemaRevision, zoe: Annotator
) -> None:
    with pytest.raises(RegionsInvalid) as caught, transaction.atomic():
        add(item, intent, zoe, "unheard")
    assert [place.at for place in caught.value.places] == ["regions/0/label"]
    assert not Annotation.objects.exists()


def test_boxes_count_the_pixels_of_the_picture(
    photos: Dataset,
    things: SchemaRevision,
    make_image: MakeImage,
    zoe: Annotator,
    mia: User,
) -> None:
    record = Record("1", "a", "image", file=make_image("a.png", width=40, height=30))
    ingest_records(dataset=photos, records=[record], by=mia)
    item = Item.objects.get()

    def draw(height: float) -> Added:
        return add_annotation(
            item=item,
            schema_revision=things,
            annotator=zoe,
            regions=boxes(box("cat", 0, 0, 40, height)),
            submission_id=uuid4(),
        )

    assert draw(30).is_new
    with pytest.raises(RegionsInvalid), transaction.atomic():
        draw(31)


def test_a_suggestion_may_leave_questions_open_and_is_kept_once(
    item: Item, intent: SchemaRevision
) -> None:
    empty = {"format": 1, "regions": []}
    for _ in range(2):
        suggest_regions(item=item, schema_revision=intent, source="rule", regions=empty)
    suggest_regions(item=item, schema_revision=intent, source="other", regions=empty)
    assert sorted(Suggestion.objects.values_list("source", flat=True)) == ["other", "rule"]
    with pytest.raises(Invalid):
        suggest_regions(item=item, schema_revision=intent, source=" ", regions=empty)


def test_many_suggestions_are_kept_or_none(
    item: Item, intent: SchemaRevision, texts: Dataset, mia: User
) -> None:
    ingest_records(dataset=texts, records=[text_record("b")], by=mia)
    other = Item.objects.get(key="b")
    good = [Offer(item, says("balance")), Offer(other, says("transfer"))]
    assert suggest_many(offers=good, schema_revision=intent, source="model") == 2
    assert suggest_many(offers=good, schema_revision=intent, source="model") == 2
    assert Suggestion.objects.count() == 2
    with pytest.raises(RegionsInvalid) as caught:
        suggest_many(
            offers=[Offer(item, says("card_lost")), Offer(other, says("unheard"))],
            schema_revision=intent,
            source="model",
        )
    assert caught.value.places[0].at == "b/regions/0/label"
    assert Suggestion.objects.count() == 2
