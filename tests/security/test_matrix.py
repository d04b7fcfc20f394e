"""Who may do what, for every operation of the REST schema and every kind of person.

The operations come from the OpenAPI schema: one that is added fails here until it has its row
in `RULES`. Bodies are empty, so that what is allowed is refused for its content (422) and nothing
changes; what matters is who is told 401, 403 or 404.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from foundation.actor import ROLE_PERMISSIONS, Permission
from foundation.models import Project, User
from tests.security.rules import RULES, Rule
from tests.security.world import World, build_world

pytestmark = pytest.mark.django_db(transaction=True)

ROLES = {
    "oz": "owner",
    "mia": "manager",
    "rui": "reviewer",
    "ada": "annotator",
    "bo": "annotator",
    "vic": "viewer",
}
SCOPES = {"token_view": {Permission.VIEW}, "token_push": {Permission.PUSH}}
METHODS = ("get", "post", "put", "patch", "delete")


def operations() -> list[tuple[str, str]]:
    """Every method and path of the REST schema."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return sorted(
        (method.upper(), path)
        for path, item in schema["paths"].items()
        for method in item
        if method in METHODS
    )


def test_every_operation_has_its_row() -> None:
    known, found = set(RULES), set(operations())
    missing, left = sorted(found - known), sorted(known - found)
    assert not missing, f"give these a row in tests/security/rules.py: {missing}"
    assert not left, f"these rows belong to no operation: {left}"


@pytest.fixture
def world(
    project: Project, ada: User, bo: User, rui: User, mia: User, oz: User, vic: User, eve: User
) -> World:
    people = {"ada": ada, "bo": bo, "rui": rui, "mia": mia, "oz": oz, "vic": vic, "eve": eve}
    return build_world(people, project)


def ask(client: APIClient, method: str, address: str) -> int:
    """The status of an operation with an empty body."""
    body = "" if method in ("GET", "DELETE") else "{}"
    response = client.generic(method, address, data=body, content_type="application/json")
    response.close()
    return int(response.status_code)


def address_of(path: str, ids: dict[str, str]) -> str:
    """The path with the ids of the world in its places."""
    return re.sub(r"\{(\w+?)(_id)?\}", lambda found: ids.get(found[1], found[1]), path)


def allowed(rule: Rule, name: str) -> bool:
    """Whether this person or token may do it."""
    if rule.only is not None:
        return name in rule.only
    if rule.may is None:
        return True
    if name in ROLES:
        return rule.may in ROLE_PERMISSIONS[ROLES[name]]
    return rule.may in SCOPES[name] or rule.may == Permission.MEMBER


def clients_of(world: World) -> dict[str, APIClient]:
    """A client for each person, each token and somebody unknown."""
    clients: dict[str, APIClient] = {"anonymous": APIClient()}
    for name, user in world.people.items():
        clients[name] = APIClient()
        clients[name].force_login(user)
    for name, secret in world.tokens.items():
        clients[name] = APIClient()
        clients[name].credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return clients


def statuses(
    clients: dict[str, APIClient], rule: Rule, method: str, address: str
) -> Iterator[tuple[str, int]]:
    """What each person and token is told; who may do it comes last, since it may be gone then."""
    for name in sorted(clients, key=lambda name: expected(rule, name) == "let in"):
        yield name, ask(clients[name], method, address)


def expected(rule: Rule, name: str) -> str:
    """What should be told, in words."""
    if name == "anonymous":
        return "401"
    if name in rule.but:
        return rule.but[name]
    if rule.only is None and rule.may is None:
        return "let in"
    if name in ("eve", "token_elsewhere"):
        return "404"
    if allowed(rule, name):
        return "let in"
    return "404" if rule.hidden else "403"


def told(status: int) -> str:
    """A status in the same words."""
    return str(status) if status in (401, 403, 404) else "let in"


@pytest.mark.slow
def test_everybody_is_told_what_their_role_allows_and_no_more(world: World) -> None:
    wrong: list[tuple[str, str, str, str, Any]] = []
    # Looking comes before doing, and Ada leaves the project last of all.
    order = {"GET": 0, "DELETE": 2}
    ordered = sorted(
        RULES.items(), key=lambda pair: (order.get(pair[0][0], 1), "members" in pair[0][1])
    )
    clients = clients_of(world)
    for (method, path), rule in ordered:
        address = address_of(path + rule.query, world.ids)
        for name, status in statuses(clients, rule, method, address):
            want = expected(rule, name)
            if rule.spent and want == "let in" and status in (404, 409):
                continue
            if told(status) != want or status >= 500:
                wrong.append((method, path, name, want, status))
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.parametrize("name", ["ada", "eve"])
def test_a_foreign_id_and_one_that_never_was_are_answered_alike(world: World, name: str) -> None:
    """Strangers learn nothing from an answer: not even that the thing exists."""
    client = APIClient()
    client.force_login(world.people[name])
    for method, path in RULES:
        if "{" not in path or name == "ada":
            continue
        real = client.generic(method, address_of(path, world.ids), "{}", "application/json")
        gone = {kind: re.sub(r"_\w+$", "_" + "0" * 13, value) for kind, value in world.ids.items()}
        none = client.generic(method, address_of(path, gone), "{}", "application/json")
        assert (real.status_code, real.content) == (none.status_code, none.content), (method, path)
