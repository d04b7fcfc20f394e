"""Changing a queue on its pages: rules, guideline, gold, open or not, one task once more."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from annotate.models import Queue
from annotate.queries.access import get_queue_for
from annotate.queries.guidelines import pictures_of
from annotate.queries.pages import gold_candidates, guideline_revisions, task_in
from annotate.queries.requeues import answered_before
from annotate.services.enqueuing import requeue_task
from annotate.services.gold import Planted, plant_gold
from annotate.services.ordering import start_ordering
from annotate.services.queues import (
    change_queue,
    set_guideline,
    set_state,
    start_changing_overlap,
)
from annotate.views.markdown import render_markdown
from annotate.views.policy_form import form_errors, policy_form, read_policy_form, with_risks
from annotate.views.queue import frame
from annotate.views.who_form import read_who_form, who_choices, who_form
from foundation.actor import Permission
from foundation.errors import DomainError, Invalid, NotFound, Place
from foundation.views.page import actor_of, page, render_page

MOST_GOLD = 500
SHOWN = ("name", "filter", "follows_dataset", "shows_suggestions")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def settings(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Change what a queue is called and how it hands out work."""
    queue = get_queue_for(actor_of(request), queue_id, Permission.MANAGE)
    around = frame(request, queue, "settings")
    given = _form_of(queue)
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = request.POST.dict() | {"kept_order": queue.order}
        try:
            _change(request, queue)
            return redirect("queue-settings", queue.oid)
        except DomainError as error:
            errors = form_errors(error)
    return _settings_page(request, queue, around, given=given, errors=errors)


def _settings_page(
    request: HttpRequest, queue: Queue, around: dict[str, Any], **more: Any
) -> HttpResponseBase:
    shown: dict[str, Any] = {
        "given": _form_of(queue),
        "errors": {},
        "gold": {"count": "20", "filter": ""},
        "gold_errors": {},
    }
    shown |= more
    shown["given"] = with_risks(shown["given"])
    shown["who"] = who_choices(queue.dataset.project, shown["given"])
    return render_page(
        request,
        "annotate/queue_settings.html",
        **around,
        **shown,
        candidates=gold_candidates(queue).count(),
        status=422 if shown["errors"] or shown["gold_errors"] else 200,
    )


def _form_of(queue: Queue) -> dict[str, Any]:
    shown = {name: getattr(queue, name) for name in SHOWN}
    return policy_form(queue) | who_form(queue) | shown


def _change(request: HttpRequest, queue: Queue) -> None:
    given, by = request.POST, actor_of(request).user
    overlap = queue.overlap
    changed = change_queue(
        queue=queue,
        by=by,
        policy=read_policy_form(given.dict()),
        moves_waiting="moves_waiting" in given,
        name=given.get("name", ""),
        filter=given.get("filter", "").strip(),
        follows_dataset="follows_dataset" in given,
        shows_suggestions="shows_suggestions" in given,
        **read_who_form(queue.dataset.project, given.dict()),
    )
    if changed.overlap != overlap:
        start_changing_overlap(queue=queue, by=by)
        messages.success(request, _("Saved. The tasks that wait are being changed."))
    else:
        messages.success(request, _("The settings of the queue are saved."))


