"""Houses to break: an embedded one, and one with the parts of production."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.house import IS_LONG, ROOT, Databases, House, environment, opened, prepare
from tests.services import Service, free_port

KINDS = ("embedded", "production parts")
PRODUCTION = KINDS if IS_LONG else ("production parts",)
"""For what both kinds do alike: the long form looks at both."""
MakeHouse = Callable[..., House]
Tell = Callable[[str, float], None]
FIGURES = ROOT / ".make" / "reports" / "faults.jsonl"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.faults)


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Write a measured figure into `.make/reports/faults.jsonl`: one JSON line each."""
    FIGURES.parent.mkdir(parents=True, exist_ok=True)

    def write(figure: str, value: float) -> None:
        line = {"test": request.node.name, "figure": figure, "value": round(value, 3)}
        with FIGURES.open("a") as out:
            out.write(json.dumps(line) + "\n")

    return write


@pytest.fixture
def port() -> int:
    """A free port for a web server."""
    return free_port()


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that is up to date; houses are copies of it."""
    home = tmp_path_factory.mktemp("prepared")
    prepare(environment(home))
    return home


@pytest.fixture(scope="session")
def databases(postgres: Service) -> Databases:
    """PostgreSQL with a prepared database, `house_1`, to copy."""
    made = Databases(postgres)
    with tempfile.TemporaryDirectory() as home:
        prepare(environment(Path(home), DATABASE_URL=made.new()))
    return made


@pytest.fixture(scope="class")
def make_house(request: pytest.FixtureRequest, prepared_home: Path) -> Iterator[MakeHouse]:
    """Make a house: `make_house("embedded")` or `make_house("production parts")`."""
    with ExitStack() as stack:

        def make(kind: str = "embedded", home: Path | None = None, **env: str) -> House:
            home = home or Path(tempfile.mkdtemp(prefix="winnow-house-"))
            shutil.copytree(prepared_home, home, dirs_exist_ok=True)
            if kind == "embedded":
                return stack.enter_context(opened(House(home, environment(home, **env))))
            databases: Databases = request.getfixturevalue("databases")
            valkey: Service = request.getfixturevalue("valkey")
            parts = {
                "DATABASE_URL": databases.new("house_1"),
                "WINNOW_BROKER_URL": f"{valkey.url[:-1]}{databases.count}",
            }
            return stack.enter_context(opened(House(home, environment(home, **(parts | env)))))

        yield make


@pytest.fixture(scope="class", params=KINDS)
def house(request: pytest.FixtureRequest, make_house: MakeHouse) -> House:
    """A house of each kind; the tests of a class share it."""
    return make_house(request.param)
