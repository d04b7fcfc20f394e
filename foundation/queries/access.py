"""Fetching is the permission check: an object you hold is an object you may touch.

Strangers get the same NotFound as for something that does not exist; members whose role does
not allow it get NotAllowed.
"""

from foundation.actor import Actor, Permission
from foundation.errors import NotAllowed, NotFound
from foundation.models import Annotator, Job, Membership, Project
from foundation.opaque import decode_id
from foundation.queries.prepared import Prepared

_roles = Prepared(
    lambda project, user: Membership.objects.filter(
        project=project, user=user, ended_at=None
    ).values_list("role", flat=True)[:1]
)


def get_project_for(actor: Actor, project_id: str, may: Permission) -> Project:
    """Return the project with this public id, if the actor may do this in it."""
    project = Project.visible_to(actor).filter(pk=decode_id("project", project_id)).first()
    if project is None:
        raise NotFound
    require(actor, project.pk, may)
    return project


def require(actor: Actor, project_pk: int, may: Permission) -> None:
    """Raise NotFound for strangers and NotAllowed for members whose role does not allow it."""
    require_role(actor, project_pk, role_of(actor, project_pk), may)


def require_role(actor: Actor, project_pk: int, role: str | None, may: Permission) -> None:
    """Do what `require` does, for those who have read the role along with something else."""
    if role is None or _is_bound_elsewhere(actor, project_pk):
        raise NotFound
    if not actor.allows(role, may):
        raise NotAllowed


def _is_bound_elsewhere(actor: Actor, project_pk: int) -> bool:
    return actor.token is not None and actor.token.project_id not in (None, project_pk)


def may_do(actor: Actor, project_pk: int, may: Permission) -> bool:
    """Tell whether `require` would let this pass."""
    role = role_of(actor, project_pk)
    return role is not None and actor.allows(role, may)


def role_of(actor: Actor, project_pk: int) -> str | None:
    """Return the actor's role in a project, or None for strangers.

    A token that is bound to another project makes its holder a stranger.
    """
    if _is_bound_elsewhere(actor, project_pk):
        return None
    return _roles.first(project_pk, actor.user.pk)


def annotator_for(actor: Actor, project_pk: int) -> Annotator:
    """Return the actor's own annotator row in a project."""
    annotator = Annotator.objects.filter(
        project_id=project_pk, user_id=actor.user.pk, ended_at=None
    ).first()
    if annotator is None:
        raise NotFound
    return annotator


def get_job_for(actor: Actor, job_id: str, may: Permission = Permission.MEMBER) -> Job:
    """Return a job of a project the actor belongs to.

    Those who may not view the project see only the jobs they started themselves.
    """
    job = Job.objects.select_related("project").filter(pk=decode_id("job", job_id)).first()
    if job is None or job.project_id is None:
        raise NotFound
    require(actor, job.project_id, may)
    is_own = job.created_by_id == actor.user.pk
    if not is_own and not may_do(actor, job.project_id, Permission.VIEW):
        raise NotFound
    return job
