"""What changed in a guideline, for those who work by it, and that they have read it."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate.models import Stage
from annotate.pure.text_diff import changes_between
from annotate.queries.access import get_queue_for
from annotate.queries.guidelines import (
    get_guideline_image_for,
    last_known,
    readers_of_revision,
    revision_of,
)
from annotate.services.guideline_images import add_guideline_image
from annotate.services.guidelines import read_guideline
from annotate.views.markdown import render_markdown
from annotate.views.policy_form import form_errors
from annotate.views.queues import me_in
from foundation.actor import Permission
from foundation.errors import DomainError, Invalid, NotFound, Place
from foundation.media import file_response
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


@require_safe
@page
def image(request: HttpRequest, image_id: str) -> HttpResponseBase:
    """Answer with a picture of a guideline; who asks is checked on every request."""
    found = get_guideline_image_for(actor_of(request), image_id)
    return file_response(
        request,
        key=found.storage_key,
        size=found.size,
        media_type=found.media_type,
        file_name=found.name,
        etag=found.sha256,
    )


@require_POST
@page
def add_image(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Keep a picture and say what stands for it in the text."""
    actor = actor_of(request)
    queue = get_queue_for(actor, queue_id, Permission.MANAGE)
    sent = request.FILES.get("image")
    try:
        if sent is None:
            detail = _("Choose a picture.")
            raise Invalid(detail, [Place("image", "required", detail)])
        made = add_guideline_image(
            queue=queue, name=sent.name or "", chunks=sent.chunks(), by=actor.user
        )
        text = _("The picture is there. Put this where it belongs: %(text)s")
        messages.success(request, text % {"text": made.markdown})
    except DomainError as error:
        messages.error(request, form_errors(error).get("image", str(error)))
    return redirect(reverse("queue-guideline", args=[queue.oid]) + "#pictures")


def _way_on(place: str) -> str:
    """Return the page after reading: only those that ask to be read first."""
    return (
        place
        if place in ("work", "grid", "review-work", "adjudicate-work")
        else "guideline-changes"
    )


def stage_page(stage: Stage, mode: str) -> str:
    """Return the name of the page of a stage, to come back to it."""
    if stage == Stage.REVIEW:
        return "review-work"
    if stage == Stage.ADJUDICATE:
        return "adjudicate-work"
    return "grid" if mode == "grid" else "work"
