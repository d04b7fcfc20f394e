"""A dataset or a version on its way out: one entry an item, read window by window.

Memory is one window, whatever the size. The living dataset goes out with every answer and its
author; what other apps know of an annotation (reviews, seconds) they add through `export_extras`.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from datasets.formats.base import Entry, EntryFile
from datasets.models import Dataset, Item, LabelSchema, SchemaRevision, Version
from datasets.queries.items import find_items
from datasets.queries.versions import iter_entries
from foundation import storage
from foundation.models import Annotator, User
from foundation.opaque import encode_id, encode_ids
from foundation.registry import Registry

Extras = Callable[[Sequence[int]], Mapping[int, dict[str, Any]]]
"""Returns what is to be added to annotations, by their primary keys; asked once a window."""

export_extras: Registry[Extras] = Registry("winnow.export_extras")

WINDOW = 1000
Opinions = dict[int, list[dict[str, Any]]]

# Words of ours only; the place of the ids is filled in for the database. JSON is asked for as text:
# PostgreSQL's driver would call a function of Python's for each value of that type.
_CONTENT = (
    'SELECT item_id, text, CAST("row" AS TEXT) FROM datasets_itemcontent WHERE item_id <among>'
)
_ASSETS = (
    "SELECT item_id, part, media_type, size, sha256, storage_key, file_name, CAST(facts AS TEXT)"
    " FROM datasets_asset WHERE part IN ('original', 'upright') AND item_id <among>"
)
_TRUTHS = (
    "SELECT item_id, schema_revision_id, CAST(regions AS TEXT), method, CAST(lineage AS TEXT),"
    " by_id, CAST(at AS TEXT)"
    " FROM datasets_truth WHERE is_current AND item_id <among> ORDER BY id"
)
_ANNOTATIONS = (
    "SELECT item_id, id, schema_revision_id, annotator_id, origin, CAST(created_at AS TEXT),"
    " replaces_id FROM datasets_annotation WHERE item_id <among> ORDER BY id"
)
# Apart from the annotations: joined, a planner without statistics reads the whole table each time.
_DOCUMENTS = (
    "SELECT annotation_id, CAST(regions AS TEXT) FROM datasets_annotationregions"
    " WHERE annotation_id <among>"
)
_SUGGESTIONS = (
    "SELECT item_id, schema_revision_id, CAST(regions AS TEXT), source, CAST(created_at AS TEXT),"
    " CAST(confidences AS TEXT) FROM datasets_suggestion WHERE item_id <among> ORDER BY id"
)


class _Item(NamedTuple):
    pk: int
    key: str
    data_type: str
    metadata: str
    """As JSON: hardly an item has any."""
    group: str
    split: str


_ITEM = ("pk", "key", "data_type", Cast("metadata", TextField()), "group", "split")


def living_entries(
    dataset: Dataset, *, filter: str = "", schema: LabelSchema | None = None
) -> Iterator[Entry]:
    """Yield the live items that match a filter, in the order of arrival, with every answer.

    With a schema, only what stands under it goes out.
    """
    matching = find_items(dataset, filter).order_by("pk")
    reader = _WindowReader(dataset, schema)
    last = 0
    while window := [
        _Item(*row) for row in matching.filter(pk__gt=last).values_list(*_ITEM)[:WINDOW]
    ]:
        yield from reader.read(window)
        last = window[-1].pk


def version_entries(version: Version) -> Iterator[Entry]:
    """Yield the entries of a frozen version by key: its own regions and splits, no other answers.

    Erased entries are left out: there is nothing of them to take away.
    """
    reader = _WindowReader(version.dataset, version.schema)
    newest = version.schema_revision.number
    entries = iter_entries(version)
    while window := list(islice(entries, WINDOW)):
        frozen = {entry.key: entry for entry in window if not entry.is_erased}
        for entry in reader.read_contents(_items_by_key(version.dataset, list(frozen))):
            said = frozen[entry.key]
            truth = {
                "schema": version.schema.name,
                "revision": said.lineage.get("schema_revision", newest),
                "regions": said.regions,
            }
            entry.truths = [truth | ({"lineage": said.lineage} if said.lineage else {})]
            entry.split = said.split
            yield entry


def _items_by_key(dataset: Dataset, keys: Sequence[str]) -> list[_Item]:
    items = Item.objects.filter(dataset=dataset, key__in=keys).order_by("key")
    return [_Item(*row) for row in items.values_list(*_ITEM)]


class _WindowReader:
    """Reads what belongs to the items of one window after the other."""

    def __init__(self, dataset: Dataset, schema: LabelSchema | None) -> None:
        revisions = SchemaRevision.objects.filter(schema__project=dataset.project_id)
        if schema is not None:
            revisions = revisions.filter(schema=schema)
        self._revisions = {
            pk: {"schema": name, "revision": number}
            for pk, name, number in revisions.values_list("pk", "schema__name", "number")
        }
        self._annotators: dict[int, str] = {}
        self._users: dict[int, str] = {}

    def read(self, window: Sequence[_Item]) -> Iterator[Entry]:
        """Yield the entries of a window with every answer."""
        pks = [item.pk for item in window]
        truths, suggestions = self._truths(pks), self._suggestions(pks)
        annotations = self._annotations_of(pks)
        for item, entry in zip(window, self.read_contents(window), strict=True):
            entry.truths = truths.get(item.pk, ())
            entry.annotations = annotations.get(item.pk, ())
            entry.suggestions = suggestions.get(item.pk, ())
            yield entry

    def read_contents(self, window: Sequence[_Item]) -> Iterator[Entry]:
        """Yield the entries of a window without answers."""
        pks = [item.pk for item in window]
        files = _files(pks)
        contents = {pk: (text, row) for pk, text, row in _select(_CONTENT, pks)}
        for item in window:
            entry = Entry(
                item.key,
                item.data_type,
                metadata={} if item.metadata == "{}" else orjson.loads(item.metadata),
                group=item.group,
                split=item.split,
            )
            text, row = contents.get(item.pk, (None, None))
            entry.text = text
            entry.row = None if row is None else orjson.loads(row)
            if text is None and row is None:  # of a formatted text its plain layer goes out
                entry.file, entry.upright = files.get(item.pk, (None, None))
            yield entry

    def _truths(self, pks: Sequence[int]) -> Opinions:
        rows = _select(_TRUTHS, pks)
        self._meet_users([row[5] for row in rows])
        found: Opinions = defaultdict(list)
        for item, revision, regions, method, lineage, by, at in rows:
            names = self._revisions.get(revision)
            if names is None:
                continue
            truth = {**names, "regions": orjson.loads(regions), "method": method}
            if lineage != "{}":
                truth["lineage"] = orjson.loads(lineage)
            if by is not None:
                truth["by"] = self._users.get(by, "")
            truth["created_at"] = _moment(at)
            found[item].append(truth)
        return found

    def _suggestions(self, pks: Sequence[int]) -> Opinions:
        found: Opinions = defaultdict(list)
        for item, revision, regions, source, at, sure in _select(_SUGGESTIONS, pks):
            names = self._revisions.get(revision)
            if names is not None:
                document = orjson.loads(regions)
                told = {"regions": document, "source": source, "created_at": _moment(at)}
                if sure is not None:
                    told["confidences"] = orjson.loads(sure)
                found[item].append(names | told)
        return found

    def _annotations_of(self, pks: Sequence[int]) -> Opinions:
        rows = [row for row in _select(_ANNOTATIONS, pks) if row[2] in self._revisions]
        self._meet_annotators([row[3] for row in rows])
        pks = [row[1] for row in rows]
        extras, documents = extras_of(pks), dict(_select(_DOCUMENTS, pks))
        found: Opinions = defaultdict(list)
        oids = encode_ids("annotation", pks)
        for (item, pk, revision, annotator, origin, at, replaces), oid in zip(
            rows, oids, strict=True
        ):
            said = {
                **self._revisions[revision],
                "id": oid,
                "annotator": self._annotators[annotator],
                "origin": origin,
                "created_at": _moment(at),
                "regions": orjson.loads(documents[pk]),
            }
            if replaces is not None:
                said["replaces"] = encode_id("annotation", replaces)
            if pk in extras:
                said |= extras[pk]
            found[item].append(said)
        return found

    def _meet_annotators(self, pks: Iterable[int]) -> None:
        if new := set(pks) - self._annotators.keys():
            self._annotators.update(Annotator.objects.filter(pk__in=new).values_list("pk", "name"))

    def _meet_users(self, pks: Iterable[int | None]) -> None:
        if new := {pk for pk in pks if pk is not None} - self._users.keys():
            self._users.update(
                {user.pk: user.shown_name for user in User.objects.filter(pk__in=new)}
            )


def extras_of(pks: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what other apps know of annotations, by number: reviews, seconds, how sure."""
    found: dict[int, dict[str, Any]] = {}
    for _name, extras in export_extras.items():
        for pk, more in extras(pks).items():
            found[pk] = found[pk] | more if pk in found else more
    return found


def _files(pks: Sequence[int]) -> dict[int, tuple[EntryFile | None, EntryFile | None]]:
    """Return the original and the upright copy of each item that has files."""
    parts: dict[int, dict[str, EntryFile]] = defaultdict(dict)
    for item, part, media_type, size, sha256, key, name, facts in _select(_ASSETS, pks):
        known = orjson.loads(facts)
        parts[item][part] = EntryFile(
            media_type,
            size,
            sha256,
            partial(storage.open_file, key),
            known.get("width"),
            known.get("height"),
            name,
            known,
        )
    return {pk: (one.get("original"), one.get("upright")) for pk, one in parts.items()}


def _select(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement for many keys at once."""
    if not values:
        return []
    has_arrays = connection.vendor == "postgresql"
    among = "= ANY(%s)" if has_arrays else "IN (SELECT value FROM json_each(%s))"
    with connection.cursor() as cursor:
        cursor.execute(
            sql.replace("<among>", among), [list(values) if has_arrays else json.dumps(values)]
        )
        return list(cursor.fetchall())


def _moment(value: str) -> str:
    """Return a time as the database writes it, in UTC, as ISO 8601."""
    return f"{value[:10]}T{value[11:].removesuffix('+00')}Z"
