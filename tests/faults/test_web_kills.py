"""kill -9 of the web server under load: what was acknowledged is there, once."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import psutil
import pytest

from tests.faults.clients import Annotating, Client, History, Pushing, work_together
from tests.faults.conftest import KINDS, MakeHouse, Tell
from tests.faults.house import House, Part, rounds, wait_for
from tests.services import answers_http, free_port

KILLS = rounds(3, 40)
ANNOTATORS = 6
PUSHERS = 2
ITEMS = rounds(150, 2500)
OVERLAP = 2


def clients_of(house: House, port: int) -> list[Callable[[History, threading.Event], Client]]:
    """Annotators and pushers for the world of a house."""
    world = house.ask("make_queue", items=ITEMS, overlap=OVERLAP, annotators=ANNOTATORS)

    def annotate(token: str, history: History, ended: threading.Event) -> Client:
        client = Annotating(port, token, history, ended)
        client.queue = world["queue"]
        return client

    def push(history: History, ended: threading.Event) -> Client:
        client = Pushing(port, world["push_token"], history, ended)
        client.dataset = world["dataset"]
        return client

    house.world = world
    return [*(partial(annotate, token) for token in world["tokens"]), *([push] * PUSHERS)]


def has_grown(history: History, length: int) -> bool:
    """Whether so many writes were acknowledged."""
    return len(history.acknowledged) >= length


def kill_something(house: House, web: Part, number: int) -> Part:
    """Kill one process of the web server, or all of it and start it again."""
    if number % 3 == 1:
        workers = web.main.children()
        workers[number % len(workers)].kill()
        return web
    family = web.kill_group()
    assert not psutil.wait_procs(family, timeout=5)[1]
    return house.start(*web.words)


def check(house: House, history: History) -> dict[str, Any]:
    """Compare what the clients were told with what is stored."""
    assert not history.troubles, history.troubles[:5]
    stored: dict[str, Any] = house.ask("answers", queue=house.world["queue"])
    told = [one.body["annotation"] for one in history.of("answer")]
    assert sorted(told) == stored["annotations"]
    assert len(set(told)) == len(told)
    assert stored["answered twice"] == 0
    assert stored["overfull"] == 0
    pushed = [key for push in history.of("push") for key in push.keys]
    assert sorted(pushed) == sorted(stored["pushed"])
    return stored


@pytest.mark.parametrize("kind", KINDS)
class TestWebKills:
    """One house a test."""

    def test_every_acknowledged_write_is_there_once(
        self, kind: str, make_house: MakeHouse, tell: Tell
    ) -> None:
        port = free_port()
        house = make_house(kind, PORT=str(port))
        healthy = answers_http(f"http://127.0.0.1:{port}/healthz")
        web = house.start("web")
        wait_for(healthy)
        clients, history, ended = work_together(clients_of(house, port))
        down = []
        for number in range(KILLS):
            wait_for(partial(has_grown, history, len(history.acknowledged) + 20), what="stuck")
            web = kill_something(house, web, number)
            begun = time.monotonic()
            wait_for(healthy)
            down.append(time.monotonic() - begun)
        for client in clients[:ANNOTATORS]:
            client.join(timeout=120)
        ended.set()
        for client in clients:
            client.join(timeout=30)
            assert not client.is_alive()
        stored = check(house, history)
        assert len(stored["annotations"]) == ITEMS * OVERLAP
        again = sum(one.sent > 1 for one in history.acknowledged)
        tell("acknowledged writes", len(history.acknowledged))
        tell("writes that were sent more than once", again)
        tell("longest write in seconds", max(one.seconds for one in history.acknowledged))
        tell("longest time without a web server in seconds", max(down))
        assert again
        assert max(one.seconds for one in history.acknowledged) < 30
