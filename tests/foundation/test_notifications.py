"""What people are told: in the page at once, by mail once, and only what they may know."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from foundation import jobs
from foundation.clock import database_now
from foundation.job_kinds import MAIL, ask_for_mails
from foundation.jobs import JobKind, enqueue
from foundation.models import (
    Cadence,
    Job,
    Mail,
    MailChoice,
    Membership,
    Notification,
    Project,
    User,
)
from foundation.services import mailing
from foundation.services.mailing import send_due_mails
from foundation.services.notifications import (
    choose_mails,
    due_at,
    mark_read,
    notify,
    unsubscribe_token,
)
from tests.conftest import MakeApi, SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(project: Project, ada: User) -> User:
    ada.email = "ada@example.org"
    ada.save(update_fields=["email"])
    return ada


def tell(user: User, project: Project, key: str = "1", **more: Any) -> Notification:
    params: dict[str, Any] = {"title": "Import of birds", "why": "The disk is full", **more}
    notify("job-failed", [user], key=key, path="/jobs/job_1", project=project, **params)
    return Notification.objects.get(recipient=user, key=f"job-failed/{key}")


def make_due() -> None:
    past = database_now() - timedelta(seconds=1)
    Notification.objects.exclude(mail_due_at=None).update(mail_due_at=past)


def send() -> list[bool]:
    make_due()
    return list(send_due_mails())


def test_the_same_happening_is_told_once_and_nobody_hears_of_themselves(
    project: Project, reader: User, bo: User
) -> None:
    for _time in range(2):
        notify(
            "job-failed", [reader, bo], by=bo, key="7", path="/", project=project, title="x", why=""
        )
    assert [one.recipient for one in Notification.objects.all()] == [reader]


def test_several_things_go_in_one_mail_and_each_once(project: Project, reader: User) -> None:
    tell(reader, project, "1")
    tell(reader, project, "2", title="Import of <b>bees</b>")
    assert list(send_due_mails()) == [], "what comes along within a minute is waited for"
    assert send() == [True]
    assert list(send_due_mails()) == [] == send()
    [one] = mail.outbox
    assert one.to == ["Ada <ada@example.org>"]
    assert one.subject == "2 notifications from Winnow"
    assert "Import of <b>bees</b>" in str(one.body), "plain text is plain"
    html = str(one.alternatives[0][0])  # type: ignore[attr-defined]
    assert "Import of &lt;b&gt;bees" in html
    assert "<b>" not in html
    assert Mail.objects.get().state == Mail.State.SENT


class Killed(BaseException):
    """A worker that dies here: nothing after this line is done."""


@pytest.mark.parametrize(("at", "mails"), [("before", 1), ("while writing", 1), ("after", 1)])
def test_a_worker_killed_at_any_line_sends_nothing_twice_and_loses_nothing(
    project: Project, reader: User, monkeypatch: pytest.MonkeyPatch, at: str, mails: int
) -> None:
    tell(reader, project)
    make_due()
    with monkeypatch.context() as patch:
        if at == "before":
            patch.setattr(mailing, "_write", _dies)
        elif at == "while writing":
            patch.setattr(mailing, "Letter", _dies)
        else:
            send_now = EmailBackend.send_messages
            patch.setattr(
                EmailBackend,
                "send_messages",
                lambda *a: (send_now(*a), _dies()),  # type: ignore
            )
        with pytest.raises(Killed):
            list(send_due_mails())
    for _again in range(3):
        send()
    assert len(mail.outbox) == mails
    assert Notification.objects.get().mail is not None


def _dies(*args: object) -> None:
    raise Killed


def test_a_server_that_says_no_is_asked_again_later_each_time(
    project: Project, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tell(reader, project)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", _refuses)
        pauses = []
        for _try in range(mailing.MOST_TRIES):
            assert send() == [False]
            told.refresh_from_db()
            if told.mail_due_at is not None:
                pauses.append(round((told.mail_due_at - database_now()).total_seconds() / 60))
    assert pauses == [5, 10, 20, 40, 80, 160, 320]
    assert told.read_at is None, "it stays in the page"
    assert mail.outbox == []


def _refuses(*args: object) -> None:
    raise ConnectionRefusedError


@pytest.fixture
def few_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "MOST_AN_HOUR", 3)


def test_nobody_gets_more_than_so_many_mails_an_hour_and_the_rest_comes_together(
    project: Project, reader: User, few_mails: None
) -> None:
    for number in range(6):
        tell(reader, project, str(number))
        send()
    assert len(mail.outbox) == 3
    Mail.objects.update(at=database_now() - timedelta(hours=2))
    assert send() == [True]
    assert mail.outbox[-1].subject == "3 notifications from Winnow"


def test_who_has_left_is_mailed_nothing_and_shown_nothing(
    project: Project, reader: User, sign_in: SignIn
) -> None:
    tell(reader, project)
    Membership.objects.filter(user=reader).update(ended_at=database_now())
    assert send() == [False]
    assert mail.outbox == []
    shown = sign_in(reader).get("/notifications").content.decode()
    assert "not open to you any more" in shown
    assert "Import of birds" not in shown
    assert project.name not in shown


def test_no_text_breaks_out_of_a_header(project: Project, reader: User) -> None:
    reader.name = "Ada\r\nBcc: eve@example.org"
    reader.save(update_fields=["name"])
    tell(reader, project, title="x\r\nBcc: eve@example.org\u2028y")
    assert send() == [True]
    raw = mail.outbox[0].message().as_bytes()
    head = raw.partition(b"\n\n")[0]
    assert not re.search(rb"^Bcc:", head, re.MULTILINE)
    assert mail.outbox[0].recipients() == [mail.outbox[0].to[0]]
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    reader.email = "ada@example.org\nBcc: eve@example.org"
    reader.save(update_fields=["email"])
    tell(reader, project, "2")
    assert send() == [False]


def test_a_link_in_the_mail_stops_mails_without_a_sign_in_and_tells_nothing(
    project: Project, reader: User
) -> None:
    tell(reader, project)
    send()
    [link] = re.findall(r'job of mine failed": (\S+)', str(mail.outbox[0].body))
    path = re.sub(r"^https?://[^/]+", "", link)
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get(path).content.decode()
    forged = stranger.get("/unsubscribe/forged").content.decode()
    without_key = r'csrfmiddlewaretoken" value="\w+"'
    assert re.sub(without_key, "", page) == re.sub(without_key, "", forged)
    assert "Ada" not in page
    assert not MailChoice.objects.exists(), "opening it changes nothing: scanners open links"
    assert stranger.post("/unsubscribe/forged").content == stranger.post(path).content
    assert [(one.kind, one.cadence) for one in MailChoice.objects.all()] == [("job-failed", "none")]
    tell(reader, project, "2")
    assert send() == []
    assert reader.oid not in unsubscribe_token(reader)


def test_a_choice_holds_for_what_waits_and_mornings_are_the_readers(
    project: Project, reader: User
) -> None:
    told = tell(reader, project)
    choose_mails(user=reader, choices={"job-failed": "none"})
    told.refresh_from_db()
    assert told.mail_due_at is None
    reader.time_zone = "Asia/Tokyo"
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert due_at(Cadence.DAILY, reader, noon) == datetime(2026, 3, 1, 22, tzinfo=UTC)
    reader.time_zone = "America/New_York"
    assert due_at(Cadence.DAILY, reader, noon) == datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_what_was_read_in_the_page_is_not_mailed(project: Project, reader: User) -> None:
    tell(reader, project)
    assert mark_read(user=reader) == 1
    assert send() == []


def test_the_clock_asks_for_one_job_that_sends(project: Project, reader: User) -> None:
    ask_for_mails()
    assert not Job.objects.exists(), "nothing is due"
    tell(reader, project)
    make_due()
    ask_for_mails()
    ask_for_mails()
    done = jobs.run(Job.objects.get(kind=MAIL).pk)
    assert done is not None
    assert done.report == {"sent": 1}
    assert len(mail.outbox) == 1


def test_who_started_a_job_that_fails_is_told_why(project: Project, reader: User) -> None:
    def fail(run: jobs.JobRun) -> dict[str, Any]:
        raise RuntimeError("no")

    jobs.job_kinds._things["test.fails"] = JobKind(work=fail)
    try:
        jobs.run(enqueue("test.fails", title="Import", project=project, by=reader).pk)
    finally:
        del jobs.job_kinds._things["test.fails"]
    told = Notification.objects.get()
    assert told.recipient == reader
    assert told.params["title"] == "Import"
    assert "not expected" in told.params["why"]


def test_the_bell_counts_and_pages_and_doors_mark_as_read(
    project: Project, reader: User, bo: User, sign_in: SignIn, api: MakeApi
) -> None:
    first, _second = tell(reader, project, "1"), tell(reader, project, "2", title="<i>x</i>")
    page = sign_in(reader)
    shown = page.get("/notifications").content.decode()
    assert "2 unread notifications" in shown
    assert "&lt;i&gt;x" in shown
    assert sign_in(bo).post("/notifications/read", {"notification": first.oid}).status_code == 404
    to = page.post("/notifications/read", {"notification": first.oid, "open": "1"})
    assert to["Location"] == "/jobs/job_1"
    rows = api(reader).get("/api/v1/notifications").json()["results"]
    assert [row["read"] for row in rows] == [False, True]
    assert api(bo).post(f"/api/v1/notifications/{first.oid}/read").status_code == 404
    assert api(reader).post("/api/v1/notifications/read").json() == {"read": 1}
    assert "unread notification" not in page.get("/").content.decode()
    saved = page.post("/account/notifications", {"job-failed": "daily"})
    assert saved.status_code == 302
    assert MailChoice.objects.get().cadence == "daily"
    assert "gold" not in page.get("/account/notifications").content.decode(), "not her business"
    page.post("/account/notifications", {"job-failed": "hourly"})
    assert MailChoice.objects.get().cadence == "daily"
