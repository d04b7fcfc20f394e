"""Boxes, spans and numbers that a source of suggestions contradicts: ranked, sent, and counted."""

import random
from typing import Any
from uuid import uuid4

import pytest

from annotate.models import Task
from datasets.formats.base import Record
from datasets.models import Dataset, Item, PlannedSplit, SchemaRevision, SplitPlan, Truth
from datasets.services.annotations import add_annotation
from datasets.services.datasets import create_dataset
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from datasets.services.truths import accept_truth
from foundation import jobs
from foundation.errors import Conflict, Invalid
from foundation.models import Job, Project, User
from foundation.services.people import create_project
from tests.conftest import MakeApi
from tests.training.suggested import Region, Regions, document, push, ranked
from training.models import DoubtList, RelabelItem
from training.queries.answer_doubts import report_of
from training.services.answer_doubts import start_doubting
from training.services.second_looks import send_first

pytestmark = pytest.mark.django_db

TEXT = "Ada met Bo in Oslo"
PLACES = {"Ada": (0, 3), "Bo": (8, 10), "Oslo": (14, 18)}


def span(word: str, label: str) -> Region:
    """A region of the question about names."""
    start, end = PLACES[word]
    at = {"start": start, "end": end}
    return {"question": "names", "kind": "span", "label": label, "at": at}


RIGHT = [span("Ada", "person"), span("Bo", "person"), span("Oslo", "place")]
SURE = [0.97, 0.96, 0.95]


def texts(
    project: Project, given: list[Regions | None], name: str = "Posts"
) -> tuple[Dataset, SchemaRevision]:
    """A dataset of one text many times, with truths; None leaves one open."""
    labels = [{"key": "person", "name": "Person"}, {"key": "place", "name": "Place"}]
    asked = [
        {"name": "names", "type": "spans", "labels": labels},
        {"name": "tone", "type": "choice", "labels": labels, "required": False},
    ]
    definition = {"format": 1, "data_type": "text", "questions": asked}
    revision = publish_schema(project=project, name=name, definition=definition, by=None)
    dataset = create_dataset(project=project, name=name, data_type="text", by=None)
    records = [
        Record(
            f"{n}",
            f"t{n}",
            "text",
            text=f"{TEXT}, {n}",
            truths=[] if one is None else [{"regions": document(one)}],
        )
        for n, one in enumerate(given)
    ]
    outcome = ingest_records(dataset=dataset, records=records, by=None, schema_revision=revision)
    assert outcome.refusals == []
    return dataset, revision


def decide(item: Item, revision: SchemaRevision, regions: Regions) -> None:
    """A truth that somebody decided."""
    accept_truth(
        item=item,
        schema_revision=revision,
        regions=document(regions),
        method=Truth.Method.SINGLE,
        lineage={},
        by=None,
    )


def keys(doubts: DoubtList) -> list[str]:
    """The items of a list, likeliest error first."""
    return [one.item.key for one in doubts.items.select_related("item").order_by("rank")]


def doubted_texts(project: Project) -> tuple[DoubtList, SchemaRevision]:
    """Ten texts; the third has a label swapped, the fifth a name too few."""
    given: list[Regions | None] = [RIGHT] * 10
    given[3] = [span("Ada", "place"), *RIGHT[1:]]
    given[5] = RIGHT[:2]
    dataset, revision = texts(project, given)
    push(dataset, revision, {f"t{n}": (RIGHT, SURE) for n in range(10)})
    return ranked(dataset, revision, "names"), revision


def test_a_swapped_and_a_missing_span_stand_first_and_are_named(project: Project) -> None:
    doubts, _revision = doubted_texts(project)
    assert keys(doubts)[:2] == ["t3", "t5"]
    first, second = doubts.items.order_by("rank")[:2]
    assert [one["error"] for one in first.places] == ["swapped"]
    assert (first.places[0]["given"], first.places[0]["said"]) == (0, 0)
    assert [one["error"] for one in second.places] == ["missing"]
    assert second.places[0]["said"] == 2
    assert doubts.report["compared"] == 10
    assert doubts.report["repeated"] == 8


