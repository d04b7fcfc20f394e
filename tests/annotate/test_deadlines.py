"""Managers hear of a deadline once: when it is near, and when the forecast passes it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.models import Queue, WorkDay
from annotate.pure.policy import Policy
from annotate.queries.workload import outlook_of
from annotate.services.deadlines import tell_deadlines
from foundation.clock import duties
from foundation.models import Annotator, Notification, User
from foundation.queries.notifications import sentence_of
from foundation.services.mailing import send_due_mails

pytestmark = pytest.mark.django_db
DAYS_BEFORE = Policy().notice_days


def due_in(queue: Queue, days: int) -> None:
    """Set the deadline so many days from now."""
    Queue.objects.filter(pk=queue.pk).update(deadline=timezone.localdate() + timedelta(days=days))


@pytest.fixture
def paced(queue: Queue, ada_works: Annotator, mia: User, oz: User) -> Queue:
    """A queue of ten answers in which Ada gave twenty a day for four days."""
    today = timezone.now().date()
    WorkDay.objects.bulk_create(
        WorkDay(
            queue=queue, annotator=ada_works, day=today - timedelta(days=ago), quarters={"q40": 20}
        )
        for ago in range(1, 5)
    )
    return queue


def told() -> list[tuple[str, str]]:
    """Who was told what."""
    rows = Notification.objects.order_by("kind", "recipient__username")
    return list(rows.values_list("recipient__username", "kind"))


def test_managers_are_told_once_when_the_day_is_near(paced: Queue) -> None:
    due_in(paced, DAYS_BEFORE + 1)
    tell_deadlines()
    assert told() == []
    due_in(paced, DAYS_BEFORE)
    for _hour in range(3):
        tell_deadlines()
    assert told() == [("mia", "deadline-near"), ("oz", "deadline-near")]
    said = sentence_of(Notification.objects.earliest("pk"))
    assert said.endswith(": 10 answers are missing.")
    due_in(paced, DAYS_BEFORE - 1)
    tell_deadlines()
    assert len(told()) == 4, "another day is told of anew"


@pytest.mark.parametrize(("notice", "is_told"), [(0, False), (4, False), (5, True), (60, True)])
def test_a_queue_says_itself_how_long_before_its_day_managers_are_told(
    paced: Queue, notice: int, is_told: bool
) -> None:
    Queue.objects.update(notice_days=notice)
    due_in(paced, 5)
    tell_deadlines()
    assert bool(told()) == is_told


def test_managers_are_told_once_when_the_forecast_passes_it(paced: Queue) -> None:
    Queue.objects.update(wanted=1000)
    due_in(paced, 20)
    assert outlook_of(Queue.objects.get()).left == 1000
    for _hour in range(3):
        tell_deadlines()
    assert told() == [("mia", "deadline-late"), ("oz", "deadline-late")]
    due_in(paced, 200)
    tell_deadlines()
    assert len(told()) == 2, "in time again"


@pytest.mark.parametrize(
    "change", [{"wanted": 0}, {"state": "paused"}, {"is_course": True}, {"deadline": None}]
)
def test_nobody_is_told_of_what_is_done_or_stands_still(
    paced: Queue, change: dict[str, object]
) -> None:
    due_in(paced, 0)
    Queue.objects.update(**change)
    tell_deadlines()
    assert told() == []


def test_it_is_a_duty_and_goes_into_the_digest(
    paced: Queue, mia: User, mailoutbox: list[object]
) -> None:
    mia.email = "mia@example.org"
    mia.save(update_fields=["email"])
    due_in(paced, 1)
    assert duties["annotate tell deadlines"].every_seconds == 3600
    duties["annotate tell deadlines"].work()
    mine = Notification.objects.get(recipient=mia)
    assert mine.mail_due_at is not None
    Notification.objects.filter(pk=mine.pk).update(mail_due_at=timezone.now() - timedelta(1))
    assert list(send_due_mails()) == [True]
    assert len(mailoutbox) == 1
    assert "answers are missing" in mailoutbox[0].body  # type: ignore[attr-defined]
