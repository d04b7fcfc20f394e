"""Courses: lessons, an exam by chance, and work that is open once it is passed."""

import uuid
from datetime import timedelta

import pytest
from django.db.models import F

from annotate.errors import (
    CourseAsksAll,
    CourseFirst,
    CourseNotReady,
    CourseWaits,
    NotFixable,
    QueueNotOpen,
)
from annotate.models import Assignment, Attempt, Course, GoldCheck, Queue, Stage, Task
from annotate.queries.agreement import agreement_of_dataset
from annotate.queries.courses import has_passed_course
from annotate.queries.invariants import broken_promises
from annotate.services.attempts import excuse_from_course, mark_read
from annotate.services.claiming import claim_tasks
from annotate.services.courses import Asked, CoursePlan, change_course, create_course
from annotate.services.fixing import fix_answer
from annotate.services.holds import skip_task
from annotate.services.queues import change_queue, set_guideline, set_state
from datasets.models import Annotation, Item, Truth
from foundation.errors import Invalid
from foundation.models import Annotator, Event, Project
from tests.annotate.courses import answer_exam, known_texts, make_course, next_one
from tests.annotate.making import end_leases, make_queue, make_texts, said, submitted

pytestmark = pytest.mark.django_db
State = Attempt.State


def attempt_of(course: Course, person: Annotator) -> Attempt:
    """The last attempt of somebody."""
    return Attempt.objects.filter(course=course, annotator=person).latest("number")


def test_a_lesson_waits_until_its_explanation_is_read(
    project: Project, ada_works: Annotator
) -> None:
    course = make_course(project, lessons=2)
    answer_exam(course, ada_works, "bad")
    assert next_one(course, ada_works) is None
    mark_read(attempt=attempt_of(course, ada_works))
    assert next_one(course, ada_works) is not None
    assert GoldCheck.objects.get().score == 0.0


def test_lessons_do_not_count_and_the_exam_is_passed_at_the_mark(
    project: Project, ada_works: Annotator
) -> None:
    course = make_course(project, pass_mark=0.5)
    answer_exam(course, ada_works, "bad")
    mark_read(attempt=attempt_of(course, ada_works))
    answer_exam(course, ada_works, "good", "bad")
    attempt = attempt_of(course, ada_works)
    assert (attempt.state, attempt.right, attempt.total) == (State.PASSED, 1, 2)
    assert next_one(course, ada_works) is None
    assert Event.objects.filter(verb="course.passed").get().data["annotator"] == ada_works.name
    assert broken_promises() == []


def test_a_retake_asks_no_lesson_and_first_what_was_not_asked(
    project: Project, ada_works: Annotator
) -> None:
    course = make_course(project, lessons=1, exam=4)
    answer_exam(course, ada_works, "good")
    mark_read(attempt=attempt_of(course, ada_works))
    answer_exam(course, ada_works, "bad", "bad")
    first = attempt_of(course, ada_works)
    assert first.state == State.FAILED
    answer_exam(course, ada_works, "good", "good")
    second = attempt_of(course, ada_works)
    assert second.state == State.PASSED
    assert len(second.tasks) == 2
    assert not set(second.tasks) & set(first.tasks)


def test_attempts_are_limited_and_wait(project: Project, ada_works: Annotator) -> None:
    course = make_course(project, lessons=0, max_attempts=2, wait_minutes=30)
    answer_exam(course, ada_works, "bad", "bad")
    with pytest.raises(CourseWaits, match="next attempt"):
        next_one(course, ada_works)
    Attempt.objects.update(ended_at=F("ended_at") - timedelta(minutes=31))
    answer_exam(course, ada_works, "bad", "bad")
    Attempt.objects.update(ended_at=F("ended_at") - timedelta(minutes=31))
    with pytest.raises(CourseWaits, match="all 2 attempts"):
        next_one(course, ada_works)


# Work after the course


@pytest.fixture
def course(project: Project) -> Course:
    """Two of three items, no lesson."""
    return make_course(project, lessons=0)


@pytest.fixture
def work(project: Project, course: Course) -> Queue:
    """A queue that asks for the course."""
    queue = make_queue(
        project, dataset=make_texts(project, 3, "Work"), revision=course.queue.schema_revision
    )
    return change_queue(queue=queue, by=None, asks_course=course)


def has_work(queue: Queue, person: Annotator) -> bool:
    """Whether somebody gets a task."""
    queue = Queue.objects.get(pk=queue.pk)
    return bool(
        claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=1).holds
    )


def test_work_opens_at_once_when_the_course_is_passed(
    course: Course, work: Queue, ada_works: Annotator
) -> None:
    with pytest.raises(CourseFirst, match="First steps"):
        has_work(work, ada_works)
    answer_exam(course, ada_works, "good", "good")
    assert has_work(work, ada_works)


