"""Adjudication without an answer to begin from, gold that is proposed, and what waits for me."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate.models import Queue, Review, Stage, Task
from annotate.queries.invariants import broken_promises
from annotate.queries.reviewing import adjudications_for, waiting_in
from annotate.queries.waiting import waiting_for
from annotate.queries.work import show_holds
from annotate.services.claiming import claim_tasks
from annotate.services.gold import plant_gold
from annotate.services.workdays import days_that_differ
from datasets.models import Annotation, Item, Truth
from foundation.models import Annotator, Notification, Project, User
from tests.annotate.making import answered, claimed, end_leases, make_queue, said
from tests.conftest import MakeApi, SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def unanswered(project: Project) -> Queue:
    """A queue whose only task waits for adjudication, and nobody has answered it."""
    queue = make_queue(project, 1, on_disagreement="adjudicate")
    Task.objects.update(stage=Stage.ADJUDICATE)
    return queue


@pytest.fixture
def disputed(project: Project, ada_works: Annotator, bo_works: Annotator) -> Queue:
    """Three tasks that wait for adjudication: Ada says good, Bo says bad."""
    queue = make_queue(project, 3, overlap=2, on_disagreement="adjudicate")
    for _task in range(3):
        answered(queue, ada_works, "good")
        answered(queue, bo_works, "bad")
    return queue


def test_what_is_drawn_from_nothing_becomes_the_truth(
    unanswered: Queue, rui_works: Annotator, rui: User, api: MakeApi
) -> None:
    claim = claim_tasks(queue=unanswered, annotator_id=rui_works.pk, stage=Stage.ADJUDICATE, hold=1)
    assert show_holds(unanswered, Stage.ADJUDICATE, claim.holds)[0]["answers"] == []
    hold = claimed(unanswered, rui_works, Stage.ADJUDICATE)
    where = f"/api/v1/assignments/{hold.oid}/draw"
    wrong = {"fence": hold.fence, "regions": said("purple")}
    assert api(rui).post(where, wrong).status_code == 422
    body = wrong | {"regions": said("dull"), "reason": "Plain.", "gold": True}
    reply = api(rui).post(where, body)
    assert (reply.status_code, reply.json()["verdict"], reply.json()["extra"]) == (
        201,
        "draw",
        False,
    )
    truth = Truth.objects.get()
    assert (truth.label, truth.method, truth.by) == ("dull", Truth.Method.ADJUDICATED, rui)
    assert truth.lineage["annotations"] == []
    assert Task.objects.get().stage == Stage.DONE
    drawn = Annotation.objects.get()
    assert (drawn.origin, drawn.replaces) == (Annotation.Origin.CORRECTED, None)
    assert not Notification.objects.exists(), "it is about nobody's answer"
    assert (broken_promises(), days_that_differ()) == ([], [])


def test_of_two_who_draw_the_second_is_told_and_both_are_kept(
    unanswered: Queue,
    rui_works: Annotator,
    mia_works: Annotator,
    rui: User,
    mia: User,
    api: MakeApi,
) -> None:
    late = claimed(unanswered, rui_works, Stage.ADJUDICATE)
    end_leases()
    first = claimed(unanswered, mia_works, Stage.ADJUDICATE)
    for user, hold, label, extra in ((mia, first, "bad", False), (rui, late, "good", True)):
        body = {"fence": hold.fence, "regions": said(label), "gold": True}
        reply = api(user).post(f"/api/v1/assignments/{hold.oid}/draw", body)
        assert reply.json()["extra"] == extra
    assert Truth.objects.get(is_current=True).label == "bad"
    assert Annotation.objects.count() == 2
    assert [one.proposes_gold for one in Review.objects.order_by("pk")] == [True, False]


def test_what_is_held_to_annotate_is_not_drawn_anew(
    queue: Queue, ada_works: Annotator, ada: User, api: MakeApi
) -> None:
    hold = claimed(queue, ada_works)
    body = {"fence": hold.fence, "regions": said("bad")}
    assert api(ada).post(f"/api/v1/assignments/{hold.oid}/draw", body).status_code == 404


def test_what_is_ticked_as_gold_is_proposed_until_a_manager_signs(
    disputed: Queue, rui_works: Annotator, rui: User, mia: User, api: MakeApi, sign_in: SignIn
) -> None:
    hold = claimed(disputed, rui_works, Stage.ADJUDICATE)
    for ticked in (True, False):
        hold = claimed(disputed, rui_works, Stage.ADJUDICATE) if not ticked else hold
        answer = Annotation.objects.filter(item=hold.task.item).earliest("pk")
        body = {"verdict": "accept", "assignment": hold.oid, "fence": hold.fence, "gold": ticked}
        reply = api(rui).post(f"/api/v1/annotations/{answer.oid}/reviews", body)
        assert reply.status_code == 201, reply.content
    where = f"/api/v1/queues/{disputed.oid}/gold/candidates"
    rows = api(mia).get(where).json()["results"]
    assert sorted(one["proposed"] for one in rows) == [False, True]
    (proposed,) = api(mia).get(where, {"proposed": "true"}).json()["results"]
    page = sign_in(mia).get(reverse("gold-care", args=[disputed.oid])).content.decode()
    assert page.count("proposed</span>") == 1
    assert Task.objects.filter(is_gold=True).count() == 0, "a tick alone tests nobody"
    item = Item.objects.get(key=proposed["key"])
    plant_gold(queue=disputed, items=[item], by=mia)
    assert api(mia).get(where, {"proposed": "true"}).json()["results"] == []


def test_what_waits_for_me_leaves_out_what_i_answered_and_costs_the_same(
    disputed: Queue,
    project: Project,
    ada_works: Annotator,
    rui_works: Annotator,
    rui: User,
    sign_in: SignIn,
    api: MakeApi,
) -> None:
    key = (disputed.pk, Stage.ADJUDICATE)
    assert waiting_for([disputed], rui_works) == {key: 3}
    assert waiting_for([disputed], ada_works) == {}
    claimed(disputed, rui_works, Stage.ADJUDICATE)
    assert waiting_for([disputed], rui_works) == {key: 3}, "what I hold waits for me, too"
    Queue.objects.update(reviews_own=True)
    assert waiting_for([disputed], ada_works) == {key: 2}
    with CaptureQueriesContext(
        connection,
    ) as asked:
        (row,) = adjudications_for([disputed], rui_works)
    assert (row.n, len(asked)) == (3, 2)
    assert [one.stage for one in waiting_in(project, rui_works)] == [Stage.ADJUDICATE]
    page = sign_in(rui)
    for name in ("reviews", "project-home"):
        shown = page.get(reverse(name, args=[project.oid])).content.decode()
        assert reverse("adjudicate-work", args=[disputed.oid]) in shown, name
    told = api(rui).get(f"/api/v1/projects/{project.oid}/reviews").json()["waiting"]
    assert [(one["stage"], one["tasks"]) for one in told] == [("adjudicate", 3)]
