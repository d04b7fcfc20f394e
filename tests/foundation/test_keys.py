"""Keys of the workbench belong to the account."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from foundation.models import User

pytestmark = pytest.mark.django_db
Api = Callable[..., APIClient]
ADDRESS = "/api/v1/me/keys"


def test_whoever_chose_nothing_has_the_keys_of_the_house(api: Api, ada: User) -> None:
    assert api(ada).get(ADDRESS).json() == {"single": True, "keys": {}}


def test_keys_are_remembered_for_one_person_only(api: Api, ada: User, bo: User) -> None:
    chosen = {"single": False, "keys": {"task.submit": ["Mod+S"], "image.nudge": ["", "Shift++"]}}
    assert api(ada).put(ADDRESS, chosen).status_code == 200
    assert api(ada).get(ADDRESS).json() == chosen
    assert api(bo).get(ADDRESS).json()["keys"] == {}


@pytest.mark.parametrize("name", ["image.rotated_box", "tool.draw_box", "image.tool.rotated_box"])
def test_an_action_may_be_named_after_a_kind_of_two_words(api: Api, ada: User, name: str) -> None:
    chosen = {"single": True, "keys": {name: ["Shift+B"], "task.submit": ["Mod+S"]}}
    assert api(ada).put(ADDRESS, chosen).status_code == 200
    assert api(ada).get(ADDRESS).json() == chosen


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ({"task.submit": ["Ctrl+S"]}, "keys/task.submit/0"),
        ({"task.submit": ["A B"]}, "keys/task.submit/0"),
        ({"rm -rf": ["A"]}, "keys/rm -rf"),
        ({"task._": ["A"]}, "keys/task._"),
        ({"task.submit": "A"}, "keys/task.submit"),
        ({"task.submit": ["A"] * 13}, "keys/task.submit"),
        ({f"task.x{chr(97 + n // 26)}{chr(97 + n % 26)}": ["A"] for n in range(301)}, "keys"),
    ],
)
def test_what_is_no_key_or_no_action_is_refused_with_its_place(
    api: Api, ada: User, keys: dict[str, Any], place: str
) -> None:
    response = api(ada).put(ADDRESS, {"single": True, "keys": keys})
    assert response.status_code == 422
    assert response.json()["errors"][0]["at"] == place
