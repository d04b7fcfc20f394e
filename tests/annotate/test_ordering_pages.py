"""What a queue's page and REST say of a computed order, and starting it there."""

import pytest

from annotate.models import Queue
from annotate.services.ordering import KIND, start_ordering
from foundation import jobs
from foundation.models import Job, Project, User
from tests.annotate.making import make_queue
from tests.annotate.test_ordering import Shelf, keyed, shelf
from tests.conftest import MakeApi, SignIn

pytestmark = pytest.mark.django_db
__all__ = ["shelf"]


def test_the_page_tells_what_is_missing_then_when_and_from_what(
    project: Project, shelf: Shelf, sign_in: SignIn, mia: User, vic: User
) -> None:
    queue = make_queue(project, 4, order="uncertain")
    url = f"/queues/{queue.oid}"
    manager, viewer = sign_in(mia), sign_in(vic)
    assert "has not been computed yet" in manager.get(url).content.decode()
    shelf.key = ""
    assert jobs.run(start_ordering(queue=queue, by=mia).pk) is not None
    page = manager.get(url).content.decode()
    assert "No run has learned from this dataset" in page
    assert "freeze a version" in page
    assert f"{url}/order" not in viewer.get(url).content.decode()
    assert viewer.post(f"{url}/order").status_code == 403
    shelf.key, shelf.sure = "run-1", keyed({1: 0.5, 2: 0.7})
    assert manager.post(f"{url}/order").status_code == 302
    assert "Waiting for a worker" in manager.get(url).content.decode()
    assert jobs.run(Job.objects.get(kind=KIND, state="queued").pk) is not None
    page = manager.get(url).content.decode()
    assert "Last computed" in page
    assert "Of 4 tasks, 2 have a place by run 1." in page
    assert "No run has learned" not in page


def test_settings_offer_the_orders_that_a_queue_may_change_to(
    project: Project, shelf: Shelf, sign_in: SignIn, mia: User
) -> None:
    queue = make_queue(project, 2, order="grouped")
    page = sign_in(mia).get(f"/queues/{queue.oid}/settings").content.decode()
    assert 'value="grouped" selected' in page
    assert 'value="uncertain"' in page
    assert 'value="random"' not in page
    assert 'value="sequence"' not in page


def test_rest_computes_an_order_and_tells_how_far_it_is(
    project: Project, shelf: Shelf, api: MakeApi, mia: User
) -> None:
    queue = make_queue(project, 3)
    client, url = api(mia), f"/api/v1/queues/{queue.oid}"
    refused = client.post(f"{url}/order")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "The order of this queue needs nothing computed.",
    )
    changed = client.patch(url, {"policy": {"order": "uncertain"}}, format="json")
    assert changed.status_code == 200, changed.json()
    told = client.get(f"{url}/order").json()
    assert (told["order"], told["reason"], told["computed_at"]) == ("uncertain", "never", None)
    assert told["job"] is not None
    started = client.post(f"{url}/order")
    assert (started.status_code, started.json()["job"]) == (202, told["job"])  # it waits already
    shelf.sure = keyed({0: 0.6, 1: 0.5})
    assert jobs.run(Job.objects.get(kind=KIND).pk) is not None
    told = client.get(f"{url}/order").json()
    assert (told["reason"], told["computed_from"]) == ("", "run 1")
    assert (told["tasks"], told["job"]) == (2, None)
    assert Queue.objects.get().ordered["at"] is not None
