"""Reading how far jobs are."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from foundation.models import Job, Project


@dataclass(frozen=True)
class Pace:
    """How fast a job goes and how long it will take; None while nobody can tell."""

    rate: float | None
    left: float | None


def pace_of(job: Job) -> Pace:
    """Return units a second since this attempt started, and the seconds that are left."""
    if job.state != Job.State.RUNNING or job.started_at is None or not job.done:
        return Pace(None, None)
    seconds = max((timezone.now() - job.started_at).total_seconds(), 0.001)
    rate = job.done / seconds
    left = (job.total - job.done) / rate if job.total and job.total > job.done else None
    return Pace(rate, left)


def jobs_of(project: Project) -> QuerySet[Job]:
    """Return the jobs of a project."""
    return Job.objects.filter(project=project).select_related("created_by")


def is_under_way(kind: str) -> bool:
    """Tell whether a job of this kind waits or runs."""
    return Job.objects.filter(kind=kind, state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists()
