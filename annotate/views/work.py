"""The pages on which people work: the workbench, and what they said before."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.models import Queue, Stage
from annotate.queries.access import Worker, get_worker_for
from annotate.queries.compared import show_compared
from annotate.queries.corrections import last_correction
from annotate.queries.courses import may_walk, misses_course, my_course
from annotate.queries.guidelines import has_news
from annotate.queries.work import (
    STAGE_NAMES,
    asks_one_choice,
    show_past_answers,
    show_revisions,
    skip_reasons_of,
)
from annotate.services.allowing import reason_against
from annotate.views.changes_shown import changes_in_words
from annotate.views.guidelines import stage_page
from annotate.views.markdown import render_markdown
from datasets.queries.access import get_annotation_for
from datasets.queries.schemas import revisions_by_number
from datasets.views.looks import Looks
from datasets.views.shown import said_of
from foundation.actor import Permission
from foundation.models import Project
from foundation.opaque import decode_id
from foundation.views.languages import direction_of, spoken_by
from foundation.views.page import actor_of, page, render_page

HOLD = 3
"""Tasks the workbench keeps ready, so that the next one is there at once."""
MANY = 50
"""Tiles on the page where many are labelled at once, as far as the queue lets one hold them."""
SHOWN = 50
LOOKED_THROUGH = 500
"""Answers among which a verdict is looked for."""


@require_safe
@page
def work(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Label one item after the other."""
    return _workbench(request, queue_id, Stage.ANNOTATE)


