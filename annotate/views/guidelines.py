"""What changed in a guideline, for those who work by it, and that they have read it."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotate.models import Stage
from annotate.pure.text_diff import changes_between
from annotate.queries.access import get_queue_for
from annotate.queries.guidelines import (
    last_known,
    readers_of_revision,
    revision_of,
)
from annotate.services.guidelines import read_guideline
from annotate.views.markdown import render_markdown
from annotate.views.queues import me_in
from foundation.actor import Permission
from foundation.errors import NotFound
from foundation.queries.access import may_do
from foundation.views.page import actor_of, page, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@page
def changes(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Show what changed since one last read the guideline, or since `?from=`; mark it as read."""
    actor = actor_of(request)
    queue = get_queue_for(actor, queue_id, Permission.MEMBER)
    present = queue.guideline
    if present is None:
        raise NotFound
    project = queue.dataset.project
    me = me_in(actor, project)
    goes_on = request.GET.get("to") or request.POST.get("to", "")
    if request.method == "POST":
        if me is not None:
            read_guideline(revision=present, annotator=me)
        messages.success(request, _("Noted that you have read it."))
        return redirect(_way_on(goes_on), queue.oid)
    known = last_known(queue, me.pk) if me else 0
    asked = request.GET.get("from", "")
    since = int(asked) if asked.isdecimal() and len(asked) < 6 else min(known, present.number)
    if since in (0, present.number):
        since = max(present.number - 1, 1)
    before = revision_of(queue, since)
    may_view = may_do(actor, project.pk, Permission.VIEW)
    return render_page(
        request,
        "annotate/guideline_changes.html",
        project=project,
        nav="queues",
        title=_("What changed"),
        crumbs=[{"title": queue.name, "url": reverse("queue-guideline", args=[queue.oid])}]
        if may_view
        else [{"title": _("Queues"), "url": reverse("queues", args=[project.oid])}],
        queue=queue,
        present=present,
        before=before,
        changes=changes_between(before.text, present.text),
        shown=render_markdown(present.text),
        is_unread=me is not None and known < present.number,
        readers=readers_of_revision(present) if may_view else [],
        may_view=may_view,
        to=goes_on,
    )


def _way_on(place: str) -> str:
    """Return the page after reading: only those that ask to be read first."""
    return place if place in ("work", "grid", "review-work") else "guideline-changes"


def stage_page(stage: Stage, mode: str) -> str:
    """Return the name of the page of a stage, to come back to it."""
    if stage == Stage.REVIEW:
        return "review-work"
    return "grid" if mode == "grid" else "work"
