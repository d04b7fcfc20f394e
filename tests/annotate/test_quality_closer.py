"""The closer look of the page of quality: places, numbers, weeks and guideline revisions."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate.models import Answer, GuidelineRevision, Queue
from annotate.queries.closer import closer_look
from annotate.queries.subjects import Subject, items_apart
from datasets.models import Annotation, Item, ItemContent, Slice
from datasets.services.datasets import create_dataset
from datasets.services.schemas import publish_schema
from datasets.services.slices import save_slice
from foundation.models import Annotator, Project, User
from foundation.opaque import encode_id
from tests.annotate.kinds import CASES, Case, definition_of, make_items, marked
from tests.annotate.making import (
    MOOD,
    answered,
    claimed,
    disagreeing,
    make_queue,
    make_schema,
    submitted,
)
from tests.annotate.test_quality import document, imported
from tests.conftest import MakeApi, SignIn

pytestmark = pytest.mark.django_db
PAIRS: dict[str, Any] = {
    "format": 1,
    "data_type": "conversation",
    "questions": [{"name": "better", "title": "Better", "type": "pairwise"}],
}
TALK = {
    "turns": [{"role": "user", "text": "Hi"}],
    "candidates": [{"id": "a", "text": "x"}, {"id": "b", "text": "y"}],
}
STARS = [{"name": "stars", "title": "Stars", "type": "number", "min": 0, "max": 50}]


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    """Kept figures belong to another test's rows."""
    cache.clear()


def look_over_rest(api: Any, queue: Queue) -> Any:
    return api.get(f"/api/v1/queues/{queue.oid}/agreement/closer").json()


def page_of(client: Any, project: Project, queue: Queue) -> str:
    address = reverse("quality-closer", args=[project.oid])
    return str(client.get(address, {"queue": queue.oid}).content.decode())


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.type in ("boxes", "skeletons")], ids=lambda one: one.type
)
def test_places_have_a_curve_and_alpha_beyond_chance(
    case: Case,
    project: Project,
    ada_works: Annotator,
    bo_works: Annotator,
    vic: User,
    api: MakeApi,
    sign_in: SignIn,
) -> None:
    dataset, revision = make_items(project, definition_of(case), 3)
    queue = make_queue(project, dataset=dataset, revision=revision, overlap=2)
    for said in ("place", "place", "apart"):
        for person, name in ((ada_works, said), (bo_works, "near" if said == "place" else said)):
            submitted(claimed(queue, person), regions=marked(case, name))
    found = look_over_rest(api(vic), queue)
    values = [one["agreement"]["value"] for one in found["curve"]]
    assert len(values) == 10
    assert values[0] == 1
    assert values == sorted(values, reverse=True)
    near = found["measures"]["oks" if case.type == "skeletons" else "closeness"]
    assert 0.6 < near["value"] < 1
    assert near["items"] == 3
    if case.type == "boxes":
        assert near["value"] == pytest.approx((2 * 57 / 63 + 1) / 3)  # moved by 3 of 60 pixels
    alpha = found["measures"]["alpha_places"]["value"]
    assert 0 < alpha < near["value"]
    page = page_of(sign_in(vic), project, queue)
    for words in ("F1 by how alike", "alpha of places", "Show as table"):
        assert words in page
    opened = re.findall(r'href="([^"]*disagreements[^"]*at=0\.95)"', page)
    listed = sign_in(vic).get(opened[0].replace("&amp;", "&")).content.decode()
    assert "2 items with a place that nobody else marked so alike" in listed
    strange = opened[0].replace("&amp;", "&").replace("0.95", "0.96")
    assert sign_in(vic).get(strange).status_code == 404


def test_numbers_have_bias_and_limits_and_dots_that_open_items(
    project: Project,
    ada_works: Annotator,
    bo_works: Annotator,
    vic: User,
    api: MakeApi,
    sign_in: SignIn,
) -> None:
    revision = make_schema(project, {**MOOD, "questions": STARS}, name="Stars")
    queue = make_queue(project, 3, revision=revision, overlap=2)
    for value, other in ((10, 9), (12, 12), (15, 13)):
        for person, said in ((ada_works, value), (bo_works, other)):
            region = {"id": "r", "question": "stars", "kind": "item", "value": said}
            document = {"format": 1, "regions": [region]}
            submitted(claimed(queue, person), regions=document)
    (pair,) = look_over_rest(api(vic), queue)["numbers"]
    sign = 1 if pair["first"] == ada_works.oid else -1
    assert pair["bias"]["value"] == pytest.approx(sign * 1)
    assert pair["high_limit"]["value"] - pair["low_limit"]["value"] == pytest.approx(2 * 1.96)
    assert (pair["items"], pair["bias"]["items"]) == (3, 3)
    page = page_of(sign_in(vic), project, queue)
    assert page.count('<circle class="dot" cx=') >= 3
    for answer in Annotation.objects.select_related("item"):
        assert page.count(reverse("item", args=[answer.item.oid])) == 2  # a dot and a row
    assert "upper limit" in page


