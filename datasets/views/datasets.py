"""Datasets on pages: make one, bring files in, take files out."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from datasets.models import Dataset
from datasets.queries.access import get_dataset_for, get_schema_for
from datasets.queries.lists import (
    committed_uploads,
    exports_of,
    fitting_schemas,
    frozen_versions,
)
from datasets.queries.stats import item_counts, schemas_used
from datasets.queries.versions import get_version_for
from datasets.services.datasets import create_dataset
from datasets.services.exports import start_export
from foundation.actor import Permission
from foundation.errors import DomainError
from foundation.queries.access import get_project_for, may_do
from foundation.queries.jobs import pace_of
from foundation.views.page import actor_of, page, part_only, render_page

DATA_TYPES = ("text", "image", "audio", "video", "series", "conversation", "table")
FORMATS = ("jsonl", "csv", "coco", "ranges")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_dataset(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Make a dataset, then bring files in."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.MANAGE)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            dataset = create_dataset(
                project=project,
                name=request.POST.get("name", ""),
                data_type=request.POST.get("data_type", ""),
                description=request.POST.get("description", ""),
                by=actor.user,
            )
            return redirect("upload", dataset.oid)
        except DomainError as error:
            errors = {place.at: str(place.detail) for place in error.places} or {"": str(error)}
    return render_page(
        request,
        "datasets/dataset_new.html",
        project=project,
        nav="items",
        title=_("New dataset"),
        given=request.POST,
        errors=errors,
        types=[
            ("text", _("Texts")),
            ("image", _("Images")),
            ("audio", _("Sounds")),
            ("video", _("Videos")),
            ("series", _("Time series: a file of CSV or Parquet is one item")),
            ("conversation", _("Conversations")),
            ("table", _("Table rows: each row of a CSV is an item")),
        ],
        status=422 if errors else 200,
    )


@require_safe
@page
def upload(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """Drop files, a folder, a ZIP, a CSV or a JSONL, and watch them arrive."""
    actor = actor_of(request)
    dataset = get_dataset_for(actor, dataset_id, Permission.PUSH)
    recent = committed_uploads(dataset)[:10]
    return render_page(
        request,
        "datasets/upload.html",
        project=dataset.project,
        nav="items",
        title=_("Add items to %(name)s") % {"name": dataset.name},
        dataset=dataset,
        schemas=fitting_schemas(dataset),
        counts=item_counts(dataset),
        recent=[
            {"upload": one, "job": one.job, "pace": pace_of(one.job)} for one in recent if one.job
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
@part_only
def exports(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """Ask for a file of the living dataset or of a version, and take it when it is ready."""
    actor = actor_of(request)
    dataset = get_dataset_for(actor, dataset_id, Permission.VIEW)
    error = ""
    if request.method == "POST":
        get_dataset_for(actor, dataset_id, Permission.MANAGE)
        try:
            _ask(request, dataset)
            messages.success(request, _("The export is being written."))
            return redirect("exports", dataset.oid)
        except DomainError as wrong:
            error = "; ".join(str(place.detail) for place in wrong.places) or str(wrong)
    rows = exports_of(dataset)[:50]
    shown = [{"export": one, "pace": pace_of(one.job) if one.job else None} for one in rows]
    return render_page(
        request,
        "datasets/exports.html",
        part="datasets/_exports.html",
        project=dataset.project,
        nav="items",
        title=_("Exports of %(name)s") % {"name": dataset.name},
        dataset=dataset,
        schemas=schemas_used(dataset),
        versions=frozen_versions(dataset),
        wanted=request.GET.get("version", ""),
        formats=FORMATS,
        rows=shown,
        is_live=any(one.job and not one.job.has_ended for one in rows),
        error=error,
        may_manage=may_do(actor, dataset.project_id, Permission.MANAGE),
        status=422 if error else 200,
    )


def _ask(request: HttpRequest, dataset: Dataset) -> None:
    actor = actor_of(request)
    values: dict[str, Any] = {"format": request.POST.get("format", "jsonl")}
    if request.POST.get("version"):
        values["version"] = get_version_for(actor, request.POST["version"], Permission.VIEW)
    elif request.POST.get("schema"):
        values["schema"] = get_schema_for(actor, request.POST["schema"], Permission.VIEW)
    start_export(dataset=dataset, by=actor.user, **values)
