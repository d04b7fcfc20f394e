"""Estimated truth on pages: methods side by side, people, acceptance with sign-off."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from annotate.models import TruthEstimate
from annotate.queries.estimates import (
    accepted_from,
    get_estimate_for,
    is_estimated,
    names_in,
    newest_of,
    read_rows,
    signed_by,
    subject_of,
)
from annotate.queries.fusing import FUSION
from annotate.queries.subjects import Subject, subjects_in
from annotate.services.estimates import (
    need_signature,
    start_accepting,
    start_estimate,
    take_back,
    why_not_acceptable,
)
from annotate.views import evidence_shown, fusion_shown, shown
from annotate.views.policy_form import form_errors
from annotate.views.quality import asked_subject, choice_of
from datasets.queries.lists import items_with_tiles
from datasets.queries.schemas import schema_of
from datasets.views.shown import tiles_of
from foundation.actor import Permission
from foundation.errors import DomainError, NotFound
from foundation.models import Job, Project
from foundation.opaque import decode_id
from foundation.queries.access import get_project_for, may_do
from foundation.views.page import actor_of, is_polled, page, render_page, whole_again

CHANGED = 24
PEOPLE = 30
AT_LEAST = "0.95"
Json = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def truth(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Show what several people's answers make of the truth, and let a manager accept it."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.VIEW)
    subjects = subjects_in(project)
    around: Json = {"project": project, "nav": "quality", "title": _("Estimated truth")}
    around["may_manage"] = may_do(actor, project.pk, Permission.MANAGE)
    around["crumbs"] = [{"title": _("Quality"), "url": reverse("quality", args=[project.oid])}]
    if not subjects:
        return render_page(request, "annotate/no_quality.html", **around)
    subject = asked_subject(request, subjects)
    asked = [one for one in schema_of(subject.revision).questions if is_estimated(one)]
    wanted = request.GET.get("question", "")
    question = next((one for one in asked if one.name == wanted), asked[0] if asked else None)
    around |= {
        "subject": subject,
        "subjects": [choice_of(one, subject) for one in subjects],
        "question": question,
        "questions": [
            {
                "title": one.title,
                "url": f"?{urlencode(subject.address | {'question': one.name})}",
                "current": one is question,
            }
            for one in asked
        ],
    }
    if question is None:
        return render_page(request, "annotate/truth.html", **around)
    error = ""
    if request.method == "POST":
        get_project_for(actor, project_id, Permission.MANAGE)
        try:
            _act(request, subject, question.name)
            query = urlencode(subject.address | {"question": question.name})
            return redirect(f"{reverse('truth', args=[project.oid])}?{query}")
        except DomainError as wrong:
            error = next(iter(form_errors(wrong).values()))
    return _page(request, project, subject, question.name, around | {"error": error})


def _page(
    request: HttpRequest, project: Project, subject: Subject, question: str, around: Json
) -> HttpResponseBase:
    found = newest_of(subject, question)
    is_ready = found is not None and found.finished_at is not None
    if is_ready and is_polled(request):
        return whole_again(HttpResponse())
    job = found.job if found else None
    return render_page(
        request,
        "annotate/truth.html",
        part="annotate/_estimating.html",
        **around,
        estimate=found,
        is_live=job is not None and not is_ready and not job.has_ended,
        has_failed=job is not None and not is_ready and job.state == Job.State.FAILED,
        **(_ready(subject, found, question) if found and is_ready else {}),
        status=422 if around["error"] else 200,
    )


def _act(request: HttpRequest, subject: Subject, question: str) -> None:
    """Do what the form asks: estimate, accept, or take back."""
    by, act = actor_of(request).user, request.POST.get("act", "")
    if act == "estimate":
        start_estimate(subject=subject, question=question, by=by)
        return
    found = newest_of(subject, question)
    if found is None:
        raise NotFound
    if act == "accept":
        _accept(request, found)
    elif act == "undo":
        count = take_back(estimate=found, by=by)
        text = ngettext("%(n)d truth is taken back.", "%(n)d truths are taken back.", count)
        messages.success(request, text % {"n": count})
    else:
        raise NotFound


def _accept(request: HttpRequest, found: TruthEstimate) -> None:
    need_signature("signed" in request.POST)
    try:
        at_least = float(request.POST.get("at_least", ""))
    except ValueError:
        at_least = 0.0
    start_accepting(
        estimate=found,
        method=request.POST.get("method", ""),
        at_least=at_least,
        by=actor_of(request).user,
    )
    messages.success(request, _("The truths are being accepted. The list of jobs shows how far."))


def _ready(subject: Subject, found: TruthEstimate, question: str) -> Json:
    figures, names = found.figures, names_in(found)
    methods = evidence_shown.methods_shown(figures)
    around: Json = {
        "figures": figures,
        "methods": methods,
        "method_options": [(one["method"], one["name"]) for one in methods],
        "thresholds": [(str(step), f"{step:.2f}") for step, _n in figures["methods"][0]["at"]],
        "at_least": AT_LEAST,
        "why_not": why_not_acceptable(found),
        "is_stale": found.stamp != subject.stamp(),
        "accepted": accepted_from(found).count(),
        "signed_by": signed_by(found),
    }
    if figures.get("kind") == FUSION:
        return around | {"chosen": FUSION, **fusion_shown.of_estimate(found, names)}
    looks, people = shown.label_looks(subject.revision, question), figures["people"]
    return around | {
        "chosen": "dawid_skene",
        "headline": evidence_shown.headline(figures),
        "people_headline": evidence_shown.people_headline(figures, names),
        "gold_headline": evidence_shown.gold_headline(figures),
        "cautions": evidence_shown.cautions_in_words(figures["cautions"]),
        "people": [
            evidence_shown.person_row(one, names, looks, figures["median"])
            for one in people[:PEOPLE]
        ],
        "people_left": max(0, len(people) - PEOPLE),
        "pairs": [_pair(one, names) for one in figures["pairs"]],
        "changed": _changed(found, looks),
    }


def _pair(one: Json, names: dict[int, str]) -> Json:
    tiles = _tiles(one["at"])
    return {
        **one,
        "names": [names.get(one["first"], ""), names.get(one["second"], "")],
        "tiles": [tiles[pk] for pk in one["at"] if pk in tiles],
    }


def _changed(found: TruthEstimate, looks: dict[str, Json]) -> list[Json]:
    """Return the items that Dawid and Skene's method decides otherwise, surest first."""
    rows = read_rows(found)
    listed = [rows.likeliest("dawid_skene", at) for at in rows.changed("dawid_skene")[:CHANGED]]
    tiles = _tiles([one.item for one in listed])
    return [
        {
            "tile": tiles[one.item],
            "part": one.part,
            "was": shown.look_of(looks, one.majority) if one.majority else None,
            "now": shown.look_of(looks, one.label) if one.label else None,
            "confidence": one.confidence,
        }
        for one in listed
        if one.item in tiles
    ]


