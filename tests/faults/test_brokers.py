"""The broker may lose everything, hang or be away: no job is lost, and no request waits for it."""

import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.faults.conftest import KINDS, MakeHouse, Tell
from tests.faults.house import Broker, House, rounds
from tests.faults.poison import install

JOBS = 20


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A Valkey of this test alone."""
    made = Broker()
    made.start()
    yield made
    made.kill()
    shutil.rmtree(made.folder)


def lose_all_messages(house: House) -> None:
    """Do what a crash of the broker does at its worst."""
    if "WINNOW_BROKER_URL" in house.env:
        redis.Redis.from_url(house.env["WINNOW_BROKER_URL"]).flushall()
    else:
        lost = list((house.home / "broker" / "bells").glob("*.msg"))
        for message in lost:
            message.unlink()


def enqueue(house: House, count: int) -> tuple[list[int], list[float]]:
    """Enqueue jobs; returns them and how many seconds each took."""
    asked = [house.ask("enqueue_timed") for _job in range(count)]
    return [one["job"] for one in asked], [one["seconds"] for one in asked]


def all_are_done_once(house: House, jobs: list[int]) -> None:
    """Wait for the jobs and see that each did its work once, at the first attempt."""
    for job in jobs:
        row = house.wait_for_end(job)
        assert (row["state"], row["attempt"]) == ("succeeded", 1), row
    assert house.ask("events", verb="counted") == len(jobs)


@pytest.mark.parametrize("kind", KINDS)
class TestLostMessages:
    """The messages are gone, the rows are not."""

    def test_what_waited_is_done_and_what_comes_later_too(
        self, kind: str, make_house: MakeHouse, tmp_path: Path
    ) -> None:
        house = make_house(kind, **install(tmp_path / "plugin"))
        waiting, _seconds = enqueue(house, JOBS)
        lose_all_messages(house)
        house.start("worker", "quick")
        house.start("clock")
        for job in waiting:
            house.wait_for_end(job)
        lose_all_messages(house)
        later, _seconds = enqueue(house, JOBS)
        all_are_done_once(house, waiting + later)


class TestBrokerAway:
    """Redis is killed, or hangs, while people go on."""

    @pytest.mark.parametrize("how", ["killed", "hung"])
    def test_requests_stay_quick_and_nothing_is_lost(
        self, how: str, make_house: MakeHouse, broker: Broker, tmp_path: Path, tell: Tell
    ) -> None:
        house = make_house(
            "production parts", WINNOW_BROKER_URL=broker.url, **install(tmp_path / "plugin")
        )
        house.start("clock")
        house.start("worker", "quick")
        jobs, _seconds = enqueue(house, 2)
        for job in jobs:
            house.wait_for_end(job)
        begun = time.monotonic()
        broker.kill() if how == "killed" else broker.send(signal.SIGSTOP)
        waits: list[float] = []
        while time.monotonic() - begun < rounds(10, 60):
            more, seconds = enqueue(house, 1)
            jobs += more
            waits += seconds
            time.sleep(0.25)
        broker.start() if how == "killed" else broker.send(signal.SIGCONT)
        back = time.monotonic()
        all_are_done_once(house, jobs)
        tell("longest request in seconds", max(waits))
        tell("mean request in seconds", sum(waits) / len(waits))
        tell("seconds until all was done", time.monotonic() - back)
        assert max(waits) < 2
        assert sum(waits) / len(waits) < 0.5


class TestBrokenBells:
    """The folder that is the embedded broker is damaged."""

    def test_a_folder_that_cannot_be_written_fails_no_request(
        self, make_house: MakeHouse, tmp_path: Path
    ) -> None:
        house = make_house(**install(tmp_path / "plugin"))
        bells = house.home / "broker" / "bells"
        house.insider()
        enqueue(house, 1)
        bells.rename(house.home / "broker" / "away")
        jobs, waits = enqueue(house, 3)
        assert max(waits) < 1
        (house.home / "broker" / "away").rename(bells)
        house.start("clock")
        house.start("worker", "quick")
        for job in jobs:
            house.wait_for_end(job)

    def test_half_a_message_stops_no_worker(self, make_house: MakeHouse, tmp_path: Path) -> None:
        house = make_house(**install(tmp_path / "plugin"))
        house.start("clock")
        worker = house.start("worker", "quick")
        jobs, _seconds = enqueue(house, 1)
        house.wait_for_end(jobs[0])
        for number, content in enumerate((b"", b'{"body": "W1s', b"null", b"{}")):
            name = f"{number}_broken.quick.msg"
            (house.home / "broker" / "bells" / name).write_bytes(content)
        more, _seconds = enqueue(house, 3)
        for job in more:
            house.wait_for_end(job)
        assert worker.leash.poll() is None
