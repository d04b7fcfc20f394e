"""A claim gives each person the next task they have not had, and remembers how far they got."""

import pytest

from annotate.errors import QueueNotOpen
from annotate.models import Assignment, Queue, Stage, Task, Turn
from annotate.queries.work import Hold
from annotate.services import claiming
from annotate.services.claiming import Claim, claim_tasks
from annotate.services.filling import fill_queue
from annotate.services.holds import release_task
from foundation.models import Annotator, Project
from tests.annotate.making import add_texts, keys_of, make_people, make_queue

pytestmark = pytest.mark.django_db


def claim(queue: Queue, person: Annotator, hold: int = 1, stage: Stage = Stage.ANNOTATE) -> Claim:
    """Claim as this person."""
    queue = Queue.objects.get(pk=queue.pk)
    return claim_tasks(queue=queue, annotator_id=person.pk, stage=stage, hold=hold)


def submit_all(person: Annotator) -> None:
    """Let what a person holds count as submitted, without answers."""
    held = Assignment.objects.filter(annotator=person, state=Assignment.State.HELD)
    held.update(state=Assignment.State.SUBMITTED)


@pytest.fixture
def people(project: Project) -> list[Annotator]:
    """Three annotators."""
    return make_people(project, 3)


def test_a_claimed_task_is_leased_to_one_annotator(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 3)
    first, second = claim(queue, people[0]), claim(queue, people[1])
    assert keys_of([first.holds[0].item_id, second.holds[0].item_id]) == ["k000000", "k000001"]
    held = Assignment.objects.get(annotator=people[0])
    assert (held.state, held.fence) == (Assignment.State.HELD, 1)
    assert held.lease_ends_at == first.holds[0].lease_ends_at
    task = Task.objects.get(pk=held.task_id)
    assert (task.free_seats, task.is_open) == (0, False)


def test_what_one_holds_comes_first_and_then_more(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 5)
    first = claim(queue, people[0], hold=2)
    again = claim(queue, people[0], hold=3)
    assert [hold.id for hold in again.holds[:2]] == [hold.id for hold in first.holds]
    assert len(again.holds) == 3


def test_what_was_given_back_and_claimed_again_does_not_come_before_what_one_is_at(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 3)
    first, *others = claim(queue, people[0], hold=3).holds
    release_task(assignment=Assignment.objects.get(pk=first.id), fence=first.fence)
    expected = [one.id for one in (*others, first)]
    for _page in range(2):  # a crashed tab comes back to what it showed
        assert [one.id for one in claim(queue, people[0], hold=3).holds] == expected


def test_the_queue_limits_how_much_one_may_hold(project: Project, people: list[Annotator]) -> None:
    queue = make_queue(project, 9, hold_limit=4)
    assert len(claim(queue, people[0], hold=100).holds) == 4


def test_overlap_gives_a_task_to_different_people(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 1, overlap=2)
    holds = [claim(queue, person).holds for person in people]
    assert [len(one) for one in holds] == [1, 1, 0]
    submit_all(people[0])
    assert claim(queue, people[0]) == Claim([], is_over=True)


def test_nothing_left_is_remembered_until_something_comes(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 2)
    claim(queue, people[0], hold=2)
    submit_all(people[0])
    assert claim(queue, people[0]).is_over
    turn = Turn.objects.get(annotator=people[0])
    assert turn.is_settled
    assert turn.front_rank is None
    add_texts(queue.dataset, 1)
    fill_queue(queue=Queue.objects.get(pk=queue.pk))
    assert keys_of([claim(queue, people[0]).holds[0].item_id]) == ["k000002"]


def test_a_random_order_gives_every_task_once(project: Project, people: list[Annotator]) -> None:
    queue = make_queue(project, 200, order=Queue.Order.RANDOM, hold_limit=200)
    keys = keys_of([hold.item_id for hold in claim(queue, people[0], hold=200).holds])
    assert sorted(keys) == [f"k{number:06}" for number in range(200)]
    assert keys != sorted(keys)


