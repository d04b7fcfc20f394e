"""Reviewers accept, correct or reject; what is rejected goes back with the reason."""

import uuid
from typing import Any

import pytest

from annotate.errors import NotFixable, NotReviewable, OwnWork
from annotate.models import Answer, Assignment, Queue, Review, Stage, Task
from annotate.queries.invariants import broken_promises
from annotate.queries.work import show_progress
from annotate.services.answers import Submitted
from annotate.services.claiming import claim_tasks
from annotate.services.fixing import fix_answer
from annotate.services.reviews import (
    Reviewed,
    Reviewer,
    accept_annotation,
    correct_annotation,
    reject_annotation,
)
from datasets.models import Annotation, Truth
from foundation.errors import Invalid
from foundation.models import Annotator, Project, User
from tests.annotate.making import answered, claimed, end_leases, make_queue, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewed(project: Project) -> Queue:
    """A queue in which every task is reviewed."""
    return make_queue(project, 3, review_share=1.0)


def annotation_of(done: Submitted) -> Annotation:
    """The annotation behind a submit, as the doors fetch it."""
    found = Annotation.objects.select_related(
        "item__dataset__project", "annotator", "schema_revision__schema", "document"
    )
    return found.get(pk=done.annotation_id)


def chair(person: Annotator, user: User, hold: Assignment | None = None) -> Reviewer:
    """A reviewer, with the task they hold."""
    return Reviewer(person, user, hold, hold.fence if hold else 0)


def reject(done: Submitted, reviewer: Reviewer, reason: str = "not a mood") -> Reviewed:
    """Reject an answer."""
    return reject_annotation(annotation=annotation_of(done), reviewer=reviewer, reason=reason)


def fix(done: Submitted, person: Annotator, label: str) -> Submitted:
    """Fix one's own answer."""
    return fix_answer(
        annotation=annotation_of(done),
        annotator=person,
        regions=said(label),
        submission_id=uuid.uuid4(),
    )


# The claim of a reviewer


def test_nobody_is_given_their_own_work_to_review(
    reviewed: Queue, ada_works: Annotator, rui_works: Annotator
) -> None:
    answered(reviewed, ada_works)
    mine = claim_tasks(queue=reviewed, annotator_id=ada_works.pk, stage=Stage.REVIEW, hold=1)
    assert (mine.holds, mine.is_over) == ([], True)
    assert claimed(reviewed, rui_works, Stage.REVIEW).task.stage == Stage.REVIEW


def test_tasks_that_a_reviewer_holds_still_count_as_waiting(
    reviewed: Queue, ada_works: Annotator, rui_works: Annotator
) -> None:
    for _task in range(3):
        answered(reviewed, ada_works)
    claim_tasks(queue=reviewed, annotator_id=rui_works.pk, stage=Stage.REVIEW, hold=2)
    shown = show_progress(reviewed, Stage.REVIEW, rui_works.pk)
    assert shown == {"done": 0, "total": 3, "mine": 0}


def test_nobody_reviews_their_own_work_without_a_hold_either(
    reviewed: Queue, mia_works: Annotator, mia: User
) -> None:
    done = answered(reviewed, mia_works)
    with pytest.raises(OwnWork):
        accept_annotation(annotation=annotation_of(done), reviewer=chair(mia_works, mia))


def test_who_answered_a_task_does_not_review_the_other_answers(
    project: Project, ada_works: Annotator, mia_works: Annotator, mia: User
) -> None:
    queue = make_queue(project, 1, overlap=2, review_share=1.0)
    done = answered(queue, ada_works)
    answered(queue, mia_works)
    with pytest.raises(OwnWork):
        accept_annotation(annotation=annotation_of(done), reviewer=chair(mia_works, mia))


# Verdicts


