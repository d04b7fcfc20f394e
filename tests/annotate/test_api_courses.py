"""Courses through REST: making one, walking it, and who is where."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from annotate.models import Course
from foundation.models import Annotator, Membership, Project, User
from foundation.services.people import end_membership
from tests.annotate.courses import known_texts, make_course
from tests.annotate.making import key, make_queue, make_texts, said

pytestmark = pytest.mark.django_db
V = "/api/v1"


def client_of(user: User) -> APIClient:
    """Somebody who is signed in."""
    client = APIClient()
    client.force_login(user)
    return client


def sent(client: APIClient, path: str, body: dict[str, Any], method: str = "post") -> Any:
    """What comes back, with its status."""
    headers = {"HTTP_IDEMPOTENCY_KEY": key()}
    response = getattr(client, method)(f"{V}/{path}", body, format="json", **headers)
    return response.status_code, response.json() if response.content else None


def test_a_course_is_made_changed_and_listed(project: Project, mia: User) -> None:
    dataset, revision, items = known_texts(project, 4)
    client = client_of(mia)
    body: dict[str, Any] = {
        "name": "First steps",
        "dataset": dataset.oid,
        "schema": revision.schema.oid,
        "lessons": [{"item": items[0].oid, "explanation": "It is **good**."}],
        "exam": [{"item": one.oid} for one in items[1:]],
        "exam_size": 2,
    }
    status, course = sent(client, f"projects/{project.oid}/courses", body)
    assert (status, course["exam_size"], course["pass_mark"]) == (201, 2, 0.8)
    status, problem = sent(client, f"courses/{course['id']}", {"exam_size": 9}, "patch")
    assert (status, problem["errors"][0]["at"]) == (422, "exam_size")
    wrong = {"exam": [{"item": "item_0000000000000"}]}
    status, problem = sent(client, f"courses/{course['id']}", wrong, "patch")
    assert (status, problem["errors"][0]["at"]) == (422, "exam/0")
    changed = {"exam_size": 3, "asks_anew": True}
    status, course = sent(client, f"courses/{course['id']}", changed, "patch")
    assert (status, course["exam_size"], course["edition"]) == (200, 3, 2)
    first = client.get(f"{V}/courses/{course['id']}/items?limit=3").json()
    assert [one["part"] for one in first["results"]] == ["lesson", "exam", "exam"]
    second = client.get(first["next"]).json()
    assert [one["key"] for one in second["results"]] == [items[3].key]
    listed = client.get(f"{V}/projects/{project.oid}/queues").json()["results"]
    assert listed == []  # a course is no queue to work at


def walk(client: APIClient, course: Course, label: str) -> None:
    """Claim the next item and answer it."""
    status, body = sent(client, f"queues/{course.queue.oid}/claim", {})
    assert status == 200
    hold = body["assignments"][0]
    answer = {"fence": hold["fence"], "regions": said(label)}
    assert sent(client, f"assignments/{hold['id']}/submit", answer)[0] == 201


def test_somebody_is_led_through_a_course_to_work(
    project: Project, mia: User, ada: User, ada_works: Annotator
) -> None:
    course = make_course(project)
    work = make_queue(
        project, dataset=make_texts(project, 1, "Work"), revision=course.queue.schema_revision
    )
    manager, client = client_of(mia), client_of(ada)
    status, _queue = sent(manager, f"queues/{work.oid}", {"asks_course": course.oid}, "patch")
    assert status == 200
    status, problem = sent(client, f"queues/{work.oid}/claim", {})
    assert (status, problem["code"]) == (403, "course-first")
    assert "First steps" in problem["detail"]

    walk(client, course, "bad")
    assert sent(client, f"queues/{course.queue.oid}/claim", {})[0] == 204
    lesson = client.get(f"{V}/courses/{course.oid}/mine").json()["lesson"]
    assert (lesson["truth"], lesson["parts"]) == (
        said("good"),
        [{"question": "Mood", "score": 0.0}],
    )
    assert lesson["explanation"].startswith("Because")
    assert sent(client, f"courses/{course.oid}/go-on", {})[1]["lesson"] is None
    walk(client, course, "good")
    assert client.get(f"{V}/courses/{course.oid}/mine").json()["exam"] == []
    walk(client, course, "good")
    mine = client.get(f"{V}/courses/{course.oid}/mine").json()
    assert (mine["state"], mine["score"]["correct"], len(mine["exam"])) == ("passed", 2, 2)
    assert sent(client, f"queues/{work.oid}/claim", {})[0] == 200

    people = manager.get(f"{V}/courses/{course.oid}/people").json()["results"]
    mine = next(one for one in people if one["name"] == ada_works.name)
    assert (mine["state"], mine["attempts"], mine["best"]["total"]) == ("passed", 1, 2)


def test_a_manager_excuses_people_of_the_project_only(
    project: Project, mia: User, bo_works: Annotator, eve: User
) -> None:
    course = make_course(project, lessons=0)
    client = client_of(mia)
    people = client.get(f"{V}/courses/{course.oid}/people").json()["results"]
    bo = next(one["annotator"] for one in people if one["name"] == bo_works.name)
    status, standing = sent(client, f"courses/{course.oid}/excuse", {"annotator": bo})
    assert (status, standing["state"]) == (200, "excused")
    unknown = {"annotator": "annotator_0000000000000"}
    assert sent(client, f"courses/{course.oid}/excuse", unknown)[0] == 404


def test_who_leaves_in_the_middle_goes_on_where_they_stopped(
    project: Project, mia: User, ada: User, ada_works: Annotator
) -> None:
    course = make_course(project, lessons=0)
    client = client_of(ada)
    walk(client, course, "good")
    membership = Membership.objects.get(project=project, user=ada)
    end_membership(membership=membership, by=mia)
    assert sent(client, f"queues/{course.queue.oid}/claim", {})[0] == 404
    people = client_of(mia).get(f"{V}/courses/{course.oid}/people").json()["results"]
    assert [one["state"] for one in people if one["name"] == ada_works.name] == ["running"]
    Membership.objects.filter(pk=membership.pk).update(ended_at=None)
    Annotator.objects.filter(pk=ada_works.pk).update(ended_at=None)
    walk(client, course, "good")
    assert client.get(f"{V}/courses/{course.oid}/mine").json()["state"] == "passed"
