"""Datasets, schemas, uploads, exports and files over REST."""

import json
from typing import Any

import pytest

from datasets.formats.base import Record
from datasets.models import Asset, Dataset, Export, Item, SchemaRevision, Upload
from datasets.queries.access import media_doors
from datasets.services.imports import ingest_records
from foundation import jobs
from foundation.actor import Actor
from foundation.models import Project, User
from foundation.opaque import decode_id
from tests.conftest import MakeApi
from tests.datasets.conftest import MakeImage, bytes_of, intent_definition, says, send, text_record

API = "/api/v1"


def test_a_dataset_is_made_described_archived_and_restored(
    project: Project, mia: User, api: MakeApi
) -> None:
    client, where = api(mia), f"{API}/projects/{project.oid}/datasets"
    made = client.post(where, {"name": " Mail ", "data_type": "text"})
    assert (made.status_code, made.json()["name"]) == (201, "Mail")
    url = f"{API}/datasets/{made.json()['id']}"
    assert client.post(where, {"name": "Mail", "data_type": "text"}).status_code == 409
    assert client.post(where, {"name": "X", "data_type": "smell"}).status_code == 422
    assert client.patch(url, {"description": "Letters"}).json()["description"] == "Letters"
    assert client.get(f"{url}?counts=true").json()["items"] == {
        "live": 0,
        "archived": 0,
        "erased": 0,
    }
    assert client.delete(url).json()["archived_at"] is not None
    assert client.get(where).json()["results"] == []
    assert len(client.get(f"{where}?archived=true").json()["results"]) == 1
    assert client.patch(url, {"archived": False}).json()["archived_at"] is None


def test_a_write_sent_twice_under_one_key_happens_once(
    project: Project, mia: User, api: MakeApi
) -> None:
    where = f"{API}/projects/{project.oid}/datasets"
    body = {"name": "Mail", "data_type": "text"}
    first, again = (api(mia).post(where, body, HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Dataset.objects.count() == 1


# Schemas


def test_a_schema_is_published_and_amended(project: Project, mia: User, api: MakeApi) -> None:
    client, where = api(mia), f"{API}/projects/{project.oid}/schemas"
    made = client.post(where, {"name": "Intents", "definition": intent_definition()})
    assert (made.status_code, made.json()["revision"]["number"]) == (201, 1)
    url = f"{API}/schemas/{made.json()['id']}"
    wanted = intent_definition("card_lost", "balance", "transfer", "other")
    amended = client.post(f"{url}/revisions", {"definition": wanted, "note": "more"})
    assert (amended.status_code, amended.json()["number"]) == (201, 2)
    assert [change["code"] for change in amended.json()["changes"]] == ["label-added"]
    assert client.get(url).json()["revision"]["number"] == 2
    numbers = [one["number"] for one in client.get(f"{url}/revisions").json()["results"]]
    assert numbers == [2, 1]
    assert "immutable" in client.get(f"{url}/revisions/1")["Cache-Control"]
    assert client.get(f"{url}/revisions/3").status_code == 404
    assert client.patch(url, {"name": "Aims"}).json()["name"] == "Aims"
    assert client.delete(url).json()["archived_at"] is not None


def test_mistakes_in_a_definition_are_named_by_place_and_line(
    project: Project, mia: User, api: MakeApi
) -> None:
    where = f"{API}/projects/{project.oid}/schemas"
    source = '{"format": 1,\n"data_type": "text",\n"questions": [{"name": "q", "type": "boxes"}]}'
    answer = api(mia).post(where, {"name": "x", "definition": source})
    assert answer.status_code == 422
    [first, *_more] = answer.json()["errors"]
    assert (first["at"], first["code"], first["line"]) == (
        "questions/0/type",
        "wrong-data-type",
        3,
    )


def test_a_label_in_use_cannot_be_removed(
    texts: Dataset, intent: SchemaRevision, mia: User, api: MakeApi
) -> None:
    record = text_record("a", truths=[{"regions": says("balance")}])
    ingest_records(dataset=texts, records=[record], by=mia, schema_revision=intent)
    wanted = {"definition": intent_definition("card_lost", "transfer")}
    answer = api(mia).post(f"{API}/schemas/{intent.schema.oid}/revisions", wanted)
    assert (answer.status_code, answer.json()["code"]) == (409, "schema-breaks-answers")
    assert answer.json()["errors"][0]["at"] == "questions/intent/labels/balance"


def test_annotators_read_the_schema_they_work_with_and_do_not_change_it(
    intent: SchemaRevision, ada: User, api: MakeApi
) -> None:
    url = f"{API}/schemas/{intent.schema.oid}"
    assert api(ada).get(f"{url}/revisions/1").status_code == 200
    assert api(ada).get(url).status_code == 200
    assert api(ada).post(f"{url}/revisions", {"definition": {}}).status_code == 403


def test_the_gallery_of_templates_can_be_published(
    project: Project, mia: User, api: MakeApi
) -> None:
    templates = api(mia).get(f"{API}/schema-templates").json()["results"]
    assert len(templates) >= 10
    for template in templates:
        body = {"name": template["title"], "definition": template["definition"]}
        made = api(mia).post(f"{API}/projects/{project.oid}/schemas", body)
        assert made.status_code == 201, made.json()


# Uploads


def test_an_upload_goes_through_its_addresses(
    texts: Dataset, intent: SchemaRevision, mia: User, api: MakeApi
) -> None:
    client = api(mia)
    item = {"key": "a", "data": "One", "truth": says("balance")}
    data = json.dumps(item).encode()
    body = {
        "files": [{"name": "a.jsonl", "size": len(data)}],
        "options": {"schema": intent.schema.oid},
    }
    opened = client.post(f"{API}/datasets/{texts.oid}/uploads", body)
    assert opened.status_code == 201
    upload = opened.json()
    [part] = upload["files"][0]["parts"]
    assert (part["number"], part["received"]) == (1, False)
    assert client.post(upload["commit_url"]).status_code == 409
    put = send(client, "PUT", part["url"], data, media_type="application/octet-stream")
    assert put.status_code == 204
    seen = client.get(f"{API}/uploads/{upload['id']}").json()
    assert seen["files"][0]["parts"][0]["received"] is True
    committed = client.post(upload["commit_url"])
    assert committed.status_code == 202
    assert committed["Location"] == f"{API}/jobs/{committed.json()['id']}"
    jobs.run(decode_id("job", committed.json()["id"]))
    job = client.get(committed["Location"]).json()
    assert (job["state"], job["report"]["created"], job["report"]["truths"]) == ("succeeded", 1, 1)
    again = client.post(upload["commit_url"])
    assert again.json()["id"] == committed.json()["id"]
    late = send(client, "PUT", part["url"], data, media_type="application/octet-stream")
    assert (late.status_code, late.json()["code"]) == (409, "upload-not-open")


def test_an_upload_belongs_to_who_opened_it(
    texts: Dataset, mia: User, oz: User, eve: User, vic: User, api: MakeApi
) -> None:
    body = {"files": [{"name": "a.txt", "size": 3}]}
    where = f"{API}/datasets/{texts.oid}/uploads"
    assert api(vic).post(where, body).status_code == 403
    assert api(eve).post(where, body).status_code == 404
    upload = api(mia).post(where, body).json()
    url = upload["files"][0]["parts"][0]["url"]
    for user, status in ((oz, 403), (vic, 403), (eve, 404)):
        answer = send(api(user), "PUT", url, b"abc", media_type="application/octet-stream")
        assert answer.status_code == status
    assert api(mia).delete(f"{API}/uploads/{upload['id']}").status_code == 204
    assert Upload.objects.get().state == Upload.State.DISCARDED


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"files": []}, "files"),
        ({"files": [{"name": "a", "size": -1}]}, "files/0/size"),
        ({"files": [{"name": "a", "size": 1, "md5": "x"}]}, "files/0/md5"),
        ({"files": [{"name": "a", "size": 1}], "options": {"colour": 1}}, "options/colour"),
        ({"files": [{"name": "a", "size": 1}], "options": {"format": "docx"}}, "options/format"),
    ],
)
def test_a_bad_upload_is_refused_with_its_place(
    texts: Dataset, mia: User, api: MakeApi, body: dict[str, Any], at: str
) -> None:
    answer = api(mia).post(f"{API}/datasets/{texts.oid}/uploads", body)
    assert answer.status_code == 422
    assert at in [error["at"] for error in answer.json()["errors"]]


