"""Uploads: parts in any order, committed once, taken in by a job that survives its worker."""

import hashlib
import json
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings

from datasets.errors import UploadIncomplete, UploadNotOpen
from datasets.models import Asset, Dataset, Item, SchemaRevision, Truth, Upload, UploadFile
from datasets.queries.entries import living_entries
from datasets.queries.versions import content_hash_of
from datasets.services import uploads
from datasets.services.uploads import (
    FileToCome,
    commit_upload,
    discard_upload,
    open_upload,
    part_count,
    part_size,
    put_part,
    sweep_uploads,
)
from foundation import jobs, storage
from foundation.errors import Invalid
from foundation.models import Job, User
from tests.datasets.conftest import image_bytes


def zipped(**members: bytes) -> bytes:
    """A ZIP with these members; `__` in a name stands for a slash, `_dot_` for a dot."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def upload_of(dataset: Dataset, by: User, files: dict[str, bytes], **options: Any) -> Upload:
    """An upload whose parts have all arrived, not yet committed."""
    schema = options.pop("schema", None)
    coming = [FileToCome(name, len(data)) for name, data in files.items()]
    upload = open_upload(dataset=dataset, files=coming, options=options, by=by, schema=schema)
    for file, data in zip(upload.files.order_by("position"), files.values(), strict=True):
        size = part_size(file)
        for number in range(1, part_count(file) + 1):
            piece = data[size * (number - 1) : size * number]
            put_part(upload=upload, position=file.position, number=number, chunks=[piece])
    return upload


def take_in(dataset: Dataset, by: User, files: dict[str, bytes], **options: Any) -> Job:
    """Upload files and run the job that takes them in."""
    job = commit_upload(upload=upload_of(dataset, by, files, **options), by=by)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def refusals(job: Job) -> set[tuple[str, str]]:
    """Place and code of everything a job refused."""
    return set(job.refusals.values_list("place", "code"))


def error_of(job: Job) -> dict[str, Any]:
    """Why a job failed."""
    assert job.state == Job.State.FAILED
    assert job.error is not None
    return dict(job.error)


# Parts


def test_parts_come_in_any_order_and_again(
    texts: Dataset, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PART_BYTES", 1 << 20)
    data = b'{"key":"a","data":"%s"}\n' % (b"x" * 700_000)
    data += b'{"key":"b","data":"%s"}\n' % (b"y" * 700_000)
    digest = hashlib.sha256(data).hexdigest()
    upload = open_upload(
        dataset=texts, files=[FileToCome("a.jsonl", len(data), digest)], options={}, by=mia
    )
    first, second = data[: 1 << 20], data[1 << 20 :]
    put_part(upload=upload, position=0, number=2, chunks=[second])
    with pytest.raises(UploadIncomplete) as caught:
        commit_upload(upload=upload, by=mia)
    assert [place.at for place in caught.value.places] == ["files/0/parts/1"]
    put_part(upload=upload, position=0, number=1, chunks=[b"z" * len(first)])
    spoiled = UploadFile.objects.get().parts["1"]["key"]
    put_part(upload=upload, position=0, number=1, chunks=[first])
    with pytest.raises(FileNotFoundError):
        storage.open_file(spoiled)
    job = commit_upload(upload=upload, by=mia)
    assert commit_upload(upload=upload, by=mia) == job
    kept = [part["key"] for part in UploadFile.objects.get().parts.values()]
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.report["created"]) == (Job.State.SUCCEEDED, 2)
    for key in kept:
        with pytest.raises(FileNotFoundError):
            storage.open_file(key)


@pytest.mark.parametrize(
    ("position", "number", "data", "code"),
    [
        (0, 1, b"12", "wrong-size"),
        (0, 1, b"1234", "wrong-size"),
        (0, 0, b"123", "unknown-part"),
        (0, 2, b"123", "unknown-part"),
        (1, 1, b"123", "unknown-file"),
    ],
)
def test_a_part_that_does_not_fit_is_refused(
    texts: Dataset, mia: User, position: int, number: int, data: bytes, code: str
) -> None:
    upload = open_upload(dataset=texts, files=[FileToCome("a.txt", 3)], options={}, by=mia)
    with pytest.raises(Invalid) as caught:
        put_part(upload=upload, position=position, number=number, chunks=[data])
    assert [place.code for place in caught.value.places] == [code]
    assert UploadFile.objects.get().parts == {}


@pytest.mark.parametrize(
    ("files", "options", "at"),
    [
        ([], {}, "files"),
        ([FileToCome("a", 0)], {}, "files/0/size"),
        ([FileToCome("", 1)], {}, "files/0/name"),
        ([FileToCome("a", 1), FileToCome("a", 2)], {}, "files"),
        ([FileToCome("a", 1)], {"format": "docx"}, "options/format"),
        ([FileToCome("a", 1)], {"colour": "red"}, "options/colour"),
    ],
)
def test_an_upload_that_cannot_work_is_not_opened(
    texts: Dataset, mia: User, files: list[FileToCome], options: dict[str, Any], at: str
) -> None:
    with pytest.raises(Invalid) as caught:
        open_upload(dataset=texts, files=files, options=options, by=mia)
    assert caught.value.places[0].at == at


def test_a_file_larger_than_the_limit_is_refused_before_it_is_sent(
    texts: Dataset, mia: User
) -> None:
    large = FileToCome("a", settings.UPLOAD_LIMIT_BYTES + 1)
    with pytest.raises(Invalid):
        open_upload(dataset=texts, files=[large], options={}, by=mia)


def test_a_huge_file_comes_in_at_most_a_thousand_parts(texts: Dataset, mia: User) -> None:
    upload = open_upload(
        dataset=texts, files=[FileToCome("a", settings.UPLOAD_LIMIT_BYTES)], options={}, by=mia
    )
    assert part_count(upload.files.get()) <= 1000


def test_a_discarded_upload_takes_nothing_more(texts: Dataset, mia: User) -> None:
    upload = upload_of(texts, mia, {"a.txt": b"one\ntwo"})
    discard_upload(upload=upload)
    upload.refresh_from_db()
    with pytest.raises(UploadNotOpen):
        put_part(upload=upload, position=0, number=1, chunks=[b"one\ntwo"])
    with pytest.raises(UploadNotOpen):
        commit_upload(upload=upload, by=mia)


def test_uploads_that_nobody_finished_are_swept(texts: Dataset, mia: User) -> None:
    old = upload_of(texts, mia, {"a.txt": b"one\ntwo"})
    young = upload_of(texts, mia, {"b.txt": b"one\ntwo"})
    Upload.objects.filter(pk=old.pk).update(created_at=old.created_at - timedelta(days=8))
    assert sweep_uploads() == 1
    assert old.files.get().parts == {}
    assert young.files.get().parts != {}


# Formats


def test_jsonl_is_taken_in_and_a_broken_line_stops_nothing(texts: Dataset, mia: User) -> None:
    lines = [
        b'{"key": "a", "data": "One"}',
        b'{"key": "b", "data": ',
        b'{"key": "c", "data": "Three", "colour": "red"}',
        b'{"key": "d", "data": "with \\u0000"}',
        b'{"key": "e", "data": "half \\ud800"}',
        b'{"key": "f", "data": "Six", "metadata": {"n": 6}}',
    ]
    job = take_in(texts, mia, {"items.jsonl": b"\n".join(lines)})
    assert job.state == Job.State.SUCCEEDED
    assert (job.report["created"], job.report["refused"], job.done) == (2, 4, 6)
    assert refusals(job) == {
        ("items.jsonl:2", "not-json"),
        ("items.jsonl:3/colour", "unknown-key"),
        ("items.jsonl:4/data", "nul"),
        ("items.jsonl:5", "lone-surrogate"),
    }


def test_what_cannot_be_kept_can_still_be_quoted(texts: Dataset, mia: User) -> None:
    lines = [
        b'{"key": "a\\u0000b", "data": "One"}',
        b'{"key": "c", "data": "Two", "bad\\u0000key": 1}',
        b'{"key": "d", "data": "Three"}',
    ]
    job = take_in(texts, mia, {"items.jsonl": b"\n".join(lines)})
    assert (job.state, job.report["created"], job.report["refused"]) == ("succeeded", 1, 2)
    assert all("\0" not in refusal.detail for refusal in job.refusals.all())


def test_the_same_file_twice_changes_nothing(texts: Dataset, mia: User) -> None:
    data = {"items.jsonl": b'{"key": "a", "data": "One"}\n{"key": "b", "data": "Two"}'}
    assert take_in(texts, mia, data).report["created"] == 2
    again = take_in(texts, mia, data).report
    assert (again["created"], again["unchanged"]) == (0, 2)


@pytest.mark.slow
def test_a_csv_with_labels_makes_its_own_schema_and_uses_it_again(
    texts: Dataset, mia: User
) -> None:
    data = b"\xef\xbb\xbftext,label\r\nWhere is my card?,lost card\r\nHow much?,balance\r\n"
    job = take_in(texts, mia, {"a.csv": data})
    assert (job.report["created"], job.report["truths"]) == (2, 2)
    assert set(Truth.objects.values_list("label", flat=True)) == {"lost_card", "balance"}
    more = b"text,label\nSend money now,transfer\n"
    again = take_in(texts, mia, {"b.csv": more})
    assert again.report["schema"]["id"] == job.report["schema"]["id"]
    assert (again.report["schema"]["revision"], again.report["truths"]) == (2, 1)


def test_ragged_rows_of_a_csv_are_refused_with_their_line(texts: Dataset, mia: User) -> None:
    data = b"text,label\nOne text here,a\nToo,many,cells\nTwo text here,b\nlonely\n"
    job = take_in(texts, mia, {"a.csv": data})
    assert job.report["created"] == 2
    assert {place for place, _code in refusals(job)} == {"a.csv:3", "a.csv:5"}


def test_latin_1_is_read_and_said(texts: Dataset, mia: User) -> None:
    job = take_in(texts, mia, {"a.csv": "text\nGrüße aus Köln und Umgebung\n".encode("latin-1")})
    assert Item.objects.get().content.text == "Grüße aus Köln und Umgebung"
    assert [warning["code"] for warning in job.report["warnings"]] != []


def test_labels_of_a_csv_stand_under_the_schema_that_was_chosen(
    texts: Dataset, intent: SchemaRevision, mia: User
) -> None:
    data = b"text,label\nWhere is it?,card_lost\nWho knows?,unheard\n"
    job = take_in(texts, mia, {"a.csv": data}, schema=intent.schema)
    assert (job.report["created"], job.report["truths"]) == (1, 1)
    assert {code for _place, code in refusals(job)} == {"unknown-label"}


def test_a_table_is_taken_in_row_by_row(table: Dataset, mia: User) -> None:
    data = b"id,length,island,species\n1,39.1,Torgersen,Adelie\n2,NA,Biscoe,Gentoo\n"
    job = take_in(table, mia, {"penguins.csv": data}, label="species")
    assert job.report["truths"] == 2
    assert Item.objects.get(key="2").content.row == {"length": None, "island": "Biscoe"}
    table.refresh_from_db()
    kinds = {column["name"]: column["kind"] for column in table.columns}
    assert kinds == {"length": "number", "island": "category"}


def test_a_zip_of_folders_gives_images_with_classes(photos: Dataset, mia: User) -> None:
    data = zipped(
        pets__cat__1_dot_png=image_bytes(color="red"),
        pets__cat__2_dot_png=image_bytes(color="green"),
        pets__dog__3_dot_png=image_bytes(color="blue"),
        pets__dog__4_dot_png=b"\x89PNG\r\n\x1a\nbroken",
    )
    job = take_in(photos, mia, {"pets.zip": data})
    assert (job.report["created"], job.report["truths"], job.report["refused"]) == (3, 3, 1)
    assert sorted(Truth.objects.values_list("label", flat=True)) == ["cat", "cat", "dog"]
    assert Asset.objects.filter(part="thumbnail").count() == 3


def test_a_zip_that_leads_out_of_itself_is_refused_where_it_does(
    photos: Dataset, mia: User
) -> None:
    data = zipped(good_dot_png=image_bytes(), **{"../evil_dot_png": image_bytes(color="blue")})
    job = take_in(photos, mia, {"a.zip": data})
    assert [item.key for item in Item.objects.all()] == ["good.png"]
    assert refusals(job) == {("a.zip/../evil.png", "unsafe-name")}


def test_a_zip_bomb_fails_with_its_reason_and_leaves_nothing(photos: Dataset, mia: User) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", b"\0" * (64 << 20))
    job = take_in(photos, mia, {"bomb.zip": out.getvalue()})
    assert error_of(job)["code"] == "reading-failed"
    assert "unpacks to far more" in error_of(job)["detail"]
    assert not Item.objects.exists()


def test_coco_with_its_images_gives_boxes(photos: Dataset, mia: User) -> None:
    labels = {
        "images": [{"id": 1, "file_name": "a.png", "width": 40, "height": 30}],
        "categories": [{"id": 7, "name": "cat"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 7, "bbox": [1, 2, 10, 20], "iscrowd": 0}
        ],
    }
    files = {"labels.json": json.dumps(labels).encode(), "images/a.png": image_bytes()}
    job = take_in(photos, mia, files)
    assert (job.report["created"], job.report["truths"]) == (1, 1)
    [region] = Truth.objects.get().regions["regions"]
    assert (region["label"], region["at"]) == ("cat", {"x": 1, "y": 2, "w": 10, "h": 20})


def test_a_label_column_that_is_none_is_refused_before_anything_is_kept(
    texts: Dataset, mia: User
) -> None:
    rows = "".join(f"This is text number {n},id-{n}\n" for n in range(600))
    job = take_in(texts, mia, {"a.csv": f"text,label\n{rows}".encode()}, label="label")
    assert "600" in error_of(job)["detail"]
    assert not Item.objects.exists()


def test_bytes_other_than_announced_are_refused(texts: Dataset, mia: User) -> None:
    announced = [FileToCome("a.txt", 3, hashlib.sha256(b"abc").hexdigest())]
    upload = open_upload(dataset=texts, files=announced, options={}, by=mia)
    put_part(upload=upload, position=0, number=1, chunks=[b"xyz"])
    job = commit_upload(upload=upload, by=mia)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert "a.txt" in error_of(job)["detail"]
    assert UploadFile.objects.get().parts != {}  # a retry still finds them


def test_a_page_of_html_comes_in_as_its_words_and_goes_out_as_them(
    texts: Dataset, mia: User
) -> None:
    page = b"<h1>Tea</h1><script>1</script><p>is <b>hot</b></p>"
    take_in(texts, mia, {"tea.html": page})
    item = Item.objects.filter(dataset=texts).select_related("content").get()
    assert item.content.text == "Tea\nis hot"
    assert content_hash_of(item) == item.content_hash
    parts = {asset.part: asset for asset in item.assets.all()}
    assert set(parts) == {"original", "layout"}
    with storage.open_file(parts["original"].storage_key) as file:
        assert file.read() == page
    [entry] = living_entries(texts)
    assert (entry.text, entry.file) == ("Tea\nis hot", None)
    count = len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()])
    take_in(texts, mia, {"tea.html": page})
    assert len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]) == count
    assert Item.objects.filter(dataset=texts).count() == 1


def test_one_markdown_file_is_one_text(texts: Dataset, mia: User) -> None:
    take_in(texts, mia, {"notes.md": b"# Tea\n\nis *hot*\n"})
    item = Item.objects.filter(dataset=texts).select_related("content").get()
    assert item.content.text == "Tea\nis hot"
