"""BCCD, a published set of boxes, in as Pascal VOC, out as COCO and as JSONL, and in again.

Through the jobs that imports and exports are. Each picture's key, bytes, split and boxes are
compared with what came in first; the set does not ship with Winnow and is left out where it is not
laid out.
"""

import tempfile
import time
from pathlib import Path

from benchmarks import stock
from benchmarks.lines import report
from benchmarks.sets import bring, finish, folder_of
from datasets.models import Dataset, Item, Truth
from datasets.services.exports import start_export
from foundation import storage
from foundation.models import Project, User

IMAGES, BOXES = 200, 2718  # by the set's own lists
Place = tuple[str, float, float, float, float]
Picture = tuple[str, str, list[Place]]


def main() -> None:
    """Import, export, import again, and compare."""
    source = folder_of("bccd")
    if source is None:
        return
    owner = stock.make_owner()
    project = stock.make_project("Boxes", owner)
    begun = time.monotonic()
    dataset = bring(project, "BCCD", "image", [source], owner)
    seconds = round(time.monotonic() - begun, 1)
    first = pictures_of(dataset)
    count = sum(len(boxes) for _bytes, _split, boxes in first.values())
    name = "BCCD in as Pascal VOC:"
    report(f"{name} images", len(first), "", at_least=IMAGES, at_most=IMAGES, seconds=seconds)
    report(f"{name} boxes", count, "", at_least=BOXES, at_most=BOXES)
    for format in ("coco", "jsonl"):
        begun = time.monotonic()
        again = pictures_of(out_and_in(dataset, project, owner, format))
        name = f"BCCD out as {format.upper()} and in again: images that differ"
        unlike = sum(first.get(key) != again.get(key) for key in first.keys() | again.keys())
        seconds = round(time.monotonic() - begun, 1)
        report(name, unlike, "", at_most=0, seconds=seconds)


def out_and_in(dataset: Dataset, project: Project, by: User, format: str) -> Dataset:
    """Export a dataset with its files and import that into a new one, which is returned."""
    export = start_export(dataset=dataset, by=by, format=format, options={"files": True})
    assert export.job is not None
    job = finish(export.job)
    assert job.report["losses"] == [], job.report
    export.refresh_from_db()
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        path = Path(name) / "out.zip"
        with storage.open_file(export.storage_key) as file:
            path.write_bytes(file.read())
        return bring(project, f"BCCD from {format}", "image", [path], by)


def pictures_of(dataset: Dataset) -> dict[str, Picture]:
    """Return hash, split and boxes of each item by its key."""
    found: dict[str, Picture] = {
        key: (content, split, [])
        for key, content, split in Item.objects.filter(dataset=dataset).values_list(
            "key", "content_hash", "split"
        )
    }
    truths = Truth.objects.filter(item__dataset=dataset, is_current=True)
    for key, document in truths.values_list("item__key", "regions"):
        for region in document["regions"]:
            at = region["at"]
            found[key][2].append((region["label"], at["x"], at["y"], at["w"], at["h"]))
    for _content, _split, boxes in found.values():
        boxes.sort()
    return found
