"""Somebody who annotates over HTTP as the workbench does, with a session and its CSRF token."""

import http.client
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.conf import settings
from django.test import Client

from benchmarks import stock
from benchmarks.parts import port
from foundation.models import User

CSRF = "b" * 32


def session_of(user: User) -> str:
    """Sign somebody in and return the session's cookie."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def headers_of(user: User) -> dict[str, str]:
    """Sign somebody in; returns what each of their requests must carry."""
    return {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session_of(user)}; csrftoken={CSRF}",
        "X-CSRFToken": CSRF,
        "Content-Type": "application/json",
    }


class Refused(RuntimeError):
    """Winnow said no where it must not."""


@dataclass
class Person:
    """An annotator at a queue, over one connection that is kept."""

    user: User
    queue: str
    hold: int = 1
    claims: list[float] = field(default_factory=list)
    """How long each claim took, in milliseconds."""
    answered: list[str] = field(default_factory=list)
    """The assignments that were answered, in their order."""

    def __post_init__(self) -> None:
        self._headers = headers_of(self.user)
        self._connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=60)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Send a request and return status and body of the answer."""
        self._connection.request(method, path, body, self._headers | headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def hang_up(self) -> None:
        """Close the connection; the next request opens another. An idle one is closed there."""
        self._connection.close()

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Send JSON and return what came back. Raises Refused."""
        status, data = self.ask("POST", f"/api/v1{path}", orjson.dumps(body), **headers)
        if status >= 400:
            raise Refused(f"{path}: {status} {data[:300]!r}")
        return orjson.loads(data) if data else None

    def claim(self) -> list[dict[str, Any]]:
        """Claim up to `hold` tasks and return those held; nothing when none is left."""
        begun = time.perf_counter()
        body = self.post(f"/queues/{self.queue}/claim", {"hold": self.hold})
        self.claims.append((time.perf_counter() - begun) * 1000)
        return body["assignments"] if body else []

    def submit(self, held: dict[str, Any]) -> dict[str, Any]:
        """Answer a task that is held."""
        label = stock.LABELS[len(self.answered) % 3]
        body = {"fence": held["fence"], "regions": stock.said(label), "seconds": 1.5}
        path = f"/assignments/{held['id']}/submit"
        told: dict[str, Any] = self.post(path, body, **{"Idempotency-Key": str(uuid.uuid4())})
        self.answered.append(held["id"])
        return told

    def annotate(self) -> dict[str, Any] | None:
        """Claim and answer one task; returns it, or None when nothing is left."""
        held = self.claim()
        if not held:
            return None
        self.submit(held[0])
        return held[0]
