"""Whether answers that go where they are worth most put more labels right than an even overlap.

The answers of three published crowds are given again 200 times each, in another order every time:
once three to an item, once as many in all where `annotate.pure.worth` says. Both are then read by
the same method, so what differs is where the answers went. Nobody reviews and nobody is tried on
gold in a replay, as these sets have neither; new items and further answers compete.
"""

import sys
import time

from benchmarks.lines import report
from tests.pure.crowds import bluebirds, entailment, order_of_events
from tests.pure.replays import OVERLAP, paired_gain
from tests.services import REAL_DATA

TIMES = 200
CROWDS = {"entailment": entailment, "order of events": order_of_events, "bluebirds": bluebirds}


def main() -> None:
    """Replay each crowd and count on how many the gain is above zero."""
    if not (REAL_DATA / "crowd_snow2008").is_dir():
        print("[bench] left out: the crowds are not on this machine", file=sys.stderr, flush=True)
        return
    above = 0
    for name, crowd_of in CROWDS.items():
        begun = time.process_time()
        mean, low, high = paired_gain(*crowd_of(REAL_DATA.joinpath), TIMES)
        above += low > 0
        report(
            f"gain by worth over {OVERLAP} answers each, {name}: lower end of the 95 % interval",
            low,
            "points",
            at_least=-0.5,
            mean=round(mean, 2),
            high=round(high, 2),
            replays=TIMES,
            cpu_seconds=round(time.process_time() - begun, 1),
        )
    report("crowds of three whose interval is above zero", above, "crowds", at_least=2)


if __name__ == "__main__":
    main()
