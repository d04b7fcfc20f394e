"""The cast is who the tests say they are, on either database."""

import os

from django.db import connection

from foundation.models import Project, User
from tests.conftest import MakeApi, SignIn


def test_everybody_but_eve_belongs_to_the_project(project: Project, eve: User) -> None:
    roles = dict(project.memberships.values_list("user__username", "role"))
    assert roles == {
        "oz": "owner",
        "mia": "manager",
        "rui": "reviewer",
        "ada": "annotator",
        "bo": "annotator",
        "vic": "viewer",
    }
    assert eve.username not in roles


def test_the_run_is_on_the_database_that_was_asked_for(db: None) -> None:
    wanted = os.environ.get("WINNOW_TEST_DATABASE", "sqlite")
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[wanted]


def test_sqlite_tests_use_a_file_with_the_options_of_production(db: None) -> None:
    if connection.vendor != "sqlite":
        return
    assert "memory" not in str(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone() == (2,)


def test_clients_are_who_they_sign_in_as(ada: User, api: MakeApi, sign_in: SignIn) -> None:
    assert sign_in(ada).session["_auth_user_id"] == str(ada.pk)
    assert api(ada).session["_auth_user_id"] == str(ada.pk)
