"""A changed guideline: what it touches is counted, asked anew by choice, and put back."""

import pytest

from annotate.models import Queue, Requeue, Stage, Task
from annotate.queries.invariants import broken_promises
from annotate.queries.requeues import agreement_by_revision, answered_before
from annotate.services.queues import set_guideline
from annotate.services.requeuing import start_requeue, undo_requeue
from foundation import jobs
from foundation.errors import Conflict, Invalid
from foundation.models import Annotator, Event, Job, Project, User
from tests.annotate.making import answered, claimed, make_queue
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(project: Project, ada_works: Annotator, bo_works: Annotator) -> Queue:
    """Six tasks that two people answered alike under revision 1; revision 2 is in force."""
    queue = make_queue(project, 6, overlap=2)
    set_guideline(queue=queue, text="One", by=None)
    for number in range(6):
        for person in (ada_works, bo_works):
            answered(queue, person, ["good", "bad"][number % 2])
    set_guideline(queue=queue, text="Two", by=None)
    return Queue.objects.select_related("dataset__project", "guideline").get(pk=queue.pk)


def run_all() -> None:
    for job in Job.objects.filter(state="queued", kind="annotate.requeue"):
        assert jobs.run(job.pk) is not None


def kept() -> list[dict[str, object]]:
    """Everything about the tasks but the number of their last opening."""
    rows: list[dict[str, object]] = [dict(row) for row in Task.objects.order_by("pk").values()]
    return [{name: row[name] for name in row if name != "opened_no"} for row in rows]


def by_stage(queue: Queue) -> tuple[int, int]:
    tasks = Task.objects.filter(queue=queue)
    return tasks.filter(stage=Stage.ANNOTATE).count(), tasks.filter(stage=Stage.DONE).count()


@pytest.mark.parametrize(
    ("choice", "count"),
    [({}, 6), ({"filter": "label:good"}, 3), ({"sample": 2}, 2), ({"filter": "key:k000001"}, 1)],
)
def test_what_is_chosen_is_asked_anew_and_put_back(
    finished: Queue, choice: dict[str, object], count: int
) -> None:
    before = kept()
    wanted = finished.wanted
    made = start_requeue(queue=finished, by=None, **choice)  # type: ignore[arg-type]
    run_all()
    assert made.count == count
    assert by_stage(finished) == (count, 6 - count)
    assert set(Task.objects.filter(stage=Stage.ANNOTATE).values_list("round", "answers")) == {
        (2, 0)
    }
    assert broken_promises() == []
    assert Event.objects.filter(verb="queue.requeued").count() == 1
    made.refresh_from_db()
    undo_requeue(requeue=made, by=None)
    run_all()
    assert kept() == before
    finished.refresh_from_db()
    assert finished.wanted == wanted
    assert broken_promises() == []
    made.refresh_from_db()
    with pytest.raises(Conflict):
        undo_requeue(requeue=made, by=None)


def test_what_somebody_holds_or_answered_is_not_put_back(
    finished: Queue, ada_works: Annotator
) -> None:
    made = start_requeue(queue=finished, by=None)
    run_all()
    answered(finished, ada_works, "dull")
    claimed(finished, ada_works)
    made.refresh_from_db()
    undo_requeue(requeue=made, by=None)
    run_all()
    assert by_stage(finished) == (2, 4)
    assert broken_promises() == []
    assert answered_before(finished).count() == 4


def test_nothing_to_ask_is_refused_with_its_place(finished: Queue) -> None:
    with pytest.raises(Invalid) as refused:
        start_requeue(queue=finished, by=None, filter="label:dull")
    assert refused.value.places[0].at == "filter"


def test_agreement_is_shown_before_and_after(
    finished: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    start_requeue(queue=finished, by=None)
    run_all()
    for number in range(6):
        answered(finished, ada_works, ["good", "bad"][number % 2])
        answered(finished, bo_works, ["bad", "good"][number % 2])
    old, new = agreement_by_revision(finished)
    assert (old.number, old.figure.value) == (1, 1.0)
    assert new.number == 2
    assert new.figure.value is not None
    assert new.figure.value < 0


def test_managers_choose_on_a_page(finished: Queue, mia: User, rui: User, sign_in: SignIn) -> None:
    page, where = sign_in(mia), f"/queues/{finished.oid}/requeue"
    assert (
        "6 finished tasks were answered"
        in page.get(f"/queues/{finished.oid}/guideline").content.decode()
    )
    shown = page.post(where, {"label": "bad", "sample": "2", "count": "1"}).content.decode()
    assert "These are 2 tasks." in shown
    assert not Requeue.objects.exists(), "counting opens nothing"
    for wrong in ({"sample": "0"}, {"filter": "colour:red"}):
        assert page.post(where, wrong | {"open": "1"}).status_code == 422
    assert page.post(where, {"label": "bad", "open": "1"}).status_code == 302
    run_all()
    made = Requeue.objects.get()
    assert "Put 3 back" in page.get(where).content.decode()
    assert sign_in(rui).get(where).status_code == 403
    assert sign_in(rui).post(f"/requeues/{made.oid}/undo").status_code == 403
    assert page.post(f"/requeues/{made.oid}/undo").status_code == 302
    run_all()
    assert by_stage(finished) == (0, 6)