def test_weeks_and_guideline_revisions_are_compared(
    project: Project,
    ada_works: Annotator,
    bo_works: Annotator,
    vic: User,
    api: MakeApi,
    sign_in: SignIn,
) -> None:
    queue = make_queue(project, 40, overlap=2)
    old, new = (
        GuidelineRevision.objects.create(queue=queue, number=n, text=f"rule {n}") for n in (1, 2)
    )
    for number in range(40):
        label = ("good", "bad")[number % 2]
        answered(queue, ada_works, label)
        answered(queue, bo_works, label if number >= 20 or number % 4 > 1 else "dull")
    answers = list(Answer.objects.order_by("pk").values_list("pk", flat=True))
    Answer.objects.filter(pk__in=answers[:40]).update(guideline_revision=old)
    Answer.objects.filter(pk__in=answers[40:]).update(guideline_revision=new)
    first = Annotation.objects.filter(pk__in=answers[:40])
    moment = first.latest("created_at").created_at - timedelta(days=7)
    first.update(created_at=moment)
    found = look_over_rest(api(vic), queue)
    for name in ("weeks", "revisions"):
        before, after = found[name]
        assert before["agreement"]["value"] < 0.6
        assert after["agreement"]["value"] == 1
        assert (before["change"]["value"], before["change"]["differs"]) == (None, False)
        assert after["change"]["differs"]
        assert before["agreement"]["items"] == after["agreement"]["items"] == 20
    assert [one["revision"] for one in found["revisions"]] == [1, 2]
    page = page_of(sign_in(vic), project, queue)
    for words in ("Revision 2", "higher", "Agreement by week"):
        assert words in page
    weeks = re.findall(r'href="([^"]*answered%3E%3D[^"]*)"', page)
    assert len(weeks) == 2
    assert "20 found" in sign_in(vic).get(weeks[0].replace("&amp;", "&")).content.decode()


