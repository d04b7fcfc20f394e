"""Answers that a source of suggestions doubts: lists of a project, and one of them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from datasets.models import Item, SchemaRevision
from datasets.queries.schemas import current_revision
from datasets.views.looks import Looks, look_of
from datasets.views.marks import marks_on, size_of
from foundation.actor import Permission
from foundation.errors import DomainError
from foundation.models import Project
from foundation.queries.access import get_project_for, may_do
from foundation.views.page import actor_of, page, part_only, render_page
from training.models import DoubtedItem, DoubtList
from training.queries.access import get_doubts_for
from training.queries.answer_doubts import (
    ListReport,
    doubtable_in,
    lists_of,
    repeats_too_much,
    report_of,
    rows_with_items,
)
from training.services.answer_doubts import KINDS, start_doubting
from training.services.second_looks import send_first

SHOWN, LISTED, NAMED = 40, 50, 3
CHOICES = 3
STEPS = (10, 25, 50, 100, 250)
AROUND = 60
"""Code points of a text that are shown on both sides of a doubted span."""
Json = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def lists(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """List what sources of suggestions were asked to doubt, and ask one more."""
    actor = actor_of(request)
    may = Permission.MANAGE if request.method == "POST" else Permission.VIEW
    project = get_project_for(actor, project_id, may)
    found, has_any = doubtable_in(project, KINDS)
    if request.method == "POST":
        chosen = next((one for one in found if one.key == request.POST.get("what")), None)
        if chosen is not None and (doubts := _start(request, chosen)) is not None:
            return redirect("doubt-list", doubts.oid)
        if chosen is None:
            messages.error(request, _("Choose what shall be doubted."))
        return redirect("answer-doubts", project.oid)
    return render_page(
        request,
        "training/answer_doubts.html",
        project=project,
        nav="runs",
        title=_("Labels that may be wrong"),
        crumbs=[_runs(project)],
        options=[(one.key, _named(one)) for one in found],
        has_any=has_any,
        rows=list(lists_of(project)[:LISTED]),
        may_start=may_do(actor, project.pk, Permission.MANAGE),
    )


def _named(one: Any) -> str:
    return _("%(dataset)s: %(question)s, by %(source)s") % {
        "dataset": one.dataset.name,
        "question": one.title,
        "source": one.source,
    }


def _runs(project: Project) -> Json:
    return {"title": _("Runs"), "url": reverse("runs", args=[project.oid])}


def _start(request: HttpRequest, chosen: Any) -> DoubtList | None:
    try:
        return start_doubting(
            dataset=chosen.dataset,
            schema=chosen.schema,
            question=chosen.question,
            source=chosen.source,
            by=actor_of(request).user,
        )
    except DomainError as error:
        messages.error(request, str(error))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@page
@part_only
def one_list(request: HttpRequest, doubts_id: str) -> HttpResponseBase:
    """Show the ranked items of a list beside what the source said; send the first to people."""
    actor = actor_of(request)
    may = Permission.MANAGE if request.method == "POST" else Permission.VIEW
    doubts = get_doubts_for(actor, doubts_id, may)
    if request.method == "POST":
        _send(request, doubts)
        return redirect("doubt-list", doubts.oid)
    told, project = report_of(doubts), doubts.dataset.project
    back = {
        "title": _("Labels that may be wrong"),
        "url": reverse("answer-doubts", args=[project.oid]),
    }
    verdicts = [one for one in told.verdicts if one is not None]
    return render_page(
        request,
        "training/doubt_list.html",
        part="training/_doubt_list.html",
        project=project,
        nav="runs",
        title=_("Doubted by “%(source)s”") % {"source": doubts.source},
        crumbs=[_runs(project), back],
        doubts=doubts,
        told=told,
        rows=_rows(doubts, told),
        most=SHOWN,
        looked_at=len(verdicts),
        wrong=sum(verdicts),
        left_out=_left_out(doubts.report),
        repeats=repeats_too_much(doubts.report),
        steps=_steps(told),
        may_send=may_do(actor, project.pk, Permission.MANAGE),
    )


def _steps(told: ListReport) -> list[Json]:
    """Return how many from the top may be sent, with how many of those were not yet."""
    depths = [one for one in STEPS if one < len(told.rows)]
    found: list[Json] = []
    for depth in [*depths, len(told.rows)]:
        new = sum(one.item_id not in told.sent for one in told.rows[:depth])
        if new and (not found or found[-1]["new"] < new):
            found.append({"most": depth, "new": new})
    return found[:CHOICES]


def _left_out(report: dict[str, int]) -> list[Json]:
    """Return why items are not on the list, how many, and what to do about it."""
    reasons = {
        "unsuggested": _("The source suggested nothing. Let the model predict them too."),
        "unanswered": _("Nobody has labelled them yet."),
        "differing": _("People do not agree on them. Review or adjudicate them first."),
        "without_confidences": _(
            "The source did not say how sure it is. Push “confidences” with each suggestion."
        ),
        "without_number": _("The answer or the suggestion has no number."),
    }
    return [{"n": report[name], "text": text} for name, text in reasons.items() if report.get(name)]


def _rows(doubts: DoubtList, told: ListReport) -> list[Json]:
    revision, looks = current_revision(doubts.schema), Looks()
    return [
        _row(one, revision, looks)
        | {"was_sent": one.item_id in told.sent, "was_wrong": told.found.get(one.item_id)}
        for one in rows_with_items(doubts, SHOWN)
    ]


def _row(row: DoubtedItem, revision: SchemaRevision, looks: Looks) -> Json:
    item = row.item
    assets = {asset.part: asset for asset in item.assets.all()}
    thumb = assets.get("thumbnail") or assets.get("original")
    sides = []
    if thumb is not None and thumb.is_picture:
        for name, regions in ((_("People"), row.given), (_("Model"), row.said)):
            marks = _marks(item, regions, revision, looks)
            sides.append({"name": name, "tile": {"thumb": f"/media/{thumb.oid}", "marks": marks}})
    return {
        "rank": row.rank,
        "title": item.key,
        "url": reverse("item", args=[item.oid]),
        "sides": sides,
        "score": row.score,
        "places": [_place(row, one, revision, looks) for one in row.places[:NAMED]],
        "more": max(0, len(row.places) - NAMED),
    }


def _marks(item: Item, regions: list[Json], revision: SchemaRevision, looks: Looks) -> Json | None:
    size = size_of(item.assets.all())
    if size is None:
        return None
    return marks_on(size, [(revision, {"regions": regions})], looks, is_tile=True)


def _place(row: DoubtedItem, place: Json, revision: SchemaRevision, looks: Looks) -> Json:
    """Return one doubted place: what people said there, what the model said, and how sure."""
    given = row.given[place["given"]] if place["given"] >= 0 else None
    said = row.said[place["said"]] if place["said"] >= 0 else None
    sure = row.confidences[place["said"]] if said is not None and row.confidences else None
    words = {
        "overlooked": _("Not marked; the model sees"),
        "located": _("No prediction lies quite where it is:"),
        "swapped": _("Another label:"),
        "missing": _("Not marked; the model sees"),
        "extra": _("The model sees nothing at"),
        "number": _("Far apart:"),
    }
    return {
        "word": words[place["error"]],
        "given": given and _said(given, revision, looks),
        "said": said and _said(said, revision, looks),
        "sure": sure,
        "quote": _quote(row.item, given or said),
    }


def _said(region: Json, revision: SchemaRevision, looks: Looks) -> Json:
    if "value" in region and "label" not in region:
        return {"value": region["value"]}
    return {"look": look_of(revision, region.get("label", ""), looks)}


def _quote(item: Item, region: Json | None) -> Json | None:
    """Return the words of a span and a little of what stands around them."""
    content = getattr(item, "content", None)
    if region is None or region["kind"] != "span" or content is None or content.text is None:
        return None
    text, start, end = content.text, region["at"]["start"], region["at"]["end"]
    first = max(0, start - AROUND)
    return {
        "before": ("…" if first else "") + text[first:start],
        "marked": text[start:end],
        "after": text[end : end + AROUND] + ("…" if end + AROUND < len(text) else ""),
    }


def _send(request: HttpRequest, doubts: DoubtList) -> None:
    given = request.POST.get("most", "")
    try:
        batches = send_first(
            doubts=doubts,
            most=int(given) if given.isdecimal() and 0 < len(given) < 6 else SHOWN,
            by=actor_of(request).user,
        )
    except DomainError as error:
        messages.error(request, str(error))
        return
    for batch in batches:
        text = _("%(n)d items are on top of the queue “%(queue)s”.")
        values = {"n": batch.items.count(), "queue": batch.queue.name}
        messages.success(request, text % values)
