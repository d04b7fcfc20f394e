"""The demo project has work to do: a queue for each dataset, with guideline and gold."""

import pytest

from annotate.demo import PLANS, seed_queues
from annotate.models import Queue, Task
from annotate.queries.invariants import broken_promises
from datasets.demo import seed_messages, seed_photos
from foundation.models import Project, User

pytestmark = pytest.mark.django_db


def test_demo_datasets_get_a_queue_once(project: Project, oz: User) -> None:
    seed_messages(project, oz)
    seed_photos(project, oz)
    for _ in range(2):
        seed_queues(project, oz)
    queues = {queue.dataset.name: queue for queue in Queue.objects.select_related("dataset")}
    assert set(queues) < set(PLANS)
    messages = queues["Support messages"]
    assert messages.gold_count == 6
    assert messages.guideline is not None
    assert Task.objects.filter(queue=messages, is_open=True).count() > 10
    assert Task.objects.filter(queue=queues["Photos"], is_open=True).count() == 2
    assert broken_promises() == []
