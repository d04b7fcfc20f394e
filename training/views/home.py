"""Where a project begins: is it on time, can it be trusted, what do models say, who needs me."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.models import Queue
from annotate.queries.my_work import my_work, returned_to
from annotate.queries.pages import QueueRow, queue_rows, queues_of
from annotate.queries.people_days import answers_a_day
from annotate.queries.reviewing import adjudications_for
from annotate.queries.subjects import Subject, subjects_in
from annotate.queries.workload import PACE_DAYS, forecast_from
from annotate.views import shown
from annotate.views.queues import first_with_work, me_in, permissions_in
from foundation.actor import Permission
from foundation.models import Project, Role
from foundation.queries.access import get_project_for
from foundation.views.page import actor_of, page, render_page
from training.queries import home as counts
from training.views import home_shown
from training.views.home_needs import Needs

RETURNED = 5


@require_safe
@page
def home(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Show a project to those who manage or look at it, and their own work to annotators."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.MEMBER)
    may = permissions_in(actor, project)
    if not may["view"]:
        return _annotator_home(request, project, may)
    stations = counts.stations_of(project)
    if home_shown.is_new(stations):
        return render_page(
            request,
            "training/home_new.html",
            project=project,
            nav="home",
            title=project.name,
            steps=home_shown.steps_of(project, stations),
            may=may,
        )
    return _dashboard(request, project, may, stations)


def _annotator_home(
    request: HttpRequest, project: Project, may: dict[str, bool]
) -> HttpResponseBase:
    me = me_in(actor_of(request), project)
    queues = queues_of(project).exclude(state=Queue.State.CLOSED)
    rows = queue_rows(queues, me, with_tasks=False)
    return render_page(
        request,
        "training/home_mine.html",
        project=project,
        nav="home",
        title=project.name,
        may=may,
        rows=rows,
        first=first_with_work(rows),
        left=sum(row.left for row in rows if row.queue.state == Queue.State.OPEN),
        work=my_work(me) if me else None,
        returned=list(returned_to(me)[:RETURNED]) if me else [],
    )


def _dashboard(
    request: HttpRequest, project: Project, may: dict[str, bool], stations: counts.Stations
) -> HttpResponseBase:
    me = me_in(actor_of(request), project) if may["annotate"] else None
    rows = queue_rows(queues_of(project), me)
    live = [row for row in rows if row.queue.state != Queue.State.CLOSED]
    subject = _trusted(project)
    best = counts.best_run(stations.version) if stations.version else None
    needs = Needs(
        project=project,
        may=may,
        rows=live,
        disputed=counts.disputed_tasks([row.queue for row in live]),
        jobs=list(counts.failed_jobs(project)[:3]),
        gold=counts.gold_by_person(project),
        version=stations.version,
        fresh=counts.accepted_since(stations.version) if stations.version else 0,
        accepted=stations.accepted,
        annotators=stations.people.get(Role.ANNOTATOR, 0),
        to_adjudicate=adjudications_for([row.queue for row in live if _is_open(row)], me)
        if me and may["review"]
        else [],
    )
    trust = home_shown.trust_of(project, subject)
    return render_page(
        request,
        "training/home.html",
        project=project,
        nav="home",
        title=project.name,
        may=may,
        stations=stations,
        people=counts.people_in_words(stations.people),
        first=first_with_work(live),
        review=next((row for row in live if row.to_review and _is_open(row)), None),
        time=_time(live),
        trust=trust,
        model=home_shown.model_of(stations, best),
        path=home_shown.path_of(project, stations, live, needs, best),
        accepted=_accepted(project),
        needs=needs.listed(trust),
    )


def _is_open(row: QueueRow) -> bool:
    return bool(row.queue.state == Queue.State.OPEN)


def _trusted(project: Project) -> Subject | None:
    """Return where most was said: its agreement stands for the project."""
    return next((one for one in subjects_in(project) if one.weight), None)


def _time(rows: list[QueueRow]) -> dict[str, Any]:
    """Return how far the open queues are, and when their answers will be in."""
    days = answers_a_day([row.queue for row in rows], PACE_DAYS + 1)
    left = sum(row.left for row in rows)
    today = days[-1][1]
    told = shown.forecast_of(forecast_from(left, days), left, today)
    return {
        **told,
        "answered": sum(row.answered for row in rows),
        "wanted": sum(row.wanted for row in rows),
        "today": today,
    }


def _accepted(project: Project) -> dict[str, Any] | None:
    days = counts.accepted_by_day(project)
    if len(days) < 2:
        return None
    step = max(1, len(days) // 6)
    last = len(days) - 1
    return {
        "series": [
            {
                "name": _("accepted"),
                "points": [(float(place), float(n)) for place, (_day, n) in enumerate(days)],
            }
        ],
        "ticks": [
            (float(place), date_format(days[place][0], "j M")) for place in range(last, -1, -step)
        ][::-1],
        "total": days[-1][1],
        "gained": days[-1][1] - days[max(0, last - 7)][1],
    }
