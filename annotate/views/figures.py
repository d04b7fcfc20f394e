"""Figures on pages: a queue's for its manager, reviews for a reviewer, one's own for everybody."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from annotate.models import Queue, Rate
from annotate.queries.access import get_queue_for
from annotate.queries.figures import QueueFigures, differing_items, figures_of
from annotate.queries.my_work import MyFigures, my_figures, my_work, returned_to
from annotate.queries.report import period_of, person_in, report_of
from annotate.queries.reviewing import reviewing_of
from annotate.services.rates import set_rate
from annotate.views import figures_shown, shown
from annotate.views.policy_form import form_errors
from annotate.views.queue import frame
from annotate.views.queues import me_in, permissions_in
from datasets.views.shown import tiles_of
from foundation.actor import Permission
from foundation.errors import Invalid
from foundation.queries.access import get_project_for
from foundation.templatetags.words import duration, number
from foundation.views.page import actor_of, page, render_page

RETURNED = 10


@require_safe
@page
def queue_figures(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Show pace, quality, cost and people of a queue."""
    queue = get_queue_for(actor_of(request), queue_id, Permission.VIEW)
    return _figures_page(request, queue)


def _figures_page(
    request: HttpRequest, queue: Queue, errors: dict[str, str] | None = None
) -> HttpResponseBase:
    around = frame(request, queue, "figures")
    may_manage = around["may"]["manage"]
    figures = figures_of(queue)
    return render_page(
        request,
        "annotate/figures.html",
        **around,
        **_shown(queue, figures, with_cost=may_manage),
        differing=tiles_of(differing_items(queue)),
        pays=Rate.Per.choices,
        rate=request.POST.dict() if errors else figures_shown.rate_of(figures.rate),
        errors=errors or {},
        status=422 if errors else 200,
    )


def _shown(queue: Queue, figures: QueueFigures, *, with_cost: bool) -> dict[str, Any]:
    row, total = figures.row, figures.total
    project = queue.dataset.project
    return {
        "row": row,
        "total": total,
        "n_days": len(figures.days),
        "forecast": shown.forecast_of(figures.forecast, row.left, today=figures.days[-1][1]),
        "days": shown.days_of(figures.days),
        "quality": figures_shown.quality_of(total),
        "speed": figures_shown.speed_of(total),
        "cost": figures_shown.cost_of(figures.cost, row.left)
        if with_cost and figures.cost
        else None,
        "people": figures_shown.people_of(queue, figures, with_cost=with_cost),
        "skips": figures_shown.reasons_of(figures.skip_reasons),
        "skipped": figures.skips,
        "deadline": figures_shown.deadline_of(
            figures.forecast, row.left, getattr(queue, "deadline", None)
        ),
        "changes": figures_shown.changes_of(figures.corrections, queue.schema_revision),
        "corrected": figures.corrected,
        "quality_url": f"{reverse('quality', args=[project.oid])}?queue={queue.oid}",
        "tasks_url": reverse("queue-tasks", args=[queue.oid]),
    }


@require_POST
@page
def pay(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Say what work in a queue is paid with, for everybody or for one person."""
    actor = actor_of(request)
    queue = get_queue_for(actor, queue_id, Permission.MANAGE)
    given = request.POST
    who = person_in(queue, given["annotator"]) if given.get("annotator") else None
    try:
        rate = set_rate(
            queue=queue,
            per=given.get("per", ""),
            amount=given.get("amount", ""),
            currency=given.get("currency", ""),
            annotator=who,
            by=actor.user,
        )
    except Invalid as error:
        return _figures_page(request, queue, form_errors(error))
    text = _("The rate is kept.") if rate else _("The rate is taken away.")
    messages.success(request, text)
    return redirect("queue-figures", queue.oid)


# A report


@require_safe
@page
def report(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Show the quality report of a queue, or of some of its days, made to be printed.

    With `file` it comes as one file that needs no other, to be sent and kept.
    """
    queue = get_queue_for(actor_of(request), queue_id, Permission.VIEW)
    since, until = period_of(request.GET.get("since", ""), request.GET.get("until", ""))
    around = frame(request, queue, "figures")
    may_manage = around["may"]["manage"]
    told = report_of(queue, since, until)
    crumbs = [
        *around.pop("crumbs"),
        {"title": queue.name, "url": reverse("queue-figures", args=[queue.oid])},
    ]
    asked = request.GET.copy()
    is_file = asked.pop("file", None) is not None
    answer = render_page(
        request,
        "annotate/report_file.html" if is_file else "annotate/report.html",
        **(around | {"title": _("Quality report: %(name)s") % {"name": queue.name}}),
        **_shown(queue, told.figures, with_cost=may_manage),
        crumbs=crumbs,
        told=told,
        json_url=f"/api/v1/queues/{queue.oid}/report?{asked.urlencode()}",
        origin=request.build_absolute_uri("/"),
        file_url=f"?{asked.urlencode()}&file=yes",
        agreement=[shown.headline_of(one) for one in told.agreement] if told.agreement else [],
        since=since,
        until=until,
    )
    if is_file:
        name = f"{slugify(queue.name, allow_unicode=True) or 'queue'}-quality.html"
        answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


# Reviewers and annotators


@require_safe
@page
def reviewing(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Show what waits for reviewers, and what the reader said as one of them."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.REVIEW)
    told = reviewing_of(project, me_in(actor, project))
    return render_page(
        request,
        "annotate/reviewing.html",
        project=project,
        nav="queues",
        title=_("Reviews"),
        crumbs=[{"title": _("Queues"), "url": reverse("queues", args=[project.oid])}],
        told=told,
        waiting=sum(one.n for one in told.waiting),
        to_adjudicate=sum(one.n for one in told.waiting if one.is_adjudication),
        days=shown.days_of(told.days, _("verdicts")),
        changes=figures_shown.changes_of(told.corrections),
    )


@require_safe
@page
def mine(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Show a person's own work, beside their own past and nobody else's."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.ANNOTATE)
    me = me_in(actor, project)
    figures = my_figures(me) if me else None
    return render_page(
        request,
        "annotate/my_figures.html",
        project=project,
        nav="queues",
        title=_("My work"),
        crumbs=[{"title": _("Queues"), "url": reverse("queues", args=[project.oid])}],
        may=permissions_in(actor, project),
        figures=figures,
        work=my_work(me) if me else None,
        days=shown.days_of(figures.days) if figures else None,
        speed=figures_shown.speed_of(figures.now if figures.now.seconds else figures.ever)
        if figures
        else None,
        compared=_compared(figures) if figures else "",
        returned=list(returned_to(me)[:RETURNED]) if me else [],
    )


def _compared(figures: MyFigures) -> str:
    """Return how this week's times compare with those of the four weeks before, without praise."""
    now, before = figures.now.quartiles[1], figures.before.quartiles[1]
    if now is None or before is None:
        return _("There is nothing to compare it with yet: it takes two weeks with answers.")
    n = int(figures.before.counts["timed"])
    text = ngettext(
        "In the four weeks before it was %(time)s, from %(n)s answer.",
        "In the four weeks before it was %(time)s, from %(n)s answers.",
        n,
    )
    told = text % {"time": duration(before), "n": number(n)}
    if abs(now - before) < before / 5:
        return f"{told} {_('That is about the same.')}"
    return f"{told} {_('Careful work may take longer: nobody is measured by this.')}"
