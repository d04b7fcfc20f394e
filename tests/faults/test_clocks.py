"""Any number of clocks: each duty is done once."""

import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.faults.conftest import PRODUCTION, MakeHouse
from tests.faults.house import rounds, wait_for
from tests.faults.poison import install

SECONDS = rounds(8, 60)


@pytest.mark.parametrize("kind", PRODUCTION)
class TestClocks:
    """One house a test."""

    def test_two_clocks_ring_once_and_one_that_is_killed_is_not_missed(
        self, kind: str, make_house: MakeHouse, tmp_path: Path
    ) -> None:
        house = make_house(kind, **install(tmp_path / "plugin"))
        clocks = [house.start("clock") for _clock in range(3)]
        wait_for(lambda: house.ask("events", verb="chime"))
        time.sleep(SECONDS / 2)
        clocks[0].kill_group()
        time.sleep(SECONDS / 2)
        times = house.ask("event_seconds", verb="chime")
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert len(times) >= SECONDS / 2
        assert min(gaps) > 0.9, gaps
        assert max(gaps) < 2.5, gaps
