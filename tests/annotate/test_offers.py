"""What annotate gives to the apps below: media doors, export extras, filters, gold kept out."""

import uuid

import pytest

from annotate.models import Queue
from annotate.queries.access import had_item
from annotate.queries.exported import extras_of
from annotate.queries.filters import gold_items
from annotate.services.fixing import fix_answer
from annotate.services.gold import plant_gold
from annotate.services.holds import release_task
from annotate.services.reviews import Reviewer, reject_annotation
from datasets.models import Annotation, Dataset, Item, Truth
from datasets.queries.access import media_doors
from datasets.queries.items import find_items
from datasets.services.annotations import add_annotation
from datasets.services.truths import accept_truth
from datasets.services.versions import kept_out
from foundation.actor import Actor
from foundation.models import Annotator, Project, User
from tests.annotate.making import (
    answered,
    claimed,
    make_people,
    make_queue,
    said,
    submitted,
)

pytestmark = pytest.mark.django_db


def keys(dataset: Dataset, text: str) -> list[str]:
    """Keys of the items that a filter finds."""
    return [item.key for item in find_items(dataset, text).order_by("key")]


def test_the_files_of_an_item_are_open_to_who_holds_or_held_it(
    queue: Queue, ada: User, ada_works: Annotator, bo: User
) -> None:
    hold = claimed(queue, ada_works)
    item = hold.task.item_id
    assert media_doors["annotate"] is had_item
    assert had_item(Actor(ada), item)
    assert not had_item(Actor(bo), item)
    assert not had_item(Actor(ada), item + 1)
    release_task(assignment=hold, fence=1)
    assert had_item(Actor(ada), item)


def test_an_export_tells_of_queue_time_and_reviews(
    project: Project, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    queue = make_queue(project, 1, review_share=1.0)
    hold = claimed(queue, ada_works)
    done = submitted(hold, seconds=2.5)
    annotation = Annotation.objects.select_related(
        "item__dataset__project", "annotator", "schema_revision", "document"
    ).get(pk=done.annotation_id)
    reject_annotation(annotation=annotation, reviewer=Reviewer(rui_works, rui), reason="too short")
    fixed = fix_answer(
        annotation=annotation,
        annotator=ada_works,
        regions=said("bad"),
        submission_id=uuid.uuid4(),
    )
    extras = extras_of([done.annotation_id, fixed.annotation_id])
    first = extras[done.annotation_id]
    assert (first["queue"], first["seconds"], first["answer_revision"]) == ("Moods", 2.5, 1)
    assert [(one["reviewer"], one["verdict"], one["reason"]) for one in first["reviews"]] == [
        ("Rui", "reject", "too short")
    ]
    assert "reviews" not in extras[fixed.annotation_id]


def test_items_are_found_by_how_well_people_agree(
    project: Project, ada_works: Annotator, bo_works: Annotator, rui_works: Annotator
) -> None:
    queue = make_queue(project, 3, overlap=3)
    for label, person in zip(
        ("good", "good", "bad"), (ada_works, bo_works, rui_works), strict=True
    ):
        submitted(claimed(queue, person), label)
    for person in (ada_works, bo_works, rui_works):
        answered(queue, person, "dull")
    answered(queue, ada_works)
    dataset = queue.dataset
    assert keys(dataset, "agreement<0.5") == ["k000000"]
    assert keys(dataset, "agreement>=0.9") == ["k000001"]
    assert keys(dataset, "agreement=1") == ["k000001"]
    assert keys(dataset, "is:disputed") == ["k000000"]
    assert keys(dataset, "-is:disputed") == ["k000001", "k000002"]


def test_imported_answers_that_differ_are_disputed(project: Project) -> None:
    queue = make_queue(project, 2)
    first, second = Item.objects.order_by("pk")
    for person, labels in zip(
        make_people(project, 2), (("good", "bad"), ("bad", "bad")), strict=True
    ):
        for item, label in zip((first, second), labels, strict=True):
            add_annotation(
                item=item,
                schema_revision=queue.schema_revision,
                annotator=person,
                regions=said(label),
                submission_id=uuid.uuid4(),
                origin=Annotation.Origin.IMPORTED,
            )
    assert keys(queue.dataset, "is:disputed") == ["k000000"]


def test_gold_is_kept_out_of_versions(queue: Queue) -> None:
    item = Item.objects.order_by("pk")[0]
    accept_truth(
        item=item,
        schema_revision=queue.schema_revision,
        regions=said("good"),
        method=Truth.Method.IMPORTED,
        lineage={},
        by=None,
    )
    plant_gold(queue=queue, items=[item], by=None)
    assert kept_out["gold"](queue.dataset) == {item.pk} == gold_items(queue.dataset)
