"""How well people agree, who differs on what, how far a queue is: the figures behind the pages."""

import random
import time
import uuid
from typing import Any

import pytest

from annotate.models import Queue, Stage
from annotate.queries.agreement import agreement_of_dataset, agreement_of_queue
from annotate.queries.workload import progress_of, work_of
from annotate.services.fixing import fix_answer
from annotate.services.gold import plant_gold
from annotate.services.holds import skip_task
from datasets.models import (
    Annotation,
    AnnotationRegions,
    Asset,
    Dataset,
    Item,
    SchemaRevision,
    Truth,
)
from datasets.services.annotations import add_annotation
from datasets.services.datasets import create_dataset
from datasets.services.truths import accept_truth
from foundation.models import Annotator, Project, User
from tests.annotate.making import (
    answered,
    claimed,
    end_leases,
    fetched,
    make_people,
    make_queue,
    make_schema,
    make_texts,
    said,
    submitted,
)
from tests.conftest import MakeApi

pytestmark = pytest.mark.django_db

MIXED: dict[str, Any] = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "names",
            "title": "Names",
            "type": "spans",
            "labels": [{"key": "person", "name": "Person"}, {"key": "place", "name": "Place"}],
        },
        {
            "name": "topics",
            "title": "Topics",
            "type": "choices",
            "labels": [{"key": "a", "name": "A"}, {"key": "b", "name": "B"}],
        },
        {"name": "stars", "title": "Stars", "type": "rating", "max": 5},
        {"name": "note", "title": "Note", "type": "text"},
    ],
}
CELLS: dict[str, Any] = {
    "format": 1,
    "data_type": "image",
    "questions": [
        {
            "name": "cells",
            "title": "Cells",
            "type": "boxes",
            "labels": [{"key": "rbc", "name": "Red"}, {"key": "wbc", "name": "White"}],
        }
    ],
}


def imported(item: Item, revision: SchemaRevision, person: Annotator, regions: Any) -> None:
    """An answer that came from elsewhere."""
    add_annotation(
        item=item,
        schema_revision=revision,
        annotator=person,
        regions=regions,
        submission_id=uuid.uuid4(),
        origin=Annotation.Origin.IMPORTED,
    )


def document(*regions: dict[str, Any]) -> dict[str, Any]:
    """A regions document, ids given in order."""
    numbered = [{"id": f"r{n}"} | region for n, region in enumerate(regions)]
    return {"format": 1, "regions": numbered}


def span(start: int, end: int, label: str) -> dict[str, Any]:
    """A name in a text."""
    return {"question": "names", "kind": "span", "label": label, "at": {"start": start, "end": end}}


def test_agreement_in_a_queue_counts_last_answers_and_leaves_gold_and_extras_out(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 5, overlap=2, gold_share=0.5)
    gold = Item.objects.order_by("pk")[4]
    accept_truth(
        item=gold,
        schema_revision=queue.schema_revision,
        regions=said("good"),
        method=Truth.Method.IMPORTED,
        lineage={},
        by=None,
    )
    plant_gold(queue=queue, items=[gold], by=None)
    for person in (ada_works, bo_works):
        Queue.objects.update(gold_share=1.0)
        answered(queue, person, "bad")
        Queue.objects.update(gold_share=0.0)
    for ours, theirs in (("good", "good"), ("bad", "bad"), ("good", "bad")):
        answered(queue, ada_works, ours)
        last = answered(queue, bo_works, theirs)
    queue.refresh_from_db()
    report = agreement_of_queue(queue)
    (mood,) = report.questions
    assert (report.items, report.answers) == (3, 6)
    assert report.annotators == {ada_works.pk: "Ada", bo_works.pk: "Bo"}
    assert mood.measures["percent"].value == pytest.approx(2 / 3)
    assert mood.measures["cohen"].value == pytest.approx(0.4)
    assert mood.confused == [("bad", "good", 1)]
    assert [(one.item, one.score) for one in mood.disputed] == [
        (Item.objects.order_by("pk")[2].pk, 0.0)
    ]
    (pair,) = mood.pairs
    assert (pair.items, round(pair.score, 3)) == (3, 0.667)
    assert [(one.name, one.score.correct, one.score.total) for one in report.gold] == [
        ("Ada", 0, 1),
        ("Bo", 0, 1),
    ]
    annotation = Annotation.objects.select_related("annotator").get(pk=last.annotation_id)
    fix_answer(
        annotation=annotation,
        annotator=bo_works,
        regions=said("good"),
        submission_id=uuid.uuid4(),
    )
    assert agreement_of_queue(queue).questions[0].measures["percent"].value == 1.0


