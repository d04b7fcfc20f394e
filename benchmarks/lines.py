"""One figure, one line of JSON on standard output."""

import json
import os
import sys


def report(
    figure: str,
    value: float,
    unit: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    **more: object,
) -> bool:
    """Print a figure with its goal; returns whether the goal is met.

    The load of the machine stands beside every figure, since a busy machine makes wall times
    worthless; prefer CPU seconds, counts and ratios.
    """
    is_met = (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
    line = {
        "figure": figure,
        "value": round(value, 4),
        "unit": unit,
        **({"at_most": at_most} if at_most is not None else {}),
        **({"at_least": at_least} if at_least is not None else {}),
        "is_met": is_met,
        **more,
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(line))
    sys.stdout.flush()
    return is_met
