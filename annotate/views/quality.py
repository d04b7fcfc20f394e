"""Quality on pages: how well people agree, on which labels not, and which items show it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from annotate.pure.agreement.closeness import THRESHOLDS
from annotate.queries.agreement import AgreementReport, QuestionAgreement
from annotate.queries.subjects import (
    Between,
    Subject,
    answers_on,
    items_apart,
    items_below,
    items_between,
    subjects_in,
)
from annotate.views import shown
from annotate.views.measures import measures_of
from datasets.models import Item
from datasets.pure.filters import And, Term, format_filter
from datasets.queries.lists import items_with_tiles
from datasets.views.looks import Looks
from datasets.views.marks import marks_on, moment_of, size_of
from datasets.views.shown import tiles_of
from foundation.actor import Permission
from foundation.errors import NotFound
from foundation.models import Project
from foundation.opaque import decode_id, encode_id
from foundation.queries.access import get_project_for, may_do
from foundation.templatetags.words import number
from foundation.views.page import actor_of, page, render_page

DISPUTED = 12
PAGE = 60
GOLD_TARGET = 0.9
FEW_PEOPLE = 4
MOST_LETTERS = 60
"""So many people, and letters of label names, have room in two tables beside each other."""

Json = dict[str, Any]


@require_safe
@page
def quality(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Show how well people agree in a queue, or about a dataset."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.VIEW)
    subjects = subjects_in(project)
    around: Json = {"project": project, "nav": "quality", "title": _("Quality")}
    if not subjects:
        may_manage = may_do(actor, project.pk, Permission.MANAGE)
        return render_page(request, "annotate/no_quality.html", **around, may_manage=may_manage)
    subject = asked_subject(request, subjects)
    report = subject.agreement()
    question = _question(request, report)
    return render_page(
        request,
        "annotate/quality.html",
        **around,
        subject=subject,
        subjects=[choice_of(one, subject) for one in subjects],
        report=report,
        questions=_questions(report, question, subject),
        reviews=subject.reviews(),
        gold=_gold(report),
        gold_target=GOLD_TARGET,
        **(_shown(project, subject, report, question) if question else {}),
    )


def asked_subject(request: HttpRequest, subjects: list[Subject]) -> Subject:
    """Return the subject that is asked for; without a question, where most was said."""
    about = request.GET.get("about", "")
    if about:
        wanted = dict(part.partition("=")[::2] for part in about.split("&"))
    else:
        names = ("queue", "dataset", "schema")
        wanted = {name: request.GET[name] for name in names if name in request.GET}
    if not wanted:
        return next((one for one in subjects if one.weight), subjects[0])
    for subject in subjects:
        if subject.address == wanted:
            return subject
    raise NotFound


def choice_of(subject: Subject, current: Subject) -> Json:
    name = subject.queue.name if subject.queue else subject.dataset.name
    note = subject.dataset.name if subject.queue else subject.schema.name
    return {
        "title": name if name == note else f"{name} · {note}",
        "is_queue": subject.queue is not None,
        "value": urlencode(subject.address),
        "url": f"?{urlencode(subject.address)}",
        "current": subject == current,
    }


def _question(request: HttpRequest, report: AgreementReport) -> QuestionAgreement | None:
    wanted = request.GET.get("question", "")
    for question in report.questions:
        if question.question == wanted:
            return question
    return report.questions[0] if report.questions else None


def _questions(
    report: AgreementReport, current: QuestionAgreement | None, subject: Subject
) -> list[Json]:
    return [
        {
            "title": one.title,
            "url": f"?{urlencode(subject.address | {'question': one.question})}",
            "current": one is current,
        }
        for one in report.questions
    ]


def _shown(
    project: Project, subject: Subject, report: AgreementReport, question: QuestionAgreement
) -> Json:
    looks = shown.label_looks(subject.revision, question.question)
    address = reverse("disagreements", args=[project.oid])
    query = urlencode(subject.address | {"question": question.question})
    labels = shown.by_label(question, looks)
    pairs = shown.pair_heat(report, question, f"{address}?{query}")
    disputed = _disputed(subject, report, question, looks)
    confused = shown.confusion_heat(question, looks, f"{address}?{query}")
    return {
        "question": question,
        "closer_address": f"{reverse('quality-closer', args=[project.oid])}?{query}",
        "truth_address": f"{reverse('truth', args=[project.oid])}?{query}",
        "headline": shown.headline_of(question),
        "measures": measures_of(question),
        "labels": labels,
        "low": sum(row["is_low"] for row in labels),
        "is_places": "f1" in question.measures,
        "pairs": pairs,
        "confused": confused,
        "are_beside": _fit_beside(pairs, confused),
        "disputed": disputed,
        "are_drawn": "f1" in question.measures and any(one["tile"]["marks"] for one in disputed),
        "disputed_n": len(question.disputed),
    }


def _fit_beside(pairs: Json | None, confused: Json | None) -> bool:
    """Tell whether both tables have room beside each other, so that neither must be scrolled."""
    if not pairs or not confused:
        return False
    names = sum(len(look["name"]) for look in confused["columns"])
    return len(pairs["columns"]) <= FEW_PEOPLE and names <= MOST_LETTERS


def _disputed(
    subject: Subject, report: AgreementReport, question: QuestionAgreement, looks: dict[str, Json]
) -> list[Json]:
    """Return the items on which people differ most, each with who said what."""
    worst = question.disputed[:DISPUTED]
    listed = items_with_tiles([one.item for one in worst])
    tiles = dict(zip((item.pk for item in listed), tiles_of(listed), strict=True))
    if "f1" in question.measures:
        _draw_answers(subject, question, listed, tiles)
    return [
        {
            "tile": tiles[one.item],
            "score": one.score,
            "answers": _answers(one.answers, report.annotators, looks, question.type),
        }
        for one in worst
        if one.item in tiles
    ]


def _draw_answers(
    subject: Subject, question: QuestionAgreement, items: list[Item], tiles: dict[int, Json]
) -> None:
    """Put what everybody marked on each picture; all but the first person's is dashed."""
    answers = answers_on(subject, list(tiles))
    looks: Looks = {}
    for item in items:
        size = size_of(item.assets.all())
        said = []
        for one in answers.get(item.pk, []):
            regions = one.document.regions["regions"]
            asked = [region for region in regions if region["question"] == question.question]
            if question.type == "relations":
                asked = regions
            said.append((one.schema_revision, {"regions": asked}))
        if size is not None:
            moment = moment_of(item.assets.all())
            tiles[item.pk]["marks"] = marks_on(size, said, looks, is_tile=True, moment=moment)


