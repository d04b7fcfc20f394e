"""Who is told of what about their work, and who is never told."""

import pytest
from rest_framework.test import APIClient

from annotate.models import GuidelineReading, Queue, Task
from annotate.services.comments import add_comment, own_work, work_of
from annotate.services.gold import plant_gold
from annotate.services.holds import reserve_tasks
from annotate.services.queues import set_guideline
from annotate.services.reviews import Reviewer, reject_annotation
from annotate.services.telling import GOLD_LOOKED_AT
from datasets.models import Annotation, Item, Truth
from datasets.services.truths import accept_truth
from foundation.clock import database_now
from foundation.models import Annotator, Membership, Notification, Project, User
from foundation.services.mailing import send_due_mails
from tests.annotate.making import answered, claimed, make_queue, said
from tests.conftest import MakeApi, SignIn

pytestmark = pytest.mark.django_db


def told() -> set[tuple[str, str]]:
    """Who was told what, and forget it."""
    rows = Notification.objects.select_related("recipient")
    found = {(one.recipient.username, one.kind) for one in rows}
    rows.delete()
    return found


@pytest.fixture
def twice(
    project: Project, ada_works: Annotator, bo_works: Annotator, rui_works: Annotator
) -> Queue:
    return make_queue(project, 3, overlap=2, review_share=1.0)


def test_a_call_reaches_those_who_may_see_the_answer_and_nobody_else(
    twice: Queue, ada_works: Annotator, rui_works: Annotator, api: MakeApi, ada: User, bo: User
) -> None:
    hold = claimed(twice, ada_works)
    add_comment(subject=own_work(hold), author=ada_works, text="@Rui and @Bo: @vic? @eve @Ada")
    assert told() == {("rui", "mentioned"), ("vic", "mentioned")}
    readers = f"/api/v1/assignments/{hold.oid}/readers"
    assert set(api(ada).get(readers).json()["results"]) == {"Ada", "Mia", "Oz", "Rui", "Vic"}
    assert api(bo).get(readers).status_code == 404
    annotation = Annotation.objects.get(pk=answered(twice, ada_works).annotation_id)
    add_comment(subject=work_of(annotation), author=rui_works, text="Look again, @ada")
    assert told() == {("ada", "mentioned")}
    add_comment(subject=work_of(annotation), author=rui_works, text="Please")
    assert told() == {("ada", "commented")}


def test_what_one_may_not_see_any_more_is_not_mailed(
    twice: Queue, ada_works: Annotator, rui: User, sign_in: SignIn, mailoutbox: list[object]
) -> None:
    rui.email = "rui@example.org"
    rui.save(update_fields=["email"])
    hold = claimed(twice, ada_works)
    add_comment(subject=own_work(hold), author=ada_works, text="@Rui a secret bird")
    Membership.objects.filter(user=rui).update(role="annotator")
    Notification.objects.update(mail_due_at=database_now())
    assert list(send_due_mails()) == [False]
    assert mailoutbox == []
    page = sign_in(rui).get("/notifications").content.decode()
    assert "secret bird" not in page
    assert Notification.objects.get().mail_due_at is None


def test_a_returned_answer_tells_its_author_why(
    twice: Queue, ada_works: Annotator, rui_works: Annotator, rui: User
) -> None:
    annotation = Annotation.objects.get(pk=answered(twice, ada_works).annotation_id)
    reviewer = Reviewer(rui_works, rui)
    reject_annotation(annotation=annotation, reviewer=reviewer, reason="It is dull")
    one = Notification.objects.get()
    assert (one.recipient.username, one.kind) == ("ada", "reviewed")
    assert one.params["reason"] == "It is dull"
    assert one.params["verdict"] == "returned"


def test_tasks_given_by_hand_are_told(queue: Queue, bo_works: Annotator) -> None:
    reserve_tasks(queue=queue, annotator=bo_works, tasks=list(Task.objects.all()[:2]))
    assert Notification.objects.get().params["count"] == "2"
    assert told() == {("bo", "assigned")}


