"""Items on pages: which match, how balanced they are, what to do with the chosen ones."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from datasets.data_types.base import from_plain
from datasets.errors import sentence
from datasets.models import Asset, Dataset, Item
from datasets.queries.access import get_dataset_for, get_item_for
from datasets.queries.entries import extras_of
from datasets.queries.items import find_items
from datasets.queries.lists import (
    annotations_of,
    datasets_in,
    live_items,
    truths_of,
    with_tiles,
)
from datasets.queries.slices import slices_of
from datasets.queries.stats import (
    annotation_counts,
    duplicate_count,
    item_counts,
    label_counts,
    schemas_used,
)
from datasets.services import curation
from datasets.views.looks import Looks
from datasets.views.marks import marks_on, size_of
from datasets.views.shown import said_of, tiles_of
from foundation.actor import Permission
from foundation.errors import Invalid, NotFound
from foundation.models import Event, Project
from foundation.opaque import decode_id, encode_id
from foundation.queries.access import get_project_for, may_do
from foundation.views.page import actor_of, page, render_page

PAGE = 60
MOST_CHOSEN = 500
SLICES = 8


@require_safe
@page
def items_of_project(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Go to the first dataset of a project, or say how to make one."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.VIEW)
    first = datasets_in(project).first()
    if first is not None:
        return redirect("dataset-items", first.oid)
    return render_page(
        request,
        "datasets/no_dataset.html",
        project=project,
        nav="items",
        title=_("Items"),
        may_manage=may_do(actor, project.pk, Permission.MANAGE),
    )


@require_safe
@page
def item_list(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """List the items of a dataset that match a filter."""
    actor = actor_of(request)
    dataset = get_dataset_for(actor, dataset_id, Permission.VIEW)
    text = request.GET.get("q", "").strip()
    error, rows = "", live_items(dataset).none()
    try:
        rows = find_items(dataset, text)
    except Invalid as invalid:
        error = str(invalid.places[0].detail if invalid.places else invalid)
    shown, older = _one_page(request, rows, text)
    schemas = list(schemas_used(dataset))
    return render_page(
        request,
        "datasets/items.html",
        project=dataset.project,
        nav="items",
        title=dataset.name,
        dataset=dataset,
        datasets=_datasets(dataset.project, dataset),
        counts=item_counts(dataset),
        duplicates=duplicate_count(dataset),
        filter_text=text,
        filter_error=error,
        tiles=tiles_of(shown),
        tile_class="" if dataset.data_type in ("image", "audio", "video", "series") else "texts",
        found=_capped_count(rows),
        older=older,
        newer=f"?{urlencode({'q': text})}" if "after" in request.GET else "",
        slices=_slices(dataset, text),
        facets=_facets(dataset, schemas, text) if not error else [],
        balance=_balance(dataset, schemas),
        may_manage=may_do(actor, dataset.project_id, Permission.MANAGE),
        status=422 if error else 200,
    )


def _one_page(request: HttpRequest, rows: QuerySet[Item], text: str) -> tuple[list[Item], str]:
    if "after" in request.GET:
        rows = rows.filter(pk__gt=decode_id("after", request.GET["after"]))
    found = list(with_tiles(rows).order_by("pk")[: PAGE + 1])
    if len(found) <= PAGE:
        return found, ""
    after = encode_id("after", found[PAGE - 1].pk)
    return found[:PAGE], f"?{urlencode({'q': text, 'after': after})}"


def _capped_count(rows: QuerySet[Item], most: int = 10_000) -> str:
    """Return how many rows there are, counting no further than ten thousand."""
    n = rows.order_by()[: most + 1].count()
    return f"{most:,}+" if n > most else f"{n:,}"


def _datasets(project: Project, current: Dataset) -> list[dict[str, Any]]:
    return [
        {
            "title": dataset.name,
            "url": reverse("dataset-items", args=[dataset.oid]),
            "current": dataset.pk == current.pk,
        }
        for dataset in datasets_in(project)
    ]


def _slices(dataset: Dataset, text: str) -> dict[str, Any]:
    """Return saved filters to open: a handful by name, the one that is open, and how many more."""
    found = list(slices_of(dataset)[: SLICES + 1])
    open_now = " ".join(text.split())
    return {
        "rows": [
            {
                "title": one.name,
                "url": f"?{urlencode({'q': one.filter})}",
                "current": one.filter == open_now,
            }
            for one in found[:SLICES]
        ],
        "are_more": len(found) > SLICES,
        "may_save": open_now and open_now not in [one.filter for one in found],
        "new_url": f"{reverse('slice-new', args=[dataset.oid])}?{urlencode({'q': text})}",
    }


def _facets(dataset: Dataset, schemas: list[Any], text: str) -> list[dict[str, Any]]:
    """Return label and annotator counts of the whole dataset; each row adds its filter."""
    facets = []
    live = live_items(dataset)
    for schema in schemas:
        counts = [count for count in label_counts(schema, live) if count.items]
        rows = [
            _facet_row(count.name, count.items, f"truth:{_quoted(count.label)}", text, count.color)
            for count in sorted(counts, key=lambda count: -count.items)[:20]
        ]
        if rows:
            facets.append({"title": schema.name, "note": _("accepted"), "rows": rows})
    people = annotation_counts(dataset)[:12]
    rows = [_facet_row(name, n, f"annotator:{_quoted(name)}", text) for name, _kind, n in people]
    if rows:
        facets.append({"title": _("Annotators"), "note": _("annotations"), "rows": rows})
    for facet in facets:
        most = max(row["n"] for row in facet["rows"])
        for row in facet["rows"]:
            row["width"] = round(100 * row["n"] / most)
    return facets


def _quoted(value: str) -> str:
    return f'"{value}"' if any(letter in value for letter in ' "():<>') else value


def _facet_row(title: str, n: int, term: str, text: str, color: str = "") -> dict[str, Any]:
    is_on = term in text
    rest = " ".join(text.replace(term, " ").split()) if is_on else f"{text} {term}".strip()
    query = urlencode({"q": rest})
    return {"title": title, "n": n, "url": f"?{query}", "current": is_on, "color": color}


def _balance(dataset: Dataset, schemas: list[Any]) -> list[dict[str, Any]]:
    """Return how the labels of the first schema divide, for the bar above the tiles."""
    live = live_items(dataset)
    for schema in schemas:
        counts = [count for count in label_counts(schema, live) if count.regions]
        if counts:
            return [
                {
                    "name": count.name,
                    "n": count.regions,
                    "color": count.color,
                    "url": f"?{urlencode({'q': f'truth:{_quoted(count.label)}'})}",
                }
                for count in counts
            ]
    return []


@require_POST
@page
def change_items(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """Archive or restore the chosen items, or exact duplicates. Archiving can be undone."""
    actor = actor_of(request)
    dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
    what = request.POST.get("do", "")
    back = redirect(reverse("dataset-items", args=[dataset.oid]) + f"?{_kept(request)}")
    if what == "duplicates":
        _tell_archived(
            request, dataset, curation.exclude_exact_duplicates(dataset=dataset, by=actor.user)
        )
        return back
    numbers = [decode_id("item", text) for text in request.POST.getlist("item")[:MOST_CHOSEN]]
    chosen = Item.visible_to(actor).filter(dataset=dataset, pk__in=numbers)
    if what == "archive":
        _tell_archived(
            request,
            dataset,
            curation.archive_items(dataset=dataset, items=chosen, by=actor.user),
        )
    elif what == "restore":
        n = curation.restore_items(dataset=dataset, items=chosen, by=actor.user)
        text = ngettext("%(n)d item is back.", "%(n)d items are back.", n) % {"n": n}
        messages.success(request, text)
    else:
        raise NotFound
    return back


def _kept(request: HttpRequest) -> str:
    return urlencode({"q": request.POST.get("q", "")})


def _tell_archived(request: HttpRequest, dataset: Dataset, event: Event) -> None:
    n = event.data["count"]
    if not n:
        messages.success(request, _("There was nothing to archive."))
        return
    text = ngettext("%(n)d item is archived.", "%(n)d items are archived.", n) % {"n": n}
    undo = reverse("undo-archive", args=[dataset.oid, encode_id("event", event.pk)])
    messages.success(request, text, extra_tags=undo)


@require_POST
@page
def undo_archive(request: HttpRequest, dataset_id: str, token: str) -> HttpResponseBase:
    """Bring back what one archiving took out."""
    actor = actor_of(request)
    dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
    n = curation.undo_archive(dataset=dataset, token=token, by=actor.user)
    text = ngettext("%(n)d item is back.", "%(n)d items are back.", n) % {"n": n}
    messages.success(request, text)
    return redirect("dataset-items", dataset.oid)


@require_safe
@page
def item_page(request: HttpRequest, item_id: str) -> HttpResponseBase:
    """Show one item: what it is, what is true of it, and who said what."""
    actor = actor_of(request)
    item = get_item_for(actor, item_id, Permission.VIEW)
    parts = {asset.part: asset for asset in item.assets.all()}
    annotations, truths = annotations_of(item), truths_of(item)
    more = extras_of([one.pk for one in annotations])
    looks: Looks = {}
    size = size_of(parts.values())
    return render_page(
        request,
        "datasets/item.html",
        project=item.dataset.project,
        nav="items",
        title=item.key,
        item=item,
        content=getattr(item, "content", None),
        picture=parts.get("preview") or parts.get("upright") or parts.get("original"),
        size=size,
        original=parts.get("original"),
        played=parts.get("playable") or parts.get("original"),
        waveform=parts.get("thumbnail"),
        remarks=_remarks_on(parts.get("original")),
        times=_times_of(parts.get("original")),
        truths=[_said(truth, truth.regions, looks) for truth in truths],
        annotations=[
            _said(one, one.document.regions, looks) | {"more": more.get(one.pk)}
            for one in annotations
        ],
        suggestions=item.suggestions.select_related("schema_revision__schema")[:20],
        crumbs=[
            {"title": item.dataset.name, "url": reverse("dataset-items", args=[item.dataset.oid])}
        ],
        marks=_marks(truths, size, looks),
    )


def _remarks_on(original: Asset | None) -> list[str]:
    """Return in words what was remarkable when the file was read."""
    found = original.facts.get("warnings", []) if original is not None else []
    return [sentence(from_plain(one)) for one in found]


def _times_of(original: Asset | None) -> list[str]:
    """Return when a series begins and ends, as its own file says it."""
    facts = original.facts if original is not None else {}
    shown = [str(facts.get(name, "")).replace("T", " ") for name in ("start", "end")]
    return [f"{one.removesuffix('Z')} UTC" if one.endswith("Z") else one for one in shown]


def _said(row: Any, document: dict[str, Any], looks: Looks) -> dict[str, Any]:
    """Return an annotation or a truth with what it says."""
    return {"row": row, **said_of(row.schema_revision, document, looks)}


def _marks(truths: Any, size: tuple[int, int] | None, looks: Looks) -> dict[str, Any] | None:
    """Return the regions of the current truths, to be drawn over the picture."""
    if size is None:
        return None
    said = [(truth.schema_revision, truth.regions) for truth in truths if truth.is_current]
    return marks_on(size, said, looks, is_tile=False)