def _tiles(pks: list[int]) -> dict[int, Json]:
    items = items_with_tiles(pks)
    return dict(zip((item.pk for item in items), tiles_of(items), strict=True))


def _answers(
    answers: list[tuple[int, str]], names: dict[int, str], looks: dict[str, Json], kind: str
) -> list[Json]:
    """Return what was said and by whom, the label most people chose first."""
    said: dict[str, list[str]] = {}
    for who, label in answers:
        said.setdefault(label, []).append(names.get(who, ""))
    rows: list[Json] = [
        {"look": looks.get(label) if kind == "choice" else None, "text": label, "names": people}
        for label, people in said.items()
    ]
    return sorted(rows, key=lambda row: -len(row["names"]))


def _gold(report: AgreementReport) -> Json:
    """Return everybody on gold, and all together."""
    right = sum(one.score.correct for one in report.gold)
    total = sum(one.score.total for one in report.gold)
    share = right / total if total else None
    return {"rows": report.gold, "right": right, "total": total, "share": share}


@require_safe
@page
def disagreements(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """List the items on which two labels were given, or on which two people differ."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.VIEW)
    subject = asked_subject(request, subjects_in(project))
    report = subject.agreement()
    question = _question(request, report)
    if question is None:
        raise NotFound
    looks = shown.label_looks(subject.revision, question.question)
    if "one" in request.GET:
        asked = _between_people(request, subject, report, question)
    elif "at" in request.GET:
        asked = _below(request, subject, question)
    else:
        asked = _between_labels(request, subject, question, looks)
    found: list[Between] = asked["found"]
    items = reverse("dataset-items", args=[encode_id("dataset", subject.dataset.pk)])
    tiles = _tiles([one.item for one in found[:PAGE]])
    back = f"{reverse('quality', args=[project.oid])}?{urlencode(subject.address)}"
    return render_page(
        request,
        "annotate/disagreements.html",
        project=project,
        nav="quality",
        title=asked["title"],
        crumbs=[{"title": _("Quality"), "url": back}],
        subject=subject,
        question=question,
        n=len(found),
        most=PAGE,
        lead=asked["lead"](len(found)),
        is_places="f1" in question.measures,
        rows=[
            {
                "tile": tiles[one.item],
                "answers": _answers(one.answers, report.annotators, looks, question.type),
            }
            for one in found[:PAGE]
            if one.item in tiles
        ],
        filter_url=f"{items}?{urlencode({'q': asked['filter']})}",
    )


def _between_labels(
    request: HttpRequest, subject: Subject, question: QuestionAgreement, looks: dict[str, Json]
) -> Json:
    pair = request.GET.get("first", ""), request.GET.get("second", "")
    if not all(pair):
        raise NotFound
    one, other = (shown.look_of(looks, label)["name"] for label in pair)
    return {
        "found": items_between(subject, question.question, pair),
        "title": _("%(one)s or %(other)s") % {"one": one, "other": other},
        "lead": lambda n: (
            ngettext(
                "%(n)d item on which people gave both labels, most evenly split first.",
                "%(n)d items on which people gave both labels, most evenly split first.",
                n,
            )
            % {"n": n}
        ),
        "filter": f"label:{pair[0]} label:{pair[1]}",
    }


def _below(request: HttpRequest, subject: Subject, question: QuestionAgreement) -> Json:
    at = next((one for one in THRESHOLDS if f"{one:.2f}" == request.GET["at"]), None)
    if at is None:
        raise NotFound
    return {
        "found": items_below(subject, question.question, at),
        "title": _("F1 below 1 at %(at)s") % {"at": number(at, 2)},
        "lead": lambda n: (
            ngettext(
                "%(n)d item with a place that nobody else marked so alike, lowest first.",
                "%(n)d items with a place that nobody else marked so alike, lowest first.",
                n,
            )
            % {"n": n}
        ),
        "filter": f"question:{question.question} annotations>=2",
    }


def _between_people(
    request: HttpRequest, subject: Subject, report: AgreementReport, question: QuestionAgreement
) -> Json:
    one, other = (decode_id("annotator", request.GET.get(key, "")) for key in ("one", "other"))
    names = [report.annotators.get(who) for who in (one, other)]
    if names[0] is None or names[1] is None or one == other:
        raise NotFound
    terms = And(tuple(Term("annotator", "=", str(name)) for name in names))
    return {
        "found": items_apart(subject, question.question, (one, other)),
        "title": _("%(one)s and %(other)s") % {"one": names[0], "other": names[1]},
        "lead": lambda n: (
            ngettext(
                "%(n)d item on which they do not say the same, most different first.",
                "%(n)d items on which they do not say the same, most different first.",
                n,
            )
            % {"n": n}
        ),
        "filter": format_filter(terms),
    }
