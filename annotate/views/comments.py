"""What is said about the answers of a queue: open ones first, and settling them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotate.models import Comment
from annotate.queries.access import get_queue_for
from annotate.queries.comments import (
    STATES,
    by_state,
    comments_in,
    get_comment_for,
    open_first,
    people_in,
)
from annotate.services.comments import resolve_comment
from annotate.views.queue import frame
from foundation.actor import Permission
from foundation.opaque import decode_id, encode_id
from foundation.views.page import actor_of, page, render_page

PAGE = 30


@require_safe
@page
def comment_list(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """List what is said about the answers of a queue, what is open first."""
    queue = get_queue_for(actor_of(request), queue_id, Permission.VIEW)
    state, about = request.GET.get("state", ""), request.GET.get("about", "")
    chosen = {"state": state if state in STATES else "", "about": about}
    every = comments_in(queue)
    found = by_state(every, chosen["state"])
    if about:
        found = found.filter(about=decode_id("annotator", about))
    around = frame(request, queue, "comments")
    rows = list(open_first(found, _reached(request))[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return render_page(
        request,
        "annotate/comments.html",
        **around,
        rows=[_row(comment) for comment in rows[:PAGE]],
        states=[
            {"title": title, "url": _link(chosen, state=key), "current": chosen["state"] == key}
            for key, title in (("", _("All")), ("open", _("Open")), ("settled", _("Settled")))
        ],
        people=[
            {"title": name, "url": _link(chosen, about=oid), "current": about == oid}
            for oid, name in [("", _("Everybody")), *people_in(every)]
        ],
        is_filtered=bool(chosen["state"] or about),
        older=_link(chosen, after=_mark(last)) if last else "",
        newest=_link(chosen) if "after" in request.GET else "",
        may_settle=around["may"]["review"],
    )


def _link(chosen: dict[str, str], **more: str) -> str:
    return f"?{urlencode({name: text for name, text in (chosen | more).items() if text})}"


def _mark(last: Comment) -> str:
    kind = "settled" if last.resolved_at else "open"
    return f"{kind}.{encode_id('after', last.pk)}"


def _reached(request: HttpRequest) -> tuple[bool, int] | None:
    kind, dot, mark = request.GET.get("after", "").partition(".")
    return (kind == "settled", decode_id("after", mark)) if dot else None


def _row(comment: Comment) -> dict[str, Any]:
    return {
        "comment": comment,
        "item": comment.task.item.key,
        "url": f"{reverse('item', args=[comment.task.item.oid])}",
    }


@require_POST
@page
def settle(request: HttpRequest, comment_id: str) -> HttpResponseBase:
    """Mark a comment as settled, or as open again."""
    comment, who = get_comment_for(actor_of(request), comment_id)
    resolve_comment(comment=comment, by=who, resolved="open" not in request.POST)
    messages.success(request, _("Open again.") if "open" in request.POST else _("Settled."))
    state = request.POST.get("state", "")
    shown = f"?state={state}" if state in STATES else ""
    return redirect(reverse("queue-comments", args=[comment.task.queue.oid]) + shown)
