"""REST doors: teams, and what is noted of members."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.actor import Permission
from foundation.api import shapes
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import paged
from foundation.queries.access import get_project_for
from foundation.queries.members import (
    annotator_of_member,
    annotators_named,
    get_member_for,
    get_team_for,
    teams_of,
)
from foundation.services import teams


class TagsView(APIView):
    """What is noted of one member."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.TagsOut)
    def get(self, request: Request, member_id: str) -> Response:
        """Return skills, languages and teams of a member."""
        membership = get_member_for(actor_of(request), member_id, Permission.MANAGE)
        return Response(shapes.show_tags(annotator_of_member(membership)))

    @extend_schema(request=shapes.TagsIn, responses=shapes.TagsOut)
    @idempotent
    def put(self, request: Request, member_id: str) -> Response:
        """Note skills and languages of a member; queues that ask for them follow at once."""
        actor = actor_of(request)
        membership = get_member_for(actor, member_id, Permission.MANAGE)
        wanted = shapes.TagsIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        annotator = annotator_of_member(membership)
        teams.describe_annotator(annotator=annotator, by=actor.user, **wanted.validated_data)
        return Response(shapes.show_tags(annotator))


class TeamsView(APIView):
    """The teams of a project."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.TeamOut(many=True))
    def get(self, request: Request, project_id: str) -> Response:
        """List teams."""
        project = get_project_for(actor_of(request), project_id, Permission.MANAGE)
        return paged(request, teams_of(project).prefetch_related("annotators"), shapes.show_team)

    @extend_schema(request=shapes.TeamIn, responses={201: shapes.TeamOut})
    @idempotent
    def post(self, request: Request, project_id: str) -> Response:
        """Make a team."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.MANAGE)
        wanted = shapes.TeamIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        people = annotators_named(project, wanted.validated_data["people"])
        team = teams.create_team(
            project=project, name=wanted.validated_data["name"], by=actor.user, annotators=people
        )
        return Response(shapes.show_team(team), status=201)


class TeamView(APIView):
    """One team."""

    throttle_scope = "write"

    @extend_schema(request=shapes.TeamChange, responses=shapes.TeamOut)
    @idempotent
    def patch(self, request: Request, team_id: str) -> Response:
        """Rename a team, or say anew who is in it."""
        actor = actor_of(request)
        team = get_team_for(actor, team_id, Permission.MANAGE)
        wanted = shapes.TeamChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        ids = wanted.validated_data.get("people")
        people = None if ids is None else annotators_named(team.project, ids)
        name = wanted.validated_data.get("name")
        teams.change_team(team=team, by=actor.user, name=name, annotators=people)
        return Response(shapes.show_team(team))

    @extend_schema(responses={204: None})
    @idempotent
    def delete(self, request: Request, team_id: str) -> Response:
        """Remove a team; its people stay."""
        actor = actor_of(request)
        team = get_team_for(actor, team_id, Permission.MANAGE)
        teams.delete_team(team=team, by=actor.user)
        return Response(status=204)
