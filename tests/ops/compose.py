"""Reads docker-compose.yml as Compose does, and runs its services without containers."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
import yaml

from tests.services import (
    Service,
    answers_http,
    answers_tcp,
    free_port,
    start_leashed,
    start_postgres,
    valkey_program,
    wait_until,
)

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = ROOT / "docker-compose.yml"
GRACE = 30.0
"""Seconds that the file gives its slowest service to stop."""
VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>[A-Z0-9_]+)(?::\?(?P<text>[^}]*))?\})")


class Missing(LookupError):
    """A required variable has no value; the text is the file's own."""


def interpolate(value: Any, env: dict[str, str]) -> Any:
    """Fill in `${NAME}` and `${NAME:?text}` as Compose does, and turn `$$` into `$`.

    Raises
    ------
    Missing
        A variable with `:?` is absent or empty.
    """
    if isinstance(value, dict):
        return {key: interpolate(each, env) for key, each in value.items()}
    if isinstance(value, list):
        return [interpolate(each, env) for each in value]
    if not isinstance(value, str):
        return value

    def fill(match: re.Match[str]) -> str:
        if match["name"] is None:
            return "$"
        found = env.get(match["name"], "")
        if not found and match["text"] is not None:
            raise Missing(match["text"])
        return found

    return VARIABLE.sub(fill, value)


def load(env: dict[str, str]) -> dict[str, Any]:
    """The file with anchors, merges and variables resolved, without the `x-` parts."""
    document = interpolate(yaml.safe_load(FILE.read_text()), env)
    return {name: part for name, part in document.items() if not name.startswith("x-")}


@dataclass
class Stack:
    """The services of the file as plain processes on free ports of this machine."""

    folder: Path
    env: dict[str, str]
    ports: dict[str, int] = field(init=False)
    services: dict[str, Any] = field(init=False)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    postgres: Service | None = None
    places: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.services = load(self.env)["services"]
        self.ports = {name: free_port() for name in ("web", "redis", "s3", "tls", "http", "health")}
        tls = self.ports["tls"]
        self.places = {
            "https://localhost": f"https://localhost:{tls}",
            "https://127.0.0.1": f"https://127.0.0.1:{tls}",
            "@redis:6379": f"@127.0.0.1:{self.ports['redis']}",
            "web:8000": f"127.0.0.1:{self.ports['web']}",
            "s3:9000": f"127.0.0.1:{self.ports['s3']}",
            "/etc/caddy/Caddyfile": str(ROOT / "deploy" / "Caddyfile"),
        }

    @property
    def authority(self) -> Path:
        """The certificate with which the proxy signs those of local names."""
        return self.folder / "caddy/pki/authorities/local/root.crt"

    def here(self, text: str) -> str:
        """Translate names of the container network into places of this machine."""
        for there, place in self.places.items():
            text = text.replace(there, place)
        return text

    def environment(self, name: str) -> dict[str, str]:
        """The environment of a service, over the machine's own without what tests set."""
        dropped = ("WINNOW_", "DATABASE_", "DJANGO_")
        env = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
        given = self.services[name].get("environment", {})
        env |= {key: self.here(str(value)) for key, value in given.items()}
        return env | {
            "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{env['PATH']}",
            "XDG_DATA_HOME": str(self.folder),
            "WINNOW_HOME": str(self.folder / "home"),
            "WINNOW_HTTP_PORT": str(self.ports["http"]),
            "WINNOW_PROXY_HEALTH_PORT": str(self.ports["health"]),
            "AWS_CA_BUNDLE": str(self.authority),
        }

    def winnow(self, words: list[str]) -> list[str]:
        """A `winnow` command of the image as a command of this checkout."""
        here = ["127.0.0.1" if word == "0.0.0.0" else word for word in words]  # noqa: S104
        here = [str(self.ports["web"]) if word == "8000" else word for word in here]
        code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from winnow.cli import main; "
        return [sys.executable, "-P", "-c", code + "sys.exit(main())", str(ROOT), *here]

    def start(self, name: str, command: list[str]) -> Path:
        """Start a service; returns its log."""
        log = self.folder / f"{name}.log"
        self.running[name] = start_leashed(command, log, grace=GRACE, env=self.environment(name))
        return log

    def start_database(self) -> None:
        """Start PostgreSQL with the file's own options and make the database of the image."""
        options = self.services["postgres"]["command"][1:]
        self.postgres = start_postgres(options)
        connection = psycopg2.connect(self.postgres.url.replace("postgres://", "postgresql://"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE winnow")
        connection.close()
        address = self.postgres.details["tcp_url"].removesuffix("/postgres") + "/winnow"
        self.places[self.services["web"]["environment"]["DATABASE_URL"]] = address

    def start_redis(self) -> None:
        """Start Valkey by the file's shell line, on our port and in our folder."""
        shell = self.services["redis"]["command"]
        line = shell[2].replace("valkey-server", valkey_program())
        line += f" --port {self.ports['redis']} --bind 127.0.0.1 --dir {self.folder}"
        log = self.start("redis", [*shell[:2], line])
        wait_until(answers_tcp(self.ports["redis"]), self.running["redis"], log)

    def start_s3(self) -> None:
        """Start rclone by the file's shell line, on our port and in our folder."""
        line = self.services["s3"]["command"][0].replace("/data", str(self.folder / "s3"))
        line = line.replace(":9000", f"127.0.0.1:{self.ports['s3']}")
        log = self.start("s3", [*self.services["s3"]["entrypoint"], line])
        address = f"http://127.0.0.1:{self.ports['s3']}"
        wait_until(answers_http(address), self.running["s3"], log)

    def start_proxy(self) -> None:
        """Start Caddy with the Caddyfile of the deployment."""
        command = [self.here(word) for word in self.services["proxy"]["command"]]
        log = self.start("proxy", command)
        address = f"http://127.0.0.1:{self.ports['health']}/healthz"
        wait_until(answers_http(address), self.running["proxy"], log)

    def run_once(self, name: str, words: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a `winnow` command in the environment of a service and wait for its end."""
        return subprocess.run(
            self.winnow(words),
            env=self.environment(name),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start_ours(self, name: str) -> Path:
        """Start one of the services made of Winnow itself."""
        return self.start(name, self.winnow(self.services[name]["command"]))

    def stop(self) -> dict[str, int]:
        """Ask every process to stop; returns their exit codes."""
        codes = {}
        for name in reversed(self.running):
            leash = self.running[name]
            leash.send_signal(signal.SIGTERM)
            codes[name] = leash.wait(timeout=GRACE + 10)
            if leash.stdin is not None:
                leash.stdin.close()
        self.running.clear()
        if self.postgres is not None:
            self.postgres.stop()
        return codes
