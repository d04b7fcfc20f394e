"""Counting a person's day: which things that happened add what, and how long answers take.

Times are kept in bins that grow by the fourth root of two, so that a quantile read from them is
at most a tenth off. The start of bin `n` is ``SHORTEST * 2 ** (n / 4)`` seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

SHORTEST = 0.25
BINS_AN_OCTAVE = 4
LAST_BIN = 75
"""Begins at about 31 hours: an answer takes a day at most."""
QUARTER = 900

COUNTS = (
    *("answers", "extra", "skipped", "accepted", "corrected", "rejected", "reviewed"),
    *("gold_checks", "gold_right", "gold_score", "timed", "milliseconds", "skip_milliseconds"),
)
"""What a day counts, by the names of its columns."""
VERDICTS = {"accept": "accepted", "correct": "corrected", "reject": "rejected"}
RIGHT = 1.0

Counts = dict[str, float]
Bins = Mapping[str, int]


class Happening(NamedTuple):
    """Something that one person's day counts: when, what, and into which bin of times it falls."""

    at: datetime
    counts: Counts
    bin: str = ""
    quarter: str = ""

    @property
    def day(self) -> date:
        """The day of UTC."""
        return self.at.astimezone(UTC).date()


def bin_of(seconds: float) -> str:
    """Return the bin of a time.

    Examples
    --------
    >>> bin_of(0.0), bin_of(0.25), bin_of(1.0), bin_of(86_400)
    ('b0', 'b0', 'b8', 'b73')
    """
    if seconds <= SHORTEST:
        return "b0"
    return f"b{min(int(BINS_AN_OCTAVE * math.log2(seconds / SHORTEST) + 1e-9), LAST_BIN)}"


def quarter_of(at: datetime) -> str:
    """Return the quarter of an hour of the day in UTC, q0 to q95."""
    moment = at.astimezone(UTC)
    return f"q{(moment.hour * 3600 + moment.minute * 60 + moment.second) // QUARTER}"


def answer_given(at: datetime, seconds: float | None, *, is_extra: bool) -> Happening:
    """Return what the first answer of a person to a task counts."""
    counts: Counts = {"extra" if is_extra else "answers": 1}
    if seconds is not None:
        counts |= {"timed": 1, "milliseconds": round(seconds * 1000)}
    timed = "" if seconds is None else bin_of(seconds)
    return Happening(at, counts, timed, "" if is_extra else quarter_of(at))


def task_skipped(at: datetime, seconds: float | None) -> Happening:
    """Return what a skip counts."""
    return Happening(at, {"skipped": 1, "skip_milliseconds": round((seconds or 0.0) * 1000)})


def verdict_given(at: datetime) -> Happening:
    """Return what a verdict counts for the reviewer who gave it."""
    return Happening(at, {"reviewed": 1})


def verdict_met(at: datetime, verdict: str) -> Happening:
    """Return what a verdict counts for the author of the answer."""
    return Happening(at, {VERDICTS[verdict]: 1})


def gold_met(at: datetime, score: float, times: int = 1) -> Happening:
    """Return what a check against gold counts; with `times` -1 for one that is taken back."""
    right = times * int(score >= RIGHT)
    return Happening(at, {"gold_checks": times, "gold_right": right, "gold_score": times * score})


class Day:
    """A day that is being counted anew."""

    def __init__(self) -> None:
        self.counts: Counts = dict.fromkeys(COUNTS, 0)
        self.seconds: dict[str, int] = {}
        self.quarters: dict[str, int] = {}

    def add(self, happening: Happening) -> None:
        """Count one more thing."""
        for name, n in happening.counts.items():
            self.counts[name] += n
        for bins, key in ((self.seconds, happening.bin), (self.quarters, happening.quarter)):
            if key:
                bins[key] = bins.get(key, 0) + 1

    def row(self) -> dict[str, object]:
        """Return the columns of the day."""
        counts = {name: n if name == "gold_score" else int(n) for name, n in self.counts.items()}
        return {**counts, "seconds": self.seconds, "quarters": self.quarters}

    def equals(self, row: Mapping[str, object] | None) -> bool:
        """Tell whether a stored row says the same; no row stands for a day without anything."""
        mine = self.row()
        stored = Day().row() if row is None else row
        score = abs(float(str(stored["gold_score"])) - self.counts["gold_score"]) < 1e-6
        return score and all(stored[name] == mine[name] for name in mine if name != "gold_score")


# Reading it


def add_bins(total: dict[str, int], bins: Bins) -> None:
    """Add bins to a sum of them."""
    for key, n in bins.items():
        total[key] = total.get(key, 0) + n


def quantile(bins: Bins, share: float) -> float | None:
    """Return the time in seconds that this share of answers did not take; None without any.

    Within a bin, times are taken to lie evenly on the logarithmic scale.

    Examples
    --------
    >>> round(quantile({"b8": 10}, 0.5), 2)
    1.09
    >>> quantile({}, 0.5) is None
    True
    """
    found = sorted((int(key[1:]), n) for key, n in bins.items() if n > 0)
    total = sum(n for _place, n in found)
    wanted, passed = share * total, 0
    for place, n in found:
        if passed + n >= wanted:
            inside = (wanted - passed) / n
            return float(SHORTEST * 2 ** ((place + inside) / BINS_AN_OCTAVE))
        passed += n
    return None


def days_in_zone(
    rows: Iterable[tuple[date, Bins]], zone: tzinfo, first: date, last: date
) -> list[tuple[date, int]]:
    """Return a count for each day from `first` to `last` of a zone, whatever its offset is then.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> rows = [(date(2026, 3, 28), {"q91": 2, "q93": 1})]
    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> [n for _day, n in days_in_zone(rows, berlin, date(2026, 3, 28), date(2026, 3, 29))]
    [2, 1]
    """
    by_day: dict[date, dict[str, int]] = {}
    for day, quarters in rows:
        add_bins(by_day.setdefault(day, {}), quarters)
    counts: dict[date, int] = {}
    for day, total in by_day.items():
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        for key, n in total.items():
            there = (begin + timedelta(seconds=QUARTER * int(key[1:]))).astimezone(zone).date()
            counts[there] = counts.get(there, 0) + n
    length = (last - first).days + 1
    return [(day, counts.get(day, 0)) for day in (first + timedelta(days=n) for n in range(length))]
