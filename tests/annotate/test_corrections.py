"""A reviewer's correction: kept beside the answer, told to its author, shown with what changed."""

from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from annotate.models import Queue, Review, Stage
from datasets.models import Annotation, Truth
from foundation.models import Annotator, Notification, Project, User
from foundation.opaque import encode_id
from tests.annotate.making import answered, claimed, end_leases, make_queue, said
from tests.annotate.test_work_pages import config_in
from tests.conftest import MakeApi, SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewed(project: Project) -> Queue:
    """A queue in which every task is reviewed."""
    return make_queue(project, 2, review_share=1.0)


@pytest.fixture
def mine(reviewed: Queue, ada_works: Annotator) -> str:
    """Ada's answer, by its public id."""
    return encode_id("annotation", answered(reviewed, ada_works, "dull").annotation_id)


def correct(client: APIClient, annotation: str, label: str, **more: Any) -> Any:
    """Correct an answer, as the workbench sends it."""
    body = {"verdict": "correct", "regions": said(label), "reason": "It is sarcasm."}
    return client.post(f"/api/v1/annotations/{annotation}/reviews", body | more)


def test_a_correction_is_told_and_shown_to_its_author_change_by_change(
    reviewed: Queue, mine: str, rui_works: Annotator, rui: User, ada: User, api: MakeApi
) -> None:
    done = correct(api(rui), mine, "bad").json()
    before, after = said("dull"), said("bad")
    changed = {
        "what": "renamed",
        "before": before["regions"][0],
        "after": after["regions"][0],
    }
    (told,) = api(ada).get(f"/api/v1/annotations/{mine}/reviews").json()["results"]
    assert told["changes"] == [changed]
    assert (told["verdict"], told["reason"], told["corrected"], told["regions"]) == (
        "correct",
        "It is sarcasm.",
        done["corrected"],
        after,
    )
    (past,) = api(ada).get(f"/api/v1/queues/{reviewed.oid}/mine").json()["results"]
    assert past["regions"] == before, "what Ada said stays as it was"
    assert past["correction"] == {"regions": after, "changes": [changed]}
    notice = Notification.objects.get(recipient=ada)
    assert notice.path == f"/answers/{mine}/correction"
    assert notice.params["reason"] == "It is sarcasm."


def test_a_rejection_changes_nothing_and_has_nothing_to_compare(
    mine: str, rui_works: Annotator, rui: User, ada: User, api: MakeApi, sign_in: SignIn
) -> None:
    where = f"/api/v1/annotations/{mine}/reviews"
    assert api(rui).post(where, {"verdict": "reject", "reason": "No mood."}).status_code == 201
    (told,) = api(ada).get(where).json()["results"]
    assert (told["regions"], told["changes"], told["corrected"]) == (None, None, None)
    assert sign_in(ada).get(reverse("correction", args=[mine])).status_code == 404


def test_an_author_looks_at_both_beside_each_other_and_others_do_not(
    reviewed: Queue,
    mine: str,
    rui_works: Annotator,
    bo_works: Annotator,
    rui: User,
    ada: User,
    bo: User,
    api: MakeApi,
    sign_in: SignIn,
) -> None:
    correct(api(rui), mine, "bad")
    where = reverse("correction", args=[mine])
    shown = config_in(sign_in(ada).get(where).content.decode())
    assert shown["mode"] == "look"
    (one,) = shown["assignments"]
    assert [answer["annotator"] for answer in one["answers"]] == ["My answer", "Correction"]
    assert [answer["regions"] for answer in one["answers"]] == [said("dull"), said("bad")]
    assert one["review"]["reason"] == "It is sarcasm."
    assert where in sign_in(ada).get(reverse("mine", args=[reviewed.oid])).content.decode()
    of_rui = config_in(sign_in(rui).get(where).content.decode())["assignments"][0]
    assert of_rui["answers"][0]["annotator"] == "Ada"
    assert sign_in(bo).get(where).status_code == 404
    assert api(bo).get(f"/api/v1/annotations/{mine}/reviews").status_code == 404


def test_of_two_reviewers_at_once_the_second_is_told_and_nothing_is_lost(
    reviewed: Queue,
    mine: str,
    rui_works: Annotator,
    mia_works: Annotator,
    rui: User,
    mia: User,
    api: MakeApi,
) -> None:
    late = claimed(reviewed, rui_works, Stage.REVIEW)
    end_leases()
    first = claimed(reviewed, mia_works, Stage.REVIEW)
    assert first.task_id == late.task_id
    replies = [
        correct(api(user), mine, label, assignment=hold.oid, fence=hold.fence).json()
        for user, label, hold in ((mia, "bad", first), (rui, "good", late))
    ]
    assert [one["extra"] for one in replies] == [False, True]
    assert Truth.objects.get(is_current=True).label == "bad"
    kept = Annotation.objects.filter(origin=Annotation.Origin.CORRECTED).order_by("pk")
    assert [one.document.regions for one in kept] == [said("bad"), said("good")]
    assert Review.objects.count() == 2
    assert Notification.objects.filter(kind="reviewed").count() == 1


def test_who_answered_may_not_correct_it_unless_the_queue_lets_them(
    reviewed: Queue, mia_works: Annotator, mia: User, api: MakeApi
) -> None:
    own = encode_id("annotation", answered(reviewed, mia_works).annotation_id)
    refused = correct(api(mia), own, "bad")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/own-work")
    assert not Review.objects.exists()
    Queue.objects.update(reviews_own=True)
    assert correct(api(mia), own, "bad").status_code == 201


def judge(client: APIClient, annotation: str, **body: Any) -> Any:
    """Say something about an answer without a hold."""
    return client.post(f"/api/v1/annotations/{annotation}/reviews", body)


def test_who_holds_nothing_does_not_replace_anothers_verdict_unknowingly(
    mine: str, rui_works: Annotator, mia_works: Annotator, rui: User, mia: User, api: MakeApi
) -> None:
    assert judge(api(rui), mine, verdict="reject", reason="Look again").status_code == 201
    second = judge(api(mia), mine, verdict="accept")
    assert (second.status_code, second.json()["code"]) == (409, "decided-before")
    assert f"{rui_works.name} rejected it on" in second.json()["detail"]
    assert not Truth.objects.exists()
    assert judge(api(mia), mine, verdict="accept", replace=True).status_code == 201
    assert Truth.objects.get(is_current=True).by == mia
    listed = api(mia).get(f"/api/v1/annotations/{mine}/reviews").json()["results"]
    assert [one["verdict"] for one in listed] == ["accept", "reject"]


def test_a_verdict_of_ones_own_may_be_changed_without_a_hold(
    mine: str, rui_works: Annotator, rui: User, api: MakeApi
) -> None:
    assert judge(api(rui), mine, verdict="reject", reason="Look again").status_code == 201
    assert judge(api(rui), mine, verdict="accept").status_code == 201
    assert Truth.objects.get(is_current=True).label == "dull"