def test_an_accepted_answer_is_the_truth(
    reviewed: Queue, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    done = answered(reviewed, ada_works, "dull")
    assert not Truth.objects.exists()
    hold = claimed(reviewed, rui_works, Stage.REVIEW)
    accept_annotation(annotation=annotation_of(done), reviewer=chair(rui_works, rui, hold))
    truth = Truth.objects.get()
    assert (truth.label, truth.method, truth.by) == ("dull", Truth.Method.REVIEWED, rui)
    assert Task.objects.get(pk=hold.task_id).stage == Stage.DONE
    assert Assignment.objects.get(pk=hold.pk).state == Assignment.State.SUBMITTED
    assert broken_promises() == []


def test_a_correction_is_kept_beside_what_it_corrects(
    reviewed: Queue, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    done = answered(reviewed, ada_works, "dull")
    corrected = correct_annotation(
        annotation=annotation_of(done),
        reviewer=chair(rui_works, rui, claimed(reviewed, rui_works, Stage.REVIEW)),
        regions=said("bad"),
        submission_id=uuid.uuid4(),
    ).corrected
    assert corrected is not None
    assert (corrected.origin, corrected.replaces_id) == ("corrected", done.annotation_id)
    truth = Truth.objects.get()
    assert (truth.label, truth.method) == ("bad", Truth.Method.CORRECTED)
    assert Review.objects.get().corrected_id == corrected.pk


def test_a_rejection_needs_a_reason(
    reviewed: Queue, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    done = answered(reviewed, ada_works)
    with pytest.raises(Invalid):
        reject(done, chair(rui_works, rui), " ")


def test_a_rejected_task_goes_to_somebody_else_and_comes_back(
    reviewed: Queue, ada_works: Annotator, bo_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    done = answered(reviewed, ada_works)
    hold = claimed(reviewed, rui_works, Stage.REVIEW)
    reject(done, chair(rui_works, rui, hold))
    task = Task.objects.get(pk=hold.task_id)
    assert (task.stage, task.overlap, task.free_seats) == (Stage.ANNOTATE, 2, 1)
    assert claimed(reviewed, ada_works).task_id != task.pk
    assert answered(reviewed, bo_works, "bad").task_done
    assert claimed(reviewed, rui_works, Stage.REVIEW).task_id == task.pk
    assert broken_promises() == []


def test_the_author_of_a_rejected_answer_may_fix_it(
    reviewed: Queue, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    done = answered(reviewed, ada_works)
    hold = claimed(reviewed, rui_works, Stage.REVIEW)
    reject(done, chair(rui_works, rui, hold))
    fix(done, ada_works, "bad")
    task = Task.objects.get(pk=hold.task_id)
    assert (task.stage, task.overlap, task.free_seats) == (Stage.REVIEW, 1, 1)
    assert claimed(reviewed, rui_works, Stage.REVIEW).task_id == task.pk
    assert broken_promises() == []


def test_a_rejected_answer_has_no_say_in_what_the_others_agree_on(
    project: Project,
    ada_works: Annotator,
    bo_works: Annotator,
    mia_works: Annotator,
    rui_works: Annotator,
    rui: User,
) -> None:
    queue = make_queue(project, 1, overlap=2)
    wrong = answered(queue, ada_works, "good")
    answered(queue, bo_works, "bad")
    reject(wrong, chair(rui_works, rui, claimed(queue, rui_works, Stage.REVIEW)))
    answered(queue, mia_works, "bad")
    truth = Truth.objects.get()
    assert (truth.label, truth.lineage["annotators"]) == ("bad", ["Bo", "Mia"])
    assert broken_promises() == []


def test_a_verdict_after_the_lease_decides_only_while_nobody_else_has(
    reviewed: Queue,
    ada_works: Annotator,
    rui_works: Annotator,
    rui: User,
    mia_works: Annotator,
    mia: User,
) -> None:
    done = answered(reviewed, ada_works)
    hold = claimed(reviewed, rui_works, Stage.REVIEW)
    end_leases()
    mine = claimed(reviewed, mia_works, Stage.REVIEW)
    reject(done, chair(mia_works, mia, mine))
    late = accept_annotation(annotation=annotation_of(done), reviewer=chair(rui_works, rui, hold))
    assert late.is_extra
    assert not Truth.objects.exists()
    assert Review.objects.count() == 2


def test_a_late_verdict_takes_the_seat_that_is_free(
    reviewed: Queue, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    done = answered(reviewed, ada_works)
    hold = claimed(reviewed, rui_works, Stage.REVIEW)
    end_leases()
    late = accept_annotation(annotation=annotation_of(done), reviewer=chair(rui_works, rui, hold))
    assert not late.is_extra
    assert Truth.objects.get().method == Truth.Method.REVIEWED


def test_an_extra_answer_cannot_decide(
    reviewed: Queue, ada_works: Annotator, bo_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    hold = claimed(reviewed, ada_works)
    end_leases()
    answered(reviewed, bo_works)
    Answer.objects.update(is_extra=True)
    done = Submitted(Answer.objects.get(task=hold.task_id).annotation_id, True, False)
    with pytest.raises(NotReviewable):
        accept_annotation(annotation=annotation_of(done), reviewer=chair(rui_works, rui))


# Overlap


def test_answers_that_agree_become_truth(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 1, overlap=2)
    assert not answered(queue, ada_works, "bad").task_done
    assert answered(queue, bo_works, "bad").task_done
    truth = Truth.objects.get()
    assert (truth.label, truth.method) == ("bad", Truth.Method.AGREED)
    assert truth.lineage["annotators"] == ["Ada", "Bo"]
    assert Task.objects.get().agreed is True


def test_answers_that_differ_go_to_review(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 1, overlap=2)
    answered(queue, ada_works, "bad")
    answered(queue, bo_works, "good")
    task = Task.objects.get()
    assert (task.stage, task.agreed) == (Stage.REVIEW, False)
    assert not Truth.objects.exists()


def test_the_majority_decides_where_the_policy_says_so(
    project: Project, ada_works: Annotator, bo_works: Annotator, rui_works: Annotator
) -> None:
    queue = make_queue(project, 1, overlap=3, on_disagreement=Queue.Disagreement.MAJORITY)
    for person, label in ((ada_works, "good"), (bo_works, "bad"), (rui_works, "bad")):
        answered(queue, person, label)
    assert Truth.objects.get().label == "bad"


# Fixing


def test_a_fix_takes_the_place_of_the_answer_and_of_the_truth(
    queue: Queue, ada_works: Annotator
) -> None:
    done = answered(queue, ada_works, "good")
    fixed = fix(done, ada_works, "bad")
    assert Truth.objects.get(is_current=True).label == "bad"
    replaced = Annotation.objects.get(pk=done.annotation_id)
    assert not replaced.is_latest
    assert Annotation.objects.get(pk=fixed.annotation_id).replaces_id == replaced.pk
    assert list(Answer.objects.values_list("revision", flat=True)) == [1, 2]


def test_a_fix_sent_twice_is_one_fix(queue: Queue, ada_works: Annotator) -> None:
    done = answered(queue, ada_works, "good")
    key = uuid.uuid4()
    values: dict[str, Any] = {"annotator": ada_works, "regions": said("bad"), "submission_id": key}
    first = fix_answer(annotation=annotation_of(done), **values)
    again = fix_answer(annotation=annotation_of(done), **values)
    assert (again.annotation_id, again.is_new) == (first.annotation_id, False)
    assert Answer.objects.count() == 2


def test_a_fix_that_now_differs_goes_to_review(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 1, overlap=2)
    done = answered(queue, ada_works, "bad")
    answered(queue, bo_works, "bad")
    fix(done, ada_works, "good")
    assert Task.objects.get().stage == Stage.REVIEW
    assert broken_promises() == []


def test_a_fix_after_a_review_asks_for_another_review(
    reviewed: Queue, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    done = answered(reviewed, ada_works)
    hold = claimed(reviewed, rui_works, Stage.REVIEW)
    accept_annotation(annotation=annotation_of(done), reviewer=chair(rui_works, rui, hold))
    fix(done, ada_works, "bad")
    assert Task.objects.get(pk=hold.task_id).stage == Stage.REVIEW
    assert Truth.objects.get(is_current=True).label == "good"
    assert claimed(reviewed, rui_works, Stage.REVIEW).task_id == hold.task_id


def test_a_fix_of_what_was_reviewed_unasked_goes_to_review_too(
    queue: Queue, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    done = answered(queue, ada_works)
    accept_annotation(annotation=annotation_of(done), reviewer=chair(rui_works, rui))
    fix(done, ada_works, "bad")
    assert Task.objects.get(answers=1).stage == Stage.REVIEW
    assert Truth.objects.get(is_current=True).label == "good"
    assert broken_promises() == []


def test_nobody_fixes_the_answer_of_another(
    queue: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    done = answered(queue, ada_works)
    with pytest.raises(NotFixable):
        fix(done, bo_works, "bad")
