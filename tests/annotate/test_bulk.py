"""Many tasks at once: given to people, taken back, asked anew, and undone."""

import re
from typing import Any

import pytest
from django.urls import reverse

from annotate.models import Assignment, BulkAction, BulkChange, Queue, Stage, Task
from annotate.queries.invariants import broken_promises
from annotate.services.bulk import Plan, bulk_steps, plan_bulk, preview, run_bulk, undo_bulk
from annotate.services.holds import reserve_tasks
from datasets.models import Truth
from foundation import jobs
from foundation.errors import Conflict, Invalid
from foundation.models import Annotator, Event, Project, User
from tests.annotate.making import answered, claimed, key, make_people, make_queue, submitted
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db
State = Assignment.State


@pytest.fixture
def people(project: Project) -> list[Annotator]:
    """Three who annotate."""
    return make_people(project, 3)


def in_hand(queue: Queue, person: Annotator) -> int:
    """How many tasks a person holds or was given."""
    assert broken_promises() == []
    hands = Assignment.objects.filter(queue=queue, annotator=person)
    return hands.filter(state__in=[State.RESERVED, State.HELD]).count()


def numbers(*people: Annotator) -> tuple[int, ...]:
    """Their numbers of row."""
    return tuple(one.pk for one in people)


def test_tasks_are_given_in_turn_and_taken_back_unless_begun(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 7)
    plan = Plan("assign", people=numbers(*people))
    assert preview(queue, plan) == {"tasks": 7, "people": 3}
    action, job = run_bulk(queue=queue, plan=plan, by=None)
    assert (job, action.changed) == (None, 7)
    assert [in_hand(queue, one) for one in people] == [3, 2, 2]
    submitted(claimed(queue, people[0]))
    assert Assignment.objects.filter(state=State.HELD).count() == 2  # all of people[0]
    undo_bulk(action=action, by=None)
    assert [in_hand(queue, one) for one in people] == [2, 0, 0]
    assert action.undone == 4
    with pytest.raises(Conflict, match="undone already"):
        undo_bulk(action=action, by=None)
    verbs = Event.objects.filter(target=action.oid).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["bulk.assign", "bulk.undone"]


def test_nobody_is_given_a_task_twice_or_more_than_asked(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 4, overlap=2)
    answered(queue, people[0])
    plan = Plan("assign", people=numbers(*people[:2]), each=2)
    assert preview(queue, plan)["tasks"] == 4
    run_bulk(queue=queue, plan=plan, by=None)
    assert [in_hand(queue, one) for one in people] == [2, 2, 0]
    first = Task.objects.filter(queue=queue).earliest("rank")
    assert Assignment.objects.filter(task=first).order_by("pk").values_list("annotator", "state")[
        1
    ] == (people[1].pk, State.RESERVED)


def test_an_attempt_that_goes_on_after_a_stop_gives_nothing_twice(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 4, overlap=2)
    action = plan_bulk(queue=queue, plan=Plan("assign", people=numbers(*people)), by=None)
    next(bulk_steps(action))
    assert [changed for changed, _last in bulk_steps(action)] == [4]
    assert BulkChange.objects.filter(action=action).count() == 4
    assert sum(in_hand(queue, one) for one in people) == 4


def test_what_was_taken_back_is_given_again_where_it_is_still_free(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 3)
    tasks = list(Task.objects.filter(queue=queue).order_by("pk"))
    reserve_tasks(queue=queue, annotator=people[0], tasks=tasks)
    action, _job = run_bulk(queue=queue, plan=Plan("unassign", people=numbers(people[0])), by=None)
    assert in_hand(queue, people[0]) == 0
    answered(queue, people[1])
    undo_bulk(action=action, by=None)
    assert (action.changed, action.undone, in_hand(queue, people[0])) == (3, 2, 2)


def test_asking_anew_is_undone_where_nobody_has_begun_since(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 3)
    for _task in range(3):
        answered(queue, people[0])
    plan = Plan("requeue", stage=Stage.DONE)
    action, _job = run_bulk(queue=queue, plan=plan, by=None)
    assert Task.objects.filter(queue=queue, stage=Stage.ANNOTATE, round=2).count() == 3
    answered(queue, people[1])
    claimed(queue, people[2])
    undo_bulk(action=action, by=None)
    assert broken_promises() == []
    rounds = Task.objects.filter(queue=queue).order_by("rank").values_list("round", "stage")
    # What was answered stays, and so does what somebody has in hand.
    assert list(rounds) == [(2, Stage.DONE), (2, Stage.ANNOTATE), (1, Stage.DONE)]
    assert (action.undone, Queue.objects.get(pk=queue.pk).wanted) == (1, 5)
    assert Truth.objects.filter(is_current=True).count() == 3


