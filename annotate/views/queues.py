"""Queues on pages: which there are, what is left, and making one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotate.models import Queue
from annotate.queries.pages import QueueRow, queue_rows, queues_of
from annotate.services.queues import QueuePlan, create_queue, start_filling
from annotate.views.policy_form import form_errors, policy_form, read_policy_form, with_risks
from annotate.views.who_form import read_who_form, who_choices
from datasets.models import Dataset, LabelSchema
from datasets.queries.access import get_dataset_for
from datasets.queries.lists import datasets_in, fitting_schemas
from datasets.queries.slices import slice_of
from datasets.queries.stats import item_counts
from foundation.actor import Actor, Permission
from foundation.errors import DomainError, Invalid, NotFound, Place
from foundation.models import Annotator, Project
from foundation.queries.access import annotator_for, get_project_for, role_of
from foundation.views.page import actor_of, page, render_page


@require_safe
@page
def queue_list(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """List the queues of a project: work for those who label, progress for those who manage."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.MEMBER)
    may = permissions_in(actor, project)
    queues = queues_of(project)
    if not may["view"]:
        queues = queues.exclude(state=Queue.State.CLOSED)
    me = me_in(actor, project) if may["annotate"] else None
    rows = queue_rows(queues, me, with_tasks=may["view"])
    dataset = datasets_in(project).first()
    return render_page(
        request,
        "annotate/queues.html",
        project=project,
        nav="queues",
        title=_("Queues"),
        rows=rows,
        first=first_with_work(rows),
        dataset=dataset,
        may=may,
    )


def permissions_in(actor: Actor, project: Project) -> dict[str, bool]:
    """Return what the actor may do in a project, by the name of the permission."""
    role = role_of(actor, project.pk) or ""
    return {permission.value: actor.allows(role, permission) for permission in Permission}


def me_in(actor: Actor, project: Project) -> Annotator | None:
    """Return the actor's own row in a project; None for one who has never worked there."""
    try:
        return annotator_for(actor, project.pk)
    except NotFound:
        return None


def first_with_work(rows: list[QueueRow]) -> QueueRow | None:
    """Return the queue that a person is led to first."""
    return next((row for row in rows if row.has_work), None)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_queue(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """Make a queue over a dataset, under a policy, with a guideline."""
    actor = actor_of(request)
    dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
    schemas = list(fitting_schemas(dataset))
    given: dict[str, Any] = policy_form() | {"follows_dataset": "1", "shows_suggestions": "1"}
    errors: dict[str, str] = {}
    if "slice" in request.GET:
        chosen = slice_of(dataset, request.GET["slice"])
        given |= {"filter": chosen.filter, "name": chosen.name}
    if request.method == "POST":
        given = request.POST.dict()
        try:
            queue = _create(request, dataset, schemas)
            messages.success(request, _("The queue is made and is being filled."))
            return redirect("queue", queue.oid)
        except DomainError as error:
            errors = form_errors(error)
    return render_page(
        request,
        "annotate/queue_new.html",
        project=dataset.project,
        nav="queues",
        title=_("New queue"),
        crumbs=[{"title": _("Queues"), "url": reverse("queues", args=[dataset.project.oid])}],
        dataset=dataset,
        datasets=_datasets(dataset),
        counts=item_counts(dataset),
        schemas=[(schema.oid, schema.name) for schema in schemas],
        given=with_risks(given),
        who=who_choices(dataset.project, given),
        errors=errors,
        status=422 if errors else 200,
    )


def _create(request: HttpRequest, dataset: Dataset, schemas: list[LabelSchema]) -> Queue:
    given = request.POST
    schema = next((one for one in schemas if one.oid == given.get("schema")), None)
    if schema is None:
        raise Invalid(places=[Place("schema", "required", _("Choose a label schema."))])
    by = actor_of(request).user
    plan = QueuePlan(
        name=given.get("name", ""),
        filter=given.get("filter", ""),
        follows_dataset="follows_dataset" in given,
        shows_suggestions="shows_suggestions" in given,
        guideline=given.get("guideline", ""),
        **read_who_form(dataset.project, given.dict()),
    )
    policy = read_policy_form(given.dict())
    queue = create_queue(dataset=dataset, schema=schema, plan=plan, policy=policy, by=by)
    start_filling(queue=queue, by=by)
    return queue


def _datasets(current: Dataset) -> list[dict[str, Any]]:
    return [
        {
            "title": dataset.name,
            "url": reverse("queue-new", args=[dataset.oid]),
            "current": dataset.pk == current.pk,
        }
        for dataset in datasets_in(current.project)
    ]
