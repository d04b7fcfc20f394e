"""A question of every type with two answers: places as one person marks them, and as another."""

from collections.abc import Callable
from typing import Any, NamedTuple

from datasets.models import Asset, Item, SchemaRevision
from datasets.pure.region_kinds.mask import Mask, encode_runs
from datasets.pure.schema_types import KIND_OF_TYPE
from datasets.services.datasets import create_dataset
from datasets.services.schemas import publish_schema
from foundation.models import Project
from tests.annotate.making import add_texts

Json = dict[str, Any]
SIDE = 400
LABELS = [{"key": "cell", "name": "Cell"}, {"key": "seed", "name": "Seed"}]


class Case(NamedTuple):
    """The type of a question, and three places: one, nearly the same one, and one elsewhere."""

    type: str
    place: Json
    near: Json
    apart: Json
    more: Json = {}
    kinds: tuple[str, ...] = ()
    data_type: str = "image"


def _ring(x: float) -> list[list[float]]:
    return [[x, 20], [x + 60, 30], [x + 50, 90], [x, 80]]


def _polygon(x: float) -> Json:
    return {"rings": [_ring(x), [[x + 10, 40], [x + 20, 40], [x + 20, 50]]]}


def _mask(x: int) -> Json:
    return Mask(x, 10, 30, 40, encode_runs([0, 40 * 30]))._asdict()


def _skeleton(x: float) -> Json:
    return {"joints": {"head": {"x": x, "y": 10}, "foot": {"x": x, "y": 90, "hidden": True}}}


_JOINTS = {"joints": [{"key": "head"}, {"key": "foot"}], "edges": [["head", "foot"]]}
_AXES: Json = {"cy": 60, "angle": 30}
SPAN = {"start": 0, "end": 9}


def _case(kind: str, make: Callable[[int], Json], near: int, more: Json | None = None) -> Case:
    return Case(kind, make(10), make(10 + near), make(250), more or {})


CASES = [
    _case("boxes", lambda x: {"x": x, "y": 5, "w": 60, "h": 50}, 3),
    _case("rotated_boxes", lambda x: _AXES | {"cx": x + 50, "w": 60, "h": 40}, 3),
    _case("ellipses", lambda x: _AXES | {"cx": x + 50, "rx": 50, "ry": 30}, 3),
    _case("polygons", _polygon, 3),
    _case("masks", _mask, 3),
    _case("polylines", lambda x: {"points": [[x, 5], [x, 90]]}, 2),
    _case("points", lambda x: {"x": x, "y": 50}, 2),
    _case("skeletons", _skeleton, 2, _JOINTS),
    Case(
        "shapes",
        _polygon(10),
        _mask(10) | {"w": 50, "h": 80, "counts": encode_runs([0, 50 * 80])},
        _polygon(250),
        {"kinds": ["polygon", "mask"]},
        ("polygon", "mask", "polygon"),
    ),
    Case("spans", SPAN | {"gaps": [[3, 5]]}, SPAN | {"gaps": [[3, 5]]}, SPAN, data_type="text"),
]
RELATED = CASES[0]


def definition_of(case: Case) -> Json:
    """A schema with one question of the case's type."""
    question = {"name": "marks", "title": "Marks", "type": case.type, "labels": LABELS}
    questions: list[Json] = [question | case.more]
    return {"format": 1, "data_type": case.data_type, "questions": questions}


def related_definition() -> Json:
    """A schema of boxes and of relations between them."""
    definition = definition_of(RELATED)
    relations = {"name": "links", "title": "Links", "type": "relations", "labels": LABELS}
    return definition | {"questions": [*definition["questions"], relations]}


def marked(case: Case, *wanted: str, label: str = "cell") -> Json:
    """A document with the named places of a case."""
    kinds = dict(zip(("place", "near", "apart"), case.kinds, strict=False))
    regions = [
        {
            "id": f"r{number}",
            "question": "marks",
            "kind": kinds.get(name, KIND_OF_TYPE[case.type]),
            "label": label,
            "at": getattr(case, name),
        }
        for number, name in enumerate(wanted)
    ]
    return {"format": 1, "regions": regions}


def linked(document: Json, source: str = "r0", target: str = "r1", label: str = "cell") -> Json:
    """The document with a relation between two of its regions."""
    link: Json = {"id": "link", "question": "links", "kind": "relation", "label": label}
    link["at"] = {"from": source, "to": target}
    return document | {"regions": [*document["regions"], link]}


def make_items(project: Project, definition: Json, count: int = 1) -> tuple[Any, SchemaRevision]:
    """A dataset of images without bytes, or of texts, and a schema for it."""
    data_type = definition["data_type"]
    dataset = create_dataset(project=project, name="Marked", data_type=data_type, by=None)
    revision = publish_schema(project=project, name="Marks", definition=definition, by=None)
    if data_type == "text":
        add_texts(dataset, count)
        return dataset, revision
    for number in range(count):
        item = Item.objects.create(
            dataset=dataset, key=f"i{number}", data_type="image", content_hash=str(number)
        )
        for part, side in ((Asset.Part.ORIGINAL, SIDE), (Asset.Part.THUMBNAIL, 96)):
            Asset.objects.create(
                item=item,
                part=part,
                sha256="0",
                size=1,
                media_type="image/png",
                storage_key="x",
                facts={"width": side, "height": side},
            )
    return dataset, revision
