"""The demo project has work to do: a queue for each dataset, with guideline and gold."""

import pytest
from django.db.models import Count

from annotate import demo_boxes
from annotate.demo import PLANS, seed_queues
from annotate.demo_boxes import seed_boxes
from annotate.demo_course import seed_course
from annotate.demo_crowd import OVERLAP, PEOPLE, TEXTS, seed_crowd
from annotate.models import Answer, Attempt, Comment, Course, Queue, Review, Stage, Task
from annotate.queries.agreement import agreement_of_queue
from annotate.queries.invariants import broken_promises
from datasets.demo import seed_messages, seed_photos
from datasets.models import Annotation
from foundation.models import Annotator, Notification, Project, User

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


def test_two_walked_the_course_of_the_demo_and_one_of_them_failed(
    project: Project, oz: User
) -> None:
    seed_messages(project, oz)
    for _ in range(2):
        seed_course(project, oz)
    course = Course.objects.get()
    assert all(one.explanation for one in course.items.all())
    found = {one.annotator.name: one for one in Attempt.objects.select_related("annotator")}
    assert {name: (one.state, one.right, one.total) for name, one in found.items()} == {
        "Amara": ("passed", 5, 5),
        "Emil": ("failed", 2, 5),
    }
    assert broken_promises() == []


def test_the_demo_has_one_who_draws_boxes_too_loosely_and_is_sent_them_back(
    project: Project, oz: User
) -> None:
    for _ in range(2):
        seed_boxes(project, oz)
    queue = Queue.objects.get()
    assert Answer.objects.filter(task__queue=queue).count() == 6 * len(demo_boxes.PEOPLE)
    verdicts = set(Review.objects.values_list("annotation__annotator__name", "verdict"))
    assert verdicts == {("Greta", "accept"), ("Ivo", "reject")}
    assert Task.objects.filter(queue=queue, stage=Stage.REVIEW).count() == 4
    assert broken_promises() == []


def test_people_of_the_demo_speak_of_boxes_and_ask_its_owner(project: Project, oz: User) -> None:
    seed_boxes(project, oz)
    comments = list(Comment.objects.select_related("author").order_by("pk"))
    assert [(one.author.name, one.resolved_at is None) for one in comments] == [
        ("Greta", True),
        (Annotator.objects.get(project=project, user=oz).name, True),
        ("Hugo", False),
    ]
    for one in comments:
        answer = Annotation.objects.get(item=one.task.item_id, annotator=one.about_id)
        assert one.region in {region["id"] for region in answer.document.regions["regions"]}
    assert Notification.objects.get().recipient == oz


def test_tight_boxes_of_the_demo_agree_and_loose_ones_stand_out(project: Project, oz: User) -> None:
    seed_boxes(project, oz)
    report = agreement_of_queue(Queue.objects.get())
    [digits] = report.questions
    names = report.annotators
    scores = {frozenset((names[one.first], names[one.second])): one.score for one in digits.pairs}
    assert scores[frozenset(("Greta", "Hugo"))] > 0.9
    assert scores[frozenset(("Greta", "Ivo"))] < 0.85
    assert scores[frozenset(("Hugo", "Ivo"))] < 0.85
