"""All labels of a dataset held against the rules of their schema."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from datasets.models import Dataset, Item, RuleBreach, RuleCheck, RuleLook, SchemaRevision, Truth
from datasets.pure import rule_tally
from datasets.queries.items import find_items
from datasets.services import rule_checks
from datasets.services.annotations import add_annotation
from datasets.services.imports import ingest_records
from datasets.services.rule_checks import check_rules, start_rule_check
from datasets.services.schemas import amend_schema, publish_schema
from datasets.services.truths import accept_truth
from datasets.services.versions import start_freeze
from datasets.views import rule_checks as rule_pages
from foundation import jobs
from foundation.errors import Invalid
from foundation.models import Annotator, Job, Project, User
from tests.conftest import SignIn
from tests.datasets.conftest import text_record

Json = dict[str, Any]
NAMES: Json = {
    "format": 1,
    "data_type": "text",
    "questions": [{"name": "names", "type": "spans", "labels": [{"key": "person"}]}],
}
LONG: Json = {"type": "min_size", "question": "names", "length": 3}
ONE: Json = {"type": "region_count", "question": "names", "at_most": 1, "level": "warning"}
TEXT = "Ada met Bo and Cy."


def said(*spans: tuple[int, int]) -> Json:
    """A document with a name at each of these places."""
    return {
        "format": 1,
        "regions": [
            {
                "id": f"r{start}",
                "question": "names",
                "kind": "span",
                "label": "person",
                "at": {"start": start, "end": end},
            }
            for start, end in spans
        ],
    }


@pytest.fixture
def labelled(texts: Dataset, project: Project, mia: User, ada: User) -> SchemaRevision:
    """Three texts: one in order, one that breaks both rules, one answered and not accepted."""
    first = publish_schema(project=project, name="Names", definition=NAMES, by=mia)
    ingest_records(dataset=texts, records=[text_record(key, TEXT) for key in "abc"], by=mia)
    a, b, c = Item.objects.filter(dataset=texts).order_by("key")
    for item, spans in ((a, [(0, 3)]), (b, [(8, 10), (15, 17)])):
        accept_truth(
            item=item,
            schema_revision=first,
            regions=said(*spans),
            method=Truth.Method.REVIEWED,
            lineage={},
            by=mia,
        )
    annotator = Annotator.objects.get(project=project, user=ada)
    add_annotation(
        item=c,
        schema_revision=first,
        annotator=annotator,
        regions=said((8, 10)),
        submission_id=uuid4(),
    )
    amend_schema(schema=first.schema, definition=NAMES | {"rules": [LONG, ONE]}, by=mia)
    return first


def checked(
    dataset: Dataset, revision: SchemaRevision, *, annotations: bool = True, anew: bool = False
) -> RuleCheck:
    """Check the rules, here and now."""
    check = start_rule_check(
        dataset=dataset, schema=revision.schema, by=None, with_annotations=annotations, anew=anew
    )
    assert check.job is not None
    jobs.run(check.job.pk)
    check.refresh_from_db()
    return check


def listed(check: RuleCheck) -> list[tuple[str, int, str, str]]:
    """What a check lists: item, rule, level and the place."""
    rows = RuleBreach.objects.filter(check_run=check).order_by("item__key", "pk")
    return [(one.item.key, one.rule, one.level, one.path) for one in rows]


def test_what_was_accepted_before_the_rules_is_counted_and_listed(
    texts: Dataset, labelled: SchemaRevision
) -> None:
    check = checked(texts, labelled)
    assert listed(check) == [
        ("b", 0, "error", "regions/r8/at"),
        ("b", 0, "error", "regions/r15/at"),
        ("b", 1, "warning", "regions/r15"),
        ("c", 0, "error", "regions/r8/at"),
    ]
    totals = check.figures["totals"]
    assert {"items": 3, "truths": 2, "older_truths": 2, "annotations": 1}.items() <= totals.items()
    assert (totals["error"], totals["warning"], totals["broken_truths"]) == (3, 1, 1)
    assert check.figures["rules"]["0"] == {"truths": 2, "annotations": 1, "older": 3, "items": 2}
    assert [one.is_older for one in check.breaches.all()] == [True] * 4
    found = {
        text: sorted(item.key for item in find_items(texts, text))
        for text in (
            "breaks:any",
            "breaks:warning",
            f"breaks:{check.oid}/1",
            f"breaks:{check.oid}/2",
            "breaks:nothing",
            f"breaks:{check.oid}/x",
        )
    }
    assert list(found.values()) == [["b", "c"], ["b"], ["b", "c"], ["b"], [], []]
    truths_only = checked(texts, labelled, annotations=False)
    assert {row[0] for row in listed(truths_only)} == {"b"}
    assert not listed(check)  # the newest alone keeps its list
    assert [item.key for item in find_items(texts, "breaks:any")] == ["b"]


def test_a_list_ends_and_says_how_much_it_leaves_out(
    texts: Dataset, labelled: SchemaRevision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_tally, "MOST_OF_AN_ITEM", 2)
    monkeypatch.setattr(rule_tally, "MOST_LISTED", 2)
    check = checked(texts, labelled)
    assert [row[0] for row in listed(check)] == ["b", "b"]
    totals = check.figures["totals"]
    assert (totals["listed"], totals["left_out"], totals["error"]) == (2, 2, 3)


def test_killed_between_two_windows_it_goes_on_and_counts_nothing_twice(
    texts: Dataset, labelled: SchemaRevision, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = checked(texts, labelled)
    expected, figures = listed(whole), whole.figures
    monkeypatch.setattr(rule_checks, "BATCH", 1)
    RuleLook.objects.all().delete()
    check = start_rule_check(dataset=texts, schema=labelled.schema, by=None, with_annotations=True)
    assert check.job is not None
    same = start_rule_check(dataset=texts, schema=labelled.schema, by=None, with_annotations=True)
    assert same == check
    run = jobs.take(check.job.pk)
    assert run is not None
    keep, kept = rule_checks._keep, []

    def dies(looks: list[RuleLook]) -> None:
        kept.append(1)
        if len(kept) == 3:
            raise KeyboardInterrupt
        keep(looks)

    with monkeypatch.context() as broken:
        broken.setattr(rule_checks, "_keep", dies)
        with pytest.raises(KeyboardInterrupt):
            check_rules(run)
    job = Job.objects.get(pk=check.job.pk)
    assert (job.done, job.checkpoint["done"]) == (2, 2)
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    jobs.run(job.pk)
    check.refresh_from_db()
    assert (listed(check), check.figures) == (expected, figures)
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.SUCCEEDED, 3)


def test_a_second_check_looks_at_what_changed_and_finds_the_same_as_one_of_everything(
    texts: Dataset, labelled: SchemaRevision, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    read = rule_checks._read

    def reading(regions: Any) -> Any:
        looked.append(regions["regions"][0]["id"])
        return read(regions)

    monkeypatch.setattr(rule_checks, "_read", reading)
    first = checked(texts, labelled)
    assert (first.since, len(looked)) == (None, 3)
    b, c = Item.objects.get(dataset=texts, key="b"), Item.objects.get(dataset=texts, key="c")
    Item.objects.filter(pk=c.pk).update(archived_at=first.created_at)
    accept_truth(
        item=b,
        schema_revision=labelled.schema.revisions.latest("number"),
        regions=said((0, 3)),
        method=Truth.Method.CORRECTED,
        lineage={},
        by=mia,
    )
    looked.clear()
    second = checked(texts, labelled)
    assert (looked, second.since, second.figures["totals"]["kept"]) == (["r0"], first, 1)
    Item.objects.filter(pk=c.pk).update(archived_at=None)
    third = checked(texts, labelled)
    assert len(looked) == 1  # back again, and as it was
    whole = checked(texts, labelled, anew=True)
    assert (len(looked), whole.since) == (4, None)
    assert [row[:3] for row in listed(whole)] == [("c", 0, "error")]
    figures = [one.figures["totals"] | {"kept": 0} for one in (third, whole)]
    assert figures[0] == figures[1]
    assert third.figures["rules"] == whole.figures["rules"]
    amend_schema(schema=labelled.schema, definition=NAMES | {"rules": [ONE]}, by=mia)
    looked.clear()
    assert (checked(texts, labelled).since, len(looked)) == (None, 3)


def test_a_document_of_an_older_schema_is_checked_as_far_as_it_fits(
    texts: Dataset, labelled: SchemaRevision
) -> None:
    gone = {"id": "x", "question": "gone", "kind": "item", "label": "y"}
    truth = Truth.objects.get(item__key="b")
    Truth.objects.filter(pk=truth.pk).update(
        regions=truth.regions | {"regions": [gone, *truth.regions["regions"]]}
    )
    Truth.objects.filter(item__key="a").update(regions={"format": 99})
    check = checked(texts, labelled)
    assert listed(check)[0] == ("b", 0, "error", "regions/r8/at")
    totals = check.figures["totals"]
    assert (totals["partly"], totals["unreadable"]) == (1, 1)


def test_a_version_says_how_many_of_its_entries_break_rules(
    texts: Dataset, labelled: SchemaRevision, mia: User
) -> None:
    version, job = start_freeze(dataset=texts, schema=labelled.schema, by=mia)
    jobs.run(job.pk)
    version.refresh_from_db()
    assert version.counts["rules"] == {"error": 1, "warning": 1}
    assert "1 entry breaks a rule that refuses answers." in version.counts["warnings"]


def test_rest_starts_a_check_and_lists_page_by_page(
    texts: Dataset, labelled: SchemaRevision, mia: User
) -> None:
    client = APIClient()
    client.force_login(mia)
    base = f"/api/v1/datasets/{texts.oid}/rule-checks"
    wanted = {"schema": labelled.schema.oid, "annotations": True}
    told = client.post(base, wanted, format="json")
    assert (told.status_code, told.json()["figures"]) == (202, {})
    jobs.run(Job.objects.latest("pk").pk)
    found = client.get(f"/api/v1/rule-checks/{told.json()['id']}").json()
    assert (found["figures"]["totals"]["error"], found["since"]) == (3, None)
    client.post(base, wanted, format="json")
    jobs.run(Job.objects.latest("pk").pk)
    again = client.get(base).json()["results"][0]
    assert (again["since"], again["figures"]["totals"]["kept"]) == (found["id"], 3)
    assert client.post(base, wanted | {"anew": True}, format="json").json()["since"] is None
    jobs.run(Job.objects.latest("pk").pk)
    found = client.get(base).json()["results"][0]
    rows = f"/api/v1/rule-checks/{found['id']}/breaches"
    first = client.get(rows, {"rule": 1, "limit": 2}).json()
    second = client.get(first["next"]).json()
    assert [one["key"] for one in first["results"] + second["results"]] == ["b", "b", "c"]
    assert "too small" in first["results"][0]["detail"]
    assert client.get(rows, {"level": "warning"}).json()["results"][0]["rule"] == 2
    for bad in ({"rule": "x"}, {"level": "x"}):
        assert client.get(rows, bad).status_code == 422
    assert client.get(base).json()["results"][0]["id"] == found["id"]


def test_a_schema_without_rules_is_refused(texts: Dataset, intent: SchemaRevision) -> None:
    with pytest.raises(Invalid) as caught:
        start_rule_check(dataset=texts, schema=intent.schema, by=None)
    assert caught.value.places[0].code == "no-rules"


def test_the_page_says_what_to_do_first_then_counts_and_lists_in_pages(
    texts: Dataset,
    labelled: SchemaRevision,
    mia: User,
    ada: User,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rule_pages, "PAGE", 2)
    address = reverse("rules", args=[texts.oid])
    assert sign_in(ada).get(address).status_code == 403
    client = sign_in(mia)
    assert "Not checked yet" in client.get(address).content.decode()
    told = client.post(address, {"schema": labelled.schema.oid, "annotations": "1"})
    assert 'id="checking" hx-get=' in client.get(told["Location"]).content.decode()
    jobs.run(Job.objects.latest("pk").pk)
    shown = client.get(address)
    assert [row["item"].key for row in shown.context["rows"]] == ["b", "b"]
    assert [bar["value"] for bar in shown.context["bars"]] == [3, 1]
    following = client.get(address + shown.context["older"].partition("#")[0])
    assert [row["item"].key for row in following.context["rows"]] == ["b", "c"]
    errors = client.get(address, {"level": "error", "in": "annotations"})
    assert [row["who"] for row in errors.context["rows"]] == ["Ada"]
    assert "Nothing like this" in client.get(address, {"rule": "9"}).content.decode()
    assert client.get(errors.context["items_url"]).context["found"] == "2"
    assert "Only what changed" not in shown.content.decode()
    client.post(address, {"schema": labelled.schema.oid, "annotations": "1"})
    jobs.run(Job.objects.latest("pk").pk)
    assert "Only what changed since the check" in client.get(address).content.decode()
