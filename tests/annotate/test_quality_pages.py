"""The pages of quality: how well people agree, on what not, and which items show it."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from annotate.models import Assignment
from annotate.pure.agreement.answers import collect_answers
from annotate.queries.measured import of_rankings
from annotate.queries.said import Table
from annotate.services.workdays import mend_days
from datasets.pure.schema_rules import Question
from datasets.services.imports import ingest_records
from foundation.models import Annotator, Project, User
from tests.annotate.making import (
    MOOD,
    answered,
    claimed,
    disagreeing,
    make_queue,
    make_schema,
    make_texts,
    said,
    submitted,
)
from tests.conftest import MakeApi, SignIn
from tests.datasets.conftest import text_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    """Kept figures belong to another test's rows."""
    cache.clear()


def test_quality_names_value_interval_labels_and_pairs(
    project: Project, vic: User, ada_works: Annotator, bo_works: Annotator, sign_in: SignIn
) -> None:
    queue = disagreeing(project, [ada_works, bo_works], 12)
    page = sign_in(vic).get(reverse("quality", args=[project.oid])).content.decode()
    assert queue.name in page
    for words in ("alpha", "Fleiss", "Cohen", "Same answer", "Good", "Dull", "Ada", "Bo"):
        assert words in page
    assert "Where one more answer pays most" in page
    assert re.search(r"\bnan\b", page.lower()) is None


def test_a_cell_opens_the_items_behind_two_labels(
    project: Project, vic: User, ada_works: Annotator, bo_works: Annotator, sign_in: SignIn
) -> None:
    disagreeing(project, [ada_works, bo_works])
    client = sign_in(vic)
    page = client.get(reverse("quality", args=[project.oid])).content.decode()
    cell = re.search(r'href="([^"]*disagreements[^"]*first=dull&amp;second=good[^"]*)"', page)
    assert cell is not None
    shown = client.get(cell[1].replace("&amp;", "&")).content.decode()
    assert "Good or Dull" in shown or "Dull or Good" in shown
    assert "text number 0" in shown
    assert "text number 1<" not in shown


def test_agreement_that_cannot_be_told_is_explained(
    project: Project, vic: User, ada_works: Annotator, bo_works: Annotator, sign_in: SignIn
) -> None:
    queue = make_queue(project, 3, overlap=2)
    client, address = sign_in(vic), reverse("quality", args=[project.oid])
    answered(queue, ada_works)
    assert "No item has answers of two annotators yet." in client.get(address).content.decode()
    answered(queue, bo_works)
    page = client.get(address).content.decode()
    assert "Everybody gave one and the same label" in page
    assert "Not known yet" in page


def test_before_two_people_answered_the_same_item_quality_says_what_is_missing(
    project: Project, vic: User, sign_in: SignIn
) -> None:
    queue = make_queue(project, 3, overlap=2)
    client, address = sign_in(vic), reverse("quality", args=[project.oid])
    page = client.get(address).content.decode()
    assert "As soon as two people have answered the same item" in page
    assert "No labels in this question" not in page
    assert "Plant gold in the queue" in page
    type(queue).objects.filter(pk=queue.pk).update(gold_count=1)
    page = client.get(address).content.decode()
    assert "Nobody has answered one of the gold items" in page


def test_imported_crowds_have_quality_without_a_queue(
    project: Project, vic: User, sign_in: SignIn
) -> None:
    dataset, revision = make_texts(project, 0), make_schema(project)
    records = [
        text_record(
            f"r{number}",
            annotations=[
                {"annotator": who, "regions": said(label)}
                for who, label in (("w1", "good"), ("w2", ("good", "bad")[number % 2]))
            ],
        )
        for number in range(6)
    ]
    ingest_records(dataset=dataset, records=records, by=None, schema_revision=revision)
    client, address = sign_in(vic), reverse("quality", args=[project.oid])
    page = client.get(address, {"dataset": dataset.oid, "schema": revision.schema.oid})
    assert "12 answers about 6 items" in page.content.decode()
    assert "w1" in page.content.decode()
    wrong = {"dataset": dataset.oid, "schema": "schema_none"}
    assert client.get(address, wrong).status_code == 404


