"""The doctor notices counters that differ from what they count, and puts them right."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotate.models import Answer, Queue, Task
from annotate.queries.invariants import broken_promises
from foundation.models import Annotator
from tests.annotate.making import answered, claimed

pytestmark = pytest.mark.django_db


def test_a_healthy_house_has_no_broken_promise(queue: Queue, ada_works: Annotator) -> None:
    answered(queue, ada_works)
    claimed(queue, ada_works)
    out = StringIO()
    call_command("doctor", stdout=out)
    assert "agree" in out.getvalue()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"free_seats": 3}, "free-seats"),
        ({"is_open": False}, "is-open"),
        ({"answers": 2}, "answers"),
    ],
)
def test_a_wrong_counter_is_found_and_mended(
    queue: Queue, ada_works: Annotator, change: dict[str, int], code: str
) -> None:
    answered(queue, ada_works)
    Task.objects.filter(is_open=True).update(**change)
    assert code in [broken.code for broken in broken_promises()]
    with pytest.raises(CommandError):
        call_command("doctor", stdout=StringIO())
    call_command("doctor", "--mend", stdout=StringIO())
    assert broken_promises() == []


def test_an_answer_that_vanished_is_found(queue: Queue, ada_works: Annotator) -> None:
    done = answered(queue, ada_works)
    Answer.objects.filter(pk=done.annotation_id).delete()
    assert {broken.code for broken in broken_promises()} == {"answers", "submitted-without-answer"}


def test_more_people_than_seats_are_found(
    queue: Queue, ada_works: Annotator, bo_works: Annotator
) -> None:
    hold = claimed(queue, ada_works)
    hold.pk, hold.annotator = None, bo_works
    hold.save(force_insert=True)
    assert "too-many-seats" in [broken.code for broken in broken_promises()]