def test_numbers_far_from_a_prediction_stand_first_and_need_no_confidences(
    project: Project,
) -> None:
    asked = {"name": "price", "type": "number"}
    definition = {"format": 1, "data_type": "table", "questions": [asked]}
    revision = publish_schema(project=project, name="Prices", definition=definition, by=None)
    dataset = create_dataset(project=project, name="Houses", data_type="table", by=None)

    def price(value: float) -> Region:
        return {"question": "price", "kind": "item", "value": value}

    chance = random.Random(3)
    records, said = [], {}
    for n in range(40):
        real = 100.0 + 10 * n
        given = real * 10 if n in (7, 30) else real
        row = {"rooms": n}
        truth = [{"regions": document([price(given)])}]
        records.append(Record(f"{n}", f"h{n}", "table", row=row, truths=truth))
        said[f"h{n}"] = ([price(round(real + chance.gauss(0, 5), 2))], None)
    ingest_records(dataset=dataset, records=records, by=None, schema_revision=revision)
    push(dataset, revision, said)
    doubts = ranked(dataset, revision, "price")
    assert set(keys(doubts)[:2]) == {"h7", "h30"}
    scores = list(doubts.items.order_by("rank").values_list("score", flat=True))
    assert scores[1] < 0.001 < 0.01 < scores[2] <= 1


def test_what_people_find_becomes_the_precision_and_nobody_is_asked_twice(
    project: Project,
) -> None:
    doubts, revision = doubted_texts(project)
    [batch] = send_first(doubts=doubts, most=3, by=None)
    assert Task.objects.filter(queue=batch.queue).count() == 3
    assert report_of(doubts).verdicts == [None] * 10
    for key, answer in (("t3", RIGHT), ("t5", RIGHT[:2])):
        decide(Item.objects.get(key=key), revision, answer)
    told = report_of(doubts)
    assert told.verdicts[:3] == [True, False, None]
    assert [(one.k, one.value) for one in told.precision] == [(10, 0.5)]
    with pytest.raises(Invalid):
        send_first(doubts=doubts, most=3, by=None)
    [more] = send_first(doubts=doubts, most=5, by=None)
    assert RelabelItem.objects.filter(batch=more).count() == 2


def test_items_of_a_test_split_go_blind_among_random_ones(project: Project) -> None:
    given: list[Regions | None] = [[span("Ada", "place")], *[RIGHT] * 9]
    dataset, revision = texts(project, given)
    plan = SplitPlan.objects.create(dataset=dataset, name="default")
    for item in Item.objects.filter(dataset=dataset, key__in=["t0", "t8", "t9"]):
        PlannedSplit.objects.create(plan=plan, item=item, split="test")
    push(dataset, revision, {f"t{n}": (RIGHT, SURE) for n in range(8)})
    doubts = ranked(dataset, revision, "names")
    seen, blind = send_first(doubts=doubts, most=2, by=None)
    assert (seen.is_blind, blind.is_blind) == (False, True)
    assert blind.queue.is_blind_relabel
    told = dict(blind.items.values_list("item__key", "was_right"))
    assert told.pop("t0") is False
    assert list(told.values()) == [True]
    assert set(told) <= {"t8", "t9"}


def test_where_no_truth_is_what_people_agree_on_is_doubted(
    project: Project, ada: User, bo: User
) -> None:
    dataset, revision = texts(project, [None, None, RIGHT])
    swapped = [span("Ada", "place"), *RIGHT[1:]]
    for key, said in (("t0", [swapped, swapped]), ("t1", [swapped, RIGHT])):
        for user, regions in zip((ada, bo), said, strict=True):
            annotator = project.annotators.get(user=user)
            add_annotation(
                item=Item.objects.get(key=key),
                schema_revision=revision,
                annotator=annotator,
                regions=document(regions),
                submission_id=uuid4(),
            )
    push(dataset, revision, {f"t{n}": (RIGHT, SURE) for n in range(3)})
    doubts = ranked(dataset, revision, "names")
    assert keys(doubts) == ["t0", "t2"]
    assert doubts.report["differing"] == 1


