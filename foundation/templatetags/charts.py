"""Charts drawn by the server as SVG. Each has a title, a description, and its figures as text.

Rows and series are dictionaries, so that a query can hand its result on as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from foundation.pure import charts as shapes
from foundation.pure.palette import hex_or_grey, palette_class
from foundation.templatetags.ui import interval_text
from foundation.templatetags.words import Number, number, percent

register = template.Library()

Row = Mapping[str, Any]


def _paint(row: Row) -> dict[str, str]:
    """Return the class and, for a colour of somebody's own, the fill of a shape."""
    color = str(row.get("color") or "")
    if not color:
        return {
            "class": {"w": "w", "q": "q", "error": "fe", "ok": "fk"}.get(
                str(row.get("kind") or ""), ""
            ),
            "fill": "",
        }
    known = palette_class(color)
    return {"class": f"{known} fl" if known else "own", "fill": "" if known else hex_or_grey(color)}


@register.inclusion_tag("_charts/bars.html")
def bar_chart(
    rows: Sequence[Row], title: str = "", head: str = "", value_head: str = ""
) -> dict[str, Any]:
    """Draw bars that lie, each with its name and number.

    A row has `name`, `value`, and optionally `text` (shown instead of the number), `url`,
    `color` (a label's) or `kind` (w, q).
    """
    widths = shapes.bar_widths([float(row["value"] or 0) for row in rows])
    return {
        "title": title,
        "head": head or _("Name"),
        "value_head": value_head or _("Number"),
        "rows": [
            {**row, **_paint(row), "width": width, "shown": row.get("text") or number(row["value"])}
            for row, width in zip(rows, widths, strict=True)
        ],
    }


@register.inclusion_tag("_charts/line.html")
def line_chart(
    series: Sequence[Row], title: str = "", desc: str = "", **options: Any
) -> dict[str, Any]:
    """Draw lines over a common x, each named at its end, with bands where they are estimates.

    A series has `name`, `points` [(x, y)], and optionally `band` [(x, low, high)], `kind`
    (w, q), `color`, `dash`, `text` (shown at the end instead of the name and the last value).
    Options: `x_range`, `y_range`, `x_ticks` [(x, text)], `x_head`, `digits`, `target`,
    `target_text`, `todo_from`, `height`, `width`, `unit`.
    """
    ticks: Sequence[tuple[float, str]] = options.get("x_ticks") or ()
    axes = shapes.Axes(
        options.get("x_range"),
        options.get("y_range"),
        [at for at, _text in ticks],
        options.get("target"),
        options.get("todo_from"),
    )
    frame = shapes.Frame(
        width=options.get("width") or 490,
        height=options.get("height") or 200,
        after=_room(series, axes.x_range, options.get("digits")),
    )
    chart = shapes.line_chart([_series(one) for one in series], axes, frame)
    digits = shapes.tick_digits([tick.value for tick in chart.y_ticks])
    return {
        **options,
        "title": title,
        "desc": desc or "; ".join(_end_name(one, options.get("digits")) for one in series),
        "chart": chart,
        "digits": digits,
        "lines": [
            {**_paint_line(one), "shape": line, "text": _end_name(one, options.get("digits"))}
            for one, line in zip(series, chart.lines, strict=True)
            if one["points"]
        ],
        "x_labels": _x_labels(chart, dict(ticks)),
        "names": [str(one["name"]) for one in series],
        "table": _line_table(series, dict(ticks), options.get("digits")),
    }


def _room(series: Sequence[Row], x_range: tuple[float, float] | None, digits: int | None) -> float:
    """Return the space that names of lines ending near the edge need beside the drawing."""
    xs = [x for one in series for x, _y in one["points"]]
    low, high = x_range or (min(xs, default=0.0), max(xs, default=1.0))
    near = low + 0.72 * (high - low)
    names = [
        _end_name(one, digits) for one in series if one["points"] and one["points"][-1][0] >= near
    ]
    return min(190.0, max((len(name) for name in names), default=0) * 6.8 + 16)


def _series(row: Row) -> shapes.Series:
    return shapes.Series(row["points"], row.get("band") or ())


def _end_name(row: Row, digits: int | None) -> str:
    if "text" in row:
        return str(row["text"])
    last = row["points"][-1][1] if row["points"] else None
    places = digits if digits is not None or last is None else min(3, shapes.tick_digits([last]))
    return f"{row['name']} {number(last, places)}"


