"""The parts every page is built from: icons, labels, people, fields, progress, assets.

Each tag draws a template of `templates/_ui/`. docs/look.md shows them side by side.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, Widget
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.pure.palette import hex_or_grey, palette_class
from foundation.queries.notifications import MOST_COUNTED, unread_of
from foundation.templatetags import assets, words
from foundation.templatetags.words import NONE, Number, between, duration, number, percent

register = template.Library()
# One {% load ui %} brings all three.
register.filters.update(words.register.filters)
register.tags.update(assets.register.tags)

_NOTE_ICONS = {"ok": "check", "warn": "triangle-alert", "error": "circle-alert", "info": "info"}


# --- the way back ---------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def way_back(context: template.Context) -> str:
    """Return the page of this house the reader came from, else the start page."""
    request = context["request"]
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc != request.get_host() or before.path == request.path:
        return "/"
    return str(urlunsplit(("", "", before.path, before.query, "")))


# --- labels and people --------------------------------------------------------------------------
def _part(thing: Any, name: str) -> str:
    value = thing.get(name, "") if isinstance(thing, Mapping) else getattr(thing, name, "")
    return str(value or "")


@register.simple_tag
def swatch(color: str) -> SafeString:
    """Return the small square of a label's colour."""
    known = palette_class(color)
    if known:
        return format_html('<i class="sw {}" aria-hidden="true"></i>', known)
    return format_html(
        '<svg class="sw" viewBox="0 0 10 10" aria-hidden="true">'
        '<rect class="own" width="10" height="10" rx="3" fill="{}"/></svg>',
        hex_or_grey(color),
    )


@register.simple_tag
def label_chip(label: Any, url: str = "") -> SafeString:
    """Return a label as its colour and its name; `label` has `name` and `color`."""
    name = _part(label, "name") or _part(label, "key")
    square = swatch(_part(label, "color"))
    if url:
        return format_html('<a class="label" href="{}">{}{}</a>', url, square, name)
    return format_html('<span class="label">{}{}</span>', square, name)


@register.filter
def initials(name: str) -> str:
    """Return at most two letters that stand for a name: "Ana Duarte" is AD, "rui" is RU."""
    words = re.findall(r"\w+", name or "")
    if not words:
        return "?"
    letters: str = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
    return letters.upper()


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """Return a round mark with somebody's initials; the name must stand beside it."""
    return format_html(
        '<span class="avatar {}" aria-hidden="true">{}</span>', size, initials(str(name))
    )


@register.simple_tag
def person(name: str, url: str = "", note: str = "") -> SafeString:
    """Return somebody as initials and name, linked to `url` where one is given."""
    shown = format_html('<a href="{}">{}</a>', url, name) if url else format_html("{}", name)
    if note:
        shown = format_html('{} <span class="muted tiny">{}</span>', shown, note)
    return format_html('<span class="person">{}<span>{}</span></span>', avatar(name, "s"), shown)


@register.inclusion_tag("_ui/bell.html", takes_context=True)
def bell(context: template.Context) -> dict[str, Any]:
    """Draw the way to one's notifications, with how many are unread."""
    unread = unread_of(context["user"])
    text = ngettext("%(n)s unread notification", "%(n)s unread notifications", unread)
    shown = f"{MOST_COUNTED}+" if unread > MOST_COUNTED else str(unread)
    said = text % {"n": shown} if unread else _("Notifications")
    return {"unread": unread, "shown": shown, "said": said}


# --- figures ------------------------------------------------------------------------------------
@register.simple_tag
def interval(
    value: Number | None, low: Number | None = None, high: Number | None = None, digits: int = 2
) -> SafeString:
    """Return an estimate with its interval: "0.58" and, smaller, "0.52 to 0.64"."""
    shown = number(value, digits)
    if value is None or low is None or high is None:
        return format_html("{}", shown)
    return format_html(
        '{} <span class="interval">{}</span>',
        shown,
        between(low, high, digits),
    )


@register.simple_tag
def interval_text(
    value: Number | None, low: Number | None = None, high: Number | None = None, digits: int = 2
) -> str:
    """Return the same as plain text."""
    if value is None or low is None or high is None:
        return number(value, digits)
    return f"{number(value, digits)}, {between(low, high, digits)}"


@register.inclusion_tag("_ui/hash.html")
def hash_value(value: str, short: bool = False) -> dict[str, Any]:
    """Draw a hash in groups of eight that can be copied; `short` shows the first group only."""
    groups = [value[start : start + 8] for start in range(0, len(value), 8)]
    return {
        "value": value,
        "first": groups[0] if groups else NONE,
        "rest": groups[1:],
        "short": short,
    }


