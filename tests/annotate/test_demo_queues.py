"""The demo project has work to do: a queue for each dataset, with guideline and gold."""

import pytest
from django.db.models import Count

from annotate.demo import PLANS, seed_queues
from annotate.demo_crowd import OVERLAP, PEOPLE, TEXTS, seed_crowd
from annotate.models import Answer, Queue, Review, Task
from annotate.queries.agreement import agreement_of_queue
from annotate.queries.invariants import broken_promises
from datasets.demo import seed_messages, seed_photos
from foundation.models import Annotator, Project, User

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


def test_the_demo_has_a_crowd_in_which_people_differ(project: Project, oz: User) -> None:
    seed_messages(project, oz)
    for _ in range(2):
        seed_crowd(project, oz)
    queue = Queue.objects.get()
    assert Answer.objects.filter(task__queue=queue).count() == TEXTS * OVERLAP
    answered = dict(
        Answer.objects.values_list("annotation__annotator__name").annotate(n=Count("pk"))
    )
    assert set(PEOPLE) < set(answered)
    assert min(answered.values()) > TEXTS * OVERLAP / 12
    [intent] = agreement_of_queue(queue).questions
    alpha = intent.measures["krippendorff"].value
    assert alpha is not None
    assert 0.3 < alpha < 0.9
    assert sorted(Review.objects.values_list("verdict", flat=True)) == ["accept", "reject"]
    assert Annotator.objects.filter(project=project, user=None).count() == len(PEOPLE) + 1
    assert broken_promises() == []