def test_imported_answers_have_agreement_by_type_of_question(project: Project) -> None:
    dataset, revision = make_texts(project, 2), make_schema(project, MIXED)
    one, other = make_people(project, 2)
    first, second = Item.objects.order_by("pk")
    topics = {"question": "topics", "kind": "item"}
    stars = {"question": "stars", "kind": "item"}
    same = document(span(0, 4, "person"), topics | {"label": "a"}, stars | {"value": 2})
    imported(first, revision, one, same)
    imported(first, revision, other, same)
    imported(second, revision, one, document(span(0, 4, "person"), stars | {"value": 1}))
    imported(
        second,
        revision,
        other,
        document(span(0, 6, "person"), topics | {"label": "b"}, stars | {"value": 2}),
    )
    report = agreement_of_dataset(dataset, revision.schema)
    names, said_topics, rating, note = report.questions
    assert note.measures["wer"].reason_undefined == "no-overlap"
    assert (report.items, report.answers) == (2, 4)
    assert names.measures["f1"].value == 0.5
    assert names.measures["f1_overlap"].value == 1.0
    assert names.by_label["person"].value == 0.5
    assert [one.item for one in names.disputed] == [second.pk]
    assert said_topics.measures["percent"].value == 0.5
    assert set(said_topics.by_label) == {"a", "b"}
    assert rating.measures["percent"].value == 0.5
    assert rating.measures["krippendorff"].value is not None


def test_boxes_agree_when_they_overlap_by_half(project: Project) -> None:
    dataset = create_dataset(project=project, name="Cells", data_type="image", by=None)
    revision = make_schema(project, CELLS, "Cells")
    item = Item.objects.create(dataset=dataset, key="a", data_type="image", content_hash="0")
    Asset.objects.create(
        item=item,
        part=Asset.Part.ORIGINAL,
        sha256="0",
        size=1,
        media_type="image/png",
        storage_key="x",
        facts={"width": 100, "height": 100},
    )

    def box(x: float, label: str) -> dict[str, Any]:
        at = {"x": x, "y": 0, "w": 20, "h": 20}
        return {"question": "cells", "kind": "box", "label": label, "at": at}

    one, other = make_people(project, 2)
    imported(item, revision, one, document(box(0, "rbc"), box(50, "wbc")))
    imported(item, revision, other, document(box(2, "rbc"), box(75, "wbc")))
    (cells,) = agreement_of_dataset(dataset, revision.schema).questions
    assert cells.measures["f1"].value == 0.5
    assert {label: one.value for label, one in cells.by_label.items()} == {"rbc": 1.0, "wbc": 0.0}
    assert [(one.item, one.score) for one in cells.disputed] == [(item.pk, 0.5)]


def test_without_two_answers_there_is_a_reason_and_no_number(queue: Queue) -> None:
    (mood,) = agreement_of_queue(queue).questions
    figure = mood.measures["krippendorff"]
    assert (figure.value, figure.reason_undefined) == (None, "no-overlap")
    assert (mood.pairs, mood.disputed, mood.confused) == ([], [], [])