def test_boxes_and_free_text_do_not_break_quality(
    project: Project, vic: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    question = {"name": "note", "title": "Note", "type": "text", "required": True}
    revision = make_schema(project, {**MOOD, "questions": [question]}, name="Notes")
    queue = make_queue(project, 1, revision=revision)
    hold = claimed(queue, ada_works)
    region = {"id": "r1", "question": "note", "kind": "item", "value": "fine"}
    submitted(hold, regions={"format": 1, "regions": [region]})
    response = sign_in(vic).get(reverse("quality", args=[project.oid]))
    assert response.status_code == 200
    page = response.content.decode()
    assert "Word error rate" in page
    assert "No item has answers of two annotators yet." in page


def test_without_answers_quality_says_what_brings_them(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    page = sign_in(mia).get(reverse("quality", args=[project.oid])).content.decode()
    assert "Nothing to compare yet" in page


def test_the_page_and_rest_name_the_same_day(
    project: Project, mia: User, ada_works: Annotator, sign_in: SignIn, api: MakeApi
) -> None:
    queue = make_queue(project, 60, overlap=1, review_share=0.0)
    now = timezone.now()
    for day in (3, 2, 1):
        for _ in range(10):
            answered(queue, ada_works)
        fresh = Assignment.objects.filter(submitted_at__gte=now)
        fresh.update(submitted_at=now - timedelta(days=day))
    mend_days()
    told = api(mia).get(f"/api/v1/queues/{queue.oid}/progress").json()["forecast"]
    done_on = timezone.localdate() + timedelta(days=3)  # thirty left, ten a day, from tomorrow on
    assert told == {
        "answers_left": 30,
        "answers_a_day": 10.0,
        **dict.fromkeys(("done_on", "soonest_on", "latest_on"), done_on.isoformat()),
    }
    page = sign_in(mia).get(reverse("queue", args=[queue.oid])).content.decode()
    assert date_format(done_on, "D j M") in page


@pytest.mark.parametrize(("texts", "verdict"), [(6, "too early"), (90, "low")])
def test_a_verdict_waits_until_the_interval_allows_one(
    project: Project,
    mia: User,
    ada_works: Annotator,
    bo_works: Annotator,
    sign_in: SignIn,
    texts: int,
    verdict: str,
) -> None:
    disagreeing(project, [ada_works, bo_works], texts)
    page = sign_in(mia).get(reverse("quality", args=[project.oid])).content.decode()
    shown = page.partition("Can I trust the labels?")[2][:600]
    assert verdict in shown
    assert ("Too low to rely on" in shown) == (verdict == "low")


def test_what_fits_the_answers_comes_first_and_the_rest_waits_folded(
    project: Project, vic: User, ada_works: Annotator, bo_works: Annotator, sign_in: SignIn
) -> None:
    questions = [
        {"name": "note", "title": "Note", "type": "text"},
        {"name": "stars", "title": "Stars", "type": "rating", "max": 5},
    ]
    revision = make_schema(project, {**MOOD, "questions": questions}, name="Notes")
    queue = make_queue(project, 3, revision=revision, overlap=2)
    texts = ("one two three four", "one two three")
    for stars in (2, 3, 5):
        for place, person in enumerate((ada_works, bo_works)):
            said_now = [
                {"id": "r1", "question": "note", "kind": "item", "value": texts[place]},
                {"id": "r2", "question": "stars", "kind": "item", "value": stars - place},
            ]
            submitted(claimed(queue, person), regions={"format": 1, "regions": said_now})
    client, address = sign_in(vic), reverse("quality", args=[project.oid])
    page = client.get(address, {"queue": queue.oid, "question": "note"}).content.decode()
    assert "Word error rate" in page
    assert "0.29" in page  # one word of three and a half
    page = client.get(address, {"queue": queue.oid, "question": "stars"}).content.decode()
    first, more = page.split("10 more measures")
    assert "Krippendorff" in first
    assert "ICC(2,1)" not in first
    for name in ("ICC(2,1)", "AC1", "AC2", "Weighted kappa, quadratic", "Scott"):
        assert name in more.replace("&#x27;", "'")
    for shown_page in (first, more):
        assert re.search(r"\bnan\b", shown_page.lower()) is None


def test_rankings_have_measures_of_their_own(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    given = {
        (item, person): text
        for item, both in enumerate((("a > b > c", "a > b > c"), ("a > b > c", "a > c > b")))
        for person, text in zip((ada_works.pk, bo_works.pk), both, strict=True)
    }
    table = Table(Question("order", "Order", "ranking", required=True), labels=dict(given))
    answers = collect_answers(table.rows())
    found = of_rankings(table, answers)
    assert found["kendall_w"].value == pytest.approx((1 + 0.75) / 2)
    assert found["kendall_tau"].value == pytest.approx((1 + 1 / 3) / 2)
