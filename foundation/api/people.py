"""REST doors: projects, members, invitations, tokens."""

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.actor import Permission
from foundation.api import shapes
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import paged
from foundation.errors import NotAllowed
from foundation.models import Project
from foundation.queries.access import get_project_for, role_of
from foundation.queries.members import (
    events_of,
    get_invitation_for,
    get_member_for,
    get_token_for,
    members_of,
    tokens_of,
)
from foundation.services import people, tokens


class MeView(APIView):
    """Who is asking."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.MeOut)
    def get(self, request: Request) -> Response:
        """Return the person and the scopes of the token."""
        actor = actor_of(request)
        scopes = actor.token.scopes if actor.token else None
        user = actor.user
        return Response(
            {"id": user.oid, "username": user.username, "name": user.shown_name, "scopes": scopes}
        )


class KeysView(APIView):
    """The keys that one chose in the workbench."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.Keys)
    def get(self, request: Request) -> Response:
        """Return the choice; without one, `keys` is empty and each action has its own keys."""
        return Response(shapes.show_keys(actor_of(request).user))

    @extend_schema(request=shapes.Keys, responses=shapes.Keys)
    def put(self, request: Request) -> Response:
        """Choose keys anew. A token cannot: keys belong to the person at the keyboard."""
        actor = actor_of(request)
        if actor.token is not None:
            raise NotAllowed
        wanted = shapes.Keys(data=request.data)
        wanted.is_valid(raise_exception=True)
        return Response(
            shapes.show_keys(people.update_keys(user=actor.user, **wanted.validated_data))
        )


class ProjectsView(APIView):
    """The projects one belongs to."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.ProjectOut(many=True))
    def get(self, request: Request) -> Response:
        """List projects."""
        return paged(request, Project.visible_to(actor_of(request)), shapes.show_project)

    @extend_schema(request=shapes.ProjectIn, responses={201: shapes.ProjectOut})
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a project; its maker owns it."""
        actor = actor_of(request)
        if actor.token is not None and Permission.OWN not in actor.token.scopes:
            raise NotAllowed
        if actor.token is not None and actor.token.project_id is not None:
            raise NotAllowed
        wanted = shapes.ProjectIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        project = people.create_project(by=actor.user, **wanted.validated_data)
        return Response(shapes.show_project(project, "owner"), status=201)


class ProjectView(APIView):
    """One project."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.ProjectOut)
    def get(self, request: Request, project_id: str) -> Response:
        """Return a project and one's role in it."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.MEMBER)
        return Response(shapes.show_project(project, role_of(actor, project.pk)))

    @extend_schema(request=shapes.ProjectIn, responses=shapes.ProjectOut)
    @idempotent
    def put(self, request: Request, project_id: str) -> Response:
        """Change name and description."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.OWN)
        wanted = shapes.ProjectIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        people.describe_project(project=project, by=actor.user, **wanted.validated_data)
        return Response(shapes.show_project(project, "owner"))


class MembersView(APIView):
    """The members of a project."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.MemberOut(many=True))
    def get(self, request: Request, project_id: str) -> Response:
        """List members."""
        project = get_project_for(actor_of(request), project_id, Permission.VIEW)
        return paged(request, members_of(project), shapes.show_member)


class MemberView(APIView):
    """One member."""

    throttle_scope = "write"

    @extend_schema(request=shapes.MemberIn, responses=shapes.MemberOut)
    @idempotent
    def patch(self, request: Request, member_id: str) -> Response:
        """Give a member another role."""
        actor = actor_of(request)
        membership = get_member_for(actor, member_id, Permission.OWN)
        wanted = shapes.MemberIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        people.change_role(membership=membership, by=actor.user, **wanted.validated_data)
        return Response(shapes.show_member(membership))

    @extend_schema(responses={204: None})
    @idempotent
    def delete(self, request: Request, member_id: str) -> Response:
        """Let a member go; what they said stays."""
        actor = actor_of(request)
        membership = get_member_for(actor, member_id, Permission.OWN)
        people.end_membership(membership=membership, by=actor.user)
        return Response(status=204)


class InvitationsView(APIView):
    """Links that let people into a project."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.InvitationOut(many=True))
    def get(self, request: Request, project_id: str) -> Response:
        """List invitations, without their secrets."""
        project = get_project_for(actor_of(request), project_id, Permission.MANAGE)
        rows = project.invitations.all()
        return paged(request, rows, shapes.show_invitation, newest_first=True)

    @extend_schema(request=shapes.InvitationIn, responses={201: shapes.InvitationOut})
    @idempotent
    def post(self, request: Request, project_id: str) -> Response:
        """Make a link for one person. Its address is shown in this answer only."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.MANAGE)
        wanted = shapes.InvitationIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        invitation, path = people.create_invitation(
            project=project, by=actor.user, **wanted.validated_data
        )
        body = shapes.show_invitation(invitation) | {"url": settings.BASE_URL + path}
        return Response(body, status=201)


class InvitationView(APIView):
    """One invitation."""

    throttle_scope = "write"

    @extend_schema(responses={204: None})
    @idempotent
    def delete(self, request: Request, invitation_id: str) -> Response:
        """Make a link useless."""
        actor = actor_of(request)
        invitation = get_invitation_for(actor, invitation_id, Permission.MANAGE)
        people.revoke_invitation(invitation=invitation, by=actor.user)
        return Response(status=204)


class EventsView(APIView):
    """The audit trail of a project."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.EventOut(many=True))
    def get(self, request: Request, project_id: str) -> Response:
        """List what was done, newest first."""
        project = get_project_for(actor_of(request), project_id, Permission.MANAGE)
        return paged(request, events_of(project), shapes.show_event, newest_first=True)


class TokensView(APIView):
    """One's own tokens."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.TokenOut(many=True))
    def get(self, request: Request) -> Response:
        """List tokens, without their secrets."""
        return paged(request, tokens_of(actor_of(request)), shapes.show_token, newest_first=True)

    @extend_schema(request=shapes.TokenIn, responses={201: shapes.TokenOut})
    def post(self, request: Request) -> Response:
        """Issue a token. A token cannot issue tokens; its secret is shown in this answer only."""
        actor = actor_of(request)
        if actor.token is not None:
            raise NotAllowed
        wanted = shapes.TokenIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        project_id = values.pop("project")
        project = get_project_for(actor, project_id, Permission.MEMBER) if project_id else None
        token, secret = tokens.issue_token(user=actor.user, project=project, **values)
        return Response(shapes.show_token(token) | {"secret": secret}, status=201)


class TokenView(APIView):
    """One of one's own tokens."""

    throttle_scope = "write"

    @extend_schema(responses={204: None})
    def delete(self, request: Request, token_id: str) -> Response:
        """End a token now."""
        actor = actor_of(request)
        tokens.revoke_token(token=get_token_for(actor, token_id), by=actor.user)
        return Response(status=204)
