"""What a rule that is being written would refuse of the answers that exist."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from datasets.models import Annotation, Dataset, Item, RuleCheck, SchemaRevision
from datasets.pure.schema_rules import parse_schema
from datasets.queries import rule_previews
from datasets.queries.rule_previews import preview_rules
from datasets.services.annotations import add_annotation
from datasets.services.imports import ingest_records
from datasets.services.schemas import amend_schema, publish_schema
from foundation.models import Annotator, Job, Project, User
from tests.conftest import SignIn
from tests.datasets.conftest import text_record
from tests.datasets.test_rule_checks import LONG, NAMES, ONE, TEXT, labelled, said

__all__ = ["labelled"]
Json = dict[str, Any]
SPANS = [(0, 3), (8, 10), (15, 17)]


@pytest.fixture
def answered(texts: Dataset, project: Project, mia: User, ada: User) -> SchemaRevision:
    """Six texts answered one after the other, by turns with a long and with a short name."""
    first = publish_schema(project=project, name="Names", definition=NAMES, by=mia)
    ingest_records(dataset=texts, records=[text_record(key, TEXT) for key in "abcdef"], by=mia)
    for place, item in enumerate(Item.objects.filter(dataset=texts).order_by("key")):
        answer(item, first, ada, SPANS[place % 2])
    return first


def answer(
    item: Item, revision: SchemaRevision, who: User, *spans: tuple[int, int], course: bool = False
) -> None:
    """Give an answer to an item under a revision."""
    added = add_annotation(
        item=item,
        schema_revision=revision,
        annotator=Annotator.objects.get(project=item.dataset.project_id, user=who),
        regions=said(*spans),
        submission_id=uuid4(),
    )
    if course:
        Annotation.objects.filter(pk=added.annotation.pk).update(origin=Annotation.Origin.COURSE)


def found(revision: SchemaRevision, *rules: Json) -> list[tuple[int, list[str]]]:
    """Of each rule: on how many items it is broken, and those named."""
    wanted = parse_schema(NAMES | {"rules": list(rules)})
    shown = preview_rules(revision.schema, wanted).rules
    return [(len(one.items), [item.key for item in one.first]) for one in shown]


def test_the_newest_answers_that_a_rule_would_refuse_are_counted_by_item_and_named(
    answered: SchemaRevision, ada: User
) -> None:
    assert found(answered, LONG, ONE) == [(3, ["f", "d", "b"]), (0, [])]
    b = Item.objects.get(key="b")
    answer(b, answered, ada, *SPANS[1:])
    assert found(answered, LONG, ONE) == [(3, ["b", "f", "d"]), (1, ["b"])]


def test_only_the_newest_answers_are_read_whichever_revision_they_were_given_under(
    answered: SchemaRevision, mia: User, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = amend_schema(schema=answered.schema, definition=NAMES | {"rules": [ONE]}, by=mia)
    c, e = Item.objects.get(key="c"), Item.objects.get(key="e")
    answer(c, second, ada, SPANS[1])
    answer(e, answered, ada, SPANS[1])  # begun before there was a second revision
    monkeypatch.setattr(rule_previews, "SAMPLED", 3)
    assert found(second, LONG) == [(3, ["e", "c", "f"])]
    monkeypatch.setattr(rule_previews, "SAMPLED", 2)
    assert found(second, LONG) == [(2, ["e", "c"])]


def test_archived_items_courses_and_answers_given_anew_are_left_out(
    answered: SchemaRevision, ada: User
) -> None:
    Item.objects.filter(key="b").update(archived_at=timezone.now())
    answer(Item.objects.get(key="a"), answered, ada, SPANS[1], course=True)
    replaced = Annotation.objects.get(item__key="d")
    Annotation.objects.filter(pk=replaced.pk).update(is_latest=False)
    assert found(answered, LONG) == [(1, ["f"])]


def test_where_nobody_answered_the_accepted_labels_are_looked_at(
    labelled: SchemaRevision,
) -> None:
    wanted = parse_schema(NAMES | {"rules": [LONG]})
    Annotation.objects.all().delete()
    shown = preview_rules(labelled.schema, wanted)
    assert (shown.is_accepted, shown.looked_at) == (True, 2)
    assert [item.key for item in shown.rules[0].first] == ["b"]


def test_it_ends_in_time_and_says_that_it_looked_at_fewer(
    answered: SchemaRevision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_previews, "SECONDS", -1.0)
    shown = preview_rules(answered.schema, parse_schema(NAMES | {"rules": [LONG]}))
    assert (shown.looked_at, shown.is_short) == (1, True)


def test_what_is_read_does_not_grow_with_the_answers_there_are(
    answered: SchemaRevision, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_previews, "SAMPLED", 4)
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert sum(n for n, _names in found(answered, LONG)) == 2
        counts.append(len(seen))
        assert "LIMIT 4" in seen[1]["sql"]  # the numbers of one revision's answers
        for key in "abcdef":
            answer(Item.objects.get(key=key), answered, ada, SPANS["bdf".count(key)])
    assert counts == [4, 4]


def test_the_editor_shows_it_without_a_job_and_without_keeping_anything(
    answered: SchemaRevision, mia: User, ada: User, sign_in: SignIn
) -> None:
    address = reverse("rules-preview", args=[answered.schema.oid])
    wanted = {"source": json.dumps(NAMES | {"rules": [LONG, ONE]})}
    assert sign_in(ada).post(address, wanted).status_code == 403
    client: Client = sign_in(mia)
    assert (
        address in client.get(reverse("schema-edit", args=[answered.schema.oid])).content.decode()
    )
    told = client.post(address, wanted).content.decode()
    assert "Of the newest 6 answers." in told
    assert "Would refuse answers of 3 items" in told
    assert told.count("None of them breaks it.") == 1
    assert reverse("item", args=[Item.objects.get(key="f").oid]) in told
    assert client.post(address, {"source": "{ not yet"}).status_code == 204
    assert client.post(address, {"source": json.dumps(NAMES)}).content.strip() == b""
    assert not Job.objects.exists()
    assert not RuleCheck.objects.exists()
    assert answered.schema.revisions.count() == 1