@require_safe
@page
def grid(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Label many items at once, where the schema asks for one choice and nothing else."""
    return _workbench(request, queue_id, Stage.ANNOTATE, mode="grid")


@require_safe
@page
def review(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Decide about answers, one item after the other."""
    return _workbench(request, queue_id, Stage.REVIEW)


@require_safe
@page
def adjudicate(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Decide between answers that differ, one item after the other."""
    return _workbench(request, queue_id, Stage.ADJUDICATE)


def _workbench(
    request: HttpRequest, queue_id: str, stage: Stage, mode: str = "work"
) -> HttpResponseBase:
    worker = get_worker_for(actor_of(request), queue_id, stage)
    queue = worker.queue
    project = queue.dataset.project
    if mode == "grid" and not asks_one_choice(queue):
        return redirect("work", queue.oid)
    if queue.is_course and not may_walk(my_course(queue.course, worker.annotator_id)):
        return redirect("course", queue.course.oid)
    if has_news(queue, worker.annotator_id):  # shown once: reading it is written down
        back = stage_page(stage, mode)
        return redirect(f"{reverse('guideline-changes', args=[queue.oid])}?to={back}")
    why_not = reason_against(queue, worker.annotator_id) if stage == Stage.ANNOTATE else ""
    if queue.state != Queue.State.OPEN or why_not:
        return render_page(
            request,
            "annotate/no_work.html",
            project=project,
            nav="queues",
            title=queue.name,
            queue=queue,
            why_not=why_not,
            course=queue.asks_course if misses_course(queue, worker.annotator_id) else None,
        )
    config = _config(request, worker, stage, project, mode)
    return _open(request, queue, config, back=_back(queue, project))


def _open(
    request: HttpRequest, queue: Queue, config: dict[str, Any], back: str
) -> HttpResponseBase:
    language = spoken_by(request).partition("-")[0]
    tool = queue.dataset.data_type
    return render_page(
        request,
        "annotate/work.html",
        # what the workbench asks for first, by the names of its sources
        words=f"src/core/{'en' if language == 'en' else f'catalogues/{language}'}.ts",
        tool=f"src/tools/{tool}/index.ts",
        title=queue.name,
        project=queue.dataset.project,
        queue=queue,
        is_review=config["queue"]["stage"] != STAGE_NAMES[Stage.ANNOTATE],
        config=config,
        back=back,
        spoken=spoken_by(request),
        direction=direction_of(spoken_by(request)),
    )


def _config(
    request: HttpRequest, worker: Worker, stage: Stage, project: Project, mode: str
) -> dict[str, Any]:
    """Return what the workbench is told when it starts: `Config` of its `core/types.ts`."""
    queue = worker.queue
    revision = queue.schema_revision
    fits_grid = stage == Stage.ANNOTATE and asks_one_choice(queue)
    return _about(request, queue) | {
        "queue": {
            "id": queue.oid,
            "name": queue.name,
            "stage": STAGE_NAMES[stage],
            "hold": min(MANY if mode == "grid" else HOLD, queue.hold_limit),
            "skip_reasons": skip_reasons_of(queue),
            "asks_confidence": queue.asks_confidence,
        },
        "unread": worker.unread,
        "project": {"name": project.name, "url": _back(queue, project)},
        "schema_revision": {
            **show_revisions({revision.pk}, revision)[revision.pk],
            "definition": revision.definition,
        },
        "mode": mode,
        "over_url": _back(queue, project) if queue.is_course else None,
        "grid_url": reverse("grid", args=[queue.oid]) if fits_grid else None,
    }


def _about(request: HttpRequest, queue: Queue) -> dict[str, Any]:
    """Return what the workbench is told about its reader, whatever it shows."""
    user = actor_of(request).user
    return {
        "user": {"id": user.oid, "name": user.shown_name, "keys": user.key_choice or None},
        "api": "/api/v1/",
        "csrf": get_token(request),
        "locale": spoken_by(request),
        "home_url": reverse("home"),
        "guideline_html": render_markdown(queue.guideline.text) if queue.guideline else None,
    }


@require_safe
@page
def correction(request: HttpRequest, annotation_id: str) -> HttpResponseBase:
    """Show an answer beside what a reviewer put in its place, to its author and to who may look."""
    actor = actor_of(request)
    review = last_correction(get_annotation_for(actor, annotation_id, Permission.VIEW))
    queue = review.task.queue  # type: ignore[union-attr]  # that is what it was looked for with
    author, revision = review.annotation.annotator, review.annotation.schema_revision
    is_own = author.user_id == actor.user.pk
    name = _("My answer") if is_own else author.name
    project = queue.dataset.project
    back = reverse("mine", args=[queue.oid]) if is_own else reverse("queues", args=[project.oid])
    config = _about(request, queue) | {
        "queue": {"id": queue.oid, "name": queue.name, "stage": "review", "hold": 1},
        "project": {"name": project.name, "url": back},
        "schema_revision": {
            **show_revisions({revision.pk}, queue.schema_revision)[revision.pk],
            "definition": revision.definition,
        },
        "mode": "look",
        "assignments": [show_compared(review, name)],
    }
    return _open(request, queue, config, back=back)


def _back(queue: Queue, project: Project) -> str:
    """Return where the workbench leads when somebody leaves it."""
    if queue.is_course:
        return reverse("course", args=[queue.course.oid])
    return reverse("queues", args=[project.oid])


@require_safe
@page
def mine(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """List my last answers in a queue, with what a reviewer said about them."""
    worker = get_worker_for(actor_of(request), queue_id, Stage.ANNOTATE)
    queue = worker.queue
    project = queue.dataset.project
    verdict = request.GET.get("verdict", "")
    answers = show_past_answers(queue, worker.annotator_id, LOOKED_THROUGH if verdict else SHOWN)
    if verdict:
        answers = [one for one in answers if (one["review"] or {}).get("verdict") == verdict]
    return render_page(
        request,
        "annotate/mine.html",
        project=project,
        nav="queues",
        title=_("My answers"),
        crumbs=[{"title": _("Queues"), "url": reverse("queues", args=[project.oid])}],
        queue=queue,
        rows=_past(answers[:SHOWN]),
        is_filtered=bool(verdict),
        shown=SHOWN,
        verdicts=_verdicts(verdict),
    )


def _verdicts(current: str) -> list[dict[str, Any]]:
    names = [
        ("", _("All")),
        ("accept", _("Accepted")),
        ("correct", _("Corrected")),
        ("reject", _("Returned")),
    ]
    return [
        {"title": title, "url": f"?verdict={value}", "current": value == current}
        for value, title in names
    ]


def _past(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = {decode_id("schemarev", one["schema_revision"]["id"]) for one in answers}
    revisions = revisions_by_number(wanted)
    looks: Looks = {}
    rows = []
    for one in answers:
        revision = revisions[decode_id("schemarev", one["schema_revision"]["id"])]
        said = said_of(revision, one["regions"], looks)
        shown = {**one, "said": said, "picture": _picture(one["item"]["assets"])}
        if one["correction"] is not None:
            after = one["correction"]["regions"]
            shown["corrected"] = said_of(revision, after, looks)
            shown["changes"] = changes_in_words(revision, one["regions"], after, looks)
            shown["compared"] = reverse("correction", args=[one["annotation"]])
        rows.append(shown)
    return rows


def _picture(assets: list[dict[str, Any]]) -> str:
    pictures = [asset for asset in assets if asset["media_type"].startswith("image/")]
    by_role: dict[str, str] = {asset["role"]: asset["url"] for asset in pictures}
    return by_role.get("thumbnail") or by_role.get("original", "")
