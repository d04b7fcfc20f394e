"""Shapes of the charts that the server draws: numbers in, coordinates out, no text and no colour.

Templates of `templates/_charts/` turn the shapes into SVG. Coordinates are rounded to a tenth;
shares of a width are percentages, so that the drawing stretches with its card.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Band = tuple[float, float, float]


@dataclass(frozen=True)
class Scale:
    """A straight line from values to coordinates; `at` never leaves the range of coordinates."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the coordinate of a value, kept inside the range."""
        width = self.high - self.low
        share = 0.5 if width == 0 else (value - self.low) / width
        return round(self.start + min(1.0, max(0.0, share)) * (self.end - self.start), 1)


def nice_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round numbers that cover a range, in steps of 1, 2 or 5 times a power of ten.

    Examples
    --------
    >>> nice_ticks(0, 5600, 4)
    [0.0, 2000.0, 4000.0, 6000.0]
    >>> nice_ticks(0.81, 0.96, 4)
    [0.8, 0.85, 0.9, 0.95, 1.0]
    """
    if not math.isfinite(low) or not math.isfinite(high):
        raise ValueError("A chart needs finite numbers.")
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-9):
        high = low + (abs(low) if abs(low) > 1e-9 else 1.0)
    raw = (high - low) / max(1, about - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = power * next(unit for unit in (1, 2, 5, 10) if unit * power >= raw * 0.999999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, -math.floor(math.log10(step)))
    return [round(number * step, digits) for number in range(first, last + 1)]


def tick_digits(ticks: Sequence[float]) -> int:
    """Return how many decimals tell these ticks apart.

    Examples
    --------
    >>> tick_digits([0.8, 0.85, 0.9]), tick_digits([0, 2000])
    (2, 0)
    """
    for digits in range(6):
        if all(abs(round(tick, digits) - tick) < 1e-9 for tick in ticks):
            return digits
    return 6


# --- bars ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Segment:
    """One part of a bar, in percent of its width."""

    x: float
    width: float
    share: float


def bar_widths(values: Sequence[float]) -> list[float]:
    """Return the width of each bar in percent, the largest filling its place.

    Examples
    --------
    >>> bar_widths([30, 15, 0])
    [100.0, 50.0, 0.0]
    """
    largest = max(values, default=0)
    return [round(value / largest * 100, 2) if largest > 0 else 0.0 for value in values]


def stacked(values: Sequence[float], gap: float = 0.3) -> list[Segment]:
    """Return the parts of one bar; small parts stay visible, `gap` percent separates them.

    Examples
    --------
    >>> [(part.x, part.width) for part in stacked([70, 30])]
    [(0.0, 69.7), (70.0, 30.0)]
    """
    total = sum(values)
    parts: list[Segment] = []
    place = 0.0
    for number, value in enumerate(values):
        share = value / total if total else 0.0
        is_last = number == len(values) - 1
        width = max(0.0, share * 100 - (0 if is_last else gap))
        if share:
            width = max(0.4, width)
        parts.append(Segment(round(place, 2), round(width, 2), share))
        place += share * 100
    return parts


# --- intervals ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Dot:
    """A value on a line, in percent of its width, with its interval where it has one."""

    x: float
    low: float | None = None
    high: float | None = None


def dot_on(value: float, ends: tuple[float, float], between: tuple[float, float] | None) -> Dot:
    """Return where a value and its interval lie on a line that runs over `ends`.

    Examples
    --------
    >>> dot_on(0.75, (0.5, 1.0), (0.7, 0.8))
    Dot(x=50.0, low=40.0, high=60.0)
    """
    scale = Scale(*ends, 0, 100)
    if between is None:
        return Dot(scale.at(value))
    return Dot(scale.at(value), scale.at(between[0]), scale.at(between[1]))


def spark_points(values: Sequence[float], width: float = 72, height: float = 22) -> str:
    """Return the points of a small line; fewer than two values give nothing.

    Examples
    --------
    >>> spark_points([1, 3], 10, 10)
    '0.0,8.0 10.0,2.0'
    """
    if len(values) < 2:
        return ""
    scale = Scale(min(values), max(values), height - 2, 2)
    step = width / (len(values) - 1)
    return _points((step * number, scale.at(value)) for number, value in enumerate(values))


# --- lines --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Series:
    """One line: its points in order of x, and a band of (x, low, high) around it."""

    points: Sequence[Point]
    band: Sequence[Band] = ()


@dataclass(frozen=True)
class Frame:
    """The paper of a line chart: its size and the margins that hold the numbers."""

    width: float = 660
    height: float = 240
    before: float = 48
    after: float = 12
    above: float = 14
    below: float = 26


@dataclass(frozen=True)
class Tick:
    """A number on an axis and where it stands."""

    value: float
    at: float


@dataclass(frozen=True)
class Line:
    """A drawn series: its polyline, its band, its last point, and where its name stands."""

    points: str
    band: str
    x: float
    y: float
    name_y: float


@dataclass(frozen=True)
class LineChart:
    """Everything a template needs to draw the chart."""

    frame: Frame
    lines: list[Line]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    target: float | None = None
    todo_x: float | None = None
    right: float = 0
    bottom: float = 0

    @property
    def todo_width(self) -> float:
        """How wide the part is that is still to come."""
        return 0 if self.todo_x is None else round(self.right - self.todo_x, 1)

    @property
    def todo_height(self) -> float:
        """How high the drawing is between its first and last grid line."""
        return self.bottom - self.frame.above


@dataclass(frozen=True)
class Axes:
    """What the axes show: ranges (None: what the data needs), a target, where the future begins."""

    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    x_ticks: Sequence[float] = ()
    target: float | None = None
    todo_from: float | None = None


def line_chart(series: Sequence[Series], axes: Axes, frame: Frame) -> LineChart:
    """Return the shapes of lines over a common x.

    Raises ValueError where a number is not finite.
    """
    xs = [x for one in series for x, _y in one.points] or [0.0, 1.0]
    ys = [y for one in series for _x, y in one.points]
    ys += [edge for one in series for _x, low, high in one.band for edge in (low, high)]
    ys += [] if axes.target is None else [axes.target]
    if not all(math.isfinite(number) for number in (*xs, *ys)):
        raise ValueError("A chart needs finite numbers.")
    x_low, x_high = axes.x_range or (min(xs), max(xs))
    y_ticks = nice_ticks(*(axes.y_range or (min(ys, default=0), max(ys, default=1))))
    right, bottom = frame.width - frame.after, frame.height - frame.below
    x = Scale(x_low, x_high, frame.before, right)
    y = Scale(y_ticks[0], y_ticks[-1], bottom, frame.above)
    wanted = axes.x_ticks or _x_ticks(x_low, x_high)
    return LineChart(
        frame,
        _drawn(series, x, y),
        [Tick(value, x.at(value)) for value in wanted],
        [Tick(value, y.at(value)) for value in y_ticks],
        None if axes.target is None else y.at(axes.target),
        None if axes.todo_from is None else x.at(axes.todo_from),
        right,
        bottom,
    )


def _x_ticks(low: float, high: float) -> list[float]:
    """Return round numbers inside the range, and its beginning where there is room for it."""
    ticks = [tick for tick in nice_ticks(low, high, 6) if low <= tick <= high]
    has_room = not ticks or ticks[0] - low > (high - low) * 0.08
    return [low, *ticks] if has_room else ticks


def _drawn(series: Sequence[Series], x: Scale, y: Scale) -> list[Line]:
    ends = [
        (x.at(one.points[-1][0]), y.at(one.points[-1][1])) if one.points else (x.start, y.start)
        for one in series
    ]
    names = spread([end[1] + 4 for end in ends], 15, (y.end + 4, y.start - 2))
    lines = []
    for one, (end_x, end_y), name_y in zip(series, ends, names, strict=True):
        upper = [(x.at(at), y.at(high)) for at, _low, high in one.band]
        lower = [(x.at(at), y.at(low)) for at, low, _high in reversed(one.band)]
        lines.append(
            Line(
                _points((x.at(at), y.at(value)) for at, value in one.points),
                _points([*upper, *lower]),
                end_x,
                end_y,
                name_y,
            )
        )
    return lines


def spread(places: Sequence[float], apart: float, within: tuple[float, float]) -> list[float]:
    """Return the places moved as little as needed so that no two are closer than `apart`.

    Examples
    --------
    >>> spread([10, 12, 60], 15, (0, 100))
    [10, 25, 60]
    >>> spread([98, 99], 15, (0, 100))
    [85, 100]
    """
    order = sorted(range(len(places)), key=lambda number: places[number])
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + apart)
    if order and moved[order[-1]] > within[1]:
        moved[order[-1]] = within[1]
        for before, after in pairwise(order[::-1]):
            moved[after] = min(moved[after], moved[before] - apart)
    return [round(place, 1) if isinstance(place, float) else place for place in moved]


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


# --- heat maps ----------------------------------------------------------------------------------
def confusion_grades(
    counts: Sequence[Sequence[int]], diagonal: int | None = None
) -> list[list[str]]:
    """Return the grade of each cell of a confusion matrix: g1 to g3 right, h1 to h3 wrong, z none.

    A cell is graded by its share of its row, so that a rare class shows its confusions too.
    `diagonal` is the number of rows that have a column of their own (default: all).

    Examples
    --------
    >>> confusion_grades([[95, 5], [30, 70]])
    [['g3', ''], ['h3', 'g1']]
    """
    own = len(counts) if diagonal is None else diagonal
    grades = []
    for number, row in enumerate(counts):
        total = sum(row) or 1
        grades.append(
            [
                _grade(value / total, number == column and number < own) if value else "z"
                for column, value in enumerate(row)
            ]
        )
    return grades


def _grade(share: float, is_right: bool) -> str:
    steps = (0.95, 0.8, 0.0) if is_right else (0.2, 0.1, 0.06)
    names = ("g3", "g2", "g1") if is_right else ("h3", "h2", "h1")
    return next((name for name, step in zip(names, steps, strict=True) if share >= step), "")


def agreement_grade(value: float | None, target: float) -> str:
    """Return the grade of an agreement or accuracy against its target.

    Examples
    --------
    >>> [agreement_grade(value, 0.8) for value in (0.99, 0.9, 0.82, 0.78, 0.7, 0.4, None)]
    ['g3', 'g2', 'g1', 'h1', 'h2', 'h3', 'z']
    """
    if value is None:
        return "z"
    if value >= target:
        room = (value - target) / (1 - target) if target < 1 else 1.0
        return "g3" if room >= 0.75 else "g2" if room >= 0.4 else "g1"
    gap = target - value
    return "h1" if gap <= 0.05 else "h2" if gap <= 0.15 else "h3"
