"""People's days are counted while they work, and counting anew says the same."""

import importlib
import uuid
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from annotate.models import Answer, Assignment, Queue, Review, Stage, WorkDay
from annotate.queries.workdays import differing_days
from annotate.services.claiming import claim_tasks
from annotate.services.fixing import fix_answer
from annotate.services.gold import plant_gold
from annotate.services.holds import release_task, skip_task
from annotate.services.reviews import (
    Reviewer,
    accept_annotation,
    correct_annotation,
    reject_annotation,
)
from annotate.services.workdays import days_that_differ, mend_days
from datasets.models import Annotation, Item, Truth
from datasets.services.truths import accept_truth
from foundation.models import Annotator, Project, User
from tests.annotate.making import (
    answered,
    claimed,
    end_leases,
    fetched,
    make_queue,
    said,
    submitted,
)

pytestmark = pytest.mark.django_db


def day_of(person: Annotator) -> WorkDay:
    """The one day on which this person worked."""
    return WorkDay.objects.get(annotator=person)


def test_an_answer_counts_once_with_its_time_however_often_it_is_saved_sent_and_fixed(
    queue: Queue, ada_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    sent: dict[str, Any] = {"submission_id": uuid.uuid4(), "seconds": 12.5}
    first = submitted(hold, **sent)
    submitted(hold, **sent)
    submitted(fetched(hold.pk), "bad", seconds=30.0)  # from another tab
    fix_answer(
        annotation=Annotation.objects.get(pk=first.annotation_id),
        annotator=ada_works,
        regions=said("dull"),
        submission_id=uuid.uuid4(),
    )
    day = day_of(ada_works)
    assert (day.answers, day.extra, day.timed, day.milliseconds) == (1, 0, 1, 12_500)
    assert (list(day.seconds.values()), sum(day.quarters.values())) == ([1], 1)
    assert differing_days() == []


def test_the_time_of_skipped_work_is_known_and_a_skip_counts_once(
    queue: Queue, ada_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    skip_task(assignment=hold, fence=1, seconds=7.25)
    skip_task(assignment=hold, fence=1, seconds=9.0)
    release_task(assignment=claimed(queue, ada_works), fence=1)
    day = day_of(ada_works)
    assert (day.skipped, day.skip_milliseconds, day.answers, day.timed) == (1, 7250, 0, 0)
    assert differing_days() == []


def test_an_answer_without_a_seat_is_extra(
    queue: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    end_leases()
    Annotator.objects.filter(pk=bo_works.pk).update(name="Bo")
    claim_tasks(queue=queue, annotator_id=bo_works.pk, stage=Stage.ANNOTATE, hold=10)
    submitted(fetched(hold.pk), seconds=4.0)
    day = day_of(ada_works)
    assert (day.answers, day.extra, day.timed, sum(day.quarters.values())) == (0, 1, 1, 0)
    assert differing_days() == []


def test_verdicts_count_for_who_gives_and_who_gets_them(
    project: Project, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    queue = make_queue(project, 5, review_share=1.0)
    said_by_ada = [
        Annotation.objects.get(pk=answered(queue, ada_works).annotation_id) for _ in range(3)
    ]
    reviewer = Reviewer(rui_works, rui)
    accept_annotation(annotation=said_by_ada[0], reviewer=reviewer)
    reject_annotation(annotation=said_by_ada[1], reviewer=reviewer, reason="blurred")
    correct_annotation(
        annotation=said_by_ada[2],
        reviewer=reviewer,
        regions=said("bad"),
        submission_id=uuid.uuid4(),
    )
    ada, her_reviewer = day_of(ada_works), day_of(rui_works)
    assert (ada.accepted, ada.corrected, ada.rejected, ada.reviewed) == (1, 1, 1, 0)
    assert (her_reviewer.reviewed, her_reviewer.answers) == (3, 0)
    assert differing_days() == []


def test_a_fix_on_gold_replaces_the_check(queue: Queue, ada_works: Annotator, ada: User) -> None:
    item = Item.objects.first()
    assert item is not None
    accept_truth(
        item=item,
        schema_revision=queue.schema_revision,
        regions=said("good"),
        method=Truth.Method.SINGLE,
        lineage={},
        by=ada,
    )
    plant_gold(queue=queue, items=[item], by=ada)
    Queue.objects.filter(pk=queue.pk).update(gold_share=1.0)
    wrong = answered(queue, ada_works, "bad")
    assert (day_of(ada_works).gold_checks, day_of(ada_works).gold_right) == (1, 0)
    fix_answer(
        annotation=Annotation.objects.get(pk=wrong.annotation_id),
        annotator=ada_works,
        regions=said("good"),
        submission_id=uuid.uuid4(),
    )
    day = day_of(ada_works)
    assert (day.gold_checks, day.gold_right, day.gold_score) == (1, 1, 1.0)
    assert differing_days() == []


def test_the_doctor_finds_a_day_that_is_counted_wrongly_and_counts_it_anew(
    queue: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    answered(queue, ada_works)
    answered(queue, bo_works)
    WorkDay.objects.filter(annotator=ada_works).update(answers=7, seconds={"b3": 2})
    WorkDay.objects.filter(annotator=bo_works).delete()
    assert {key.annotator for key in days_that_differ()} == {ada_works.pk, bo_works.pk}
    with pytest.raises(CommandError):
        call_command("doctor", stdout=StringIO())
    assert mend_days() == 2
    assert differing_days() == []
    assert (day_of(ada_works).answers, day_of(ada_works).seconds) == (1, {})
    call_command("doctor", stdout=StringIO())


def test_what_was_done_before_days_were_counted_is_counted_when_the_house_is_moved(
    queue: Queue,
    ada_works: Annotator,
    bo_works: Annotator,
    rui: User,
    rui_works: Annotator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hold = claimed(queue, bo_works)
    skip_task(assignment=hold, fence=1)
    for seconds in (1.0, 8.0, None):
        done = submitted(claimed(queue, ada_works), seconds=seconds)
    said_last = Annotation.objects.get(pk=done.annotation_id)
    reject_annotation(annotation=said_last, reviewer=Reviewer(rui_works, rui), reason="no")
    assert (Review.objects.count(), Answer.objects.count()) == (1, 3)
    before = sorted(WorkDay.objects.values_list("annotator", "answers", "skipped", "rejected"))
    WorkDay.objects.all().delete()
    Assignment.objects.update(skipped_at=None)
    moved = importlib.import_module("annotate.migrations.0009_what_people_do_a_day")
    monkeypatch.setattr(moved, "WINDOW", 2)
    moved.count_days(apps, connection.schema_editor())
    after = sorted(WorkDay.objects.values_list("annotator", "answers", "skipped", "rejected"))
    assert after == before
    assert differing_days() == []