def test_what_cannot_be_doubted_is_refused_or_counted_with_its_reason(project: Project) -> None:
    dataset, revision = texts(project, [RIGHT, RIGHT, None, RIGHT])

    def start(question: str = "names", source: str = "detector") -> DoubtList:
        return start_doubting(
            dataset=dataset, schema=revision.schema, question=question, source=source, by=None
        )

    codes = []
    for asked in ({"question": "unheard"}, {"question": "tone"}, {"source": "nobody"}):
        with pytest.raises(Invalid) as refused:
            start(**asked)
        codes.append(refused.value.places[0].code)
    assert codes == ["unknown-question", "kind-not-supported", "no-suggestions"]
    push(dataset, revision, {"t0": (RIGHT, None), "t1": (RIGHT, SURE), "t2": (RIGHT, SURE)})
    doubts = ranked(dataset, revision, "names")
    assert keys(doubts) == ["t1"]
    counts = {name: doubts.report[name] for name in ("items", "unsuggested", "unanswered")}
    assert counts == {"items": 4, "unsuggested": 1, "unanswered": 1}
    assert doubts.report["without_confidences"] == 1


def test_a_list_outlives_items_and_datasets_that_go_and_a_second_attempt(project: Project) -> None:
    dataset, revision = texts(project, [RIGHT, RIGHT[:1], RIGHT])
    push(dataset, revision, {f"t{n}": (RIGHT, SURE) for n in range(3)})
    doubts = start_doubting(
        dataset=dataset, schema=revision.schema, question="names", source="detector", by=None
    )
    with pytest.raises(Conflict):
        send_first(doubts=doubts, most=1, by=None)
    Item.objects.filter(key="t2").delete()
    assert doubts.job is not None
    jobs.run(doubts.job.pk)
    doubts.refresh_from_db()
    assert keys(doubts) == ["t1", "t0"]
    Job.objects.filter(pk=doubts.job.pk).update(state=Job.State.QUEUED)
    again = jobs.run(doubts.job.pk)
    assert again is not None
    assert again.state == Job.State.SUCCEEDED
    assert doubts.items.count() == 2, "written once"
    Item.objects.filter(key="t1").delete()
    [batch] = send_first(doubts=doubts, most=9, by=None)
    assert [one.item.key for one in batch.items.select_related("item")] == ["t0"]


def test_a_model_pushes_and_doubts_through_rest(
    project: Project, mia: User, ada: User, api: MakeApi
) -> None:
    dataset, revision = texts(project, [RIGHT, [span("Ada", "place")]])
    client = api(mia)
    body: dict[str, Any] = {"schema": revision.schema.oid, "source": "tagger 2"}
    offers = [{"key": f"t{n}", "regions": document(RIGHT), "confidences": SURE} for n in (0, 1)]
    address = f"/api/v1/datasets/{dataset.oid}"
    sent = client.post(f"{address}/suggestions", body | {"suggestions": offers}, format="json")
    assert sent.json() == {"suggestions": 2}
    for wrong in ({"key": "t9"}, {"confidences": [0.5]}, {"confidences": [0.5, 0.5, 7]}):
        given = body | {"suggestions": [offers[0] | wrong]}
        assert client.post(f"{address}/suggestions", given, format="json").status_code == 422
    elsewhere = create_project(name="Elsewhere", by=mia)
    foreign = publish_schema(
        project=elsewhere, name="Names", definition=revision.definition, by=mia
    ).schema
    given = body | {"suggestions": offers, "schema": foreign.oid}
    refused = client.post(f"{address}/suggestions", given, format="json")
    assert refused.json()["errors"][0]["at"] == "schema", "of another project"
    asked = body | {"question": "names"}
    started = client.post(f"{address}/answer-doubts", asked, format="json")
    assert started.status_code == 202
    jobs.run(Job.objects.latest("pk").pk)
    one = f"/api/v1/answer-doubts/{started.json()['id']}"
    told = client.get(one).json()
    assert [row["key"] for row in told["items"]] == ["t1", "t0"]
    assert told["items"][0]["places"][0]["error"] == "swapped"
    assert [row["id"] for row in client.get(f"{address}/answer-doubts").json()] == [told["id"]]
    assert client.post(f"{one}/second-look", {"most": 0}, format="json").status_code == 422
    looked = client.post(f"{one}/second-look", {"most": 1}, format="json")
    assert [batch["items"] for batch in looked.json()] == [1]
    assert client.get(one).json()["items"][0]["was_sent"] is True
    assert api(ada).get(one).status_code == 403
