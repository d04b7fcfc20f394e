"""Who may open and change what on the pages of queues and quality."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from annotate.models import Answer, Queue
from annotate.services.enqueuing import requeue_task
from datasets.models import Dataset
from foundation.models import Annotator, Project, User
from tests.annotate.making import (
    answered,
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


PAGES = ("queue", "queue-tasks", "queue-guideline")
FOR_MANAGERS = ("queue-settings",)
POSTS = ("queue-state", "queue-gold", "task-again", "queue-settings", "queue-guideline")


@pytest.mark.parametrize("name", [*PAGES, *FOR_MANAGERS, "work", "review-work", "mine"])
def test_strangers_find_nothing(queue: Queue, eve: User, sign_in: SignIn, name: str) -> None:
    assert sign_in(eve).get(reverse(name, args=[queue.oid])).status_code == 404


@pytest.mark.parametrize("name", POSTS)
def test_only_managers_change_a_queue(
    queue: Queue, ada: User, rui: User, vic: User, sign_in: SignIn, name: str
) -> None:
    for user in (ada, rui, vic):
        response = sign_in(user).post(reverse(name, args=[queue.oid]), {"state": "closed"})
        assert response.status_code == 403
    queue.refresh_from_db()
    assert queue.state == "open"


def test_annotators_see_nothing_of_the_answers_of_others(
    queue: Queue, project: Project, ada: User, sign_in: SignIn
) -> None:
    client = sign_in(ada)
    for name in (*PAGES, *FOR_MANAGERS):
        assert client.get(reverse(name, args=[queue.oid])).status_code == 403
    for name in ("quality", "disagreements"):
        assert client.get(reverse(name, args=[project.oid])).status_code == 403


def test_viewers_have_no_work(queue: Queue, vic: User, project: Project, sign_in: SignIn) -> None:
    assert sign_in(vic).get(reverse("work", args=[queue.oid])).status_code == 403
    page = sign_in(vic).get(queues_of(project)).content.decode()
    assert reverse("work", args=[queue.oid]) not in page


def test_a_closed_dataset_and_a_new_round_keep_the_pages_up(
    queue: Queue, mia: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    done = answered(queue, ada_works)
    task = Answer.objects.get(pk=done.annotation_id).task
    requeue_task(task=task, by=mia)
    Dataset.objects.update(archived_at=task.item.created_at)
    client = sign_in(mia)
    for name in (*PAGES, *FOR_MANAGERS):
        assert client.get(reverse(name, args=[queue.oid])).status_code == 200


def test_a_page_that_a_role_may_not_open_says_so_once(
    queue: Queue, ada: User, sign_in: SignIn
) -> None:
    page = sign_in(ada).get(reverse("queue", args=[queue.oid])).content.decode()
    assert page.count("does not allow this") == 1
    assert "ask a manager" in page
