"""Where the next hour helps most, and the rules that go by it, on pages and through REST."""

import pytest
from django.urls import reverse

from annotate.models import Queue
from foundation.models import Project, User
from tests.annotate.making import answered, key, make_people, make_queue, make_schema
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def test_a_manager_lets_worth_decide_and_sees_where_the_next_hour_helps(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    queue = make_queue(project, 12, overlap=2)
    people = make_people(project, 2)
    mia_sees = sign_in(mia)
    overview, settings = (reverse(name, args=[queue.oid]) for name in ("queue", "queue-settings"))
    assert "Too few answers to tell: 0 so far" in mia_sees.get(overview).content.decode()
    given = {"name": queue.name, "most_overlap": "5", "growth": "worth", "enough_percent": "20"}
    given |= {"gold_percent": "10", "most_gold_percent": "30", "reviews_by_worth": "1"}
    wrong = mia_sees.post(settings, given)
    assert wrong.status_code == 422
    assert "From 50 to 100 percent." in wrong.content.decode()
    assert mia_sees.post(settings, given | {"enough_percent": "95"}).status_code == 302
    queue.refresh_from_db()
    assert (queue.growth, queue.good_enough, queue.most_gold_share) == ("worth", 0.95, 0.3)
    assert queue.reviews_by_worth
    for number in range(12):
        answered(queue, people[0], ("good", "bad")[number % 2])
        answered(queue, people[1], ("good", "bad")[(number + (number == 11)) % 2])
    page = mia_sees.get(overview).content.decode()
    assert "Where the next hour helps most" in page
    assert "helps most</span>" in page
    assert "what people said so far, in 24 answers: not a promise" in page
    assert "likely to be right. 12 tasks wait for that." in page
    told = mia_sees.get(f"/api/v1/queues/{queue.oid}/worth").json()
    assert (told["reason"], told["answers"], told["tasks"]) == ("", 24, 12)
    assert max(told["per_hour"].values()) > 0
    assert told["per_hour"]["new_item"] == 0
    assert told["answer_seconds_known"] is False


def test_rest_takes_the_rules_of_worth_and_names_what_does_not_fit(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    queue = make_queue(project, 1)
    mia_sees = sign_in(mia)

    def patched(**policy: object) -> tuple[int, str]:
        answer = mia_sees.patch(
            f"/api/v1/queues/{queue.oid}",
            {"policy": policy},
            content_type="application/json",
            headers={"Idempotency-Key": key()},
        )
        return answer.status_code, answer.content.decode()

    assert patched(growth="worth", most_overlap=3, good_enough=0.9)[0] == 200
    queue.refresh_from_db()
    assert (queue.growth, queue.good_enough) == ("worth", 0.9)
    status, text = patched(gold_share=0.3, most_gold_share=0.1)
    assert status == 422
    assert "most_gold_share" in text


def test_a_queue_without_choices_says_that_worth_cannot_decide_there(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    stars = {"name": "mood", "title": "Mood", "type": "rating", "max": 5}
    definition = {"format": 1, "data_type": "text", "questions": [stars]}
    queue = make_queue(project, 2, revision=make_schema(project, definition, "Stars"))
    address = reverse("queue", args=[queue.oid])
    mia_sees = sign_in(mia)
    assert "Where the next hour" not in mia_sees.get(address).content.decode()
    Queue.objects.update(growth="worth", most_overlap=3)
    assert "so one more person is asked where" in mia_sees.get(address).content.decode()
