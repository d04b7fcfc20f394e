"""COCO instances: boxes on images in one JSON file, read and written as a stream.

Read: `bbox` is x, y, width, height in pixels from the top left corner. Polygons and masks have no
kind of region yet: such an annotation is refused, or its box is taken, as the option says. Where
one annotation of an image is refused, the others come as a suggestion, not as truth.

Written: `key`, `split` and `labelled` stand beside COCO's own fields, so that what is read again
is equal.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO

import orjson

from datasets.formats.base import (
    Entry,
    EntryFile,
    Format,
    Read,
    ReadOptions,
    Record,
    Refused,
    SourceFile,
    WriteOptions,
    WriteReport,
)
from datasets.formats.boxes import fit_box
from datasets.formats.files import short_key
from datasets.formats.items import BadItem
from datasets.formats.json_stream import iter_members
from datasets.formats.labels import Labeller, document, split_named
from datasets.formats.lookup import FileIndex
from datasets.formats.packing import Package, file_name_of
from datasets.formats.truths import lose_opinions, questions, truth_regions
from datasets.pure.canonical import round_coordinate
from datasets.pure.problems import Problem, gettext_noop, shorten

ANNOTATIONS = "annotations/instances.json"
TYPES = ("boxes",)
OTHERS = gettext_noop("Boxes of other questions than the one that goes out were left out.")
NOT_BOXES = gettext_noop("Answers about the whole item have no place in COCO.")
NO_IMAGE = gettext_noop("COCO holds images only; other items were left out.")


@dataclass(slots=True)
class _Image:
    """One image of the file, and the annotations that wait for it."""

    number: int
    name: str
    value: Mapping[str, Any]
    boxes: list["_Waiting"] = field(default_factory=list)
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One annotation that waits until all images and categories are known."""

    number: int
    category: Any
    box: tuple[float, float, float, float]
    attributes: Mapping[str, Any] | None


def read(files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Read]:
    """Yield the images that the JSON files name, with their boxes, then the images left over."""
    index = FileIndex(files)
    labeller = Labeller(options, types=TYPES, default="boxes")
    for file in files:
        if file.name.lower().endswith(".json"):
            try:
                yield from _File(file, options, labeller, index).read()
            except BadItem as bad:
                yield Refused(file.name, "", bad.problem)
    for left in index.unused():
        yield Record(left.name, short_key(left.name), "image", file=left)
    yield labeller.found("image")


