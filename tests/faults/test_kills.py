"""kill -9 of the whole worker in the middle of each kind of job: it is finished, once."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import psutil
import pytest

from tests.faults.conftest import KINDS, Tell
from tests.faults.house import IS_LONG, House, rounds, wait_for

COUNT = 20_000
BROKEN_EVERY = 1_000
FOLDS = 6


@pytest.fixture(scope="class")
def posted(house: House) -> House:
    """A house with a dataset of labelled texts, and a clock that ticks."""
    house.world = house.ask("make_world")
    here = {name: house.world[name] for name in ("dataset", "schema")}
    house.ask("take_in", **here, count=COUNT)
    house.keep("clock")
    return house


def kill_in_the_middle(house: House, lane: str, begin: Callable[[], int]) -> int:
    """Begin a job and SIGKILL its worker's group between a fifth and four fifths of it.

    Returns the job. Everything below the worker must be gone. A job that was too quick for us is
    let go, and another begun.
    """
    for _try in range(5):
        worker = house.keep("worker", lane)
        job = begin()
        wait_for(partial(in_the_middle_or_ended, house, job), every=0.001)
        family = worker.kill_group()
        _gone, alive = psutil.wait_procs(family, timeout=5)
        assert not alive, [process.cmdline() for process in alive]
        row = house.job(job)
        if row["state"] == "running" and row["done"] <= row["total"] * 4 / 5:
            return job
        house.keep("worker", lane)
        house.wait_for_end(job)
    pytest.fail(f"no job was caught in the middle; the last was {row}")


def in_the_middle_or_ended(house: House, job: int) -> bool:
    """Whether a fifth of the job is done."""
    row = house.job(job)
    is_underway = bool(row["total"]) and row["done"] >= row["total"] / 5
    return is_underway or row["state"] not in ("queued", "running")


def finish(house: House, lane: str, job: int, tell: Tell) -> dict[str, Any]:
    """Start another worker and return the row of the job once it has ended well."""
    begun = time.monotonic()
    house.keep("worker", lane)
    row = house.wait_for_end(job)
    tell("seconds from the kill to the end", time.monotonic() - begun)
    assert (row["state"], row["attempt"]) == ("succeeded", 2), row
    return row


class TestKills:
    """One house of each kind, whose workers are killed again and again."""

    @pytest.mark.parametrize("number", range(rounds(1, 10)))
    def test_an_import_is_finished_and_every_record_is_there_once(
        self, posted: House, number: int, tell: Tell
    ) -> None:
        where: dict[str, int] = {}

        def begin() -> int:
            name = f"Import {number}.{len(posted.parts)}"
            where["dataset"] = posted.ask(
                "make_dataset", project=posted.world["project"], name=name
            )
            where["schema"] = posted.world["schema"]
            job: int = posted.ask("upload", **where, count=COUNT, broken_every=BROKEN_EVERY)
            return job

        job = kill_in_the_middle(posted, "quick", begin)
        row = finish(posted, "quick", job, tell)
        broken = COUNT // BROKEN_EVERY
        good = COUNT - broken
        assert posted.ask("stored", dataset=where["dataset"], job_id=job) == {
            "items": good,
            "keys": good,
            "truths": good,
            "refusals": broken,
            "refused places": broken,
        }
        assert (row["report"]["created"], row["report"]["refused"]) == (good, broken)

    @pytest.mark.parametrize("number", range(rounds(1, 10)))
    def test_a_freeze_ends_with_one_whole_version(
        self, posted: House, number: int, tell: Tell
    ) -> None:
        here = {name: posted.world[name] for name in ("dataset", "schema")}
        before = posted.ask("versions", dataset=here["dataset"])
        job = kill_in_the_middle(posted, "quick", lambda: posted.ask("freeze", **here))
        finish(posted, "quick", job, tell)
        after = posted.ask("versions", dataset=here["dataset"])[len(before) :]
        assert after[-1] == {"state": "frozen", "entries": COUNT, "whole": True}
        assert all(version["state"] == "frozen" for version in after)

    @pytest.mark.parametrize("number", range(rounds(1, 10)))
    def test_an_export_is_offered_only_when_it_is_whole(
        self, posted: House, number: int, tell: Tell
    ) -> None:
        dataset = posted.world["dataset"]
        job = kill_in_the_middle(posted, "quick", lambda: posted.ask("export", dataset=dataset))
        assert not posted.ask("export_is_offered", job_id=job)
        finish(posted, "quick", job, tell)
        assert posted.ask("exported_lines", job_id=job) == COUNT

    @pytest.mark.parametrize("house", KINDS if IS_LONG else KINDS[:1], indirect=True)
    @pytest.mark.parametrize("number", range(rounds(1, 5)))
    def test_a_training_run_leaves_no_process_and_ends_once(
        self, posted: House, number: int, tell: Tell
    ) -> None:
        dataset = posted.world["dataset"]
        if not posted.ask("versions", dataset=dataset):
            posted.ask("freeze_now", dataset=dataset, schema=posted.world["schema"])
        job = kill_in_the_middle(
            posted, "heavy", lambda: posted.ask("train", dataset=dataset, folds=FOLDS)
        )
        finish(posted, "heavy", job, tell)
        run = posted.ask("run_of", job_id=job)
        assert (run["state"], run["evaluations"], run["artifacts"]) == ("succeeded", 1, 2)
        assert run["metrics"] == run["distinct metrics"] > FOLDS
