"""Work goes where it is worth most: who is asked once more, what is decided, what is reviewed."""

import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from annotate.job_kinds import weigh
from annotate.models import Queue, Stage, Task
from annotate.queries.invariants import broken_promises
from annotate.queries.next_hour import next_hour_of, review_seconds
from annotate.services.fixing import fix_answer
from annotate.services.queues import change_queue, set_state
from annotate.services.settling import return_work
from annotate.services.weighing import batch_of, weigh_what_is_due, weighing_steps
from datasets.models import Annotation, Truth
from foundation import jobs
from foundation.models import Annotator, Job, Project
from tests.annotate.making import (
    answered,
    claimed,
    make_people,
    make_queue,
    make_schema,
    said,
    submitted,
)

pytestmark = pytest.mark.django_db

LABELS = ("good", "bad")
BY_WORTH: dict[str, Any] = {"overlap": 2, "most_overlap": 4, "growth": "worth"}


@pytest.fixture
def people(project: Project) -> list[Annotator]:
    """Four who annotate, and nobody else does."""
    Annotator.objects.filter(project=project).update(ended_at=timezone.now())
    return make_people(project, 4)


def crowd(project: Project, people: Sequence[Annotator], texts: int = 8, **policy: Any) -> Queue:
    """Two people answer every text; they differ on the last one alone."""
    queue = make_queue(project, texts, **(BY_WORTH | {"on_disagreement": "majority"} | policy))
    for number in range(texts):
        answered(queue, people[0], LABELS[number % 2])
        answered(queue, people[1], LABELS[(number + (number == texts - 1)) % 2])
    return Queue.objects.get(pk=queue.pk)


def weighed(queue: Queue) -> Queue:
    """The queue after a weighing; every promise holds."""
    for _done in weighing_steps(Queue.objects.get(pk=queue.pk)):
        pass
    assert broken_promises() == []
    return Queue.objects.get(pk=queue.pk)


def stands(queue: Queue) -> list[tuple[int, int, int]]:
    """Stage, wanted answers and free seats of each task, in order."""
    tasks = Task.objects.filter(queue=queue).order_by("rank")
    return list(tasks.values_list("stage", "overlap", "free_seats"))


def test_a_contested_item_gets_the_next_seat_and_settled_ones_are_decided(
    project: Project, people: list[Annotator]
) -> None:
    queue = crowd(project, people, good_enough=0.9)
    assert stands(queue) == [(0, 2, 0)] * 8  # they wait
    assert not Truth.objects.exists()
    queue = weighed(queue)
    assert stands(queue) == [*[(Stage.DONE, 2, 0)] * 7, (Stage.ANNOTATE, 3, 1)]
    assert queue.wanted == 17
    truth = Truth.objects.earliest("pk")
    assert 0.9 <= truth.lineage["likelihood"] <= 1
    assert truth.method == Truth.Method.ESTIMATED
    # A third answer, and the next weighing decides by all of them.
    answered(queue, people[2], "good")
    queue = weighed(queue)
    assert stands(queue)[-1][0] == Stage.DONE or stands(queue)[-1][1:] == (4, 1)


def test_the_budget_is_never_exceeded_and_its_end_decides(
    project: Project, people: list[Annotator]
) -> None:
    queue = crowd(project, people, good_enough=1.0, answer_budget=17)
    queue = weighed(queue)
    assert (queue.wanted, sum(free for _stage, _overlap, free in stands(queue))) == (17, 1)
    for _round in range(3):
        queue = weighed(queue)
    assert queue.wanted == 17
    assert [stage for stage, _overlap, _free in stands(queue)].count(Stage.ANNOTATE) == 1
    answered(queue, people[2])
    assert Stage.ANNOTATE not in {stage for stage, _overlap, _free in stands(weighed(queue))}


