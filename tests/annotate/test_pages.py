"""The pages of queues: what is left, how far, who, and what may be changed."""

import itertools
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate.models import GuidelineRevision, Queue, Stage, Task
from annotate.services.gold import plant_gold
from annotate.services.holds import skip_task
from annotate.services.queues import start_filling
from datasets.models import Item, Truth
from datasets.services.truths import accept_truth
from foundation.models import Annotator, Job, Project, User
from tests.annotate.making import (
    answered,
    claimed,
    disagreeing,
    make_queue,
    make_schema,
    make_texts,
    said,
)
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    """Kept figures belong to another test's rows."""
    cache.clear()


def queues_of(project: Project) -> str:
    """The address of the queues of a project."""
    return reverse("queues", args=[project.oid])


def accepted(queue: Queue, item: Item) -> None:
    """Give an item a label that came in with it."""
    accept_truth(
        item=item,
        schema_revision=queue.schema_revision,
        regions=said("good"),
        method=Truth.Method.IMPORTED,
        lineage={},
        by=None,
    )


# Queues


def test_an_annotator_finds_work_and_a_button_that_starts_it(
    queue: Queue, project: Project, ada: User, sign_in: SignIn
) -> None:
    page = sign_in(ada).get(queues_of(project)).content.decode()
    assert reverse("work", args=[queue.oid]) in page
    assert page.count("btn primary") == 1
    assert "0 of 10 answers" in page
    assert "Settings of" not in page
    assert reverse("queue", args=[queue.oid]) + '"' not in page


