"""Slices: filters under a name, which hold no items and lose none."""

import pytest
from django.test import Client
from django.urls import reverse

from datasets.errors import NameTaken
from datasets.models import Dataset, Item, Slice
from datasets.queries.slices import slice_rows
from datasets.services import slices
from datasets.services.datasets import create_dataset
from datasets.services.slices import change_slice, delete_slice, save_slice, undo_delete
from foundation.errors import Conflict, Invalid, NotFound
from foundation.models import Event, Project, User
from foundation.opaque import encode_id
from tests.conftest import MakeApi, SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def rice(project: Project, mia: User) -> Dataset:
    """Ten texts, three of them of long grain."""
    dataset = create_dataset(project=project, name="Rice", data_type="text", by=mia)
    Item.objects.bulk_create(
        Item(
            dataset=dataset,
            key=f"k{number}",
            data_type="text",
            content_hash=f"{number:064}",
            metadata={"grain": "long" if number < 3 else "short"},
        )
        for number in range(10)
    )
    return dataset


@pytest.fixture
def long_grain(rice: Dataset, mia: User) -> Slice:
    """What is of long grain."""
    return save_slice(dataset=rice, name="Long grain", filter="metadata.grain:long", by=mia)


def counted(slice: Slice) -> int:
    """How many items match now."""
    return slice_rows([slice])[0].items


def test_a_slice_holds_no_items_but_finds_those_that_match_now(
    rice: Dataset, long_grain: Slice
) -> None:
    assert counted(long_grain) == 3
    item = Item.objects.get(dataset=rice, key="k9")
    item.metadata = {"grain": "long"}
    item.save()
    assert counted(long_grain) == 4


@pytest.mark.parametrize(
    ("name", "filter", "at"),
    [
        ("", "label:a", "name"),
        ("x" * 121, "label:a", "name"),
        ("two\nlines", "label:a", "name"),
        ("Fine", "  ", "filter"),
        ("Fine", "nothing:here", "filter"),
        ("Fine", "label:" + "a" * 1000, "filter"),
    ],
)
def test_what_cannot_be_saved_says_at_which_place(
    rice: Dataset, mia: User, name: str, filter: str, at: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save_slice(dataset=rice, name=name, filter=filter, by=mia)
    assert refused.value.places[0].at == at
    assert not Slice.objects.exists()


def test_a_name_is_there_once_in_a_dataset(rice: Dataset, long_grain: Slice, mia: User) -> None:
    with pytest.raises(NameTaken):
        save_slice(dataset=rice, name=" Long grain ", filter="label:a", by=mia)
    other = save_slice(dataset=rice, name="Labelled", filter="has:truth", by=mia)
    with pytest.raises(NameTaken):
        change_slice(slice=other, name="Long grain", by=mia)
    assert Slice.objects.count() == 2


def test_a_dataset_has_so_many_slices_and_no_more(
    rice: Dataset, long_grain: Slice, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "MOST_SLICES", 1)
    with pytest.raises(Conflict):
        save_slice(dataset=rice, name="One more", filter="label:a", by=mia)


def test_a_slice_that_was_deleted_can_be_brought_back(
    rice: Dataset, long_grain: Slice, project: Project, mia: User
) -> None:
    event = delete_slice(slice=long_grain, by=mia)
    assert not Slice.objects.exists()
    token = encode_id("event", event.pk)
    elsewhere = create_dataset(project=project, name="Elsewhere", data_type="text", by=mia)
    with pytest.raises(NotFound):
        undo_delete(dataset=elsewhere, token=token, by=mia)
    back = undo_delete(dataset=rice, token=token, by=mia)
    assert (back.name, back.filter) == ("Long grain", "metadata.grain:long")
    assert [one.verb for one in Event.objects.filter(verb__startswith="slice.").order_by("pk")] == [
        "slice.saved",
        "slice.deleted",
        "slice.saved",
    ]


def test_a_slice_that_cannot_be_read_any_more_says_so_and_stays(
    rice: Dataset, long_grain: Slice
) -> None:
    Slice.objects.update(filter="gone:field")
    (row,) = slice_rows(Slice.objects.all())
    assert (row.items, bool(row.problem)) == (0, True)


def test_slices_are_saved_listed_changed_and_deleted_through_rest(
    rice: Dataset, mia: User, vic: User, api: MakeApi
) -> None:
    address = f"/api/v1/datasets/{rice.oid}/slices"
    made = api(mia).post(address, {"name": "Long", "filter": "metadata.grain:long"})
    assert made.status_code == 201
    one = f"/api/v1/slices/{made.json()['id']}"
    assert api(vic).get(one).json()["items"] == 3
    items = api(vic).get(f"/api/v1/datasets/{rice.oid}/items?slice={made.json()['id']}&filter=k1")
    assert items.status_code == 200
    whole = api(vic).get(f"/api/v1/datasets/{rice.oid}/items?slice={made.json()['id']}")
    assert sorted(item["key"] for item in whole.json()["results"]) == ["k0", "k1", "k2"]
    wrong = api(mia).patch(one, {"filter": "gone:field"})
    assert (wrong.status_code, wrong.json()["errors"][0]["at"]) == (422, "filter")
    assert api(mia).patch(one, {"name": "Longer"}).json()["name"] == "Longer"
    assert [row["name"] for row in api(vic).get(address).json()["results"]] == ["Longer"]
    assert api(mia).delete(one).status_code == 204
    assert api(mia).get(one).status_code == 404


def test_the_items_page_saves_a_filter_and_opens_it_again(
    rice: Dataset, mia: User, sign_in: SignIn
) -> None:
    client: Client = sign_in(mia)
    items = reverse("dataset-items", args=[rice.oid])
    assert "Save as slice" not in client.get(items).content.decode()
    shown = client.get(items, {"q": "metadata.grain:long"}).content.decode()
    assert "Save as slice" in shown
    new = reverse("slice-new", args=[rice.oid])
    assert (
        'value="metadata.grain:long"'
        in client.get(new, {"q": "metadata.grain:long"}).content.decode()
    )
    refused = client.post(new, {"name": "", "filter": "metadata.grain:long"})
    assert refused.status_code == 422
    saved = client.post(new, {"name": "Long grain", "filter": "metadata.grain:long"}, follow=True)
    page = saved.content.decode()
    assert 'aria-current="true"' in page
    assert "Save as slice" not in page, "it is saved"


def test_the_page_of_slices_counts_changes_deletes_and_undoes(
    rice: Dataset, long_grain: Slice, mia: User, vic: User, sign_in: SignIn
) -> None:
    listed = reverse("slices", args=[rice.oid])
    seen = sign_in(vic).get(listed).content.decode()
    assert "Long grain" in seen
    assert "Delete" not in seen
    client = sign_in(mia)
    edit = reverse("slice-edit", args=[long_grain.oid])
    client.post(edit, {"name": "Short grain", "filter": "metadata.grain:short"})
    page = client.get(listed).content.decode()
    assert "Short grain" in page
    assert ">7<" in page
    gone = client.post(reverse("slice-delete", args=[long_grain.oid]), follow=True).content.decode()
    assert "No slices yet" in gone
    undo = gone.split('action="')[1:]
    address = next(one.split('"')[0] for one in undo if "/slices/undo/" in one)
    assert "Short grain" in client.post(address, follow=True).content.decode()
