"""Charts: shapes that stay inside, figures that can be read without seeing the picture."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from foundation.pure import charts

Draw = Callable[..., str]
FINITE = st.floats(-1e9, 1e9, allow_nan=False)


@pytest.fixture
def draw() -> Draw:
    """Render one chart tag."""

    def render(text: str, **values: Any) -> str:
        return Template("{% load charts %}" + text).render(Context(values))

    return render


@given(FINITE, FINITE)
def test_ticks_are_few_and_cover_the_range(one: float, other: float) -> None:
    low, high = sorted((one, other))
    ticks = charts.nice_ticks(low, high)
    slack = 1e-6 * max(1, high - low, abs(low))
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    assert 2 <= len(ticks) <= 8


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=40))
def test_no_point_of_a_line_leaves_the_drawing(points: list[tuple[float, float]]) -> None:
    frame = charts.Frame()
    chart = charts.line_chart([charts.Series(sorted(points))], charts.Axes(), frame)
    for pair in chart.lines[0].points.split():
        x, y = map(float, pair.split(","))
        assert frame.before <= x <= frame.width - frame.after
        assert frame.above <= y <= frame.height - frame.below


@given(st.lists(st.integers(0, 10**6), max_size=12))
def test_the_parts_of_a_bar_fill_it_and_none_that_is_there_vanishes(values: list[int]) -> None:
    parts = charts.stacked(values)
    if sum(values):
        assert sum(part.share for part in parts) == pytest.approx(1)
    assert all(part.width >= 0.4 for part, value in zip(parts, values, strict=True) if value)


@given(st.lists(st.floats(0, 200), max_size=8))
def test_names_at_the_ends_of_lines_do_not_cover_each_other(places: list[float]) -> None:
    moved = sorted(charts.spread(places, 15, (0, 200)))
    assert all(b - a >= 14.89 for a, b in pairwise(moved))


def test_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        charts.line_chart([charts.Series([(0, float("nan"))])], charts.Axes(), charts.Frame())


def test_a_line_chart_has_a_title_a_description_and_its_table(draw: Draw) -> None:
    series = [
        {"name": "train", "points": [(1, 0.9), (2, 0.5)], "band": [(1, 0.8, 1), (2, 0.4, 0.6)]}
    ]
    drawn = draw("{% line_chart series title='Loss by epoch' digits=2 %}", series=series)
    assert "<title>Loss by epoch</title>" in drawn
    assert "<desc>train 0.50</desc>" in drawn
    assert '<td class="r">0.90</td>' in drawn
    assert "style=" not in drawn


def test_a_line_chart_without_points_is_drawn_empty(draw: Draw) -> None:
    assert "<svg" in draw(
        "{% line_chart series title='Loss' %}", series=[{"name": "a", "points": []}]
    )


def test_a_long_line_keeps_its_table_short(draw: Draw) -> None:
    series = [{"name": "loss", "points": [(step, 1 / (step + 1)) for step in range(5000)]}]
    drawn = draw("{% line_chart series title='Loss' %}", series=series)
    assert drawn.count("<tr>") <= 63
    assert ">4,999<" in drawn


def test_coordinates_are_the_same_in_every_language(draw: Draw) -> None:
    series = [{"name": "a", "points": [(0, 0.25), (1, 0.75)]}]
    with translation.override("de"):
        drawn = draw(
            "{% line_chart series title='a' digits=2 %}{% interval_dot 0.5 0.25 0.75 %}",
            series=series,
        )
    assert "0,75" in drawn
    assert 'cx="50.0%"' in drawn


def test_a_cell_of_a_heat_map_opens_what_is_behind_it_and_says_its_number(draw: Draw) -> None:
    heat = {
        "corner": "Truth",
        "columns": ["a", "b"],
        "rows": [
            {
                "name": "a",
                "cells": [
                    {"text": "7", "grade": "g3", "url": "/cell/1", "title": "a answered a"},
                    {"text": "0", "grade": "z", "url": "/cell/2", "title": "a answered b: 0"},
                ],
            }
        ],
    }
    drawn = draw("{% heat_map heat title='Confusion' %}", heat=heat)
    assert '<a href="/cell/1"' in drawn
    assert '<span class="vh">a answered a: </span>7' in drawn
    assert "/cell/2" not in drawn
    assert '<caption class="vh">Confusion</caption>' in drawn


def test_a_rare_class_shows_its_confusions_as_warm_as_a_common_one() -> None:
    grades = charts.confusion_grades([[9000, 1000], [1, 9]])
    assert grades == [["g2", "h2"], ["h2", "g2"]]


def test_a_value_below_its_target_is_drawn_warm(draw: Draw) -> None:
    assert 'class="dot w"' in draw("{% interval_dot 0.7 0.6 0.8 target=0.75 %}")
    assert 'class="dot "' in draw("{% interval_dot 0.8 0.7 0.9 target=0.75 %}")


def test_a_balance_tells_every_share_in_words(draw: Draw) -> None:
    parts = [{"name": "owl", "n": 3, "color": "#2f74d0"}, {"name": "jay", "n": 1, "kind": "q"}]
    drawn = draw("{% class_balance parts title='Labels' %}", parts=parts).replace("\xa0", " ")
    assert 'aria-label="Labels: owl 75 %, jay 25 %"' in drawn
    assert 'class="l1 fl"' in drawn
