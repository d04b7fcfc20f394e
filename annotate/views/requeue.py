"""Asking finished tasks anew after the guideline changed: how many, which, and taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from annotate.models import BulkAction, Queue, Stage
from annotate.queries.access import get_queue_for
from annotate.queries.requeues import (
    agreement_by_revision,
    answered_before,
    requeues_of,
    untouched,
)
from annotate.services.bulk import Plan, preview, run_bulk
from annotate.views.policy_form import form_errors
from annotate.views.queue import frame
from foundation.actor import Permission
from foundation.errors import DomainError, Invalid, Place
from foundation.templatetags.words import number
from foundation.views.page import actor_of, page, render_page

SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@page
def requeue(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Show what a changed guideline touches, count a choice, and ask those tasks anew."""
    actor = actor_of(request)
    queue = get_queue_for(actor, queue_id, Permission.MANAGE)
    given = (request.POST if request.method == "POST" else request.GET).dict()
    errors: dict[str, str] = {}
    n = None
    try:
        filter, sample = _chosen(given)
        plan = Plan("requeue", filter, stage=Stage.DONE, is_outdated=True, sample=sample)
        n = preview(queue, plan)["tasks"]
        if request.method == "POST" and "open" in given:
            run_bulk(queue=queue, plan=plan, by=actor.user)
            text = ngettext(
                "%(n)d task is being asked anew.", "%(n)d tasks are being asked anew.", n
            )
            messages.success(request, text % {"n": n})
            return redirect("queue-requeue", queue.oid)
    except DomainError as error:
        errors = form_errors(error) or {"filter": str(error)}
    return render_page(
        request,
        "annotate/requeue.html",
        **frame(request, queue, "guideline"),
        total=answered_before(queue).count(),
        given=given,
        labels=_labels(queue),
        preview=n,
        errors=errors,
        past=[
            {"one": one, "back": untouched(one).count() if _can_undo(one) else 0}
            for one in requeues_of(queue)[:SHOWN]
        ],
        agreement=[
            {"one": one, "figure": number(one.figure.value, 2)}
            for one in agreement_by_revision(queue)
        ],
        status=422 if errors else 200,
    )


def _can_undo(action: BulkAction) -> bool:
    return action.done_at is not None and action.undo_at is None


def _chosen(given: dict[str, str]) -> tuple[str, int | None]:
    """Return the filter, with the label where one is chosen, and how many to draw by chance."""
    filter, label = given.get("filter", "").strip(), given.get("label", "")
    if label:
        quoted = label.replace('"', "")
        filter = f'{filter} label:"{quoted}"'.strip()
    text = given.get("sample", "").strip()
    if not text:
        return filter, None
    if not text.isdecimal() or len(text) > 7 or int(text) == 0:
        detail = _("A whole number from 1, or nothing for all.")
        raise Invalid(detail, [Place("sample", "out-of-range", detail)])
    return filter, int(text)


def _labels(queue: Queue) -> list[tuple[str, str]]:
    """Return the labels of the queue's schema, to choose one that was used."""
    found = {
        label["key"]: label.get("name") or label["key"]
        for question in queue.schema_revision.definition["questions"]
        for label in question.get("labels", [])
    }
    every: list[tuple[str, Any]] = [("", _("Any label"))]
    return [*every, *found.items()]
