"""The language of the workbench: chosen by the person, or what their browser asks for."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from foundation.models import User
from foundation.views.languages import direction_of, spoken_by
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr-FR,fr;q=0.9,ar;q=0.5,en;q=0.4", "ar"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "en"),
        ("zh-Hant-HK,zh;q=0.9,de;q=0.8", "de"),
        ("de;q=0,en;q=0.5", "en"),
        ("deutsch, bitte!", "en"),
    ],
)
def test_the_browser_is_asked_where_nothing_was_chosen(asked: str, spoken: str, ada: User) -> None:
    assert _spoken(ada, asked) == spoken


def test_a_choice_counts_more_than_the_browser(ada: User) -> None:
    ada.language = "ar"
    assert _spoken(ada, "de") == "ar"


def test_arabic_runs_from_right_to_left_and_the_others_do_not() -> None:
    tags = [tag for tag in User.Language.values if tag]
    assert {tag: direction_of(tag) for tag in tags} == {
        "en": "ltr",
        "de": "ltr",
        "ar": "rtl",
        "zh-Hans": "ltr",
    }


def test_a_person_chooses_a_language_and_goes_back_to_the_browsers(
    ada: User, sign_in: SignIn
) -> None:
    client = sign_in(ada)
    assert "the other pages are English for now" in _settings(client)
    for language in ("zh-Hans", ""):
        _choose(client, language)
        ada.refresh_from_db()
        assert ada.language == language


def test_a_language_that_is_not_there_is_refused(ada: User, sign_in: SignIn) -> None:
    client = sign_in(ada)
    answer = _choose(client, "tlh")
    assert answer == 422
    ada.refresh_from_db()
    assert ada.language == ""


def _choose(client: Client, language: str) -> int:
    form = {"name": "Ada", "theme": "system", "time_zone": "UTC", "language": language}
    return client.post(reverse("account_settings"), form).status_code


def _settings(client: Client) -> str:
    return client.get(reverse("account_settings")).content.decode()


def _spoken(user: User, asked: str) -> str:
    request = RequestFactory().get("/", headers={"Accept-Language": asked})
    request.user = user
    return spoken_by(request)
