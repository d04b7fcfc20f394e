"""Regions drawn over a picture: paths with the colour of their label, and the same in words."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache import cache

from datasets.models import SchemaRevision, Truth
from datasets.pure.region_drawing import DRAWN, Drawing, arrow_of, drawing_of
from datasets.pure.region_kinds import REGION_KINDS
from datasets.pure.region_kinds.base import Found
from datasets.pure.region_kinds.track import Track
from datasets.pure.tracks import shape_at
from datasets.views.looks import Looks, look_of

Json = dict[str, Any]
FINEST = 1 / 256
"""What a thumbnail can show, as a share of the picture's longer side."""
MOST_ON_TILE = 100
MOST_ON_PAGE = 3000
KEPT_SECONDS = 24 * 3600
COSTLY = ("polygon", "polyline", "mask")


def marks_on(
    size: tuple[int, int],
    said: Iterable[tuple[SchemaRevision, Json]],
    looks: Looks,
    *,
    is_tile: bool,
    moment: float | None = None,
) -> Json | None:
    """Return the marks of some answers for `_ui/marks.html`; None where none marks a place.

    Tracks are drawn as they are at `moment`, the one of the thumbnail.
    """
    width, height = size
    step = max(width, height) * FINEST if is_tile else 0.0
    most = MOST_ON_TILE if is_tile else MOST_ON_PAGE
    shapes: list[Json] = []
    names: Counter[str] = Counter()
    for number, (revision, document) in enumerate(said):
        for region, drawing in _drawn(revision, document, step, most - len(shapes), moment):
            look = look_of(revision, region.get("label", ""), looks)
            shapes.append({"drawing": drawing, "look": look, "is_other": number > 0})
        for region in document["regions"]:
            if region["kind"] in REGION_KINDS:
                names[look_of(revision, region.get("label", ""), looks)["name"]] += 1
    if not shapes:
        return None
    words = ", ".join(name if n == 1 else f"{n} × {name}" for name, n in names.most_common())
    return {"width": width, "height": height, "shapes": shapes, "words": words}


def kept_marks(
    truth: Truth,
    size: tuple[int, int],
    revision: SchemaRevision,
    looks: Looks,
    moment: float | None = None,
) -> Json | None:
    """Return what a tile draws of a truth; outlines that take long to draw are kept for a day."""
    said = [(revision, truth.regions)]
    if not any(region["kind"] in COSTLY for region in truth.regions["regions"]):
        return marks_on(size, said, looks, is_tile=True, moment=moment)
    key = f"datasets/marks/{truth.pk}/{truth.regions_hash}/{revision.pk}/{size[0]}x{size[1]}"
    marks: Json | None = cache.get(key)
    if marks is None:
        marks = marks_on(size, said, looks, is_tile=True, moment=moment)
        cache.set(key, marks, KEPT_SECONDS)
    return marks


def size_of(assets: Iterable[Any]) -> tuple[int, int] | None:
    """Return width and height of the picture whose pixels regions count, if it is known."""
    by_part = {asset.part: asset for asset in assets}
    picture = by_part.get("upright") or by_part.get("original")
    facts = picture.facts if picture else {}
    return (facts["width"], facts["height"]) if facts.get("width") and facts.get("height") else None


def moment_of(assets: Iterable[Any]) -> float | None:
    """Return when in a video its thumbnail was taken, in seconds; None for other items."""
    return next((asset.facts.get("t") for asset in assets if asset.part == "thumbnail"), None)


def _drawn(
    revision: SchemaRevision, document: Json, step: float, most: int, moment: float | None
) -> Iterable[tuple[Json, Drawing]]:
    """Yield the regions that can be drawn, lower ones first, each with what it looks like."""
    edges = {one["name"]: one.get("edges", ()) for one in revision.definition["questions"]}
    regions = sorted(document["regions"], key=lambda region: region.get("z", 0))
    places = {region["id"]: _place(region, moment) for region in regions[:most]}
    for region in regions[:most]:
        place = places[region["id"]]
        if type(place) in DRAWN:
            yield region, drawing_of(place, edges.get(region["question"], ()), step)
        elif region["kind"] == "relation" and place is not None:
            ends = [places.get(place.source), places.get(place.target)]
            if all(type(end) in DRAWN for end in ends):
                yield region, arrow_of(*ends)


def _place(region: Mapping[str, Any], moment: float | None) -> Any:
    kind = REGION_KINDS.get(region["kind"])
    if kind is None:
        return None
    if kind.place is not Track:
        return kind.read(region.get("at"), "at", Found())
    if moment is None:
        return None
    track = kind.read(_around(region["at"], moment), "at", Found())
    seen = track and shape_at(track, moment)
    return seen and seen.at


def _around(track: Json, moment: float) -> Json:
    """A track with the keys before and after a moment alone: reading all of them takes long."""
    keys = track["keys"]
    number = bisect_right(keys, moment, key=lambda key: key["t"])
    return track | {"keys": keys[max(0, number - 1) : number + 1]}
