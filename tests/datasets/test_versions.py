"""Frozen versions: sealed, immutable, the same wherever the same was frozen."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from datasets.models import Dataset, Item, ItemContent, LabelSchema, Truth, Version
from datasets.queries.versions import iter_entries, verify
from datasets.services import versions
from datasets.services.truths import accept_truth
from datasets.services.versions import start_freeze
from foundation import jobs, storage
from foundation.errors import Invalid
from foundation.models import Job, Project, User
from tests.conftest import MakeApi, SignIn
from tests.datasets.labelled import labelled_texts, said

pytestmark = pytest.mark.django_db(transaction=True)


def frozen(dataset: Dataset, schema: LabelSchema, **options: Any) -> Version:
    """The next version of a dataset, frozen."""
    version, job = start_freeze(dataset=dataset, schema=schema, by=None, **options)
    done = jobs.run(job.pk)
    assert done is not None
    assert done.state == "succeeded", done.error
    version.refresh_from_db()
    return version


@pytest.fixture
def version(project: Project) -> Version:
    dataset, revision = labelled_texts(project, 40)
    return frozen(dataset, revision.schema)


def test_a_version_holds_every_accepted_label_once_in_the_order_of_the_keys(
    version: Version,
) -> None:
    keys = [entry.key for entry in iter_entries(version)]
    assert keys == [f"k{number:05}" for number in range(40)]
    assert version.entry_count == 40
    assert sum(version.counts["splits"].values()) == 40


def test_an_untouched_version_is_whole(version: Version) -> None:
    verdict = verify(version)
    assert (verdict.is_whole, verdict.entries, verdict.erased) == (True, 40, 0)


@pytest.mark.parametrize("name", ["leaves", "content"])
def test_a_single_flipped_bit_is_found(version: Version, name: str) -> None:
    key = getattr(version, f"{name}_key")
    with storage.local_copy(key) as path:
        whole = bytearray(path.read_bytes())
        place = random.Random(7).randrange(len(whole) * 8)
        whole[place // 8] ^= 1 << place % 8
        path.write_bytes(whole)
    assert not verify(version).is_whole


def test_a_changed_label_is_named_even_when_the_file_hash_was_changed_too(
    version: Version, tmp_path: Path
) -> None:
    with storage.local_copy(version.content_key) as path:
        table = pq.read_table(path)
    rows = table.to_pylist()
    rows[3]["regions"] = rows[4]["regions"]
    pq.write_table(table.from_pylist(rows, table.schema), tmp_path / "changed")
    stored = storage.store_path(tmp_path / "changed")
    version.content_key, version.content_sha256 = stored.key, stored.sha256
    problems = verify(version).problems
    assert [problem["at"] for problem in problems] == ["entry 3 (k00003)"]


def test_a_changed_item_is_named(version: Version) -> None:
    item = Item.objects.get(dataset=version.dataset, key="k00005")
    ItemContent.objects.filter(item=item).update(text="something else")
    assert [problem["at"] for problem in verify(version).problems] == ["k00005"]


def test_the_same_content_frozen_elsewhere_has_the_same_root_and_another_seal(
    project: Project,
) -> None:
    first, second = (
        frozen(dataset, revision.schema)
        for dataset, revision in (
            labelled_texts(project, 20, name="One"),
            labelled_texts(project, 20, name="Two"),
        )
    )
    assert first.content_root == second.content_root
    assert first.seal != second.seal


def test_a_corrected_label_changes_the_next_version_and_not_this_one(version: Version) -> None:
    item = Item.objects.get(dataset=version.dataset, key="k00000")
    accept_truth(
        item=item,
        schema_revision=version.schema_revision,
        regions=said("password"),
        method=Truth.Method.CORRECTED,
        lineage={},
        by=None,
    )
    second = frozen(version.dataset, version.schema)
    assert second.content_root != version.content_root
    assert next(iter_entries(version)).label == "refund"
    assert next(iter_entries(second)).label == "password"
    assert verify(version).is_whole


def test_splits_are_remembered_when_items_join(version: Version, project: Project) -> None:
    before = {entry.key: entry.split for entry in iter_entries(version)}
    more, _revision = labelled_texts(project, 60, name="More")
    Item.objects.filter(dataset=more, key__lt="k00040").delete()
    Item.objects.filter(dataset=more).update(dataset=version.dataset)
    Truth.objects.filter(item__dataset=version.dataset).update(
        schema=version.schema, schema_revision=version.schema_revision
    )
    after = {
        entry.key: entry.split for entry in iter_entries(frozen(version.dataset, version.schema))
    }
    assert len(after) == 60
    assert {key: after[key] for key in before} == before


def test_items_with_the_same_content_share_a_split(project: Project) -> None:
    texts = {f"k{number:05}": f"same text {number // 10}" for number in range(60)}
    dataset, revision = labelled_texts(project, 60, texts=texts)
    splits: dict[str, set[str]] = {}
    for entry in iter_entries(frozen(dataset, revision.schema)):
        splits.setdefault(entry.content_sha, set()).add(entry.split)
    assert all(len(found) == 1 for found in splits.values())


def test_a_split_that_the_source_named_is_followed(project: Project) -> None:
    dataset, revision = labelled_texts(project, 20)
    Item.objects.filter(dataset=dataset, key__lt="k00010").update(split="test")
    found = {entry.key: entry.split for entry in iter_entries(frozen(dataset, revision.schema))}
    assert {found[f"k{number:05}"] for number in range(10)} == {"test"}


@pytest.fixture
def gold() -> Iterator[set[int]]:
    chosen: set[int] = set()
    versions.kept_out.register("test.gold", lambda dataset: chosen)
    yield chosen
    del versions.kept_out._things["test.gold"]


def test_gold_items_are_left_out_and_counted(project: Project, gold: set[int]) -> None:
    dataset, revision = labelled_texts(project, 12)
    gold.update(Item.objects.filter(dataset=dataset, key="k00002").values_list("pk", flat=True))
    version = frozen(dataset, revision.schema)
    assert version.entry_count == 11
    assert version.counts["left_out"] == {"gold": 1}


def test_an_empty_selection_is_refused_before_a_version_is_made(project: Project) -> None:
    dataset, revision = labelled_texts(project, 5)
    with pytest.raises(Invalid):
        start_freeze(dataset=dataset, schema=revision.schema, by=None, filter="key:nothing")
    assert not Version.objects.exists()


def test_a_rare_label_is_named_in_the_report(project: Project) -> None:
    dataset, revision = labelled_texts(project, 3)
    assert any("refund" in text for text in frozen(dataset, revision.schema).counts["warnings"])


def test_a_plan_keeps_its_values(version: Version) -> None:
    with pytest.raises(Invalid) as caught:
        start_freeze(
            dataset=version.dataset, schema=version.schema, by=None, split_plan={"seed": 5}
        )
    assert caught.value.places[0].at == "split_plan"


def test_freezing_goes_through_rest_and_entries_come_in_pages(
    api: MakeApi, project: Project, mia: User
) -> None:
    dataset, revision = labelled_texts(project, 25)
    client: APIClient = api(mia)
    answer = client.post(
        f"/api/v1/datasets/{dataset.oid}/versions", {"schema": revision.schema.oid}
    )
    assert answer.status_code == 202
    jobs.run(Job.objects.latest("pk").pk)
    version = client.get(f"/api/v1/datasets/{dataset.oid}/versions").json()["results"][0]
    assert (version["state"], version["entries"]) == ("frozen", 25)
    keys, address = [], f"/api/v1/versions/{version['id']}/entries?limit=10"
    while address:
        page = client.get(address).json()
        keys += [entry["key"] for entry in page["results"]]
        address = page["next"]
    assert keys == [f"k{number:05}" for number in range(25)]


def test_only_managers_freeze_and_strangers_find_nothing(
    api: MakeApi, version: Version, vic: User, eve: User
) -> None:
    address = f"/api/v1/datasets/{version.dataset.oid}/versions"
    assert api(vic).post(address, {"schema": version.schema.oid}).status_code == 403
    assert api(eve).get(f"/api/v1/versions/{version.oid}").status_code == 404


def test_the_page_of_a_version_calls_splits_as_reports_do(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    dataset, revision = labelled_texts(project, 30)
    version = frozen(dataset, revision.schema)
    page = sign_in(mia).get(reverse("version", args=[version.oid])).content.decode()
    assert '<td class="nowrap">training</td>' in page
    assert '<td class="nowrap">train</td>' not in page
