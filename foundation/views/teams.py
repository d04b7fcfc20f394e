"""Teams, and what is noted of each member: skills and languages."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.actor import Permission
from foundation.errors import DomainError
from foundation.queries.access import get_project_for
from foundation.queries.members import (
    annotator_of_member,
    annotators_of,
    get_member_for,
    get_team_for,
)
from foundation.services import teams
from foundation.views.page import actor_of, page, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@page
def person(request: HttpRequest, member_id: str) -> HttpResponseBase:
    """Show and note what a member knows and which languages they read."""
    actor = actor_of(request)
    membership = get_member_for(actor, member_id, Permission.MANAGE)
    annotator = annotator_of_member(membership)
    given = {name: ", ".join(getattr(annotator, name)) for name in ("skills", "languages")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in given}
        tags = {name: text.split(",") for name, text in given.items()}
        try:
            teams.describe_annotator(annotator=annotator, by=actor.user, **tags)
            messages.success(request, _("Saved for %(name)s.") % {"name": annotator.name})
            return redirect("members", membership.project.oid)
        except DomainError as error:
            errors = {place.at: str(place.detail) for place in error.places}
    project = membership.project
    return render_page(
        request,
        "foundation/person.html",
        project=project,
        nav="members",
        title=annotator.name,
        crumbs=[{"title": _("People"), "url": reverse("members", args=[project.oid])}],
        role=membership.get_role_display(),
        teams=sorted(annotator.teams.all(), key=lambda team: team.name),
        given=given,
        errors=errors,
        status=422 if errors else 200,
    )


@require_POST
@page
def new_team(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Make a team and go on to who is in it."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.MANAGE)
    try:
        name = request.POST.get("name", "")
        team = teams.create_team(project=project, name=name, by=actor.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("members", project.oid)
    return redirect("team", team.oid)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def team_page(request: HttpRequest, team_id: str) -> HttpResponseBase:
    """Rename a team, say who is in it, or remove it."""
    actor = actor_of(request)
    team = get_team_for(actor, team_id, Permission.MANAGE)
    project, error = team.project, ""
    people = list(annotators_of(project))
    chosen = set(team.annotators.values_list("pk", flat=True))
    name = team.name
    if request.method == "POST" and "delete" in request.POST:
        teams.delete_team(team=team, by=actor.user)
        text = _("The team %(name)s is gone. Its people stay in the project.")
        messages.success(request, text % {"name": name})
        return redirect("members", project.oid)
    if request.method == "POST":
        wanted = set(request.POST.getlist("people"))
        picked = [one for one in people if one.oid in wanted]
        name, chosen = request.POST.get("name", ""), {one.pk for one in picked}
        try:
            teams.change_team(team=team, by=actor.user, name=name, annotators=picked)
            messages.success(request, _("The team is saved."))
            return redirect("members", project.oid)
        except DomainError as wrong:
            error = str(wrong)
    return render_page(
        request,
        "foundation/team.html",
        project=project,
        nav="members",
        title=_("Team"),
        crumbs=[{"title": _("People"), "url": reverse("members", args=[project.oid])}],
        team=team,
        name=name,
        people=[(one, one.pk in chosen) for one in people],
        error=error,
        status=422 if error else 200,
    )
