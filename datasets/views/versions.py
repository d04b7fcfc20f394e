"""Versions on pages: list, freeze, look inside, export."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from datasets.models import Dataset, SplitPlan, Version
from datasets.queries.access import get_dataset_for, get_schema_for
from datasets.queries.lists import (
    accepted_count,
    datasets_in,
    fitting_schemas,
    plans_of,
    versions_in,
)
from datasets.queries.versions import Entry, get_version_for, items_of, iter_entries, split_name
from datasets.services.splits import DEFAULT_SHARES
from datasets.services.versions import start_freeze
from foundation.actor import Permission
from foundation.errors import Invalid, NotFound
from foundation.opaque import decode_id, encode_id
from foundation.queries.access import get_project_for, may_do
from foundation.queries.jobs import pace_of
from foundation.views.page import (
    actor_of,
    is_polled,
    page,
    part_only,
    render_page,
    whole_again,
)

PAGE = 50
SPLITS = ("train", "validation", "test")


@require_safe
@page
@part_only
def version_list(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """List the versions of a project, newest first."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.VIEW)
    versions = versions_in(project)[:200]
    rows = [
        {"version": version, "pace": pace_of(version.job) if version.job else None}
        for version in versions
    ]
    return render_page(
        request,
        "datasets/versions.html",
        part="datasets/_versions.html",
        project=project,
        nav="versions",
        title=_("Versions"),
        rows=rows,
        datasets=datasets_in(project),
        is_live=any(version.state == Version.State.FREEZING for version in versions),
        may_freeze=may_do(actor, project.pk, Permission.MANAGE),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def freeze(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """Say what goes into the next version, and freeze it."""
    actor = actor_of(request)
    dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            version = _start(request, dataset)
            return redirect("version", version.oid)
        except Invalid as error:
            errors = {place.at: str(place.detail) for place in error.places} or {"": str(error)}
        except NotFound:
            errors = {"schema": _("Choose a label schema.")}
    given = request.POST if request.method == "POST" else request.GET
    return render_page(
        request,
        "datasets/freeze.html",
        project=dataset.project,
        nav="versions",
        title=_("Freeze a version"),
        dataset=dataset,
        schemas=[
            {"schema": schema, "accepted": accepted_count(dataset, schema)}
            for schema in fitting_schemas(dataset)
        ],
        plans=plans_of(dataset),
        shares={split: given.get(split, round(DEFAULT_SHARES[split] * 100)) for split in SPLITS},
        given=given,
        errors=errors,
        status=422 if errors else 200,
    )


def _start(request: HttpRequest, dataset: Dataset) -> Version:
    schema = get_schema_for(actor_of(request), request.POST.get("schema", ""), Permission.MANAGE)
    plan_name = request.POST.get("plan", "").strip()
    known = plans_of(dataset).filter(name=plan_name).first()
    if known is not None:
        plan: dict[str, Any] = {
            "name": known.name,
            "method": known.method,
            "shares": known.shares,
            "seed": known.seed,
        }
    else:
        plan = {
            "name": request.POST.get("new_plan", "").strip() or "default",
            "method": request.POST.get("method", SplitPlan.Method.STRATIFIED),
            "shares": {split: _share(request, split) for split in SPLITS},
        }
    version, _job = start_freeze(
        dataset=dataset,
        schema=schema,
        by=actor_of(request).user,
        filter=request.POST.get("filter", "").strip(),
        note=request.POST.get("note", "").strip(),
        split_plan=plan,
    )
    return version


def _share(request: HttpRequest, split: str) -> float:
    try:
        return float(request.POST.get(split, "")) / 100
    except ValueError:
        detail = _("The shares are numbers of percent that add up to 100.")
        raise Invalid(detail) from None


@require_safe
@page
@part_only
def version_page(request: HttpRequest, version_id: str) -> HttpResponseBase:
    """Show what exactly is in a version, where it came from, and its entries."""
    actor = actor_of(request)
    version = get_version_for(actor, version_id, Permission.VIEW)
    is_frozen = version.state == Version.State.FROZEN
    start = decode_id("entry", request.GET["from"]) if "from" in request.GET else 0
    entries, more = _entries(version, start, request.GET.get("split", "")) if is_frozen else ([], 0)
    response = render_page(
        request,
        "datasets/version.html",
        part="datasets/_version.html",
        project=version.dataset.project,
        nav="versions",
        title=f"{version.dataset.name} v{version.number}",
        version=version,
        pace=pace_of(version.job) if version.job else None,
        is_frozen=is_frozen,
        is_live=version.state == Version.State.FREEZING,
        looks=_looks(version),
        balance=_balance(version),
        splits=[
            {"name": split, "n": version.counts.get("splits", {}).get(split, 0)} for split in SPLITS
        ],
        left_out=_left_out(version),
        entries=entries,
        older=f"?from={encode_id('entry', more)}#entries" if more else "",
        newer="?#entries" if start else "",
        may_manage=may_do(actor, version.dataset.project_id, Permission.MANAGE),
    )
    if version.state != Version.State.FREEZING and is_polled(request):
        return whole_again(response)
    return response


def _entries(version: Version, start: int, split: str) -> tuple[list[dict[str, Any]], int]:
    """Return one page of entries with their items, and where the next page begins, or 0."""
    found: list[Entry] = []
    more = 0
    for entry in iter_entries(version, start=start):
        if split and entry.split != split:
            continue
        if len(found) == PAGE:
            more = entry.position
            break
        found.append(entry)
    items = items_of(version, found)
    looks = _looks(version)
    rows = []
    for entry in found:
        item = items.get(entry.key)
        parts = {asset.part: asset for asset in item.assets.all()} if item else {}
        thumb = parts.get("thumbnail") or parts.get("original")
        content = getattr(item, "content", None)
        rows.append(
            {
                "entry": entry,
                "split": split_name(entry.split),
                "item": item,
                "thumb": f"/media/{thumb.oid}" if thumb and thumb.is_picture else "",
                "text": (content.text or "") if content else "",
                "row": content.row if content else None,
                "look": looks.get(entry.label, {"name": entry.label, "color": "#77808c"}),
                "count": len(entry.regions["regions"]),
            }
        )
    return rows, more


def _looks(version: Version) -> dict[str, dict[str, str]]:
    return {
        label["key"]: {"name": label.get("name") or label["key"], "color": label["color"]}
        for question in version.schema_revision.definition["questions"]
        for label in question.get("labels", [])
    }


def _balance(version: Version) -> list[dict[str, Any]]:
    looks = _looks(version)
    labels = version.counts.get("labels", {})
    return [
        {
            "name": looks.get(key, {}).get("name", key),
            "color": looks.get(key, {}).get("color", "#77808c"),
            "n": sum(counts.values()),
            "counts": [counts.get(split, 0) for split in SPLITS],
        }
        for key, counts in labels.items()
    ]


def _left_out(version: Version) -> list[tuple[str, int]]:
    words = {
        "no_accepted_label": _("no accepted label yet"),
        "gold": _("gold: they test annotators"),
        "same_group_as_test": _("too near to items of the test split"),
    }
    found = version.counts.get("left_out", {})
    return [(words.get(reason, reason), n) for reason, n in found.items()]
