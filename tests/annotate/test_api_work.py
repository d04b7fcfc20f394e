"""REST for those who annotate and review: what comes back, what is refused, what stays unseen."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from annotate.models import Answer, Assignment, Draft, Queue, Review, Stage, Task
from annotate.services.gold import plant_gold
from datasets.models import Item, Suggestion, Truth
from datasets.services.suggestions import suggest_regions
from datasets.services.truths import accept_truth
from foundation.models import Annotator, Project, User
from foundation.opaque import encode_id
from foundation.services.tokens import issue_token
from tests.annotate.making import answered, end_leases, key, make_queue, said
from tests.conftest import MakeApi

pytestmark = pytest.mark.django_db

STATEMENTS = {"sqlite": (17, 16), "postgresql": (9, 16)}
"""Of a claim and of a submit that finishes a task, with a session, transactions included."""


@pytest.fixture
def works(
    ada_works: Annotator, bo_works: Annotator, rui_works: Annotator, mia_works: Annotator
) -> None:
    """Everybody who works has a row in the project."""


@pytest.fixture
def ada_api(api: MakeApi, ada: User, works: None) -> APIClient:
    """Ada's browser."""
    return api(ada)


@pytest.fixture
def rui_api(api: MakeApi, rui: User, works: None) -> APIClient:
    """Rui's browser."""
    return api(rui)


def claim(client: APIClient, queue: Queue, **body: Any) -> Any:
    """Claim and return the answer."""
    return client.post(f"/api/v1/queues/{queue.oid}/claim", body)


def held(client: APIClient, queue: Queue, **body: Any) -> dict[str, Any]:
    """The first task in this person's hands."""
    reply = claim(client, queue, **body)
    assert reply.status_code == 200, reply.content
    return reply.json()["assignments"][0]


def submit(client: APIClient, hold: dict[str, Any], label: str = "good", **more: Any) -> Any:
    """Submit an answer and return the reply."""
    body = {"fence": hold["fence"], "regions": said(label), "seconds": 3.5} | more
    given = body.pop("key", key())
    return client.post(
        f"/api/v1/assignments/{hold['id']}/submit", body, headers={"Idempotency-Key": given}
    )


# Claiming


def test_a_claim_brings_all_that_working_needs(ada_api: APIClient, queue: Queue) -> None:
    suggest_regions(
        item=Item.objects.order_by("pk")[0],
        schema_revision=queue.schema_revision,
        source="a rule",
        regions=said("bad"),
    )
    body = claim(ada_api, queue, hold=2).json()
    first = body["assignments"][0]
    revision = queue.schema_revision
    assert first["item"]["text"] == "text number 0"
    assert first["item"]["assets"] == []
    assert (first["fence"], first["stage"], first["lease_seconds"]) == (1, "annotate", 900)
    assert first["lease_ends_at"].endswith("Z")
    assert first["schema_revision"] == {
        "id": revision.oid,
        "number": 1,
        "url": f"/api/v1/schemas/{queue.schema.oid}/revisions/1",
    }
    assert [one["source"] for one in first["suggestions"]] == ["a rule"]
    assert first["draft"] is None
    assert "answers" not in first
    assert body["progress"] == {"done": 0, "total": 10, "mine": 0, "unread": 0}
    assert len(body["assignments"]) == 2


def test_nothing_left_is_an_empty_answer(ada_api: APIClient, project: Project) -> None:
    queue = make_queue(project, 1)
    assert submit(ada_api, held(ada_api, queue)).status_code == 201
    reply = claim(ada_api, queue)
    assert (reply.status_code, reply.content) == (204, b"")


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        ({"hold": 0}, "hold", "out-of-range"),
        ({"hold": "3"}, "hold", "out-of-range"),
        ({"hold": True}, "hold", "out-of-range"),
        ({"stage": "done"}, "stage", "unknown-value"),
        ({"much": 3}, "much", "unknown-key"),
        ([3], "", "not-an-object"),
    ],
)
def test_a_claim_that_makes_no_sense_names_the_place(
    ada_api: APIClient, queue: Queue, body: Any, place: str, code: str
) -> None:
    reply = ada_api.post(f"/api/v1/queues/{queue.oid}/claim", body)
    assert reply.status_code == 422
    assert [(one["at"], one["code"]) for one in reply.json()["errors"]] == [(place, code)]


