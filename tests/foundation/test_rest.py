"""What every REST door of the house does alike."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from rest_framework.test import APIClient

from foundation.api.throttling import ScopedThrottle
from foundation.middleware import RefusedBodyMiddleware
from foundation.models import Project, User
from foundation.services.tokens import issue_token

pytestmark = pytest.mark.django_db
Api = Callable[..., APIClient]


def test_without_a_token_or_session_the_answer_is_401_and_names_the_scheme(api: Api) -> None:
    response = api().get("/api/v1/projects")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response["Content-Type"] == "application/problem+json"


def test_a_wrong_token_is_401(api: Api) -> None:
    assert api(token="winnow_wrong").get("/api/v1/projects").status_code == 401


def test_a_token_opens_what_its_owner_may_see(api: Api, project: Project, mia: User) -> None:
    _token, secret = issue_token(user=mia, name="t", scopes=["view"])
    answer = api(token=secret).get("/api/v1/projects").json()
    assert [shown["name"] for shown in answer["results"]] == [project.name]


def test_an_unknown_key_is_refused_with_its_place(api: Api, mia: User) -> None:
    response = api(mia).post("/api/v1/projects", {"name": "Moths", "colour": "red"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["at"] == "colour"


def test_broken_json_is_told_with_line_and_column(api: Api, mia: User) -> None:
    response = api(mia).post("/api/v1/projects", '{"name": }', content_type="application/json")
    assert response.status_code == 400
    assert "line 1 column" in response.json()["detail"]


def test_the_same_key_and_body_make_one_project(api: Api, mia: User) -> None:
    client = api(mia)
    first = client.post("/api/v1/projects", {"name": "Moths"}, headers={"Idempotency-Key": "a"})
    again = client.post("/api/v1/projects", {"name": "Moths"}, headers={"Idempotency-Key": "a"})
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert Project.objects.filter(name="Moths").count() == 1


def test_a_browser_may_send_a_key_with_its_csrf_token(mia: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(mia)
    token = client.get("/account/settings").cookies["csrftoken"].value
    headers = {"Idempotency-Key": "a", "X-CSRFToken": token}
    first = client.post("/api/v1/projects", {"name": "Moths"}, format="json", headers=headers)
    again = client.post("/api/v1/projects", {"name": "Moths"}, format="json", headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


def test_the_same_key_with_another_body_is_a_conflict(api: Api, mia: User) -> None:
    client = api(mia)
    client.post("/api/v1/projects", {"name": "Moths"}, headers={"Idempotency-Key": "a"})
    again = client.post("/api/v1/projects", {"name": "Bees"}, headers={"Idempotency-Key": "a"})
    assert again.status_code == 409
    assert not Project.objects.filter(name="Bees").exists()


def test_two_people_may_use_the_same_key(api: Api, mia: User, eve: User) -> None:
    for user in (mia, eve):
        made = api(user).post(
            "/api/v1/projects", {"name": "Moths"}, headers={"Idempotency-Key": "a"}
        )
        assert made.status_code == 201
    assert Project.objects.filter(name="Moths").count() == 2


def test_a_refused_write_does_not_use_up_its_key(api: Api, mia: User) -> None:
    client, key = api(mia), {"Idempotency-Key": "a"}
    assert client.post("/api/v1/projects", {"name": ""}, headers=key).status_code == 422
    assert client.post("/api/v1/projects", {"name": "Moths"}, headers=key).status_code == 201


def test_a_foreign_project_and_one_that_never_was_look_the_same(
    api: Api, project: Project, eve: User
) -> None:
    foreign = api(eve).get(f"/api/v1/projects/{project.oid}")
    missing = api(eve).get("/api/v1/projects/project_0000000000000")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content


def test_pages_follow_each_other_without_counting(api: Api, mia: User) -> None:
    client = api(mia)
    for number in range(5):
        client.post("/api/v1/projects", {"name": f"P{number}"})
    names, address = [], "/api/v1/projects?limit=2"
    while address:
        page = client.get(address).json()
        assert set(page) == {"results", "next"}
        names += [shown["name"] for shown in page["results"]]
        address = page["next"]
    assert names == [f"P{number}" for number in range(5)]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=501", "after=x"])
def test_a_wrong_page_is_refused_with_its_place(api: Api, mia: User, query: str) -> None:
    response = api(mia).get(f"/api/v1/projects?{query}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["at"] == query.partition("=")[0]


def test_a_token_cannot_issue_tokens(api: Api, mia: User) -> None:
    _token, secret = issue_token(user=mia, name="t", scopes=["own"])
    response = api(token=secret).post("/api/v1/tokens", {"name": "x", "scopes": ["own"]})
    assert response.status_code == 403


def test_no_answer_shows_the_secret_of_a_token_again(api: Api, mia: User) -> None:
    client = api(mia)
    secret = client.post("/api/v1/tokens", {"name": "x", "scopes": ["push"]}).json()["secret"]
    assert secret not in client.get("/api/v1/tokens").content.decode()


def test_a_session_without_its_csrf_token_writes_nothing(mia: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(mia)
    assert client.post("/api/v1/projects", {"name": "Moths"}).status_code == 403


def test_the_type_of_every_problem_is_a_page_that_explains_it(api: Api, mia: User) -> None:
    client = api(mia)
    for answer in (
        client.get("/api/v1/projects/project_0000000000000"),
        client.post("/api/v1/projects", {"name": ""}),
        api().get("/api/v1/projects"),
        client.post("/api/v1/projects", "{", content_type="application/json"),
    ):
        page = api().get(answer.json()["type"], headers={"Accept": "text/html"})
        assert page.status_code == 200, answer.json()
    assert client.get("/problems/nothing-of-the-kind").status_code == 404


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still, at the start of a minute, with ten requests a minute allowed."""
    caches["throttle"].clear()
    now = [60_000.0]
    monkeypatch.setattr(ScopedThrottle, "timer", lambda _self: now[0])
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", {"read": "10/min", "write": "10/min"})
    return now


