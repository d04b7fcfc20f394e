"""The pages of label schemas: gallery, editor, one schema, and changes of labels in use."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from datasets.models import Dataset, LabelSchema, SchemaMigration, SchemaRevision
from datasets.queries.schemas import current_revision
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from foundation import jobs
from foundation.models import Job, Project, User
from tests.datasets.conftest import intent_definition, says, text_record


@pytest.fixture
def browser(mia: User) -> Client:
    """Mia, signed in."""
    client = Client()
    client.force_login(mia)
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_the_gallery_is_searched_and_narrowed(browser: Client, project: Project) -> None:
    address = reverse("schemas", args=[project.oid])
    everything = text_of(browser.get(address))
    assert "Triage of requests" in everything
    assert "Image tags" in everything
    found = text_of(browser.get(address, {"q": "blood cell"}))
    assert "Cells under the microscope" in found
    assert "Triage of requests" not in found
    rows = text_of(browser.get(address, {"for": "table"}))
    assert "Odd rows" in rows
    assert "Image tags" not in rows
    assert "Nothing in the gallery is like this" in text_of(browser.get(address, {"q": "xyzzy"}))


def test_a_page_never_draws_thousands_of_labels_and_finds_each(
    browser: Client, project: Project, mia: User
) -> None:
    labels: list[dict[str, Any]] = [{"key": f"k{n}", "name": f"Label {n}"} for n in range(20_000)]
    labels[-1] |= {"parent": "k0", "aliases": ["The very last"]}
    definition = intent_definition()
    definition["questions"][0]["labels"] = labels
    revision = publish_schema(project=project, name="Many", definition=definition, by=mia)
    address = reverse("schema", args=[revision.schema.oid])
    page = text_of(browser.get(address))
    assert page.count('class="mono">k') == 100
    assert "19,900 more of 20,000 labels" in page
    found = text_of(browser.get(address, {"q": "very last"}))
    assert found.count('class="mono">k') == 1
    assert "below Label 0" in found
    source = json.dumps(revision.definition, indent=2)
    seen = browser.post(reverse("schema-check", args=[project.oid]), {"source": source})
    assert len(seen.content) < 20_000


def test_the_check_tells_problems_with_their_line_or_shows_the_questions(
    browser: Client, project: Project, intent: SchemaRevision
) -> None:
    address = reverse("schema-check", args=[project.oid])
    wrong = text_of(browser.post(address, {"source": '{"format": 1,\n "data_type": "smell"}'}))
    assert 'data-problem="data_type" data-line="2" data-column="2"' in wrong
    fine = dict(intent.definition)
    fine["questions"] = [
        *fine["questions"],
        {"name": "why", "type": "text", "when": {"question": "intent", "label": "balance"}},
    ]
    right = text_of(
        browser.post(address, {"source": json.dumps(fine), "schema": intent.schema.oid})
    )
    assert "Asked when “Intent” is balance." in right
    assert "The question Why is new." in right
    assert LabelSchema.objects.count() == 1


def test_the_editor_publishes_the_next_revision_and_keeps_what_is_wrong(
    browser: Client, intent: SchemaRevision
) -> None:
    address = reverse("schema-edit", args=[intent.schema.oid])
    assert 'id="schema-kinds"' in text_of(browser.get(address))
    refused = browser.post(address, {"source": "{ not yet"})
    assert refused.status_code == 422
    assert "{ not yet" in text_of(refused)
    wanted = intent_definition("card_lost", "balance", "transfer", "other")
    done = browser.post(address, {"source": json.dumps(wanted), "note": "More room"})
    assert done.status_code == 302
    assert (current_revision(intent.schema).number, current_revision(intent.schema).note) == (
        2,
        "More room",
    )


def test_a_name_that_is_taken_is_told_beside_the_source(
    browser: Client, project: Project, intent: SchemaRevision
) -> None:
    fields = {"name": "Intents", "source": json.dumps(intent_definition())}
    refused = browser.post(reverse("schema-new", args=[project.oid]), fields)
    assert refused.status_code == 422
    assert "exists already" in text_of(refused)


def test_labels_are_changed_step_by_step_previewed_started_and_undone(
    browser: Client, texts: Dataset, intent: SchemaRevision, mia: User
) -> None:
    record = text_record("a", truths=[{"regions": says("transfer")}])
    ingest_records(dataset=texts, records=[record], by=mia, schema_revision=intent)
    address = reverse("labels-change", args=[intent.schema.oid])
    step = {"op": "merge", "question": "intent", "labels": "Transfer", "into": "Money moved"}
    seen = text_of(browser.post(address, step | {"action": "add", "operations": "[]"}))
    assert "Merge “transfer” into “Money moved”." in seen
    wrong = browser.post(address, step | {"labels": "nope", "action": "add", "operations": "[]"})
    assert wrong.status_code == 422
    assert "intent has no label nope." in text_of(wrong)
    operations = [
        {
            "op": "merge",
            "question": "intent",
            "labels": ["transfer"],
            "into": {"key": "moved", "name": "Moved"},
        }
    ]
    start = {"operations": json.dumps(operations), "action": "start", "note": "Simpler"}
    assert browser.post(address, start).status_code == 302
    jobs.run(Job.objects.latest("pk").pk)
    page = text_of(browser.get(reverse("schema", args=[intent.schema.oid])))
    assert "Truths that follow: 1; annotations: 0." in page
    migration = SchemaMigration.objects.get()
    browser.post(reverse("label-change", args=[migration.oid]), {"action": "undo"})
    jobs.run(Job.objects.latest("pk").pk)
    migration.refresh_from_db()
    assert migration.state == SchemaMigration.State.UNDONE


def test_who_may_not_manage_reads_the_schema_and_changes_nothing(
    vic: User, intent: SchemaRevision
) -> None:
    client = Client()
    client.force_login(vic)
    page = text_of(client.get(reverse("schema", args=[intent.schema.oid])))
    assert reverse("schema-edit", args=[intent.schema.oid]) not in page
    for name, key in (("schema-edit", intent.schema.oid), ("labels-change", intent.schema.oid)):
        assert client.get(reverse(name, args=[key])).status_code in (403, 404)
