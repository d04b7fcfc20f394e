"""Queues are made, filled, paused, tested with gold and sent chosen items."""

import uuid

import pytest

from annotate.models import Assignment, GoldCheck, GuidelineRevision, Queue, Stage, Task, Turn
from annotate.queries.invariants import broken_promises
from annotate.services.claiming import claim_tasks
from annotate.services.enqueuing import Enqueued, enqueue_items
from annotate.services.fixing import fix_answer
from annotate.services.following import follow_datasets
from annotate.services.gold import plant_gold
from annotate.services.holds import reserve_tasks
from annotate.services.queues import (
    QueuePlan,
    change_queue,
    create_queue,
    set_guideline,
    start_changing_overlap,
    start_filling,
)
from datasets.errors import NameTaken
from datasets.models import Annotation, Item, Suggestion, Truth
from datasets.services.schemas import amend_schema
from datasets.services.truths import accept_truth
from foundation import jobs
from foundation.errors import Invalid
from foundation.models import Annotator, Job, Project
from tests.annotate.making import (
    MOOD,
    add_texts,
    answered,
    claimed,
    keys_of,
    make_people,
    make_queue,
    make_schema,
    make_texts,
    said,
    submitted,
)

pytestmark = pytest.mark.django_db


def hold_all(queue: Queue, person: Annotator) -> list[str]:
    """Keys of all this person can hold, in the order given out."""
    queue = Queue.objects.get(pk=queue.pk)
    claim = claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=100)
    return keys_of([hold.item_id for hold in claim.holds])


def items_of(queue: Queue, *keys: str) -> list[Item]:
    """Items by key, in the order asked for."""
    found = {item.key: item for item in Item.objects.filter(dataset=queue.dataset, key__in=keys)}
    return [found[one] for one in keys]


def make_true(queue: Queue, items: list[Item], label: str = "good") -> None:
    """Give items a truth."""
    for item in items:
        accept_truth(
            item=item,
            schema_revision=queue.schema_revision,
            regions=said(label),
            method=Truth.Method.IMPORTED,
            lineage={},
            by=None,
        )


# Making


def test_a_queue_is_made_and_filled_by_a_job(project: Project) -> None:
    dataset, revision = make_texts(project, 4), make_schema(project)
    plan = QueuePlan(name="First pass", guideline="Say how it *feels*.")
    queue = create_queue(
        dataset=dataset, schema=revision.schema, plan=plan, policy={"overlap": 2}, by=None
    )
    job = jobs.run(start_filling(queue=queue, by=None).pk)
    assert job is not None
    assert (job.state, job.report) == (Job.State.SUCCEEDED, {"added": 4})
    queue.refresh_from_db()
    assert (queue.wanted, queue.overlap) == (8, 2)
    assert queue.guideline is not None
    assert queue.guideline.number == 1


@pytest.mark.parametrize(
    ("plan", "policy", "place"),
    [
        (QueuePlan(name=" "), {}, "name"),
        (QueuePlan(name="Moods"), {"overlap": 0}, "overlap"),
        (QueuePlan(name="Moods"), {"speed": 3}, "speed"),
        (QueuePlan(name="Moods", filter="colour:red"), {}, "filter"),
    ],
)
def test_a_queue_that_makes_no_sense_is_refused(
    project: Project, plan: QueuePlan, policy: dict[str, object], place: str
) -> None:
    dataset, revision = make_texts(project, 1), make_schema(project)
    with pytest.raises(Invalid) as refusal:
        create_queue(dataset=dataset, schema=revision.schema, plan=plan, policy=policy, by=None)
    assert refusal.value.places[0].at == place


def test_two_queues_of_a_dataset_have_different_names(queue: Queue) -> None:
    with pytest.raises(NameTaken):
        create_queue(
            dataset=queue.dataset,
            schema=queue.schema,
            plan=QueuePlan(name=queue.name),
            policy={},
            by=None,
        )


def test_a_filter_decides_which_items_become_tasks(project: Project) -> None:
    dataset = make_texts(project, 12)
    queue = make_queue(project, dataset=dataset, filter="key:k000003")
    assert keys_of(list(Task.objects.filter(queue=queue).values_list("item", flat=True))) == [
        "k000003"
    ]


