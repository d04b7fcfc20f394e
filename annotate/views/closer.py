"""A closer look at one question, which the page of quality fetches when somebody gets there."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.pure.agreement.results import Agreement
from annotate.queries.closer import Closer, Group, Numbers, closer_look
from annotate.queries.sliced import BySlice, agreement_by_slice
from annotate.queries.subjects import Subject, subjects_in
from annotate.views.measures import meaning_of, measure_name, why_no_interval, why_undefined
from annotate.views.quality import asked_subject
from datasets.queries.lists import items_with_tiles
from foundation.actor import Permission
from foundation.opaque import encode_id
from foundation.queries.access import get_project_for
from foundation.templatetags.words import number
from foundation.views.page import actor_of, page, part_only, render_page

MOST_DOTS = 300
LISTED = 20
Json = dict[str, Any]


@require_safe
@page
@part_only
def closer(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Show F1 by overlap, how numbers differ, and agreement by week and guideline revision."""
    project = get_project_for(actor_of(request), project_id, Permission.VIEW)
    subject = asked_subject(request, subjects_in(project))
    look = closer_look(subject, request.GET.get("question", ""))
    by_slice = agreement_by_slice(subject, look.question)
    back = f"{reverse('quality', args=[project.oid])}?"
    query = urlencode(subject.address | {"question": look.question})
    pair = next((n for n in range(len(look.numbers)) if request.GET.get("pair") == str(n)), 0)
    return render_page(
        request,
        "annotate/closer.html",
        part="annotate/_closer.html",
        project=project,
        nav="quality",
        title=_("A closer look: %(question)s") % {"question": look.title},
        crumbs=[{"title": _("Quality"), "url": f"{back}{query}"}],
        curve=_curve(look, subject),
        measures=_measures(look),
        pairs=_pairs(look, f"?{query}"),
        chosen=_chosen(look, look.numbers[pair]) if look.numbers else None,
        positions=[
            {"name": look.annotators.get(who, ""), "found": one} for who, one in look.positions
        ],
        weeks=_weeks(look, reverse("dataset-items", args=[subject.dataset.oid])),
        revisions=[_row(one, _("Revision %(n)s") % {"n": one.name}) for one in look.revisions],
        first_name=_first_name(look),
        **_by_slice(by_slice, subject.dataset.oid, _first_key(look)),
    )


def _by_slice(found: BySlice, dataset_id: str, key: str) -> Json:
    items = reverse("dataset-items", args=[dataset_id])
    rows = [
        {
            "name": row.slice.name,
            "url": f"{items}?{urlencode({'q': row.slice.filter})}",
            "apart_url": f"{items}?{urlencode({'q': f'{row.slice.filter} agreement<1'})}",
            "figure": row.figure,
            "why": why_undefined(row.figure) if row.figure else row.problem,
            "note": why_no_interval(row.figure, key) if row.figure else "",
        }
        for row in found.rows
    ]
    return {
        "slices": rows,
        "slices_at": found.at,
        "slices_left_out": found.left_out,
        "slices_url": reverse("slices", args=[dataset_id]),
    }


def _first_key(look: Closer) -> str:
    key = {"text": "wer", "ranking": "kendall_w"}.get(look.type, "krippendorff")
    return "f1" if look.curve or look.type == "relations" else key


def _first_name(look: Closer) -> str:
    return measure_name(look.type, _first_key(look))


def _measures(look: Closer) -> list[Json]:
    return [
        {
            "name": measure_name(look.type, key),
            "meaning": meaning_of(key),
            "figure": figure,
            "why": why_undefined(figure),
            "note": why_no_interval(figure, key),
        }
        for key, figure in look.measures.items()
    ]


