"""`winnow doctor` names what is wrong, in one line each, and never falls over."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.slow


def winnow(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `winnow` in an empty place."""
    dropped = ("WINNOW_", "DATABASE_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    env |= {"WINNOW_HOME": str(home), "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(
        [sys.executable, "-m", "winnow", *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def findings(outcome: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """What was said of each thing: `ok …` or `BAD …`."""
    assert "Traceback" not in outcome.stderr
    lines = [line.split(maxsplit=1) for line in outcome.stdout.splitlines()]
    return {text.partition(":")[0]: f"{mark} {text.partition(': ')[2]}" for mark, text in lines}


def test_the_doctor_finds_migrations_that_were_not_run_and_parts_that_do_not(
    tmp_path: Path,
) -> None:
    outcome = winnow(tmp_path, "doctor")
    assert outcome.returncode == 1
    found = findings(outcome)
    assert found["database"].startswith("BAD")
    assert "winnow prepare" in found["database"]
    assert found["storage"].startswith("ok")
    assert found["broker"].startswith("ok")
    assert found["quick worker"].startswith("BAD no worker")
    assert found["clock"].startswith("BAD")


def test_the_doctor_is_content_with_a_prepared_database(tmp_path: Path) -> None:
    assert winnow(tmp_path, "prepare").returncode == 0
    assert findings(winnow(tmp_path, "doctor"))["database"].startswith("ok sqlite, migrated")


@pytest.mark.extras
def test_the_doctor_says_what_cannot_be_reached(tmp_path: Path) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    outcome = winnow(
        tmp_path,
        "doctor",
        DATABASE_URL=f"postgres://nobody@{nowhere}/none",
        WINNOW_BROKER_URL=f"redis://{nowhere}/0",
        WINNOW_S3_BUCKET="none",
        WINNOW_S3_ENDPOINT=f"http://{nowhere}",
        WINNOW_S3_ACCESS_KEY="none",
        WINNOW_S3_SECRET_KEY="none",
        AWS_MAX_ATTEMPTS="1",
    )
    found = findings(outcome)
    assert outcome.returncode == 1
    assert found["database"].startswith("BAD it cannot be reached")
    assert found["broker"].startswith("BAD it cannot be reached")
    assert found["storage"].startswith("BAD a file cannot be stored")
    assert found["clock"] == "BAD the database cannot be asked"
