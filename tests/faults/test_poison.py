"""A job that kills its worker each time stops after three attempts; others go on meanwhile."""

from pathlib import Path

import pytest

from tests.faults.conftest import PRODUCTION, MakeHouse
from tests.faults.poison import install


@pytest.mark.parametrize("kind", PRODUCTION)
class TestPoison:
    """One house a test."""

    def test_it_stops_after_three_attempts_says_why_and_holds_nobody_up(
        self, kind: str, make_house: MakeHouse, tmp_path: Path
    ) -> None:
        house = make_house(kind, **install(tmp_path / "plugin"))
        house.start("clock")
        house.start("worker", "quick")
        # A note as long as the column takes: the words that are put before it must still fit.
        poison = house.ask("enqueue", kind="poison.die", note="n" * 300)
        others = [house.ask("enqueue", kind="poison.count", steps=3) for _job in range(5)]
        for job in others:
            assert house.wait_for_end(job)["state"] == "succeeded"
        assert house.job(poison)["state"] != "failed"
        row = house.wait_for_end(poison)
        assert (row["state"], row["attempt"], row["error"]["code"]) == ("failed", 3, "poisoned")
        assert row["error"]["detail"]
        assert house.ask("events", verb="poison.taken") == 3
        assert house.ask("events", verb="counted") == 15