class _File:
    """One COCO file. Its boxes are kept until its images can go out; its polygons are not."""

    def __init__(
        self, file: SourceFile, options: ReadOptions, labeller: Labeller, index: FileIndex
    ) -> None:
        self._file = file
        self._options = options
        self._labeller = labeller
        self._index = index
        self._images: dict[Any, _Image] = {}
        self._categories: dict[Any, tuple[str, str]] = {}
        self._orphans: dict[Any, list[_Waiting]] = {}
        self._spoilt: set[Any] = set()

    def read(self) -> Iterator[Read]:
        numbers = {"images": 0, "annotations": 0, "categories": 0}
        for name, value in iter_members(self._file.path):
            if name in numbers:
                numbers[name] += 1
                try:
                    self._take(name, numbers[name], value)
                except BadItem as bad:
                    yield self._refused(name, numbers[name], bad.problem)
        for image_id, image in self._images.items():
            image.boxes += self._orphans.pop(image_id, [])
            image.incomplete = image_id in self._spoilt
            yield from self._finish(image)
        for waiting in self._orphans.values():
            for one in waiting:
                problem = Problem(
                    "image_id", "no-such-image", gettext_noop("The file has no image of this id.")
                )
                yield self._refused("annotations", one.number, problem)

    def _take(self, name: str, number: int, value: Any) -> None:
        if not isinstance(value, dict):
            raise BadItem("", "not-an-object", gettext_noop("This is a JSON object."))
        if name == "categories":
            shown = str(value.get("name", value.get("id")))
            self._categories[_id(value)] = (str(value.get("key") or shown), shown)
        elif name == "images":
            file_name = value.get("file_name")
            if not isinstance(file_name, str) or not file_name:
                raise BadItem("file_name", "no-file-name", gettext_noop("It names no file."))
            image_id = _id(value)
            if image_id in self._images:
                raise BadItem("id", "id-twice", gettext_noop("Another image has the same id."))
            kept = {key: value.get(key) for key in ("key", "width", "height", "labelled", "split")}
            self._images[image_id] = _Image(number, file_name, kept)
        else:
            image_id = _id(value, "image_id")
            try:
                waiting = _waiting(number, value, self._options)
            except BadItem:
                self._spoilt.add(image_id)
                raise
            image = self._images.get(image_id)
            boxes = self._orphans.setdefault(image_id, []) if image is None else image.boxes
            boxes.append(waiting)

    def _finish(self, image: _Image) -> Iterator[Read]:
        """Yield an image with its boxes, and those of them that do not fit."""
        key = short_key(str(image.value["key"] or image.name))
        file = self._index.find(image.name)
        if file is None:
            problem = Problem(
                "file_name",
                "file-missing",
                gettext_noop("The file “%(name)s” did not come with it."),
                {"name": shorten(image.name)},
            )
            yield self._refused("images", image.number, problem, key)
            return
        record = Record(f"{self._file.name}:images[{image.number}]", key, "image", file=file)
        record.split = split_named(str(image.value["split"] or ""))
        regions = []
        for waiting in image.boxes:
            try:
                regions.append(self._region(waiting, image))
            except BadItem as bad:
                image.incomplete = True
                yield self._refused("annotations", waiting.number, bad.problem, key)
        if regions or (image.value["labelled"] is True and not image.incomplete):
            self._labeller.attach(record, document(regions), incomplete=image.incomplete)
        yield record

    def _region(self, waiting: _Waiting, image: _Image) -> dict[str, Any]:
        if waiting.category not in self._categories:
            raise BadItem(
                "category_id", "no-such-category", gettext_noop("The file has no such category.")
            )
        width, height = image.value["width"], image.value["height"]
        size = (width, height) if _is_number(width) and _is_number(height) else None
        name, shown = self._categories[waiting.category]
        region = self._labeller.box(name, fit_box(waiting.box, size), shown=shown)
        if waiting.attributes and (kept := self._labeller.attributes(waiting.attributes)):
            region["attributes"] = kept
        return region

    def _refused(self, name: str, number: int, problem: Problem, key: str = "") -> Refused:
        return Refused(f"{self._file.name}:{name}[{number}]", key, problem)


def _id(value: Mapping[str, Any], name: str = "id") -> int | str:
    given = value.get(name)
    if not isinstance(given, int | str):
        raise BadItem(name, "no-id", gettext_noop("“%(name)s” is missing."), name=name)
    return given


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _waiting(number: int, value: Mapping[str, Any], options: ReadOptions) -> _Waiting:
    """Return an annotation's box and category. Raises BadItem for what is no box."""
    box = value.get("bbox")
    outline = value.get("segmentation")
    if value.get("iscrowd") and options.polygons != "box":
        raise BadItem(
            "iscrowd",
            "crowd",
            gettext_noop(
                "It marks a crowd with a mask, which cannot be kept. "
                "Import again with the option to take the box of each outline."
            ),
        )
    if outline and options.polygons != "box" and not _is_the_box(outline, box):
        raise BadItem(
            "segmentation",
            "polygon",
            gettext_noop(
                "It has a polygon or a mask, which cannot be kept. "
                "Import again with the option to take the box of each outline."
            ),
        )
    if not box and isinstance(outline, list):
        box = _bounds(outline)
    if not isinstance(box, list) or len(box) != 4 or not all(map(_is_number, box)):
        raise BadItem("bbox", "bad-box", gettext_noop("The box is not made of four numbers."))
    attributes = value.get("attributes")
    return _Waiting(
        number,
        _id(value, "category_id"),
        (box[0], box[1], box[2], box[3]),
        attributes if isinstance(attributes, dict) else None,
    )


def _is_the_box(outline: object, box: object) -> bool:
    """Whether an outline is only the box once more, as some tools write it."""
    if not isinstance(outline, list) or len(outline) != 1 or not isinstance(box, list):
        return False
    points = outline[0]
    is_four = isinstance(points, list) and len(points) == 8 and all(map(_is_number, points))
    if not is_four or len(set(points[0::2])) != 2 or len(set(points[1::2])) != 2:
        return False
    bounds = _bounds(outline)
    return len(box) == 4 and all(
        _is_number(a) and abs(a - b) < 0.01 for a, b in zip(box, bounds or (), strict=False)
    )