def test_a_weighing_that_is_cut_off_or_done_twice_opens_nothing_twice(
    project: Project, people: list[Annotator], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.services.weighing.BATCH", 1)
    queue = crowd(project, people, good_enough=1.0)
    assert batch_of(queue) == 2
    *_before, done = islice(weighing_steps(queue), 2)  # and then the worker dies
    assert done.asked == 1
    assert sum(free for _stage, _overlap, free in stands(queue)) == 1
    for _again in range(3):
        queue = weighed(queue)
    assert sum(free for _stage, _overlap, free in stands(queue)) == 2
    assert max(overlap for _stage, overlap, _free in stands(queue)) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.threads
def test_two_weighings_at_once_open_no_more_than_one(
    project: Project, people: list[Annotator]
) -> None:
    queue = crowd(project, people, good_enough=1.0)
    start = threading.Barrier(2)

    def work(_number: int) -> None:
        try:
            start.wait()
            list(weighing_steps(Queue.objects.get(pk=queue.pk)))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert broken_promises() == []
    assert sum(free for _stage, _overlap, free in stands(queue)) == 2
    assert Queue.objects.get(pk=queue.pk).wanted == 18


def test_when_everybody_has_answered_the_answers_decide(
    project: Project, people: list[Annotator]
) -> None:
    Annotator.objects.filter(pk__in=[people[2].pk, people[3].pk]).update(ended_at=timezone.now())
    queue = weighed(crowd(project, people, good_enough=1.0, on_disagreement="review"))
    assert stands(queue) == [*[(Stage.DONE, 2, 0)] * 7, (Stage.REVIEW, 2, 1)]


def test_a_task_asked_of_somebody_who_leaves_is_decided(
    project: Project, people: list[Annotator]
) -> None:
    Annotator.objects.filter(pk=people[3].pk).update(ended_at=timezone.now())
    queue = weighed(crowd(project, people, good_enough=0.9, on_disagreement="review"))
    claimed(queue, people[2])
    people[2].ended_at = timezone.now()
    people[2].save()
    return_work(people[2])
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)
    assert weigh_what_is_due() == 1
    jobs.run(Job.objects.get(kind="annotate.weigh").pk)
    assert broken_promises() == []
    assert stands(queue)[-1] == (Stage.REVIEW, 2, 1)


def test_the_clock_weighs_what_was_answered_since_and_leaves_one_job(
    project: Project, people: list[Annotator]
) -> None:
    queue = crowd(project, people, good_enough=0.9)
    assert weigh_what_is_due() == 1
    assert weigh_what_is_due() == 0
    done = jobs.run(Job.objects.get(kind="annotate.weigh").pk)
    assert done is not None
    assert (done.state, done.report) == ("succeeded", {"asked": 1, "decided": 7, "ordered": 0})
    assert weigh_what_is_due() == 0
    answered(queue, people[2])
    assert weigh_what_is_due() == 1
    assert Job.objects.filter(kind="annotate.weigh").count() == 1
    set_state(queue=queue, state=Queue.State.PAUSED, by=None)
    Job.objects.all().delete()
    assert weigh_what_is_due() == 0
    set_state(queue=queue, state=Queue.State.CLOSED, by=None)
    assert weigh_what_is_due() == 1
    jobs.run(Job.objects.get(kind="annotate.weigh").pk)
    assert {stage for stage, _overlap, _free in stands(queue)} == {Stage.DONE}


def test_another_rule_decides_what_waited_for_this_one(
    project: Project, people: list[Annotator]
) -> None:
    queue = crowd(project, people)
    change_queue(queue=queue, by=None, policy={"growth": "differ"})
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)
    assert [one[0] for one in stands(queue)[:7]] == [Stage.DONE] * 7
    assert stands(queue)[-1] == (Stage.ANNOTATE, 3, 1)  # no answer leads