def test_a_new_guideline_asks_for_the_course_anew_where_chosen(
    course: Course, work: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    answer_exam(course, ada_works, "good", "good")
    set_guideline(queue=work, text="Look twice.", by=None)
    assert has_work(work, ada_works)
    change_queue(queue=work, by=None, asks_course_anew=True)
    set_guideline(queue=work, text="Look three times.", by=None)
    assert has_work(work, ada_works)  # the task in hand may be finished
    Assignment.objects.filter(queue=work).update(state=Assignment.State.RETURNED)
    with pytest.raises(CourseFirst):
        has_work(work, ada_works)
    answer_exam(course, ada_works, "good", "good")
    assert has_work(work, ada_works)


def test_a_changed_course_asks_anew_where_chosen(
    course: Course, work: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    answer_exam(course, ada_works, "good", "good")
    answer_exam(course, bo_works, "good")
    items = list(Item.objects.filter(dataset=course.queue.dataset))
    plan = CoursePlan(exam=[Asked(item) for item in items], exam_size=1, wait_minutes=0)
    change_course(course=course, plan=plan, by=None)
    assert has_passed_course(course.pk, ada_works.pk)
    change_course(course=course, plan=plan, by=None, asks_anew=True)
    assert not has_passed_course(course.pk, ada_works.pk)
    answer_exam(course, bo_works, "good")  # his half attempt is over, the new one is short
    assert has_passed_course(course.pk, bo_works.pk)


def test_who_is_excused_works_at_once(course: Course, work: Queue, ada_works: Annotator) -> None:
    answer_exam(course, ada_works, "bad")
    excuse_from_course(course=course, annotator=ada_works, reason="Wrote it", by=None)
    excuse_from_course(course=course, annotator=ada_works, reason="Wrote it", by=None)
    assert has_work(work, ada_works)
    assert Attempt.objects.filter(state=State.EXCUSED).count() == 1
    assert Event.objects.filter(verb="course.excused").count() == 1


def test_answers_of_a_course_count_nowhere(
    course: Course, ada_works: Annotator, bo_works: Annotator
) -> None:
    before = set(Truth.objects.values_list("pk", "is_current"))
    answer_exam(course, ada_works, "good", "bad")
    answer_exam(course, bo_works, "bad", "bad")
    report = agreement_of_dataset(course.queue.dataset, course.queue.schema)
    assert report.answers == 0
    assert set(Truth.objects.values_list("pk", "is_current")) == before
    assert set(Task.objects.values_list("answers", "is_open")) == {(0, False)}


# What goes wrong


def test_a_plan_that_does_not_fit_is_refused_with_its_places(project: Project) -> None:
    dataset, revision, items = known_texts(project, 3)
    bare = make_texts(project, 4)
    unknown = Item.objects.filter(dataset=bare).latest("pk")
    Item.objects.filter(pk=items[2].pk).update(archived_at="2026-01-01T00:00:00Z")
    items[2].refresh_from_db()

    def places(**plan: object) -> set[tuple[str, str]]:
        with pytest.raises(Invalid) as error:
            create_course(
                dataset=dataset,
                schema=revision.schema,
                name="Wrong",
                plan=CoursePlan(**plan),  # type: ignore[arg-type]
                by=None,
            )
        return {(place.at, place.code) for place in error.value.places}

    assert places() == {("exam", "empty")}
    assert places(exam=[Asked(items[0])]) == {("exam_size", "too-few-items")}
    wrong = [Asked(items[0]), Asked(items[0]), Asked(items[2]), Asked(unknown)]
    assert places(exam=wrong, exam_size=1, pass_mark=0) == {
        ("pass_mark", "out-of-range"),
        ("exam/1", "twice"),
        ("exam/2", "archived"),
        ("exam/3", "no-truth"),
    }
    assert not Queue.objects.filter(name="Wrong").exists()


def test_an_item_archived_in_the_middle_is_left_out(
    course: Course, ada_works: Annotator, bo_works: Annotator
) -> None:
    answer_exam(course, ada_works, "good")
    left = Task.objects.get(pk=attempt_of(course, ada_works).tasks[1])
    Item.objects.filter(pk=left.item_id).update(archived_at="2026-01-01T00:00:00Z")
    assert next_one(course, ada_works) is None
    attempt = attempt_of(course, ada_works)
    assert (attempt.state, attempt.right, attempt.total) == (State.PASSED, 1, 1)
    Item.objects.filter(dataset=course.queue.dataset).update(archived_at="2026-01-01T00:00:00Z")
    with pytest.raises(CourseNotReady, match="Only 0 items"):
        next_one(course, bo_works)


def test_two_tabs_walk_one_attempt_and_the_first_answer_counts(
    course: Course, ada_works: Annotator
) -> None:
    one, other = next_one(course, ada_works), next_one(course, ada_works)
    assert one is not None
    assert other is not None
    assert (one.pk, one.fence) == (other.pk, other.fence)
    submitted(one, "bad")
    assert submitted(other, "good").is_extra
    assert [check.score for check in GoldCheck.objects.all()] == [0.0]
    answer_exam(course, ada_works, "good")
    assert attempt_of(course, ada_works).right == 1


def test_an_answer_counts_after_its_lease(course: Course, ada_works: Annotator) -> None:
    held = next_one(course, ada_works)
    assert held is not None
    end_leases()
    assert not submitted(held, "good").is_extra
    answer_exam(course, ada_works, "good")
    assert attempt_of(course, ada_works).state == State.PASSED


def test_nothing_is_skipped_or_fixed(course: Course, ada_works: Annotator) -> None:
    held = next_one(course, ada_works)
    assert held is not None
    with pytest.raises(CourseAsksAll):
        skip_task(assignment=held, fence=held.fence)
    submitted(held, "bad")
    with pytest.raises(NotFixable):
        fix_answer(
            annotation=Annotation.objects.get(),
            annotator=ada_works,
            regions=said("good"),
            submission_id=uuid.uuid4(),
        )


def test_a_paused_course_says_so(course: Course, ada_works: Annotator) -> None:
    set_state(queue=course.queue, state=Queue.State.PAUSED, by=None)
    with pytest.raises(QueueNotOpen):
        next_one(course, ada_works)
