"""What is said about an answer: to its author and to who reviews, never to others who answer."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from annotate.models import Comment, Queue, Task
from annotate.services.comments import MOST_COMMENTS
from foundation.models import Annotator, Project, User
from tests.annotate.making import key, make_queue, said
from tests.conftest import MakeApi

pytestmark = pytest.mark.django_db


@pytest.fixture
def twice(
    project: Project, ada_works: Annotator, bo_works: Annotator, rui_works: Annotator
) -> Queue:
    """A queue in which two people answer each task and somebody reviews."""
    return make_queue(project, 1, overlap=2, review_share=1.0)


def held(client: APIClient, queue: Queue, **body: Any) -> dict[str, Any]:
    reply = client.post(f"/api/v1/queues/{queue.oid}/claim", body)
    assert reply.status_code == 200, reply.content
    return dict(reply.json()["assignments"][0])


def say(client: APIClient, where: str, text: str, **more: Any) -> Any:
    body = {"text": text, **more}
    return client.post(f"/api/v1/{where}/comments", body, HTTP_IDEMPOTENCY_KEY=key())


def texts(client: APIClient, where: str) -> list[str]:
    reply = client.get(f"/api/v1/{where}/comments")
    assert reply.status_code == 200, reply.content
    return [comment["text"] for comment in reply.json()["results"]]


def submit(client: APIClient, hold: dict[str, Any], label: str) -> None:
    body = {"fence": hold["fence"], "regions": said(label)}
    where = f"/api/v1/assignments/{hold['id']}/submit"
    reply = client.post(where, body, HTTP_IDEMPOTENCY_KEY=key())
    assert reply.status_code == 201, reply.content


def test_two_who_answer_one_task_never_see_each_others_comments(
    api: MakeApi, twice: Queue, ada: User, bo: User, rui: User
) -> None:
    ada_api, bo_api, rui_api = api(ada), api(bo), api(rui)
    of_ada, of_bo = held(ada_api, twice), held(bo_api, twice)
    mine, theirs = f"assignments/{of_ada['id']}", f"assignments/{of_bo['id']}"
    assert say(ada_api, mine, "Is this good?", region="r1").status_code == 201
    assert say(bo_api, theirs, "Surely bad").status_code == 201
    assert texts(ada_api, mine) == ["Is this good?"]
    assert texts(bo_api, theirs) == ["Surely bad"]
    for where in (mine, theirs):
        assert rui_api.get(f"/api/v1/{where}/comments").status_code == 404
    assert ada_api.get(f"/api/v1/{theirs}/comments").status_code == 404
    assert say(bo_api, mine, "Let me in").status_code == 404
    submit(ada_api, of_ada, "good")
    submit(bo_api, of_bo, "bad")
    review = held(rui_api, twice, stage="review")
    assert texts(rui_api, f"assignments/{review['id']}") == ["Is this good?", "Surely bad"]
    by_name = {one["annotator"]: one["annotation"] for one in review["answers"]}
    answer = f"annotations/{by_name['Ada']}"
    assert say(rui_api, answer, "It is dull", region="r1").status_code == 201
    assert texts(ada_api, mine) == texts(ada_api, answer) == ["Is this good?", "It is dull"]
    assert texts(bo_api, theirs) == ["Surely bad"]
    assert bo_api.get(f"/api/v1/{answer}/comments").status_code == 404
    assert say(bo_api, answer, "Me too").status_code == 404
    assert say(rui_api, f"assignments/{review['id']}", "About whom?").status_code == 409


def test_a_comment_says_who_when_and_about_which_region(
    api: MakeApi, twice: Queue, ada: User
) -> None:
    ada_api = api(ada)
    hold = held(ada_api, twice)
    where = f"assignments/{hold['id']}"
    told = say(ada_api, where, "  Which one?  ", region="r7").json()
    assert {name: told[name] for name in ("author", "about", "region", "text", "is_mine")} == {
        "author": "Ada",
        "about": "Ada",
        "region": "r7",
        "text": "Which one?",
        "is_mine": True,
    }
    assert told["resolved"] is False
    # The answer has no region r7 (any more): what was said about it stays.
    submit(ada_api, hold, "good")
    [comment] = ada_api.get(f"/api/v1/{where}/comments").json()["results"]
    assert comment["region"] == "r7"


def test_a_comment_is_settled_and_opened_again_by_author_and_reviewer_only(
    api: MakeApi, twice: Queue, ada: User, bo: User, rui: User, vic: User
) -> None:
    ada_api = api(ada)
    hold = held(ada_api, twice)
    told = say(ada_api, f"assignments/{hold['id']}", "Which one?").json()
    address = f"/api/v1/comments/{told['id']}"
    for who in (bo, vic):
        assert api(who).patch(address, {"resolved": True}).status_code == 404
    assert api(rui).patch(address, {"resolved": True}).json()["resolved"] is True
    comment = Comment.objects.get()
    assert comment.resolved_by is not None
    assert comment.resolved_by.name == "Rui"
    first = comment.resolved_at
    api(ada).patch(address, {"resolved": True})
    comment.refresh_from_db()
    assert comment.resolved_at == first, "settled once"
    assert ada_api.patch(address, {"resolved": False}).json()["resolved"] is False
    assert ada_api.patch(address, {"resolved": "yes"}).status_code == 422


def test_what_is_empty_too_long_or_too_much_is_refused_with_its_place(
    api: MakeApi, twice: Queue, ada: User, ada_works: Annotator
) -> None:
    ada_api = api(ada)
    hold = held(ada_api, twice)
    where = f"assignments/{hold['id']}"
    for body in ({"text": "  "}, {"text": "x" * 2001}, {"text": "x", "region": "r" * 101}, {}):
        address = f"/api/v1/{where}/comments"
        reply = ada_api.post(address, body, HTTP_IDEMPOTENCY_KEY=key())
        assert reply.status_code == 422, body
    task = Task.objects.get(queue=twice)
    one = Comment(task=task, about=ada_works, author=ada_works, text="x")
    Comment.objects.bulk_create([one] + [_copy(one) for _n in range(MOST_COMMENTS - 1)])
    assert say(ada_api, where, "one more").status_code == 422


def _copy(one: Comment) -> Comment:
    return Comment(task=one.task, about=one.about, author=one.author, text=one.text)