@register.inclusion_tag("_ui/progress.html")
def progress(
    done: int,
    total: int | None,
    unit: str = "",
    rate: float | None = None,
    left: float | None = None,
    **options: str,
) -> dict[str, Any]:
    """Draw a bar with "12,480 of 20,000 files, 62 %", rate and estimate.

    `rate` is units a second and `left` seconds. Options: `label` for screen readers,
    `compact` for table rows, `note` under the bar.
    """
    share = min(done / total, 1.0) if total else None
    count = _counted(done, total, unit)
    speed = []
    if rate:
        digits = 0 if rate >= 100 else 1
        speed.append(
            _("%(rate)s %(unit)s a second") % {"rate": number(rate, digits), "unit": unit}
            if unit and not options.get("compact")
            else _("%(rate)s a second") % {"rate": number(rate, digits)}
        )
    if left is not None:
        speed.append(_("about %(time)s left") % {"time": _rounded(left)})
    return {
        **options,
        "count": count,
        "share": None if share is None else int(share * 100),
        "width": "0" if share is None else f"{share * 100:.2f}",
        "percent": None if share is None else percent(int(share * 100) / 100),
        "speed": " · ".join(speed),
        "label": options.get("label") or count,
    }


def _rounded(seconds: float) -> str:
    """Return an estimate no finer than it can be: 5 s, then minutes, then quarters of an hour."""
    step = 5 if seconds < 60 else 60 if seconds < 3600 else 900
    return duration(max(step, round(seconds / step) * step))


def _counted(done: int, total: int | None, unit: str) -> str:
    if total is None:
        return f"{number(done)} {unit}".strip()
    return _("%(done)s of %(total)s %(unit)s") % {
        "done": number(done),
        "total": number(total),
        "unit": unit,
    }


# --- containers ---------------------------------------------------------------------------------
@register.simple_block_tag
def card(
    content: str, title: str = "", sub: str = "", foot: str = "", **options: str
) -> SafeString:
    """Draw a card around its content.

    Options: `link` and `link_text` at the end of the head, `id`, `flush` for a table that
    touches the edges, `ruled` for a line under the head, `level` of the heading (2).
    """
    return render_to_string(
        "_ui/card.html", {"content": content, "title": title, "sub": sub, "foot": foot, **options}
    )


@register.simple_block_tag
def note(content: str, kind: str = "info", title: str = "", **options: str) -> SafeString:
    """Draw a note: `kind` is info, ok, warn or error. Options: `id`, `role`."""
    return render_to_string(
        "_ui/note.html",
        {
            "content": content,
            "kind": "" if kind == "info" else kind,
            "icon_name": _NOTE_ICONS[kind],
            "title": title,
            **options,
        },
    )


@register.filter
def note_icon(kind: str) -> str:
    """Return the icon that goes with a kind of note or tag."""
    return _NOTE_ICONS.get(kind, "info")


@register.inclusion_tag("_ui/sort_th.html", takes_context=True)
def sort_th(
    context: template.Context, title: str, key: str, right: bool = False, default: str = ""
) -> dict[str, Any]:
    """Draw a column head that sorts by `key` through `?sort=key` or `?sort=-key`.

    `right` columns hold numbers: their first press shows the largest first. `default` is
    the order of the page where the address names none.
    """
    query = context["request"].GET.copy()
    current = query.get("sort", default)
    states = {key: "ascending", f"-{key}": "descending"}
    follows = {key: f"-{key}", f"-{key}": key}
    query["sort"] = follows.get(current, f"-{key}" if right else key)
    for page in ("after", "before"):
        query.pop(page, None)
    return {
        "title": title,
        "right": right,
        "state": states.get(current, ""),
        "url": f"?{query.urlencode()}",
    }


# --- forms --------------------------------------------------------------------------------------
@register.inclusion_tag("_ui/field.html")
def field(
    bound: BoundField, label: str = "", help: str | None = None, **attrs: str
) -> dict[str, Any]:
    """Draw a field of a Django form: label, widget, help, and errors tied to the widget.

    Further arguments become attributes of the widget (`autocomplete="off"`).
    """
    widget = bound.field.widget
    if help is not None:
        bound.help_text = help  # Django ties it to the widget by aria-describedby
    kind = _field_kind(widget)
    given: dict[str, str | bool] = {name.replace("_", "-"): value for name, value in attrs.items()}
    if kind == "input":
        given["class"] = f"input {widget.attrs.get('class', '')}".strip()
    return {
        "bound": bound,
        "kind": kind,
        "widget": bound.as_widget(attrs=given),
        "label": label or bound.label,
        "help": bound.help_text,
        "described": bound.aria_describedby,
        "optional": not bound.field.required and kind == "input",
    }


def _field_kind(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput):
        return "check"
    return "choices" if widget.use_fieldset else "input"


@register.inclusion_tag("_ui/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """Draw the summary of a form's errors, each linked to its field; nothing if there are none."""
    places = [
        {
            "label": form[name].label,
            "anchor": form[name].id_for_label or form[name].auto_id,
            "errors": errors,
        }
        for name, errors in form.errors.items()
        if name in form.fields
    ]
    return {"form": form, "places": places, "general": form.non_field_errors()}
