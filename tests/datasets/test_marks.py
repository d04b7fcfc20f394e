"""Accepted regions of every kind over pictures: on the page of an item and on tiles."""

import time
from typing import Any

import pytest
from django.urls import reverse

from datasets.formats.base import Record
from datasets.models import Dataset, Item, SchemaRevision
from datasets.pure.region_drawing import drawing_of
from datasets.pure.region_types import Box
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from datasets.views.marks import marks_on
from foundation.models import Project, User
from tests.conftest import SignIn
from tests.datasets.conftest import MakeImage

pytestmark = pytest.mark.django_db

Json = dict[str, Any]
LABELS = [{"key": "cell", "name": "Cell", "color": "#2f74d0"}, {"key": "seed", "name": "Seed"}]
JOINTS = {"joints": [{"key": "head"}, {"key": "foot"}], "edges": [["head", "foot"]]}
EVERYTHING: Json = {
    "format": 1,
    "data_type": "image",
    "questions": [
        {"name": "shapes", "type": "shapes", "labels": LABELS, "transcript": True},
        {"name": "poses", "type": "skeletons", "labels": LABELS, **JOINTS},
        {"name": "links", "type": "relations", "labels": LABELS},
    ],
}
MASK = {"x": 70, "y": 60, "w": 2, "h": 2, "counts": "031"}
HOLED = {"rings": [[[20, 10], [60, 10], [60, 40], [20, 40]], [[30, 20], [50, 20], [40, 30]]]}
SHAPES: dict[str, tuple[str, Json]] = {
    "box": ("M5 5L25 5L25 20L5 20z", {"x": 5, "y": 5, "w": 20, "h": 15}),
    "rotated_box": ("M60 40L60 60", {"cx": 50, "cy": 50, "w": 20, "h": 20, "angle": 90}),
    "polygon": ("M20 10L60 10L60 40L20 40zM30 20L50 20L40 30z", HOLED),
    "ellipse": ("A30 10 0 1 1 ", {"cx": 60, "cy": 50, "rx": 30, "ry": 10, "angle": 0}),
    "mask": ("M70 60L72 60L72 61L71 61L71 62L70 62z", MASK),
    "polyline": ("M3 70L40 74L80 70", {"points": [[3, 70], [40, 74], [80, 70]]}),
    "point": ("M110 15h0", {"x": 110, "y": 15}),
}


def everything() -> Json:
    """A document with a region of every kind that images have."""
    regions: list[Json] = [
        {"id": kind, "question": "shapes", "kind": kind, "label": "cell", "at": at}
        for kind, (_path, at) in SHAPES.items()
    ]
    regions[0]["value"] = "ΑΩ 42"
    joints = {"head": {"x": 100, "y": 30}, "foot": {"x": 104, "y": 60, "hidden": True}}
    regions.append(
        {"id": "pose", "question": "poses", "kind": "skeleton", "label": "seed"}
        | {"at": {"joints": joints}}
    )
    regions.append(
        {"id": "link", "question": "links", "kind": "relation", "label": "seed"}
        | {"at": {"from": "box", "to": "point"}}
    )
    return {"format": 1, "regions": regions}


@pytest.fixture
def marked(photos: Dataset, project: Project, make_image: MakeImage, mia: User) -> Item:
    revision = publish_schema(project=project, name="All", definition=EVERYTHING, by=mia)
    record = Record("1", "a.png", "image", file=make_image("a.png", width=120, height=80))
    record.truths = [{"regions": everything()}]
    outcome = ingest_records(dataset=photos, records=[record], by=mia, schema_revision=revision)
    assert outcome.refusals == []
    return Item.objects.get()


def test_the_page_of_an_item_draws_every_kind_of_region(
    marked: Item, vic: User, sign_in: SignIn
) -> None:
    page = sign_in(vic).get(reverse("item", args=[marked.oid])).content.decode()
    for kind, (path, _at) in SHAPES.items():
        assert path in page, kind
    assert 'd="M100 30h0M104 60h0"' in page or 'd="M104 60h0M100 30h0"' in page
    assert 'd="M15 12.5L110 15"' in page, "a relation"
    assert 'stroke="#2f74d0" fill="#2f74d0" fill-rule="evenodd"' in page
    assert 'aria-label="a.png: 7 × Cell, 2 × Seed"' in page
    assert "ΑΩ 42" in page, "what is written in a place"


def test_tiles_draw_accepted_regions_over_the_thumbnail_and_say_them_in_words(
    marked: Item, vic: User, sign_in: SignIn
) -> None:
    address = reverse("dataset-items", args=[marked.dataset.oid])
    client = sign_in(vic)
    page = client.get(address).content.decode()
    assert '<svg viewBox="0 0 120 80" role="img" aria-label="7 × Cell, 2 × Seed">' in page
    for kind in ("box", "polygon", "mask", "point"):
        assert SHAPES[kind][0] in page, kind
    for term, is_found in (("truth:seed", True), ("question:links", True), ("truth:leaf", False)):
        found = client.get(address, {"q": term}).content.decode()
        assert ('class="rg-h"' in found) is is_found, term


def test_a_picture_without_regions_has_no_drawing(
    photos: Dataset, make_image: MakeImage, mia: User, vic: User, sign_in: SignIn
) -> None:
    record = Record("1", "a.png", "image", file=make_image("a.png"))
    ingest_records(dataset=photos, records=[record], by=mia)
    client = sign_in(vic)
    assert "rg-h" not in client.get(reverse("item", args=[Item.objects.get().oid])).content.decode()
    page = client.get(reverse("dataset-items", args=[photos.oid])).content.decode()
    assert "rg-h" not in page


def test_dense_tracks_are_drawn_on_a_tile_without_reading_all_of_their_keys() -> None:
    """As they are between the two keys around the moment of the thumbnail; quickly."""
    keys = [{"t": n * 0.04, "at": {"x": n, "y": 5, "w": 20, "h": 15}} for n in range(1500)]
    track = {"question": "objects", "kind": "track", "at": {"of": "box", "keys": keys}}
    document = {"format": 1, "regions": [track | {"id": str(n)} for n in range(20)]}
    revision = SchemaRevision(definition={"questions": [{"name": "objects", "labels": []}]})
    costs = []
    for _try in range(3):
        start = time.process_time()
        marks = marks_on((2000, 100), [(revision, document)], {}, is_tile=True, moment=40.02)
        costs.append(time.process_time() - start)
    assert marks
    drawn = [shape["drawing"] for shape in marks["shapes"]]
    assert drawn == [drawing_of(Box(1000.5, 5, 20, 15), step=2000 / 256)] * 20
    assert min(costs) < 0.03
    before = marks_on((2000, 100), [(revision, document)], {}, is_tile=True, moment=-1)
    assert before is None
