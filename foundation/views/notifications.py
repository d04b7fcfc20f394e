"""What one was told: the list, marking it as read, and what comes by mail."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import DomainError
from foundation.models import Cadence
from foundation.opaque import decode_id, encode_id
from foundation.queries.notifications import (
    cadences_of,
    get_notification_for,
    kinds_for,
    may_still_know,
    show_told,
    told_to,
)
from foundation.services.notifications import choose_mails, mark_read, unsubscribe
from foundation.views.page import actor_of, page, render_page

PAGE = 30


@require_safe
@page
def notifications(request: HttpRequest) -> HttpResponseBase:
    """List what one was told, newest first."""
    actor = actor_of(request)
    told = told_to(actor)
    is_unread = request.GET.get("show") == "unread"
    if is_unread:
        told = told.filter(read_at=None)
    kept = "show=unread&" if is_unread else ""
    before = request.GET.get("before")
    if before:
        told = told.filter(pk__lt=decode_id("before", before))
    found = list(told.order_by("-pk")[: PAGE + 1])
    older = ""
    if len(found) > PAGE:
        older = f"?{kept}before={encode_id('before', found[PAGE - 1].pk)}"
    return render_page(
        request,
        "foundation/notifications.html",
        title=_("Notifications"),
        rows=[show_told(actor, one) for one in found[:PAGE]],
        older=older,
        newest=f"?{kept}" if before else "",
        is_unread=is_unread,
        choices=[
            {"title": _("All"), "url": "?", "current": not is_unread},
            {"title": _("Unread"), "url": "?show=unread", "current": is_unread},
        ],
    )


@require_POST
@page
def read_notifications(request: HttpRequest) -> HttpResponseBase:
    """Mark one thing as read and go to it, or mark all."""
    actor = actor_of(request)
    number = request.POST.get("notification", "")
    if not number:
        mark_read(user=actor.user)
        return redirect("notifications")
    told = get_notification_for(actor, number)
    mark_read(user=actor.user, told=told)
    if "open" in request.POST and may_still_know(actor, told):
        return redirect(told.path)
    return redirect("notifications")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def mail_settings(request: HttpRequest) -> HttpResponseBase:
    """Choose what comes by mail, and how soon."""
    user = actor_of(request).user
    if request.method == "POST":
        wanted = {name: request.POST[name] for name in kinds_for(user) if name in request.POST}
        try:
            choose_mails(user=user, choices=wanted)
            messages.success(request, _("Your choice of mails is saved."))
            return redirect("notification-settings")
        except DomainError as error:
            messages.error(request, str(error))
    chosen = cadences_of(user)
    return render_page(
        request,
        "foundation/notification_settings.html",
        title=_("Mails"),
        email=user.email,
        rows=[
            {"name": name, "title": kind.title, "chosen": chosen[name].value}
            for name, kind in kinds_for(user).items()
        ],
        cadences=Cadence.choices,
    )


@csrf_exempt  # mail programs press this without a cookie; the link itself is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop_mails(request: HttpRequest, token: str) -> HttpResponseBase:
    """Stop mails without a sign-in. It answers the same to every link: it tells nothing."""
    is_done = request.method == "POST"
    if is_done:
        unsubscribe(token)
    return render_page(
        request, "foundation/stop_mails.html", title=_("Stop these mails"), is_done=is_done
    )
