"""Whether a person may have one more task of a queue, and the reason why not."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from annotate.errors import CourseFirst, LimitReached, NotForYou
from annotate.models import Queue
from annotate.queries.answerers import holds_any, lacks, room_for
from annotate.queries.courses import misses_course

NO_LIMIT = 2**31

_OTHERS: dict[str, Callable[[], str]] = {
    "people": lambda: _("It is for people and teams that its manager named."),
    "skills": lambda: _("It asks for skills that are not noted for you. Ask its manager."),
    "languages": lambda: _("It asks for a language that is not noted for you. Ask its manager."),
}
_DONE: dict[str, Callable[[int], str]] = {
    "most_mine": lambda n: _("One person answers at most %(n)d tasks here.") % {"n": n},
    "most_a_day": lambda n: (
        _("One person answers at most %(n)d tasks a day here. Go on tomorrow.") % {"n": n}
    ),
}


def reason_against(queue: Queue, annotator_id: int) -> str:
    """Return why a person gets no more tasks here, in words; empty when they get or hold some."""
    try:
        allowed_holds(queue, annotator_id, has_holds=holds_any(queue, annotator_id))
    except (NotForYou, CourseFirst, LimitReached) as error:
        return f"{error.title}. {error}"
    return ""


def allowed_holds(queue: Queue, annotator_id: int, *, has_holds: bool) -> int:
    """Return how many tasks a person may hold at once, for who they are and what they have done.

    Who holds some may finish them; else raises NotForYou, CourseFirst or LimitReached.
    """
    missing = lacks(queue, annotator_id)
    if missing:
        if has_holds:
            return 0
        raise NotForYou(_OTHERS[missing]())
    if misses_course(queue, annotator_id):
        if has_holds:
            return 0
        detail = _(
            "This queue asks for the course “%(name)s”. Once you have passed it, work is open."
        )
        raise CourseFirst(detail % {"name": queue.asks_course})
    if not (queue.most_mine or queue.most_a_day):
        return NO_LIMIT
    room, limit = room_for(queue, annotator_id)
    if room == 0 and not has_holds:
        raise LimitReached(_DONE[limit](getattr(queue, limit)))
    return room