@require_http_methods(["GET", "HEAD", "POST"])
@page
def guideline(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Show what annotators are told, and publish the next revision of it."""
    actor = actor_of(request)
    queue = get_queue_for(actor, queue_id, Permission.VIEW)
    text = queue.guideline.text if queue.guideline else ""
    error = ""
    if request.method == "POST":
        queue = get_queue_for(actor, queue_id, Permission.MANAGE)
        before, text = queue.guideline_id, request.POST.get("text", "")
        try:
            revision = set_guideline(queue=queue, text=text, by=actor.user)
            said = _("Revision %(n)d is published.") % {"n": revision.number}
            messages.success(request, said if revision.pk != before else _("Nothing has changed."))
            return redirect("queue-guideline", queue.oid)
        except DomainError as wrong:
            error = form_errors(wrong).get("guideline", str(wrong))
    around = frame(request, queue, "guideline")
    return render_page(
        request,
        "annotate/guideline.html",
        **around,
        touched=answered_before(queue).count() if around["may"]["manage"] else 0,
        shown=render_markdown(queue.guideline.text) if queue.guideline else "",
        revisions=guideline_revisions(queue),
        pictures=pictures_of(queue) if around["may"]["manage"] else [],
        text=text,
        error=error,
        status=422 if error else 200,
    )


@require_http_methods(["GET", "HEAD"])
@page
def guideline_revision(request: HttpRequest, queue_id: str, number: int) -> HttpResponseBase:
    """Show an earlier revision of what annotators were told."""
    queue = get_queue_for(actor_of(request), queue_id, Permission.VIEW)
    revision = guideline_revisions(queue).filter(number=number).first()
    if revision is None:
        raise NotFound
    return render_page(
        request,
        "annotate/guideline_revision.html",
        **frame(request, queue, "guideline"),
        revision=revision,
        shown=render_markdown(revision.text),
    )


@require_POST
@page
def gold(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Let items whose label is accepted test the annotators, some chosen by chance."""
    actor = actor_of(request)
    queue = get_queue_for(actor, queue_id, Permission.MANAGE)
    given = {"count": request.POST.get("count", ""), "filter": request.POST.get("filter", "")}
    try:
        planted = _plant(queue, given, actor_of(request).user)
    except DomainError as error:
        around = frame(request, queue, "settings")
        errors = form_errors(error)
        return _settings_page(request, queue, around, gold=given, gold_errors=errors)
    text = ngettext(
        "%(n)d item tests the annotators from now on.",
        "%(n)d items test the annotators from now on.",
        planted.planted,
    )
    messages.success(request, text % {"n": planted.planted})
    return redirect("queue-settings", queue.oid)


def _plant(queue: Queue, given: dict[str, str], by: Any) -> Planted:
    count = int(given["count"]) if given["count"].isdecimal() and len(given["count"]) < 6 else 0
    if not 1 <= count <= MOST_GOLD:
        detail = _("A whole number from 1 to %(most)d.") % {"most": MOST_GOLD}
        raise Invalid(places=[Place("count", "out-of-range", detail)])
    items = list(gold_candidates(queue, given["filter"]).order_by("?")[:count])
    if not items:
        detail = _("No item with an accepted label matches that does not test people already.")
        raise Invalid(places=[Place("filter", "nothing-found", detail)])
    return plant_gold(queue=queue, items=items, by=by)


@require_POST
@page
def state(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Open, pause or close a queue."""
    actor = actor_of(request)
    queue = get_queue_for(actor, queue_id, Permission.MANAGE)
    wanted = request.POST.get("state", "")
    if wanted not in Queue.State.values:
        raise NotFound
    set_state(queue=queue, state=Queue.State(wanted), by=actor.user)
    texts = {
        Queue.State.OPEN: _("The queue is open."),
        Queue.State.PAUSED: _("The queue is paused. Tasks that are held may be finished."),
        Queue.State.CLOSED: _("The queue is closed. Its answers stay."),
    }
    messages.success(request, texts[Queue.State(wanted)])
    return redirect("queue", queue.oid)


@require_POST
@page
def order(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Compute anew what comes first."""
    actor = actor_of(request)
    queue = get_queue_for(actor, queue_id, Permission.MANAGE)
    start_ordering(queue=queue, by=actor.user)
    messages.success(request, _("The tasks are being ordered."))
    return redirect("queue", queue.oid)


@require_POST
@page
def ask_again(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Let everybody answer a task anew."""
    actor = actor_of(request)
    queue = get_queue_for(actor, queue_id, Permission.MANAGE)
    task = task_in(queue, request.POST.get("task", ""))
    requeue_task(task=task, by=actor.user)
    messages.success(request, _("%(key)s is asked anew.") % {"key": task.item.key})
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("queue-tasks", queue.oid)