def _bounds(outline: Sequence[Any]) -> list[float] | None:
    """Return x, y, width and height of the box around all polygons."""
    numbers = [part for part in outline if isinstance(part, list) and len(part) >= 6]
    xs = [x for part in numbers for x in part[0::2] if _is_number(x)]
    ys = [y for part in numbers for y in part[1::2] if _is_number(y)]
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)] if xs and ys else None


def write(entries: Iterable[Entry], options: WriteOptions, out: BinaryIO) -> WriteReport:
    """Write images and boxes as one JSON; with `options.files`, a ZIP with the images beside it."""
    report = WriteReport()
    with tempfile.TemporaryFile() as annotations:
        if not options.files:
            _Writer(options, report, out, annotations).write(entries, None)
            return report
        with Package(out) as package, tempfile.TemporaryFile() as whole:
            _Writer(options, report, whole, annotations).write(entries, package)
            whole.seek(0)
            package.add_stream(ANNOTATIONS, whole)
            package.add_report("manifest.json", options.manifest, report)
    return report


class _Writer:
    """Writes images to `out` while annotations wait in a file of their own."""

    def __init__(
        self, options: WriteOptions, report: WriteReport, out: IO[bytes], annotations: IO[bytes]
    ) -> None:
        self._options = options
        self._report = report
        self._out = out
        self._annotations = annotations
        self._question = next(questions(options, "boxes"), None)
        self._categories: dict[str, int] = {}
        for label in (self._question or {}).get("labels", []):
            self._category(label["key"])
        self._images = 0
        self._boxes = 0

    def write(self, entries: Iterable[Entry], package: Package | None) -> None:
        self._out.write(b'{"info":' + orjson.dumps(self._options.manifest) + b',"images":[')
        for entry in entries:
            file = entry.upright or entry.file
            if file is None or not (file.width and file.height):
                self._report.lose(entry.key, "not-an-image", NO_IMAGE)
                continue
            self._report.entries += 1
            lose_opinions(entry, self._report)
            name = file_name_of(entry, file)
            if package is not None:
                package.add_file(f"images/{name}", file)
            self._write_image(entry, file, name)
        self._out.write(b'],"annotations":[')
        self._annotations.seek(0)
        shutil.copyfileobj(self._annotations, self._out)
        self._out.write(b'],"categories":' + orjson.dumps(self._category_list()) + b"}\n")

    def _write_image(self, entry: Entry, file: EntryFile, name: str) -> None:
        comma = b"," if self._images else b""
        self._images += 1
        image: dict[str, Any] = {
            "id": self._images,
            "file_name": name,
            "width": file.width,
            "height": file.height,
            "key": entry.key,
        }
        if entry.split:
            image["split"] = entry.split
        if entry.truths:
            image["labelled"] = True
            for region in truth_regions(entry, self._options, self._report):
                self._write_box(entry, region)
        self._out.write(comma + orjson.dumps(image))

    def _write_box(self, entry: Entry, region: Mapping[str, Any]) -> None:
        if region["kind"] != "box":
            self._report.lose(entry.key, "not-boxes", NOT_BOXES)
            return
        if self._question is not None and region["question"] != self._question["name"]:
            self._report.lose(entry.key, "other-questions", OTHERS)
            return
        comma = b"," if self._boxes else b""
        self._boxes += 1
        at = region["at"]
        annotation: dict[str, Any] = {
            "id": self._boxes,
            "image_id": self._images,
            "category_id": self._category(region["label"]),
            "bbox": [at["x"], at["y"], at["w"], at["h"]],
            "area": round_coordinate(at["w"] * at["h"]),
            "iscrowd": 0,
        }
        if region.get("attributes"):
            annotation["attributes"] = region["attributes"]
        self._annotations.write(comma + orjson.dumps(annotation))

    def _category(self, key: str) -> int:
        return self._categories.setdefault(key, len(self._categories) + 1)

    def _category_list(self) -> list[dict[str, Any]]:
        labels = (self._question or {}).get("labels", [])
        names = {label["key"]: label.get("name") or label["key"] for label in labels}
        return [
            {"id": number, "name": names.get(key, key), "key": key}
            for key, number in self._categories.items()
        ]


FORMAT = Format(
    name="coco",
    title=gettext_noop("COCO instances, boxes on images"),
    ending=".json",
    media_type="application/json",
    read=read,
    write=write,
    carries=("boxes",),
    data_types=("image",),
)
