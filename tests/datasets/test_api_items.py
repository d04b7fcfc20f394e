"""Pushing and reading items over REST."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from datasets.models import Annotation, Asset, Dataset, Item, SchemaRevision, Truth
from datasets.services.imports import ingest_records
from foundation.actor import Permission
from foundation.models import IdempotencyRecord, User
from foundation.services.tokens import issue_token
from tests.conftest import MakeApi
from tests.datasets.conftest import box, boxes, image_bytes, says, send, text_record


def address(dataset: Dataset, query: str = "") -> str:
    """Where the items of a dataset are."""
    return f"/api/v1/datasets/{dataset.oid}/items{query}"


def lines(*items: object) -> bytes:
    """NDJSON of some items; bytes stand for themselves."""
    return b"\n".join(
        item if isinstance(item, bytes) else json.dumps(item).encode() for item in items
    )


def test_one_object_makes_one_item(texts: Dataset, mia: User, api: MakeApi) -> None:
    answer = api(mia).post(address(texts), {"key": "a", "data": "One", "metadata": {"n": 1}})
    assert (answer.status_code, answer.json()["created"]) == (200, 1)
    [shown] = answer.json()["items"]
    item = api(mia).get(f"/api/v1/items/{shown['id']}").json()
    assert (item["key"], item["data"], item["metadata"]) == ("a", "One", {"n": 1})


FULL = {
    "sqlite": [
        "CREATE TRIGGER no_room BEFORE INSERT ON foundation_event BEGIN"
        " SELECT RAISE(ABORT, 'database or disk is full'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END$$",
        "CREATE TRIGGER no_room BEFORE INSERT ON foundation_event"
        " FOR EACH ROW EXECUTE FUNCTION no_room()",
    ],
}


def test_nothing_is_kept_of_a_push_that_is_refused_when_the_disk_fills_up_at_its_end(
    texts: Dataset, mia: User, api: MakeApi
) -> None:
    with connection.cursor() as cursor:
        for statement in FULL[connection.vendor]:
            cursor.execute(statement)
    answer = api(mia).post(address(texts), {"key": "a", "data": "One"})
    assert (answer.status_code, answer.json()["code"]) == (507, "disk-full")
    assert not Item.objects.filter(dataset=texts).exists()


def test_an_array_tells_its_refusals_by_their_place(
    texts: Dataset, intent: SchemaRevision, mia: User, api: MakeApi
) -> None:
    items = [
        {"key": "a", "data": "One", "truth": "balance"},
        {"key": "b", "data": "Two", "truth": "unheard"},
        {"key": "c", "data": "nul \0"},
        {"key": "d", "data": "Four", "colour": "red"},
        {"key": "a", "data": "Other"},
        7,
    ]
    answer = api(mia).post(address(texts, f"?schema={intent.schema.oid}"), items)
    body = answer.json()
    assert (answer.status_code, body["created"], body["truths"], body["refused"]) == (200, 1, 1, 5)
    assert [(one["at"], one["code"], one["key"]) for one in body["refusals"]] == [
        ("1/truth/regions/0/label", "unknown-label", "b"),
        ("2/data", "nul", ""),
        ("3/colour", "unknown-key", "d"),
        ("4/key", "key-has-other-content", "a"),
        ("5", "not-an-object", ""),
    ]


def test_when_nothing_can_be_taken_the_answer_is_422(
    texts: Dataset, mia: User, api: MakeApi
) -> None:
    answer = api(mia).post(address(texts), {"key": "a", "data": "One", "colour": "red"})
    body = answer.json()
    assert (answer.status_code, body["code"], body["refused"]) == (422, "all-refused", 1)
    assert body["errors"][0]["at"] == "colour"


def test_an_item_without_a_key_is_known_by_its_content(
    texts: Dataset, mia: User, api: MakeApi
) -> None:
    first = api(mia).post(address(texts), [{"data": "One"}, {"data": "Two"}]).json()
    again = api(mia).post(address(texts), [{"data": "Two"}, {"data": "One"}]).json()
    assert (first["created"], again["created"], again["unchanged"]) == (2, 0, 2)


def test_ndjson_of_any_length_is_taken_line_by_line(
    texts: Dataset, mia: User, api: MakeApi
) -> None:
    items = [{"key": f"k{n}", "data": f"Text {n}"} for n in range(2500)]
    body = lines(*items, b"", b"{broken", b'{"key": "x", "data": "\\ud800"}', b"  ")
    answer = send(api(mia), "POST", address(texts), body).json()
    assert (answer["created"], answer["refused"]) == (2500, 2)
    assert [one["at"] for one in answer["refusals"]] == ["line 2502", "line 2503"]
    assert "items" not in answer
    assert Item.objects.count() == 2500


def test_the_same_key_gets_the_same_answer(texts: Dataset, mia: User, api: MakeApi) -> None:
    def push(body: bytes) -> Any:
        return send(api(mia), "POST", address(texts), body, HTTP_IDEMPOTENCY_KEY="k1")

    body = lines({"key": "a", "data": "One"})
    first, again = push(body), push(body)
    assert first.json() == again.json()
    assert first.json()["created"] == 1
    assert push(lines({"key": "b", "data": "Two"})).status_code == 409
    assert Item.objects.count() == IdempotencyRecord.objects.count() == 1


def test_without_a_key_a_repeat_changes_nothing_and_says_so(
    texts: Dataset, mia: User, api: MakeApi
) -> None:
    body = lines({"key": "a", "data": "One"})
    assert send(api(mia), "POST", address(texts), body).json()["created"] == 1
    again = send(api(mia), "POST", address(texts), body).json()
    assert (again["created"], again["unchanged"]) == (0, 1)


def test_annotations_come_with_the_names_of_their_annotators(
    texts: Dataset, intent: SchemaRevision, mia: User, api: MakeApi
) -> None:
    item = {
        "key": "a",
        "data": "One",
        "annotations": [{"annotator": "Zoe", "regions": {"label": "balance"}}],
        "suggestions": [{"source": "rule", "regions": says("transfer")}],
    }
    body = api(mia).post(address(texts, f"?schema={intent.schema.oid}"), item).json()
    assert (body["annotations"], body["suggestions"]) == (1, 1)
    detail = api(mia).get(f"/api/v1/items/{body['items'][0]['id']}").json()
    assert [one["annotator"] for one in detail["annotations"]] == ["Zoe"]
    shown = api(mia).get(f"/api/v1/annotations/{detail['annotations'][0]['id']}").json()
    assert shown["regions"] == says("balance")


def test_files_come_as_multipart(
    photos: Dataset, things: SchemaRevision, mia: User, api: MakeApi
) -> None:
    described = [
        {"key": "first", "file": "a.png", "truth": boxes(box("cat", 1, 2, 3, 4))},
        {"key": "gone", "file": "gone.png"},
    ]
    data = {
        "items": json.dumps(described),
        "files": [
            SimpleUploadedFile("a.png", image_bytes()),
            SimpleUploadedFile("b.jpg", image_bytes(color="blue", kind="JPEG")),
            SimpleUploadedFile("c.png", b"not an image"),
        ],
    }
    where = address(photos, f"?schema={things.schema.oid}")
    answer = api(mia).post(where, data, format="multipart")
    body = answer.json()
    assert (body["created"], body["truths"], body["refused"]) == (2, 1, 2), body
    assert {one["at"] for one in body["refusals"]} == {"items/1/file", "c.png"}
    assert set(Item.objects.values_list("key", flat=True)) == {"first", "b.jpg"}
    assert Asset.objects.filter(part="original").count() == 2


def test_text_files_become_texts(texts: Dataset, mia: User, api: MakeApi) -> None:
    data = {"files": [SimpleUploadedFile("a.txt", "Grüße".encode())]}
    assert api(mia).post(address(texts), data, format="multipart").json()["created"] == 1
    assert Item.objects.get().content.text == "Grüße"


@pytest.mark.parametrize(
    ("media_type", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"", 400),
        ("text/csv", b"a,b", 415),
        ("application/json", b'"' + b"x" * (33 << 20) + b'"', 422),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    texts: Dataset, mia: User, api: MakeApi, media_type: str, body: bytes, status: int
) -> None:
    answer = send(api(mia), "POST", address(texts), body, media_type=media_type)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_pushing_nothing_is_no_mistake(texts: Dataset, mia: User, api: MakeApi) -> None:
    for media_type, body in (("application/x-ndjson", b"\n\n"), ("application/json", b"[]")):
        answer = send(api(mia), "POST", address(texts), body, media_type=media_type)
        assert (answer.status_code, answer.json()["created"]) == (200, 0)


# Reading


@pytest.fixture
def filled(texts: Dataset, intent: SchemaRevision, mia: User) -> Dataset:
    """Twelve texts; every third has a truth."""
    records = [
        text_record(f"k{n:02d}", truths=[] if n % 3 else [{"regions": says("balance")}])
        for n in range(12)
    ]
    ingest_records(dataset=texts, records=records, by=mia, schema_revision=intent)
    return texts


def test_items_are_paged_by_a_next_link(filled: Dataset, mia: User, api: MakeApi) -> None:
    seen: list[str] = []
    url: str | None = address(filled, "?limit=5")
    pages = 0
    while url:
        page = api(mia).get(url).json()
        seen += [item["key"] for item in page["results"]]
        url, pages = page["next"], pages + 1
    assert (seen, pages) == ([f"k{n:02d}" for n in range(12)], 3)


def test_a_filter_narrows_the_list_and_its_mistakes_are_named(
    filled: Dataset, mia: User, api: MakeApi
) -> None:
    page = api(mia).get(address(filled, "?filter=truth:balance&limit=3")).json()
    assert [item["key"] for item in page["results"]] == ["k00", "k03", "k06"]
    assert [item["key"] for item in api(mia).get(page["next"]).json()["results"]] == ["k09"]
    wrong = api(mia).get(address(filled, "?filter=lable:x"))
    assert (wrong.status_code, wrong.json()["errors"][0]["at"]) == (422, "filter")


def test_a_page_of_items_costs_the_same_however_many_there_are(
    filled: Dataset, mia: User, api: MakeApi, django_assert_max_num_queries: Any
) -> None:
    client = api(mia)
    client.get(address(filled))
    with django_assert_max_num_queries(10):
        client.get(address(filled, "?limit=12"))


def test_an_item_is_described_archived_and_restored(
    filled: Dataset, mia: User, vic: User, api: MakeApi
) -> None:
    item = Item.objects.get(key="k00")
    url = f"/api/v1/items/{item.oid}"
    changed = api(mia).patch(url, {"metadata": {"seen": True}, "archived": True})
    assert changed.json()["metadata"] == {"seen": True}
    assert changed.json()["archived_at"] is not None
    assert len(changed.json()["truths"]) == 1
    assert api(mia).patch(url, {"archived": False}).json()["archived_at"] is None
    assert api(mia).patch(url, {"data": "Other"}).status_code == 422
    assert api(vic).patch(url, {"archived": True}).status_code == 403


# Who may


def test_who_may_push_and_who_may_look(
    texts: Dataset, ada: User, rui: User, vic: User, oz: User, eve: User, api: MakeApi
) -> None:
    item = {"key": "a", "data": "One"}
    pushed = {
        user.name: api(user).post(address(texts), item).status_code for user in (ada, rui, vic, oz)
    }
    assert pushed == {"Ada": 403, "Rui": 403, "Vic": 403, "Oz": 200}
    looked = {user.name: api(user).get(address(texts)).status_code for user in (ada, rui, vic, oz)}
    assert looked == {"Ada": 403, "Rui": 200, "Vic": 200, "Oz": 200}
    assert api(eve).post(address(texts), item).status_code == 404
    assert api().post(address(texts), item).status_code == 401


def test_a_token_does_what_its_scopes_say(texts: Dataset, mia: User, api: MakeApi) -> None:
    def with_scope(scope: Permission) -> Any:
        _token, secret = issue_token(user=mia, name="t", scopes=[scope])
        return api(token=secret)

    item = {"key": "a", "data": "One"}
    pusher, viewer = with_scope(Permission.PUSH), with_scope(Permission.VIEW)
    assert pusher.post(address(texts), item).status_code == 200
    assert pusher.get(address(texts)).status_code == 403
    assert viewer.post(address(texts), item).status_code == 403
    assert viewer.get(address(texts)).status_code == 200


def test_a_stranger_learns_nothing(filled: Dataset, eve: User, mia: User, api: MakeApi) -> None:
    item = Item.objects.get(key="k00")
    for path in (f"datasets/{filled.oid}", f"items/{item.oid}"):
        known = api(eve).get(f"/api/v1/{path}")
        unknown = api(eve).get(f"/api/v1/{path[:-3]}000")
        assert known.status_code == unknown.status_code == 404
        assert known.content == unknown.content


def test_an_annotator_reads_their_own_annotation_and_no_other(
    filled: Dataset, intent: SchemaRevision, ada: User, bo: User, mia: User, api: MakeApi
) -> None:
    said = {"annotator": "Zoe", "regions": says("balance")}
    ingest_records(
        dataset=filled,
        records=[text_record("k00", annotations=[said])],
        by=mia,
        schema_revision=intent,
    )
    annotation = Annotation.objects.get()
    url = f"/api/v1/annotations/{annotation.oid}"
    assert api(ada).get(url).status_code == 404
    annotation.annotator.user = ada
    annotation.annotator.kind = "person"
    type(annotation.annotator).objects.filter(project=filled.project, user=ada).delete()
    annotation.annotator.save()
    assert api(ada).get(url).status_code == 200
    assert api(bo).get(url).status_code == 404
    assert Truth.objects.filter(is_current=True).count() == 4
