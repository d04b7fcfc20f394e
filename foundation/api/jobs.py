"""REST doors: jobs. Pages poll these with ETag."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import jobs
from foundation.actor import Permission
from foundation.api import shapes
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import paged
from foundation.models import Job
from foundation.queries.access import get_job_for, get_project_for, may_do, require
from foundation.queries.jobs import jobs_of


def accepted(job: Job) -> Response:
    """Answer 202 with the address of the job."""
    return Response(
        shapes.show_job(job), status=202, headers={"Location": f"/api/v1/jobs/{job.oid}"}
    )


class ProjectJobsView(APIView):
    """The jobs of a project."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.JobOut(many=True))
    def get(self, request: Request, project_id: str) -> Response:
        """List jobs, newest first."""
        project = get_project_for(actor_of(request), project_id, Permission.VIEW)
        return paged(request, jobs_of(project), shapes.show_job, newest_first=True)


class JobView(APIView):
    """One job."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.JobOut)
    def get(self, request: Request, job_id: str) -> Response:
        """Return how far a job is. Answers 304 when nothing has moved."""
        job = get_job_for(actor_of(request), job_id)
        etag = f'"{job.state}-{job.fence}-{job.done}-{job.total}-{len(job.note)}"'
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        return Response(shapes.show_job(job), headers={"ETag": etag})


class JobCancelView(APIView):
    """Stopping a job."""

    throttle_scope = "write"

    @extend_schema(request=None, responses={202: shapes.JobOut})
    @idempotent
    def post(self, request: Request, job_id: str) -> Response:
        """Ask a job to stop: its starter may, and who manages the project."""
        job = _job_to_change(request, job_id)
        return accepted(jobs.request_cancel(job))


class JobRetryView(APIView):
    """Letting a failed job go on."""

    throttle_scope = "write"

    @extend_schema(request=None, responses={202: shapes.JobOut})
    @idempotent
    def post(self, request: Request, job_id: str) -> Response:
        """Let a failed or cancelled job go on from its last checkpoint."""
        job = _job_to_change(request, job_id)
        return accepted(jobs.retry(job))


class JobRefusalsView(APIView):
    """What a job did not take."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.RefusalOut(many=True))
    def get(self, request: Request, job_id: str) -> Response:
        """List refused records in their order, with place and reason."""
        job = get_job_for(actor_of(request), job_id)
        return paged(request, job.refusals.all(), shapes.show_refusal)


def _job_to_change(request: Request, job_id: str) -> Job:
    actor = actor_of(request)
    job = get_job_for(actor, job_id)
    is_own = job.created_by_id == actor.user.pk
    if job.project_id is not None:
        pushes = is_own and may_do(actor, job.project_id, Permission.PUSH)
        require(actor, job.project_id, Permission.PUSH if pushes else Permission.MANAGE)
    return job