def test_a_paused_queue_says_so(ada_api: APIClient, queue: Queue) -> None:
    Queue.objects.update(state=Queue.State.PAUSED)
    reply = claim(ada_api, queue)
    assert (reply.status_code, reply.json()["code"]) == (409, "queue-not-open")


def test_who_may_not_work_here_gets_no_work(
    api: MakeApi, works: None, queue: Queue, ada: User, vic: User, eve: User
) -> None:
    assert claim(api(vic), queue).status_code in (403, 404)
    assert claim(api(eve), queue).status_code == 404
    assert claim(api(), queue).status_code == 401
    assert claim(api(ada), queue, stage="review").status_code == 403
    _token, secret = issue_token(user=ada, name="look", scopes=["view"])
    assert claim(api(token=secret), queue).status_code == 403
    _token, secret = issue_token(user=ada, name="work", scopes=["annotate"])
    assert claim(api(token=secret), queue).status_code == 200


# Answering


def test_an_answer_is_acknowledged_once(ada_api: APIClient, queue: Queue) -> None:
    hold, name = held(ada_api, queue), key()
    first = submit(ada_api, hold, key=name)
    again = submit(ada_api, hold, key=name)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert set(first.json()) == {"annotation", "extra", "task_done", "answered_before"}
    assert first.json()["task_done"] is True
    other = submit(ada_api, hold, "bad", key=name)
    assert (other.status_code, other.json()["code"]) == (409, "key-used-otherwise")
    assert Answer.objects.count() == 1


def test_a_late_answer_is_never_refused(
    ada_api: APIClient, queue: Queue, bo_works: Annotator
) -> None:
    hold = held(ada_api, queue)
    end_leases()
    answered(queue, bo_works)
    late = submit(ada_api, hold)
    assert (late.status_code, late.json()["extra"]) == (201, True)


def test_an_answer_that_does_not_fit_names_the_place(ada_api: APIClient, queue: Queue) -> None:
    hold = held(ada_api, queue)
    reply = submit(ada_api, hold, "happy")
    assert reply.status_code == 422
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert [(one["at"], one["code"]) for one in reply.json()["errors"]] == [
        ("regions/0/label", "unknown-label")
    ]
    assert submit(ada_api, hold, key="not a uuid").json()["errors"][0]["at"] == "Idempotency-Key"
    assert submit(ada_api, hold, colour="red").json()["errors"][0]["code"] == "unknown-key"


def test_nobody_works_on_what_another_holds(
    ada_api: APIClient, api: MakeApi, bo: User, queue: Queue
) -> None:
    hold = held(ada_api, queue)
    for action in ("submit", "renew", "skip", "release"):
        reply = api(bo).post(
            f"/api/v1/assignments/{hold['id']}/{action}",
            {"fence": 1, "regions": said("good")},
            headers={"Idempotency-Key": key()},
        )
        assert reply.status_code == 404, action
    draft = api(bo).put(
        f"/api/v1/assignments/{hold['id']}/draft", {"fence": 1, "regions": said("good")}
    )
    assert draft.status_code == 404


def test_a_hold_is_renewed_skipped_and_released(ada_api: APIClient, queue: Queue) -> None:
    first = held(ada_api, queue)
    path = f"/api/v1/assignments/{first['id']}"
    renewed = ada_api.post(f"{path}/renew", {"fence": 1})
    assert renewed.json()["lease_ends_at"] >= first["lease_ends_at"]
    assert ada_api.post(f"{path}/renew", {"fence": 2}).json()["code"] == "lease-ended"
    assert ada_api.post(f"{path}/skip", {"fence": 1, "reason": "blurred"}).status_code == 200
    second = held(ada_api, queue)
    assert second["id"] != first["id"]
    release = f"/api/v1/assignments/{second['id']}/release"
    assert ada_api.post(release, {"fence": 1}).status_code == 200
    assert held(ada_api, queue)["fence"] == 2


