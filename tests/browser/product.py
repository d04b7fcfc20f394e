"""The real product for the browser tests: `winnow up` on a fresh folder, and a line to cut."""

import asyncio
import contextlib
import json
import os
import re
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.services import Service, answers_http, free_port, start_leashed, wait_until
from winnow.up import command_of

ROOT = Path(__file__).resolve().parent.parent.parent
SCOPES = ("view", "push", "annotate", "review", "manage", "own")
SIGN_IN = re.compile(r"http://127\.0\.0\.1:\d+(/sign-in/\S+)")


@dataclass
class Answer:
    """What the REST interface answered."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class Product:
    """A running `winnow up`, and what its terminal says."""

    service: Service
    env: dict[str, str]
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where people find it."""
        return self.service.url

    @property
    def port(self) -> int:
        """The port of the web server."""
        return int(self.url.rpartition(":")[2])

    def first_link(self) -> str:
        """The sign-in link of the owner that `winnow up` printed."""
        found = SIGN_IN.search(self.words())
        assert found is not None, self.words()
        return self.url + found[1]

    def words(self) -> str:
        """Everything the terminal has shown."""
        return (self.service.folder / "up.log").read_text(errors="replace")

    def run(self, *words: str) -> str:
        """Run a `winnow` command beside the server, as in another terminal; returns its output."""
        outcome = subprocess.run(
            command_of(*words), env=self.env, cwd=ROOT, check=False, capture_output=True, text=True
        )
        assert outcome.returncode == 0, outcome.stderr
        return outcome.stdout.strip()

    def link(self, username: str) -> str:
        """A fresh sign-in link of somebody, from `winnow user link`."""
        text = self.run("user", "link", username)
        found = SIGN_IN.search(text)
        assert found is not None, text
        return self.url + found[1]

    def token(self, user: str) -> str:
        """A token of somebody that may do everything, from `winnow token create`."""
        if user not in self.tokens:
            scopes = [f"--scope={scope}" for scope in SCOPES]
            self.tokens[user] = self.run("token", "create", user, *scopes)
        return self.tokens[user]

    def call(
        self, method: str, path: str, body: Any = None, *, user: str = "owner", **headers: str
    ) -> Answer:
        """Ask the REST interface as a person whose token may do everything."""
        request = urllib.request.Request(self.url + "/api/v1/" + path, method=method)
        request.add_header("Authorization", f"Bearer {self.token(user)}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                text = reply.read()
                return Answer(reply.status, json.loads(text or b"null"), dict(reply.headers))
        except urllib.error.HTTPError as refusal:
            text = refusal.read()
            refusal.close()
            raise AssertionError(f"{method} {path}: {refusal.code} {text.decode()}") from None

    def post(self, path: str, body: Any = None, *, user: str = "owner") -> Any:
        """POST to the REST interface and return the body of its answer."""
        return self.call("POST", path, body, user=user).body

    def get(self, path: str, *, user: str = "owner") -> Any:
        """GET from the REST interface and return the body of its answer."""
        return self.call("GET", path, user=user).body

    def kill_web(self) -> None:
        """Kill the web server with everything below it; `winnow up` starts another."""
        for process in psutil.Process(self.service.leash.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if process.cmdline()[-1:] == ["web"] and "leash.py" not in str(process.cmdline()):
                    for one in [*process.children(recursive=True), process]:
                        one.kill()
        assert self._is(False), "the web server still answers"

    def wait_until_back(self) -> None:
        """Wait until the web server answers again."""
        assert self._is(True), self.words()[-3000:]

    def _is(self, wanted: bool, seconds: float = 60) -> bool:
        deadline = time.monotonic() + seconds
        while (is_there := answers_http(self.url + "/healthz")()) is not wanted:
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
        return is_there is wanted


def start_product() -> Product:
    """Start `winnow up` with a fresh folder on a free port, and wait until it has said its link."""
    folder = Path(tempfile.mkdtemp(prefix="winnow-browser-"))
    port, log = free_port(), folder / "up.log"
    # An empty variable counts as none: what the tests set for themselves does not reach it.
    env = {"WINNOW_HOME": str(folder / "home"), "PORT": str(port), "DATABASE_URL": ""}
    leash = start_leashed(command_of("up"), log, env=env)
    wait_until(lambda: SIGN_IN.search(log.read_text(errors="replace")) is not None, leash, log)
    service = Service("winnow up", folder, leash, f"http://127.0.0.1:{port}")
    return Product(service, os.environ | env)


class Wire:
    """A TCP line in front of the product that tests cut and mend.

    `cut()` ends every connection and every new one; `swallow()` lets requests through and loses
    the answers, which is the worst a network can do to somebody who submits.
    """

    def __init__(self, port: int) -> None:
        self.port_behind = port
        self.port = free_port()
        self.state = "open"
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, "127.0.0.1", self.port))

    @property
    def url(self) -> str:
        """Where the browser looks for the product."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Nothing gets through from now on."""
        self._change("cut")

    def swallow(self) -> None:
        """Requests arrive, answers do not."""
        self._change("swallow")

    def mend(self) -> None:
        """Everything gets through again."""
        self._change("open")

    def close(self) -> None:
        """End the line for good."""
        self.cut()
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    def _change(self, state: str) -> None:
        self.state = state
        if state == "cut":
            self._do(self._abort_all())

    async def _abort_all(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _stop(self) -> None:
        self._server.close()
        await asyncio.sleep(0)  # what was accepted a moment ago begins, so that it can end itself
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(3):  # an aborted connection closes its socket in the round after
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.state == "cut":
            writer.transport.abort()
            return
        try:
            behind = await asyncio.open_connection("127.0.0.1", self.port_behind)
        except BaseException as error:  # the line may end while it is being opened
            writer.transport.abort()
            if isinstance(error, OSError):
                return
            raise
        self._writers |= {writer, behind[1]}
        try:
            await asyncio.gather(
                self._pump(reader, behind[1], lambda: True),
                self._pump(behind[0], writer, lambda: self.state != "swallow"),
            )
        finally:
            for one in (writer, behind[1]):
                self._writers.discard(one)
                one.transport.abort()

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, passes: Callable[[], bool]
    ) -> None:
        """Carry bytes one way; an answer that may not pass ends its connection."""
        with contextlib.suppress(OSError):
            while data := await source.read(65_536):
                if not passes():
                    target.transport.abort()
                    return
                target.write(data)
                await target.drain()
        with contextlib.suppress(OSError):
            target.close()
