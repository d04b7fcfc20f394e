"""Agreement, consensus and gold for every type of question about places."""

from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from annotate.models import GoldCheck, Queue, Stage, Task
from annotate.queries.agreement import agreement_of_queue
from annotate.queries.likeness import likeness
from annotate.queries.said import COMPARED
from annotate.services.gold import plant_gold
from datasets.models import Item, Truth
from datasets.pure.schema_rules import KIND_OF_TYPE, Question, Schema
from datasets.services.truths import accept_truth
from foundation.models import Annotator, Project, User
from tests.annotate.kinds import (
    CASES,
    RELATED,
    Case,
    definition_of,
    linked,
    make_items,
    marked,
    related_definition,
)
from tests.annotate.making import claimed, make_queue, submitted
from tests.conftest import MakeApi, SignIn

pytestmark = pytest.mark.django_db
by_type = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.type))


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    """Kept figures belong to another test's rows."""
    cache.clear()


def queue_of(project: Project, definition: Any, count: int = 1) -> Queue:
    dataset, revision = make_items(project, definition, count)
    return make_queue(project, dataset=dataset, revision=revision, overlap=2, name="Marking")


def both_say(queue: Queue, people: tuple[Annotator, Annotator], *documents: Any) -> None:
    """Two people answer one task, each with a document."""
    for person, document in zip(people, documents, strict=True):
        submitted(claimed(queue, person), regions=document)


def test_every_type_of_question_is_compared() -> None:
    assert set(KIND_OF_TYPE) == set(COMPARED)
    placed = {name for name, kind in KIND_OF_TYPE.items() if kind != "item"}
    with_tests_of_their_own = {"segments", "instants", "relations", "tracks"}
    assert placed - {case.type for case in CASES} == with_tests_of_their_own


def test_segments_and_instants_are_alike_by_what_they_share_of_time() -> None:
    def alike(kind: str, first: Any, second: Any) -> float:
        question = Question("marks", "Marks", f"{kind}s", required=False)
        mine, theirs = (
            {"format": 1, "regions": [{"id": "r", "question": "marks", "kind": kind} | one]}
            for one in (first, second)
        )
        return likeness(Schema("audio", (question,)), mine, theirs)

    said = {"label": "word", "at": {"start": 1, "end": 3}}
    assert alike("segment", said, said | {"at": {"start": 1, "end": 2.5}}) == 1
    assert alike("segment", said, said | {"at": {"start": 2.9, "end": 5}}) == 0
    heard = {"label": "click", "at": {"t": 2}}
    assert alike("instant", heard, heard | {"at": {"t": 2.1}}) == 1
    assert alike("instant", heard, heard | {"at": {"t": 3}}) == 0
    assert alike("instant", heard, heard | {"on": {"channel": "2"}}) == 0


