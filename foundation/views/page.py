"""How every page is drawn: who is asking, where they are, what else they may open."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from foundation.actor import Actor, Permission
from foundation.models import Project, User
from foundation.queries.access import role_of
from foundation.queries.members import memberships_of
from foundation.registry import Registry

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class NavEntry:
    """A link in the top bar of a project: its words, its address, who sees it."""

    title: str | Promise
    url_name: str
    may: Permission = Permission.VIEW
    place: int = 50
    """Lower stands further to the front."""


nav_entries: Registry[NavEntry] = Registry("winnow.nav")


def page(view: View) -> View:
    """Let a view ask for a sign-in first."""
    return login_required(view)


def actor_of(request: HttpRequest) -> Actor:
    """Return the signed-in person."""
    return Actor(user=cast("User", request.user))


def render_page(
    request: HttpRequest,
    template: str,
    *,
    part: str | None = None,
    project: Project | None = None,
    nav: str = "",
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render a page, or only its part when htmx asks for one.

    `nav` is the name of the entry in the top bar that this page belongs to.
    """
    if part is not None and is_polled(request):
        return render(request, part, {"project": project, **context}, status=status)
    if project is not None and request.user.is_authenticated:
        context |= _frame(actor_of(request), project, nav)
    return render(request, template, {"project": project, **context}, status=status)


def _frame(actor: Actor, project: Project, current: str) -> dict[str, Any]:
    role = role_of(actor, project.pk) or ""
    entries = sorted(nav_entries.items(), key=lambda pair: pair[1].place)
    shown = [
        {
            "title": entry.title,
            "url": reverse(entry.url_name, args=[project.oid]),
            "current": name == current,
        }
        for name, entry in entries
        if actor.allows(role, entry.may)
    ]
    menu = [
        {
            "name": membership.project.name,
            "url": reverse("project-home", args=[membership.project.oid]),
            "note": membership.get_role_display(),
            "current": membership.project_id == project.pk,
        }
        for membership in memberships_of(actor.user)[:20]
    ]
    return {"nav": shown, "project_menu": menu, "role": role}


def whole_again(response: HttpResponseBase) -> HttpResponseBase:
    """Let a page that polled a part load anew: buttons outside that part change, too."""
    response.headers["HX-Refresh"] = "true"
    return response


def is_polled(request: HttpRequest) -> bool:
    """Tell whether a page asks for a part of itself."""
    return request.headers.get("HX-Request") == "true"


def part_only(view: View) -> View:
    """Keep parts that htmx polls out of the browser's history cache."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Vary"] = "HX-Request, Cookie"
        return response

    return wrapped
