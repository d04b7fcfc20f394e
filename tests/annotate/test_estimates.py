"""Estimated truth: worked out by a job, compared, accepted with sign-off, taken back."""

import random
import re
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from annotate.models import Queue, Stage, Task, TruthEstimate
from annotate.queries.estimates import read_rows
from annotate.queries.subjects import Subject
from annotate.services.estimates import start_accepting, start_estimate, take_back
from annotate.services.gold import plant_gold
from datasets.models import Annotation, Dataset, Item, SchemaRevision, Truth
from datasets.services.annotations import add_annotation
from datasets.services.schemas import amend_schema
from datasets.services.truths import accept_truth
from foundation import jobs
from foundation.errors import Conflict, Invalid
from foundation.models import Annotator, Job, Project, User
from tests.annotate.making import (
    MOOD,
    answered,
    make_people,
    make_queue,
    make_schema,
    make_texts,
    said,
)
from tests.conftest import MakeApi, SignIn

pytestmark = pytest.mark.django_db
LABELS = ("good", "bad", "dull")


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    """Kept figures belong to another test's rows."""
    cache.clear()


def crowd_in(
    project: Project, rates: list[float], items: int = 40
) -> tuple[Dataset, SchemaRevision, dict[int, str]]:
    """Imported answers of people who are right at these rates; also what is true."""
    chance = random.Random(4)
    dataset, revision = make_texts(project, items), make_schema(project)
    people = make_people(project, len(rates))
    truth = {}
    for item in Item.objects.filter(dataset=dataset).order_by("pk"):
        truth[item.pk] = chance.choice(LABELS)
        for person, rate in zip(people, rates, strict=True):
            label = truth[item.pk] if chance.random() < rate else chance.choice(LABELS)
            say(item, revision, person, label)
    return dataset, revision, truth


def say(item: Item, revision: SchemaRevision, person: Annotator, label: str) -> None:
    """One imported answer."""
    add_annotation(
        item=item,
        schema_revision=revision,
        annotator=person,
        regions=said(label),
        submission_id=uuid.uuid4(),
        origin=Annotation.Origin.IMPORTED,
    )


def worked(subject: Subject, by: User | None = None) -> TruthEstimate:
    """An estimate whose job is done."""
    made = start_estimate(subject=subject, question="mood", by=by)
    assert made.job is not None
    done = jobs.run(made.job.pk)
    assert done is None or done.state == Job.State.SUCCEEDED, done.error
    made.refresh_from_db()
    return made


def accepted(made: TruthEstimate, by: User, at_least: float = 0.9) -> dict[str, Any]:
    """What accepting by Dawid and Skene reported."""
    job = start_accepting(estimate=made, method="dawid_skene", at_least=at_least, by=by)
    done = jobs.run(job.pk)
    assert done is not None
    assert done.state == Job.State.SUCCEEDED, done.error
    report: dict[str, Any] = done.report
    return report


def test_what_is_sure_becomes_truth_with_method_and_people_and_is_taken_back(
    project: Project, mia: User
) -> None:
    dataset, revision, true = crowd_in(project, [0.95, 0.9, 0.9, 0.2])
    subject = Subject(dataset, revision.schema)
    made = worked(subject, mia)
    decided = Item.objects.filter(dataset=dataset).earliest("pk")
    accept_truth(
        item=decided,
        schema_revision=revision,
        regions=said("dull"),
        method=Truth.Method.REVIEWED,
        lineage={},
        by=mia,
    )
    told = accepted(made, mia)
    truths = Truth.objects.filter(method=Truth.Method.ESTIMATED, is_current=True)
    assert told["accepted"] == truths.count() > 20
    assert told["had_truth"] == 1
    assert sum(one.label == true[one.item_id] for one in truths) / truths.count() > 0.9
    one = truths.first()
    assert one is not None
    assert one.by == mia
    assert one.lineage["method"] == "dawid_skene"
    assert one.lineage["confidence"] >= 0.9
    assert len(one.lineage["annotators"]) == len(one.lineage["annotations"]) == 4
    assert take_back(estimate=made, by=mia) == told["accepted"]
    assert Truth.objects.filter(is_current=True).get().item == decided


def test_the_bad_annotator_is_named_first_with_numbers(project: Project) -> None:
    dataset, revision, _true = crowd_in(project, [0.95, 0.9, 0.9, 0.0], items=60)
    figures = worked(Subject(dataset, revision.schema)).figures
    first = figures["people"][0]
    assert Annotator.objects.get(pk=first["annotator"]).name == "person 3"
    assert {one["code"] for one in first["evidence"]} >= {"seldom"}
    assert first["items"]
    assert all(not one["evidence"] for one in figures["people"][1:])


def test_a_task_in_review_is_closed_by_acceptance_and_opened_again(
    project: Project, mia: User
) -> None:
    people = make_people(project, 3)
    queue = make_queue(project, 12, overlap=3)
    for number in range(12):
        for place, person in enumerate(people):
            answered(queue, person, "bad" if place == 2 and number % 2 else LABELS[number % 3])
    assert Task.objects.filter(queue=queue, stage=Stage.REVIEW).exists()
    before = Task.objects.filter(queue=queue, stage=Stage.REVIEW).count()
    made = worked(Subject(queue.dataset, queue.schema, queue), mia)
    accepted(made, mia)
    assert Task.objects.filter(queue=queue, stage=Stage.REVIEW).count() < before
    take_back(estimate=made, by=mia)
    assert Task.objects.filter(queue=queue, stage=Stage.REVIEW).count() == before


