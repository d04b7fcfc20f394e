"""Many writers on one SQLite file: nobody is told that it is locked, and nobody waits for long."""

from statistics import quantiles

from tests.faults.conftest import MakeHouse, Tell
from tests.faults.house import rounds

WRITERS = 8
SECONDS = rounds(5, 30)
COUNT = 20_000


class TestSqlite:
    """One house a test; the writers are processes of their own."""

    def test_eight_writers_at_once_are_never_told_that_it_is_locked(
        self, make_house: MakeHouse, tell: Tell
    ) -> None:
        house = make_house()
        house.world = house.ask("make_world")
        writers = [house.insider() for _writer in range(WRITERS)]
        for writer in writers:
            writer.ask("items")  # started, connected
        for number, writer in enumerate(writers):
            writer.begin(
                "write_for", dataset=house.world["dataset"], seconds=SECONDS, name=f"w{number}"
            )
        waits = [wait for writer in writers for wait in writer.finish()]
        tell("writes a second", len(waits) / SECONDS)
        tell("p95 of a write in ms", quantiles(waits, n=20)[-1] * 1000)
        tell("longest write in ms", max(waits) * 1000)
        assert house.ask("items") == len(waits)
        assert house.ask("integrity") == "ok"

    def test_an_import_lets_others_write(self, make_house: MakeHouse, tell: Tell) -> None:
        house = make_house()
        house.world = house.ask("make_world")
        here = {name: house.world[name] for name in ("dataset", "schema")}
        other = house.insider()
        other.ask("items")
        job = house.ask("upload", **here, count=COUNT)
        other.begin("probe_until", job_id=job)
        held = house.ask("run_timed", job_id=job)
        waits = other.finish()
        p95 = quantiles(waits, n=20)[-1] * 1000
        held_p95 = quantiles(held, n=20)[-1] * 1000
        tell("small writes during the import", len(waits))
        tell("p95 wait of a small write in ms", p95)
        tell("longest wait of a small write in ms", max(waits) * 1000)
        tell("p95 of a transaction of the import in ms", held_p95)
        tell("longest transaction of the import in ms", max(held) * 1000)
        assert house.job(job)["state"] == "succeeded"
        assert len(waits) >= 20
        assert held_p95 < 200
        assert p95 < 250
