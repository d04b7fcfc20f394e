"""Adjudication: somebody who did not answer decides between answers that differ."""

import uuid

import pytest
from django.urls import reverse

from annotate.errors import OwnWork, TasksWait
from annotate.models import Assignment, Queue, Review, Stage, Task
from annotate.queries.invariants import broken_promises
from annotate.queries.pages import queue_rows
from annotate.queries.work import show_holds, show_progress
from annotate.services.claiming import claim_tasks
from annotate.services.holds import skip_task
from annotate.services.queues import change_queue
from annotate.services.restaging import restage_steps
from annotate.services.reviews import accept_annotation, correct_annotation, reject_annotation
from datasets.models import Annotation, Truth
from foundation.models import Annotator, Project, User
from foundation.opaque import encode_id
from tests.annotate.making import answered, claimed, end_leases, make_people, make_queue, said
from tests.annotate.test_reviews import chair, reject
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def disputed(project: Project, ada_works: Annotator, mia_works: Annotator) -> Queue:
    """A queue whose only task waits for adjudication: Ada says good, Mia says bad."""
    queue = make_queue(project, 1, overlap=2, on_disagreement="adjudicate")
    answered(queue, ada_works, "good")
    answered(queue, mia_works, "bad")
    return queue


def answer_of(person: Annotator) -> Annotation:
    """What somebody said, as the doors fetch it."""
    return Annotation.objects.select_related(
        "item__dataset__project", "annotator", "schema_revision__schema", "document"
    ).get(annotator=person)


def task() -> Task:
    """The only task, as it is now."""
    return Task.objects.get()


def test_answers_that_differ_go_to_adjudication_and_not_to_review(
    disputed: Queue, rui_works: Annotator
) -> None:
    assert (task().stage, task().free_seats, task().agreed) == (Stage.ADJUDICATE, 1, False)
    assert claim_tasks(
        queue=disputed, annotator_id=rui_works.pk, stage=Stage.REVIEW, hold=1
    ).is_over
    (row,) = queue_rows([disputed], rui_works)
    assert (row.to_adjudicate, row.in_adjudication, row.to_review) == (1, 1, 0)
    claim = claim_tasks(queue=disputed, annotator_id=rui_works.pk, stage=Stage.ADJUDICATE, hold=1)
    (shown,) = show_holds(disputed, Stage.ADJUDICATE, claim.holds)
    assert shown["stage"] == "adjudicate"
    assert [one["regions"] for one in shown["answers"]] == [said("good"), said("bad")]
    assert show_progress(disputed, Stage.ADJUDICATE, rui_works.pk)["total"] == 1
    assert broken_promises() == []


