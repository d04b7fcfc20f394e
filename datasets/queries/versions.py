"""Reading frozen versions: their entries, and whether they are what was sealed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from datasets.models import Item, Version
from datasets.pure.canonical import canonical_hash, sha256_hex
from datasets.pure.merkle import SealedRow, TreeBuilder, content_leaf, seal_row, sealed_leaf
from datasets.pure.problems import ProblemsError
from datasets.pure.region_reading import parse_regions
from datasets.pure.regions import regions_hash
from foundation import storage
from foundation.actor import Actor, Permission
from foundation.errors import Conflict, NotFound
from foundation.opaque import decode_id
from foundation.queries.access import require

MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Entry:
    """One line of a version. `position` counts from 0 in the order of the keys."""

    position: int
    key: str
    content_sha: str
    regions_hash: str
    regions: dict[str, Any]
    label: str
    split: str
    lineage: dict[str, Any]
    is_erased: bool = False


def split_name(split: str) -> str:
    """Return the word for a split; a split of somebody else's name stays as it is."""
    names = {"train": _("training"), "validation": _("validation"), "test": _("test")}
    return names.get(split, split)


@dataclass
class Verdict:
    """Whether a version is what was sealed, and where not."""

    entries: int = 0
    erased: int = 0
    problems: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was found."""
        return not self.problems

    def add(self, at: str, code: str, detail: str) -> None:
        """Note one trouble; after twenty, one is enough to know."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append({"at": at, "code": code, "detail": detail})


def get_version_for(actor: Actor, version_id: str, may: Permission) -> Version:
    """Return the version with this public id, if the actor may do this in its project."""
    versions = Version.visible_to(actor).select_related(
        "dataset__project", "schema", "schema_revision", "split_plan", "job", "created_by"
    )
    version = versions.filter(pk=decode_id("version", version_id)).first()
    if version is None:
        raise NotFound
    require(actor, version.dataset.project_id, may)
    return version


def need_frozen(version: Version) -> Version:
    """Return the version, or raise Conflict while it is not frozen."""
    if version.state != Version.State.FROZEN:
        raise Conflict(_("This version is not frozen yet."))
    return version


@contextmanager
def _open(key: str) -> Iterator[pq.ParquetFile]:
    with storage.local_copy(key) as path, pq.ParquetFile(path) as file:
        yield file


def iter_entries(
    version: Version, start: int = 0, columns: list[str] | None = None
) -> Iterator[Entry]:
    """Yield the entries from position `start` on; memory holds one row group."""
    with _open(need_frozen(version).content_key) as file:
        position = 0
        for number in range(file.num_row_groups):
            size = file.metadata.row_group(number).num_rows
            if position + size <= start:
                position += size
                continue
            rows = file.read_row_group(number, columns=columns).to_pylist()
            for offset, row in enumerate(rows):
                if position + offset >= start:
                    yield _entry(position + offset, row)
            position += size


def _entry(position: int, row: dict[str, Any]) -> Entry:
    is_erased = "salt" in row and row["salt"] is None
    return Entry(
        position=position,
        key=row.get("key") or "",
        content_sha=row.get("content_sha") or "",
        regions_hash=row.get("regions_hash") or "",
        regions=orjson.loads(row.get("regions") or '{"format":1,"regions":[]}'),
        label=row.get("label") or "",
        split=row.get("split") or "",
        lineage=orjson.loads(row.get("lineage") or "{}"),
        is_erased=is_erased,
    )


def items_of(version: Version, entries: list[Entry]) -> dict[str, Item]:
    """Return the items behind some entries, by key."""
    items = Item.objects.filter(
        dataset_id=version.dataset_id, key__in=[entry.key for entry in entries]
    )
    return {item.key: item for item in items.select_related("content").prefetch_related("assets")}


def verify(version: Version, *, deep: bool = True) -> Verdict:
    """Compare a version with its seal, file by file and entry by entry.

    With `deep` the items' own bytes are read too. A single flipped bit is found and named.
    """
    verdict = Verdict()
    need_frozen(version)
    for name in ("leaves", "content"):
        _check_file(version, name, verdict)
    if verdict.problems and any(problem["code"] == "file-gone" for problem in verdict.problems):
        return verdict
    try:
        _check_rows(version, verdict, deep=deep)
    except (OSError, ValueError, KeyError) as error:
        verdict.add("files", "unreadable", str(error))
    return verdict


