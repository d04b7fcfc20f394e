"""COCO, written: images, annotations and categories as one JSON.

COCO knows boxes, polygons without holes, masks and keypoints. What else there is goes out as the
nearest of them, is counted in the report, and stands beside it in a field `region` of our own;
`key`, `split`, `labelled`, `group`, `z` and `utf8_string` (what is written in a place) are such
fields, too, so that what is read again is equal.
"""

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, BinaryIO

import numpy as np
import orjson

from datasets.formats.base import Entry, EntryFile, WriteOptions, WriteReport
from datasets.formats.drawn import CROWD, kinds_taken
from datasets.formats.packing import Package, file_name_of
from datasets.formats.truths import lose_opinions, questions, truth_regions
from datasets.pure.canonical import round_coordinate
from datasets.pure.problems import gettext_noop
from datasets.pure.region_kinds import REGION_KINDS
from datasets.pure.region_kinds.base import Bounds, Found, bounds_of
from datasets.pure.region_kinds.mask import Mask, columns_of, encode_runs
from datasets.pure.region_kinds.points import PointPlace, Polygon, Polyline
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox, corners_of, outline_of
from datasets.pure.region_kinds.skeleton import Skeleton
from datasets.pure.region_likeness.areas import AREAS, area_of, pixels_of, size_of

Region = Mapping[str, Any]
ANNOTATIONS = "annotations/instances.json"
CARRIED = (
    *("boxes", "polygons", "masks", "skeletons", "shapes"),
    *("rotated_boxes", "ellipses", "polylines", "points"),
)
OTHERS = gettext_noop("Regions of other questions than the one that goes out were left out.")
NOT_DRAWN = gettext_noop("Answers that mark no place in the image have no place in COCO.")
NO_IMAGE = gettext_noop("COCO holds images only; other items were left out.")
HOLES = gettext_noop(
    "COCO polygons have no holes: these went out as masks. Only Winnow reads their outlines again."
)
TURNED = gettext_noop(
    "COCO knows no turned boxes and no ellipses: these went out as polygons. "
    "Only Winnow reads them again as what they were."
)
LINES = gettext_noop(
    "COCO knows no lines and no single points: these went out as boxes. "
    "Only Winnow reads them again as what they were."
)


def write(entries: Iterable[Entry], options: WriteOptions, out: BinaryIO) -> WriteReport:
    """Write images and regions as one JSON; with `options.files`, a ZIP with the images too."""
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
        self._question = next(questions(options, *CARRIED), None)
        self._categories: dict[str, int] = {}
        question = self._question or {}
        for label in question.get("labels", []):
            self._category(label["key"])
        self._kinds = kinds_taken(question) if question else ()
        self._joints = [joint["key"] for joint in question.get("joints", [])]
        self._images = 0
        self._regions = 0

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
            size = (file.width or 0, file.height or 0)
            for regions in self._annotations_of(entry):
                self._write_annotation(entry, regions, size)
        self._out.write(comma + orjson.dumps(image))

    def _annotations_of(self, entry: Entry) -> list[list[Region]]:
        """The regions that go out, polygons of one group and label as one annotation."""
        together: dict[Any, list[Region]] = {}
        for number, region in enumerate(truth_regions(entry, self._options, self._report)):
            if region["kind"] not in REGION_KINDS or region["kind"] in ("relation", "span"):
                self._report.lose(entry.key, "not-drawn", NOT_DRAWN)
            elif self._question is not None and region["question"] != self._question["name"]:
                self._report.lose(entry.key, "other-questions", OTHERS)
            else:
                together.setdefault(_part_of(region) or number, []).append(region)
        return list(together.values())

    def _write_annotation(
        self, entry: Entry, regions: Sequence[Region], size: tuple[int, int]
    ) -> None:
        comma = b"," if self._regions else b""
        self._regions += 1
        first = regions[0]
        places = [_place_of(region) for region in regions]
        attributes = dict(first.get("attributes") or {})
        annotation: dict[str, Any] = {
            "id": self._regions,
            "image_id": self._images,
            "category_id": self._category(first["label"]),
            **self._marked(entry, places, size),
            "iscrowd": int(attributes.pop(CROWD, False) is True),
        }
        if _needs_own(places[0], self._kinds):
            annotation["region"] = {"kind": first["kind"], "at": first["at"]}
        if first.get("attributes", {}).get(CROWD) is False:
            attributes[CROWD] = False
        if attributes:
            annotation["attributes"] = attributes
        for name, ours in (("group", "group"), ("z", "z"), ("utf8_string", "value")):
            if ours in first:
                annotation[name] = first[ours]
        self._annotations.write(comma + orjson.dumps(annotation))

    def _marked(self, entry: Entry, places: Sequence[Any], size: tuple[int, int]) -> dict[str, Any]:
        """Box, area and outline or keypoints of an annotation, as COCO says them."""
        place = places[0]
        bounds = bounds_of(corner for one in places for corner in _corners(one))
        marked: dict[str, Any] = {"bbox": _as_bbox(bounds), "area": _area_of(places)}
        if isinstance(place, Polygon) and len(place.rings) == 1:
            marked["segmentation"] = [_flat(one.rings[0]) for one in places]
        elif isinstance(place, Polygon):
            self._report.lose(entry.key, "holes", HOLES)
            mask = pixels_of(area_of(place))
            marked["segmentation"] = _as_runs(mask, size) if mask else [_flat(place.rings[0])]
        elif isinstance(place, Mask):
            marked["segmentation"] = _as_runs(place, size)
        elif isinstance(place, RotatedBox | Ellipse):
            self._report.lose(entry.key, "turned", TURNED)
            outline = corners_of(place) if isinstance(place, RotatedBox) else outline_of(place)
            marked["segmentation"] = [_flat(outline)]
        elif isinstance(place, Skeleton):
            marked |= self._keypoints(place)
        elif isinstance(place, Polyline | PointPlace):
            self._report.lose(entry.key, "lines-and-points", LINES)
        return marked

    def _keypoints(self, skeleton: Skeleton) -> dict[str, Any]:
        there = {joint.name: joint for joint in skeleton.joints}
        flat: list[float] = []
        for key in self._joints:
            joint = there.get(key)
            flat += (joint.x, joint.y, 1 if joint.hidden else 2) if joint else (0, 0, 0)
        return {"keypoints": flat, "num_keypoints": len(there)}

    def _category(self, key: str) -> int:
        return self._categories.setdefault(key, len(self._categories) + 1)

    def _category_list(self) -> list[dict[str, Any]]:
        question = self._question or {}
        names = {one["key"]: one.get("name") or one["key"] for one in question.get("labels", [])}
        return [
            {"id": number, "name": names.get(key, key), "key": key, **_skeleton_of(question)}
            for key, number in self._categories.items()
        ]