def _paint_line(row: Row) -> dict[str, str]:
    color = palette_class(str(row.get("color") or ""))
    kind = {"w": "b", "q": "q"}.get(str(row.get("kind") or ""), "")
    return {
        "line": f"{color} fl" if color else kind,
        "dot": f"{color} fl" if color else str(row.get("kind") or ""),
        "band": f"{color} fl" if color else kind,
        "dash": "dash" if row.get("dash") else "",
        "weight": "" if row.get("kind") == "q" else "strong",
    }


def _x_labels(chart: shapes.LineChart, texts: Mapping[float, str]) -> list[dict[str, Any]]:
    digits = shapes.tick_digits([tick.value for tick in chart.x_ticks])
    return [
        {"at": tick.at, "text": texts.get(tick.value) or number(tick.value, digits)}
        for tick in chart.x_ticks
    ]


def _line_table(
    series: Sequence[Row], texts: Mapping[float, str], digits: int | None
) -> list[dict[str, Any]]:
    """Return one row for each x, at most 60 spread over the range, with every series' value."""
    values = [dict(one["points"]) for one in series]
    xs = sorted({x for points in values for x in points})
    step = max(1, -(-len(xs) // 60))
    kept = sorted({*xs[::step], *xs[-1:]})
    return [
        {
            "x": texts.get(x) or number(x if x % 1 else int(x)),
            "cells": [number(points.get(x), digits) for points in values],
        }
        for x in kept
    ]


@register.inclusion_tag("_charts/scatter.html")
def scatter_chart(
    dots: Sequence[Row], lines: Sequence[Row] = (), title: str = "", desc: str = ""
) -> dict[str, Any]:
    """Draw a dot for each pair of numbers, over level lines with their intervals.

    A dot has `x`, `y`, `url` and `title`; a line has `y`, `text`, and optionally `low`, `high`,
    `dash`, `kind`. Say the figures beside it: a list of the dots, since links in a drawing are for
    pointers.
    """
    frame = shapes.Frame(
        width=490, height=260, after=max((len(one["text"]) for one in lines), default=0) * 6.8 + 16
    )
    xs = [float(one["x"]) for one in dots] or [0.0, 1.0]
    ys = [float(one["y"]) for one in dots]
    ys += [float(one[key]) for one in lines for key in ("y", "low", "high") if one.get(key)]
    span = (max(xs) - min(xs)) * 0.04 or 1.0
    x_range = min(xs) - span, max(xs) + span
    y_range = min([*ys, 0.0]), max([*ys, 0.0])
    ticks = [tick for tick in shapes.nice_ticks(*x_range, 5) if x_range[0] <= tick <= x_range[1]]
    chart = shapes.line_chart([], shapes.Axes(x_range, y_range, ticks), frame)
    x = shapes.Scale(*x_range, frame.before, chart.right)
    y = shapes.Scale(chart.y_ticks[0].value, chart.y_ticks[-1].value, chart.bottom, frame.above)
    return {
        "title": title,
        "desc": desc or "; ".join(str(one["text"]) for one in lines),
        "chart": chart,
        "digits": shapes.tick_digits([tick.value for tick in chart.y_ticks]),
        "x_digits": shapes.tick_digits(ticks),
        "lines": [_level(one, chart, y) for one in lines],
        "dots": [{**one, "x": x.at(float(one["x"])), "y": y.at(float(one["y"]))} for one in dots],
    }


def _level(row: Row, chart: shapes.LineChart, y: shapes.Scale) -> dict[str, Any]:
    """Return where a level line lies, and the band of its interval."""
    line = {**row, "at": y.at(float(row["y"])), "height": None}
    if row.get("low") is not None and row.get("high") is not None:
        top, bottom = y.at(float(row["high"])), y.at(float(row["low"]))
        width = round(chart.right - chart.frame.before, 1)
        line |= {"top": top, "height": round(bottom - top, 1), "width": width}
    return line


@register.inclusion_tag("_charts/heat.html")
def heat_map(heat: Row, title: str = "", size: str = "") -> dict[str, Any]:
    """Draw a table whose cells are shaded: pale is fine, warm says look here.

    `heat` has `corner`, `columns` (names or labels), `rows` and optionally `sum_head`. A row has
    `name` or `label` or `person`, `cells` and optionally `sum`. A cell has `text`, `grade` (g1 to
    g3, h1 to h3, z for none, "" for neither), and optionally `url`, `title`, `open`.
    `foundation.pure.charts` grades confusions and agreement. `size` is "roomy" for higher cells,
    "dense" for small ones; more than 15 columns are dense by themselves.
    """
    chosen = size or ("dense" if len(heat["columns"]) > 15 else "")
    return {"heat": heat, "title": title, "size": chosen}


@register.inclusion_tag("_charts/interval.html")
def interval_dot(
    value: Number | None, low: Number | None = None, high: Number | None = None, **options: Any
) -> dict[str, Any]:
    """Draw a value as a dot with its interval, for a table column.

    Options: `from_` and `to` (0 and 1), `target`, `kind` (w, q; w by itself below the target),
    `digits`.
    """
    if value is None:
        return {"dot": None}
    ends = (float(options.get("from_", 0)), float(options.get("to", 1)))
    target = options.get("target")
    between = None if low is None or high is None else (float(low), float(high))
    is_low = target is not None and value < target
    return {
        "dot": shapes.dot_on(float(value), ends, between),
        "target": None if target is None else shapes.dot_on(float(target), ends, None),
        "kind": options.get("kind", "w" if is_low else ""),
        "label": interval_text(value, low, high, int(options.get("digits", 2))),
    }


@register.simple_tag
def dot_strip(dots: Sequence[Row], title: str = "", **options: Any) -> SafeString:
    """Draw several values on one line: the small chart of an answer card.

    A dot has `value`, and optionally `low`, `high`, `kind`, `text` (written under it).
    Options: `from_`, `to`, `target`, `target_text`.
    Keep it for the card with `as strip`.
    """
    ends = (float(options.get("from_", 0)), float(options.get("to", 1)))
    target = options.get("target")
    line = None if target is None else shapes.dot_on(float(target), ends, None)
    places = [shapes.dot_on(float(one["value"]), ends, _between(one)) for one in dots]
    texts = [str(one.get("text") or "") for one in dots]
    drawn = [
        {
            "dot": dot,
            "kind": one.get("kind", "w" if target is not None and one["value"] < target else ""),
        }
        for one, dot in zip(dots, places, strict=True)
    ]
    marks = [(dot.x, text) for dot, text in zip(places, texts, strict=True) if text]
    if line is not None and options.get("target_text"):
        marks.append((line.x, options["target_text"]))
    shown = {
        "title": title,
        "dots": drawn,
        "target": line,
        "marks": [{"x": x, "text": text, "anchor": _anchor(x)} for x, text in marks],
    }
    return render_to_string("_charts/strip.html", shown)


def _between(row: Row) -> tuple[float, float] | None:
    return None if row.get("low") is None else (float(row["low"]), float(row["high"]))


def _anchor(x: float) -> str:
    return "" if x < 12 else "e" if x > 88 else "m"


@register.inclusion_tag("_charts/balance.html")
def class_balance(
    parts: Sequence[Row], title: str = "", card: bool = True, note: str = ""
) -> dict[str, Any]:
    """Draw how a whole divides: one bar and a legend with each share.

    A part has `name`, `n`, and `color` (a label's) or `kind` (soft, q, w, error), optionally `url`.
    """
    drawn = shapes.stacked([float(part["n"]) for part in parts])
    return {
        "title": title or _("Balance"),
        "card": card,
        "note": note,
        "parts": [
            {
                **part,
                **_paint_part(part),
                "shape": shape,
                "percent": percent(shape.share, 1 if shape.share < 0.1 else 0),
            }
            for part, shape in zip(parts, drawn, strict=True)
        ],
    }


def _paint_part(part: Row) -> dict[str, str]:
    if part.get("color"):
        return _paint(part)
    kind = str(part.get("kind") or "")
    return {"class": {"soft": "b2", "q": "bn", "w": "bw", "error": "be"}.get(kind, ""), "fill": ""}


@register.inclusion_tag("_charts/spark.html")
def spark(values: Sequence[Number], title: str = "", kind: str = "q") -> dict[str, Any]:
    """Draw a small line for a table row; the numbers must stand beside it or in `title`."""
    return {
        "points": shapes.spark_points([float(value) for value in values]),
        "title": title,
        "kind": {"w": "b", "q": "q"}.get(kind, ""),
    }