def test_what_is_picked_becomes_truth_and_names_all_answers(
    disputed: Queue, ada_works: Annotator, mia_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    hold = claimed(disputed, rui_works, Stage.ADJUDICATE)
    said_by_mia = answer_of(mia_works)
    accept_annotation(
        annotation=said_by_mia, reviewer=chair(rui_works, rui, hold), reason="It is sarcasm."
    )
    truth = Truth.objects.get()
    assert (truth.label, truth.method, truth.by) == ("bad", Truth.Method.ADJUDICATED, rui)
    assert truth.lineage == {
        "annotations": [
            encode_id("annotation", answer_of(ada_works).pk),
            encode_id("annotation", said_by_mia.pk),
        ],
        "annotators": [ada_works.name, mia_works.name],
        "decided": encode_id("annotation", said_by_mia.pk),
        "reason": "It is sarcasm.",
    }
    assert task().stage == Stage.DONE
    assert broken_promises() == []


def test_what_is_drawn_anew_becomes_truth_and_keeps_both_answers(
    disputed: Queue, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    hold = claimed(disputed, rui_works, Stage.ADJUDICATE)
    done = correct_annotation(
        annotation=answer_of(ada_works),
        reviewer=chair(rui_works, rui, hold),
        regions=said("dull"),
        submission_id=uuid.uuid4(),
    )
    truth = Truth.objects.get()
    assert (truth.label, truth.method) == ("dull", Truth.Method.ADJUDICATED)
    assert done.corrected is not None
    assert truth.lineage["decided"] == encode_id("annotation", done.corrected.pk)
    assert len(truth.lineage["annotations"]) == 2
    assert "reason" not in truth.lineage


def test_nobody_adjudicates_what_they_answered(disputed: Queue, mia_works: Annotator) -> None:
    claim = claim_tasks(queue=disputed, annotator_id=mia_works.pk, stage=Stage.ADJUDICATE, hold=1)
    assert (claim.holds, claim.is_over) == ([], True)


def test_nor_without_a_hold(
    disputed: Queue, ada_works: Annotator, mia_works: Annotator, mia: User
) -> None:
    with pytest.raises(OwnWork):
        accept_annotation(annotation=answer_of(ada_works), reviewer=chair(mia_works, mia))


def test_unless_the_policy_says_so(
    disputed: Queue, ada_works: Annotator, mia_works: Annotator, mia: User
) -> None:
    disputed.reviews_own = True
    disputed.save()
    hold = claimed(disputed, mia_works, Stage.ADJUDICATE)
    accept_annotation(annotation=answer_of(ada_works), reviewer=chair(mia_works, mia, hold))
    assert Truth.objects.get().method == Truth.Method.ADJUDICATED


def test_of_two_adjudicators_the_one_who_holds_the_task_decides(
    project: Project,
    disputed: Queue,
    ada_works: Annotator,
    mia_works: Annotator,
    rui_works: Annotator,
    rui: User,
) -> None:
    (other,) = make_people(project, 1)
    slow = claimed(disputed, rui_works, Stage.ADJUDICATE)
    end_leases()  # while Rui reads, the lease ends and somebody else takes the task
    quick = claimed(disputed, other, Stage.ADJUDICATE)
    late = accept_annotation(annotation=answer_of(ada_works), reviewer=chair(rui_works, rui, slow))
    assert late.is_extra
    assert not Truth.objects.exists()
    first = accept_annotation(annotation=answer_of(mia_works), reviewer=chair(other, rui, quick))
    assert (first.is_extra, Truth.objects.get().label) == (False, "bad")
    assert Assignment.objects.get(pk=slow.pk).state == Assignment.State.EXTRA
    assert broken_promises() == []


def test_a_lease_that_ended_while_nobody_came_costs_nothing(
    disputed: Queue, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    hold = claimed(disputed, rui_works, Stage.ADJUDICATE)
    end_leases()
    done = accept_annotation(annotation=answer_of(ada_works), reviewer=chair(rui_works, rui, hold))
    assert (done.is_extra, task().stage) == (False, Stage.DONE)
    assert broken_promises() == []


def test_a_rejected_answer_reaches_adjudication_where_the_queue_says_so(
    project: Project, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    queue = make_queue(project, 1, review_share=1.0, stages={"rejected": "adjudicate"})
    done = answered(queue, ada_works)
    wanted = queue.wanted
    reject(done, chair(rui_works, rui, claimed(queue, rui_works, Stage.REVIEW)))
    queue.refresh_from_db()
    assert (task().stage, task().overlap, queue.wanted) == (Stage.ADJUDICATE, 1, wanted)
    # the reviewer did not answer it: also this decision is open to them, with what was rejected
    claim = claim_tasks(queue=queue, annotator_id=rui_works.pk, stage=Stage.ADJUDICATE, hold=1)
    (shown,) = show_holds(queue, Stage.ADJUDICATE, claim.holds)
    assert [one["regions"] for one in shown["answers"]] == [said("good")]
    assert broken_promises() == []


def test_what_is_skipped_out_is_adjudicated_also_where_nobody_answered_it(
    project: Project, ada_works: Annotator, mia_works: Annotator
) -> None:
    stages = {"skipped_out": "adjudicate"}
    queue = make_queue(project, 2, overlap=2, max_skips=1, stages=stages)
    answered(queue, ada_works)
    for _task in range(2):
        hold = claimed(queue, mia_works)
        skip_task(assignment=hold, fence=hold.fence)
    ends = Task.objects.order_by("rank").values_list("stage", flat=True)
    assert list(ends) == [Stage.ADJUDICATE, Stage.ADJUDICATE]


def test_an_adjudicator_may_ask_one_more_person(
    disputed: Queue, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    hold = claimed(disputed, rui_works, Stage.ADJUDICATE)
    reject_by = chair(rui_works, rui, hold)
    reject_annotation(annotation=answer_of(ada_works), reviewer=reject_by, reason="off")
    assert (task().stage, task().overlap, task().free_seats) == (Stage.ANNOTATE, 3, 1)
    assert Review.objects.get().verdict == Review.Verdict.REJECT
    assert broken_promises() == []


# A stage that the queue has no longer


def test_tasks_at_a_stage_that_goes_are_counted_first_and_then_moved(
    disputed: Queue, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    hold = claimed(disputed, rui_works, Stage.ADJUDICATE)
    with pytest.raises(TasksWait) as caught:
        change_queue(queue=disputed, by=rui, policy={"on_disagreement": "review"})
    assert (caught.value.extra, task().stage) == ({"waiting": 1}, Stage.ADJUDICATE)
    disputed.refresh_from_db()
    assert disputed.on_disagreement == "adjudicate"
    changed = change_queue(
        queue=disputed, by=rui, policy={"on_disagreement": "review"}, moves_waiting=True
    )
    assert list(restage_steps(changed)) == [1]
    assert (task().stage, task().free_seats) == (Stage.REVIEW, 1)
    # who held it at the old stage decides nothing any more, and may review it
    late = accept_annotation(annotation=answer_of(ada_works), reviewer=chair(rui_works, rui, hold))
    assert late.is_extra
    assert broken_promises() == []


def test_a_change_that_keeps_all_stages_asks_nothing(disputed: Queue, rui: User) -> None:
    change_queue(queue=disputed, by=rui, policy={"stages": {"agree": "review"}})
    assert Queue.objects.get().stages == {"agree": "review"}
    assert list(restage_steps(disputed)) == []


def test_the_settings_show_the_stages_and_move_what_waits_only_when_told(
    disputed: Queue, mia: User, sign_in: SignIn
) -> None:
    client = sign_in(mia)
    address = reverse("queue-settings", args=[disputed.oid])
    shown = client.get(address).content.decode()
    assert "annotate → adjudicate → done" in shown
    form = {
        "name": "Moods",
        "filter": "",
        "overlap": "2",
        "review_percent": "0",
        "on_disagreement": "review",
        "route_tie": "review",
        "route_agree": "done",
        "most_overlap": "0",
        "lease_minutes": "15",
        "hold_limit": "10",
        "max_skips": "3",
        "gold_percent": "0",
    }
    refused = client.post(address, form)
    assert refused.status_code == 422
    assert "1 task waits at a stage" in refused.content.decode()
    assert client.post(address, form | {"moves_waiting": "1"}).status_code == 302
    assert Queue.objects.get().on_disagreement == "review"


def test_my_answers_say_what_a_correction_changed(
    disputed: Queue,
    ada: User,
    ada_works: Annotator,
    rui_works: Annotator,
    rui: User,
    sign_in: SignIn,
) -> None:
    correct_annotation(
        annotation=answer_of(ada_works),
        reviewer=chair(rui_works, rui, claimed(disputed, rui_works, Stage.ADJUDICATE)),
        regions=said("dull"),
        submission_id=uuid.uuid4(),
    )
    page = sign_in(ada).get(reverse("mine", args=[disputed.oid])).content.decode()
    assert "Good became Dull" in page
