"""Suggestions made by the patterns of a label schema for a whole dataset."""

import pytest
from rest_framework.test import APIClient

from datasets.models import Annotation, Dataset, SchemaRevision, Suggestion
from datasets.services.imports import ingest_records
from datasets.services.schemas import amend_schema, publish_schema
from foundation import jobs
from foundation.models import Job, Project, User
from tests.datasets.conftest import text_record

NAMES = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "names",
            "type": "spans",
            "labels": [
                {"key": "person", "patterns": ["Ada", "Bo"]},
                {"key": "order", "patterns": ["order {digits}"]},
                {"key": "old", "patterns": ["met"], "retired": True},
            ],
        }
    ],
}
TEXTS = {"a": "😀 Ada met Bo.", "b": "Nothing.", "c": "ORDER 12 of Adam"}


@pytest.fixture
def names(project: Project, mia: User) -> SchemaRevision:
    """A schema whose labels have patterns."""
    return publish_schema(project=project, name="Names", definition=NAMES, by=mia)


@pytest.fixture
def client(mia: User) -> APIClient:
    """Mia's client."""
    client = APIClient()
    client.force_login(mia)
    return client


def found() -> dict[str, list[tuple[str, int, int]]]:
    """What is offered, by the key of the item."""
    return {
        one.item.key: [
            (region["label"], region["at"]["start"], region["at"]["end"])
            for region in one.regions["regions"]
        ]
        for one in Suggestion.objects.select_related("item")
    }


def test_patterns_offer_marks_in_all_items_and_answer_nothing(
    client: APIClient, texts: Dataset, names: SchemaRevision, mia: User
) -> None:
    ingest_records(dataset=texts, records=[text_record(k, t) for k, t in TEXTS.items()], by=mia)
    base = f"/api/v1/datasets/{texts.oid}/pattern-suggestions"
    told = client.post(base, {"schema": names.schema.oid}, format="json")
    assert told.status_code == 202
    job = Job.objects.latest("pk")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.report) == ("succeeded", 3, {"items": 2, "marks": 3})
    assert found() == {"a": [("person", 2, 5), ("person", 10, 12)], "c": [("order", 0, 8)]}
    assert not Annotation.objects.exists()
    # Other patterns find other things, and what they found before is gone.
    fewer = {**NAMES, "questions": [{**NAMES["questions"][0], "match_case": True}]}  # type: ignore[index]
    amend_schema(schema=names.schema, definition=fewer, by=mia)
    client.post(base, {"schema": names.schema.oid}, format="json")
    jobs.run(Job.objects.latest("pk").pk)
    assert list(found()) == ["a"]


def test_a_schema_without_patterns_is_refused_by_name(
    client: APIClient, texts: Dataset, intent: SchemaRevision
) -> None:
    base = f"/api/v1/datasets/{texts.oid}/pattern-suggestions"
    told = client.post(base, {"schema": intent.schema.oid}, format="json")
    assert told.status_code == 422
    assert "pattern" in str(told.json())
    assert client.post(base, {}, format="json").status_code in (400, 422)


def test_only_managers_may_have_marks_suggested(
    texts: Dataset, names: SchemaRevision, ada: User
) -> None:
    stranger = APIClient()
    stranger.force_login(ada)
    base = f"/api/v1/datasets/{texts.oid}/pattern-suggestions"
    assert stranger.post(base, {"schema": names.schema.oid}, format="json").status_code in (
        403,
        404,
    )
