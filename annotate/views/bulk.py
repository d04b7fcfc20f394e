"""Sharing out many tasks of a queue on a page: counts first, then doing, and undoing."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from annotate.models import BulkAction, Queue, Stage
from annotate.queries.access import get_queue_for
from annotate.queries.answerers import people_of
from annotate.queries.bulk import actions_of, get_action_for
from annotate.services.bulk import Plan, preview, run_bulk, undo_bulk
from annotate.views.queue import frame
from annotate.views.who_form import who_choices
from foundation.actor import Permission
from foundation.errors import Conflict, DomainError
from foundation.views.page import actor_of, page, render_page

KINDS = {"assign": None, "unassign": None, "requeue": Stage.DONE, "set-aside": Stage.SET_ASIDE}
SHOWN = 20


def _plan(queue: Queue, given: Mapping[str, str]) -> Plan:
    kind, each = given.get("kind", ""), given.get("each", "0").strip() or "0"
    project = queue.dataset.project
    people = [one.pk for one in people_of(project.pk) if given.get(f"who_{one.oid}")]
    return Plan(
        kind="requeue" if kind == "set-aside" else kind,
        filter=given.get("filter", ""),
        people=tuple(people),
        each=int(each) if each.isdecimal() and len(each) < 8 else -1,
        stage=KINDS.get(kind),
    )


def _fingerprint(plan: Plan) -> str:
    """Return what a plan says, so that nothing is done but what was counted."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()[:16]


def _said(kind: str, n: int) -> str:
    texts = {
        "assign": ngettext("%(n)d task would be given.", "%(n)d tasks would be given.", n),
        "unassign": ngettext("%(n)d task would come back.", "%(n)d tasks would come back.", n),
    }
    asked = ngettext("%(n)d task would be asked anew.", "%(n)d tasks would be asked anew.", n)
    return texts.get(kind, asked) % {"n": n}


@require_http_methods(["GET", "HEAD", "POST"])
@page
def share(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Give many tasks to people, take them back or ask anew; count first."""
    actor = actor_of(request)
    queue = get_queue_for(actor, queue_id, Permission.MANAGE)
    given: dict[str, Any] = {"kind": "assign", "each": "0"} | request.POST.dict()
    errors: dict[str, str] = {}
    counted = ""
    if request.method == "POST":
        try:
            plan = _plan(queue, given)
            if "go" in request.POST and given.get("seen") == _fingerprint(plan):
                return _go(request, queue, plan)
            counted = _said(plan.kind, preview(queue, plan)["tasks"])
            given["seen"] = _fingerprint(plan)
        except DomainError as error:
            errors = {place.at: str(place.detail) for place in error.places} or {"": str(error)}
    return render_page(
        request,
        "annotate/share.html",
        **frame(request, queue, "share"),
        given=given,
        errors=errors,
        counted=counted,
        who=who_choices(queue.dataset.project, given),
        kinds=[
            ("assign", _("Give open tasks to people, in turn")),
            ("unassign", _("Take back what people have in hand")),
            ("requeue", _("Ask done tasks anew")),
            ("set-aside", _("Ask tasks anew that were set aside")),
        ],
        actions=[_row(one) for one in actions_of(queue).order_by("-pk")[:SHOWN]],
        status=422 if errors else 200,
    )


def _go(request: HttpRequest, queue: Queue, plan: Plan) -> HttpResponseBase:
    action, job = run_bulk(queue=queue, plan=plan, by=actor_of(request).user)
    text = ngettext("%(n)d task is changed.", "%(n)d tasks are changed.", action.changed)
    going = _("It is many tasks, so it goes on in the background.")
    messages.success(request, going if job else text % {"n": action.changed})
    return redirect("queue-share", queue.oid)


def _row(action: BulkAction) -> dict[str, Any]:
    return {
        "action": action,
        "by": action.created_by.shown_name if action.created_by else "",
        "can_undo": action.done_at is not None and action.undo_at is None and action.changed > 0,
    }


@require_POST
@page
def undo(request: HttpRequest, action_id: str) -> HttpResponseBase:
    """Undo what was done to many tasks."""
    actor = actor_of(request)
    action = get_action_for(actor, action_id, Permission.MANAGE)
    try:
        job = undo_bulk(action=action, by=actor.user)
        text = ngettext(
            "%(n)d task is as before. What moved on since then stays.",
            "%(n)d tasks are as before. What moved on since then stays.",
            action.undone,
        )
        going = _("It is many tasks, so it goes on in the background.")
        messages.success(request, going if job else text % {"n": action.undone})
    except Conflict as error:
        messages.error(request, str(error))
    back = "queue-share" if action.revision is None else "queue-requeue"
    return redirect(back, action.queue.oid)
