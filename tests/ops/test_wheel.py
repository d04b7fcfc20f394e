"""The wheel holds the whole house, installs beside nothing else, and works from there."""

import os
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import answers_http, free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
UV = sysconfig.get_path("scripts") + "/uv"
pytestmark = [pytest.mark.extras, pytest.mark.slow]


def clean_env(home: Path) -> dict[str, str]:
    """The environment of somebody who has no checkout and ran no tests."""
    dropped = ("WINNOW_", "DATABASE_", "DJANGO_", "PYTHON", "VIRTUAL_ENV", "UV_PYTHON")
    env = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return env | {"WINNOW_HOME": str(home)}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([UV, "build", "--wheel", "--out-dir", folder, ROOT], check=True)
    return next(folder.glob("winnow-*.whl"))


@pytest.fixture(scope="session")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script folder of a fresh environment with the wheel and its locked dependencies."""
    folder = tmp_path_factory.mktemp("venv") / "env"
    env = clean_env(folder)
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder], check=True, env=env)
    install = [UV, "pip", "install", "--quiet", "--python", str(folder / "bin" / "python")]
    locked = ROOT / "requirements" / "main.txt"
    subprocess.run([*install, "--require-hashes", "-r", locked], check=True, env=env)
    subprocess.run([*install, "--no-deps", wheel], check=True, env=env)
    return folder / "bin"


@pytest.fixture
def served(scripts: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a web server started from the wheel in an empty folder."""
    port, env = free_port(), clean_env(tmp_path / "home")
    subprocess.run([scripts / "winnow", "prepare"], check=True, env=env, cwd=tmp_path)
    command = [str(scripts / "winnow"), "web", "--port", str(port), "--processes", "1"]
    with subprocess.Popen(command, env=env, cwd=tmp_path) as web:
        address = f"http://127.0.0.1:{port}"
        wait_until(answers_http(address + "/healthz"), web, tmp_path / "web.log")
        yield address
        web.terminate()


def test_the_wheel_holds_one_package_with_the_house_in_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"winnow"}
    for wanted in (
        "winnow/house/config/settings.py",
        "winnow/house/foundation/migrations/0001_initial.py",
        "winnow/house/templates/base.html",
        "winnow/house/static/dist/manifest.json",
        "winnow/leash.py",
    ):
        assert wanted in names
    assert not [name for name in names if "node_modules" in name or "__pycache__" in name]


def test_the_command_explains_itself_from_the_wheel(scripts: Path, tmp_path: Path) -> None:
    for words in ([], ["up"], ["token", "create"], ["user", "link"], ["worker"]):
        outcome = subprocess.run(
            [scripts / "winnow", *words, "--help"],
            check=True,
            capture_output=True,
            text=True,
            env=clean_env(tmp_path),
            cwd=tmp_path,
        )
        assert outcome.stdout.startswith(" ".join(["usage: winnow", *words]))


def test_our_packages_shadow_nobody_elses(scripts: Path, tmp_path: Path) -> None:
    outcome = subprocess.run(
        [scripts / "python", "-c", "import datasets"],
        check=False,
        capture_output=True,
        text=True,
        env=clean_env(tmp_path),
        cwd=tmp_path,
    )
    assert "No module named 'datasets'" in outcome.stderr


def test_the_wheel_serves_pages_and_the_workbench(served: str) -> None:
    with urllib.request.urlopen(f"{served}/account/login/") as page:
        assert page.status == 200
    with urllib.request.urlopen(f"{served}/static/dist/manifest.json") as manifest:
        assert manifest.status == 200