def test_managers_hear_once_a_day_of_somebody_who_does_badly_on_gold(
    project: Project, ada_works: Annotator
) -> None:
    queue = make_queue(project, GOLD_LOOKED_AT + 2, gold_share=1.0, hold_limit=50)
    items = list(Item.objects.all())
    for item in items:
        accept_truth(
            item=item,
            schema_revision=queue.schema_revision,
            regions=said("good"),
            method=Truth.Method.IMPORTED,
            lineage={},
            by=None,
        )
    plant_gold(queue=queue, items=items, by=None)
    for number in range(len(items)):
        answered(queue, ada_works, "bad")
        if number < GOLD_LOOKED_AT - 1:
            assert not Notification.objects.exists()
    assert told() == {("mia", "gold-low"), ("oz", "gold-low")}


def test_a_changed_guideline_is_shown_once_to_those_who_worked_by_the_old_one(
    queue: Queue, ada_works: Annotator, bo_works: Annotator, ada: User, bo: User, sign_in: SignIn
) -> None:
    set_guideline(queue=queue, text="# Birds\nA wren is brown.", by=None)
    answered(queue, ada_works)
    set_guideline(queue=queue, text="# Birds\nA wren is small. <script>x</script>", by=None)
    assert told() == {("ada", "guideline")}
    work = f"/queues/{queue.oid}/work"
    assert sign_in(bo).get(work).status_code == 200, "who never worked here reads it as it is"
    page = sign_in(ada)
    shown = page.get(work, follow=True)
    html = shown.content.decode()
    assert "<del>brown</del>" in html
    assert "<ins>small</ins>" in html
    assert "<script>x" not in html
    assert page.get(work).status_code == 302, "looking is not reading"
    done = page.post(f"/queues/{queue.oid}/changes", {"to": "work"})
    assert done["Location"] == work
    assert page.get(work).status_code == 200
    assert GuidelineReading.objects.get().revision.number == 2
    away = page.post(f"/queues/{queue.oid}/changes", {"to": "https://eve.example"})
    assert away["Location"] == f"/queues/{queue.oid}/changes"
    assert "Read by" not in html


def test_the_list_of_readers_is_for_those_who_may_look(
    queue: Queue, ada_works: Annotator, ada: User, eve: User, vic: User, sign_in: SignIn
) -> None:
    set_guideline(queue=queue, text="One", by=None)
    set_guideline(queue=queue, text="Two", by=None)
    changes = f"/queues/{queue.oid}/changes"
    sign_in(ada).post(changes)
    assert "Ada" in sign_in(vic).get(changes).content.decode().partition("Read by")[2]
    assert sign_in(eve).get(changes).status_code == 404
    assert sign_in(vic).get(f"{changes}?from=99").status_code == 404


def test_comments_of_a_queue_are_listed_open_ones_first_on_several_pages(
    twice: Queue, ada_works: Annotator, rui: User, ada: User, sign_in: SignIn, api: MakeApi
) -> None:
    hold = claimed(twice, ada_works)
    made = [
        add_comment(subject=own_work(hold), author=ada_works, text=f"number {n:02} <b>")
        for n in range(35)
    ]
    page = sign_in(rui)
    where = f"/queues/{twice.oid}/comments"
    settled = page.post(f"/comments/{made[34].oid}/settle")
    assert settled["Location"] == where
    first = page.get(where).content.decode()
    assert "number 33" in first
    assert "number 34" not in first, "what is settled comes last"
    assert "&lt;b&gt;" in first
    [link] = [part.split('"')[0] for part in first.split('href="')[1:] if "after=" in part[:40]]
    second = page.get(where + link.replace("&amp;", "&")).content.decode()
    assert all(f"number {n:02}" in second for n in (0, 3, 34))
    assert "number 04" not in second
    assert "number 34" in page.get(f"{where}?state=settled").content.decode()
    assert sign_in(ada).get(where).status_code == 403
    rows = api(rui).get(f"/api/v1{where}?state=open&limit=2").json()
    assert [row["text"][:9] for row in rows["results"]] == ["number 33", "number 32"]
    assert rows["next"]
    assert refused(api(rui), f"/api/v1{where}?state=lost") == 422


def refused(client: APIClient, where: str) -> int:
    return int(client.get(where).status_code)