def test_too_many_requests_are_429_and_say_when_to_come_again(
    api: Api, mia: User, ada: User, clock: list[float]
) -> None:
    client = api(mia)
    assert {client.get("/api/v1/projects").status_code for _ in range(10)} == {200}
    refused = client.get("/api/v1/projects")
    assert refused.status_code == 429
    assert api(ada).get("/api/v1/projects").status_code == 200, "others are not held up"
    clock[0] += int(refused["Retry-After"])
    assert client.get("/api/v1/projects").status_code == 200


@pytest.mark.parametrize("sent", [10, 9, 5, 1])
def test_the_wait_that_is_told_is_long_enough_and_no_minute_lets_twice_the_limit_through(
    api: Api, mia: User, clock: list[float], sent: int
) -> None:
    client, clock[0] = api(mia), clock[0] + 59
    for _ in range(sent):
        client.get("/api/v1/projects")
    clock[0] += 2  # the next minute begins, and the last one still counts
    allowed = 0
    while (answer := client.get("/api/v1/projects")).status_code == 200:
        allowed += 1
    assert sent + allowed <= 11
    clock[0] += int(answer["Retry-After"])
    assert client.get("/api/v1/projects").status_code == 200


@pytest.mark.parametrize(("status", "is_read"), [(507, True), (204, False)])
@pytest.mark.parametrize("is_announced", [True, False])
def test_the_rest_of_a_refused_body_is_read_so_that_its_sender_sees_why(
    status: int, is_read: bool, is_announced: bool
) -> None:
    body = BytesIO(b"x" * 3_000_000)
    length = {"CONTENT_LENGTH": "3000000"} if is_announced else {"wsgi.input_terminated": True}
    request = WSGIRequest({"REQUEST_METHOD": "PUT", "wsgi.input": body, "PATH_INFO": "/", **length})
    RefusedBodyMiddleware(lambda _request: HttpResponse(status=status))(request)
    assert body.tell() == (3_000_000 if is_read else 0)
