"""One figure, one line of JSON on standard output; and all of them as a table."""

import json
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

Line = dict[str, Any]
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "": ""}


def machine() -> Line:
    """Return what the figures were measured on: the cores we may use, and how busy they are."""
    return {"cores": len(os.sched_getaffinity(0)), "load": round(os.getloadavg()[0], 1)}


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
        "ok": is_met,
        **more,
        "database": os.environ.get("WINNOW_BENCH_DATABASE", ""),
        "machine": machine(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    print(json.dumps(line))
    sys.stdout.flush()
    return is_met


def as_table(lines: Iterable[Mapping[str, Any]]) -> str:
    """Return figures as a Markdown table, a row each."""
    rows = ["| figure | database | measured | goal | | date |", "|---|---|---|---|---|---|"]
    rows += [_row(line) for line in lines]
    return "\n".join(rows)


def _row(line: Mapping[str, Any]) -> str:
    goals = [f"≤ {_number(line['at_most'])}"] if "at_most" in line else []
    goals += [f"≥ {_number(line['at_least'])}"] if "at_least" in line else []
    verdict = "" if not goals else "met" if line["ok"] else "**missed**"
    cells = (
        line["figure"],
        ENGINES[line["database"]],
        f"{_number(line['value'])} {line['unit']}".strip(),
        ", ".join(goals),
        verdict,
        line["measured_at"][:10],
    )
    return f"| {' | '.join(cells)} |"


def _number(value: float) -> str:
    """Return a number with three figures that mean something."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
