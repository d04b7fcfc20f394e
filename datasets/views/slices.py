"""Slices on pages: saved from the search field of the items, listed, changed, taken away."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from datasets.models import Dataset
from datasets.queries.access import get_dataset_for
from datasets.queries.slices import get_slice_for, slice_rows, slices_of
from datasets.services import slices
from foundation.actor import Permission
from foundation.errors import DomainError
from foundation.opaque import encode_id
from foundation.queries.access import may_do
from foundation.views.page import actor_of, page, render_page

PAGE = 25


@require_safe
@page
def slice_list(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """List the slices of a dataset with what matches them now."""
    actor = actor_of(request)
    dataset = get_dataset_for(actor, dataset_id, Permission.VIEW)
    start = _start(request)
    found = list(slices_of(dataset).select_related("dataset")[start : start + PAGE + 1])
    return render_page(
        request,
        "datasets/slices.html",
        project=dataset.project,
        nav="items",
        title=_("Slices"),
        crumbs=_crumbs(dataset),
        dataset=dataset,
        rows=[
            {"found": row, "url": f"{_items(dataset)}?{urlencode({'q': row.slice.filter})}"}
            for row in slice_rows(found[:PAGE])
        ],
        newer=f"?start={max(0, start - PAGE)}" if start else "",
        older=f"?start={start + PAGE}" if len(found) > PAGE else "",
        may_manage=may_do(actor, dataset.project_id, Permission.MANAGE),
    )


def _start(request: HttpRequest) -> int:
    text = request.GET.get("start", "")
    return min(int(text), slices.MOST_SLICES) if text.isdecimal() and len(text) < 5 else 0


def _items(dataset: Dataset) -> str:
    return reverse("dataset-items", args=[dataset.oid])


def _crumbs(dataset: Dataset) -> list[dict[str, str]]:
    return [{"title": dataset.name, "url": _items(dataset)}]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_slice(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """Give the filter of the items page a name."""
    actor = actor_of(request)
    dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
    given = {"name": "", "filter": request.GET.get("q", "")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in given}
        try:
            found = slices.save_slice(dataset=dataset, by=actor.user, **given)
        except DomainError as error:
            errors = _errors(error)
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": found.name})
            return redirect(f"{_items(dataset)}?{urlencode({'q': found.filter})}")
    return _form(request, dataset, _("Save as slice"), given, errors)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit_slice(request: HttpRequest, slice_id: str) -> HttpResponseBase:
    """Change the name or the filter of a slice."""
    actor = actor_of(request)
    found = get_slice_for(actor, slice_id, Permission.MANAGE)
    given = {"name": found.name, "filter": found.filter}
    title, errors = found.name, dict[str, str]()
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in given}
        try:
            slices.change_slice(slice=found, by=actor.user, **given)
        except DomainError as error:
            errors = _errors(error)
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": found.name})
            return redirect("slices", found.dataset.oid)
    return _form(request, found.dataset, title, given, errors)


def _errors(error: DomainError) -> dict[str, str]:
    return {place.at: str(place.detail) for place in error.places} or {"": str(error)}


def _form(
    request: HttpRequest,
    dataset: Dataset,
    title: str,
    given: dict[str, str],
    errors: dict[str, str],
) -> HttpResponseBase:
    listed = {"title": _("Slices"), "url": reverse("slices", args=[dataset.oid])}
    return render_page(
        request,
        "datasets/slice_form.html",
        project=dataset.project,
        nav="items",
        title=title,
        crumbs=[*_crumbs(dataset), listed],
        dataset=dataset,
        given=given,
        errors=errors,
        status=422 if errors else 200,
    )


@require_POST
@page
def delete_slice(request: HttpRequest, slice_id: str) -> HttpResponseBase:
    """Take a slice away; it can be undone."""
    actor = actor_of(request)
    found = get_slice_for(actor, slice_id, Permission.MANAGE)
    dataset = found.dataset
    event = slices.delete_slice(slice=found, by=actor.user)
    undo = reverse("slice-undo", args=[dataset.oid, encode_id("event", event.pk)])
    text = _("“%(name)s” is deleted. Its items stay.") % {"name": event.data["name"]}
    messages.success(request, text, extra_tags=undo)
    return redirect("slices", dataset.oid)


@require_POST
@page
def undo_delete(request: HttpRequest, dataset_id: str, token: str) -> HttpResponseBase:
    """Bring back a slice that was taken away."""
    actor = actor_of(request)
    dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
    found = slices.undo_delete(dataset=dataset, token=token, by=actor.user)
    messages.success(request, _("“%(name)s” is back.") % {"name": found.name})
    return redirect("slices", dataset.oid)
