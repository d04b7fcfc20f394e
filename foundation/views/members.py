"""Who is in a project, who is invited, and one's own tokens."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.actor import Permission
from foundation.errors import Conflict
from foundation.forms import InvitationForm, RoleForm, TokenForm
from foundation.models import Annotator, Membership, Project, Role
from foundation.queries.access import get_project_for, may_do
from foundation.queries.members import (
    annotators_of,
    get_invitation_for,
    get_member_for,
    get_token_for,
    members_of,
    teams_of,
    tokens_of,
)
from foundation.services import people
from foundation.services.tokens import issue_token, revoke_token
from foundation.views.page import actor_of, page, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@page
def members(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Show members and open invitations; make an invitation link."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.VIEW)
    may_invite = may_do(actor, project.pk, Permission.MANAGE)
    form, link = InvitationForm(request.POST or None), None
    if request.method == "POST":
        get_project_for(actor, project_id, Permission.MANAGE)
        if form.is_valid():
            _invitation, path = people.create_invitation(
                project=project, by=actor.user, **form.cleaned_data
            )
            link, form = settings.BASE_URL + path, InvitationForm()
    waiting = project.invitations.filter(
        used_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).order_by("-pk")
    return render_page(
        request,
        "foundation/members.html",
        project=project,
        nav="members",
        title=_("People"),
        members=_shown(project),
        teams=teams_of(project) if may_invite else [],
        roles=Role.choices,
        invitations=waiting if may_invite else [],
        may_invite=may_invite,
        may_change=may_do(actor, project.pk, Permission.OWN),
        form=form,
        link=link,
        status=422 if form.errors else 200,
    )


def _shown(project: Project) -> list[tuple[Membership, Annotator | None]]:
    """Return the members, each with the row under which they answer."""
    known = {one.user_id: one for one in annotators_of(project)}
    members = members_of(project).order_by("user__name", "user__username")
    return [(member, known.get(member.user_id)) for member in members]


@require_POST
@page
def change_member(request: HttpRequest, member_id: str) -> HttpResponseBase:
    """Change a role, or let a member go."""
    actor = actor_of(request)
    membership = get_member_for(actor, member_id, Permission.OWN)
    try:
        if "remove" in request.POST:
            people.end_membership(membership=membership, by=actor.user)
            text = _("%(name)s has left the project. Their labels stay.")
        else:
            form = RoleForm(request.POST)
            if form.is_valid():
                people.change_role(membership=membership, by=actor.user, **form.cleaned_data)
            text = _("The role of %(name)s is changed.")
        messages.success(request, text % {"name": membership.user.shown_name})
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("members", membership.project.oid)


@require_POST
@page
def revoke_invitation(request: HttpRequest, invitation_id: str) -> HttpResponseBase:
    """Make an invitation useless."""
    actor = actor_of(request)
    invitation = get_invitation_for(actor, invitation_id, Permission.MANAGE)
    people.revoke_invitation(invitation=invitation, by=actor.user)
    messages.success(request, _("The invitation does not work any more."))
    return redirect("members", invitation.project.oid)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def tokens(request: HttpRequest) -> HttpResponseBase:
    """Show one's tokens and make one; its secret is shown once."""
    actor = actor_of(request)
    form, secret = TokenForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        _token, secret = issue_token(user=actor.user, **form.cleaned_data)
        form = TokenForm()
    return render_page(
        request,
        "foundation/tokens.html",
        title=_("API tokens"),
        tokens=tokens_of(actor).order_by("-pk"),
        form=form,
        secret=secret,
        base_url=settings.BASE_URL,
        status=422 if form.errors else 200,
    )


@require_POST
@page
def revoke(request: HttpRequest, token_id: str) -> HttpResponseBase:
    """End a token."""
    actor = actor_of(request)
    revoke_token(token=get_token_for(actor, token_id), by=actor.user)
    messages.success(request, _("The token does not work any more."))
    return redirect("tokens")
