"""Killed before any statement or commit of a job, whichever: run again, it ends as if never killed.

A child process is forked that does the job and kills itself with SIGKILL at its nth step. The
short form tries some steps, the long form all of them.
"""

from typing import Any

import pytest

from tests.faults.conftest import KINDS, MakeHouse
from tests.faults.house import IS_LONG, House

COUNT = 1_500
BROKEN_EVERY = 300
SHORT_ROUNDS = 3
LAST_STEPS = 6
GOOD = COUNT - COUNT // BROKEN_EVERY


def steps_to_try(total: int) -> list[int]:
    """Every step, or a few that are spread over the whole: the last ones matter most."""
    if IS_LONG:
        return list(range(1, total + 1))
    spread = {1 + total * number // SHORT_ROUNDS for number in range(SHORT_ROUNDS)}
    return sorted(spread | set(range(total - LAST_STEPS, total + 1)))


def check_import(house: House, args: dict[str, Any], job: int) -> None:
    """Every good record is there once, every bad one was told once."""
    assert house.ask("stored", dataset=args["dataset"], job_id=job) == {
        "items": GOOD,
        "keys": GOOD,
        "truths": GOOD,
        "refusals": COUNT - GOOD,
        "refused places": COUNT - GOOD,
    }
    report = house.job(job)["report"]
    assert (report["created"], report["unchanged"], report["refused"]) == (GOOD, 0, COUNT - GOOD)


def check_freeze(house: House, args: dict[str, Any], job: int) -> None:
    """The version is whole."""
    assert house.ask("versions", dataset=args["dataset"])[-1] == {
        "state": "frozen",
        "entries": COUNT,
        "whole": True,
    }


def check_export(house: House, args: dict[str, Any], job: int) -> None:
    """The file is whole."""
    assert house.ask("exported_lines", job_id=job) == COUNT


def begin(house: House, what: str, number: int) -> tuple[int, dict[str, Any]]:
    """Make a job of a kind; returns it and what it is about."""
    args: dict[str, Any] = {"dataset": house.world["dataset"], "schema": house.world["schema"]}
    if what == "import":
        name = f"Import {number}"
        args["dataset"] = house.ask("make_dataset", project=house.world["project"], name=name)
        return house.ask("upload", **args, count=COUNT, broken_every=BROKEN_EVERY), args
    if what == "export":
        return house.ask("export", dataset=args["dataset"]), args
    return house.ask("freeze", **args), args


CHECKS = {"import": check_import, "freeze": check_freeze, "export": check_export}
SHORT = {("import", "production parts"), ("freeze", "embedded"), ("export", "embedded")}
CASES = [(what, kind) for what in CHECKS for kind in KINDS if IS_LONG or (what, kind) in SHORT]


class TestEveryStep:
    """One house a kind; nothing runs in it but the forked children."""

    @pytest.mark.parametrize(("what", "kind"), CASES)
    def test_a_job_killed_at_any_step_ends_as_if_it_had_not_been(
        self, kind: str, what: str, make_house: MakeHouse
    ) -> None:
        house = make_house(kind)
        house.world = house.ask("make_world")
        here = {name: house.world[name] for name in ("dataset", "schema")}
        if what != "import":
            house.ask("take_in", **here, count=COUNT)
        job, _args = begin(house, what, 0)
        total = house.ask("run_and_die", job_id=job, step=0)
        assert house.job(job)["state"] == "succeeded"
        assert total > 10
        for step in steps_to_try(total):
            job, args = begin(house, what, step)
            house.ask("run_and_die", job_id=job, step=step)
            row = house.ask("run_again", job_id=job)
            assert row["state"] == "succeeded", (step, total, row)
            CHECKS[what](house, args, job)