# Exports and files


def test_an_export_is_asked_for_watched_and_taken(
    texts: Dataset, intent: SchemaRevision, vic: User, eve: User, mia: User, api: MakeApi
) -> None:
    record = text_record("a", truths=[{"regions": says("balance")}])
    ingest_records(dataset=texts, records=[record], by=mia, schema_revision=intent)
    client, where = api(vic), f"{API}/datasets/{texts.oid}/exports"
    asked = client.post(where, {"format": "jsonl", "options": {"filter": "has:truth"}})
    assert (asked.status_code, asked.json()["url"]) == (202, None)
    url = f"{API}/exports/{asked.json()['id']}"
    assert client.get(f"{url}/file").json()["code"] == "export-not-ready"
    export = Export.objects.get()
    assert export.job is not None
    assert asked["Location"] == f"{API}/jobs/{export.job.oid}"
    jobs.run(export.job.pk)
    ready = client.get(url).json()
    file = client.get(ready["url"])
    data = bytes_of(file)
    assert json.loads(data)["key"] == "a"
    assert (len(data), file["Content-Type"]) == (ready["size"], "application/octet-stream")
    assert "attachment" in file["Content-Disposition"]
    part = client.get(ready["url"], HTTP_RANGE="bytes=0-4")
    assert (part.status_code, bytes_of(part)) == (206, data[:5])
    assert len(client.get(where).json()["results"]) == 1
    for path in (where, url, ready["url"]):
        assert api(eve).get(path).status_code == 404
    assert client.post(where, {"format": "docx"}).status_code == 422


def test_media_answers_those_who_may_see_the_item_and_nobody_else(
    photos: Dataset,
    make_image: MakeImage,
    mia: User,
    vic: User,
    ada: User,
    eve: User,
    api: MakeApi,
) -> None:
    ingest_records(
        dataset=photos, records=[Record("1", "a", "image", file=make_image("a.png"))], by=mia
    )
    asset = Asset.objects.get(part="original")
    url = f"/media/{asset.oid}"
    seen = api(vic).get(url)
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/png")
    assert len(bytes_of(seen)) == asset.size
    assert seen["X-Content-Type-Options"] == "nosniff"
    assert [api(one).get(url).status_code for one in (ada, eve)] == [404, 404]
    assert api().get(url).status_code == 401

    def door(actor: Actor, item_pk: int) -> bool:
        return actor.user == ada and item_pk == Item.objects.get().pk

    media_doors.register("test", door)
    try:
        assert len(bytes_of(api(ada).get(url))) == asset.size
        assert api(eve).get(url).status_code == 404
    finally:
        del media_doors._things["test"]
