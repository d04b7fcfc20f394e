"""The home of a project: answers for those who manage, work for those who label."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotate.models import Assignment, GoldCheck, Queue, Review, Task
from annotate.queries.my_work import my_work
from annotate.services.queues import set_state
from annotate.services.workdays import mend_days
from datasets.models import Annotation, Truth
from foundation import jobs
from foundation.models import Annotator, Job, Membership, Project, Role, User
from tests.annotate.making import annotator_of, answered, disagreeing, make_queue, make_texts
from tests.conftest import SignIn
from tests.datasets.labelled import labelled_texts
from tests.datasets.test_versions import frozen
from training.services.runs import start_run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    """Kept figures belong to another test's rows."""
    cache.clear()


def home(project: Project) -> str:
    """The address of a project."""
    return reverse("project-home", args=[project.oid])


@pytest.fixture
def works(project: Project, ada: User, bo: User) -> list[Annotator]:
    """Ada and Bo as annotators."""
    return [annotator_of(project, ada), annotator_of(project, bo)]


# First steps


def test_a_new_project_shows_first_steps_with_one_to_take_now(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    page = sign_in(mia).get(home(project)).content.decode()
    assert page.count('<li class="now">') == 1
    assert reverse("dataset-new", args=[project.oid]) in page
    assert "needs items and a schema" in page
    assert page.count("btn primary") == 1


def test_the_next_step_follows_when_one_is_done(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    dataset = make_texts(project, 2)
    page = sign_in(mia).get(home(project)).content.decode()
    now = page[page.index('<li class="now">') :]
    assert now.index(reverse("schemas", args=[project.oid])) < now.index("</li>")
    assert reverse("dataset-new", args=[project.oid]) not in page
    assert reverse("queue-new", args=[dataset.oid]) not in page


def test_others_are_told_that_a_new_project_is_being_prepared(
    project: Project, vic: User, ada: User, sign_in: SignIn
) -> None:
    assert "being prepared" in sign_in(vic).get(home(project)).content.decode()
    assert "No queue yet" in sign_in(ada).get(home(project)).content.decode()


# For those who manage and look


def test_the_three_answers_and_the_loop_are_there(
    project: Project, mia: User, works: list[Annotator], sign_in: SignIn
) -> None:
    disagreeing(project, works, 12)
    page = sign_in(mia).get(home(project)).content.decode()
    for words in ("Done in time?", "Can I trust the labels?", "What do the models say?"):
        assert words in page
    for station in ("Collect", "Annotate", "Review", "Version", "Train"):
        assert station in page
    assert "alpha" in page
    assert "4 tasks wait for a reviewer" in page
    assert "4 of them differ" in page


def test_when_it_is_done_is_told_from_the_pace_of_days_that_are_over(
    project: Project, mia: User, works: list[Annotator], sign_in: SignIn
) -> None:
    queue = make_queue(project, 90)
    for _time in range(30):
        answered(queue, works[0])
    client = sign_in(mia)
    assert "Too early to tell" in client.get(home(project)).content.decode()
    for place, pk in enumerate(Assignment.objects.values_list("pk", flat=True)):
        at = timezone.now() - timedelta(days=1 + place % 3)
        Assignment.objects.filter(pk=pk).update(submitted_at=at)
    mend_days()
    page = client.get(home(project)).content.decode()
    assert "at 10 a day" in page
    assert "30 of 90 answers" in page


def test_without_answers_no_day_is_named(project: Project, mia: User, sign_in: SignIn) -> None:
    make_queue(project, 3)
    page = sign_in(mia).get(home(project)).content.decode()
    assert "no day can be named" in page
    assert "Not known yet" in page
    assert "Freeze a version when enough labels are accepted" in page


def test_a_queue_without_annotators_asks_for_people(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    make_queue(project, 3)
    client = sign_in(mia)
    assert "Nobody is invited to annotate" not in client.get(home(project)).content.decode()
    Membership.objects.filter(project=project, role=Role.ANNOTATOR).update(ended_at=timezone.now())
    page = client.get(home(project)).content.decode()
    assert "Nobody is invited to annotate" in page
    assert "3 answers are wanted." in page
    assert f'href="{reverse("members", args=[project.oid])}"' in page


def test_many_accepted_labels_ask_for_a_first_version(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    labelled_texts(project, 30)
    page = sign_in(mia).get(home(project)).content.decode()
    assert "30 labels are accepted, none is frozen" in page


def test_failures_paused_queues_and_skipped_tasks_need_somebody(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    queue = make_queue(project, 3)
    set_state(queue=queue, state=Queue.State.PAUSED, by=mia)
    job = Job.objects.create(
        kind="datasets.import",
        title="Import of a.csv",
        project=project,
        state=Job.State.FAILED,
        finished_at=timezone.now(),
        error={"title": "Not read", "detail": "Line 3 has too few cells."},
    )
    page = sign_in(mia).get(home(project)).content.decode()
    assert "Import of a.csv failed" in page
    assert "Line 3 has too few cells." in page
    assert reverse("job", args=[job.oid]) in page
    assert "Moods is paused" in page
    assert page.index("failed") < page.index("is paused")


def test_a_person_below_the_target_is_named_only_when_it_is_sure(
    project: Project, mia: User, rui: User, works: list[Annotator], sign_in: SignIn
) -> None:
    queue = make_queue(project, 23)
    scored(queue, works[0], [0.0] * 6 + [1.0] * 6)
    scored(queue, works[1], [0.0] * 2 + [1.0] * 8)  # 80 %, but it may be bad luck
    scored(queue, annotator_of(project, rui), [0.0])
    page = sign_in(mia).get(home(project)).content.decode()
    assert "Ada: 50" in page
    assert "Bo: " not in page
    assert "Rui: " not in page


def scored(queue: Queue, person: Annotator, scores: list[float]) -> None:
    """Checks of somebody against gold, one for each score, on answers of their own."""
    for score in scores:
        done = answered(queue, person)
        GoldCheck.objects.create(
            queue=queue,
            item=Annotation.objects.get(pk=done.annotation_id).item,
            schema=queue.schema,
            annotator=person,
            annotation_id=done.annotation_id,
            score=score,
        )


def test_accepted_labels_since_the_last_version_ask_for_a_new_one(
    project: Project, mia: User, vic: User, sign_in: SignIn
) -> None:
    dataset, revision = labelled_texts(project, 30)
    version = frozen(dataset, revision.schema)
    Truth.objects.update(at=timezone.now() + timedelta(minutes=1))
    page = sign_in(mia).get(home(project)).content.decode()
    assert "30 labels were accepted since v1" in page
    assert reverse("freeze", args=[dataset.oid]) in page
    assert reverse("version", args=[version.oid]) in page
    assert "were accepted since" not in sign_in(vic).get(home(project)).content.decode()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_best_run_on_the_newest_version_speaks_for_the_models(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    dataset, revision = labelled_texts(project, 60)
    version = frozen(dataset, revision.schema)
    run = start_run(version=version, trainer="text_logreg", by=None, params={"folds": 0})
    assert run.job is not None
    jobs.run(run.job.pk)
    page = sign_in(mia).get(home(project)).content.decode()
    assert "macro F1" in page
    assert reverse("report", args=[run.oid]) in page
    assert "Run 1" in page


def test_the_home_costs_the_same_however_much_is_in_the_project(
    project: Project, mia: User, ada: User, works: list[Annotator], sign_in: SignIn
) -> None:
    queue = disagreeing(project, works, 6)

    def count(user: User) -> int:
        client = sign_in(user)
        client.get(home(project))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(home(project)).status_code == 200
        return len(queries)

    before = count(mia), count(ada)
    revision = queue.schema_revision
    for number in range(3):
        more = make_queue(project, 8, name=f"more {number}", revision=revision)
        answered(more, works[0])
    assert (count(mia), count(ada)) == before


# For those who label


def test_an_annotator_sees_what_is_next_and_what_is_done(
    project: Project, ada: User, works: list[Annotator], sign_in: SignIn
) -> None:
    queue = make_queue(project, 5)
    for _time in range(2):
        answered(queue, works[0])
    page = sign_in(ada).get(home(project)).content.decode()
    assert "What next?" in page
    assert "3 answers are still wanted." in page
    assert reverse("work", args=[queue.oid]) in page
    assert "2 in the last 7 days, 2 in all." in page
    assert "Can I trust the labels?" not in page


def test_returned_work_comes_back_with_its_reason(
    project: Project, ada: User, rui: User, works: list[Annotator], sign_in: SignIn
) -> None:
    queue = make_queue(project, 2, review_share=1.0)
    done = answered(queue, works[0])
    annotation = Annotation.objects.get(pk=done.annotation_id)
    Review.objects.create(
        annotation=annotation,
        task=queue_task(queue, annotation),
        reviewer=annotator_of(project, rui),
        verdict=Review.Verdict.REJECT,
        reason="It is not a mood.",
    )
    page = sign_in(ada).get(home(project)).content.decode()
    assert "It is not a mood." in page
    assert reverse("mine", args=[queue.oid]) in page


def queue_task(queue: Queue, annotation: Annotation) -> Task:
    """The task of a queue about the item of an annotation."""
    return Assignment.objects.get(queue=queue, task__item=annotation.item_id).task


def test_checks_are_told_in_whole_tens_so_that_none_gives_itself_away(
    project: Project, ada: User, works: list[Annotator], sign_in: SignIn
) -> None:
    queue = make_queue(project, 25)
    scored(queue, works[0], [1.0] * 9)
    assert my_work(works[0]).checks is None
    scored(queue, works[0], [1.0] + [0.0] * 9)
    checks = my_work(works[0]).checks
    assert checks is not None
    assert (checks.correct, checks.total) == (10, 10)
    page = sign_in(ada).get(home(project)).content.decode()
    assert "10 of 10" in page
    assert "gold" not in page.lower()


def test_strangers_find_no_project(project: Project, eve: User, sign_in: SignIn) -> None:
    assert sign_in(eve).get(home(project)).status_code == 404


def test_what_annotators_wait_for_counts_no_tasks(
    project: Project, ada: User, works: list[Annotator], sign_in: SignIn
) -> None:
    queue = make_queue(project, 5)
    answered(queue, works[0])
    client = sign_in(ada)
    for address in (home(project), reverse("queues", args=[project.oid])):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counting = [one["sql"] for one in queries if "COUNT" in one["sql"].upper()]
        assert [sql for sql in counting if 'FROM "annotate_task"' in sql] == []
