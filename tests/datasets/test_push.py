"""Pushing items over REST: once each, however often; refused with place and reason."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from datasets.models import Annotation, Asset, Dataset, Item, Suggestion, Truth
from datasets.services.datasets import create_dataset
from foundation import jobs
from foundation.models import Job, JobRefusal, Project, User
from foundation.services.tokens import issue_token
from tests.conftest import MakeApi
from tests.datasets.labelled import publish_intents, said

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def texts(project: Project) -> Dataset:
    publish_intents(project)
    return create_dataset(project=project, name="Messages", data_type="text", by=None)


@pytest.fixture
def images(project: Project) -> Dataset:
    return create_dataset(project=project, name="Pictures", data_type="image", by=None)


@pytest.fixture
def client(api: MakeApi, mia: User) -> APIClient:
    """A program with a token that may push and look."""
    _token, secret = issue_token(user=mia, name="robot", scopes=["push", "view"])
    return api(token=secret)


def item(number: int, **more: Any) -> dict[str, Any]:
    return {"key": f"k{number}", "data_type": "text", "data": f"text number {number}"} | more


def push(client: APIClient, dataset: Dataset, body: Any) -> Any:
    return client.post(f"/api/v1/datasets/{dataset.oid}/items", body)


def push_lines(client: APIClient, dataset: Dataset, lines: list[str]) -> Any:
    return client.generic(
        "POST",
        f"/api/v1/datasets/{dataset.oid}/items",
        "\n".join(lines).encode(),
        content_type="application/x-ndjson",
    )


def test_one_object_and_an_array_are_taken(client: APIClient, texts: Dataset) -> None:
    assert push(client, texts, item(1)).json()["created"] == 1
    answer = push(client, texts, [item(1), item(2), item(3)]).json()
    assert (answer["created"], answer["unchanged"], answer["refused"]) == (2, 1, 0)


def test_lines_pushed_twice_change_nothing_the_second_time(
    client: APIClient, texts: Dataset
) -> None:
    lines = [json.dumps(item(number)) for number in range(2500)]
    assert push_lines(client, texts, lines).json()["created"] == 2500
    again = push_lines(client, texts, lines).json()
    assert (again["created"], again["unchanged"]) == (0, 2500)
    assert Item.objects.filter(dataset=texts).count() == 2500


def test_a_broken_line_is_told_and_the_others_are_kept(client: APIClient, texts: Dataset) -> None:
    lines = [json.dumps(item(1)), "{not json", json.dumps(item(2)), json.dumps({"key": "k3"})]
    answer = push_lines(client, texts, lines)
    body = answer.json()
    assert (answer.status_code, body["created"], body["refused"]) == (200, 2, 2)
    assert [refusal["at"].split("/")[0] for refusal in body["refusals"]] == ["line 2", "line 4"]


def test_a_key_with_other_content_is_refused_and_the_first_stays(
    client: APIClient, texts: Dataset
) -> None:
    push(client, texts, item(1))
    answer = push(client, texts, item(1) | {"data": "something else"})
    assert answer.status_code == 422
    assert answer.json()["refusals"][0]["code"] == "key-has-other-content"
    assert Item.objects.get(dataset=texts).content.text == "text number 1"


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"colour": "red"}, "unknown-key"),
        ({"data": "a\0b"}, "nul"),
        ({"key": ""}, None),
        ({"data_type": "audio"}, None),
        ({"truth": {"regions": {"format": 1, "regions": [{"id": "r"}]}}}, None),
    ],
)
def test_an_item_that_does_not_fit_is_refused_with_its_place(
    client: APIClient, texts: Dataset, broken: dict[str, Any], code: str | None
) -> None:
    answer = push(client, texts, item(1) | broken)
    assert answer.status_code == 422
    refusal = answer.json()["refusals"][0]
    assert refusal["at"].startswith("items/0")
    assert code is None or refusal["code"] == code
    assert not Item.objects.exists()


def test_half_a_character_is_refused_with_its_line(client: APIClient, texts: Dataset) -> None:
    answer = push_lines(client, texts, ['{"key": "k", "data_type": "text", "data": "\\ud800"}'])
    assert answer.json()["refusals"][0]["at"].startswith("line 1")


def test_truths_suggestions_and_named_annotations_come_along(
    client: APIClient, texts: Dataset
) -> None:
    pushed = item(
        1,
        truth={"regions": said("refund")},
        suggestions=[{"source": "rules", "regions": said("delivery")}],
        annotations=[
            {"annotator": "Zoe", "regions": said("refund")},
            {"annotator": "Yan", "regions": said("password")},
        ],
    )
    for _time in range(2):
        assert push(client, texts, pushed).status_code == 200
    assert Truth.objects.get(is_current=True).label == "refund"
    assert Suggestion.objects.get().source == "rules"
    names = Annotation.objects.values_list("annotator__name", flat=True)
    assert sorted(names) == ["Yan", "Zoe"]


def test_a_label_that_the_schema_does_not_know_refuses_the_item(
    client: APIClient, texts: Dataset
) -> None:
    answer = push(client, texts, item(1, truth={"regions": said("praise")}))
    assert answer.status_code == 422
    assert not Item.objects.exists()


def picture(width: int = 40, height: int = 30) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return out.getvalue()


def test_files_are_pushed_by_form_and_a_broken_one_is_told(
    client: APIClient, images: Dataset
) -> None:
    files = [
        SimpleUploadedFile("a.png", picture(), "image/png"),
        SimpleUploadedFile("b.png", picture()[:60], "image/png"),
        SimpleUploadedFile("c.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
    ]
    answer = client.post(
        f"/api/v1/datasets/{images.oid}/items", {"file": files}, format="multipart"
    )
    body = answer.json()
    assert (body["created"], body["refused"]) == (1, 2), body
    facts = Asset.objects.get(part="original").facts
    assert (facts["width"], facts["height"]) == (40, 30)


def test_the_same_picture_twice_is_unchanged(client: APIClient, images: Dataset) -> None:
    for expected in ("created", "unchanged"):
        file = SimpleUploadedFile("a.png", picture(), "image/png")
        answer = client.post(
            f"/api/v1/datasets/{images.oid}/items", {"file": file}, format="multipart"
        )
        assert answer.json()[expected] == 1


def upload(client: APIClient, dataset: Dataset, name: str, body: bytes, **options: Any) -> Job:
    """Send one file through the upload protocol and do its job."""
    opened = client.post(
        f"/api/v1/datasets/{dataset.oid}/uploads",
        {"files": [{"name": name, "size": len(body)}], "options": options},
    )
    assert opened.status_code == 201, opened.json()
    size = opened.json()["files"][0]["part_size"]
    for part in opened.json()["files"][0]["parts"]:
        start = (part["number"] - 1) * size
        sent = client.generic(
            "PUT", part["url"], body[start : start + size], "application/octet-stream"
        )
        assert sent.status_code == 204
    committed = client.post(opened.json()["commit_url"])
    assert committed.status_code == 202
    again = client.post(opened.json()["commit_url"])
    assert again.json()["id"] == committed.json()["id"]
    jobs.run(Job.objects.latest("pk").pk)
    return Job.objects.latest("pk")


def test_an_upload_is_committed_once_and_its_report_counts(
    client: APIClient, texts: Dataset
) -> None:
    lines = "\n".join(json.dumps(item(number)) for number in range(50))
    job = upload(client, texts, "items.jsonl", lines.encode())
    assert job.state == "succeeded", job.error
    assert job.report["created"] == 50


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_csv_with_crlf_in_any_of_three_encodings_is_read(
    client: APIClient, texts: Dataset, encoding: str
) -> None:
    rows = "text,label\r\nCafé fermé,refund\r\nwhere is it,delivery\r\n"
    job = upload(client, texts, "items.csv", rows.encode(encoding))
    assert job.state == "succeeded", job.error
    found = Item.objects.filter(dataset=texts).values_list("content__text", flat=True)
    assert sorted(found) == ["Café fermé", "where is it"]


def test_ragged_rows_are_refused_with_their_lines(client: APIClient, texts: Dataset) -> None:
    rows = "text,label\na,refund\nb,refund,extra,more\nc,delivery\n"
    job = upload(client, texts, "items.csv", rows.encode())
    assert job.report["created"] == 2
    assert "3" in JobRefusal.objects.get(job=job).place


def test_nobody_else_may_send_parts_of_an_upload(
    client: APIClient, api: MakeApi, texts: Dataset, oz: User, eve: User
) -> None:
    opened = client.post(
        f"/api/v1/datasets/{texts.oid}/uploads", {"files": [{"name": "a.txt", "size": 3}]}
    ).json()
    address = opened["files"][0]["parts"][0]["url"]
    for person, status in ((oz, 403), (eve, 404)):
        sent = api(person).generic("PUT", address, b"abc", "application/octet-stream")
        assert sent.status_code == status


def test_a_part_of_another_length_is_refused(client: APIClient, texts: Dataset) -> None:
    opened = client.post(
        f"/api/v1/datasets/{texts.oid}/uploads", {"files": [{"name": "a.txt", "size": 3}]}
    ).json()
    address = opened["files"][0]["parts"][0]["url"]
    for body in (b"ab", b"abcd"):
        sent = client.generic("PUT", address, body, "application/octet-stream")
        assert sent.status_code == 422
    assert client.post(opened["commit_url"]).status_code == 409


def test_an_export_is_taken_as_a_download_and_comes_back_in(
    client: APIClient, texts: Dataset, project: Project
) -> None:
    push(client, texts, [item(n, truth={"regions": said("refund")}) for n in range(5)])
    started = client.post(f"/api/v1/datasets/{texts.oid}/exports", {"format": "jsonl"}).json()
    jobs.run(Job.objects.latest("pk").pk)
    export = client.get(f"/api/v1/exports/{started['export']}").json()
    file = client.get(export["url"])
    body = b"".join(file.streaming_content)
    assert file["Content-Disposition"].startswith("attachment")
    copy = create_dataset(project=project, name="Copy", data_type="text", by=None)
    lines = body.decode().splitlines()
    answer = push_lines(client, copy, lines).json()
    assert (answer["created"], answer["truths"]) == (5, 5), answer


def test_media_of_an_item_are_served_as_what_they_are(client: APIClient, images: Dataset) -> None:
    file = SimpleUploadedFile("a.png", picture(), "text/html")
    client.post(f"/api/v1/datasets/{images.oid}/items", {"file": file}, format="multipart")
    shown = client.get(f"/api/v1/items/{Item.objects.get().oid}").json()
    answer = client.get(shown["files"][0]["url"])
    assert answer["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content) == picture()


def test_a_stranger_finds_no_dataset_to_push_to(
    api: MakeApi, texts: Dataset, eve: User, ada: User
) -> None:
    assert push(api(eve), texts, item(1)).status_code == 404
    assert push(api(ada), texts, item(1)).status_code == 403
    assert not Item.objects.exists()


def test_a_page_of_items_is_found_by_filter(client: APIClient, texts: Dataset) -> None:
    push(client, texts, [item(n, metadata={"lang": "en" if n % 2 else "de"}) for n in range(6)])
    address = f"/api/v1/datasets/{texts.oid}/items?filter=metadata.lang:en"
    keys = [shown["key"] for shown in client.get(address).json()["results"]]
    assert keys == ["k1", "k3", "k5"]
    wrong = client.get(f"/api/v1/datasets/{texts.oid}/items?filter=nothing:here")
    assert wrong.status_code == 422
    assert Path(wrong.json()["errors"][0]["at"]).parts[0] == "filter"
