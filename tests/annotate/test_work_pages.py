"""The pages on which people work: the workbench, and what they said before."""

import json
import re
from typing import Any

import pytest
from django.urls import reverse

from annotate.models import Queue
from annotate.services.queues import set_guideline, set_state
from annotate.services.reviews import Reviewer, correct_annotation, reject_annotation
from datasets.models import Annotation
from foundation.models import Annotator, Project, User
from tests.annotate.making import (
    answered,
    key,
    make_queue,
    make_schema,
    said,
)
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def queues_of(project: Project) -> str:
    """The address of the queues of a project."""
    return reverse("queues", args=[project.oid])


def document_of(done: Any) -> Annotation:
    """The annotation behind a submit, as reviewers get it."""
    found = Annotation.objects.select_related(
        "item__dataset__project", "annotator", "schema_revision__schema", "document"
    )
    return found.get(pk=done.annotation_id)


def config_in(page: str) -> dict[str, Any]:
    """What the workbench is told."""
    found = re.search(r'<script id="workbench-config" type="application/json">(.*?)</script>', page)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_the_workbench_is_told_all_it_needs(
    queue: Queue, ada: User, mia: User, sign_in: SignIn
) -> None:
    set_guideline(queue=queue, text="Say **what** <script>alert(1)</script>", by=mia)
    page = sign_in(ada).get(reverse("work", args=[queue.oid]))
    told = config_in(page.content.decode())
    reasons = told["queue"].pop("skip_reasons")
    assert told["queue"] == {
        "id": queue.oid,
        "name": "Moods",
        "stage": "annotate",
        "hold": 3,
        "asks_confidence": False,
    }
    assert "No label fits" in reasons
    assert told["user"]["keys"] is None
    assert told["schema_revision"]["definition"]["questions"][0]["name"] == "mood"
    assert told["schema_revision"]["url"].endswith("/revisions/1")
    assert told["project"]["url"] == queues_of(queue.dataset.project)
    assert (told["api"], told["mode"], told["user"]["name"]) == ("/api/v1/", "work", "Ada")
    assert told["guideline_html"] == (
        "<p>Say <strong>what</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>"
    )
    assert told["csrf"]


def test_the_page_of_the_workbench_obeys_its_own_policy(
    queue: Queue, ada: User, sign_in: SignIn
) -> None:
    response = sign_in(ada).get(reverse("work", args=[queue.oid]))
    policy, page = response["Content-Security-Policy"], response.content.decode()
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None
    scripts = re.findall(r"<script\b([^>]*)>", page)
    assert [one for one in scripts if "application/json" not in one and nonce[1] not in one] == []
    assert " style=" not in page
    assert "workbench-styles" in page
    assert "<noscript>" in page


def test_a_reviewer_gets_the_review_stage_and_an_annotator_does_not(
    queue: Queue, rui: User, ada: User, sign_in: SignIn
) -> None:
    address = reverse("review-work", args=[queue.oid])
    page = sign_in(rui).get(address).content.decode()
    assert config_in(page)["queue"]["stage"] == "review"
    assert sign_in(ada).get(address).status_code == 403


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_queue_that_gives_no_work_says_so_with_a_way_back(
    queue: Queue, ada: User, mia: User, sign_in: SignIn, state: str
) -> None:
    set_state(queue=queue, state=Queue.State(state), by=mia)
    page = sign_in(ada).get(reverse("work", args=[queue.oid])).content.decode()
    assert "workbench-config" not in page
    assert 'class="btn primary' in page
    assert queues_of(queue.dataset.project) in page


def test_my_answers_show_what_the_reviewer_said(
    project: Project,
    ada: User,
    ada_works: Annotator,
    rui: User,
    rui_works: Annotator,
    sign_in: SignIn,
) -> None:
    queue = make_queue(project, 3, review_share=1.0)
    first, second = answered(queue, ada_works, "good"), answered(queue, ada_works, "bad")
    answered(queue, ada_works, "dull")
    chair = Reviewer(rui_works, rui)
    reject_annotation(annotation=document_of(first), reviewer=chair, reason="Read to the end.")
    correct_annotation(
        annotation=document_of(second),
        reviewer=chair,
        regions=said("dull"),
        submission_id=key(),  # type: ignore[arg-type]
        reason="It bores.",
    )
    client, address = sign_in(ada), reverse("mine", args=[queue.oid])
    page = client.get(address).content.decode()
    assert "Read to the end." in page
    assert "It bores." in page
    returned = client.get(address, {"verdict": "reject"}).content.decode()
    assert "Read to the end." in returned
    assert "It bores." not in returned
    assert "None of these" in client.get(address, {"verdict": "accept"}).content.decode()


def test_my_answers_are_mine_alone(
    queue: Queue, ada_works: Annotator, bo: User, sign_in: SignIn
) -> None:
    answered(queue, ada_works)
    assert "No answer yet" in sign_in(bo).get(reverse("mine", args=[queue.oid])).content.decode()


def test_one_choice_can_be_given_to_many_items_at_once(
    queue: Queue, ada: User, sign_in: SignIn
) -> None:
    queue.hold_limit = 30
    queue.save()
    told = config_in(sign_in(ada).get(reverse("grid", args=[queue.oid])).content.decode())
    assert (told["mode"], told["queue"]["hold"]) == ("grid", 30)
    one = config_in(sign_in(ada).get(reverse("work", args=[queue.oid])).content.decode())
    assert (one["mode"], one["queue"]["hold"]) == ("work", 3)
    assert one["grid_url"] == reverse("grid", args=[queue.oid])


def test_more_than_one_choice_is_answered_one_at_a_time(
    project: Project, ada: User, sign_in: SignIn
) -> None:
    spans = {"name": "who", "type": "spans", "labels": [{"key": "person"}]}
    definition = {"format": 1, "data_type": "text", "questions": [spans]}
    queue = make_queue(project, 1, revision=make_schema(project, definition, "Who"))
    response = sign_in(ada).get(reverse("grid", args=[queue.oid]))
    assert response.headers["Location"] == reverse("work", args=[queue.oid])
    told = config_in(sign_in(ada).get(reverse("work", args=[queue.oid])).content.decode())
    assert told["grid_url"] is None


def test_the_workbench_speaks_the_language_of_its_person(
    queue: Queue, ada: User, sign_in: SignIn
) -> None:
    address = reverse("work", args=[queue.oid])
    client = sign_in(ada)
    page = client.get(address, headers={"Accept-Language": "de"}).content.decode()
    assert '<html lang="de" dir="ltr"' in page
    assert config_in(page)["locale"] == "de"
    ada.language = "ar"
    ada.save()
    page = client.get(address, headers={"Accept-Language": "de"}).content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert config_in(page)["locale"] == "ar"
    assert '<html lang="en" dir="ltr"' in client.get(reverse("home")).content.decode()