def many_answers(project: Project) -> tuple[Dataset, SchemaRevision]:
    """8,000 answers of 164 people to 800 texts, as in the RTE set of Snow and others (2008)."""
    dice = random.Random(1)
    dataset, revision = make_texts(project, 800), make_schema(project)
    people = make_people(project, 164)
    rows = [
        (item, person, dice.choice(["good", "good", "bad"]))
        for item in Item.objects.filter(dataset=dataset)
        for person in dice.sample(people, 10)
    ]
    annotations = Annotation.objects.bulk_create(
        [
            Annotation(
                item=item,
                annotator=person,
                schema_revision=revision,
                origin=Annotation.Origin.IMPORTED,
                submission_id=uuid.uuid4(),
            )
            for item, person, _label in rows
        ],
        batch_size=500,
    )
    AnnotationRegions.objects.bulk_create(
        [
            AnnotationRegions(annotation=annotation, regions=said(row[2]), regions_hash=row[2])
            for annotation, row in zip(annotations, rows, strict=True)
        ],
        batch_size=500,
    )
    return dataset, revision


def test_eight_thousand_answers_of_a_crowd_are_measured_quickly(project: Project) -> None:
    dataset, revision = many_answers(project)
    start = time.process_time()
    report = agreement_of_dataset(dataset, revision.schema)
    measured = time.process_time() - start
    assert (report.items, report.answers, len(report.annotators)) == (800, 8000, 164)
    (mood,) = report.questions
    alpha = mood.measures["krippendorff"]
    assert alpha.value is not None
    assert alpha.low is not None
    assert abs(alpha.value) < 0.05
    assert len(mood.pairs) == 300
    assert measured < 2
    start = time.process_time()
    assert agreement_of_dataset(dataset, revision.schema) == report
    assert time.process_time() - start < measured / 4


# How far


def test_a_manager_sees_stages_people_days_and_a_forecast(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 8, overlap=1, review_share=0.0)
    for seconds in (2.0, 4.0, 9.0):
        submitted(claimed(queue, ada_works), seconds=seconds)
    skip_task(assignment=claimed(queue, bo_works), fence=1)
    hold = claimed(queue, bo_works)
    end_leases()
    answered(queue, ada_works)
    answered(queue, ada_works)
    submitted(fetched(hold.pk))
    progress = progress_of(queue)
    assert progress.tasks == _stages(annotate=3, done=5)
    assert (progress.answers, progress.wanted) == (5, 8)
    assert progress.days[-1][1] == 5
    assert len(progress.days) == 30
    ada, bo = progress.people
    assert (ada.name, ada.answers) == ("Ada", 5)
    assert ada.median_seconds == pytest.approx(4.0, rel=0.1)
    assert (bo.name, bo.answers, bo.extra, bo.skipped) == ("Bo", 0, 1, 1)
    assert (progress.left, progress.forecast.days) == (3, None), "today alone tells no pace"


def test_an_annotator_sees_what_waits_and_what_they_did(
    project: Project, queue: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    answered(queue, ada_works)
    answered(queue, bo_works)
    claimed(queue, ada_works)
    (work,) = work_of(ada_works, may_review=False)
    assert (work.done, work.total, work.left) == (2, 10, 8)
    assert (work.mine, work.mine_today, work.held, work.to_review) == (1, 1, 1, 0)


# Over REST


def test_managers_read_progress_and_agreement_over_rest(
    api: MakeApi, mia: User, project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 3, overlap=2)
    answered(queue, ada_works, "good")
    answered(queue, bo_works, "bad")
    client = api(mia)
    body = client.get(f"/api/v1/queues/{queue.oid}/agreement").json()
    assert [one["name"] for one in body["annotators"]] == ["Ada", "Bo"]
    (mood,) = body["questions"]
    assert mood["measures"]["percent"]["value"] == 0.0
    assert mood["confused"] == [{"first": "bad", "second": "good", "count": 1}]
    assert len(mood["disputed"][0]["answers"]) == 2
    path = f"/api/v1/datasets/{queue.dataset.oid}/agreement"
    assert client.get(f"{path}?schema={queue.schema.oid}").json()["answers"] == 2
    assert client.get(path).status_code == 404
    progress = client.get(f"/api/v1/queues/{queue.oid}/progress").json()
    assert progress["tasks"] == _stages(annotate=2, review=1)
    assert progress["disagreed"] == 1


def _stages(**tasks: int) -> dict[str, int]:
    """Tasks by stage, none where nothing is said."""
    return {stage.name.lower(): tasks.get(stage.name.lower(), 0) for stage in Stage}