def test_new_items_and_new_schema_revisions_reach_a_queue_by_themselves(
    queue: Queue, ada_works: Annotator
) -> None:
    add_texts(queue.dataset, 3)
    question = MOOD["questions"][0]
    labels = [*question["labels"], {"key": "new", "name": "New"}]
    newer = amend_schema(
        schema=queue.schema,
        definition={**MOOD, "questions": [{**question, "labels": labels}]},
        by=None,
    )
    follow_datasets()
    follow_datasets()
    assert Task.objects.filter(queue=queue).count() == 13
    assert claimed(queue, ada_works).schema_revision_id == newer.pk


def test_many_new_items_are_left_to_a_job(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.services.following.SMALL", 2)
    add_texts(queue.dataset, 5)
    follow_datasets()
    follow_datasets()
    assert Task.objects.filter(queue=queue).count() == 10
    jobs.run(Job.objects.get(kind="annotate.fill").pk)
    assert Task.objects.filter(queue=queue).count() == 15


def test_a_guideline_is_kept_in_revisions(queue: Queue, ada_works: Annotator) -> None:
    first = set_guideline(queue=queue, text="Be kind.", by=None)
    assert set_guideline(queue=queue, text="Be kind.", by=None) == first
    assert set_guideline(queue=queue, text="Be just.", by=None).number == 2
    answered(queue, ada_works)
    assert Truth.objects.get().lineage["guideline"] == 2
    assert GuidelineRevision.objects.count() == 2


def test_the_order_of_a_queue_stays(queue: Queue) -> None:
    with pytest.raises(Invalid):
        change_queue(queue=queue, by=None, policy={"order": "random"})


def test_more_or_less_overlap_reaches_the_tasks_that_wait(
    queue: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    answered(queue, ada_works)
    change_queue(queue=queue, by=None, policy={"overlap": 3})
    jobs.run(start_changing_overlap(queue=queue, by=None).pk)
    assert sorted(Task.objects.values_list("overlap", flat=True)) == [1] + [3] * 9
    for person in (ada_works, bo_works):
        answered(queue, person, "bad")
    change_queue(queue=queue, by=None, policy={"overlap": 2})
    jobs.run(start_changing_overlap(queue=queue, by=None).pk)
    assert Task.objects.filter(stage=Stage.DONE).count() == 2
    queue.refresh_from_db()
    assert queue.wanted == 1 + 9 * 2
    assert broken_promises() == []


def test_a_larger_overlap_brings_back_what_one_has_walked_past(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 2)
    first = claimed(queue, ada_works)
    assert len(hold_all(queue, bo_works)) == 1
    change_queue(queue=queue, by=None, policy={"overlap": 2})
    jobs.run(start_changing_overlap(queue=queue, by=None).pk)
    assert first.task.item.key in hold_all(queue, bo_works)


# Sending items


def test_items_that_are_sent_come_next_in_their_order(queue: Queue, ada_works: Annotator) -> None:
    claimed(queue, ada_works)
    items = [*items_of(queue, "k000008", "k000005"), *add_texts(queue.dataset, 1)]
    sent = enqueue_items(queue=queue, items=items, by=None, reason="the model disagrees")
    assert sent == Enqueued(added=1, moved=2)
    assert hold_all(queue, ada_works)[:5] == [
        "k000000", "k000008", "k000005", "k000010", "k000001",
    ]  # fmt: skip
    assert broken_promises() == []


def test_a_finished_task_that_is_sent_begins_a_new_round(
    queue: Queue, ada_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    submitted(hold)
    assert enqueue_items(queue=queue, items=[hold.task.item], by=None) == Enqueued(reopened=1)
    assert claimed(queue, ada_works).task_id == hold.task_id
    assert broken_promises() == []


def test_a_blind_queue_takes_no_suggestions(project: Project) -> None:
    queue = make_queue(project, 2, is_blind_relabel=True)
    items = items_of(queue, "k000001")
    offers = {items[0].pk: said("good")}
    enqueue_items(queue=queue, items=items, by=None, suggestions=offers, source="model")
    assert not Suggestion.objects.exists()
    Queue.objects.filter(pk=queue.pk).update(is_blind_relabel=False)
    queue.refresh_from_db()
    enqueue_items(queue=queue, items=items, by=None, suggestions=offers, source="model")
    assert Suggestion.objects.get().source == "model"


def test_tasks_given_by_hand_wait_for_that_person(
    queue: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    tasks = list(Task.objects.filter(item__in=items_of(queue, "k000000", "k000004")))
    assert reserve_tasks(queue=queue, annotator=bo_works, tasks=tasks) == 2
    assert reserve_tasks(queue=queue, annotator=bo_works, tasks=tasks) == 0
    assert hold_all(queue, ada_works)[:2] == ["k000001", "k000002"]
    assert hold_all(queue, bo_works)[:2] == ["k000000", "k000004"]
    assert broken_promises() == []


# Gold


def test_gold_is_scored_and_is_neither_work_nor_truth(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 3, gold_share=0.5)
    items = items_of(queue, "k000001")
    make_true(queue, items, "good")
    planted = plant_gold(queue=queue, items=items_of(queue, "k000001", "k000002"), by=None)
    assert (planted.planted, planted.without_truth) == (1, [items_of(queue, "k000002")[0].pk])
    queue.refresh_from_db()
    assert (queue.gold_count, queue.wanted) == (1, 2)
    Queue.objects.filter(pk=queue.pk).update(gold_share=1.0)
    for person, label in ((ada_works, "good"), (bo_works, "bad")):
        hold = claimed(queue, person)
        assert hold.task.is_gold
        assert submitted(hold, label).task_done
    scores = dict(GoldCheck.objects.values_list("annotator__name", "score"))
    assert scores == {"Ada": 1.0, "Bo": 0.0}
    assert Truth.objects.get(is_current=True).method == Truth.Method.IMPORTED
    assert Task.objects.get(is_gold=True).answers == 0
    assert broken_promises() == []


def test_gold_is_given_once_to_each_and_then_ordinary_tasks(
    project: Project, ada_works: Annotator
) -> None:
    queue = make_queue(project, 3, gold_share=0.5)
    items = items_of(queue, "k000002")
    make_true(queue, items)
    plant_gold(queue=queue, items=items, by=None)
    plant_gold(queue=queue, items=items, by=None)
    Queue.objects.filter(pk=queue.pk).update(gold_share=1.0)
    assert hold_all(queue, ada_works) == ["k000002", "k000000", "k000001"]


def test_a_fixed_answer_on_gold_is_scored_anew(project: Project, ada_works: Annotator) -> None:
    queue = make_queue(project, 2, gold_share=0.5)
    items = items_of(queue, "k000001")
    make_true(queue, items, "good")
    plant_gold(queue=queue, items=items, by=None)
    Queue.objects.filter(pk=queue.pk).update(gold_share=1.0)
    done = answered(queue, ada_works, "bad")
    annotation = Annotation.objects.select_related("annotator").get(pk=done.annotation_id)
    fix_answer(
        annotation=annotation, annotator=ada_works, regions=said("good"), submission_id=uuid.uuid4()
    )
    assert GoldCheck.objects.get().score == 1.0


def test_everybody_sees_gold_in_an_order_of_their_own(project: Project) -> None:
    queue = make_queue(project, 40, gold_share=0.5, hold_limit=50)
    items = list(Item.objects.filter(dataset=queue.dataset)[:30])
    make_true(queue, items)
    plant_gold(queue=queue, items=items, by=None)
    Queue.objects.filter(pk=queue.pk).update(gold_share=1.0)
    orders = [tuple(hold_all(queue, person)[:30]) for person in make_people(project, 3)]
    assert len(set(orders)) == 3
    assert {tuple(sorted(order)) for order in orders} == {tuple(item.key for item in items)}
    assert Assignment.objects.count() == 3 * 30 + 10
    assert Turn.objects.count() == 3
