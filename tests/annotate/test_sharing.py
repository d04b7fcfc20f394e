"""Work is shared by rule: overlap that grows, who may answer, limits, risks, people who leave."""

import uuid
from typing import Any

import pytest

from annotate.errors import LimitReached, NotForYou, OwnWork
from annotate.models import Assignment, GoldCheck, Queue, Stage, Task
from annotate.queries.answerers import answerers_of
from annotate.queries.invariants import broken_promises
from annotate.services.claiming import claim_tasks
from annotate.services.holds import reserve_tasks, skip_task
from annotate.services.queues import change_queue
from annotate.services.reviews import Reviewer, accept_annotation
from annotate.services.settling import return_left_work, settle_steps
from datasets.models import Annotation, Item, Truth
from foundation.errors import Conflict, Invalid
from foundation.models import Annotator, Membership, Project, User
from foundation.services.people import end_membership, erase_person
from foundation.services.teams import change_team, create_team, delete_team, describe_annotator
from tests.annotate.making import (
    answered,
    claimed,
    make_people,
    make_queue,
    make_texts,
    said,
    submitted,
)

pytestmark = pytest.mark.django_db
State = Assignment.State


@pytest.fixture
def people(project: Project) -> list[Annotator]:
    """Four who annotate, and nobody else does."""
    Annotator.objects.filter(project=project).update(ended_at="2026-01-01T00:00:00Z")
    return make_people(project, 4)


def only_task(queue: Queue) -> Task:
    """The one task of a queue, as it is stored; every promise holds."""
    assert broken_promises() == []
    return Task.objects.get(queue=queue)


def claim_none(queue: Queue, person: Annotator) -> bool:
    """Whether this person hears "nothing left"."""
    queue = Queue.objects.get(pk=queue.pk)
    claim = claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=1)
    return claim.is_over and not claim.holds


# Overlap that grows


def test_one_more_person_is_asked_until_an_answer_leads(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 1, overlap=2, most_overlap=4, on_disagreement="majority")
    answered(queue, people[0], "good")
    answered(queue, people[1], "bad")
    task = only_task(queue)
    assert (task.stage, task.overlap, task.free_seats, task.agreed) == (0, 3, 1, None)
    assert Queue.objects.get(pk=queue.pk).wanted == 3
    answered(queue, people[2], "bad")
    task = only_task(queue)
    assert (task.stage, task.overlap, task.agreed) == (Stage.DONE, 3, False)
    assert Truth.objects.get().regions == said("bad")


def test_answers_that_agree_ask_nobody_more(project: Project, people: list[Annotator]) -> None:
    queue = make_queue(project, 1, overlap=2, most_overlap=4)
    answered(queue, people[0])
    answered(queue, people[1])
    assert (only_task(queue).stage, only_task(queue).overlap) == (Stage.DONE, 2)
    assert claim_none(queue, people[2])


def test_growth_ends_at_its_most_and_a_reviewer_decides(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 1, overlap=2, most_overlap=3)
    for person, label in zip(people, ["good", "bad", "dull"], strict=False):
        answered(queue, person, label)
    assert (only_task(queue).stage, only_task(queue).overlap) == (Stage.REVIEW, 3)


def test_growth_ends_with_the_people_not_with_a_task_that_waits_for_nobody(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 1, overlap=2, most_overlap=50)
    Annotator.objects.filter(pk__in=[people[2].pk, people[3].pk]).update(
        ended_at="2026-01-01T00:00:00Z"
    )
    answered(queue, people[0], "good")
    answered(queue, people[1], "bad")
    assert (only_task(queue).stage, only_task(queue).overlap) == (Stage.REVIEW, 2)


def test_growth_ends_with_the_budget_of_the_queue(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 2, overlap=2, most_overlap=4, answer_budget=5)
    for _task in range(2):
        answered(queue, people[0], "good")
        answered(queue, people[1], "bad")
    stages = list(Task.objects.filter(queue=queue).order_by("rank").values_list("stage", "overlap"))
    assert stages == [(Stage.ANNOTATE, 3), (Stage.REVIEW, 2)]
    assert Queue.objects.get(pk=queue.pk).wanted == 5


def test_a_grown_task_is_decided_when_the_last_person_left_skips_it(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 1, overlap=2, most_overlap=4)
    for person, label in zip(people, ["good", "bad"], strict=False):
        answered(queue, person, label)
    for person in people[2:]:
        hold = claimed(queue, person)
        assert only_task(queue).stage == Stage.ANNOTATE
        skip_task(assignment=hold, fence=hold.fence)
    task = only_task(queue)
    assert (task.stage, task.overlap, Queue.objects.get(pk=queue.pk).wanted) == (Stage.REVIEW, 2, 2)