def test_a_draft_comes_back_with_the_task(ada_api: APIClient, queue: Queue) -> None:
    hold = held(ada_api, queue)
    path = f"/api/v1/assignments/{hold['id']}/draft"
    body = {"fence": 1, "regions": said("dull")}
    saved = ada_api.put(path, body, headers={"If-Match": "*"})
    assert saved.status_code == 200
    assert held(ada_api, queue)["draft"] == {
        "regions": said("dull"),
        "etag": saved.json()["etag"],
    }
    assert ada_api.put(path, body, headers={"If-Match": '"none"'}).status_code == 412
    assert ada_api.put(path, body, headers={"If-Match": saved.json()["etag"]}).status_code == 200
    end_leases()
    assert ada_api.put(path, body, headers={"If-Match": "*"}).status_code == 409
    assert Draft.objects.count() == 1


# Looking back


def test_my_last_answers_come_newest_first_and_can_be_fixed(
    ada_api: APIClient, queue: Queue
) -> None:
    for label in ("good", "bad"):
        submit(ada_api, held(ada_api, queue), label)
    mine = ada_api.get(f"/api/v1/queues/{queue.oid}/mine").json()["results"]
    assert [one["regions"]["regions"][0]["label"] for one in mine] == ["bad", "good"]
    assert [one["can_fix"] for one in mine] == [True, True]
    path, name = f"/api/v1/annotations/{mine[0]['annotation']}/revisions", key()
    for status in (201, 200):
        fixed = ada_api.post(path, {"regions": said("dull")}, headers={"Idempotency-Key": name})
        assert fixed.status_code == status
    again = ada_api.get(f"/api/v1/queues/{queue.oid}/mine?limit=1").json()["results"]
    assert [one["annotation"] for one in again] == [fixed.json()["annotation"]]


def test_a_rejection_reaches_its_author_with_the_reason(
    ada_api: APIClient, rui_api: APIClient, project: Project
) -> None:
    queue = make_queue(project, 2, review_share=1.0)
    submit(ada_api, held(ada_api, queue))
    chair = held(rui_api, queue, stage="review")
    assert [one["annotator"] for one in chair["answers"]] == ["Ada"]
    assert chair["suggestions"] == []
    path = f"/api/v1/annotations/{chair['answers'][0]['annotation']}/reviews"
    body = {"verdict": "reject", "assignment": chair["id"], "fence": chair["fence"]}
    missing = rui_api.post(path, body)
    assert (missing.status_code, missing.json()["errors"][0]["at"]) == (422, "reason")
    headers = {"Idempotency-Key": key()}
    for _ in range(2):
        verdict = rui_api.post(path, body | {"reason": "look again"}, headers=headers)
        assert (verdict.status_code, verdict.json()["extra"]) == (201, False)
    assert Review.objects.count() == 1
    mine = ada_api.get(f"/api/v1/queues/{queue.oid}/mine").json()["results"][0]
    assert (mine["review"]["verdict"], mine["review"]["reason"]) == ("reject", "look again")


@pytest.mark.parametrize("verdict", ["accept", "correct"])
def test_a_verdict_makes_the_truth(
    ada_api: APIClient, rui_api: APIClient, project: Project, verdict: str
) -> None:
    queue = make_queue(project, 1, review_share=1.0)
    submit(ada_api, held(ada_api, queue), "good")
    chair = held(rui_api, queue, stage="review")
    body = {"verdict": verdict, "assignment": chair["id"], "fence": chair["fence"]}
    if verdict == "correct":
        body["regions"] = said("bad")
    path = f"/api/v1/annotations/{chair['answers'][0]['annotation']}/reviews"
    assert rui_api.post(path, body).status_code == 201
    assert Truth.objects.get().label == ("good" if verdict == "accept" else "bad")
    mine = ada_api.get(f"/api/v1/queues/{queue.oid}/mine").json()["results"][0]
    assert (mine["can_fix"], mine["review"]["verdict"]) == (False, verdict)


def test_an_annotator_reviews_nothing(
    ada_api: APIClient, queue: Queue, bo_works: Annotator
) -> None:
    done = answered(queue, bo_works)
    path = f"/api/v1/annotations/{encode_id('annotation', done.annotation_id)}/reviews"
    assert ada_api.post(path, {"verdict": "accept"}).status_code in (403, 404)


# What stays unseen


