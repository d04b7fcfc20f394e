"""Pages of figures: a queue's, a reviewer's, one's own, and the report; whatever there is."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotate.models import Assignment, Queue, Rate, WorkDay
from annotate.pure.forecast import Forecast
from annotate.queries.figures import figures_of
from annotate.queries.people_days import answers_a_day
from annotate.services.holds import skip_task
from annotate.services.rates import set_rate
from annotate.services.reviews import Reviewer, correct_annotation, reject_annotation
from annotate.services.workdays import mend_days
from annotate.views.figures_shown import deadline_of
from datasets.models import Annotation
from foundation.errors import Invalid
from foundation.models import Annotator, Membership, Project, User
from tests.annotate.making import answered, claimed, make_queue, said, submitted
from tests.conftest import MakeApi, SignIn

pytestmark = pytest.mark.django_db


def look(client: Client, name: str, pk: str) -> str:
    """The text of a page."""
    answer = client.get(reverse(name, args=[pk]))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "nan" not in page.lower().replace("financ", "").split()
    return page


def worked(project: Project, people: list[Annotator], rui: User, reviewer: Annotator) -> Queue:
    """A queue with answers, skips and verdicts of everybody here."""
    queue = make_queue(project, 12, review_share=1.0)
    for person in people:
        first = submitted(claimed(queue, person), seconds=8.0)
        second = submitted(claimed(queue, person), seconds=20.0)
        skip_task(assignment=claimed(queue, person), fence=1, reason="too dark", seconds=3.0)
        by = Reviewer(reviewer, rui)
        reject_annotation(
            annotation=Annotation.objects.get(pk=first.annotation_id), reviewer=by, reason="look"
        )
        correct_annotation(
            annotation=Annotation.objects.get(pk=second.annotation_id),
            reviewer=by,
            regions=said("bad"),
            submission_id=uuid.uuid4(),
        )
    return queue


def test_a_queue_without_tasks_says_what_to_do_first(
    project: Project, mia: User, ada: User, rui: User, sign_in: SignIn
) -> None:
    queue = make_queue(project, 0)
    client = sign_in(mia)
    assert "Nothing to count yet" in look(client, "queue-figures", queue.oid)
    assert "Nobody worked on these days" in look(client, "queue-report", queue.oid)
    assert "Nothing waits for a reviewer" in look(sign_in(rui), "reviews", project.oid)
    assert "No answer yet" in look(sign_in(ada), "my-work", project.oid)


def test_the_manager_sees_people_verdicts_corrections_and_skips_and_what_it_costs(
    project: Project,
    mia: User,
    rui: User,
    ada_works: Annotator,
    rui_works: Annotator,
    sign_in: SignIn,
) -> None:
    queue = worked(project, [ada_works], rui, rui_works)
    set_rate(queue=queue, per="hour", amount="36", currency="EUR", annotator=None, by=mia)
    page = look(sign_in(mia), "queue-figures", queue.oid)
    for text in ("Good became Bad", "too dark", "of 2 verdicts", "0.31\N{NO-BREAK SPACE}EUR"):
        assert text in page
    assert "EUR" not in look(sign_in(rui), "queue-figures", queue.oid), "cost is for managers"
    figures = figures_of(queue)
    assert figures.cost is not None
    assert figures.cost.so_far == Decimal(36) * 31_000 / 3_600_000


def test_a_number_opens_the_tasks_behind_it(
    project: Project,
    mia: User,
    rui: User,
    ada_works: Annotator,
    rui_works: Annotator,
    sign_in: SignIn,
) -> None:
    queue = worked(project, [ada_works], rui, rui_works)
    client = sign_in(mia)
    answer = client.get(reverse("queue-figures", args=[queue.oid]))
    (person,) = [one for one in answer.context["people"] if one["name"] == "Ada"]
    for what, n in (("answered", 2), ("corrected", 1), ("rejected", 1), ("skipped", 1)):
        assert len(client.get(person["urls"][what]).context["rows"]) == n
    assert client.get(f"{reverse('queue-tasks', args=[queue.oid])}?by=nobody").status_code == 404


def test_a_reviewer_sees_what_waits_longest_and_an_annotator_what_came_back(
    project: Project,
    ada: User,
    rui: User,
    ada_works: Annotator,
    rui_works: Annotator,
    sign_in: SignIn,
) -> None:
    queue = worked(project, [ada_works], rui, rui_works)
    answered(queue, ada_works)
    page = look(sign_in(rui), "reviews", project.oid)
    assert "good became bad" in page
    assert "0 accepted, 1 corrected, 1 returned." in page
    mine = look(sign_in(ada), "my-work", project.oid)
    assert "look" in mine
    assert "Rui" not in mine
    client = sign_in(ada)
    for name in ("queue-figures", "queue-report"):
        assert client.get(reverse(name, args=[queue.oid])).status_code in (403, 404)
    assert client.get(reverse("reviews", args=[project.oid])).status_code in (403, 404)


def test_someone_who_left_stays_in_the_figures(
    project: Project,
    mia: User,
    ada: User,
    rui: User,
    ada_works: Annotator,
    rui_works: Annotator,
    sign_in: SignIn,
) -> None:
    queue = worked(project, [ada_works], rui, rui_works)
    Membership.objects.filter(user=ada).update(ended_at=timezone.now())
    assert "has left" in look(sign_in(mia), "queue-figures", queue.oid)


def test_someone_without_an_account_has_not_left(
    project: Project, mia: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    queue = make_queue(project, 2)
    answered(queue, ada_works)
    Annotator.objects.filter(pk=ada_works.pk).update(user=None)
    assert "has left" not in look(sign_in(mia), "queue-figures", queue.oid)
    Annotator.objects.filter(pk=ada_works.pk).update(ended_at=timezone.now())
    assert "has left" in look(sign_in(mia), "queue-figures", queue.oid)


def test_the_number_of_statements_does_not_grow_with_the_work(
    project: Project,
    mia: User,
    rui: User,
    ada: User,
    ada_works: Annotator,
    bo_works: Annotator,
    rui_works: Annotator,
    sign_in: SignIn,
) -> None:
    queue = worked(project, [ada_works], rui, rui_works)
    pages = [
        (mia, "queue-figures", queue.oid),
        (mia, "queue", queue.oid),
        (mia, "queue-report", queue.oid),
        (mia, "project-home", project.oid),
        (rui, "reviews", project.oid),
        (ada, "my-work", project.oid),
    ]

    def counts() -> list[int]:
        found = []
        for who, name, pk in pages:
            client = sign_in(who)
            look(client, name, pk)
            with CaptureQueriesContext(connection) as asked:
                look(client, name, pk)
            found.append(len(asked))
        return found

    for person in (ada_works, bo_works):
        answered(queue, person)
    before = counts()
    for _ in range(2):
        for person in (ada_works, bo_works):
            submitted(claimed(queue, person), seconds=5.0)
    assert counts() == before


def test_a_day_is_the_readers_on_the_night_the_clocks_change(
    project: Project, queue: Queue, ada_works: Annotator
) -> None:
    for _ in range(3):
        answered(queue, ada_works)
    berlin = ZoneInfo("Europe/Berlin")
    moments = [
        datetime(2026, 3, 28, 22, 50, tzinfo=UTC),  # 23:50 on the 28th, winter time
        datetime(2026, 3, 28, 23, 10, tzinfo=UTC),  # 00:10 on the 29th
        datetime(2026, 3, 29, 22, 10, tzinfo=UTC),  # 00:10 on the 30th, summer time
    ]
    for pk, at in zip(Assignment.objects.values_list("pk", flat=True)[:3], moments, strict=True):
        Assignment.objects.filter(pk=pk).update(submitted_at=at)
    mend_days()
    with timezone.override(berlin), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "localdate", lambda: date(2026, 3, 30))
        days = answers_a_day([queue], 3)
    assert [n for _day, n in days] == [1, 1, 1]


def test_days_of_the_future_of_a_clock_that_was_wrong_break_no_page(
    project: Project, queue: Queue, mia: User, ada: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    answered(queue, ada_works)
    WorkDay.objects.update(day=timezone.now().date() + timedelta(days=400))
    look(sign_in(mia), "queue-figures", queue.oid)
    look(sign_in(ada), "my-work", project.oid)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"amount": "much"}, "amount"),
        ({"amount": "nan"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"currency": ""}, "currency"),
        ({"per": "week"}, "per"),
    ],
)
def test_a_rate_that_is_none_is_refused_with_its_place(
    queue: Queue, mia: User, sign_in: SignIn, given: dict[str, str], place: str
) -> None:
    sent = {"amount": "1", "currency": "EUR", "per": "hour"} | given
    with pytest.raises(Invalid) as refused:
        set_rate(queue=queue, annotator=None, by=mia, **sent)
    assert [one.at for one in refused.value.places] == [place]
    answer = sign_in(mia).post(reverse("queue-pay", args=[queue.oid]), sent)
    assert answer.status_code == 422
    assert Rate.objects.count() == 0


def test_a_persons_own_rate_goes_before_that_of_everybody(
    queue: Queue, mia: User, ada_works: Annotator, bo_works: Annotator
) -> None:
    answered(queue, ada_works)
    answered(queue, bo_works)
    set_rate(queue=queue, per="answer", amount="1", currency="EUR", annotator=None, by=mia)
    set_rate(queue=queue, per="answer", amount="3,50", currency="USD", annotator=bo_works, by=mia)
    figures = figures_of(queue)
    assert figures.cost is not None
    assert (figures.cost.so_far, figures.cost.currency) == (Decimal("4.5"), "USD")


def test_a_period_that_is_none_is_refused(queue: Queue, mia: User, sign_in: SignIn) -> None:
    address = reverse("queue-report", args=[queue.oid])
    for asked in ("?since=2026-13-01", "?since=soon", "?since=2026-02-02&until=2026-01-01"):
        assert sign_in(mia).get(address + asked).status_code in (400, 422)


def test_the_report_is_one_file_in_which_no_name_becomes_a_script(
    project: Project, mia: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    queue = make_queue(project, 2, name="<script>alert(1)</script>")
    answered(queue, ada_works)
    answer = sign_in(mia).get(reverse("queue-report", args=[queue.oid]), {"file": "yes"})
    page = answer.content.decode()
    name = "scriptalert1script-quality.html"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for words in ("&lt;script&gt;alert(1)", "<style>", "Do people agree?"):
        assert words in page
    assert not re.search(r"<script|<link|<img|\ssrc=|url\((?!data:)|@import|<use", page)


def test_rest_gives_the_report_out_with_cost_only_to_those_who_manage(
    project: Project,
    mia: User,
    rui: User,
    ada_works: Annotator,
    rui_works: Annotator,
    api: MakeApi,
) -> None:
    queue = worked(project, [ada_works], rui, rui_works)
    address = f"/api/v1/queues/{queue.oid}"
    rate = {"per": "answer", "amount": "0.5", "currency": "EUR"}
    assert api(mia).put(f"{address}/rate", rate, format="json").status_code == 200
    told = api(mia).get(f"{address}/report").json()
    assert (told["cost"]["so_far"], told["cost"]["currency"]) == ("1.0000", "EUR")
    (person,) = told["people"]
    assert (person["name"], person["work"]["answers"], person["work"]["skipped"]) == ("Ada", 2, 1)
    assert person["work"]["seconds"]["n"] == 2
    assert [one["kind"] for one in told["changes"]] == ["label"]
    assert told["agreement"] is not None
    theirs = api(rui).get(f"{address}/report").json()
    assert (theirs["cost"], theirs["people"][0]["cost"]) == (None, None)
    earlier = api(mia).get(f"{address}/report?until=2020-01-01").json()
    assert (earlier["people"], earlier["total"]["accepted_share"]["value"]) == ([], None)
    assert api(mia).get(f"{address}/report?since=soon").status_code == 422


@pytest.mark.parametrize(("days", "kind"), [(1, "late"), (9, "may be late"), (60, "in time")])
def test_a_deadline_is_compared_with_the_range_of_the_forecast(days: int, kind: str) -> None:
    told = Forecast(10.0, 10.0, 8.0, 13.0)
    tag = deadline_of(told, 100, timezone.localdate() + timedelta(days=days))
    assert tag is not None
    assert tag["text"].endswith(kind)
    assert deadline_of(told, 100, None) is None
