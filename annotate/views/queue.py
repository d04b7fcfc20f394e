"""One queue on its pages: how far, who, which tasks, what people are told, its rules."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from annotate.models import Queue, Stage, Task
from annotate.pure import task_stages
from annotate.pure.routes import stages_of
from annotate.queries.access import get_queue_for
from annotate.queries.agreement import agreement_of_queue
from annotate.queries.pages import (
    filling_job,
    queue_rows,
    skip_reasons_in,
    tasks_of,
    touched_by,
)
from annotate.queries.policies import policy_of
from annotate.queries.report import person_in
from annotate.queries.work import asks_one_choice
from annotate.queries.workload import QueueProgress, progress_of
from annotate.views import shown
from annotate.views.next_hour import next_hour
from annotate.views.order_shown import order_of
from annotate.views.queues import me_in, permissions_in
from annotate.views.who_form import people_note
from datasets.views.looks import Looks
from datasets.views.shown import said_of, tiles_of
from foundation.actor import Permission
from foundation.opaque import decode_id, encode_id
from foundation.queries.jobs import pace_of
from foundation.views.page import (
    actor_of,
    is_polled,
    page,
    part_only,
    render_page,
    whole_again,
)

PAGE = 50
STAGES = {
    "annotate": Stage.ANNOTATE,
    "review": Stage.REVIEW,
    "adjudicate": Stage.ADJUDICATE,
    "done": Stage.DONE,
    "set-aside": Stage.SET_ASIDE,
}

_TOUCHED = {
    "answered": gettext_lazy("answered"),
    "accepted": gettext_lazy("answered, and a reviewer accepted it"),
    "corrected": gettext_lazy("answered, and a reviewer corrected it"),
    "rejected": gettext_lazy("answered, and a reviewer returned it"),
    "skipped": gettext_lazy("skipped"),
}


@require_safe
@page
@part_only
def queue_page(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Show how far a queue is, who does how much, and whether people agree."""
    actor = actor_of(request)
    queue = get_queue_for(actor, queue_id, Permission.VIEW)
    if queue.is_course:
        return redirect("course", queue.course.oid)
    job = filling_job(queue)
    if job is None and is_polled(request):
        return whole_again(HttpResponse())
    progress = progress_of(queue)
    return render_page(
        request,
        "annotate/queue.html",
        part="annotate/_filling.html",
        **frame(request, queue, "overview"),
        fits_grid=asks_one_choice(queue),
        row=queue_rows([queue], me_in(actor, queue.dataset.project))[0],
        progress=progress,
        stages=_stages(queue, progress),
        forecast=shown.forecast_of(progress.forecast, progress.left, today=progress.days[-1][1]),
        deadline=shown.deadline_of(queue.deadline, progress.forecast, progress.left),
        days=shown.days_of(progress.days),
        people=progress.people,
        figures=[shown.headline_of(one) for one in agreement_of_queue(queue).questions],
        people_note=people_note(queue) if queue.state == Queue.State.OPEN else "",
        quality_url=f"{reverse('quality', args=[queue.dataset.project.oid])}?queue={queue.oid}",
        next_hour=next_hour(queue),
        order=order_of(queue),
        job=job,
        pace=pace_of(job) if job else None,
    )


def frame(request: HttpRequest, queue: Queue, tab: str) -> dict[str, Any]:
    """Return what every page of a queue shows around its content."""
    actor = actor_of(request)
    may = permissions_in(actor, queue.dataset.project)
    tabs = [
        ("overview", _("Overview"), "queue"),
        ("figures", _("Figures"), "queue-figures"),
        ("tasks", _("Tasks"), "queue-tasks"),
        ("guideline", _("Guideline"), "queue-guideline"),
        ("comments", _("Comments"), "queue-comments"),
    ]
    if may["manage"]:
        tabs.append(("share", _("Share out"), "queue-share"))
        tabs.append(("gold", _("Gold"), "gold-care"))
        tabs.append(("settings", _("Settings"), "queue-settings"))
    return {
        "project": queue.dataset.project,
        "nav": "queues",
        "title": queue.name,
        "queue": queue,
        "may": may,
        "crumbs": [
            {"title": _("Queues"), "url": reverse("queues", args=[queue.dataset.project.oid])}
        ],
        "tabs": [
            {"title": title, "url": reverse(name, args=[queue.oid]), "current": key == tab}
            for key, title, name in tabs
        ],
    }


