"""Statements that are composed once: the same rows, whatever numbers they are asked with."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from foundation.models import Event, Membership, Project, User
from foundation.queries import statements
from foundation.queries.among import Among
from foundation.queries.prepared import Prepared
from foundation.services.rows import insert_row, update_row

pytestmark = pytest.mark.django_db


def test_it_finds_what_the_queryset_finds_for_each_number(ada: User, bo: User) -> None:
    by_key = Prepared(lambda pk: User.objects.filter(pk=pk))
    assert [by_key.first(one.pk) for one in (ada, bo, ada)] == [ada, bo, ada]
    assert by_key.first(ada.pk + 10_000) is None
    found = by_key.first(bo.pk)
    assert found is not None
    assert (found.username, found.date_joined) == (bo.username, bo.date_joined)
    found.save()  # a whole instance, not a copy of some columns


def test_what_is_joined_comes_along_and_what_is_deferred_later(project: Project, ada: User) -> None:
    members = Prepared(
        lambda project, user: (
            Membership.objects.select_related("user", "project")
            .defer("project__name")
            .filter(project=project, user=user)
        )
    )
    for _ in range(2):
        member = members.first(project.pk, ada.pk)
        assert member is not None
        with CaptureQueriesContext(connection) as asked:
            assert (member.user, member.project) == (ada, project)
        assert len(asked) == 0
        assert member.project.name == project.name


def test_some_numbers_are_as_many_as_one_likes(ada: User, bo: User, eve: User) -> None:
    names = Prepared(
        lambda pks, but: (
            User.objects.filter(Among("pk", pks))
            .exclude(pk=but)
            .order_by("pk")
            .values_list("username", flat=True)
        )
    )
    everybody = [ada.pk, bo.pk, eve.pk]
    assert names.rows([ada.pk], 0) == [ada.username]
    assert names.rows(everybody, bo.pk) == [ada.username, eve.username]
    assert names.rows([], 0) == []


def test_it_is_composed_once_for_each_connection(ada: User) -> None:
    composed: list[Any] = []

    def build(pk: int) -> "QuerySet[User]":
        composed.append(pk)
        return User.objects.filter(pk=pk)

    by_key = Prepared(build)
    for _ in range(3):
        by_key.rows(ada.pk)
    assert len(composed) == 1

    def elsewhere() -> None:
        by_key.rows(ada.pk)
        connection.close()

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join()
    assert len(composed) == 2


def test_a_number_that_is_no_parameter_is_an_error_of_ours(ada: User) -> None:
    looked_at = Prepared(lambda pk: User.objects.all() if pk else User.objects.none())
    with pytest.raises(ValueError, match="not a parameter"):
        looked_at.rows(ada.pk)


def test_a_row_is_added_as_save_adds_it(project: Project, ada: User) -> None:
    data = {"places": [1, None, "ä"]}
    saved, added = (Event(project=project, user=ada, verb="met", data=data) for _ in range(2))
    saved.save()
    assert insert_row(added)
    mine, theirs = (Event.objects.values().get(pk=one.pk) for one in (added, saved))
    apart = {"id", "at"}
    assert {k: v for k, v in mine.items() if k not in apart} == {
        k: v for k, v in theirs.items() if k not in apart
    }
    assert mine["at"] is not None


def test_a_conflict_is_let_pass_only_where_it_is_named(project: Project, ada: User) -> None:
    present = Membership.objects.get(project=project, user=ada)
    again = Membership(project=project, user=ada, role=present.role)
    assert not insert_row(again, unless="(project_id, user_id)")
    assert again.pk is None
    with pytest.raises(IntegrityError):
        insert_row(Membership(project=project, user=ada, role=present.role))


def test_only_the_fields_that_are_named_are_written(ada: User) -> None:
    ada.first_name, ada.last_name = "Ada", "Lovelace"
    update_row(ada, "first_name")
    there = User.objects.get(pk=ada.pk)
    assert there.first_name == "Ada"
    assert there.last_name != "Lovelace"


# PostgreSQL plans once a minute


@pytest.fixture
def planned() -> Callable[[], int]:
    """Tell how many statements of ours are prepared in this session."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps its statements itself")

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'winnow%'")
            found: int = cursor.fetchone()[0]
        return found

    return count


def test_a_statement_is_planned_once_in_a_session(ada: User, planned: Callable[[], int]) -> None:
    by_key = Prepared(lambda pk: User.objects.filter(pk=pk).only("username"))
    before = planned()
    with CaptureQueriesContext(connection) as asked:
        for _ in range(3):
            assert by_key.first(ada.pk) == ada
    assert planned() == before + 1
    assert [one["sql"].startswith("EXECUTE winnow_") for one in asked] == [True] * 3


def test_a_plan_survives_a_transaction_that_is_rolled_back(
    ada: User, planned: Callable[[], int]
) -> None:
    by_key = Prepared(lambda pk: User.objects.filter(pk=pk).only("email"))
    with suppress(IntegrityError), transaction.atomic():
        by_key.rows(ada.pk)
        raise IntegrityError
    before = planned()
    assert by_key.first(ada.pk) == ada
    assert planned() == before


def test_a_plan_is_made_anew_after_its_life(
    ada: User, planned: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_key = Prepared(lambda pk: User.objects.filter(pk=pk).only("last_name"))
    by_key.rows(ada.pk)
    before = planned()
    monkeypatch.setattr(statements, "LIFE", 0.0)
    assert by_key.first(ada.pk) == ada
    assert planned() == before


def test_a_plan_that_could_not_be_made_anew_is_made_the_next_time(
    planned: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "LIFE", 0.0)
    sql = "SELECT n FROM passing WHERE n > %s"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE passing AS SELECT 7 AS n")
        statements.run(cursor, sql, [1])
        cursor.execute("DROP TABLE passing")
        with pytest.raises(ProgrammingError), transaction.atomic():
            statements.run(cursor, sql, [1])
        cursor.execute("CREATE TEMP TABLE passing AS SELECT 8 AS n")
        statements.run(cursor, sql, [1])
        assert cursor.fetchall() == [(8,)]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_opened_anew_has_nothing_prepared(
    ada: User, planned: Callable[[], int]
) -> None:
    by_key = Prepared(lambda pk: User.objects.filter(pk=pk))
    by_key.rows(ada.pk)
    connection.close()
    assert planned() == 0
    assert by_key.first(ada.pk) == ada


def test_behind_a_pooler_nothing_is_prepared(
    ada: User, planned: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    by_key = Prepared(lambda pk: User.objects.filter(pk=pk).only("is_active"))
    before = planned()
    assert by_key.first(ada.pk) == ada
    assert planned() == before