def test_a_grown_task_is_decided_when_the_people_it_waits_for_leave(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 2, overlap=2, most_overlap=4)
    for person, label in zip(people, ["good", "bad"], strict=False):
        answered(queue, person, label)
    waiting = Task.objects.get(queue=queue, overlap=3)
    Annotator.objects.filter(pk=people[2].pk).update(ended_at="2026-01-01T00:00:00Z")
    assert [moved for moved, _last in settle_steps(queue)] == [0]  # one is left
    Annotator.objects.filter(pk=people[3].pk).update(ended_at="2026-01-01T00:00:00Z")
    assert [moved for moved, _last in settle_steps(queue)] == [1]
    waiting.refresh_from_db()
    assert waiting.stage == Stage.REVIEW
    assert broken_promises() == []


# Who may answer


def test_a_queue_for_a_team_is_for_nobody_else(
    project: Project, mia: User, people: list[Annotator]
) -> None:
    queue = make_queue(project, 2)
    team = create_team(project=project, name="Night shift", by=mia, annotators=people[:2])
    queue.who = {"teams": [team.pk]}
    queue.save()
    assert {one.pk for one in answerers_of(queue)} == {people[0].pk, people[1].pk}
    claimed(queue, people[0])
    with pytest.raises(NotForYou, match="manager named"):
        claim_none(queue, people[2])
    change_team(team=team, by=mia, annotators=[people[2]])
    hold = claimed(queue, people[2])
    delete_team(team=team, by=mia)
    # What is in hand may be finished.
    assert not submitted(hold).is_extra
    with pytest.raises(NotForYou):
        claim_none(queue, people[2])
    assert answerers_of(queue) == []


def test_skills_and_languages_are_cleaned_and_decide(
    project: Project, mia: User, people: list[Annotator]
) -> None:
    queue = make_queue(project, 1)
    queue.who = {"skills": ["radiology"], "languages": ["pt"]}
    queue.save()
    with pytest.raises(NotForYou, match="skills"):
        claim_none(queue, people[0])
    describe_annotator(annotator=people[0], by=mia, skills=[" Radiology "], languages=["de"])
    with pytest.raises(NotForYou, match="language"):
        claim_none(queue, people[0])
    describe_annotator(annotator=people[0], by=mia, skills=["radiology"], languages=["pt-BR"])
    assert claimed(queue, people[0]).task.queue_id == queue.pk
    for skills, languages in ((["a,b"], []), ([], ["German"]), ([str(n) for n in range(21)], [])):
        with pytest.raises(Invalid):
            describe_annotator(annotator=people[0], by=mia, skills=skills, languages=languages)


def test_a_team_has_one_name_and_only_people_of_its_project(
    project: Project, mia: User, people: list[Annotator]
) -> None:
    team = create_team(project=project, name="  Day   shift ", by=mia)
    assert team.name == "Day shift"
    with pytest.raises(Conflict, match="Day shift"):
        create_team(project=project, name="Day shift", by=mia)
    with pytest.raises(Invalid):
        change_team(team=team, by=mia, name=" ")
    stranger = make_people(Project.objects.create(name="Elsewhere"), 1)[0]
    change_team(team=team, by=mia, annotators=[people[0], stranger])
    assert list(team.annotators.all()) == [people[0]]


# Limits


def test_a_person_gets_their_share_of_a_queue_and_no_more(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 5, most_mine=2)
    claim = claim_tasks(queue=queue, annotator_id=people[0].pk, stage=Stage.ANNOTATE, hold=5)
    assert (len(claim.holds), claim.is_over) == (2, False)
    for _task in range(2):
        hold = Assignment.objects.filter(annotator=people[0], state=State.HELD).first()
        assert hold is not None
        submitted(hold)
    with pytest.raises(LimitReached, match="at most 2 tasks"):
        claim_none(queue, people[0])
    claimed(queue, people[1])


def test_a_new_day_gives_a_new_share(project: Project, people: list[Annotator]) -> None:
    queue = make_queue(project, 5, most_a_day=1)
    answered(queue, people[0])
    with pytest.raises(LimitReached, match="tomorrow"):
        claim_none(queue, people[0])
    Assignment.objects.update(submitted_at="2026-01-01T12:00:00Z")
    answered(queue, people[0])
    assert Task.objects.filter(queue=queue, stage=Stage.DONE).count() == 2


# Risks


