"""Projects that statistics were not made for: every page of theirs opens and shows real numbers."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import get_resolver, reverse
from django.utils import timezone

from annotate.models import Queue
from annotate.services.workdays import mend_days
from datasets.services.schemas import amend_schema
from foundation.models import Annotator, Project, User
from tests.annotate.making import MOOD, answered, make_people, make_queue
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db

People = list[Annotator]


def one_person(project: Project, people: People) -> Queue:
    """Nobody to agree with."""
    queue = make_queue(project, 3)
    for _task in range(3):
        answered(queue, people[0])
    return queue


def all_alike(project: Project, people: People) -> Queue:
    """One label is all that was ever said."""
    queue = make_queue(project, 3, overlap=2)
    for person in people[:2]:
        for _task in range(3):
            answered(queue, person)
    return queue


def nothing_to_do(project: Project, people: People) -> Queue:
    """A queue of no items at all."""
    return make_queue(project, 0)


def more_wanted_than_there_are(project: Project, people: People) -> Queue:
    """More answers are asked for than there are people to give them."""
    queue = make_queue(project, 2, overlap=9)
    for person in people:
        answered(queue, person)
    return queue


def two_revisions(project: Project, people: People) -> Queue:
    """Answers under a label that the next revision has retired."""
    queue = make_queue(project, 4, overlap=2)
    for person in people[:2]:
        answered(queue, person, "dull")
    [mood] = MOOD["questions"]
    labels = [one | {"retired": one["key"] == "dull"} for one in mood["labels"]]
    fewer = {**MOOD, "questions": [{**mood, "labels": labels}]}
    revision = amend_schema(schema=queue.schema, definition=fewer, by=None)
    Queue.objects.filter(pk=queue.pk).update(schema_revision=revision)
    for person in people[:2]:
        answered(queue, person, "bad")
    return queue


def somebody_is_gone(project: Project, people: People) -> Queue:
    """One of two left in the middle, with a task in hand and an account that is no more."""
    queue = make_queue(project, 4, overlap=2)
    for person, label in zip(people[:2], ("good", "bad"), strict=True):
        answered(queue, person, label)
    Annotator.objects.filter(pk=people[1].pk).update(user=None, ended_at=timezone.now())
    return queue


ODD = (
    *(one_person, all_alike, nothing_to_do, more_wanted_than_there_are),
    *(two_revisions, somebody_is_gone),
)
UNREADABLE = re.compile(r"(?<![\w-])(nan|inf|-inf|None(?! yet| of)|NaN)(?![\w-])")


def addresses(**ids: str) -> Iterator[str]:
    """Yield the address of every page of one project, queue or dataset."""
    pages: Any = get_resolver().reverse_dict
    for name in (name for name in pages if isinstance(name, str)):
        [(_address, names), *_others] = pages[name][0]
        if len(names) == 1 and names[0] in ids:
            yield reverse(name, args=[ids[names[0]]])


def unreadable(page: str) -> list[str]:
    """Return what stands around words on a page that no person wrote."""
    words = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    words = re.sub(r"\s+", " ", words)
    return [words[max(0, one.start() - 60) : one.end() + 30] for one in UNREADABLE.finditer(words)]


@pytest.mark.parametrize("make", ODD)
def test_every_page_opens_and_shows_real_numbers(
    make: Callable[[Project, People], Queue], project: Project, vic: User, sign_in: SignIn
) -> None:
    cache.clear()
    queue = make(project, make_people(project, 3))
    mend_days()
    client = sign_in(vic)
    seen = []
    for address in addresses(
        project_id=project.oid, queue_id=queue.oid, dataset_id=queue.dataset.oid
    ):
        answer = client.get(address)
        assert answer.status_code < 500, address
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            assert not unreadable(answer.content.decode()), address
            seen.append(address)
    assert len(seen) > 12, seen