def _tiles(pks: list[int]) -> dict[int, Json]:
    items = items_with_tiles(pks)
    return dict(zip((item.pk for item in items), tiles_of(items), strict=True))


@require_safe
@page
def truth_person(request: HttpRequest, estimate_id: str, annotator_id: str) -> HttpResponseBase:
    """Show one person's matrix, what was seen in their answers, and the items behind it."""
    found = get_estimate_for(actor_of(request), estimate_id, Permission.VIEW)
    pk = decode_id("annotator", annotator_id)
    one = next((one for one in found.figures.get("people", []) if one["annotator"] == pk), None)
    if one is None:
        raise NotFound
    subject, names = subject_of(found), names_in(found)
    looks = shown.label_looks(subject.revision, found.question)
    project = found.dataset.project
    query = urlencode(subject.address | {"question": found.question})
    back = f"{reverse('truth', args=[project.oid])}?{query}"
    items = one.get("items", [])
    tiles = _tiles([row["item"] for row in items])
    return render_page(
        request,
        "annotate/truth_person.html",
        project=project,
        nav="quality",
        title=names.get(pk, ""),
        crumbs=[
            {"title": _("Quality"), "url": reverse("quality", args=[project.oid])},
            {"title": _("Estimated truth"), "url": back},
        ],
        person=evidence_shown.person_row(one, names, looks),
        median=found.figures["median"],
        matrix=evidence_shown.matrix_heat(one, found.figures["labels"], looks),
        curve=evidence_shown.curve_of(one),
        items=[
            {
                "tile": tiles[row["item"]],
                "said": shown.look_of(looks, row["said"]),
                "others": shown.look_of(looks, row["others"]),
                "sure": row["sure"],
            }
            for row in items
            if row["item"] in tiles
        ],
        pairs=[
            _pair(pair, names)
            for pair in found.figures["pairs"]
            if pk in (pair["first"], pair["second"])
        ],
    )
