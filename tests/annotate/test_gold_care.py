"""Gold: exposure, contested items, retirement, truths that change, and people below the mark."""

import pytest

from annotate.models import GoldCheck, Queue, Stage, Task
from annotate.queries.gold import candidates, certainty_of, scores_of_items, stale_items
from annotate.queries.invariants import broken_promises
from annotate.services.claiming import claim_tasks
from annotate.services.gold import measure_anew, plant_gold, retire_gold
from annotate.services.queues import change_queue
from datasets.models import Item
from foundation.models import Annotator, Event, Project
from tests.annotate.courses import know, known_texts
from tests.annotate.making import answered, fetched, make_people, make_queue, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(project: Project) -> Queue:
    """Six gold items that are good."""
    dataset, revision, items = known_texts(project, 6)
    queue = make_queue(project, dataset=dataset, revision=revision, gold_share=0.5)
    plant_gold(queue=queue, items=items, by=None)
    return Queue.objects.get(pk=queue.pk)


def answer_gold(queue: Queue, person: Annotator, labels: dict[int, str]) -> None:
    """Answer the gold that comes, good unless told otherwise by item."""
    while True:
        queue = Queue.objects.get(pk=queue.pk)
        for _chance in range(60):  # gold comes by chance
            claim = claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=1)
            if claim.holds:
                break
        else:
            return
        hold = claim.holds[0]
        submitted(fetched(hold.id), labels.get(hold.item_id, "good"))


def test_an_item_that_careful_people_miss_is_contested(queue: Queue, project: Project) -> None:
    odd = Item.objects.filter(dataset=queue.dataset).latest("pk")
    for person in make_people(project, 3):
        answer_gold(queue, person, {odd.pk: "bad"})
    scores = scores_of_items(queue)
    assert [pk for pk, score in scores.items() if score.is_contested] == [odd.pk]
    assert (scores[odd.pk].seen, scores[odd.pk].careful.total) == (3, 3)
    assert broken_promises() == []


def test_gold_is_retired_after_as_many_answers_as_chosen(queue: Queue, project: Project) -> None:
    change_queue(queue=queue, by=None, policy={"gold_most_seen": 2})
    first, second, third = make_people(project, 3)
    answer_gold(queue, first, {})
    assert Queue.objects.get(pk=queue.pk).gold_count == 6
    answer_gold(queue, second, {})
    assert Queue.objects.get(pk=queue.pk).gold_count == 0
    answer_gold(queue, third, {})
    assert GoldCheck.objects.filter(annotator=third).count() == 0
    assert Event.objects.filter(verb="gold.retired").count() == 6
    assert broken_promises() == []


def test_retired_gold_comes_to_nobody_and_may_come_back(queue: Queue, project: Project) -> None:
    task = Task.objects.filter(queue=queue).earliest("pk")
    assert retire_gold(queue=queue, tasks=[task], by=None) == 1
    assert retire_gold(queue=queue, tasks=[task], by=None) == 0
    (person,) = make_people(project, 1)
    answer_gold(queue, person, {})
    assert GoldCheck.objects.count() == 5
    assert plant_gold(queue=queue, items=[task.item], by=None).planted == 1
    queue.refresh_from_db()
    assert (queue.gold_count, queue.wanted) == (6, 0)


def test_a_changed_truth_marks_its_checks_until_they_are_measured_anew(
    queue: Queue, project: Project
) -> None:
    (person,) = make_people(project, 1)
    answer_gold(queue, person, {})
    item = Item.objects.filter(dataset=queue.dataset).earliest("pk")
    old = GoldCheck.objects.get(item=item)
    assert stale_items(queue) == {}
    know(item, queue.schema_revision, "bad")
    assert stale_items(queue) == {item.pk: 1}
    assert old.truth is not None
    assert old.truth.label == "good"
    assert measure_anew(queue=queue, by=None) == 1
    new = GoldCheck.objects.get(item=item)
    assert new.truth is not None
    assert (old.score, new.score, new.truth.label) == (1.0, 0.0, "bad")
    assert measure_anew(queue=queue, by=None) == 0


def test_who_falls_surely_below_the_mark_is_told_once(queue: Queue, project: Project) -> None:
    change_queue(queue=queue, by=None, policy={"gold_alert": 0.6})
    (person,) = make_people(project, 1)
    items = Item.objects.filter(dataset=queue.dataset)
    answer_gold(queue, person, dict.fromkeys(items.values_list("pk", flat=True), "bad"))
    event = Event.objects.get(verb="gold.below_mark")
    assert (event.data["annotator"], event.data["right"], event.data["total"]) == (
        person.name,
        0,
        3,
    )


def test_candidates_tell_how_many_people_say_so(project: Project) -> None:
    people = make_people(project, 3)
    queue = make_queue(project, 2, overlap=3, on_disagreement="majority")
    for person, label in zip(people, ("good", "bad", "good"), strict=True):
        answered(queue, person, label)
        answered(queue, person, "good")
    sure = [certainty_of(one) for one in candidates(queue).order_by("item")]
    assert [(one.correct, one.total) for one in sure] == [(2, 3), (3, 3)]
    plant_gold(queue=queue, items=list(Item.objects.all()[:1]), by=None)
    assert candidates(queue).count() == 1
