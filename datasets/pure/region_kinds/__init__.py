"""The ways of marking a place in an item, one `RegionKind` each.

To add one: copy a file of this folder, add its kind to `ALL`, add `core/kinds/<name>.ts` to the
workbench and a case to `tests/vectors/regions.json`, which both sides must read alike.
"""

from datasets.pure.region_kinds import (
    box,
    mask,
    points,
    relation,
    rotated,
    skeleton,
    stretches,
    track,
)
from datasets.pure.region_kinds.base import RegionKind

ALL: tuple[RegionKind, ...] = (
    box.KIND,
    rotated.ROTATED_BOX,
    points.POLYGON,
    points.POLYLINE,
    rotated.ELLIPSE,
    points.POINT,
    skeleton.KIND,
    mask.KIND,
    stretches.SPAN,
    relation.KIND,
    stretches.SEGMENT,
    stretches.INSTANT,
    track.KIND,
)
REGION_KINDS: dict[str, RegionKind] = {kind.name: kind for kind in ALL}
KIND_OF_PLACE: dict[type, RegionKind] = {kind.place: kind for kind in ALL}
KIND_OF_QUESTION: dict[str, RegionKind] = {kind.question_type: kind for kind in ALL}
KINDS = ("item", *REGION_KINDS)


def kinds_on(data_type: str) -> tuple[str, ...]:
    """The kinds of region that may lie on items of a data type.

    Examples
    --------
    >>> kinds_on("table")
    ('item',)
    """
    return ("item", *(kind.name for kind in ALL if data_type in kind.data_types))
