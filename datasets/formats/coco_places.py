"""What one COCO annotation marks: its box, its polygons, its mask, its keypoints."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from datasets.formats.base import ReadOptions
from datasets.formats.boxes import ROUNDING, TOLERANCE, fit_box
from datasets.formats.drawn import DrawnLabeller
from datasets.formats.items import BadItem
from datasets.pure.canonical import round_coordinate
from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.region_kinds import REGION_KINDS
from datasets.pure.region_kinds.base import Found
from datasets.pure.region_kinds.mask import encode_runs
from datasets.pure.region_types import LABEL_KEY

Place = dict[str, Any]
Size = tuple[float, float] | None
FIELDS = ("bbox", "segmentation", "keypoints", "iscrowd", "attributes")
OWN_FIELDS = ("region", "group", "z", "utf8_string")
"""What we write beside COCO's own fields, so that what is read again is equal."""


OWN_KINDS = ("polygon", "rotated_box", "ellipse", "polyline", "point")
"""What may stand in `region`: places that COCO's own fields cannot say."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category: its name as a key, as it is shown, and its joints with their edges."""

    name: str
    shown: str
    joints: tuple[tuple[str, str], ...] = ()
    edges: tuple[tuple[str, str], ...] = ()


def read_category(value: Mapping[str, Any]) -> Category:
    """Return a category; what of its skeleton cannot be read is left out."""
    shown = str(value.get("name", value.get("id")))
    names = value.get("keypoints")
    names = [str(name) for name in names] if isinstance(names, list) else []
    given = value.get("keypoint_keys")
    keys = given if _are_keys(given, len(names)) else list(_keys_of(names))
    joints = tuple(zip(keys, names, strict=True))
    edges = []
    listed = value.get("skeleton")
    for pair in listed if isinstance(listed, list) else ():
        ends = pair if isinstance(pair, list) and len(pair) == 2 else (0, 0)
        if all(isinstance(end, int) and 0 < end <= len(joints) for end in ends):
            edges.append((joints[ends[0] - 1][0], joints[ends[1] - 1][0]))
    return Category(str(value.get("key") or shown), shown, joints, tuple(edges))


def _are_keys(keys: object, count: int) -> TypeGuard[list[str]]:
    return (
        isinstance(keys, list)
        and len(keys) == count
        and all(isinstance(key, str) and LABEL_KEY.fullmatch(key) for key in keys)
        and len(set(keys)) == count
    )


def _keys_of(names: Sequence[str]) -> Iterator[str]:
    taken: set[str] = set()
    for name in names:
        base = re.sub(r"[^A-Za-z0-9_.\-]+", "_", name.strip()).strip("_.-")[:60] or "joint"
        key, number = base, 2
        while key in taken:
            key, number = f"{base}_{number}", number + 1
        taken.add(key)
        yield key


def places_of(
    value: Mapping[str, Any], category: Category, size: Size, drawn: DrawnLabeller
) -> Iterator[tuple[str, Place]]:
    """Yield kind and place of what an annotation marks. Raises BadItem with the reason.

    Keypoints are a skeleton; the box that comes with them is only theirs. An outline is polygons
    or a mask; where there is none, or it is the box once more, the box counts.
    """
    own = value.get("region")
    kind = own.get("kind") if isinstance(own, dict) else None
    if isinstance(own, dict) and isinstance(kind, str) and kind in OWN_KINDS and drawn.takes(kind):
        yield kind, _settled(kind, own.get("at"), "region/at")
        return
    has_joints = False
    if drawn.takes("skeleton") and (joints := _joints(value, category, drawn)):
        has_joints = True
        yield "skeleton", _settled("skeleton", {"joints": joints}, "keypoints")
    outline, box = value.get("segmentation"), value.get("bbox")
    if outline and not (_is_the_box(outline, box) and drawn.takes("box")):
        kind = "mask" if isinstance(outline, dict) else "polygon"
        if drawn.takes(kind):
            yield from _outlined(outline, kind, size)
        elif not has_joints:
            raise BadItem(
                "segmentation",
                "polygon",
                gettext_noop(
                    "It has a polygon or a mask, for which the label schema has no question. "
                    "Import again with another schema, or take the box of each outline."
                ),
            )
    elif not has_joints:
        yield "box", box_of(value, size, drawn)


def check_choice(value: Mapping[str, Any], options: ReadOptions) -> None:
    """Raise BadItem for an outline where the options say to refuse them."""
    if options.polygons != "refuse":
        return
    outline = value.get("segmentation")
    if value.get("iscrowd"):
        raise BadItem("iscrowd", "crowd", gettext_noop("It marks a crowd with a mask."))
    if outline and not _is_the_box(outline, value.get("bbox")):
        raise BadItem("segmentation", "polygon", gettext_noop("It has a polygon or a mask."))


def box_of(value: Mapping[str, Any], size: Size, drawn: DrawnLabeller) -> Place:
    """Return the box of an annotation, whatever its outline. Raises BadItem."""
    if not drawn.takes("box"):
        raise BadItem(
            "bbox",
            "only-a-box",
            gettext_noop(
                "Only its box can be taken, and the label schema has no question for boxes."
            ),
        )
    box, outline = value.get("bbox"), value.get("segmentation")
    if not box and isinstance(outline, list):
        box = _bounds(outline)
    if not isinstance(box, list) or len(box) != 4 or not all(map(is_number, box)):
        raise BadItem("bbox", "bad-box", gettext_noop("The box is not made of four numbers."))
    fitted = fit_box((box[0], box[1], box[2], box[3]), size)
    return dict(zip("xywh", map(round_coordinate, fitted), strict=True))


