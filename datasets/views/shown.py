"""What items and answers look like on a page: tiles, chips of labels, values."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from datasets.models import Asset, Item, SchemaRevision, Truth
from datasets.queries.schemas import revisions_by_number
from datasets.views.looks import Looks, look_of
from datasets.views.marks import kept_marks, moment_of, size_of

Json = dict[str, Any]
LONGEST_TEXT = 280
MOST_CELLS = 6


def said_of(revision: SchemaRevision, document: Json, looks: Looks) -> Json:
    """Return what a document says, as chips and values, for `datasets/_said.html`."""
    regions = document["regions"]
    labels: dict[str, int] = {}
    values = []
    for region in regions:
        if "label" in region:
            labels[region["label"]] = labels.get(region["label"], 0) + 1
        if "value" in region:
            values.append((region["question"], region["value"]))
    chips = [{**look_of(revision, key, looks), "n": n} for key, n in labels.items()]
    return {"chips": chips, "values": values, "n": len(regions)}


def tiles_of(items: Iterable[Item]) -> list[Json]:
    """Return items for `_ui/tiles.html`; they come from `with_tiles`."""
    listed = list(items)
    wanted = {truth.schema_revision_id for item in listed for truth in item.truths.all()[:1]}
    revisions = revisions_by_number(wanted)
    looks: Looks = {}
    return [_tile(item, revisions, looks) for item in listed]


def _tile(item: Item, revisions: dict[int, SchemaRevision], looks: Looks) -> Json:
    """Return one item: its picture with its marks or its first words, and its label."""
    assets = item.assets.all()
    thumb = next((asset for asset in assets if asset.part == Asset.Part.THUMBNAIL), None)
    truth = next(iter(item.truths.all()), None)
    size = size_of(assets)
    label = marks = None
    if truth is not None and thumb is not None and size is not None:
        revision = revisions[truth.schema_revision_id]
        marks = kept_marks(truth, size, revision, looks, moment_of(assets))
    if truth is not None and truth.label:
        label = look_of(revisions[truth.schema_revision_id], truth.label, looks)
    return {
        "id": item.oid,
        "title": item.key,
        "url": reverse("item", args=[item.oid]),
        "thumb": reverse("media", args=[thumb.oid]) if thumb else "",
        "alt": item.key,
        "marks": marks,
        "text": _words(item),
        "label": label,
        "state": _state(item, truth),
    }


def _words(item: Item) -> str | None:
    content = getattr(item, "content", None)
    if content is not None and content.text is not None:
        return str(content.text[:LONGEST_TEXT])
    if content is not None and item.data_type == "conversation":
        return str(content.row["turns"][-1]["text"][:LONGEST_TEXT])
    if content is not None and content.row is not None:
        cells = list(content.row.items())[:MOST_CELLS]
        return ", ".join(f"{name}: {value}" for name, value in cells)
    return None


def _state(item: Item, truth: Truth | None) -> str:
    if item.archived_at is not None:
        return _("archived")
    return _("accepted") if truth is not None else _("no label")
