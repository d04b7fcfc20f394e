"""Signing in: throttled, silent about who exists, closed to strangers."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from foundation.models import Project, User
from foundation.services.people import create_invitation, create_sign_in_link

pytestmark = pytest.mark.django_db
PASSWORD = "quiet-river-42"


@pytest.fixture(autouse=True)
def _fresh_counters() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def noor(db: None) -> User:
    return User.objects.create_user("noor", "noor@example.org", PASSWORD)


def try_to_sign_in(client: Client, password: str, name: str = "noor") -> int:
    """The status of one attempt: 302 lets in."""
    return client.post("/account/login/", {"login": name, "password": password}).status_code


def test_the_right_password_lets_in_and_a_wrong_one_does_not(noor: User) -> None:
    assert try_to_sign_in(Client(), "wrong") == 200
    assert try_to_sign_in(Client(), PASSWORD) == 302


def test_many_wrong_passwords_close_the_door_for_a_while(noor: User) -> None:
    client = Client()
    for _attempt in range(10):
        try_to_sign_in(client, "wrong")
    assert try_to_sign_in(client, PASSWORD) != 302


def test_the_page_says_the_same_of_a_name_that_does_not_exist(noor: User) -> None:
    wrong = Client().post("/account/login/", {"login": "noor", "password": "x"})
    nobody = Client().post("/account/login/", {"login": "nobody", "password": "x"})
    said = [
        [str(error) for error in response.context["form"].non_field_errors()]
        for response in (wrong, nobody)
    ]
    assert said[0] == said[1] != []


def test_nobody_can_make_an_account_without_an_invitation() -> None:
    client = Client()
    client.post(
        "/account/signup/",
        {"username": "eve", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not User.objects.filter(username="eve").exists()


def test_opening_a_sign_in_link_changes_nothing_and_using_it_signs_in_once(noor: User) -> None:
    path = create_sign_in_link(noor)
    assert Client().get(path).status_code == 200
    client = Client()
    assert client.post(path).status_code == 302
    assert client.session["_auth_user_id"] == str(noor.pk)
    assert Client().post(path).status_code == 404


def test_an_invitation_page_tells_its_project_to_its_holder_only(
    project: Project, mia: User
) -> None:
    _invitation, path = create_invitation(project=project, role="annotator", by=mia)
    assert project.name in Client().get(path).content.decode()
    missing = Client().get("/join/not-a-secret")
    assert missing.status_code == 404
    assert project.name not in missing.content.decode()


def test_a_newcomer_joins_through_the_page(project: Project, mia: User) -> None:
    _invitation, path = create_invitation(project=project, role="annotator", by=mia)
    client = Client()
    answer = client.post(
        path, {"name": "Noor", "username": "noor", "email": "", "password": PASSWORD}
    )
    assert answer.status_code == 302
    assert User.objects.get(username="noor").memberships.get().role == "annotator"


def test_what_was_typed_is_kept_when_the_password_is_too_weak(project: Project, mia: User) -> None:
    _invitation, path = create_invitation(project=project, role="annotator", by=mia)
    answer = Client().post(path, {"name": "Noor", "username": "noor", "password": "12345"})
    assert answer.status_code == 422
    assert 'value="noor"' in answer.content.decode()
    assert "12345" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/", "/projects/new", "/account/tokens"])
def test_pages_ask_for_a_sign_in_first(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_every_page_carries_a_policy_without_unsafe_words(noor: User) -> None:
    client = Client()
    client.force_login(noor)
    policy = client.get("/account/tokens")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "'nonce-" in policy


def test_a_link_that_was_used_says_so_and_how_to_get_another(noor: User) -> None:
    path = create_sign_in_link(noor)
    assert Client().post(path).status_code == 302
    answer = Client().post(path)
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "This link does not work any more" in page
    assert "winnow user link" in page
    assert "There is nothing at this address" not in page
