"""Items on their way out: of a living dataset with all that was said, or of a frozen version."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from datasets.formats.base import Entry, EntryFile
from datasets.models import (
    AnnotationRegions,
    Asset,
    Dataset,
    Item,
    Suggestion,
    Truth,
    Version,
)
from datasets.queries.versions import Entry as FrozenEntry
from datasets.queries.versions import items_of, iter_entries
from foundation import storage
from foundation.opaque import encode_id
from foundation.registry import Registry

WINDOW = 1000

Extras = Callable[[Sequence[int]], Mapping[int, Mapping[str, Any]]]
"""Returns what an upper app knows of annotations, by their primary key: seconds, reviews."""

export_extras: Registry[Extras] = Registry("winnow.export_extras")


def living_entries(
    dataset: Dataset, *, progress: Callable[[int], None] = lambda done: None
) -> Iterator[Entry]:
    """Yield every live item of a dataset with truths, annotations and suggestions.

    Windows of a thousand by rising key, six queries each: memory is a window, and an item that
    comes in meanwhile is either whole or not there.
    """
    last, done = "", 0
    while window := _window(dataset, last):
        yield from _complete(window)
        last, done = window[-1]["key"], done + len(window)
        progress(done)


def _window(dataset: Dataset, last: str) -> list[dict[str, Any]]:
    live = Item.objects.filter(dataset=dataset, archived_at=None, erased_at=None, key__gt=last)
    return list(
        live.order_by("key").values(
            "pk", "key", "data_type", "metadata", "group", "split", "content__text", "content__row"
        )[:WINDOW]
    )


def _complete(window: Sequence[Mapping[str, Any]]) -> Iterator[Entry]:
    numbers = [row["pk"] for row in window]
    truths, suggestions = _truths(numbers), _suggestions(numbers)
    annotations, files = _annotations(numbers), _files(numbers)
    for row in window:
        number = row["pk"]
        file, upright = files.get(number, (None, None))
        yield Entry(
            key=row["key"],
            data_type=row["data_type"],
            text=row["content__text"],
            row=row["content__row"],
            file=file,
            upright=upright,
            metadata=row["metadata"],
            group=row["group"],
            split=row["split"],
            truths=truths.get(number, ()),
            suggestions=suggestions.get(number, ()),
            annotations=annotations.get(number, ()),
        )


Found = dict[int, list[dict[str, Any]]]


def _truths(items: Sequence[int]) -> Found:
    found: Found = {}
    rows = Truth.objects.filter(item__in=items, is_current=True).order_by("pk")
    for item, schema, revision, regions, method, lineage, by, at in rows.values_list(
        "item_id",
        "schema__name",
        "schema_revision__number",
        "regions",
        "method",
        "lineage",
        "by__username",
        "at",
    ):
        truth = {
            "schema": schema,
            "revision": revision,
            "regions": regions,
            "method": method,
            "lineage": lineage,
            "created_at": at.isoformat(),
        }
        found.setdefault(item, []).append(truth | ({"by": by} if by else {}))
    return found


def _suggestions(items: Sequence[int]) -> Found:
    found: Found = {}
    rows = Suggestion.objects.filter(item__in=items).order_by("pk")
    for item, schema, revision, regions, source, at in rows.values_list(
        "item_id",
        "schema_revision__schema__name",
        "schema_revision__number",
        "regions",
        "source",
        "created_at",
    ):
        suggestion = {
            "schema": schema,
            "revision": revision,
            "regions": regions,
            "source": source,
            "created_at": at.isoformat(),
        }
        found.setdefault(item, []).append(suggestion)
    return found


def _annotations(items: Sequence[int]) -> Found:
    found: Found = {}
    rows = list(
        AnnotationRegions.objects.filter(annotation__item__in=items)
        .order_by("pk")
        .values_list(
            "pk",
            "annotation__item_id",
            "annotation__schema_revision__schema__name",
            "annotation__schema_revision__number",
            "regions",
            "annotation__annotator__name",
            "annotation__origin",
            "annotation__created_at",
            "annotation__replaces_id",
        )
    )
    extras = [find([row[0] for row in rows]) for _name, find in export_extras.items()]
    for pk, item, schema, revision, regions, name, origin, at, replaces in rows:
        said = {
            "id": encode_id("annotation", pk),
            "schema": schema,
            "revision": revision,
            "regions": regions,
            "annotator": name,
            "origin": origin,
            "created_at": at.isoformat(),
        }
        if replaces is not None:
            said["replaces"] = encode_id("annotation", replaces)
        for extra in extras:
            said |= extra.get(pk, {})
        found.setdefault(item, []).append(said)
    return found


def _files(items: Sequence[int]) -> dict[int, tuple[EntryFile | None, EntryFile | None]]:
    parts = (Asset.Part.ORIGINAL, Asset.Part.UPRIGHT)
    found: dict[int, dict[str, EntryFile]] = {}
    for asset in Asset.objects.filter(item__in=items, part__in=parts):
        found.setdefault(asset.item_id, {})[asset.part] = _file(asset)
    return {item: (part.get("original"), part.get("upright")) for item, part in found.items()}


def _file(asset: Asset) -> EntryFile:
    return EntryFile(
        media_type=asset.media_type,
        size=asset.size,
        sha256=asset.sha256,
        open=partial(storage.open_file, asset.storage_key),
        width=asset.facts.get("width"),
        height=asset.facts.get("height"),
        name=asset.file_name,
    )


def version_entries(
    version: Version, *, progress: Callable[[int], None] = lambda done: None
) -> Iterator[Entry]:
    """Yield the entries of a frozen version: the truth that was sealed, the split it was given."""
    stream, done = iter_entries(version), 0
    while batch := list(islice(stream, WINDOW)):
        items = items_of(version, batch)
        yield from _frozen(version, batch, items)
        done += len(batch)
        progress(done)


def _frozen(
    version: Version, batch: Iterable[FrozenEntry], items: Mapping[str, Item]
) -> Iterator[Entry]:
    for entry in batch:
        item = items.get(entry.key)
        if entry.is_erased or item is None:
            continue
        content = getattr(item, "content", None)
        parts = {asset.part: _file(asset) for asset in item.assets.all()}
        yield Entry(
            key=entry.key,
            data_type=item.data_type,
            text=content.text if content else None,
            row=content.row if content else None,
            file=parts.get("original"),
            upright=parts.get("upright"),
            metadata=item.metadata,
            group=item.group,
            split=entry.split,
            truths=[
                {
                    "schema": version.schema.name,
                    "revision": entry.lineage.get("schema_revision", 1),
                    "regions": entry.regions,
                    "lineage": entry.lineage,
                }
            ],
        )