def test_quality_fetches_the_closer_look_when_somebody_gets_there(
    project: Project, ada_works: Annotator, bo_works: Annotator, vic: User, sign_in: SignIn
) -> None:
    queue = disagreeing(project, [ada_works, bo_works], 6)
    client = sign_in(vic)
    page = client.get(reverse("quality", args=[project.oid])).content.decode()
    assert f"{reverse('quality-closer', args=[project.oid])}?queue={queue.oid}" in page
    assert "Before and after a change of the guideline" not in page
    address = reverse("quality-closer", args=[project.oid])
    part = client.get(address, {"queue": queue.oid}, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "All answers came within one week" in part.content.decode()


def test_a_cell_of_two_people_opens_the_items_on_which_they_differ(
    project: Project, ada_works: Annotator, bo_works: Annotator, vic: User, sign_in: SignIn
) -> None:
    queue = disagreeing(project, [ada_works, bo_works], 6)
    client = sign_in(vic)
    page = client.get(reverse("quality", args=[project.oid])).content.decode()
    cell = re.search(r'href="([^"]*disagreements[^"]*one=[^"]*other=[^"]*)"', page)
    assert cell is not None
    shown = client.get(cell[1].replace("&amp;", "&")).content.decode()
    for number in range(6):
        assert (f"text number {number}" in shown) == (number % 3 == 0)
    assert "q=annotator%3AAda+annotator%3ABo" in shown
    address = reverse("disagreements", args=[project.oid])
    asked = {"queue": queue.oid, "one": ada_works.oid, "other": ada_works.oid}
    assert client.get(address, asked).status_code == 404


@pytest.mark.parametrize("case", CASES[:1], ids=lambda one: one.type)
def test_places_of_two_people_are_listed_where_they_do_not_match(
    case: Case, project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    dataset, revision = make_items(project, definition_of(case), 2)
    queue = make_queue(project, dataset=dataset, revision=revision, overlap=2)
    for said in ("near", "apart"):
        submitted(claimed(queue, ada_works), regions=marked(case, "place"))
        submitted(claimed(queue, bo_works), regions=marked(case, said))
    subject = Subject(queue.dataset, queue.schema, queue)
    (found,) = items_apart(subject, "marks", (ada_works.pk, bo_works.pk))
    apart = Annotation.objects.order_by("pk").last()
    assert apart is not None
    assert found.item == apart.item_id
    assert sorted(found.answers) == sorted([(ada_works.pk, "1"), (bo_works.pk, "1")])


def test_a_closer_look_costs_the_same_statements_for_more_answers(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 12, overlap=2)
    subject, counts = Subject(queue.dataset, queue.schema, queue), []
    for texts in (3, 9):
        for label in ("good", "bad", "dull") * (texts // 3):
            for person in (ada_works, bo_works):
                answered(queue, person, label)
        with CaptureQueriesContext(connection) as asked:
            closer_look(subject)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


def test_a_question_that_is_not_asked_is_named(project: Project, vic: User, api: MakeApi) -> None:
    queue = make_queue(project, 1)
    told = api(vic).get(f"/api/v1/queues/{queue.oid}/agreement/closer", {"question": "smell"})
    assert told.status_code == 422
    assert told.json()["errors"][0]["at"] == "question"


@pytest.mark.parametrize("kind", ["pairwise", "ranking"])
def test_picks_are_held_against_the_order_they_were_shown_in(
    kind: str,
    project: Project,
    ada_works: Annotator,
    bo_works: Annotator,
    vic: User,
    api: MakeApi,
    sign_in: SignIn,
) -> None:
    asks = {**PAIRS, "questions": [PAIRS["questions"][0] | {"type": kind}]}
    revision = publish_schema(project=project, name="Talk", definition=asks, by=None)
    talks = create_dataset(project=project, name="Talks", data_type="conversation", by=None)
    for number in range(24):
        key = f"k{number}"
        item = Item.objects.create(
            dataset=talks, key=key, data_type="conversation", content_hash=key.rjust(64, "0")
        )
        ItemContent.objects.create(item=item, row=TALK)
        shown = "a b" if number % 2 else "b a"
        for person, best in ((ada_works, shown[0]), (bo_works, "a")):
            ranked = " > ".join(sorted("ab", key=lambda one: one != best))
            value = best if kind == "pairwise" else ranked
            region = {"question": "better", "kind": "item", "value": value}
            imported(item, revision, person, document(region | {"attributes": {"shown": shown}}))
    client = api(vic)
    address = f"/api/v1/datasets/{talks.oid}/agreement/closer?schema={revision.schema.oid}"
    first, second = client.get(address).json()["positions"]
    assert (first["annotator"], first["first"], first["choices"]) == (ada_works.oid, 24, 24)
    assert (first["is_marked"], second["is_marked"]) == (True, False)
    assert second["share"] == 0.5
    asked = {"dataset": talks.oid, "schema": revision.schema.oid}
    page = sign_in(vic).get(reverse("quality-closer", args=[project.oid]), asked).content.decode()
    assert page.count("Leans to the first") == 1
    assert "24 of 24" in page


def test_agreement_is_told_for_each_slice_and_opens_its_items(
    project: Project,
    ada_works: Annotator,
    bo_works: Annotator,
    mia: User,
    vic: User,
    api: MakeApi,
    sign_in: SignIn,
) -> None:
    queue = make_queue(project, 6, overlap=2)
    for number in range(6):
        for person, label in ((ada_works, "good"), (bo_works, "good" if number < 3 else "bad")):
            submitted(claimed(queue, person), label if number % 3 else "dull")
    items = list(Item.objects.filter(dataset=queue.dataset).order_by("pk"))
    for number, item in enumerate(items):
        item.metadata = {"half": "first" if number < 3 else "second"}
        item.save()
    for half in ("first", "second"):
        filter = f"metadata.half:{half}"
        save_slice(dataset=queue.dataset, name=half.title(), filter=filter, by=mia)
    save_slice(dataset=queue.dataset, name="Third", filter="metadata.half:third", by=mia)
    first, second, third = look_over_rest(api(vic), queue)["slices"]
    assert (first["name"], first["agreement"]["value"], first["agreement"]["items"]) == (
        "First",
        1,
        3,
    )
    assert second["agreement"]["items"] == 3
    assert second["agreement"]["value"] < 0.5
    assert third["agreement"]["value"] is None
    page = page_of(sign_in(vic), project, queue)
    assert "metadata.half%3Asecond+agreement%3C1" in page
    assert (first["agreement"]["low"], first["agreement"]["high"]) == (None, None)
    assert "All 3 items agree, which gives no interval." in page
    Slice.objects.filter(name="Third").update(filter="gone:field")
    cache.clear()
    assert look_over_rest(api(vic), queue)["slices"][2]["problem"]


def test_a_queue_takes_the_items_of_a_slice(
    project: Project, mia: User, api: MakeApi, sign_in: SignIn
) -> None:
    queue = make_queue(project, 4)
    item = Item.objects.filter(dataset=queue.dataset).earliest("pk")
    item.metadata = {"half": "first"}
    item.save()
    found = save_slice(
        dataset=queue.dataset, name="First half", filter="metadata.half:first", by=mia
    )
    new = reverse("queue-new", args=[queue.dataset.oid])
    page = sign_in(mia).get(new, {"slice": found.oid}).content.decode()
    assert 'value="metadata.half:first"' in page
    body = {"name": "Only these", "dataset": queue.dataset.oid, "schema": queue.schema.oid}
    address = f"/api/v1/projects/{project.oid}/queues"
    made = api(mia).post(address, body | {"slice": found.oid, "filter": "-has:truth"})
    assert (made.status_code, made.json()["filter"]) == (201, "metadata.half:first -has:truth")
    elsewhere = encode_id("slice", found.pk + 99)
    assert api(mia).post(address, body | {"slice": elsewhere}).status_code == 404
