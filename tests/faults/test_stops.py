"""Workers that are stopped, paused or cut off: the work goes on elsewhere, nothing is doubled."""

import signal
import time
from functools import partial
from typing import Any

import psutil
import pytest

from tests.faults.conftest import KINDS, PRODUCTION, MakeHouse, Tell
from tests.faults.house import LEASE_SECONDS, House, Part, wait_for

COUNT = 20_000


def posted(make_house: MakeHouse, kind: str) -> House:
    """A house with a clock and an empty dataset."""
    house = make_house(kind)
    house.world = house.ask("make_world")
    house.start("clock")
    return house


def has_reached(house: House, job: int, share: float) -> bool:
    """Whether so much of a job is done."""
    row = house.job(job)
    return bool(row["total"]) and row["done"] >= row["total"] * share


def is_free(house: House) -> bool:
    """Whether somebody else can write, so that whoever was stopped holds no lock."""
    return bool(house.ask("can_write", seconds=0.3))


def pause(house: House, worker: Part) -> None:
    """Stop a worker's group where it is, but not in the middle of a transaction."""
    for _try in range(100):
        worker.signal_group(signal.SIGSTOP)
        if is_free(house):
            return
        worker.signal_group(signal.SIGCONT)
        time.sleep(0.02)
    pytest.fail("the worker was in a transaction each time")


def check(house: House, job: int, attempts: int) -> dict[str, Any]:
    """The import is whole, at this many attempts."""
    row = house.wait_for_end(job)
    assert (row["state"], row["attempt"]) == ("succeeded", attempts), row
    stored = house.ask("stored", dataset=house.world["dataset"], job_id=job)
    assert stored == {
        "items": COUNT,
        "keys": COUNT,
        "truths": COUNT,
        "refusals": 0,
        "refused places": 0,
    }
    assert row["report"]["created"] == COUNT
    return row


@pytest.mark.parametrize("kind", KINDS)
class TestStops:
    """One house a test."""

    def test_a_worker_that_is_told_to_stop_hands_its_job_back_at_once(
        self, kind: str, make_house: MakeHouse, tell: Tell
    ) -> None:
        house = posted(make_house, kind)
        worker = house.start("worker", "quick")
        here = {name: house.world[name] for name in ("dataset", "schema")}
        job = house.ask("upload", **here, count=COUNT)
        wait_for(partial(has_reached, house, job, 0.2), every=0.005)
        begun = time.monotonic()
        worker.main.terminate()
        worker.leash.wait(timeout=20)
        tell("seconds until the worker had ended", time.monotonic() - begun)
        row = house.job(job)
        assert (row["state"], row["attempt"], row["lease_ends_at"]) == ("queued", 0, None)
        assert 0.2 <= row["done"] / row["total"] < 1
        house.start("worker", "quick")
        check(house, job, attempts=1)

    def test_a_worker_that_wakes_up_after_its_lease_writes_nothing_more(
        self, kind: str, make_house: MakeHouse
    ) -> None:
        house = posted(make_house, kind)
        here = {name: house.world[name] for name in ("dataset", "schema")}
        sleeper = house.start("worker", "quick")
        job = house.ask("upload", **here, count=COUNT)
        wait_for(partial(has_reached, house, job, 0.2), every=0.005)
        pause(house, sleeper)
        assert house.job(job)["state"] == "running"
        house.start("worker", "quick")
        row = check(house, job, attempts=2)
        sleeper.signal_group(signal.SIGCONT)
        time.sleep(LEASE_SECONDS)
        assert check(house, job, attempts=2) == row


@pytest.mark.parametrize("kind", PRODUCTION)
class TestFreezing:
    """A worker that freezes a version is stopped."""

    def test_a_freezing_worker_that_wakes_up_leaves_the_version_frozen(
        self, kind: str, make_house: MakeHouse
    ) -> None:
        house = posted(make_house, kind)
        here = {name: house.world[name] for name in ("dataset", "schema")}
        house.ask("take_in", **here, count=COUNT)
        sleeper = house.start("worker", "quick")
        job = house.ask("freeze", **here)
        wait_for(partial(has_reached, house, job, 0.1), every=0.002)
        pause(house, sleeper)
        assert house.job(job)["state"] == "running"
        house.start("worker", "quick")
        assert house.wait_for_end(job)["state"] == "succeeded"
        sleeper.signal_group(signal.SIGCONT)
        time.sleep(LEASE_SECONDS)
        assert house.ask("versions", dataset=here["dataset"]) == [
            {"state": "frozen", "entries": COUNT, "whole": True}
        ]


class TestCutOff:
    """The database goes away under a job."""

    def test_a_job_whose_database_goes_away_is_tried_again(self, make_house: MakeHouse) -> None:
        house = posted(make_house, "production parts")
        house.start("worker", "quick")
        here = {name: house.world[name] for name in ("dataset", "schema")}
        job = house.ask("upload", **here, count=COUNT)
        wait_for(partial(has_reached, house, job, 0.2), every=0.005)
        house.insider().ask("cut_off_everybody")
        house.insiders.pop(0).close()  # its connection was cut as well
        check(house, job, attempts=2)


class TestUp:
    """`winnow up` itself is killed."""

    def test_nothing_survives_and_the_import_goes_on_next_time(
        self, make_house: MakeHouse, tell: Tell, port: int
    ) -> None:
        house = make_house(PORT=str(port))
        house.world = house.ask("make_world")
        up = house.start("up")
        here = {name: house.world[name] for name in ("dataset", "schema")}
        job = house.ask("upload", **here, count=COUNT)
        wait_for(partial(has_reached, house, job, 0.2), every=0.005)
        family = up.family()
        assert len(family) >= 12, [one.name() for one in family]
        begun = time.monotonic()
        up.main.kill()
        _gone, alive = psutil.wait_procs(family, timeout=10)
        assert not alive, [process.cmdline() for process in alive]
        tell("seconds until all children had ended", time.monotonic() - begun)
        assert house.job(job)["state"] in ("queued", "running")
        house.start("up")
        row = house.wait_for_end(job)
        check(house, job, attempts=row["attempt"])
        assert row["attempt"] <= 2
