"""On pages and through REST: whom a queue is for, teams, skills, languages, a deadline."""

from typing import Any

import pytest
from django.urls import reverse

from foundation.models import Annotator, Membership, Project, User
from tests.annotate.making import key, make_queue
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def test_a_manager_says_on_the_pages_for_whom_a_queue_is(
    project: Project, mia: User, ada: User, ada_works: Annotator, bo: User, sign_in: SignIn
) -> None:
    queue = make_queue(project, 3)
    member = Membership.objects.get(project=project, user=ada)
    mia_sees = sign_in(mia)
    made = mia_sees.post(reverse("team-new", args=[project.oid]), {"name": "Night shift"})
    team = project.teams.get()
    assert made.headers["Location"] == reverse("team", args=[team.oid])
    mia_sees.post(made.headers["Location"], {"name": "Owls", "people": [ada_works.oid]})
    about = reverse("person", args=[member.oid])
    assert mia_sees.post(about, {"skills": "x", "languages": "German"}).status_code == 422
    mia_sees.post(about, {"skills": "Owls, bats", "languages": "de"})
    page = mia_sees.get(reverse("members", args=[project.oid])).content.decode()
    assert "bats" in page
    assert "Owls" in page
    address = reverse("queue-settings", args=[queue.oid])
    given = {
        "name": queue.name,
        "most_overlap": "0",
        "risk_newcomer": "1",
        f"who_{team.oid}": "1",
        "who_skills": "bats",
        "who_languages": "",
        "deadline": "2027-03-31",
    }
    wrong = mia_sees.post(address, given | {"deadline": "tomorrow", "who_skills": ""})
    assert "Write the day as" in wrong.content.decode()
    assert mia_sees.post(address, given).status_code == 302
    queue.refresh_from_db()
    assert queue.who == {"teams": [team.pk], "skills": ["bats"]}
    assert queue.review_risks == ["newcomer"]
    overview = mia_sees.get(reverse("queue", args=[queue.oid])).content.decode()
    assert "Should be done by Wed 31 Mar 2027" in overview
    assert "Too few people" not in overview
    # Bo learns why there is nothing, and Ada gets to work.
    bo_sees = sign_in(bo)
    assert "manager named" in bo_sees.get(reverse("work", args=[queue.oid])).content.decode()
    assert "data-config" not in bo_sees.get(reverse("work", args=[queue.oid])).content.decode()
    mia_sees = sign_in(mia)
    mia_sees.post(reverse("team", args=[team.oid]), {"delete": "1"})
    assert (
        "Nobody may answer here now"
        in mia_sees.get(reverse("queue", args=[queue.oid])).content.decode()
    )


def test_rest_tells_and_takes_whom_a_queue_is_for(
    project: Project, mia: User, ada: User, ada_works: Annotator, bo: User, sign_in: SignIn
) -> None:
    queue = make_queue(project, 3)
    api, json = sign_in(mia), "application/json"

    def send(method: str, url: str, body: object) -> Any:
        call = getattr(api, method)
        return call(f"/api/v1{url}", body, json, headers={"Idempotency-Key": key()})

    team = send("post", f"/projects/{project.oid}/teams", {"name": "A", "people": [ada_works.oid]})
    assert (team.status_code, team.json()["people"]) == (201, [ada_works.oid])
    taken = send("post", f"/projects/{project.oid}/teams", {"name": "A"})
    assert (taken.status_code, taken.json()["errors"][0]["at"]) == (409, "name")
    who = {"teams": [team.json()["id"]], "languages": ["de"]}
    told = send("patch", f"/queues/{queue.oid}", {"who": who, "deadline": "2027-03-31"})
    assert (told.json()["who"], told.json()["deadline"]) == (who, "2027-03-31")
    wrong = send("patch", f"/queues/{queue.oid}", {"who": {"teams": ["team_x"]}})
    assert (wrong.status_code, wrong.json()["errors"][0]["at"]) == (422, "who")
    member = Membership.objects.get(project=project, user=ada).oid
    noted = send("put", f"/members/{member}/tags", {"skills": [], "languages": ["DE"]})
    assert noted.json()["languages"] == ["de"]
    assert noted.json()["teams"] == who["teams"]
    api = sign_in(bo)
    refused = send("post", f"/queues/{queue.oid}/claim", {"hold": 1})
    assert (refused.status_code, refused.json()["code"]) == (403, "not-for-you")
    api = sign_in(ada)
    assert send("post", f"/queues/{queue.oid}/claim", {"hold": 1}).status_code == 200
