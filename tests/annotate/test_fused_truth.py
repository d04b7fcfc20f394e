"""Places of several people merged into truth: proposed, compared, accepted, taken back."""

import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from annotate.models import TruthEstimate
from annotate.queries.estimates import read_rows
from annotate.queries.subjects import Subject
from annotate.services.estimates import start_accepting, start_estimate, why_not_acceptable
from datasets.models import Annotation, Dataset, Item, SchemaRevision, Truth
from datasets.services.annotations import add_annotation
from datasets.services.truths import accept_truth
from foundation import jobs
from foundation.errors import Invalid
from foundation.models import Job, Project, User
from tests.annotate.kinds import CASES, LABELS, RELATED, Case, definition_of, make_items, marked
from tests.annotate.making import make_people
from tests.conftest import MakeApi, SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    """Kept figures belong to another test's rows."""
    cache.clear()


def say(item: Item, revision: SchemaRevision, person: Any, document: dict[str, Any]) -> None:
    """One imported answer."""
    add_annotation(
        item=item,
        schema_revision=revision,
        annotator=person,
        regions=document,
        submission_id=uuid.uuid4(),
        origin=Annotation.Origin.IMPORTED,
    )


def three_answers(
    project: Project, case: Case, more: dict[str, Any] | None = None
) -> tuple[Dataset, SchemaRevision]:
    """Two people mark nearly the same on each of two items, the third marks elsewhere on one."""
    definition = definition_of(case)
    definition["questions"][0] |= more or {}
    dataset, revision = make_items(project, definition, 2)
    ada, bo, cy = make_people(project, 3)
    for number, item in enumerate(Item.objects.filter(dataset=dataset).order_by("pk")):
        say(item, revision, ada, marked(case, "place"))
        say(item, revision, bo, marked(case, "near"))
        say(item, revision, cy, marked(case, "apart" if number else "place"))
    return dataset, revision


def worked(dataset: Dataset, revision: SchemaRevision, by: User | None = None) -> TruthEstimate:
    """An estimate whose job is done."""
    subject = Subject(dataset, revision.schema)
    made = start_estimate(subject=subject, question="marks", by=by)
    assert made.job is not None
    done = jobs.run(made.job.pk)
    assert done is not None
    assert done.state == Job.State.SUCCEEDED, done.error
    made.refresh_from_db()
    return made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.type)
def test_every_kind_of_place_is_merged_and_accepted(
    project: Project, mia: User, case: Case
) -> None:
    dataset, revision = three_answers(project, case)
    made = worked(dataset, revision, mia)
    rows = read_rows(made)
    assert rows.regions is not None
    assert [len(one) for one in rows.regions] == [1, 1]
    assert rows.confidence["fusion"][0] == pytest.approx(1.0)
    assert 0.5 < rows.confidence["fusion"][1] < 1 or case.type == "spans"
    job = start_accepting(estimate=made, method="fusion", at_least=0.99, by=mia)
    done = jobs.run(job.pk)
    assert done is not None
    assert done.state == Job.State.SUCCEEDED, done.error
    # All three spans overlap, one of them leaves nothing out.
    assert done.report["accepted"] == (2 if case.type == "spans" else 1)
    truth = Truth.objects.filter(is_current=True).earliest("pk")
    assert truth.lineage["method"] == "fusion"
    assert truth.lineage["annotators"] == ["person 0", "person 1", "person 2"]
    [region] = truth.regions["regions"]
    assert (region["label"], region["question"]) == ("cell", "marks")


def test_known_truths_say_how_near_the_merged_places_are(project: Project) -> None:
    dataset, revision = three_answers(project, RELATED)
    item = Item.objects.filter(dataset=dataset).latest("pk")
    accept_truth(
        item=item,
        schema_revision=revision,
        regions=marked(RELATED, "place", "apart"),
        method=Truth.Method.IMPORTED,
        lineage={},
        by=None,
    )
    figures = worked(dataset, revision).figures
    assert figures["methods"][0]["gold"]["right"] == pytest.approx(2 / 3, abs=0.01)
    assert figures["methods"][0]["gold"]["total"] == 1
    assert (figures["regions"], figures["left_out"]) == (2, 1)
    people = figures["people"]
    assert people[0]["skill"]["f1"] == pytest.approx(0.5)
    assert people[-1]["skill"]["f1"] == pytest.approx(0.75)


def test_what_is_said_about_each_region_is_not_dropped_silently(project: Project) -> None:
    more = {"attributes": [{"name": "sure", "type": "boolean"}]}
    dataset, revision = three_answers(project, RELATED, more)
    assert "not merged" in why_not_acceptable(worked(dataset, revision))


def test_relations_are_refused_with_the_reason(project: Project) -> None:
    definition = definition_of(RELATED)
    links = {"name": "links", "title": "Links", "type": "relations", "labels": LABELS}
    definition["questions"].append(links)
    dataset, revision = make_items(project, definition)
    with pytest.raises(Invalid, match="places"):
        start_estimate(subject=Subject(dataset, revision.schema), question="links", by=None)


def test_the_page_proposes_accepts_with_a_signature_and_takes_back(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    three_answers(project, RELATED)
    address = reverse("truth", args=[project.oid])
    client = sign_in(mia)
    assert "Estimate the truth" in client.get(address).content.decode()
    client.post(address, {"act": "estimate"})
    jobs.run(Job.objects.latest("pk").pk)
    page = client.get(address).content.decode()
    for words in ("Fusion", "person 2", "Most doubtful items", "Accept as truth"):
        assert words in page
    form = {"act": "accept", "method": "fusion", "at_least": "0.5"}
    assert client.post(address, form).status_code == 422
    client.post(address, form | {"signed": "on"})
    jobs.run(Job.objects.latest("pk").pk)
    assert Truth.objects.filter(method="estimated", is_current=True).count() == 2
    client.post(address, {"act": "undo"})
    assert not Truth.objects.filter(is_current=True).exists()


def test_the_same_over_rest(project: Project, mia: User, api: MakeApi) -> None:
    dataset, revision = three_answers(project, RELATED)
    client = api(mia)
    address = f"/api/v1/datasets/{dataset.oid}/truth-estimates?schema={revision.schema.oid}"
    made = client.post(address, {"question": "marks"}, format="json")
    assert made.status_code == 202, made.content
    jobs.run(Job.objects.latest("pk").pk)
    one = f"/api/v1/truth-estimates/{made.json()['id']}"
    assert client.get(one).json()["methods"][0]["method"] == "fusion"
    first, second = client.get(f"{one}/items").json()["results"]
    assert first["regions"][0]["at"] == pytest.approx({"x": 11, "y": 5, "w": 60, "h": 50}, abs=0.2)
    assert second["confidence"] < first["confidence"] == 1
    wanted = {"method": "fusion", "at_least": 0.9, "signed_off": True}
    assert client.post(f"{one}/accept", wanted, format="json").status_code == 202
    done = jobs.run(Job.objects.latest("pk").pk)
    assert done is not None
    assert done.report["accepted"] == client.post(f"{one}/undo").json()["taken_back"] == 1