def test_items_that_come_later_are_found_behind_a_turn_in_random_order(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 50, order=Queue.Order.RANDOM, hold_limit=500)
    claim(queue, people[0], hold=30)
    add_texts(queue.dataset, 100)
    assert fill_queue(queue=Queue.objects.get(pk=queue.pk)) == 100
    assert len(claim(queue, people[0], hold=500).holds) == 150


def test_who_heard_that_nothing_is_left_finds_what_comes_before_their_turn(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 50, order=Queue.Order.RANDOM, hold_limit=500)
    assert claim(queue, people[0], hold=500).is_over
    add_texts(queue.dataset, 100)
    fill_queue(queue=Queue.objects.get(pk=queue.pk))
    assert len(claim(queue, people[0], hold=500).holds) == 150


def test_filling_twice_changes_nothing(project: Project) -> None:
    queue = make_queue(project, 7, overlap=2)
    assert fill_queue(queue=queue) == 0
    assert Task.objects.filter(queue=queue).count() == 7
    assert Queue.objects.get(pk=queue.pk).wanted == 14


def test_a_new_epoch_starts_every_turn_over_once(project: Project, people: list[Annotator]) -> None:
    queue = make_queue(project, 3)
    claim(queue, people[0], hold=3)
    submit_all(people[0])
    assert claim(queue, people[0]).is_over
    Task.objects.filter(queue=queue).update(round=2, free_seats=1, is_open=True)
    Queue.objects.filter(pk=queue.pk).update(epoch=1)
    assert len(claim(queue, people[0], hold=3).holds) == 3


def test_a_paused_queue_gives_nothing_new_but_keeps_what_is_held(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 3)
    claim(queue, people[0])
    Queue.objects.filter(pk=queue.pk).update(state=Queue.State.PAUSED)
    assert len(claim(queue, people[0], hold=3).holds) == 1
    with pytest.raises(QueueNotOpen):
        claim(queue, people[1])


def test_a_task_given_by_hand_comes_first(project: Project, people: list[Annotator]) -> None:
    queue = make_queue(project, 5)
    task = Task.objects.filter(queue=queue).order_by("-rank")[0]
    Task.objects.filter(pk=task.pk).update(free_seats=0, is_open=False)
    Assignment.objects.create(
        task=task,
        queue=queue,
        annotator=people[0],
        schema_revision=queue.schema_revision,
        state=Assignment.State.RESERVED,
    )
    held = claim(queue, people[0], hold=2).holds
    assert held[0].task_id == task.pk
    assert Assignment.objects.get(task=task).state == Assignment.State.HELD
    assert len(held) == 2


def test_a_long_walk_past_known_tasks_is_cut_and_goes_on(
    project: Project, people: list[Annotator], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.services.claim_sql.NEAR", 4)
    monkeypatch.setattr("annotate.services.claim_sql.FAR", 4)
    monkeypatch.setattr("annotate.services.claiming.WINDOWS", 3)
    queue = make_queue(project, 41, overlap=2, hold_limit=100)
    claim(queue, people[0], hold=40)
    submit_all(people[0])
    Turn.objects.filter(annotator=people[0]).update(rank=-1)
    requests = 1
    while not (found := claim(queue, people[0])).holds:
        assert not found.is_over
        requests += 1
    assert requests == 4
    assert keys_of([found.holds[0].item_id]) == ["k000040"]


def test_a_task_given_back_in_the_middle_of_a_claim_is_held_once(
    project: Project, people: list[Annotator], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = make_queue(project, 2)
    first = claim(queue, people[0]).holds[0]
    held = claiming._Walk.held

    def held_and_gone(walk: claiming._Walk) -> list[Hold]:
        holds = held(walk)
        release_task(assignment=Assignment.objects.get(pk=first.id), fence=first.fence)
        return holds

    monkeypatch.setattr(claiming._Walk, "held", held_and_gone)
    holds = claim(queue, people[0], hold=3).holds
    assert sorted(one.task_id for one in holds) == sorted(Task.objects.values_list("pk", flat=True))
    assert {one.id: one.fence for one in holds}[first.id] == 2
