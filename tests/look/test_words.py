"""Numbers, shares, sizes and times as people read them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from foundation.templatetags import words

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [(12480, None, "12,480"), (0.5, None, "0.50"), (0.87451, 3, "0.875"), (None, None, "–")],
)
def test_a_number_is_grouped_and_nothing_is_a_dash(
    value: float | None, digits: int | None, shown: str
) -> None:
    assert words.number(value, digits) == shown


def test_numbers_follow_the_language_of_the_reader() -> None:
    with translation.override("de"):
        assert words.number(12480.5, 1) == "12.480,5"


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.62, "62 %"), (0, "0 %"), (1, "100 %"), (0.0004, "< 1 %"), (0.9996, "> 99 %"), (None, "–")],
)
def test_a_share_that_is_not_quite_none_or_all_never_reads_so(
    share: float | None, shown: str
) -> None:
    assert words.percent(share).replace(NBSP, " ") == shown


@pytest.mark.parametrize(("value", "shown"), [(0.016, "+0.016"), (-0.071, "−0.071"), (0, "±0.000")])
def test_a_difference_shows_its_sign(value: float, shown: str) -> None:
    assert words.signed(value) == shown


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 B"), (999, "999 B"), (148_200, "148 kB"), (1_310_720, "1.3 MB"),
     (8_100_000_000, "8.1 GB"), (999_950, "1.0 MB")],
)  # fmt: skip
def test_bytes_are_counted_in_thousands(size: int, shown: str) -> None:
    assert words.byte_size(size).replace(NBSP, " ") == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (0.4, "0.4 s"), (12.4, "12 s"), (100, "1 min 40 s"), (725, "12 min"),
     (2940, "49 min"), (7500, "2 h 5 min"), (273_600, "3 d 4 h"), (59.7, "1 min"), (3600, "1 h")],
)  # fmt: skip
def test_a_duration_has_at_most_two_units(seconds: float, shown: str) -> None:
    assert words.duration(seconds).replace(NBSP, " ") == shown


@pytest.mark.parametrize(
    ("back", "shown"),
    [(5, "just now"), (180, "3 min ago"), (59.8 * 60, "1 h ago"), (5 * 3600, "5 h ago"),
     (86400, "1 day ago"), (3 * 86400, "3 days ago"), (-600, "in 10 min")],
)  # fmt: skip
def test_a_recent_time_is_told_by_its_age(back: float, shown: str) -> None:
    now = timezone.now()
    assert f">{shown}<" in words.ago(now - timedelta(seconds=back, milliseconds=-200))


def test_a_time_is_shown_in_the_zone_of_the_reader() -> None:
    at = datetime(2026, 11, 24, 23, 5, tzinfo=ZoneInfo("UTC"))
    with timezone.override("Asia/Tokyo"):
        shown = words.moment(at)
    assert ">25 Nov 2026, 08:05<" in shown
    assert 'datetime="2026-11-24T23:05:00+00:00"' in shown
    assert 'title="Wed 25 Nov 2026, 08:05:00 JST"' in shown