def _stages(queue: Queue, progress: QueueProgress) -> list[dict[str, Any]]:
    """Return how the tasks divide, each part with the address of its tasks."""
    address = reverse("queue-tasks", args=[queue.oid])
    parts = [
        ("done", _("done"), ""),
        ("review", _("in review"), "soft"),
        ("adjudicate", _("in adjudication"), "soft"),
        ("set_aside", _("set aside"), "w"),
        ("annotate", _("to annotate"), "q"),
    ]
    return [
        {
            "name": name,
            "n": progress.tasks[key],
            "kind": kind,
            "url": f"{address}?stage={key.replace('_', '-')}",
        }
        for key, name, kind in parts
        if progress.tasks[key]
    ]


@require_safe
@page
def task_list(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """List the tasks of a queue by stage, and whether their answers agreed."""
    queue = get_queue_for(actor_of(request), queue_id, Permission.VIEW)
    around = frame(request, queue, "tasks")
    stage, agreed = request.GET.get("stage", ""), request.GET.get("agreed", "")
    may_see_gold = around["may"]["manage"]
    found = _chosen(tasks_of(queue), stage, agreed, may_see_gold=may_see_gold)
    by, what = request.GET.get("by", ""), request.GET.get("what", "answered")
    person = person_in(queue, by) if by else None
    if person is not None:
        found = touched_by(found, person, what)
    if "after" in request.GET:
        found = found.filter(item__gt=decode_id("after", request.GET["after"]))
    tasks = list(found[: PAGE + 1])
    chosen = {"stage": stage, "agreed": agreed} | ({"by": by, "what": what} if by else {})
    older = ""
    if len(tasks) > PAGE:
        after = encode_id("after", tasks[PAGE - 1].item_id)
        older = f"?{urlencode(chosen | {'after': after})}"
    return render_page(
        request,
        "annotate/tasks.html",
        **around,
        rows=_rows(queue, tasks[:PAGE]),
        stages=_choices("stage", chosen, _stage_names(queue, stage, may_see_gold=may_see_gold)),
        agreements=_choices("agreed", chosen, _agreements()) if queue.overlap > 1 else [],
        is_filtered=bool(stage or agreed or by),
        person=person,
        what=_TOUCHED.get(what) if person else None,
        here=request.get_full_path(),
        older=older,
        newest=f"?{urlencode(chosen)}" if "after" in request.GET else "",
    )


def _chosen(
    tasks: QuerySet[Task], stage: str, agreed: str, *, may_see_gold: bool
) -> QuerySet[Task]:
    """Keep what is asked for; only managers see gold, since all others may be tested by it."""
    if not may_see_gold:
        tasks = tasks.filter(is_gold=False)
    if stage == "gold":
        tasks = tasks.filter(is_gold=True)
    elif stage in STAGES:
        tasks = tasks.filter(stage=STAGES[stage], is_gold=False)
    if agreed in ("yes", "no"):
        tasks = tasks.filter(agreed=agreed == "yes")
    return tasks


def _stage_names(queue: Queue, chosen: str, *, may_see_gold: bool) -> list[tuple[str, str]]:
    has_it = chosen == "adjudicate" or task_stages.ADJUDICATE in stages_of(policy_of(queue))
    names = [
        ("", _("All")),
        ("annotate", _("To annotate")),
        ("review", _("In review")),
        *([("adjudicate", _("In adjudication"))] if has_it else []),
        ("done", _("Done")),
        ("set-aside", _("Set aside")),
    ]
    return [*names, ("gold", _("Gold"))] if may_see_gold else names


def _agreements() -> list[tuple[str, str]]:
    return [("", _("All")), ("yes", _("Agreed")), ("no", _("Differ"))]


def _choices(
    name: str, chosen: dict[str, str], names: list[tuple[str, str]]
) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "url": f"?{urlencode(chosen | {name: value})}",
            "current": chosen[name] == value,
        }
        for value, title in names
    ]


def _rows(queue: Queue, tasks: list[Task]) -> list[dict[str, Any]]:
    looks: Looks = {}
    rows = []
    tiles = tiles_of(task.item for task in tasks)
    skipped = skip_reasons_in(tasks)
    for task, tile in zip(tasks, tiles, strict=True):
        truth = next(iter(task.item.truths.all()), None)
        said = said_of(queue.schema_revision, truth.regions, looks) if truth else None
        rows.append({"task": task, "tile": tile, "said": said, "skipped": skipped.get(task.pk)})
    return rows