def _skeleton_of(question: Mapping[str, Any]) -> dict[str, Any]:
    """Names of joints and pairs of their numbers from 1 on, for a category of skeletons."""
    joints = question.get("joints", [])
    if not joints:
        return {}
    keys = [joint["key"] for joint in joints]
    names = [joint.get("name") or joint["key"] for joint in joints]
    edges = [[keys.index(end) + 1 for end in edge] for edge in question.get("edges", [])]
    more = {"keypoint_keys": keys} if names != keys else {}
    return {"keypoints": names, "skeleton": edges, **more}


def _part_of(region: Region) -> tuple[Any, ...] | None:
    """What the parts of one annotation have in common; None for what stands alone."""
    if region["kind"] != "polygon" or "group" not in region or len(region["at"]["rings"]) > 1:
        return None
    attributes = orjson.dumps(region.get("attributes"), option=orjson.OPT_SORT_KEYS)
    return region["group"], region["label"], attributes, region.get("z"), region.get("value")


def _place_of(region: Region) -> Any:
    return REGION_KINDS[region["kind"]].read(region["at"], "at", Found())


def _needs_own(place: Any, kinds: Sequence[str]) -> bool:
    """Whether COCO's fields alone would be read as another place."""
    if isinstance(place, Polygon):
        return len(place.rings) > 1 or ("box" in kinds and len(place.rings[0]) == 4)
    return isinstance(place, RotatedBox | Ellipse | Polyline | PointPlace)


def _corners(place: Any) -> Iterable[tuple[float, float]]:
    """Points whose bounds are those of the place."""
    if isinstance(place, Skeleton):
        return [(joint.x, joint.y) for joint in place.joints]
    if isinstance(place, Polyline):
        return place.points
    if isinstance(place, PointPlace):
        return [(place.x, place.y)]
    left, top, right, bottom = area_of(place).bounds
    return [(left, top), (right, bottom)]


def _as_bbox(bounds: Bounds) -> list[float]:
    left, top, right, bottom = bounds
    return [round_coordinate(one) for one in (left, top, right - left, bottom - top)]


def _area_of(places: Sequence[Any]) -> float:
    """Square pixels; of a skeleton those of its box."""
    if isinstance(places[0], Skeleton):
        _left, _top, width, height = _as_bbox(bounds_of(_corners(places[0])))
        return round_coordinate(width * height)
    areas = [size_of(area_of(place)) for place in places if type(place) in AREAS]
    return round_coordinate(sum(areas))


def _flat(points: Iterable[tuple[float, float]]) -> list[float]:
    return [round_coordinate(number) for point in points for number in point]


def _as_runs(mask: Mask, size: tuple[int, int]) -> dict[str, Any]:
    """The mask as compressed run lengths of the whole image, down its columns."""
    width, height = size
    column, top, bottom = columns_of(mask)
    starts, ends = column * height + top, column * height + bottom
    new = np.concatenate([[True], starts[1:] != ends[:-1]])  # a run may go round a column's end
    last = np.concatenate([new[1:], [True]])
    edges = np.column_stack([starts[new], ends[last]]).ravel()
    runs = np.diff(edges, prepend=0).tolist()
    if edges[-1] < width * height:
        runs.append(int(width * height - edges[-1]))
    return {"size": [height, width], "counts": encode_runs(runs)}