def _outlined(outline: Any, kind: str, size: Size) -> Iterator[tuple[str, Place]]:
    if kind == "mask":
        yield "mask", _mask(outline, size)
        return
    if not isinstance(outline, list):
        raise BadItem(
            "segmentation", "bad-outline", gettext_noop("The outline is no list of polygons.")
        )
    for number, part in enumerate(outline):
        at = f"segmentation/{number}"
        if not isinstance(part, list) or len(part) % 2 or not all(map(is_number, part)):
            raise BadItem(
                at, "bad-outline", gettext_noop("A polygon is a list of x and y in turn.")
            )
        points = [_fitted(x, y, size, at) for x, y in zip(part[::2], part[1::2], strict=True)]
        yield "polygon", _settled("polygon", {"rings": [points]}, at)


def _fitted(x: float, y: float, size: Size, at: str) -> list[float]:
    """A point brought inside the image, which it may leave by a pixel, as boxes may."""
    if not (math.isfinite(x) and math.isfinite(y)):
        raise BadItem(at, "bad-outline", gettext_noop("A polygon is a list of x and y in turn."))
    if size is None:
        return [x, y]
    width, height = size
    inside = [min(max(x, 0.0), width), min(max(y, 0.0), height)]
    beyond = max(abs(inside[0] - x), abs(inside[1] - y))
    if beyond > TOLERANCE:
        raise BadItem(
            at,
            "outline-outside",
            gettext_noop("A polygon leaves the image of %(width)g by %(height)g pixels."),
            width=width,
            height=height,
        )
    return inside if beyond > ROUNDING else [x, y]


def _mask(outline: Mapping[str, Any], size: Size) -> Place:
    """The mask in run lengths of the whole image, as a list or compressed."""
    given, counts = outline.get("size"), outline.get("counts")
    if not isinstance(given, list) or len(given) != 2 or not all(type(n) is int for n in given):
        raise BadItem(
            "segmentation/size", "bad-mask", gettext_noop("The size of a mask is height and width.")
        )
    height, width = given
    if size is not None and (width, height) != tuple(size):
        raise BadItem(
            "segmentation/size",
            "other-size",
            gettext_noop("The mask has %(width)d by %(height)d pixels, the image others."),
            width=width,
            height=height,
        )
    if isinstance(counts, list):
        if not all(type(count) is int and 0 <= count < 1 << 40 for count in counts):
            raise BadItem(
                "segmentation/counts",
                "bad-mask",
                gettext_noop("The run lengths of a mask are whole numbers from 0 on."),
            )
        counts = encode_runs(counts)
    at = {"x": 0, "y": 0, "w": width, "h": height, "counts": counts}
    return _settled("mask", at, "segmentation")


def _joints(
    value: Mapping[str, Any], category: Category, drawn: DrawnLabeller
) -> dict[str, dict[str, Any]]:
    """The joints that are in the picture: visibility 2 is seen, 1 hidden, 0 absent."""
    given = value.get("keypoints")
    if not given:
        return {}
    if (
        not isinstance(given, list)
        or len(given) != 3 * len(category.joints)
        or not all(map(is_number, given))
    ):
        raise BadItem(
            "keypoints",
            "bad-keypoints",
            gettext_noop("The keypoints are not x, y and visibility of the category's %(count)d."),
            count=len(category.joints),
        )
    joints = {}
    for number, (key, name) in enumerate(category.joints):
        x, y, seen = given[3 * number : 3 * number + 3]
        known = drawn.joint(name, key)
        if seen not in (0, 1, 2):
            raise BadItem(
                "keypoints",
                "bad-visibility",
                gettext_noop("The visibility of %(name)s is %(seen)s, not 0, 1 or 2."),
                name=shorten(name),
                seen=shorten(repr(seen)),
            )
        if seen:
            joints[known] = {"x": x, "y": y} | ({"hidden": True} if seen == 1 else {})
    for first, second in category.edges:
        drawn.edge(first, second)
    return joints


def _settled(kind: str, at: object, where: str) -> Place:
    """A place as we store it. Raises BadItem with the first thing that is wrong with it."""
    known = REGION_KINDS[kind]
    found = Found()
    place = known.read(at, where, found)
    if found:
        problem = found[0]
        raise BadItem(problem.at, problem.code, problem.template, **problem.values)
    return known.as_json(place)


def is_number(value: object) -> bool:
    """Tell whether a JSON value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_the_box(outline: object, box: object) -> bool:
    """Whether an outline is only the box once more, as some tools write it."""
    if not isinstance(outline, list) or len(outline) != 1 or not isinstance(box, list):
        return False
    points = outline[0]
    is_four = isinstance(points, list) and len(points) == 8 and all(map(is_number, points))
    if not is_four or len(set(points[0::2])) != 2 or len(set(points[1::2])) != 2:
        return False
    bounds = _bounds(outline)
    return len(box) == 4 and all(
        is_number(a) and abs(a - b) < 0.01 for a, b in zip(box, bounds or (), strict=False)
    )


def _bounds(outline: Sequence[Any]) -> list[float] | None:
    """Return x, y, width and height of the box around all polygons."""
    numbers = [part for part in outline if isinstance(part, list) and len(part) >= 6]
    xs = [x for part in numbers for x in part[0::2] if is_number(x)]
    ys = [y for part in numbers for y in part[1::2] if is_number(y)]
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)] if xs and ys else None
