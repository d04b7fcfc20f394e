"""How often the interval of a forecast holds the day on which the work was done, in simulation."""

import random
from collections.abc import Callable

import pytest

from annotate.pure.forecast import forecast

RUNS = 400
Rate = Callable[[int], float]


def steady(_day: int) -> float:
    """The same each day."""
    return 60.0


def weekends_off(day: int) -> float:
    """Next to nothing on Saturday and Sunday; day 0 is a Monday."""
    return 3.0 if day % 7 >= 5 else 80.0


def ramp_up(day: int) -> float:
    """People join in the first two weeks."""
    return 60.0 * min(1.0, 0.2 + day / 14)


def simulated(rate: Rate, run: int) -> tuple[float, bool]:
    """A project's width of the interval in days, and whether it held the day that came true."""
    chance = random.Random(run)
    history_days = chance.randint(5, 14)
    start = 0 if rate is ramp_up else chance.randint(0, 6)
    history_days = 14 if rate is ramp_up else history_days

    def done_on(day: int) -> int:
        spread = max(chance.gauss(1.0, 0.25), 0.0)  # people differ from day to day
        mean = rate(day) * spread
        return max(round(chance.gauss(mean, mean**0.5)), 0)

    days = [done_on(start + n) for n in range(history_days)]
    left = chance.randint(200, 2000)
    last = start + history_days - 1
    told = forecast(left, days, last % 7)
    if told.soonest is None:
        return 0.0, False
    done, day = 0, 0
    while done < left:
        day += 1
        done += done_on(last + day)
    latest = told.latest if told.latest is not None else float("inf")
    return latest - told.soonest, told.soonest <= day and day - 1 <= latest


@pytest.mark.parametrize(("rate", "least"), [(steady, 0.75), (weekends_off, 0.75), (ramp_up, 0.65)])
def test_the_interval_holds_the_day_as_often_as_it_says(rate: Rate, least: float) -> None:
    held = [simulated(rate, run)[1] for run in range(RUNS)]
    assert least <= sum(held) / RUNS <= 0.97


def test_nothing_left_or_nothing_done_makes_no_day_out_of_nothing() -> None:
    assert forecast(0, [30, 30]).days == 0.0
    assert forecast(10, []).days is None
    assert forecast(10**9, [10, 10, 10], 3).latest is None
    assert forecast(50, [40, 0, 0, 0, 0, 0, 0, 0], 0).days is not None