def test_who_answered_everything_is_told_so_kindly(
    project: Project, ada: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    queue = make_queue(project, 2, overlap=2)
    for _time in range(2):
        answered(queue, ada_works)
    page = sign_in(ada).get(queues_of(project)).content.decode()
    assert "Nothing for you right now" in page
    assert reverse("work", args=[queue.oid]) not in page
    assert reverse("mine", args=[queue.oid]) in page


def test_held_tasks_are_work_too(
    project: Project, ada: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    queue = make_queue(project, 1)
    claimed(queue, ada_works)
    page = sign_in(ada).get(queues_of(project)).content.decode()
    assert reverse("work", args=[queue.oid]) in page


def test_a_reviewer_sees_how_many_tasks_wait(
    project: Project, rui: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    queue = make_queue(project, 3, review_share=1.0)
    for _time in range(2):
        answered(queue, ada_works)
    page = sign_in(rui).get(queues_of(project)).content.decode()
    assert "Review 2" in page
    assert reverse("review-work", args=[queue.oid]) in page


def test_reviews_that_a_reviewer_holds_keep_their_way_back(
    project: Project, rui: User, ada_works: Annotator, rui_works: Annotator, sign_in: SignIn
) -> None:
    queue = make_queue(project, 1, review_share=1.0)
    answered(queue, ada_works)
    claimed(queue, rui_works, Stage.REVIEW)
    page = sign_in(rui).get(queues_of(project)).content.decode()
    assert "Review 1" in page
    assert reverse("review-work", args=[queue.oid]) in page


def test_a_manager_sees_state_answers_of_today_and_settings(
    queue: Queue, project: Project, mia: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    answered(queue, ada_works)
    page = sign_in(mia).get(queues_of(project)).content.decode()
    assert "1 today" in page
    assert "Open" in page
    assert reverse("queue-settings", args=[queue.oid]) in page
    assert reverse("queue-new", args=[queue.dataset.oid]) in page


def test_a_project_without_queues_says_what_to_do_first(
    project: Project, mia: User, ada: User, sign_in: SignIn
) -> None:
    assert "Make a dataset first" in sign_in(mia).get(queues_of(project)).content.decode()
    assert "Nothing to label yet" in sign_in(ada).get(queues_of(project)).content.decode()


def test_the_list_of_queues_costs_the_same_for_one_and_for_five(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    client = sign_in(mia)
    make_queue(project, 3)
    revision = Queue.objects.get().schema_revision

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(queues_of(project)).status_code == 200
        return len(queries)

    count()
    one = count()
    for number in range(4):
        make_queue(project, 3, name=f"more {number}", revision=revision)
    assert count() == one


# Making and changing


FORM = {
    "name": "Moods",
    "filter": "",
    "overlap": "2",
    "lease_minutes": "20",
    "hold_limit": "4",
    "max_skips": "3",
    "review_percent": "12.5",
    "gold_percent": "5",
    "on_disagreement": "majority",
    "order": "random",
    "follows_dataset": "1",
    "guideline": "# Moods\n\n- **good** is good",
}


def test_a_manager_makes_a_queue_with_policy_and_guideline(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    dataset, revision = make_texts(project, 4), make_schema(project)
    client = sign_in(mia)
    address = reverse("queue-new", args=[dataset.oid])
    assert client.get(address).status_code == 200
    response = client.post(address, FORM | {"schema": revision.schema.oid})
    queue = Queue.objects.get()
    assert response["Location"] == reverse("queue", args=[queue.oid])
    shown = (queue.overlap, queue.lease_seconds, queue.review_share, queue.gold_share)
    assert shown == (2, 1200, 0.125, 0.05)
    assert (queue.on_disagreement, queue.order) == ("majority", "random")
    assert queue.follows_dataset
    assert not queue.shows_suggestions
    assert queue.guideline is not None
    assert Job.objects.get(kind="annotate.fill").params == {"queue": queue.pk}


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    dataset, revision = make_texts(project, 1), make_schema(project)
    wrong = FORM | {"schema": revision.schema.oid, "overlap": "many", "gold_percent": "80"}
    response = sign_in(mia).post(reverse("queue-new", args=[dataset.oid]), wrong)
    page = response.content.decode()
    assert response.status_code == 422
    assert "a whole number from 1 to 50" in page
    assert "From 0 to 50 percent" in page
    assert 'value="many"' in page
    assert "**good** is good" in page
    assert not Queue.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"filter": "colour:red"}, "colour"),
        ({"name": " "}, "From 1 to 120"),
        ({"schema": "schema_none"}, "Choose a label schema"),
    ],
)
def test_name_filter_and_schema_are_checked(
    project: Project, mia: User, sign_in: SignIn, change: dict[str, str], words: str
) -> None:
    dataset, revision = make_texts(project, 1), make_schema(project)
    wrong = FORM | {"schema": revision.schema.oid} | change
    response = sign_in(mia).post(reverse("queue-new", args=[dataset.oid]), wrong)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_without_a_schema_that_fits_the_page_leads_to_one(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    dataset = make_texts(project, 1)
    page = sign_in(mia).get(reverse("queue-new", args=[dataset.oid])).content.decode()
    assert reverse("schema-new", args=[project.oid]) in page


def test_settings_change_the_policy_and_bring_a_new_overlap_to_the_tasks(
    queue: Queue, mia: User, sign_in: SignIn
) -> None:
    client = sign_in(mia)
    address = reverse("queue-settings", args=[queue.oid])
    assert client.get(address).status_code == 200
    given = {name: value for name, value in FORM.items() if name not in ("order", "guideline")}
    assert client.post(address, given | {"overlap": "3"}).status_code == 302
    queue.refresh_from_db()
    assert (queue.overlap, queue.hold_limit, queue.review_share) == (3, 4, 0.125)
    assert Job.objects.filter(kind="annotate.overlap").exists()
    response = client.post(address, given | {"lease_minutes": "0"})
    assert response.status_code == 422
    assert "10,080 minutes" in response.content.decode()


def test_a_queue_is_paused_opened_and_closed(queue: Queue, mia: User, sign_in: SignIn) -> None:
    client = sign_in(mia)
    for state in ("paused", "open", "closed"):
        client.post(reverse("queue-state", args=[queue.oid]), {"state": state})
        queue.refresh_from_db()
        assert queue.state == state
    assert (
        client.post(reverse("queue-state", args=[queue.oid]), {"state": "gone"}).status_code == 404
    )


def test_gold_is_planted_by_chance_among_accepted_items(
    queue: Queue, mia: User, sign_in: SignIn
) -> None:
    for item in Item.objects.order_by("pk")[:3]:
        accepted(queue, item)
    client = sign_in(mia)
    address = reverse("queue-gold", args=[queue.oid])
    assert client.post(address, {"count": "0", "filter": ""}).status_code == 422
    assert client.post(address, {"count": "2", "filter": "key:nothing"}).status_code == 422
    assert client.post(address, {"count": "2", "filter": ""}).status_code == 302
    assert Task.objects.filter(queue=queue, is_gold=True).count() == 2


def test_a_guideline_is_published_in_revisions_that_stay_readable(
    queue: Queue, mia: User, vic: User, sign_in: SignIn
) -> None:
    client = sign_in(mia)
    address = reverse("queue-guideline", args=[queue.oid])
    for text in ("First **words**", "Second words"):
        assert client.post(address, {"text": text}).status_code == 302
    assert client.post(address, {"text": " "}).status_code == 422
    assert GuidelineRevision.objects.count() == 2
    page = sign_in(vic).get(address).content.decode()
    assert "<p>Second words</p>" in page
    assert "Publish revision" not in page
    old = sign_in(vic).get(reverse("guideline-revision", args=[queue.oid, 1]))
    assert "<strong>words</strong>" in old.content.decode()


# One queue


def test_the_page_of_a_queue_tells_how_far_when_and_who(
    project: Project, mia: User, ada_works: Annotator, bo_works: Annotator, sign_in: SignIn
) -> None:
    queue = disagreeing(project, [ada_works, bo_works])
    page = sign_in(mia).get(reverse("queue", args=[queue.oid])).content.decode()
    assert "12 of 12 answers are in" in page
    assert "All in" in page
    for name in ("Ada", "Bo"):
        assert name in page
    assert "alpha" in page
    assert re.search(r"\bnan\b", page.lower()) is None


def test_gold_that_was_met_too_often_does_not_make_a_queue_look_done(
    project: Project,
    ada_works: Annotator,
    mia: User,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draws = itertools.cycle([0, 9999])  # every other task is gold
    drawn = "annotate.services.claiming.secrets.randbelow"
    monkeypatch.setattr(drawn, lambda _below: next(draws))
    queue = make_queue(project, 12, overlap=1, gold_share=0.5)
    for item in Item.objects.order_by("pk")[:6]:
        accepted(queue, item)
    plant_gold(queue=queue, items=list(Item.objects.order_by("pk")[:6]), by=mia)
    for _time in range(5):
        answered(queue, ada_works)
    # From now on less gold is expected among the answers than there was.
    Queue.objects.filter(pk=queue.pk).update(gold_share=0.0)
    left = Task.objects.filter(queue=queue, stage=Stage.ANNOTATE, is_gold=False).count()
    assert 5 + left > 6, "no gold was met"
    page = sign_in(mia).get(reverse("queue", args=[queue.oid])).content.decode()
    assert f"5 of {5 + left} answers are in" in page


def test_a_forecast_is_honest_when_nothing_can_be_said(
    queue: Queue, mia: User, sign_in: SignIn
) -> None:
    page = sign_in(mia).get(reverse("queue", args=[queue.oid])).content.decode()
    assert "Too early to tell" in page
    assert "Not known yet" in page


def test_tasks_are_listed_by_stage_and_agreement(
    project: Project, mia: User, ada_works: Annotator, bo_works: Annotator, sign_in: SignIn
) -> None:
    queue = disagreeing(project, [ada_works, bo_works])
    client = sign_in(mia)
    address = reverse("queue-tasks", args=[queue.oid])
    assert client.get(address).content.decode().count("they differ") == 2
    review = client.get(address, {"stage": "review"}).content.decode()
    assert review.count("they differ") == 2
    assert "the same" not in review
    assert "No task is there" in client.get(address, {"stage": "set-aside"}).content.decode()


def test_a_long_list_of_tasks_goes_on_after_the_last_one(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    queue = make_queue(project, 60)
    client = sign_in(mia)
    first = client.get(reverse("queue-tasks", args=[queue.oid])).content.decode()
    after = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert after is not None
    rest = client.get(reverse("queue-tasks", args=[queue.oid]) + after[1].replace("&amp;", "&"))
    assert rest.content.decode().count("0 of 1") == 10


def test_only_managers_see_which_tasks_are_gold(
    queue: Queue, mia: User, rui: User, vic: User, sign_in: SignIn
) -> None:
    item = Item.objects.first()
    assert item is not None
    accepted(queue, item)
    plant_gold(queue=queue, items=[item], by=None)
    address = reverse("queue-tasks", args=[queue.oid])
    assert item.key in sign_in(mia).get(address, {"stage": "gold"}).content.decode()
    for user in (rui, vic):
        for query in ({}, {"stage": "gold"}):
            page = sign_in(user).get(address, query).content.decode()
            assert item.key not in page
            assert not re.search(r"\bgold\b", page.lower())  # a token may hold the letters


def test_a_task_that_was_set_aside_is_asked_again(
    queue: Queue, mia: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    Queue.objects.update(max_skips=1)
    hold = claimed(queue, ada_works)
    skip_task(assignment=hold, fence=hold.fence, reason="blank")
    task = hold.task
    task.refresh_from_db()
    assert task.stage == Stage.SET_ASIDE
    address = reverse("task-again", args=[queue.oid])
    back = reverse("queue-tasks", args=[queue.oid]) + "?stage=set-aside"
    response = sign_in(mia).post(address, {"task": task.oid, "back": back})
    assert response["Location"] == back
    task.refresh_from_db()
    assert task.stage == Stage.ANNOTATE
    away = sign_in(mia).post(address, {"task": task.oid, "back": "https://elsewhere.example/"})
    assert away["Location"] == reverse("queue-tasks", args=[queue.oid])


def test_the_page_of_a_queue_that_is_being_filled_watches_and_then_shows_all(
    queue: Queue, mia: User, sign_in: SignIn
) -> None:
    job = start_filling(queue=queue, by=mia)
    client, address = sign_in(mia), reverse("queue", args=[queue.oid])
    assert 'hx-trigger="every 1s"' in client.get(address).content.decode()
    watched = client.get(address, headers={"HX-Request": "true"})
    assert "Fill the queue Moods" in watched.content.decode()
    assert "<html" not in watched.content.decode()
    Job.objects.filter(pk=job.pk).update(state=Job.State.SUCCEEDED)
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "hx-trigger" not in client.get(address).content.decode()


def test_answers_of_today_alone_make_no_forecast(
    queue: Queue, mia: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    answered(queue, ada_works)
    page = sign_in(mia).get(reverse("queue", args=[queue.oid])).content.decode()
    assert "People began today" in page
    assert "One person answers each task here" in page
