"""How sure people were, and why they skipped: kept, and shown to whoever decides."""

import uuid
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.test import Client
from rest_framework.test import APIClient

from annotate.models import Answer, Assignment, Queue, Stage
from annotate.queries.exported import extras_of
from annotate.services.claiming import claim_tasks
from annotate.services.fixing import fix_answer
from annotate.services.holds import skip_task
from annotate.services.queues import change_queue
from datasets.formats.base import Record
from datasets.formats.items import parse_line
from foundation.models import Annotator, Project, User
from tests.annotate.making import claimed, make_queue, said, submitted

pytestmark = pytest.mark.django_db
Api = Callable[..., APIClient]
SignIn = Callable[[User], Client]


def send(api: APIClient, hold: dict[str, Any], **more: Any) -> Any:
    """Submit an answer through REST."""
    body = {"fence": hold["fence"], "regions": said("good"), **more}
    path = f"/api/v1/assignments/{hold['id']}/submit"
    return api.post(path, body, headers={"Idempotency-Key": str(uuid.uuid4())})


def held(api: APIClient, queue: Queue, stage: str = "annotate") -> dict[str, Any]:
    """The first task that one holds."""
    reply = api.post(f"/api/v1/queues/{queue.oid}/claim", {"hold": 1, "stage": stage})
    first: dict[str, Any] = reply.json()["assignments"][0]
    return first


def test_a_reviewer_sees_how_sure_the_annotator_was(
    api: Api, project: Project, ada: User, rui: User
) -> None:
    queue = make_queue(project, 1, review_share=1.0)
    reply = send(api(ada), held(api(ada), queue), is_unsure=True, confidence=40)
    assert reply.status_code == 201
    [answer] = held(api(rui), queue, "review")["answers"]
    assert (answer["is_unsure"], answer["confidence"]) == (True, 40)
    [past] = api(ada).get(f"/api/v1/queues/{queue.oid}/mine").json()["results"]
    assert (past["is_unsure"], past["confidence"]) == (True, 40)


@pytest.mark.parametrize(
    "wrong", [{"confidence": 101}, {"confidence": 0.5}, {"is_unsure": "yes"}, {"is_unsure": None}]
)
def test_what_is_no_measure_of_sureness_is_refused_with_its_place(
    api: Api, ada: User, queue: Queue, wrong: dict[str, Any]
) -> None:
    reply = send(api(ada), held(api(ada), queue), **wrong)
    assert reply.status_code == 422
    assert [one["at"] for one in reply.json()["errors"]] == list(wrong)


def test_whoever_says_nothing_about_it_is_not_called_sure(
    api: Api, ada: User, queue: Queue
) -> None:
    assert send(api(ada), held(api(ada), queue)).status_code == 201
    assert list(Answer.objects.values_list("is_unsure", "confidence")) == [(False, None)]


def test_a_fix_is_as_sure_as_it_says_or_as_what_it_replaces(
    api: Api, ada: User, ada_works: Annotator, queue: Queue
) -> None:
    done = submitted(claimed(queue, ada_works), is_unsure=True, confidence=20)
    answer = Answer.objects.select_related("annotation").get(pk=done.annotation_id)
    fixed = fix_answer(
        annotation=answer.annotation,
        annotator=ada_works,
        regions=said("bad"),
        submission_id=uuid.uuid4(),
    )
    second = Answer.objects.select_related("annotation").get(pk=fixed.annotation_id)
    assert (second.is_unsure, second.confidence) == (True, 20)
    body = {"regions": said("dull"), "is_unsure": False, "confidence": 90}
    path = f"/api/v1/annotations/{second.annotation.oid}/revisions"
    reply = api(ada).post(path, body, headers={"Idempotency-Key": str(uuid.uuid4())})
    assert reply.status_code == 201
    last = Answer.objects.order_by("-revision")[0]
    assert (last.is_unsure, last.confidence) == (False, 90)


def test_an_export_carries_it_and_reads_it_back(queue: Queue, ada_works: Annotator) -> None:
    sure = submitted(claimed(queue, ada_works))
    unsure = submitted(claimed(queue, ada_works), is_unsure=True, confidence=60)
    extras = extras_of([sure.annotation_id, unsure.annotation_id])
    assert "is_unsure" not in extras[sure.annotation_id]
    told = extras[unsure.annotation_id]
    assert (told["is_unsure"], told["confidence"]) == (True, 60)
    annotation = {"annotator": "Ada", "regions": said("good"), **told}
    line = {"key": "k", "data": "text", "annotations": [annotation]}
    read = parse_line(orjson.dumps(line), "1")
    assert isinstance(read, Record), read
    assert read.annotations[0]["annotator"] == "Ada"


def test_the_item_page_says_who_was_not_sure(
    sign_in: SignIn, mia: User, queue: Queue, ada_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    submitted(hold, is_unsure=True, confidence=35)
    page = sign_in(mia).get(f"/items/{hold.task.item.oid}").content.decode()
    assert "not sure" in page
    assert "35 % sure" in page


def test_reasons_for_skipping_come_from_the_queue_or_are_the_usual_ones(
    sign_in: SignIn, ada: User, queue: Queue
) -> None:
    page = sign_in(ada).get(f"/queues/{queue.oid}/work").content.decode()
    assert "No label fits" in page
    change_queue(queue=queue, by=None, policy={"skip_reasons": ["too dark"]})
    page = sign_in(ada).get(f"/queues/{queue.oid}/work").content.decode()
    assert "too dark" in page
    assert "No label fits" not in page


def test_a_manager_reads_why_a_task_was_skipped(
    sign_in: SignIn, mia: User, queue: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    for person, reason in ((ada_works, "too dark"), (bo_works, "No label fits: a drawing")):
        claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=1)
        hold = Assignment.objects.get(annotator=person, state=Assignment.State.HELD)
        skip_task(assignment=hold, fence=1, reason=reason)
    page = sign_in(mia).get(f"/queues/{queue.oid}/tasks").content.decode()
    assert "too dark" in page
    assert "No label fits: a drawing" in page


def test_a_manager_sets_reasons_and_asks_for_percents_in_the_form(
    sign_in: SignIn, mia: User, queue: Queue
) -> None:
    client = sign_in(mia)
    address = f"/queues/{queue.oid}/settings"
    assert "Reasons for skipping" in client.get(address).content.decode()
    given = {
        "name": queue.name,
        "overlap": "1",
        "lease_minutes": "15",
        "hold_limit": "5",
        "max_skips": "3",
        "review_percent": "0",
        "gold_percent": "0",
        "on_disagreement": "review",
        "skip_reasons": "too dark\n\n  a drawing \n",
        "sureness": "percent",
    }
    client.post(address, given)
    queue.refresh_from_db()
    assert (queue.skip_reasons, queue.asks_confidence) == (["too dark", "a drawing"], True)
    refused = client.post(address, given | {"skip_reasons": "same\nsame"})
    assert "Each reason is another text" in refused.content.decode()
