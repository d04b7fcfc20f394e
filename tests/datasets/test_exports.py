"""Taking a dataset out: everything goes along, and comes back in as it was."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from datasets.formats.base import Record
from datasets.models import Annotation, Asset, Dataset, Export, Item, SchemaRevision, Truth
from datasets.queries import entries
from datasets.queries.entries import export_extras
from datasets.services.datasets import create_dataset
from datasets.services.exports import start_export, sweep_exports
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from foundation import jobs, storage
from foundation.errors import Invalid
from foundation.jobs import JobRun, LeaseLost
from foundation.models import Job, Project, User
from tests.datasets.conftest import MakeImage, box, boxes, intent_definition, says, text_record
from tests.datasets.test_uploads import take_in


def export_of(dataset: Dataset, by: User, **wanted: Any) -> tuple[Export, bytes]:
    """Export a dataset and return the export with the bytes of its file."""
    export = start_export(dataset=dataset, by=by, **wanted)
    assert export.job is not None
    jobs.run(export.job.pk)
    export.refresh_from_db()
    job = Job.objects.get(pk=export.job.pk)
    assert job.state == Job.State.SUCCEEDED, job.error
    with storage.open_file(export.storage_key) as file:
        return export, file.read()


def lines_of(data: bytes) -> list[dict[str, Any]]:
    """The items of a JSONL file."""
    return [json.loads(line) for line in data.splitlines()]


@pytest.fixture
def filled(texts: Dataset, intent: SchemaRevision, mia: User) -> Dataset:
    """Three texts with every kind of answer."""
    records = [
        text_record(
            "a",
            "Grüße\n=1+2",
            metadata={"lang": "de", "deep": {"x": [1.5, None]}},
            group="p1",
            split="test",
            truths=[{"regions": says("balance"), "lineage": {"annotators": ["Zoe"]}}],
            annotations=[
                {"annotator": "Zoe", "regions": says("balance")},
                {"annotator": "Yan", "regions": says("transfer")},
            ],
            suggestions=[{"source": "rule", "regions": says("card_lost"), "confidences": [0.5]}],
        ),
        text_record("b"),
        text_record("c", truths=[{"regions": says("transfer")}]),
    ]
    ingest_records(dataset=texts, records=records, by=mia, schema_revision=intent)
    return texts


def test_jsonl_carries_everything_that_was_said(filled: Dataset, mia: User) -> None:
    export, data = export_of(filled, mia)
    first, second, third = lines_of(data)
    assert (first["key"], first["data"], first["group"], first["split"]) == (
        "a",
        "Grüße\n=1+2",
        "p1",
        "test",
    )
    assert first["metadata"] == {"lang": "de", "deep": {"x": [1.5, None]}}
    truth = first["truth"]
    assert (truth["schema"], truth["revision"], truth["by"]) == ("Intents", 1, "Mia")
    assert (truth["regions"], truth["lineage"]) == (says("balance"), {"annotators": ["Zoe"]})
    assert [one["annotator"] for one in first["annotations"]] == ["Zoe", "Yan"]
    assert first["annotations"][0]["id"] == Annotation.objects.get(annotator__name="Zoe").oid
    assert [one["source"] for one in first["suggestions"]] == ["rule"]
    assert [one["confidences"] for one in first["suggestions"]] == [[0.5]]
    assert second == {"key": "b", "data_type": "text", "data": "The text of b."}
    assert third["truth"]["regions"] == says("transfer")
    assert (export.size, export.file_name.endswith(".jsonl")) == (len(data), True)


def test_what_goes_out_comes_in_again_as_it_was(
    filled: Dataset, project: Project, mia: User
) -> None:
    _export, data = export_of(filled, mia)
    copy = create_dataset(project=project, name="Copy", data_type="text", by=mia)
    job = take_in(copy, mia, {"all.jsonl": data})
    assert (job.report["created"], job.report["refused"]) == (3, 0)
    assert job.report["truths"] == job.report["annotations"] == 2
    _again, back = export_of(copy, mia)

    def bare(item: dict[str, Any]) -> dict[str, Any]:
        """An item without what says where and when it was imported."""
        for one in (*item.get("annotations", []), *item.get("suggestions", [])):
            one.pop("id", None)
            one.pop("created_at", None)
        if "truth" in item:
            item["truth"] = {name: item["truth"][name] for name in ("schema", "regions")}
        return item

    assert [bare(item) for item in lines_of(back)] == [bare(item) for item in lines_of(data)]


def test_only_the_items_that_match_and_are_live_go_out(filled: Dataset, mia: User) -> None:
    Item.objects.filter(key="c").update(archived_at="2026-01-01T00:00Z")
    assert [item["key"] for item in lines_of(export_of(filled, mia)[1])] == ["a", "b"]
    wanted = {"filter": "has:truth"}
    assert [item["key"] for item in lines_of(export_of(filled, mia, options=wanted)[1])] == ["a"]


def test_windows_join_without_a_seam(
    filled: Dataset, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "WINDOW", 2)
    assert [item["key"] for item in lines_of(export_of(filled, mia)[1])] == ["a", "b", "c"]


def test_with_a_schema_only_its_answers_go_out(
    filled: Dataset, project: Project, mia: User
) -> None:
    other = publish_schema(
        project=project, name="Other", definition=intent_definition("x", "balance"), by=mia
    )
    more = text_record(
        "a",
        "Grüße\n=1+2",
        truths=[{"regions": says("x")}],
        annotations=[{"annotator": "Zoe", "regions": says("x")}],
    )
    ingest_records(dataset=filled, records=[more], by=mia, schema_revision=other)
    [a, _b, _c] = lines_of(export_of(filled, mia)[1])
    assert [truth["schema"] for truth in a["truth"]] == ["Intents", "Other"]
    [a, _b, _c] = lines_of(export_of(filled, mia, schema=other.schema)[1])
    assert a["truth"]["schema"] == "Other"
    assert [one["schema"] for one in a["annotations"]] == ["Other"]
    with pytest.raises(Invalid) as caught:
        start_export(dataset=filled, format="csv", by=mia)
    assert caught.value.places[0].at == "schema"


def test_what_other_apps_know_of_an_annotation_goes_along(filled: Dataset, mia: User) -> None:
    zoe = Annotation.objects.get(annotator__name="Zoe").pk
    asked = []

    def extras(pks: Any) -> dict[int, dict[str, Any]]:
        asked.append(list(pks))
        return {zoe: {"seconds": 4.5}}

    export_extras.register("test", extras)
    try:
        [a, _b, _c] = lines_of(export_of(filled, mia)[1])
    finally:
        del export_extras._things["test"]
    assert [one.get("seconds") for one in a["annotations"]] == [4.5, None]
    assert len(asked) == 1


def test_what_two_other_apps_know_of_an_annotation_goes_along(filled: Dataset, mia: User) -> None:
    zoe = Annotation.objects.get(annotator__name="Zoe").pk
    export_extras.register("one", lambda pks: {zoe: {"seconds": 4.5}})
    export_extras.register("two", lambda pks: {zoe: {"guideline": 2}})
    try:
        [a, _b, _c] = lines_of(export_of(filled, mia)[1])
    finally:
        del export_extras._things["one"], export_extras._things["two"]
    assert a["annotations"][0].items() >= {"seconds": 4.5, "guideline": 2}.items()
    assert "guideline" not in a["annotations"][1]


def test_what_a_queue_knew_of_an_answer_comes_in_again_without_complaint(
    filled: Dataset, project: Project, mia: User
) -> None:
    zoe = Annotation.objects.get(annotator__name="Zoe").pk
    review = {"reviewer": "Rui", "verdict": "accept", "at": "2026-01-01T00:00:00+00:00"}
    known = {"queue": "Q", "answer_revision": 1, "is_extra": False, "seconds": 3.5, "guideline": 2}
    more = known | {"gold_score": 1.0, "reviews": [review]}
    export_extras.register("test", lambda pks: {zoe: more})
    try:
        _export, data = export_of(filled, mia)
    finally:
        del export_extras._things["test"]
    assert lines_of(data)[0]["annotations"][0].items() >= more.items()
    copy = create_dataset(project=project, name="Copy", data_type="text", by=mia)
    job = take_in(copy, mia, {"all.jsonl": data})
    assert (job.report["annotations"], job.report["refused"]) == (2, 0)


def test_csv_has_a_row_an_item_and_no_formulas(filled: Dataset, mia: User) -> None:
    _export, data = export_of(filled, mia, format="csv")
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert [(row["key"], row["truth.intent"]) for row in rows] == [
        ("a", "balance"),
        ("b", ""),
        ("c", "transfer"),
    ]


def test_coco_with_files_comes_back_with_equal_boxes(
    photos: Dataset,
    project: Project,
    things: SchemaRevision,
    make_image: MakeImage,
    mia: User,
) -> None:
    record = Record("1", "a.png", "image", file=make_image("a.png"))
    record.truths = [{"regions": boxes(box("cat", 1, 2, 3.5, 4), box("dog", 5, 6, 7, 8, "r2"))}]
    ingest_records(dataset=photos, records=[record], by=mia, schema_revision=things)
    export, data = export_of(photos, mia, format="coco", options={"files": True})
    assert export.media_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert any(name.endswith("a.png") for name in archive.namelist())
    copy = create_dataset(project=project, name="Copy", data_type="image", by=mia)
    job = take_in(copy, mia, {"coco.zip": data}, schema=things.schema)
    assert (job.report["created"], job.report["truths"]) == (1, 1), job.report
    first, second = Truth.objects.order_by("pk")
    assert first.regions_hash == second.regions_hash
    originals = Asset.objects.filter(part="original")
    assert len(set(originals.values_list("sha256", flat=True))) == 1


@pytest.mark.parametrize(
    ("wanted", "at"),
    [
        ({"format": "docx"}, "format"),
        ({"format": "coco"}, "format"),
        ({"options": {"colour": True}}, "options/colour"),
        ({"options": {"files": "yes"}}, "options/files"),
        ({"options": {"rows": "half"}}, "options/rows"),
        ({"options": {"filter": "lable:x"}}, "filter"),
    ],
)
def test_an_export_that_cannot_work_is_not_started(
    filled: Dataset, mia: User, wanted: dict[str, Any], at: str
) -> None:
    with pytest.raises(Invalid) as caught:
        start_export(dataset=filled, by=mia, **wanted)
    assert caught.value.places[0].at == at
    assert not Export.objects.exists()


def test_half_a_file_is_never_offered(
    filled: Dataset, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = start_export(dataset=filled, by=mia)
    assert export.job is not None
    job_pk = export.job.pk
    keep: Callable[..., Any] = storage.store_written
    stored: list[str] = []

    def store_and_die(*args: Any, **how: Any) -> Any:
        result = keep(*args, **how)
        stored.append(result[0].key)
        Job.objects.filter(pk=job_pk).update(fence=99)  # another worker took over
        return result

    monkeypatch.setattr(storage, "store_written", store_and_die)
    jobs.run(export.job.pk)
    export.refresh_from_db()
    assert (export.storage_key, export.size) == ("", None)
    with pytest.raises(FileNotFoundError):
        storage.open_file(stored[0])


def test_an_export_that_was_killed_begins_again(
    filled: Dataset, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = start_export(dataset=filled, by=mia)
    assert export.job is not None
    with monkeypatch.context() as patch:

        def die(self: JobRun, **progress: Any) -> None:
            raise LeaseLost

        patch.setattr(JobRun, "batch", die)
        jobs.run(export.job.pk)
    Job.objects.filter(pk=export.job.pk).update(lease_ends_at="2000-01-01T00:00Z")
    jobs.run(export.job.pk)
    export.refresh_from_db()
    with storage.open_file(export.storage_key) as file:
        assert len(lines_of(file.read())) == 3
    assert Job.objects.get(pk=export.job.pk).report["entries"] == 3


def test_old_exports_are_swept_with_their_files(filled: Dataset, mia: User) -> None:
    old, _data = export_of(filled, mia)
    young, _data = export_of(filled, mia)
    Export.objects.filter(pk=old.pk).update(created_at=old.created_at - timedelta(days=31))
    assert sweep_exports() == 1
    assert list(Export.objects.all()) == [young]
    with pytest.raises(FileNotFoundError):
        storage.open_file(old.storage_key)
