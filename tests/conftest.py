"""The cast, their clients, and the servers that some tests need.

Ada and Bo annotate, Rui reviews, Mia manages, Oz owns, Vic views; Eve is outside.
"""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from foundation.models import Project, Role, User
from foundation.services.people import add_member, create_project
from tests.services import (
    REAL_DATA,
    ROOT,
    Service,
    running,
    start_moto_s3,
    start_postgres,
    start_rclone_s3,
    start_valkey,
)

START_TRAINERS = ("trainers", "training/test_runs.py", "training/test_feedback.py")
LOOPBACK = ("127.", "::1", "localhost")

# A busy machine draws its examples slowly, and a test that failed once must fail again.
hypothesis_settings.register_profile(
    "winnow",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("winnow")

MakeApi = Callable[..., APIClient]
SignIn = Callable[[User], Client]


def pytest_report_header() -> str:
    """Say which database this run is about."""
    return f"database: {settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what starts a trainer, and begin with the files that have slow tests.

    Each start of a trainer loads scikit-learn anew. A long file that begins last would run alone.
    """
    for item in items:
        if any(item.path.is_relative_to(ROOT / "tests" / name) for name in START_TRAINERS):
            item.add_marker(pytest.mark.slow)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse connections that would leave this machine, with a text that says so."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):
            raise PermissionError(f"A test tried to reach {address[0]}: tests use no network.")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect_here)
    yield
    patch.undo()


# The cast


def make_person(name: str) -> User:
    """A user who signs in without a password; tests of sign-in set one themselves."""
    return User.objects.create_user(username=name.lower(), name=name)


@pytest.fixture
def ada(db: None) -> User:
    """An annotator of the project."""
    return make_person("Ada")


@pytest.fixture
def bo(db: None) -> User:
    """Another annotator of the project."""
    return make_person("Bo")


@pytest.fixture
def rui(db: None) -> User:
    """The project's reviewer."""
    return make_person("Rui")


@pytest.fixture
def mia(db: None) -> User:
    """The project's manager."""
    return make_person("Mia")


@pytest.fixture
def oz(db: None) -> User:
    """The project's owner."""
    return make_person("Oz")


@pytest.fixture
def vic(db: None) -> User:
    """Somebody who may only look at the project."""
    return make_person("Vic")


@pytest.fixture
def eve(db: None) -> User:
    """Somebody with an account and no membership."""
    return make_person("Eve")


@pytest.fixture
def project(ada: User, bo: User, rui: User, mia: User, oz: User, vic: User) -> Project:
    """A project in which everybody but Eve has the role their name stands for."""
    made = create_project(name="Birds of the yard", by=oz)
    roles = (
        (mia, Role.MANAGER),
        (rui, Role.REVIEWER),
        (ada, Role.ANNOTATOR),
        (bo, Role.ANNOTATOR),
        (vic, Role.VIEWER),
    )
    for user, role in roles:
        add_member(project=made, user=user, role=role, by=oz)
    return made


# Clients


@pytest.fixture
def api(db: None) -> MakeApi:
    """Make a REST client: `api(ada)` has her session, `api(token="…")` a token, `api()` nothing."""

    def make(user: User | None = None, *, token: str = "") -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_login(user)
        if token:
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client

    return make


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """Make a browser-like client for pages: `sign_in(ada).get("/")`."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make


# Servers


@pytest.fixture(scope="session")
def postgres() -> Iterator[Service]:
    """A PostgreSQL server of this worker, whatever database the run itself is on."""
    with running(start_postgres) as service:
        yield service


@pytest.fixture(scope="session")
def valkey() -> Iterator[Service]:
    """A Valkey server of this worker; `url` is a redis:// address."""
    with running(start_valkey) as service:
        yield service


@pytest.fixture(scope="session")
def rclone_s3() -> Iterator[Service]:
    """An S3 server that checks signatures; see `Service.details`."""
    with running(start_rclone_s3) as service:
        yield service


@pytest.fixture(scope="session")
def moto_s3() -> Iterator[Service]:
    """An S3 server with versions and ranges; see `Service.details`."""
    with running(start_moto_s3) as service:
        yield service


# Real data


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Find a real data set by its folder's name; skips where the sets are not laid out.

    With WINNOW_REAL_DATA=required their absence is a failure.
    """

    def find(name: str) -> Path:
        folder = REAL_DATA / name
        if folder.is_dir():
            return folder
        reason = f"the data set {name} is not in {REAL_DATA.parent.name}/{REAL_DATA.name}"
        if os.environ.get("WINNOW_REAL_DATA") == "required":
            pytest.fail(reason)
        pytest.skip(reason)

    return find
