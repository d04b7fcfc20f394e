"""A changed guideline: what it touches is counted, asked anew by choice, and put back."""

from typing import Any

import pytest

from annotate.models import BulkAction, Queue, Stage, Task
from annotate.queries.invariants import broken_promises
from annotate.queries.requeues import agreement_by_revision, answered_before
from annotate.services.bulk import Plan, preview, run_bulk, undo_bulk
from annotate.services.queues import set_guideline
from foundation import jobs
from foundation.errors import Conflict, Invalid
from foundation.models import Annotator, Event, Project, User
from tests.annotate.making import answered, claimed, make_queue
from tests.conftest import MakeApi, SignIn

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


def asked(queue: Queue, **choice: Any) -> BulkAction:
    """What was answered before the guideline in force, asked anew."""
    plan = Plan("requeue", stage=Stage.DONE, is_outdated=True, **choice)
    return run_bulk(queue=queue, plan=plan, by=None)[0]


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
    finished: Queue, choice: dict[str, Any], count: int
) -> None:
    before = kept()
    wanted = finished.wanted
    made = asked(finished, **choice)
    assert made.changed == count
    assert by_stage(finished) == (count, 6 - count)
    assert set(Task.objects.filter(stage=Stage.ANNOTATE).values_list("round", "answers")) == {
        (2, 0)
    }
    assert broken_promises() == []
    assert Event.objects.filter(verb="bulk.requeue").count() == 1
    undo_bulk(action=made, by=None)
    assert kept() == before
    finished.refresh_from_db()
    assert finished.wanted == wanted
    assert broken_promises() == []
    with pytest.raises(Conflict):
        undo_bulk(action=made, by=None)


def test_what_somebody_holds_or_answered_is_not_put_back(
    finished: Queue, ada_works: Annotator
) -> None:
    made = asked(finished)
    answered(finished, ada_works, "dull")
    claimed(finished, ada_works)
    undo_bulk(action=made, by=None)
    assert by_stage(finished) == (2, 4)
    assert broken_promises() == []
    assert answered_before(finished).count() == 4


def test_nothing_to_ask_is_refused_with_its_place(finished: Queue) -> None:
    with pytest.raises(Invalid) as refused:
        asked(finished, filter="label:dull")
    assert refused.value.places[0].at == "filter"


def test_agreement_is_shown_before_and_after(
    finished: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    asked(finished)
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
    assert not BulkAction.objects.exists(), "counting opens nothing"
    for wrong in ({"sample": "0"}, {"filter": "colour:red"}):
        assert page.post(where, wrong | {"open": "1"}).status_code == 422
    assert page.post(where, {"label": "bad", "open": "1"}).status_code == 302
    made = BulkAction.objects.get()
    assert "Put 3 back" in page.get(where).content.decode()
    assert sign_in(rui).get(where).status_code == 403
    assert sign_in(rui).post(f"/bulk/{made.oid}/undo").status_code == 403
    assert page.post(f"/bulk/{made.oid}/undo").status_code == 302
    assert by_stage(finished) == (0, 6)


def test_much_is_a_job_and_the_draw_is_kept_across_its_batches(
    finished: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.services.bulk.AT_ONCE", 1)
    monkeypatch.setattr("annotate.services.bulk.BATCH", 2)
    plan = Plan("requeue", stage=Stage.DONE, is_outdated=True, sample=5)
    assert preview(finished, plan)["tasks"] == 5
    action, job = run_bulk(queue=finished, plan=plan, by=None)
    assert job is not None
    jobs.run(job.pk)
    action.refresh_from_db()
    drawn = Task.objects.filter(stage=Stage.ANNOTATE).order_by("pk").values_list("pk", flat=True)
    assert (action.changed, action.chosen) == (5, list(drawn))


def test_rest_asks_anew_by_guideline_in_the_same_way_as_all_else(
    finished: Queue, mia: User, api: MakeApi
) -> None:
    where, client = f"/api/v1/queues/{finished.oid}/bulk", api(mia)
    wanted = {"kind": "requeue", "outdated": True, "sample": 2}
    assert client.post(where, wanted | {"dry_run": True}).json()["tasks"] == 2
    for wrong, at in (
        ({"kind": "unassign"}, "outdated"),
        ({"stage": "set-aside"}, "outdated"),
        ({"filter": "label:dull"}, "filter"),
    ):
        refused = client.post(where, wanted | wrong)
        assert (refused.status_code, refused.json()["errors"][0]["at"]) == (422, at)
    done = client.post(where, wanted).json()
    assert (done["changed"], done["revision"], done["sample"]) == (2, 2, 2)
    undone = client.post(f"/api/v1/bulk/{done['id']}/undo").json()
    assert undone["undone"] == 2
    assert by_stage(finished) == (0, 6)
