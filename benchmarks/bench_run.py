"""How long `make run` takes to the first page in a fresh clone, and the second time."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.lines import report
from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent


def clean_env(**more: str) -> dict[str, str]:
    """The environment of somebody who has just logged in."""
    dropped = ("WINNOW_", "DATABASE_", "DJANGO_", "UV_", "MAKE", "MFLAGS", "VIRTUAL_ENV", "PYTHON")
    env = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    venv = str(ROOT / ".venv")
    env["PATH"] = os.pathsep.join(p for p in env["PATH"].split(os.pathsep) if venv not in p)
    return env | {"PORT": str(free_port()), **more}


def seconds_to_first_page(folder: Path, env: dict[str, str]) -> float:
    """Start `make run`, follow its sign-in link, stop it again; returns the seconds till then.

    Raises
    ------
    RuntimeError
        It ended without printing a link; the text is what it said.
    """
    begun = time.monotonic()
    with subprocess.Popen(
        ["make", "run"],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    ) as run:
        assert run.stdout is not None
        said = []
        for line in run.stdout:
            said.append(line)
            if "/sign-in/" in line:
                with urllib.request.urlopen(line.strip(), timeout=30) as page:
                    page.read()
                seconds = time.monotonic() - begun
                os.killpg(run.pid, signal.SIGINT)
                run.stdout.read()
                return seconds
            if "does not answer well" in line:
                os.killpg(run.pid, signal.SIGINT)
    raise RuntimeError("".join(said[-40:]))


def main() -> None:
    """Clone, run twice with a warm package cache, and once with an empty one."""
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        clone = Path(name) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        env = clean_env()
        warm = seconds_to_first_page(clone, env)
        report("make run to the first page, warm package cache", warm, "s", at_most=120)
        again = seconds_to_first_page(clone, env)
        report("make run to the first page, second time", again, "s", at_most=10)
        shutil.rmtree(clone)
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        cold = clean_env(
            UV_CACHE_DIR=f"{name}/uv", npm_config_cache=f"{name}/npm", PIP_NO_CACHE_DIR="1"
        )
        report("make run to the first page, empty caches", seconds_to_first_page(clone, cold), "s")


if __name__ == "__main__":
    main()