@by_type
def test_places_that_are_nearly_the_same_agree_and_become_truth(
    case: Case, project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = queue_of(project, definition_of(case))
    both_say(queue, (ada_works, bo_works), marked(case, "place"), marked(case, "near"))
    task = Task.objects.get(queue=queue)
    assert (task.stage, task.agreed) == (Stage.DONE, True)
    truth = Truth.objects.get()
    assert truth.regions in (marked(case, "place"), marked(case, "near"))
    (marks,) = agreement_of_queue(queue).questions
    assert marks.measures["f1"].value == 1
    assert marks.by_label["cell"].value == 1
    assert marks.disputed == []


@by_type
def test_places_that_lie_apart_are_a_dispute_for_review(
    case: Case, project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = queue_of(project, definition_of(case))
    both_say(queue, (ada_works, bo_works), marked(case, "place"), marked(case, "apart"))
    task = Task.objects.get(queue=queue)
    assert (task.stage, task.agreed) == (Stage.REVIEW, False)
    (marks,) = agreement_of_queue(queue).questions
    assert marks.measures["f1"].value == 0
    assert [one.answers[0][1] for one in marks.disputed] == ["1"]


@by_type
def test_every_type_has_its_figures_on_the_page_and_over_rest(
    case: Case,
    project: Project,
    ada_works: Annotator,
    bo_works: Annotator,
    vic: User,
    sign_in: SignIn,
    api: MakeApi,
) -> None:
    queue = queue_of(project, definition_of(case), 3)
    people = ada_works, bo_works
    both_say(queue, people, marked(case, "place", "apart"), marked(case, "near"))
    both_say(queue, people, marked(case, "place"), marked(case, "place", label="seed"))
    both_say(queue, people, marked(case), marked(case))
    page = sign_in(vic).get(reverse("quality", args=[project.oid])).content.decode()
    for words in ("F1", "Cell", "Seed", "Who agrees with whom", "2 marked"):
        assert words in page
    if case.data_type == "image":
        assert 'aria-label="2 × Cell, Seed"' in page or 'aria-label="3 × Cell"' in page
        assert "solid is what the first person marked" in page
        assert '<g class="other"><path class="rg-h' in page
    report = api(vic).get(f"/api/v1/queues/{queue.oid}/agreement").json()
    (marks,) = report["questions"]
    assert marks["measures"]["f1"]["value"] == pytest.approx((2 / 3 + 0 + 1) / 3)
    assert {one["label"] for one in marks["by_label"]} == {"cell", "seed"}
    assert len(marks["disputed"]) == 2


@by_type
def test_gold_of_every_type_is_scored(case: Case, project: Project, ada_works: Annotator) -> None:
    queue = queue_of(project, definition_of(case), 2)
    Queue.objects.update(gold_share=1.0)
    item = Item.objects.order_by("pk")[0]
    accept_truth(
        item=item,
        schema_revision=queue.schema_revision,
        regions=marked(case, "place", "apart"),
        method=Truth.Method.IMPORTED,
        lineage={},
        by=None,
    )
    plant_gold(queue=queue, items=[item], by=None)
    submitted(claimed(Queue.objects.get(pk=queue.pk), ada_works), regions=marked(case, "near"))
    assert GoldCheck.objects.get().score == pytest.approx(2 / 3)


def test_relations_agree_by_label_and_by_the_places_they_join(
    project: Project, ada_works: Annotator, bo_works: Annotator, vic: User, sign_in: SignIn
) -> None:
    queue = queue_of(project, related_definition(), 4)
    people = ada_works, bo_works
    mine = linked(marked(RELATED, "place", "apart"))
    same_places = linked(marked(RELATED, "apart", "near"), "r1", "r0")
    turned = linked(marked(RELATED, "place", "apart"), "r1", "r0")
    both_say(queue, people, mine, same_places)
    both_say(queue, people, mine, turned)
    both_say(queue, people, mine, linked(marked(RELATED, "near", "apart"), label="seed"))
    both_say(queue, people, mine, marked(RELATED, "near", "apart"))
    marks, links = agreement_of_queue(queue).questions
    assert marks.measures["f1"].value == 1
    assert links.measures["f1"].value == 0.25
    stages = list(Task.objects.filter(queue=queue).values_list("agreed", flat=True))
    assert (stages.count(True), stages.count(False)) == (1, 3)
    address = reverse("quality", args=[project.oid]) + f"?queue={queue.oid}&question=links"
    assert "Equal relations, F1" in sign_in(vic).get(address).content.decode()


def test_how_near_points_must_be_depends_on_the_size_of_the_image(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    case = next(one for one in CASES if one.type == "points")
    queue = queue_of(project, definition_of(case))
    shifted = marked(case, "place")
    shifted["regions"][0]["at"] = {"x": 16, "y": 50}
    both_say(queue, (ada_works, bo_works), marked(case, "place"), shifted)
    assert Task.objects.get(queue=queue).agreed is False, "6 of 400 pixels are more than 0.8 %"
    item = Item.objects.get(dataset=queue.dataset)
    item.assets.update(facts={"width": 4000, "height": 4000})
    cache.clear()
    (marks,) = agreement_of_queue(queue).questions
    assert marks.measures["f1"].value == 1
