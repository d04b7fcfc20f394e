"""Orders by uncertainty and by diversity: computed by a job, followed by claims."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotate.models import Queue, Stage, Task
from annotate.queries import scoring
from annotate.queries.invariants import broken_promises
from annotate.queries.scoring import Model
from annotate.services import ordering
from annotate.services.claiming import claim_tasks
from annotate.services.enqueuing import enqueue_items
from annotate.services.filling import fill_queue
from annotate.services.ordering import order_what_is_due, start_ordering
from annotate.services.queues import change_queue
from annotate.services.ranking import ranks_of
from datasets.models import Item
from datasets.services.suggestions import suggest_regions
from foundation import jobs
from foundation.errors import Conflict, Invalid
from foundation.models import Job, Project
from tests.annotate.making import add_texts, answered, keys_of, make_people, make_queue, said

pytestmark = pytest.mark.django_db


class Shelf:
    """A model on the shelf, as sure of each item as it is told; and what was asked of it."""

    def __init__(self) -> None:
        self.key = "run-1"
        self.sure: dict[str, float] = {}
        self.asked: list[int] = []
        self.stops_after = 10**9

    def newest(self, *_: object) -> Model | None:
        return Model(self.key, "run 1", self.say) if self.key else None

    def say(self, items: Sequence[int], stop: Callable[[], bool]) -> dict[int, list[float]]:
        if len(self.asked) >= self.stops_after:
            raise RuntimeError("the worker dies")
        self.asked += items
        keys = dict(Item.objects.filter(pk__in=items).values_list("pk", "key"))
        sure = {pk: self.sure[key] for pk, key in keys.items() if key in self.sure}
        return {pk: [one, 1 - one, 0.0] for pk, one in sure.items()}

    def features(self, dataset: object, items: Sequence[int], stop: object) -> Any:
        keys = dict(Item.objects.filter(pk__in=items).values_list("pk", "key"))
        known = [pk for pk in items if keys[pk] in self.sure]
        return known, np.array([[self.sure[keys[pk]]] for pk in known]).reshape(-1, 1)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """The one model there is."""
    made = Shelf()
    monkeypatch.setattr(scoring.models, "_things", {"test": made.newest})
    monkeypatch.setattr(scoring.features, "_things", {"test": made.features})
    return made


def ordered(queue: Queue) -> Job:
    """The job after it was done."""
    job = jobs.run(start_ordering(queue=Queue.objects.get(pk=queue.pk), by=None).pk)
    assert job is not None
    assert broken_promises() == []
    return job


def all_of(queue: Queue, person: int) -> list[str]:
    """Keys in the order in which this person gets them."""
    queue = Queue.objects.get(pk=queue.pk)
    claim = claim_tasks(queue=queue, annotator_id=person, stage=Stage.ANNOTATE, hold=50)
    return [key[-1] for key in keys_of([hold.item_id for hold in claim.holds])]


def keyed(values: dict[int, float]) -> dict[str, float]:
    """The same by the keys of items."""
    return {f"k{n:06}": sure for n, sure in values.items()}


def test_what_the_model_is_least_sure_of_comes_first_and_the_rest_in_sequence(
    project: Project, shelf: Shelf
) -> None:
    queue = make_queue(project, 8, order="uncertain", overlap=3)
    first, second, third = make_people(project, 3)
    assert all_of(queue, first.pk)[:3] == ["0", "1", "2"]  # nothing is computed yet
    shelf.sure = keyed({1: 0.9, 3: 0.55, 4: 0.6, 6: 0.55, 7: 0.5})
    job = ordered(queue)
    assert (job.state, job.report) == ("succeeded", {"tasks": 5, "reason": ""})
    # 3 and 6 tie: in sequence
    assert all_of(queue, second.pk) == ["7", "3", "6", "4", "1", "0", "2", "5"]
    enqueue_items(queue=queue, items=[Item.objects.get(key="k000002")], by=None)
    shelf.sure = keyed({0: 0.5})
    ordered(queue)
    assert all_of(queue, third.pk)[:3] == ["2", "0", "1"]  # what was sent stays in front


def test_somebody_who_walked_past_a_task_finds_it_at_its_new_place(
    project: Project, shelf: Shelf
) -> None:
    queue = make_queue(project, 6, order="uncertain", hold_limit=2)
    ada, bo, cy = make_people(project, 3)
    for _ in range(2):
        answered(queue, ada, "good")
    shelf.sure = keyed({2: 0.9, 3: 0.5})
    Task.objects.filter(item__key="k000005").update(opened_no=1)  # it came late to its old place
    ordered(queue)
    assert all_of(queue, ada.pk) == ["3", "2"]
    add_texts(queue.dataset, 1)
    fill_queue(queue=Queue.objects.get(pk=queue.pk))
    assert all_of(queue, bo.pk) == ["4", "5"]
    assert all_of(queue, cy.pk) == ["6"]  # who came later has no score: last


def test_a_half_done_job_goes_on_where_it_was(
    project: Project, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "BATCH", 2)
    monkeypatch.setattr(ordering, "SAID_AT_ONCE", 4)
    queue = make_queue(project, 10, order="uncertain")
    shelf.sure = keyed({n: 0.5 + n / 100 for n in range(10)})
    shelf.stops_after = 8
    job = ordered(queue)
    assert (job.state, job.done, job.total) == ("failed", 8, 10)
    assert Queue.objects.get(pk=queue.pk).ordered["reason"] == "unfinished"
    assert order_what_is_due() == 0  # what failed is not begun again by itself
    shelf.stops_after = 10**9
    again = jobs.run(jobs.retry(job).pk)
    assert again is not None
    assert (again.state, again.report) == ("succeeded", {"tasks": 10, "reason": ""})
    assert len(shelf.asked) == len(set(shelf.asked)) == 10  # nobody was asked about twice
    (person,) = make_people(project, 1)
    assert all_of(queue, person.pk) == list("0123456789")


def test_diversity_begins_far_from_what_is_answered_and_goes_on_after_a_death(
    project: Project, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "BATCH", 2)
    queue = make_queue(project, 6, order="diverse")
    ada, bo = make_people(project, 2)
    answered(queue, ada, "good")
    shelf.sure = keyed({0: 0.0, 1: 1.0, 2: 5.0, 3: 9.0, 4: 9.5})
    write, calls = ordering._write, []

    def dies(*given: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the worker dies")
        write(*given)

    monkeypatch.setattr(ordering, "_write", dies)
    job = ordered(queue)
    assert job.state == "failed"
    shelf.sure = {}  # nothing is computed again
    again = jobs.run(jobs.retry(job).pk)
    assert again is not None
    assert (again.state, again.report) == ("succeeded", {"tasks": 4, "reason": ""})
    assert all_of(queue, bo.pk) == ["4", "2", "1", "3", "5"]


def test_with_nothing_to_go_by_the_job_says_what_is_missing(project: Project, shelf: Shelf) -> None:
    queue = make_queue(project, 3, order="uncertain")
    shelf.key = ""
    assert ordered(queue).report == {"tasks": 0, "reason": "no_model"}
    assert order_what_is_due() == 0
    shelf.key, shelf.sure = "run-2", keyed({1: 0.5})
    assert order_what_is_due() == 1  # a model came
    assert order_what_is_due() == 0  # it waits already
    queue.order = "sequence"
    with pytest.raises(Conflict, match="nothing computed"):
        start_ordering(queue=queue, by=None)


def test_without_a_model_sources_that_differ_decide(project: Project, shelf: Shelf) -> None:
    queue = make_queue(project, 4, order="uncertain")
    shelf.key = ""
    for key, labels in {"k000001": ("good", "good"), "k000002": ("good", "bad")}.items():
        for source, label in zip(("words", "rules"), labels, strict=True):
            item = Item.objects.get(key=key)
            revision = queue.schema_revision
            suggest_regions(item=item, schema_revision=revision, source=source, regions=said(label))
    assert ordered(queue).report == {"tasks": 2, "reason": ""}
    (person,) = make_people(project, 1)
    assert all_of(queue, person.pk) == ["2", "1", "0", "3"]


def test_an_order_may_change_to_a_computed_one_and_back(project: Project, shelf: Shelf) -> None:
    queue = make_queue(project, 6, order="random")
    before = list(Task.objects.values_list("rank", flat=True))
    queue = change_queue(queue=queue, by=None, policy={"order": "uncertain"})
    shelf.sure = keyed({5: 0.5, 2: 0.6})
    with pytest.raises(Invalid, match="being ordered"):
        change_queue(queue=queue, by=None, policy={"order": "sequence"})
    ordered(queue)
    with pytest.raises(Invalid, match="decided when it is made"):
        change_queue(queue=queue, by=None, policy={"order": "random"})
    change_queue(queue=queue, by=None, policy={"order": "sequence"})
    job = jobs.run(Job.objects.latest("pk").pk)
    assert job is not None
    assert job.state == "succeeded"
    tasks = dict(Task.objects.values_list("item_id", "rank"))
    assert set(before).isdisjoint(tasks.values())
    assert tasks == ranks_of(Queue.objects.get(), list(tasks))
    (person,) = make_people(project, 1)
    assert all_of(queue, person.pk) == list("012345")


def test_a_claim_asks_the_database_as_often_as_in_any_other_order(
    project: Project, shelf: Shelf
) -> None:
    def statements(order: str) -> int:
        queue = make_queue(
            project, dataset=first.dataset, revision=first.schema_revision, order=order, name=order
        )
        if order != "sequence":
            shelf.sure = keyed({n: 0.5 + n / 1000 for n in range(100)})
            assert ordered(queue).state == "succeeded"
            queue = Queue.objects.get(pk=queue.pk)
        (person,) = make_people(project, 1)
        claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=1)
        with CaptureQueriesContext(connection) as asked:
            claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=2)
        return len(asked)

    first = make_queue(project, 100, name="first")
    assert statements("uncertain") == statements("diverse") == statements("sequence")
