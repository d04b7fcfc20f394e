"""REST clients that never give up: each keeps sending a write until it is acknowledged."""

import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

LABELS = ("refund", "delivery", "password")
PATIENCE = 60.0


@dataclass
class Acknowledged:
    """A write that the server said it has kept."""

    what: str
    body: dict[str, Any]
    keys: list[str]
    """Of the items it brought, if any."""
    sent: int
    """How often it was sent until then."""
    seconds: float


@dataclass
class History:
    """What all clients were told, and what went wrong."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def of(self, what: str) -> list[Acknowledged]:
        """The acknowledged writes of one kind."""
        return [one for one in self.acknowledged if one.what == what]


class Client(threading.Thread):
    """One person or program with a token."""

    def __init__(self, port: int, token: str, history: History, ended: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.history, self.ended = port, token, history, ended
        self.connection: http.client.HTTPConnection | None = None
        self.random = random.Random(token)

    def send(
        self, method: str, path: str, body: bytes, key: str = "", media: str = "application/json"
    ) -> tuple[int, dict[str, Any]]:
        """Send once. Raises OSError or HTTPException when no whole answer comes."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": media}
        if key:
            headers["Idempotency-Key"] = key
        try:
            self.connection.request(method, f"/api/v1/{path}", body, headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise
        return answer.status, json.loads(text) if text else {}

    def insist(self, method: str, path: str, body: bytes, **how: str) -> tuple[int, Any, int]:
        """Send until there is an answer that is not the server's own trouble; count the sends."""
        deadline = time.monotonic() + PATIENCE
        for sent in range(1, 10_000):
            try:
                status, answer = self.send(method, path, body, **how)
                if status < 500:
                    return status, answer, sent
                self.history.troubles.append(f"{method} {path}: {status} {answer}")
            except (OSError, http.client.HTTPException):
                pass
            assert time.monotonic() < deadline, f"{path} had no answer for {PATIENCE} s"
            time.sleep(self.random.uniform(0.02, 0.2))
        raise AssertionError(path)

    def write(
        self, what: str, path: str, body: bytes, keys: Sequence[str] = (), **how: str
    ) -> None:
        """Send a write until it is acknowledged, then note it. Sometimes it is sent once more."""
        key, begun = str(uuid.uuid4()), time.monotonic()
        status, answer, sent = self.insist("POST", path, body, key=key, **how)
        if status not in (200, 201):
            self.history.troubles.append(f"{what} {path}: {status} {answer}")
            return
        seconds = time.monotonic() - begun
        self.history.acknowledged.append(Acknowledged(what, answer, [*keys], sent, seconds))
        if self.random.random() < 0.1:
            again = self.insist("POST", path, body, key=key, **how)[1]
            if again != answer:
                self.history.troubles.append(f"{what} {path}: first {answer}, then {again}")

    def run(self) -> None:
        """Work until told to stop."""
        try:
            while not self.ended.is_set() and self.work():
                pass
        except Exception as error:  # noqa: BLE001 (told to the test)
            self.history.troubles.append(repr(error))
        finally:
            if self.connection is not None:
                self.connection.close()

    def work(self) -> bool:
        """Do one round; False when nothing is left to do."""
        raise NotImplementedError


class Annotating(Client):
    """Claims tasks of a queue and answers them."""

    queue = ""

    def work(self) -> bool:
        """Claim up to three tasks and submit an answer to each."""
        path = f"queues/{self.queue}/claim"
        status, claimed, _sent = self.insist("POST", path, b'{"hold": 3}')
        if status == 204:
            return False
        if status != 200:
            self.history.troubles.append(f"claim: {status} {claimed}")
            return False
        for held in claimed["assignments"]:
            said = {
                "id": "r1",
                "question": "intent",
                "kind": "item",
                "label": self.random.choice(LABELS),
            }
            body = {
                "fence": held["fence"],
                "regions": {"format": 1, "regions": [said]},
                "seconds": 1.5,
            }
            path = f"assignments/{held['id']}/submit"
            self.write("answer", path, json.dumps(body).encode())
        return True


class Pushing(Client):
    """Pushes small batches of new items into a dataset."""

    dataset = ""

    def work(self) -> bool:
        """Push five items."""
        keys = [str(uuid.uuid4()) for _item in range(5)]
        lines = [json.dumps({"key": key, "data": f"Message {key}"}) for key in keys]
        path = f"datasets/{self.dataset}/items"
        body = "\n".join(lines).encode()
        self.write("push", path, body, keys, media="application/x-ndjson")
        time.sleep(0.05)
        return True


def work_together(
    make: list[Callable[[History, threading.Event], Client]],
) -> tuple[list[Client], History, threading.Event]:
    """Start clients that share a history."""
    history, ended = History(), threading.Event()
    clients = [one(history, ended) for one in make]
    for client in clients:
        client.start()
    return clients, history, ended
