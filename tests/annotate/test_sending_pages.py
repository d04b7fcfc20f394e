"""Sending what a filter finds to a queue, from a page."""

import pytest
from django.urls import reverse

from annotate.models import Queue, Task
from datasets.models import Item
from foundation import jobs
from foundation.models import Job, User
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def test_a_manager_sends_what_a_filter_finds_to_a_queue_of_the_dataset(
    queue: Queue, mia: User, vic: User, sign_in: SignIn
) -> None:
    item = Item.objects.filter(dataset=queue.dataset).latest("pk")
    address = reverse("items-send", args=[queue.dataset.oid])
    wanted = {"q": f"key:{item.key}", "queue": queue.oid, "reason": "Breaks a rule"}
    assert sign_in(vic).post(address, wanted).status_code == 403
    client = sign_in(mia)
    assert client.get(address, wanted).context["count"] == 1
    assert client.get(address, {"q": "smell:x"}).status_code == 422
    assert client.post(address, {**wanted, "q": "key:none"}).status_code == 422
    assert client.post(address, wanted).status_code == 302
    jobs.run(Job.objects.latest("pk").pk)
    assert Task.objects.get(queue=queue, item=item).reason == "Breaks a rule"
