"""COCO: instances and keypoints on images in one JSON file, read and written as a stream.

Read: `bbox` is x, y, width, height in pixels from the top left corner. Polygons, run lengths and
keypoints are kept where a question takes them, or, as the option says, only the box of each
outline is. Polygons of one annotation become regions of one group, for COCO does not say which of
them are holes. Where one annotation of an image is refused, the others come as a suggestion, not
as truth.

Written: see `coco_writing`.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

import orjson

from datasets.formats.base import Format, Read, ReadOptions, Record, Refused, SourceFile
from datasets.formats.coco_places import (
    FIELDS,
    OWN_FIELDS,
    Category,
    Size,
    box_of,
    check_choice,
    is_number,
    places_of,
    read_category,
)
from datasets.formats.coco_writing import CARRIED, write
from datasets.formats.drawn import CROWD, DrawnLabeller, Region
from datasets.formats.files import short_key
from datasets.formats.items import BadItem
from datasets.formats.json_stream import iter_members
from datasets.formats.labels import document, split_named
from datasets.formats.lookup import FileIndex
from datasets.pure.problems import Problem, gettext_noop, shorten

KINDS = ("skeleton", "polygon", "mask", "box", "rotated_box", "ellipse", "polyline", "point")


@dataclass(slots=True)
class _Image:
    """One image of the file, and the annotations that wait for it."""

    number: int
    name: str
    value: Mapping[str, Any]
    waiting: list["_Waiting"] = field(default_factory=list)
    incomplete: bool = False

    @property
    def size(self) -> Size:
        """Width and height, where the file tells them."""
        width, height = self.value["width"], self.value["height"]
        return (width, height) if is_number(width) and is_number(height) else None


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One annotation that waits, on disk, until all images and categories are known."""

    number: int
    category: Any
    start: int
    length: int


def read(files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Read]:
    """Yield the images that the JSON files name, with their regions, then the images left over."""
    index = FileIndex(files)
    drawn = DrawnLabeller(options, KINDS)
    for file in files:
        if file.name.lower().endswith(".json"):
            try:
                with tempfile.TemporaryFile() as aside:
                    yield from _File(file, options, drawn, index, aside).read()
            except BadItem as bad:
                yield Refused(file.name, "", bad.problem)
    for left in index.unused():
        yield Record(left.name, short_key(left.name), "image", file=left)
    yield drawn.found()


class _File:
    """One COCO file. Its annotations are laid aside on disk until its images can go out."""

    def __init__(
        self,
        file: SourceFile,
        options: ReadOptions,
        drawn: DrawnLabeller,
        index: FileIndex,
        aside: IO[bytes],
    ) -> None:
        self._file = file
        self._options = options
        self._drawn = drawn
        self._index = index
        self._aside = aside
        self._end = 0
        self._images: dict[Any, _Image] = {}
        self._categories: dict[Any, Category] = {}
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
            image.waiting += self._orphans.pop(image_id, [])
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
            self._categories[_id(value)] = read_category(value)
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
                waiting = self._lay_aside(number, value)
            except BadItem:
                self._spoilt.add(image_id)
                raise
            image = self._images.get(image_id)
            others = self._orphans.setdefault(image_id, []) if image is None else image.waiting
            others.append(waiting)

    def _lay_aside(self, number: int, value: Mapping[str, Any]) -> _Waiting:
        check_choice(value, self._options)
        category = _id(value, "category_id")
        kept = {name: value[name] for name in (*FIELDS, *OWN_FIELDS) if value.get(name)}
        start, length = self._end, self._aside.write(orjson.dumps(kept))
        self._end += length
        return _Waiting(number, category, start, length)

    def _fetched(self, waiting: _Waiting) -> dict[str, Any]:
        self._aside.seek(waiting.start)
        value: dict[str, Any] = orjson.loads(self._aside.read(waiting.length))
        return value

    def _finish(self, image: _Image) -> Iterator[Read]:
        """Yield an image with its regions, and those annotations that do not fit."""
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
        regions: list[Region] = []
        for waiting in image.waiting:
            try:
                regions += self._regions(waiting, image, record, regions)
            except BadItem as bad:
                image.incomplete = True
                yield self._refused("annotations", waiting.number, bad.problem, key)
        if regions or (image.value["labelled"] is True and not image.incomplete):
            self._drawn.attach(record, document(regions), incomplete=image.incomplete)
        yield record

    def _regions(
        self, waiting: _Waiting, image: _Image, record: Record, others: list[Region]
    ) -> list[Region]:
        category = self._categories.get(waiting.category)
        if category is None:
            raise BadItem(
                "category_id", "no-such-category", gettext_noop("The file has no such category.")
            )
        value = self._fetched(waiting)
        given = value.get("attributes")
        given = dict(given) if isinstance(given, dict) else {}
        if self._options.polygons == "box":
            places = [("box", box_of(value, image.size, self._drawn))]
        else:
            places = list(places_of(value, category, image.size, self._drawn))
            if value.get("iscrowd"):
                given[CROWD] = True
        regions = []
        for kind, at in places:
            regions.append(self._drawn.region(kind, at, category.name, category.shown, given))
            if given.get(CROWD) is True and not self._drawn.asks_for(kind, CROWD):
                _warn_once(record)
        _keep_own(value, regions, others, self._drawn)
        return regions

    def _refused(self, name: str, number: int, problem: Problem, key: str = "") -> Refused:
        return Refused(f"{self._file.name}:{name}[{number}]", key, problem)


def _warn_once(record: Record) -> None:
    if not any(one.code == "crowd-unsaid" for one in record.warnings):
        sentence = gettext_noop(
            "Crowds came like single things: the label schema has no attribute “%(name)s”."
        )
        record.warnings.append(Problem("iscrowd", "crowd-unsaid", sentence, {"name": CROWD}))


def _keep_own(
    value: Mapping[str, Any], regions: list[Region], others: list[Region], drawn: DrawnLabeller
) -> None:
    """Add what we write beside COCO's own fields, and one group for several polygons."""
    parts = [region for region in regions if region["kind"] == "polygon"]
    group = value.get("group")
    if not (type(group) is int and 0 < group <= 1_000_000):
        group = None
        if len(parts) > 1:
            group = 1 + max((one.get("group", 0) for one in others), default=0)
    z, text = value.get("z"), value.get("utf8_string")
    for region in regions:
        if group is not None:
            region["group"] = group
        if type(z) is int and abs(z) <= 1_000_000:
            region["z"] = z
        if isinstance(text, str) and drawn.takes_text(region["kind"]):
            region["value"] = text


def _id(value: Mapping[str, Any], name: str = "id") -> int | str:
    given = value.get(name)
    if not isinstance(given, int | str):
        raise BadItem(name, "no-id", gettext_noop("“%(name)s” is missing."), name=name)
    return given


FORMAT = Format(
    name="coco",
    title=gettext_noop("COCO: boxes, polygons, masks and keypoints on images"),
    ending=".json",
    media_type="application/json",
    read=read,
    write=write,
    carries=CARRIED,
    data_types=("image",),
)
