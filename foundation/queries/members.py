"""Reading members, invitations and tokens, each fetched with permission."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from foundation.actor import ROLE_PERMISSIONS, Actor, Permission
from foundation.errors import NotFound
from foundation.models import (
    Annotator,
    ApiToken,
    Event,
    Invitation,
    Membership,
    Project,
    Team,
    User,
)
from foundation.opaque import decode_id
from foundation.queries.access import require


def members_of(project: Project) -> QuerySet[Membership]:
    """Return the active members."""
    return project.memberships.filter(ended_at=None).select_related("user")


def get_member_for(actor: Actor, member_id: str, may: Permission) -> Membership:
    """Return an active membership, if the actor may do this in its project."""
    membership = (
        Membership.objects.select_related("user", "project")
        .filter(pk=decode_id("member", member_id), ended_at=None)
        .first()
    )
    if membership is None:
        raise NotFound
    require(actor, membership.project_id, may)
    return membership


def annotators_of(project: Project) -> QuerySet[Annotator]:
    """Return the people who answer in a project now, with their teams, by name."""
    people = Annotator.objects.filter(
        project=project, kind=Annotator.Kind.PERSON, ended_at=None, user__isnull=False
    )
    return people.prefetch_related("teams").order_by("name", "pk")


def annotator_of_member(membership: Membership) -> Annotator:
    """Return the row under which a member answers."""
    return annotators_of(membership.project).get(user=membership.user_id)


def annotators_named(project: Project, ids: Iterable[str]) -> list[Annotator]:
    """Return the people of a project with these public ids. Raises NotFound for any other."""
    numbers = {decode_id("annotator", one) for one in ids}
    found = list(annotators_of(project).filter(pk__in=numbers))
    if len(found) != len(numbers):
        raise NotFound
    return found


def teams_of(project: Project) -> QuerySet[Team]:
    """Return the teams of a project by name, each with `people`: how many are in it now."""
    present = Count("annotators", filter=Q(annotators__ended_at=None))
    return project.teams.annotate(people=present).order_by("name")


def get_team_for(actor: Actor, team_id: str, may: Permission) -> Team:
    """Return a team, if the actor may do this in its project."""
    pk = decode_id("team", team_id)
    team = Team.objects.select_related("project").filter(pk=pk).first()
    if team is None:
        raise NotFound
    require(actor, team.project_id, may)
    return team


def get_invitation_for(actor: Actor, invitation_id: str, may: Permission) -> Invitation:
    """Return an invitation, if the actor may do this in its project."""
    pk = decode_id("invitation", invitation_id)
    invitation = Invitation.objects.select_related("project").filter(pk=pk).first()
    if invitation is None:
        raise NotFound
    require(actor, invitation.project_id, may)
    return invitation


def memberships_of(user: User) -> QuerySet[Membership]:
    """Return the active memberships of a person in projects that are not archived."""
    memberships = Membership.objects.filter(user=user, ended_at=None, project__archived_at=None)
    return memberships.select_related("project").order_by("project__name")


def events_of(project: Project) -> QuerySet[Event]:
    """Return the audit trail of a project."""
    return Event.objects.filter(project=project).select_related("user")


def tokens_of(actor: Actor) -> QuerySet[ApiToken]:
    """Return the actor's own tokens that have not been revoked."""
    return ApiToken.objects.select_related("project").filter(user=actor.user, revoked_at=None)


def get_token_for(actor: Actor, token_id: str) -> ApiToken:
    """Return one of the actor's own tokens."""
    token = tokens_of(actor).filter(pk=decode_id("token", token_id)).first()
    if token is None:
        raise NotFound
    return token


def users_who_may(project_pk: int, may: Permission) -> QuerySet[User]:
    """Return the people whose role in a project allows something, by their names."""
    roles = [role for role, allowed in ROLE_PERMISSIONS.items() if may in allowed]
    there = Membership.objects.filter(project=project_pk, ended_at=None, role__in=roles)
    return User.objects.filter(pk__in=there.values("user"), is_active=True).order_by(
        "name", "username"
    )