@pytest.mark.parametrize(
    ("plan", "at"),
    [
        (Plan("assign"), "people"),
        (Plan("assign", people=(10**9,)), "people"),
        (Plan("assign", filter="nonsense:("), ""),
        (Plan("requeue", stage=Stage.REVIEW), "stage"),
        (Plan("requeue"), "stage"),
        (Plan("explode"), "kind"),
        (Plan("unassign", each=-1), "each"),
    ],
)
def test_a_plan_that_makes_no_sense_says_where(project: Project, plan: Plan, at: str) -> None:
    queue = make_queue(project, 1)
    with pytest.raises(Invalid) as wrong:
        run_bulk(queue=queue, plan=plan, by=None)
    assert not at or [place.at for place in wrong.value.places] == [at]
    assert not BulkAction.objects.exists()


def test_an_empty_queue_is_shared_out_without_harm(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 0)
    action, _job = run_bulk(queue=queue, plan=Plan("assign", people=numbers(*people)), by=None)
    assert (action.changed, action.done_at is None) == (0, False)
    assert undo_bulk(action=action, by=None) is None


def test_what_is_much_is_a_job_and_so_is_undoing_it(
    project: Project, people: list[Annotator], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.services.bulk.AT_ONCE", 2)
    queue = make_queue(project, 3)
    action, job = run_bulk(queue=queue, plan=Plan("assign", people=numbers(*people)), by=None)
    assert job is not None
    with pytest.raises(Conflict, match="still going on"):
        undo_bulk(action=action, by=None)
    jobs.run(job.pk)
    action.refresh_from_db()
    assert action.changed == 3
    undoing = undo_bulk(action=action, by=None)
    assert undoing is not None
    jobs.run(undoing.pk)
    assert sum(in_hand(queue, one) for one in people) == 0


def test_the_page_shows_counts_first_then_does_and_undoes(
    project: Project, mia: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    queue = make_queue(project, 3)
    mia_sees = sign_in(mia)
    address = reverse("queue-share", args=[queue.oid])
    assert "Share out" in mia_sees.get(address).content.decode()
    given = {"kind": "assign", f"who_{ada_works.oid}": "1", "each": "2"}
    shown = mia_sees.post(address, given).content.decode()
    assert "2 tasks would be given" in shown
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen is not None
    given |= {"seen": seen[1]}
    # What was changed after counting is counted first.
    again = mia_sees.post(address, given | {"each": "3", "go": "1"}).content.decode()
    assert "3 tasks would be given" in again
    assert in_hand(queue, ada_works) == 0
    assert mia_sees.post(address, {"kind": "assign", "each": "x"}).status_code == 422
    assert mia_sees.post(address, given | {"go": "1"}).status_code == 302
    assert in_hand(queue, ada_works) == 2
    action = BulkAction.objects.get()
    mia_sees.post(reverse("bulk-undo", args=[action.oid]))
    assert in_hand(queue, ada_works) == 0


def test_rest_previews_does_lists_and_undoes(
    project: Project, mia: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    queue = make_queue(project, 3)
    api = sign_in(mia)
    url = f"/api/v1/queues/{queue.oid}/bulk"

    def send(address: str, body: object) -> Any:
        return api.post(address, body, "application/json", headers={"Idempotency-Key": key()})

    wanted = {"kind": "assign", "people": [ada_works.oid]}
    assert send(url, wanted | {"dry_run": True}).json() == {"tasks": 3, "people": 1}
    done = send(url, wanted)
    assert (done.status_code, done.json()["changed"], done.json()["job"]) == (201, 3, None)
    assert [one["id"] for one in api.get(url).json()["results"]] == [done.json()["id"]]
    undone = send(f"/api/v1/bulk/{done.json()['id']}/undo", {})
    assert (undone.status_code, undone.json()["undone"]) == (200, 3)
    assert send(f"/api/v1/bulk/{done.json()['id']}/undo", {}).status_code == 409
