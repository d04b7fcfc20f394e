"""What somebody finished is never refused and never doubled, however late and often it comes."""

import uuid

import pytest

from annotate.errors import AlreadyAnswered, DraftChanged, LeaseEnded
from annotate.models import Answer, Assignment, Draft, Queue, Stage, Task, Turn
from annotate.queries.invariants import broken_promises
from annotate.services.claiming import claim_tasks
from annotate.services.drafts import save_draft
from annotate.services.enqueuing import requeue_task
from annotate.services.holds import release_task, renew_lease, skip_task
from annotate.services.queues import set_state
from datasets.errors import OtherSubmission, RegionsInvalid
from datasets.models import Annotation, Truth
from datasets.services.schemas import amend_schema
from foundation.models import Annotator, Project
from tests.annotate.making import (
    MOOD,
    answered,
    claimed,
    end_leases,
    fetched,
    make_queue,
    said,
    submitted,
)

pytestmark = pytest.mark.django_db
State = Assignment.State


def state_of(assignment: Assignment) -> int:
    """The state as it is stored now."""
    return Assignment.objects.get(pk=assignment.pk).state


# Submitting


def test_a_single_answer_becomes_truth(queue: Queue, ada_works: Annotator) -> None:
    hold = claimed(queue, ada_works)
    done = submitted(hold, "bad", seconds=4.2)
    assert (done.is_extra, done.task_done, done.is_new) == (False, True, True)
    truth = Truth.objects.get(item=hold.task.item)
    assert (truth.label, truth.method) == ("bad", Truth.Method.SINGLE)
    assert truth.lineage["annotators"] == ["Ada"]
    task = Task.objects.get(pk=hold.task_id)
    assert (task.stage, task.free_seats, task.is_open) == (Stage.DONE, 0, False)
    answer = Answer.objects.get(task=task)
    assert (answer.seconds, answer.revision) == (4.2, 1)


def test_the_same_submit_twice_is_one_answer(queue: Queue, ada_works: Annotator) -> None:
    hold = claimed(queue, ada_works)
    key = uuid.uuid4()
    first = submitted(hold, submission_id=key)
    again = submitted(fetched(hold.pk), submission_id=key)
    assert again.annotation_id == first.annotation_id
    assert again.task_done is first.task_done
    assert not again.is_new
    assert Annotation.objects.count() == 1


def test_the_same_key_with_other_content_is_refused(queue: Queue, ada_works: Annotator) -> None:
    hold = claimed(queue, ada_works)
    key = uuid.uuid4()
    submitted(hold, "good", submission_id=key)
    with pytest.raises(OtherSubmission):
        submitted(fetched(hold.pk), "bad", submission_id=key)
    other = claimed(queue, ada_works)
    with pytest.raises(OtherSubmission):
        submitted(other, "good", submission_id=key)
    assert state_of(other) == State.HELD


def test_a_key_serves_one_queue_only(queue: Queue, ada_works: Annotator) -> None:
    other = make_queue(
        queue.dataset.project, dataset=queue.dataset, revision=queue.schema_revision, name="Again"
    )
    name = uuid.uuid4()
    submitted(claimed(queue, ada_works), submission_id=name)
    hold = claimed(other, ada_works)
    with pytest.raises(OtherSubmission):
        submitted(hold, submission_id=name)
    assert state_of(hold) == State.HELD


