"""Long work: what runs, what failed and why, and what to do about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from foundation import jobs
from foundation.actor import Permission
from foundation.errors import DomainError
from foundation.models import Job
from foundation.opaque import decode_id, encode_id
from foundation.queries.access import get_job_for, get_project_for, may_do, require
from foundation.queries.jobs import jobs_of, pace_of
from foundation.templatetags.words import number
from foundation.views.page import (
    actor_of,
    is_polled,
    page,
    part_only,
    render_page,
    whole_again,
)

PAGE = 30
REFUSALS_SHOWN = 100
FACT_NAMES = {
    "accuracy": gettext_lazy("Accuracy on test items"),
    "added": gettext_lazy("Tasks added"),
    "annotations": gettext_lazy("Annotations"),
    "changed": gettext_lazy("Tasks changed"),
    "content_root": gettext_lazy("Content root"),
    "created": gettext_lazy("New items"),
    "entries": gettext_lazy("Entries"),
    "files": gettext_lazy("Files"),
    "format": gettext_lazy("Format"),
    "macro_f1": gettext_lazy("Macro F1 on test items"),
    "refused": gettext_lazy("Refused"),
    "schema": gettext_lazy("Label schema"),
    "seal": gettext_lazy("Seal"),
    "suggestions": gettext_lazy("Suggestions"),
    "truths": gettext_lazy("Accepted labels"),
    "unchanged": gettext_lazy("Unchanged"),
}
"""What a report of a job may tell on its page, in words; the rest is for programs."""


@require_safe
@page
@part_only
def job_list(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """List jobs, newest first."""
    project = get_project_for(actor_of(request), project_id, Permission.VIEW)
    rows = jobs_of(project).order_by("-pk")
    before = request.GET.get("before")
    if before:
        rows = rows.filter(pk__lt=decode_id("before", before))
    found = list(rows[: PAGE + 1])
    older = f"?before={encode_id('before', found[PAGE - 1].pk)}" if len(found) > PAGE else ""
    shown = [{"job": job, "pace": pace_of(job)} for job in found[:PAGE]]
    is_live = any(not job.has_ended for job in found[:PAGE])
    return render_page(
        request,
        "foundation/jobs.html",
        part="foundation/_jobs.html",
        project=project,
        nav="jobs",
        title=_("Jobs"),
        rows=shown,
        is_live=is_live,
        older=older,
        newest="?" if before else "",
    )


@require_safe
@page
@part_only
def job_page(request: HttpRequest, job_id: str) -> HttpResponseBase:
    """Show one job: how far, how fast, what was refused and how it ended."""
    actor = actor_of(request)
    job = get_job_for(actor, job_id)
    if job.has_ended and is_polled(request):
        return whole_again(HttpResponse())
    refusals = list(job.refusals.order_by("position")[: REFUSALS_SHOWN + 1])
    return render_page(
        request,
        "foundation/job.html",
        part="foundation/_job.html",
        project=job.project,
        nav="jobs",
        title=job.title or job.kind,
        job=job,
        pace=pace_of(job),
        facts=_facts(job.report),
        remarks=_remarks(job.report),
        refusals=refusals[:REFUSALS_SHOWN],
        has_more_refusals=len(refusals) > REFUSALS_SHOWN,
        may_change=_may_change(request, job),
    )


def _facts(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what a report says in single values, by names for people; nothing that is nothing."""
    found = []
    for key, name in FACT_NAMES.items():
        value = report.get(key)
        if isinstance(value, dict):
            value = value.get("name")
        if value:
            found.append((str(name), value if isinstance(value, str) else number(value)))
    return found


def _remarks(report: dict[str, Any]) -> list[str]:
    """Return what a report warns of: in a file that came in, or lost in one that was written."""
    said = [*(report.get("warnings") or []), *(report.get("losses") or [])]
    return [str(one["detail"]) if isinstance(one, dict) else str(one) for one in said]


@require_POST
@page
def change_job(request: HttpRequest, job_id: str) -> HttpResponseBase:
    """Cancel a job, or let a failed one go on."""
    actor = actor_of(request)
    job = get_job_for(actor, job_id)
    if not _may_change(request, job) and job.project_id is not None:
        require(actor, job.project_id, Permission.MANAGE)
    try:
        if "retry" in request.POST:
            jobs.retry(job)
            messages.success(request, _("The job goes on from its last step."))
        else:
            jobs.request_cancel(job)
            messages.success(request, _("The job was asked to stop."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("job", job.oid)


def _may_change(request: HttpRequest, job: Job) -> bool:
    actor = actor_of(request)
    if job.project_id is None:
        return job.created_by_id == actor.user.pk
    if may_do(actor, job.project_id, Permission.MANAGE):
        return True
    return job.created_by_id == actor.user.pk and may_do(actor, job.project_id, Permission.PUSH)