def _line(name: str, points: list[tuple[float, Agreement]]) -> list[Json]:
    known = [(at, one) for at, one in points if one.value is not None]
    return [
        {
            "name": name,
            "points": [(at, one.value) for at, one in known],
            "band": [
                (at, one.low, one.high)
                for at, one in known
                if one.low is not None and one.high is not None
            ],
            "text": number(known[-1][1].value, 2) if known else "",
        }
    ]


def _curve(look: Closer, subject: Subject) -> Json | None:
    if not any(figure.value is not None for _at, figure in look.curve):
        return None
    ticks = [(at, number(at, 2)) for at, _figure in look.curve[::2]]
    address = reverse("disagreements", args=[subject.dataset.project.oid])
    asked = subject.address | {"question": look.question}
    return {
        "series": _line(_("F1"), look.curve),
        "ticks": ticks,
        "range": (0.0, 1.0),
        "opens": [
            {"at": number(at, 2), "url": f"{address}?{urlencode(asked | {'at': f'{at:.2f}'})}"}
            for at, figure in look.curve
            if figure.value is not None and figure.value < 1
        ],
    }


def _weeks(look: Closer, items: str) -> Json | None:
    """Return agreement week by week; nothing where there is but one."""
    if len(look.weeks) < 2:
        return None
    start = look.weeks[0].name
    days = [float((one.name - start).days) for one in look.weeks]
    step = max(1, -(-len(days) // 5))
    texts = [date_format(one.name, "j M") for one in look.weeks]
    points = [(day, one.figure) for day, one in zip(days, look.weeks, strict=True)]
    return {
        "series": _line(_first_name(look), points),
        "is_drawn": sum(figure.value is not None for _day, figure in points) > 1,
        "ticks": list(zip(days, texts, strict=True))[::step],
        "rows": [
            _row(one, text) | {"url": f"{items}?{urlencode({'q': _in_week(one.name)})}"}
            for one, text in zip(look.weeks, texts, strict=True)
        ],
    }


def _in_week(monday: date) -> str:
    return f"answered>={monday} answered<{monday + timedelta(days=7)}"


def _row(group: Group, name: str) -> Json:
    return {
        "name": name,
        "figure": group.figure,
        "why": why_undefined(group.figure),
        "since": group.since,
    }


def _pairs(look: Closer, address: str) -> list[Json]:
    names = look.annotators
    return [
        {
            "names": (names.get(pair.first, ""), names.get(pair.second, "")),
            "url": f"{address}&pair={place}",
            "n": len(pair.points),
            "found": pair.differences,
        }
        for place, pair in enumerate(look.numbers)
    ]


def _chosen(look: Closer, pair: Numbers) -> Json:
    """Return two people's numbers as dots: the mean across, first minus second upwards."""
    names = look.annotators.get(pair.first, ""), look.annotators.get(pair.second, "")
    step = max(1, -(-len(pair.points) // MOST_DOTS))
    ranked = sorted(pair.points, key=lambda point: -abs(point[1] - point[2]))
    dots = [
        {
            "x": (one + other) / 2,
            "y": one - other,
            "url": reverse("item", args=[encode_id("item", item)]),
            "title": f"{names[0]} {number(one)}, {names[1]} {number(other)}",
        }
        for item, one, other in pair.points[::step]
    ]
    items = {one.pk: one for one in items_with_tiles([item for item, _a, _b in ranked[:LISTED]])}
    found = pair.differences
    lines = [
        {"y": one.value, "low": one.low, "high": one.high, "text": text, "dash": dash}
        for one, name, dash in (
            (found.high_limit, _("upper limit"), True),
            (found.bias, _("bias"), False),
            (found.low_limit, _("lower limit"), True),
        )
        if one.value is not None
        for text in [f"{name} {number(one.value, 2)}"]
    ]
    return {
        "names": names,
        "dots": dots,
        "lines": lines,
        "left_out": len(pair.points) - len(dots),
        "rows": [
            {"item": items[item], "one": one, "other": other, "apart": one - other}
            for item, one, other in ranked[:LISTED]
            if item in items
        ],
    }