def test_an_answer_that_is_mended_is_weighed_anew(
    project: Project, people: list[Annotator]
) -> None:
    queue = weighed(crowd(project, people, good_enough=0.9, on_disagreement="review"))
    first = Task.objects.filter(queue=queue).earliest("rank")
    assert first.stage == Stage.DONE
    mine = Annotation.objects.get(item=first.item_id, annotator=people[0])
    fix_answer(
        annotation=mine, annotator=people[0], regions=said("bad"), submission_id=uuid.uuid4()
    )
    assert stands(queue)[0] == (Stage.ANNOTATE, 2, 0)  # it waits again
    Queue.objects.update(answer_budget=1)  # nobody more is asked
    assert stands(weighed(queue))[0] == (Stage.REVIEW, 2, 1)


def test_questions_that_are_no_choice_grow_where_answers_differ(
    project: Project, people: list[Annotator]
) -> None:
    stars = {"name": "mood", "title": "Mood", "type": "rating", "max": 5}
    definition = {"format": 1, "data_type": "text", "questions": [stars]}
    queue = make_queue(project, 1, revision=make_schema(project, definition, "Stars"), **BY_WORTH)
    for person, value in zip(people, (1, 4), strict=False):
        region = {"id": "r1", "question": "mood", "kind": "item", "value": value}
        submitted(claimed(queue, person), regions={"format": 1, "regions": [region]})
    assert stands(queue) == [(Stage.ANNOTATE, 3, 1)]
    assert next_hour_of(queue).reason == "no_choice"


def test_reviewers_get_first_what_a_review_puts_right_most(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 8, overlap=2, review_share=1.0, reviews_by_worth=True)
    for number in range(8):
        answered(queue, people[0], LABELS[number % 2])
        answered(queue, people[1], LABELS[(number + (number == 6)) % 2])
    contested = Task.objects.filter(queue=queue).order_by("rank")[6]
    assert claimed(queue, people[2], Stage.REVIEW).task_id != contested.pk
    queue = weighed(queue)
    assert claimed(queue, people[2], Stage.REVIEW).task_id == contested.pk
    before = list(Task.objects.order_by("pk").values_list("opened_no", flat=True))
    weighed(queue)
    assert list(Task.objects.order_by("pk").values_list("opened_no", flat=True)) == before


def test_the_share_of_gold_follows_its_worth_between_its_bounds(
    project: Project, people: list[Annotator]
) -> None:
    queue = crowd(project, people, gold_share=0.1, most_gold_share=0.4)
    assert queue.gold_in_force == 0.1
    queue = weighed(queue)
    assert 0.1 <= queue.gold_in_force <= 0.4
    assert queue.gold_share_now is not None
    change_queue(queue=queue, by=None, policy={"most_gold_share": 0.0})
    assert weighed(queue).gold_in_force == 0.1


def test_the_next_hour_says_what_it_brings_or_why_it_cannot(
    project: Project, people: list[Annotator]
) -> None:
    queue = crowd(project, people, good_enough=1.0)
    few = next_hour_of(queue)
    assert (few.reason, few.answers) == ("few_answers", 16)
    for number in range(6):
        hold = claimed(weighed(queue), people[2])
        submitted(hold, LABELS[number % 2], seconds=5.0)
    told = next_hour_of(queue)
    assert told.reason == ""
    assert set(told.per_hour) == {"new_item", "next_answer", "review", "gold_check"}
    assert told.per_hour["new_item"] == 0  # none is left
    assert 0 < told.per_hour["review"] < 8  # no more than there is
    assert (told.times.answer, told.times.answer_is_known) == (5.0, True)
    assert (told.times.review, told.times.review_is_known) == (5.0, False)


def test_a_review_lasts_from_its_claim_or_from_the_one_before() -> None:
    start = timezone.now()
    later = [start + timedelta(seconds=n) for n in (0, 20, 50, 9999)]
    rows = [(1, later[0], later[2]), (1, later[0], later[1]), (2, later[0], later[3])]
    assert review_seconds(rows) == [20.0, 30.0]


def test_the_job_is_registered_for_the_worker() -> None:
    assert jobs.job_kinds["annotate.weigh"].work is weigh