def test_answers_that_came_since_must_be_estimated_first(
    project: Project, mia: User, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 4, overlap=2)
    answered(queue, ada_works)
    subject = Subject(queue.dataset, queue.schema, queue)
    made = worked(subject, mia)
    assert worked(subject, mia) == made
    answered(queue, bo_works)
    with pytest.raises(Conflict, match="Estimate again"):
        start_accepting(estimate=made, method="mace", at_least=0.9, by=mia)
    again = worked(subject, mia)
    assert again != made
    with pytest.raises(Invalid):
        start_accepting(estimate=again, method="guess", at_least=0.9, by=mia)
    with pytest.raises(Invalid):
        start_accepting(estimate=again, method="mace", at_least=0.2, by=mia)


def test_gold_answers_count_towards_the_accuracy_of_methods(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 3, overlap=2, gold_share=1.0)
    gold = Item.objects.order_by("pk")[2]
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
        answered(Queue.objects.get(pk=queue.pk), person, "good")
    figures = worked(Subject(queue.dataset, queue.schema, queue)).figures
    assert figures["gold"] == 1
    assert [one["gold"]["right"] for one in figures["methods"]] == [1] * 5


def test_answers_under_two_revisions_are_weighed_together(project: Project, mia: User) -> None:
    dataset, revision, true = crowd_in(project, [1.0, 1.0], items=6)
    more = {**MOOD, "questions": [{**MOOD["questions"][0]}]}
    more["questions"][0]["labels"] = [
        *MOOD["questions"][0]["labels"],
        {"key": "new", "name": "New"},
    ]
    second = amend_schema(schema=revision.schema, definition=more, by=None)
    [late] = make_people(project, 1)
    item = Item.objects.filter(dataset=dataset).earliest("pk")
    say(item, second, late, "new")
    made = worked(Subject(dataset, revision.schema), mia)
    assert made.figures["labels"] == ["good", "bad", "dull", "new"]
    assert made.figures["answers"] == 13
    told = accepted(made, mia)
    assert told["accepted"] == 6
    assert Truth.objects.get(item=item).label == true[item.pk]


@pytest.mark.parametrize("rates", [[1.0], [1.0, 1.0]])
def test_too_little_is_explained_and_no_number_is_none(
    project: Project, mia: User, sign_in: SignIn, rates: list[float]
) -> None:
    dataset, revision, _true = crowd_in(project, rates, items=5)
    worked(Subject(dataset, revision.schema), mia)
    address = reverse("truth", args=[project.oid])
    page = sign_in(mia).get(address).content.decode()
    assert re.search(r"\b(nan|inf|None)\b", page) is None
    assert ("Only one person answered" in page) == (len(rates) == 1)
    assert ("People never differ" in page) == (len(rates) == 2)


def test_the_page_compares_methods_and_accepts_only_with_a_signature(
    project: Project, mia: User, vic: User, sign_in: SignIn
) -> None:
    crowd_in(project, [0.95, 0.9, 0.9, 0.0], items=60)
    address = reverse("truth", args=[project.oid])
    client = sign_in(mia)
    assert "Estimate the truth" in client.get(address).content.decode()
    client.post(address, {"act": "estimate", "question": "mood"})
    made = TruthEstimate.objects.get()
    assert made.job is not None
    jobs.run(made.job.pk)
    page = client.get(address).content.decode()
    for words in ("Dawid and Skene", "One coin", "MACE", "Majority", "person 3", "second look"):
        assert words in page
    unsigned = client.post(address, {"act": "accept", "method": "mace", "at_least": "0.9"})
    assert unsigned.status_code == 422
    client.post(address, {"act": "accept", "method": "mace", "at_least": "0.9", "signed": "on"})
    jobs.run(Job.objects.latest("pk").pk)
    assert Truth.objects.filter(method="estimated", is_current=True).exists()
    client.post(address, {"act": "undo"})
    assert not Truth.objects.filter(is_current=True).exists()
    who = Annotator.objects.get(name="person 3")
    person = client.get(reverse("truth-person", args=[made.oid, who.oid])).content.decode()
    assert "person 3" in person
    assert "text number" in person
    watcher = sign_in(vic)
    assert watcher.get(address).status_code == 200
    assert watcher.post(address, {"act": "estimate", "question": "mood"}).status_code == 403


def test_the_same_over_rest(project: Project, mia: User, api: MakeApi) -> None:
    dataset, revision, _true = crowd_in(project, [0.95, 0.9, 0.9, 0.0])
    client = api(mia)
    address = f"/api/v1/datasets/{dataset.oid}/truth-estimates?schema={revision.schema.oid}"
    made = client.post(address, {"question": "mood"}, format="json")
    assert made.status_code == 202, made.content
    jobs.run(Job.objects.latest("pk").pk)
    one = f"/api/v1/truth-estimates/{made.json()['id']}"
    assert client.get(address).json()["results"][0]["id"] == made.json()["id"]
    body = client.get(one).json()
    assert body["is_ready"]
    assert [method["method"] for method in body["methods"]][1] == "dawid_skene"
    first = client.get(f"{one}/items?method=dawid_skene&limit=30").json()
    rest = client.get(first["next"]).json()
    assert (len(first["results"]), len(rest["results"]), rest["next"]) == (30, 10, None)
    assert len(read_rows(TruthEstimate.objects.get()).item) == 40
    unsigned = client.post(f"{one}/accept", {"method": "mace", "at_least": 0.9}, format="json")
    assert unsigned.status_code == 422
    wanted = {"method": "mace", "at_least": 0.9, "signed_off": True}
    assert client.post(f"{one}/accept", wanted, format="json").status_code == 202
    done = jobs.run(Job.objects.latest("pk").pk)
    assert done is not None
    assert done.report["accepted"] == client.post(f"{one}/undo").json()["taken_back"] > 0
