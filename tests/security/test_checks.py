"""Production refuses to start on a setting that would betray its users."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "WINNOW_MODE": "production",
    "WINNOW_SECRET_KEY": "k3J9-vQ2mZ7rT1xW8pL5nB4cF6hD0sGaYeUiOoKjHgFd-qXtV7y",
    "WINNOW_ALLOWED_HOSTS": "labels.example.org",
    "WINNOW_TRUSTED_PROXIES": "1",
    "WINNOW_BROKER_URL": "redis://:long-password@broker:6379/0",
}


def check(home: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run Django's deployment checks in a process with these settings."""
    names = [
        name for name in os.environ if not name.startswith(("WINNOW_", "DATABASE_", "DJANGO_"))
    ]
    environment = {name: os.environ[name] for name in names}
    environment |= SAFE | {"WINNOW_HOME": str(home)} | changes
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_safe_settings_pass_every_check_and_every_warning(tmp_path: Path) -> None:
    done = check(tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("WINNOW_SECRET_KEY", "changeme-changeme-changeme-changeme-changeme", "winnow.E001"),
        ("WINNOW_SECRET_KEY", "tooshort", "winnow.E001"),
        ("WINNOW_ALLOWED_HOSTS", "*", "winnow.E003"),
        ("WINNOW_TRUSTED_PROXIES", "0", "winnow.E004"),
        ("WINNOW_BROKER_URL", "redis://broker:6379/0", "winnow.E010"),
    ],
)
def test_an_unsafe_setting_is_refused_and_named(
    tmp_path: Path, name: str, value: str, code: str
) -> None:
    done = check(tmp_path, **{name: value})
    assert done.returncode != 0
    assert code in done.stderr


def test_production_without_a_key_does_not_start(tmp_path: Path) -> None:
    done = check(tmp_path, WINNOW_SECRET_KEY="")
    assert done.returncode != 0
