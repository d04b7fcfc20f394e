"""Filters that turn numbers and times into what a person reads. See docs/look.md."""

from datetime import datetime, timedelta
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

NONE = DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
Number = int | float | Decimal


@register.filter
def number(value: Number | None, digits: int | None = None) -> str:
    """Return 12480 as "12,480" in the reader's language; nothing is an en dash."""
    if value is None or value == "":
        return NONE
    places = digits if digits is not None else 0 if isinstance(value, int) else 2
    rounded = Decimal(f"{value:.{places}f}")  # Django would cut the digits off
    return number_format(rounded, decimal_pos=places, use_l10n=True, force_grouping=True)


def between(low: Number, high: Number, digits: int = 2) -> str:
    """Return "0.52–0.64", and "-0.29 to 0.10" where a dash would look like one more minus."""
    ends = number(low, digits), number(high, digits)
    if low < 0:
        return _("%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}
    return f"{ends[0]}{DASH}{ends[1]}"


@register.filter
def signed(value: Number | None, digits: int = 3) -> str:
    """Return a difference with its sign: "+0.016" or the same with a minus sign."""
    if value is None:
        return NONE
    sign = "+" if value > 0 else MINUS if value < 0 else "±"
    return sign + number(value if value > 0 else -value, digits)


@register.filter
def percent(share: Number | None, digits: int = 0) -> str:
    """Return a share of 1 as "62 %"; what is not quite none or all never reads so."""
    if share is None:
        return NONE
    value = float(share) * 100
    step = 10.0**-digits
    if 0 < value < step / 2:
        return f"<{NBSP}{number(step, digits)}{NBSP}%"
    if 100 - step / 2 < value < 100:
        return f">{NBSP}{number(100 - step, digits)}{NBSP}%"
    return f"{number(value, digits)}{NBSP}%"


@register.filter(name="bytes")
def byte_size(value: int | None) -> str:
    """Return a number of bytes as "148 kB" or "1.3 MB" (thousands, as disks are sold)."""
    if value is None:
        return NONE
    size = float(value)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 999.5 or unit == "TB":
            break
        size /= 1000
    digits = 1 if unit not in {"B", "kB"} and size < 10 else 0
    return f"{number(size, digits)}{NBSP}{unit}"


@register.filter
def duration(value: Number | timedelta | None) -> str:
    """Return seconds as "12 s", "1 min 40 s", "49 min", "2 h 5 min" or "3 d 4 h"."""
    if value is None:
        return NONE
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if seconds < 10:
        return f"{number(seconds, 1 if seconds % 1 else 0)}{NBSP}{_('s')}"
    whole = round(seconds)
    units = ((86400, _("d")), (3600, _("h")), (60, _("min")), (1, _("s")))
    first = next(index for index, (size, _name) in enumerate(units) if whole >= size)
    parts = [f"{number(whole // units[first][0])}{NBSP}{units[first][1]}"]
    rest = whole % units[first][0]
    wants_second = first + 1 < len(units) and whole < 10 * units[first][0]
    if wants_second and rest // units[first + 1][0]:
        parts.append(f"{rest // units[first + 1][0]}{NBSP}{units[first + 1][1]}")
    return " ".join(parts)


@register.filter
def moment(value: datetime | None) -> str | SafeString:
    """Return "24 Nov 2026, 16:05" in the reader's zone, as a <time>."""
    if value is None:
        return NONE
    return _as_time(value, _absolute(value))


@register.filter
def ago(value: datetime | None) -> str | SafeString:
    """Return "3 min ago" as a <time> whose title is the moment; after a week, the date."""
    if value is None:
        return NONE
    return _as_time(value, _relative(value, timezone.now()))


def _relative(value: datetime, now: datetime) -> str:
    seconds = (now - value).total_seconds()
    if abs(seconds) >= 7 * 86400:
        return _day(value, now)
    if abs(seconds) < 45:
        return _("just now") if seconds >= 0 else _("in a moment")
    size, name = _coarse(abs(seconds))
    count = max(1, round(abs(seconds) / size))
    words = {
        "min": ngettext("%(n)s min", "%(n)s min", count),
        "h": ngettext("%(n)s h", "%(n)s h", count),
        "d": ngettext("%(n)s day", "%(n)s days", count),
    }[name] % {"n": count}
    return (_("%(time)s ago") if seconds >= 0 else _("in %(time)s")) % {"time": words}


def _coarse(seconds: float) -> tuple[int, str]:
    if seconds < 3570:
        return 60, "min"
    return (3600, "h") if seconds < 23.5 * 3600 else (86400, "d")


def _day(value: datetime, now: datetime) -> str:
    local = timezone.localtime(value)
    same_year = local.year == timezone.localtime(now).year
    return date_format(local, "j M" if same_year else "j M Y")


def _absolute(value: datetime) -> str:
    return date_format(timezone.localtime(value), "j M Y, H:i")


def _as_time(value: datetime, text: str) -> SafeString:
    local = timezone.localtime(value)
    title = f"{date_format(local, 'D j M Y, H:i:s')} {local.tzname() or ''}".strip()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(timespec="seconds"), title, text
    )
