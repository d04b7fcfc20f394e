"""What is remarkable in a time series: gaps, stamps twice or out of order, stuck sensors."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from datasets.pure.problems import Problem, gettext_noop, shorten

Values = npt.NDArray[np.float64]
LineOf = Callable[[int], int]

STEADY_SHARE, STEADY_WITHIN = 0.9, 0.25
"""A series is steady if so many of its steps are about as long as the median."""
GAP_STEADY, GAP_OTHER = 1.5, 3.0
"""From how many steps on a pause is a gap."""
STUCK_ROWS, STUCK_SHARE = 100, 0.05
PART = 1 << 18
DISTINCT = 10
"""A channel of fewer different values is a state, and may stay the same for long."""


@dataclass
class ChannelTally:
    """What one channel has shown so far, in the order of the stamps."""

    name: str
    unit: str
    low: float = np.inf
    high: float = -np.inf
    missing: int = 0
    gaps: int = 0
    first_missing: int | None = None
    infinite: int = 0
    first_infinite: int | None = None
    longest: int = 0
    longest_at: int = 0
    fits_single: bool = True
    """No value changes when it is written with 32 bits."""
    _run: int = 0
    _run_at: int = 0
    _last: float = np.nan
    _was_missing: bool = False
    _seen: set[float] = field(default_factory=set)

    def add(self, values: Values, before: int) -> Values:
        """Take more values into account and return them with gaps where they were infinite."""
        infinite = np.isinf(values)
        if infinite.any():
            self.infinite += int(infinite.sum())
            if self.first_infinite is None:
                self.first_infinite = before + int(np.argmax(infinite))
            values = np.where(infinite, np.nan, values)
        missing = np.isnan(values)
        self._count_missing(missing, before)
        there = values[~missing]
        if len(there):
            self.low, self.high = min(self.low, there.min()), max(self.high, there.max())
            if self.fits_single:
                with np.errstate(over="ignore"):
                    self.fits_single = bool((there.astype(np.float32) == there).all())
            if len(self._seen) <= DISTINCT:
                self._seen.update(np.unique(there)[: DISTINCT + 1].tolist())
        self._count_run(values, before)
        return values

    def _count_missing(self, missing: npt.NDArray[np.bool_], before: int) -> None:
        if missing.any():
            self.missing += int(missing.sum())
            if self.first_missing is None:
                self.first_missing = before + int(np.argmax(missing))
            begins = missing & ~np.concatenate(([self._was_missing], missing[:-1]))
            self.gaps += int(begins.sum())
        self._was_missing = bool(missing[-1])

    def _count_run(self, values: Values, before: int) -> None:
        """Follow the longest stretch of one value, also over the end of a block."""
        if values[0] != self._last:
            self._run, self._run_at = 0, before
        changes = np.flatnonzero(values[1:] != values[:-1]) + 1
        begins = np.concatenate(([0], changes))
        lengths = np.diff(begins, append=len(values))
        lengths[0] += self._run
        lengths[np.isnan(values[begins])] = 0
        longest = int(np.argmax(lengths))
        if lengths[longest] > self.longest:
            self.longest = int(lengths[longest])
            self.longest_at = self._run_at if longest == 0 else before + int(begins[longest])
        if len(begins) > 1:
            self._run_at = before + int(begins[-1])
        self._run, self._last = int(lengths[-1]), float(values[-1])

    @property
    def is_empty(self) -> bool:
        """No value is there."""
        return self.low > self.high

    def is_stuck(self, rows: int) -> bool:
        """Whether one value stays so long that the sensor may have failed."""
        varies = len(self._seen) > DISTINCT or len(self._seen) == 1
        return varies and self.longest >= max(STUCK_ROWS, STUCK_SHARE * rows)

    def as_json(self) -> dict[str, Any]:
        """Return what is kept of the channel."""
        return {
            "name": self.name,
            "unit": self.unit,
            "low": None if self.is_empty else float(self.low),
            "high": None if self.is_empty else float(self.high),
            "missing": self.missing,
            "gaps": self.gaps,
        }


@dataclass(frozen=True)
class Pace:
    """How the rows follow each other: median step, gaps from which length on, how many, where."""

    step: float
    is_even: bool
    gap_from: float
    gaps: int = 0
    longest: float = 0.0
    longest_after: int = 0
    repeated: int = 0
    first_repeated: int = 0


def pace_of(stamps: Values) -> Pace:
    """Return the pace of stamps in rising order."""
    if len(stamps) < 2:
        return Pace(0.0, is_even=True, gap_from=0.0)
    steps = np.diff(stamps)
    twice = steps == 0
    moving = steps[~twice] if twice.any() else steps.copy()
    if not len(moving):
        same = len(steps)
        return Pace(0.0, is_even=False, gap_from=0.0, repeated=same, first_repeated=1)
    step = np.median(moving, overwrite_input=True)
    step = float(f"{step:.12g}")  # without the dust of subtracting
    del moving
    near = sum(int((np.abs(part - step) <= STEADY_WITHIN * step).sum()) for part in _parts(steps))
    steady = near >= STEADY_SHARE * len(steps)
    gap_from = GAP_STEADY * step if steady else GAP_OTHER * max(step, float(steps.mean()))
    wide = steps >= gap_from
    even = float(stamps[-1]) / (len(stamps) - 1)
    drift = max(
        float(np.abs(part - np.arange(at, at + len(part)) * even).max())
        for at, part in zip(range(0, len(stamps), PART), _parts(stamps), strict=True)
    )
    return Pace(
        step=step,
        is_even=bool(drift <= 1e-6 * even + 1e-9),
        gap_from=gap_from,
        gaps=int(wide.sum()),
        longest=float(steps.max()),
        longest_after=int(np.argmax(steps)),
        repeated=int(twice.sum()),
        first_repeated=int(np.argmax(twice)) + 1,
    )


def _parts(values: Values) -> Iterator[Values]:
    """Yield long values in parts, so that what is computed of them stays small."""
    for at in range(0, len(values), PART):
        yield values[at : at + PART]


def remarks_on_stamps(pace: Pace, unsorted_at: int | None, line_of: LineOf) -> list[Problem]:
    """Return what is to be said of the stamps. `line_of` takes rows in the order of the stamps."""
    found = []
    if unsorted_at is not None:
        found.append(
            _remark(
                "unsorted-stamps",
                gettext_noop(
                    "The times are not in order (first in line %(line)d); they are shown in order, "
                    "the file stays as it is."
                ),
                unsorted_at,
            )
        )
    if pace.repeated:
        sentence = gettext_noop(
            "Times that occur more than once: %(count)d (first in line %(line)d)."
        )
        line = line_of(pace.first_repeated)
        found.append(_remark("repeated-stamps", sentence, line, count=pace.repeated))
    if pace.gaps:
        sentence = gettext_noop(
            "Gaps in time: %(count)d; the longest lasts %(seconds)s s, after line %(line)d."
        )
        line = line_of(pace.longest_after)
        seconds = f"{pace.longest:.6g}"
        found.append(_remark("gaps", sentence, line, count=pace.gaps, seconds=seconds))
    return found


def remarks_on_channel(tally: ChannelTally, rows: int, line_of: LineOf) -> list[Problem]:
    """Return what is to be said of one channel."""
    name = shorten(tally.name, 40)
    found = []
    if tally.infinite and tally.first_infinite is not None:
        sentence = gettext_noop(
            "Infinite values of “%(name)s”, shown as gaps: %(count)d (first in line %(line)d)."
        )
        line = line_of(tally.first_infinite)
        found.append(_remark("infinite", sentence, line, count=tally.infinite, name=name))
    if tally.is_empty:
        sentence = gettext_noop("The channel “%(name)s” is empty.")
        return [*found, Problem("", "empty-channel", sentence, {"name": name})]
    missing = tally.missing - tally.infinite
    if missing and tally.first_missing is not None:
        sentence = gettext_noop("Missing values of “%(name)s”: %(count)d (first in line %(line)d).")
        line = line_of(tally.first_missing)
        found.append(_remark("missing-values", sentence, line, count=missing, name=name))
    if tally.is_stuck(rows):
        sentence = gettext_noop(
            "“%(name)s” stays the same for %(count)d rows from line %(line)d on: "
            "is the sensor stuck?"
        )
        line = line_of(tally.longest_at)
        found.append(_remark("stuck", sentence, line, count=tally.longest, name=name))
    return found


def remark_on_text(name: str, count: int, line: int, text: str) -> Problem:
    """Return what is to be said of cells that are no numbers."""
    sentence = gettext_noop(
        "Cells of “%(name)s” that are no numbers, shown as gaps: %(count)d "
        "(first in line %(line)d: “%(text)s”)."
    )
    values = {"count": count, "name": shorten(name, 40), "text": shorten(text, 30)}
    return _remark("not-a-number", sentence, line, **values)


def _remark(code: str, sentence: str, line: int, **values: object) -> Problem:
    return Problem(f"line/{line}", code, sentence, {"line": line} | values)