def test_a_task_goes_to_review_for_its_risks_and_only_for_them(
    project: Project, people: list[Annotator]
) -> None:
    queue = make_queue(project, 3, review_risks=["gold", "unsure"])
    answered(queue, people[0])
    submitted(claimed(queue, people[0]), is_unsure=True)
    item = Item.objects.filter(dataset=queue.dataset).earliest("pk")
    GoldCheck.objects.bulk_create(
        GoldCheck(
            queue=queue,
            item=item,
            schema=queue.schema,
            annotator=people[1],
            annotation=_annotation(queue, item, people[1]),
            score=score,
        )
        for score in (1.0, 1.0, 0.0, 1.0, 0.0)
    )
    answered(queue, people[1])
    stages = Task.objects.filter(queue=queue).order_by("rank").values_list("stage", flat=True)
    assert list(stages) == [Stage.DONE, Stage.REVIEW, Stage.REVIEW]


def _annotation(queue: Queue, item: Item, person: Annotator) -> Annotation:
    return Annotation.objects.create(
        item=item,
        schema_revision=queue.schema_revision,
        annotator=person,
        submission_id=uuid.uuid4(),
    )


def test_one_reviews_own_work_only_where_the_policy_says_so(
    project: Project, rui: User, people: list[Annotator]
) -> None:
    queue = make_queue(project, 1, review_share=1.0)
    answered(queue, people[0])
    review: dict[str, Any] = {"annotator_id": people[0].pk, "stage": Stage.REVIEW, "hold": 1}
    assert claim_tasks(queue=queue, **review).holds == []
    annotation = Annotation.objects.get()
    with pytest.raises(OwnWork):
        accept_annotation(annotation=annotation, reviewer=Reviewer(people[0], rui))
    change_queue(queue=queue, by=None, policy={"reviews_own": True})
    assert len(claim_tasks(queue=queue, **review).holds) == 1
    accept_annotation(annotation=annotation, reviewer=Reviewer(people[0], rui))
    assert only_task(queue).stage == Stage.DONE


# Order


def test_items_come_by_their_priority_or_a_group_at_a_time(project: Project) -> None:
    dataset = make_texts(project, 6)
    items = list(Item.objects.filter(dataset=dataset).order_by("pk"))
    for item, priority, group in zip(items, [None, 5, 0, 5, "x", 1], "abab a", strict=True):
        item.metadata = {} if priority is None else {"priority": priority}
        item.group = group.strip()
        item.save()
    queue = make_queue(project, dataset=dataset, order="priority")
    order = list(Task.objects.filter(queue=queue).order_by("rank").values_list("item", flat=True))
    assert [items.index(Item.objects.get(pk=pk)) for pk in order] == [2, 5, 1, 3, 0, 4]
    queue = make_queue(
        project, dataset=dataset, order="grouped", name="By group", revision=queue.schema_revision
    )
    groups = list(
        Task.objects.filter(queue=queue).order_by("rank").values_list("item__group", flat=True)
    )
    assert groups[0] == ""
    assert groups[1:] in (["a", "a", "a", "b", "b"], ["b", "b", "a", "a", "a"])


# Who leaves


def test_what_somebody_has_in_hand_comes_back_when_they_leave(
    project: Project, ada: User, mia: User, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 3)
    answered(queue, ada_works)
    held = claimed(queue, ada_works)
    given = Task.objects.filter(queue=queue, is_open=True)
    assert reserve_tasks(queue=queue, annotator=ada_works, tasks=list(given)) == 1
    end_membership(membership=Membership.objects.get(project=project, user=ada), by=mia)
    states = list(Assignment.objects.filter(annotator=ada_works).values_list("state", flat=True))
    assert sorted(states) == [State.SUBMITTED, State.RETURNED, State.RETURNED]
    assert broken_promises() == []
    late = submitted(held)  # finished work is never refused: there was a seat
    assert (late.is_extra, late.task_done) == (False, True)
    answered(queue, bo_works)
    assert Task.objects.filter(queue=queue, stage=Stage.DONE).count() == 3


def test_an_erased_person_leaves_nothing_in_hand(
    project: Project, ada: User, ada_works: Annotator, bo_works: Annotator
) -> None:
    queue = make_queue(project, 2)
    reserve_tasks(queue=queue, annotator=ada_works, tasks=list(Task.objects.filter(queue=queue)))
    erase_person(user=ada)
    assert Task.objects.filter(queue=queue, is_open=True).count() == 2
    answered(queue, bo_works)
    assert broken_promises() == []


def test_the_clock_brings_what_a_departure_left(project: Project, people: list[Annotator]) -> None:
    queue = make_queue(project, 2)
    reserve_tasks(queue=queue, annotator=people[0], tasks=list(Task.objects.filter(queue=queue)))
    Annotator.objects.filter(pk=people[0].pk).update(ended_at="2026-01-01T00:00:00Z")
    assert return_left_work() == 2
    assert return_left_work() == 0
    assert Task.objects.filter(queue=queue, is_open=True).count() == 2
