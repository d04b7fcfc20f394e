"""The pages of courses, and of the care of gold."""

import pytest
from django.test import Client
from django.urls import reverse

from annotate.models import Attempt, Course, CourseItem, Queue, Task
from annotate.services.gold import plant_gold
from annotate.services.queues import change_queue
from datasets.models import Item
from foundation.models import Annotator, Project, User
from tests.annotate.courses import answer_exam, know, known_texts, make_course
from tests.annotate.making import make_people, make_queue, make_texts
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db
MANAGED = ("course-people", "course-items", "course-settings")


def seen(client: Client, name: str, oid: str, query: str = "") -> str:
    """A page that is there."""
    response = client.get(reverse(name, args=[oid]) + query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_empty_lists_say_what_to_do(
    project: Project, mia: User, ada: User, sign_in: SignIn
) -> None:
    assert "Make a dataset first" in seen(sign_in(mia), "courses", project.oid)
    dataset = make_texts(project, 1)
    page = seen(sign_in(mia), "courses", project.oid)
    assert reverse("course-new", args=[dataset.oid]) in page
    assert "asks for no course" in seen(sign_in(ada), "courses", project.oid)
    assert "A label schema first" in seen(sign_in(mia), "course-new", dataset.oid)


def test_a_manager_makes_a_course_on_a_page(project: Project, mia: User, sign_in: SignIn) -> None:
    dataset, revision, _items = known_texts(project, 6)
    client = sign_in(mia)
    address = reverse("course-new", args=[dataset.oid])
    form = {
        "name": "First steps",
        "schema": revision.schema.oid,
        "lesson_count": "2",
        "exam_count": "30",
        "exam_size": "5",
        "pass_percent": "75",
        "max_attempts": "2",
        "wait_minutes": "0",
    }
    wrong = client.post(address, form)
    assert wrong.status_code == 422
    assert "only 4 are kept for it" in wrong.content.decode()
    assert client.post(address, form | {"exam_size": "3"}).status_code == 302
    course = Course.objects.get()
    assert (course.pass_mark, course.exam_size) == (0.75, 3)
    assert CourseItem.objects.filter(part="lesson").count() == 2
    for name in MANAGED:
        assert "First steps" in seen(client, name, course.oid)


def test_only_managers_open_what_is_for_managers(
    project: Project, ada: User, rui: User, eve: User, sign_in: SignIn
) -> None:
    course = make_course(project)
    for user in (ada, rui):
        client = sign_in(user)
        for name in MANAGED:
            assert client.get(reverse(name, args=[course.oid])).status_code == 403
    for name in ("course", *MANAGED):
        assert sign_in(eve).get(reverse(name, args=[course.oid])).status_code == 404


def test_a_person_is_led_from_the_queue_through_a_lesson_to_the_end(
    project: Project, ada: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    course = make_course(project, pass_mark=0.5)
    work = make_queue(
        project, dataset=make_texts(project, 1, "Work"), revision=course.queue.schema_revision
    )
    change_queue(queue=work, by=None, asks_course=course)
    client = sign_in(ada)
    page = seen(client, "work", work.oid)
    assert reverse("course", args=[course.oid]) in page
    assert "Ready when you are" in seen(client, "course", course.oid)
    answer_exam(course, ada_works, "bad")
    assert client.get(reverse("work", args=[course.queue.oid])).status_code == 302
    page = seen(client, "course", course.oid)
    assert "Nearly" in page
    assert "<strong>k000000</strong>" in page
    assert client.post(reverse("course-go-on", args=[course.oid])).status_code == 302
    assert seen(client, "work", course.queue.oid).count('"over_url": "/courses/') == 1
    answer_exam(course, ada_works, "good", "bad")
    page = seen(client, "course", course.oid)
    assert "You passed" in page
    assert "1 of 2 right" in page
    assert "workbench-config" in seen(client, "work", work.oid)


def test_a_manager_sees_who_is_where_and_excuses(
    project: Project, mia: User, ada_works: Annotator, sign_in: SignIn
) -> None:
    course = make_course(project, lessons=0)
    make_people(project, 30)
    client = sign_in(mia)
    page = seen(client, "course-people", course.oid)
    assert "?from=25" in page
    assert "person 9" in seen(client, "course-people", course.oid, "?from=25")
    answer_exam(course, ada_works, "good", "bad")
    assert "not passed yet" in seen(client, "course-people", course.oid)
    from_page = {"annotator": f"{ada_works.oid}"}
    assert client.post(reverse("course-people", args=[course.oid]), from_page).status_code == 302
    assert Attempt.objects.get(state="excused").annotator == ada_works


def test_items_are_added_explained_and_removed(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    course = make_course(project, lessons=1, exam=2)
    know(make_texts_more(project), course.queue.schema_revision)
    client, address = sign_in(mia), reverse("course-items", args=[course.oid])
    assert client.post(address, {"do": "add", "part": "exam", "count": "5"}).status_code == 302
    rows = list(CourseItem.objects.select_related("task__item").order_by("place"))
    assert len(rows) == 4
    chosen = {"item": rows[1].task.item.oid, "explanation": "It is."}
    assert client.post(address, {"do": "explain", **chosen}).status_code == 302
    assert CourseItem.objects.get(place=1).explanation == "It is."
    assert client.post(address, {"do": "remove", **chosen}).status_code == 302
    refused = client.post(address, {"do": "remove", "item": rows[2].task.item.oid})
    assert refused.status_code == 422
    assert "only 1 are kept for it" in refused.content.decode()


def make_texts_more(project: Project) -> Item:
    """One text more in the dataset of the course."""
    return Item.objects.filter(dataset=make_texts(project, 1)).latest("pk")


def test_gold_is_signed_and_retired_on_a_page(
    project: Project, mia: User, ada: User, sign_in: SignIn
) -> None:
    dataset, revision, items = known_texts(project, 30)
    queue = make_queue(project, dataset=dataset, revision=revision)
    client, address = sign_in(mia), reverse("gold-care", args=[queue.oid])
    page = seen(client, "gold-care", queue.oid)
    assert "No gold yet" in page
    assert items[29].key not in page
    assert items[29].key in seen(client, "gold-care", queue.oid, "?next=25")
    signed = {"do": "sign", "item": [items[0].oid, items[1].oid]}
    assert client.post(address, signed).status_code == 302
    assert client.post(address, {"do": "retire", "item": items[0].oid}).status_code == 302
    assert Queue.objects.get(pk=queue.pk).gold_count == 1
    assert "retired" in seen(client, "gold-care", queue.oid)
    assert "Tick some items first" in client.post(address, {"do": "sign"}).content.decode()
    assert sign_in(ada).get(address).status_code == 403
    plant_gold(queue=queue, items=[items[0]], by=mia)
    assert Task.objects.filter(is_gold=True, stage=0).count() == 2