def _check_file(version: Version, name: str, verdict: Verdict) -> None:
    key, known = getattr(version, f"{name}_key"), getattr(version, f"{name}_sha256")
    try:
        with storage.open_file(key) as file:
            digest = storage.digest_of(file)
    except FileNotFoundError:
        verdict.add(name, "file-gone", _("The file is not in storage any more."))
        return
    if digest != known:
        verdict.add(name, "file-changed", _("The file is not the one that was sealed."))


def _check_rows(version: Version, verdict: Verdict, *, deep: bool) -> None:
    root, seal = TreeBuilder(), TreeBuilder()
    with _open(version.leaves_key) as leaves, _open(version.content_key) as content:
        if leaves.metadata.num_rows != content.metadata.num_rows:
            verdict.add("files", "other-length", _("The two files differ in length."))
            return
        for number in range(leaves.num_row_groups):
            sealed = leaves.read_row_group(number).to_pylist()
            rows = content.read_row_group(number).to_pylist()
            for leaf, row in zip(sealed, rows, strict=True):
                _check_row(leaf, row, verdict, root, seal)
            if deep:
                _check_items(version, rows, verdict)
    if seal.root() != version.seal:
        verdict.add("seal", "seal-broken", _("The leaves do not add up to the seal."))
    if verdict.entries != version.entry_count:
        verdict.add("entries", "other-count", _("The number of entries has changed."))
    if not verdict.erased and root.root() != version.content_root:
        verdict.add("content_root", "root-differs", _("The content does not add up to its root."))


def _check_row(
    leaf: dict[str, str],
    row: dict[str, Any],
    verdict: Verdict,
    root: TreeBuilder,
    seal: TreeBuilder,
) -> None:
    at = _("entry %(n)d") % {"n": verdict.entries}
    verdict.entries += 1
    kept = SealedRow(**leaf)
    seal.add(sealed_leaf(kept))
    if row["salt"] is None:
        verdict.erased += 1
        return
    at = f"{at} ({row['key']})"
    lineage = sha256_hex(row["lineage"].encode())
    fresh = seal_row(
        row["salt"], row["key"], row["content_sha"], row["regions_hash"], lineage, row["split"]
    )
    if fresh != kept:
        pairs = zip(SealedRow._fields, fresh, kept, strict=True)
        changed = [name for name, new, old in pairs if new != old]
        verdict.add(at, "entry-changed", _("Changed: %(what)s.") % {"what": ", ".join(changed)})
    try:
        same = regions_hash(parse_regions(orjson.loads(row["regions"]))) == row["regions_hash"]
    except (ProblemsError, ValueError):
        same = False
    if not same:
        verdict.add(at, "regions-changed", _("The regions are not those that were sealed."))
    root.add(content_leaf(row["key"], row["content_sha"], row["regions_hash"], row["split"]))


def _check_items(version: Version, rows: list[dict[str, Any]], verdict: Verdict) -> None:
    """Read the items' own bytes and compare them with the hashes that were frozen."""
    wanted = {row["key"]: row["content_sha"] for row in rows if row["salt"] is not None}
    items = Item.objects.filter(dataset_id=version.dataset_id, key__in=list(wanted))
    for item in items.select_related("content").prefetch_related("assets"):
        if content_hash_of(item) != wanted.pop(item.key):
            verdict.add(item.key, "content-changed", _("The item's content has changed."))
    for key in wanted:
        verdict.add(key, "item-gone", _("The item is not in the dataset any more."))


def content_hash_of(item: Item) -> str:
    """Return the hash of what an item really holds now: text, row, or the original's bytes."""
    content = getattr(item, "content", None)
    if content is not None and content.text is not None:
        return sha256_hex(content.text.encode())
    if content is not None and content.row is not None:
        return canonical_hash(content.row)
    original = next((asset for asset in item.assets.all() if asset.part == "original"), None)
    if original is None:
        return ""
    try:
        with storage.open_file(original.storage_key) as file:
            return storage.digest_of(file)
    except FileNotFoundError:
        return ""