def test_an_annotator_sees_nothing_that_another_said(
    ada_api: APIClient, project: Project, bo_works: Annotator
) -> None:
    queue = make_queue(project, 2, overlap=2)
    done = answered(queue, bo_works, "dull")
    other = encode_id("annotation", done.annotation_id)
    seen = [held(ada_api, queue, hold=2), ada_api.get(f"/api/v1/queues/{queue.oid}").json()]
    assert "dull" not in json.dumps(seen)
    assert "Bo" not in json.dumps(seen)
    assert ada_api.get(f"/api/v1/queues/{queue.oid}/mine").json()["results"] == []
    for path in (
        f"annotations/{other}",
        f"queues/{queue.oid}/tasks",
        f"queues/{queue.oid}/progress",
        f"queues/{queue.oid}/agreement",
        f"queues/{queue.oid}/gold",
        f"datasets/{queue.dataset.oid}/agreement?schema={queue.schema.oid}",
        f"datasets/{queue.dataset.oid}/items",
    ):
        assert ada_api.get(f"/api/v1/{path}").status_code in (403, 404, 405), path
    fix = ada_api.post(
        f"/api/v1/annotations/{other}/revisions",
        {"regions": said("good")},
        headers={"Idempotency-Key": key()},
    )
    assert fix.status_code == 404


def test_gold_looks_like_any_other_task(ada_api: APIClient, project: Project) -> None:
    queue = make_queue(project, 4, gold_share=0.5)
    item = Item.objects.order_by("pk")[3]
    accept_truth(
        item=item,
        schema_revision=queue.schema_revision,
        regions=said("good"),
        method=Truth.Method.IMPORTED,
        lineage={},
        by=None,
    )
    plant_gold(queue=queue, items=[item], by=None)
    replies = []
    for share in (1.0, 0.0):
        Queue.objects.update(gold_share=share)
        hold = held(ada_api, queue)
        is_gold = Assignment.objects.get(state=Assignment.State.HELD).task.is_gold
        assert is_gold is (share == 1.0)
        Queue.objects.update(gold_share=0.5)
        total = claim(ada_api, queue).json()["progress"]["total"]
        replies.append((hold, submit(ada_api, hold).json(), claim(ada_api, queue).json()))
        assert total == 6  # three answers are wanted, and half of all will be gold
        ada_api.post(
            f"/api/v1/assignments/{replies[-1][2]['assignments'][0]['id']}/release", {"fence": 1}
        )
    (gold, gold_done, after_gold), (work, work_done, after_work) = replies
    assert set(gold) == set(work)
    assert gold_done["task_done"] == work_done["task_done"]
    assert after_work["progress"]["total"] == after_gold["progress"]["total"]
    assert [one["progress"]["done"] for one in (after_gold, after_work)] == [1, 2]
    assert [one["progress"]["mine"] for one in (after_gold, after_work)] == [1, 2]
    mine = ada_api.get(f"/api/v1/queues/{queue.oid}/mine").json()["results"]
    assert [set(one) for one in mine] == [set(mine[0])] * 2
    assert "gold" not in json.dumps(
        [replies, mine, ada_api.get(f"/api/v1/queues/{queue.oid}").json()]
    )


def test_a_blind_queue_shows_no_suggestion(ada_api: APIClient, project: Project) -> None:
    queue = make_queue(project, 1, is_blind_relabel=True)
    suggest_regions(
        item=Item.objects.get(),
        schema_revision=queue.schema_revision,
        source="model",
        regions=said("bad"),
    )
    assert Suggestion.objects.count() == 1
    assert held(ada_api, queue)["suggestions"] == []


# The cost


@pytest.mark.parametrize("texts", [30, 300])
def test_claim_and_submit_take_a_fixed_number_of_statements(
    ada_api: APIClient, project: Project, texts: int
) -> None:
    queue = make_queue(project, texts)
    submit(ada_api, held(ada_api, queue, hold=3))
    with CaptureQueriesContext(connection) as claimed:
        hold = held(ada_api, queue, hold=3)
    with CaptureQueriesContext(connection) as submitted:
        assert submit(ada_api, hold).status_code == 201
    counts = (len(claimed), len(submitted))
    assert counts == STATEMENTS[connection.vendor], _listed(claimed, submitted)
    assert Task.objects.filter(stage=Stage.DONE).count() == 2


def _listed(*captured: CaptureQueriesContext) -> str:
    return "\n".join(query["sql"][:150] for one in captured for query in one)
