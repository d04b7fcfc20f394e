"""Regions of every kind on their way through an import, an export, and a frozen version."""

import io
import json
import zipfile
from typing import Any

import pytest

from datasets.formats.base import Record
from datasets.models import Dataset, LabelSchema, Truth
from datasets.pure.region_kinds import KINDS
from datasets.services.datasets import create_dataset
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from foundation.models import Project, User
from tests.datasets.conftest import MakeImage, image_bytes, text_record
from tests.datasets.test_exports import export_of
from tests.datasets.test_marks import EVERYTHING, LABELS, everything
from tests.datasets.test_uploads import take_in
from tests.datasets.test_versions import frozen

pytestmark = pytest.mark.django_db(transaction=True)

Json = dict[str, Any]
RECORDED = {"segment", "instant", "track"}
"""Kinds of what has a duration: they are tested with sounds and videos."""
TEXT_ROOT = "f32ff384ca86aae76d292316b235345a73f1464e0360c4824ccc6b917b74231e"
"""The same on every database and machine."""
READ: Json = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {"name": "topic", "type": "choice", "labels": LABELS},
        {"name": "names", "type": "spans", "labels": LABELS},
        {"name": "links", "type": "relations", "labels": LABELS},
    ],
}


def said_of_text() -> Json:
    """An item label, spans with a gap, and a relation between them."""
    gapped = {"start": 0, "end": 12, "gaps": [[4, 7]]}
    return {
        "format": 1,
        "regions": [
            {"id": "t", "question": "topic", "kind": "item", "label": "seed"},
            {"id": "a", "question": "names", "kind": "span", "label": "cell", "at": gapped},
            {"id": "b", "question": "names", "kind": "span", "label": "seed"}
            | {"at": {"start": 4, "end": 7}, "group": 3, "z": 1},
            {"id": "l", "question": "links", "kind": "relation", "label": "cell"}
            | {"at": {"from": "a", "to": "b"}},
        ],
    }


@pytest.fixture
def filled(
    photos: Dataset, texts: Dataset, project: Project, make_image: MakeImage, mia: User
) -> list[tuple[Dataset, LabelSchema]]:
    """A dataset of images and one of texts, marked in every way there is."""
    drawn = publish_schema(project=project, name="All", definition=EVERYTHING, by=mia)
    read = publish_schema(project=project, name="Read", definition=READ, by=mia)
    picture = Record("1", "a.png", "image", file=make_image("a.png", width=120, height=80))
    picture.truths = [{"regions": everything()}]
    text = text_record("t", "The Acid Test", truths=[{"regions": said_of_text()}])
    for dataset, record, revision in ((photos, picture, drawn), (texts, text, read)):
        outcome = ingest_records(
            dataset=dataset, records=[record], by=mia, schema_revision=revision
        )
        assert outcome.refusals == []
    return [(photos, drawn.schema), (texts, read.schema)]


def test_all_kinds_are_among_those_that_are_tested_here() -> None:
    kinds = {
        region["kind"] for said in (everything(), said_of_text()) for region in said["regions"]
    }
    assert kinds == set(KINDS) - RECORDED


def test_jsonl_brings_every_kind_back_with_the_same_content_root(
    filled: list[tuple[Dataset, LabelSchema]], project: Project, mia: User
) -> None:
    for number, (dataset, schema) in enumerate(filled):
        before = frozen(dataset, schema)
        _export, data = export_of(dataset, mia, options={"files": True})
        copy = create_dataset(
            project=project, name=f"Copy {number}", data_type=dataset.data_type, by=mia
        )
        job = take_in(copy, mia, {"all.zip": data})
        assert (job.report["created"], job.report["refused"]) == (1, 0), job.report
        after = frozen(copy, schema)
        assert after.content_root == before.content_root
        first, second = Truth.objects.filter(schema=schema).order_by("pk")
        assert first.regions == second.regions
    assert after.content_root == TEXT_ROOT


def test_coco_brings_every_shape_back_and_names_what_stays_behind(
    filled: list[tuple[Dataset, LabelSchema]], project: Project, mia: User
) -> None:
    photos, schema = filled[0]
    export, data = export_of(photos, mia, format="coco", options={"files": True})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = json.loads(archive.read("annotations/instances.json"))
    assert len(content["annotations"]) == 7
    assert export.job is not None
    losses = export.job.report["losses"]
    assert {one["code"] for one in losses} == {
        *("turned", "holes", "lines-and-points", "other-questions", "not-drawn"),
    }
    copy = create_dataset(project=project, name="Copy", data_type="image", by=mia)
    job = take_in(copy, mia, {"coco.zip": data}, schema=schema)
    assert (job.report["created"], job.report["truths"], job.report["refused"]) == (1, 1, 0)
    first, second = (
        truth.regions["regions"] for truth in Truth.objects.filter(schema=schema).order_by("pk")
    )
    shapes = [one for one in first if one["question"] == "shapes"]
    assert [one | {"id": ""} for one in second] == [one | {"id": ""} for one in shapes]


def test_a_file_of_outlines_finds_or_makes_the_questions_that_keep_them(
    photos: Dataset, mia: User
) -> None:
    def content(name: str, *annotations: Json) -> dict[str, bytes]:
        category = {"id": 1, "name": "cat", "keypoints": ["nose", "tail"], "skeleton": [[1, 2]]}
        value = {
            "images": [{"id": 1, "file_name": name, "width": 40, "height": 30}],
            "annotations": [{"image_id": 1, "category_id": 1} | one for one in annotations],
            "categories": [category],
        }
        return {"x.json": json.dumps(value).encode(), name: image_bytes()}

    polygon = {"segmentation": [[2, 3, 30, 5, 20, 20]]}
    crowd = {"iscrowd": 1, "segmentation": {"size": [30, 40], "counts": [0, 1200]}}
    pose = {"keypoints": [3, 4, 2, 9, 9, 1]}
    for number, annotations in enumerate(
        [(polygon, crowd), (polygon, {"bbox": [1, 2, 3, 4]}, pose)]
    ):
        files = content(f"{number}.png", *annotations)
        job = take_in(photos, mia, files)
        assert (job.report["truths"], job.report["refused"]) == (1, 0), job.report
    schema = LabelSchema.objects.get()
    definition = schema.revisions.order_by("-number")[0].definition
    shapes, poses = definition["questions"]
    assert (shapes["type"], shapes["kinds"]) == ("shapes", ["polygon", "mask", "box"])
    assert [joint["key"] for joint in poses["joints"]] == ["nose", "tail"]
    first, second = Truth.objects.order_by("pk")
    assert first.regions["regions"][1]["attributes"] == {"iscrowd": True}
    assert [one["kind"] for one in second.regions["regions"]] == ["polygon", "box", "skeleton"]