def test_regions_that_do_not_fit_are_refused_with_their_place(
    queue: Queue, ada_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    with pytest.raises(RegionsInvalid) as refusal:
        submitted(hold, "happy")
    assert [(place.at, place.code) for place in refusal.value.places] == [
        ("regions/0/label", "unknown-label")
    ]
    assert state_of(hold) == State.HELD


def test_an_answer_is_kept_under_the_revision_of_its_claim(
    queue: Queue, ada_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    question = MOOD["questions"][0]
    more = [*question["labels"], {"key": "new", "name": "New"}]
    newer = amend_schema(
        schema=queue.schema,
        definition={**MOOD, "questions": [{**question, "labels": more}]},
        by=None,
    )
    Queue.objects.filter(pk=queue.pk).update(schema_revision=newer)
    submitted(fetched(hold.pk))
    assert Annotation.objects.get().schema_revision_id == queue.schema_revision_id
    assert submitted(claimed(queue, ada_works), "new").task_done


# Late


def test_a_late_answer_takes_the_seat_that_is_free(queue: Queue, ada_works: Annotator) -> None:
    hold = claimed(queue, ada_works)
    end_leases()
    assert state_of(hold) == State.RETURNED
    assert not submitted(fetched(hold.pk)).is_extra
    assert state_of(hold) == State.SUBMITTED
    assert not Task.objects.get(pk=hold.task_id).is_open


def test_a_late_answer_to_a_full_task_is_kept_as_extra(
    queue: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    end_leases()
    assert answered(queue, bo_works, "bad").task_done
    late = submitted(fetched(hold.pk), "good")
    assert (late.is_extra, late.task_done) == (True, False)
    assert Truth.objects.get(item=hold.task.item).label == "bad"
    assert state_of(hold) == State.EXTRA
    assert Task.objects.get(pk=hold.task_id).answers == 1


def test_an_answer_to_a_closed_queue_is_kept_as_extra(queue: Queue, ada_works: Annotator) -> None:
    hold = claimed(queue, ada_works)
    set_state(queue=queue, state=Queue.State.CLOSED, by=None)
    assert submitted(fetched(hold.pk)).is_extra
    assert Task.objects.get(pk=hold.task_id).free_seats == 1


def test_an_answer_to_a_paused_queue_counts(queue: Queue, ada_works: Annotator) -> None:
    hold = claimed(queue, ada_works)
    set_state(queue=queue, state=Queue.State.PAUSED, by=None)
    assert not submitted(fetched(hold.pk)).is_extra


def test_of_two_tabs_the_first_counts_and_the_second_is_kept(
    queue: Queue, ada_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    end_leases()
    again = claimed(queue, ada_works)
    assert (again.pk, again.fence) == (hold.pk, 2)
    first, second = submitted(hold, "good"), submitted(fetched(hold.pk), "bad")
    assert (first.is_extra, second.is_extra) == (False, True)
    assert Truth.objects.get(item=hold.task.item).label == "good"
    assert list(Answer.objects.values_list("revision", flat=True)) == [1, 2]


def test_a_second_answer_of_one_person_fills_no_second_seat(
    project: Project, ada_works: Annotator
) -> None:
    hold = claimed(make_queue(project, 1, overlap=2), ada_works)
    submitted(hold, "good")
    again = submitted(fetched(hold.pk), "bad")
    assert (again.is_extra, again.task_done) == (True, False)
    assert Task.objects.get().answers == 1
    assert broken_promises() == []


def test_an_answer_of_an_earlier_round_is_kept_and_does_not_count(
    project: Project, ada_works: Annotator
) -> None:
    queue = make_queue(project, 1)
    hold = claimed(queue, ada_works)
    end_leases()
    requeue_task(task=hold.task, by=None)
    assert submitted(fetched(hold.pk)).is_extra
    task = Task.objects.get()
    assert (task.round, task.answers, task.free_seats) == (2, 0, 1)
    assert Turn.objects.get(annotator=ada_works).answered == 0
    assert not answered(queue, ada_works).is_extra
    assert broken_promises() == []


def test_who_holds_a_task_goes_on_into_its_new_round(
    project: Project, ada_works: Annotator
) -> None:
    queue = make_queue(project, 1)
    hold = claimed(queue, ada_works)
    requeue_task(task=hold.task, by=None)
    assert not submitted(fetched(hold.pk)).is_extra
    assert (Task.objects.get().round, Task.objects.get().stage) == (2, Stage.DONE)
    assert broken_promises() == []


# Leases, skips


def test_a_lease_that_ended_frees_the_seat_and_keeps_the_draft(
    queue: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    save_draft(assignment=hold, fence=1, regions=said("dull"), if_match="*")
    end_leases()
    with pytest.raises(LeaseEnded):
        renew_lease(assignment=hold, fence=1)
    assert Draft.objects.get(assignment=hold).regions == said("dull")
    assert claimed(queue, bo_works).task_id == hold.task_id


def test_a_renewed_lease_ends_later(queue: Queue, ada_works: Annotator) -> None:
    hold = claimed(queue, ada_works)
    assert hold.lease_ends_at is not None
    assert renew_lease(assignment=hold, fence=1) > hold.lease_ends_at
    with pytest.raises(LeaseEnded):
        renew_lease(assignment=hold, fence=2)


def test_whoever_answered_in_another_tab_is_told_so(queue: Queue, ada_works: Annotator) -> None:
    hold = claimed(queue, ada_works)
    assert not submitted(hold, "good").answered_before
    with pytest.raises(AlreadyAnswered):
        renew_lease(assignment=hold, fence=1)
    with pytest.raises(AlreadyAnswered):
        save_draft(assignment=hold, fence=1, regions=said("bad"), if_match="*")
    with pytest.raises(AlreadyAnswered):
        skip_task(assignment=hold, fence=1)
    assert submitted(fetched(hold.pk), "bad").answered_before


def test_a_late_extra_answer_is_no_second_one(
    queue: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    end_leases()
    with pytest.raises(LeaseEnded) as refused:
        renew_lease(assignment=hold, fence=1)
    assert not isinstance(refused.value, AlreadyAnswered)
    answered(queue, bo_works)
    late = submitted(fetched(hold.pk), "bad")
    assert (late.is_extra, late.answered_before) == (True, False)


def test_a_draft_that_another_tab_changed_says_when(queue: Queue, ada_works: Annotator) -> None:
    hold = claimed(queue, ada_works)
    save_draft(assignment=hold, fence=1, regions=said("good"), if_match='"0"')
    saved_at = Draft.objects.get(assignment=hold).saved_at
    with pytest.raises(DraftChanged) as refused:
        save_draft(assignment=hold, fence=1, regions=said("bad"), if_match='"0"')
    assert refused.value.extra == {"saved_at": saved_at.isoformat()}


def test_a_skipped_task_goes_to_others_and_never_comes_back(
    queue: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    skip_task(assignment=hold, fence=1, reason="cannot read it")
    skip_task(assignment=hold, fence=1)
    task = Task.objects.get(pk=hold.task_id)
    assert (task.skips, task.free_seats) == (1, 1)
    rest = claim_tasks(queue=queue, annotator_id=ada_works.pk, stage=Stage.ANNOTATE, hold=10)
    assert hold.task_id not in [one.task_id for one in rest.holds]
    assert len(rest.holds) == 9
    assert claimed(queue, bo_works).task_id == hold.task_id


def test_a_task_that_many_skip_is_set_aside(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 1, max_skips=2)
    for person in (ada_works, bo_works):
        skip_task(assignment=claimed(queue, person), fence=1)
    assert Task.objects.get().stage == Stage.SET_ASIDE


def test_a_released_task_may_come_again(queue: Queue, ada_works: Annotator) -> None:
    hold = claimed(queue, ada_works)
    release_task(assignment=hold, fence=1)
    release_task(assignment=hold, fence=1)
    again = claimed(queue, ada_works)
    assert (again.pk, again.fence) == (hold.pk, 2)
    assert Task.objects.get(pk=hold.task_id).free_seats == 0


# Drafts


def test_a_draft_is_refused_when_another_tab_was_faster(queue: Queue, ada_works: Annotator) -> None:
    hold = claimed(queue, ada_works)
    first = save_draft(assignment=hold, fence=1, regions=said("good"), if_match='"0"')
    with pytest.raises(DraftChanged):
        save_draft(assignment=hold, fence=1, regions=said("dull"), if_match='"0"')
    second = save_draft(assignment=hold, fence=1, regions=said("bad"), if_match=first.etag)
    assert second.etag != first.etag
    with pytest.raises(DraftChanged):
        save_draft(assignment=hold, fence=1, regions=said("dull"), if_match=first.etag)
    assert Draft.objects.get().regions == said("bad")


def test_a_draft_may_be_incomplete_but_must_be_a_document(
    queue: Queue, ada_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    empty = {"format": 1, "regions": []}
    assert save_draft(assignment=hold, fence=1, regions=empty, if_match="*").etag == '"1"'
    with pytest.raises(RegionsInvalid):
        save_draft(assignment=hold, fence=1, regions={"regions": 3}, if_match="*")


def test_a_submit_removes_the_draft(queue: Queue, ada_works: Annotator) -> None:
    hold = claimed(queue, ada_works)
    save_draft(assignment=hold, fence=1, regions=said("good"), if_match="*")
    submitted(hold)
    assert not Draft.objects.exists()
