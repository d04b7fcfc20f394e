"""The page of items: what it says when a filter finds nothing or cannot be read."""

import pytest
from django.test import Client
from django.urls import reverse

from datasets.models import Dataset
from foundation.models import Job, Project, User
from tests.conftest import SignIn
from tests.datasets.labelled import labelled_texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(project: Project) -> Dataset:
    """Six short texts with truths."""
    return labelled_texts(project, 6)[0]


@pytest.fixture
def client(mia: User, sign_in: SignIn) -> Client:
    """The browser of a manager."""
    return sign_in(mia)


def test_a_filter_that_finds_nothing_leads_back_to_all_items(
    dataset: Dataset, client: Client
) -> None:
    address = reverse("dataset-items", args=[dataset.oid])
    page = client.get(address, {"q": '"no such words"'}).content.decode()
    assert "No item matches" in page
    assert "0 found" in page
    assert f'href="{address}"' in page[page.index("No item matches") :]
    assert "Show all items" in page


def test_a_filter_that_cannot_be_read_counts_nothing(dataset: Dataset, client: Client) -> None:
    address = reverse("dataset-items", args=[dataset.oid])
    answer = client.get(address, {"q": "colour:red"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "colour is not a field" in page
    assert " found</span>" not in page


def test_a_job_that_is_done_has_a_full_bar(project: Project, client: Client) -> None:
    Job.objects.create(
        kind="annotate.fill", project=project, state=Job.State.SUCCEEDED, done=14, unit="tasks"
    )
    page = client.get(reverse("jobs", args=[project.oid])).content.decode()
    assert 'aria-valuenow="100"' in page
