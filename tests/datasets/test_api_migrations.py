"""Changes of labels through the REST doors, and answers whose labels come from the item."""

from typing import Any
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from datasets.models import AnnotationRegions, Dataset, Item, SchemaRevision
from datasets.services.annotations import add_annotation
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from foundation import jobs
from foundation.models import Annotator, Job, Project, User
from tests.datasets.conftest import says, text_record

MERGE = {"op": "merge", "question": "intent", "labels": ["transfer"], "into": "balance"}


@pytest.fixture
def client(mia: User) -> APIClient:
    """Mia's client."""
    client = APIClient()
    client.force_login(mia)
    return client


def test_labels_are_merged_and_undone_over_rest(
    client: APIClient, texts: Dataset, intent: SchemaRevision, mia: User
) -> None:
    record = text_record("a", truths=[{"regions": says("transfer")}])
    ingest_records(dataset=texts, records=[record], by=mia, schema_revision=intent)
    base = f"/api/v1/schemas/{intent.schema.oid}/migrations"
    seen = client.post(f"{base}/preview", {"operations": [MERGE]}, format="json").json()
    assert seen["touched"]["labels"][0]["truths"] + seen["touched"]["labels"][1]["truths"] == 1
    assert seen["replaced"] == [{"question": "intent", "label": "transfer", "into": "balance"}]
    started = client.post(base, {"operations": [MERGE], "note": "One word"}, format="json")
    assert (started.status_code, started.json()["state"]) == (202, "applying")
    jobs.run(Job.objects.latest("pk").pk)
    address = f"/api/v1/migrations/{started.json()['id']}"
    done = client.get(address).json()
    assert (done["state"], done["counts"]) == ("applied", {"truths": 1, "annotations": 0})
    assert client.get(base).json()["results"][0]["id"] == done["id"]
    assert client.post(f"{address}/undo").status_code == 202
    assert client.post(f"{address}/undo").json()["title"] is not None
    jobs.run(Job.objects.latest("pk").pk)
    assert client.get(address).json()["state"] == "undone"


def test_wrong_operations_are_named_with_their_place(
    client: APIClient, intent: SchemaRevision
) -> None:
    wrong = {"operations": [MERGE | {"into": "nothing"}]}
    base = f"/api/v1/schemas/{intent.schema.oid}/migrations"
    for address in (base, f"{base}/preview"):
        answer = client.post(address, wrong, format="json")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["at"] == "operations/0/into"


def test_labels_of_the_item_are_checked_when_an_answer_is_kept(
    texts: Dataset, project: Project, mia: User
) -> None:
    best: dict[str, Any] = {"name": "intent", "type": "choice", "labels_from": "options"}
    definition = {"format": 1, "data_type": "text", "questions": [best]}
    revision = publish_schema(project=project, name="Best", definition=definition, by=mia)
    records = [
        text_record("a", metadata={"options": ["Yes", "No"]}, truths=[{"regions": says("Yes")}]),
        text_record("b", metadata={"options": ["Maybe"]}, truths=[{"regions": says("Yes")}]),
    ]
    outcome = ingest_records(dataset=texts, records=records, by=mia, schema_revision=revision)
    assert [(one.code, one.key) for one in outcome.refusals] == [("unknown-label", "b")]
    zoe = Annotator.objects.create(project=project, name="Zoe")
    kept = add_annotation(
        item=Item.objects.get(),
        schema_revision=revision,
        annotator=zoe,
        regions=says("No"),
        submission_id=UUID("7f0c61b4-3f0e-4a6f-9d3e-6c1f2b7d9e10"),
    )
    assert kept.answer.label == "No"


def test_what_an_answer_was_warned_of_is_kept_and_shown(
    client: APIClient, texts: Dataset, project: Project, intent: SchemaRevision, mia: User
) -> None:
    mood = {"name": "mood", "type": "choice", "required": False, "labels": [{"key": "bad"}]}
    pairs = [
        {"question": "intent", "label": "balance"},
        {"question": "mood", "label": "bad"},
    ]
    rule = {"type": "forbidden", "level": "warning", "labels": pairs}
    wanted = intent.definition | {
        "questions": [*intent.definition["questions"], mood],
        "rules": [rule],
    }
    revision = publish_schema(project=project, name="Both", definition=wanted, by=mia)
    ingest_records(dataset=texts, records=[text_record("a")], by=mia)
    document = says("balance")
    document["regions"].append({"id": "r2", "question": "mood", "kind": "item", "label": "bad"})
    added = add_annotation(
        item=Item.objects.get(),
        schema_revision=revision,
        annotator=Annotator.objects.create(project=project, name="Zoe"),
        regions=document,
        submission_id=UUID("7f0c61b4-3f0e-4a6f-9d3e-6c1f2b7d9e11"),
    )
    [warning] = AnnotationRegions.objects.get().warnings or []
    assert (warning["at"], warning["code"]) == ("regions/1/label", "forbidden")
    shown = client.get(f"/api/v1/annotations/{added.annotation.oid}").json()
    assert shown["warnings"] == [warning]
