"""Telling managers that a queue may not be done in time, or that its day is near: once each."""

from datetime import date, timedelta

from django.utils import timezone

from annotate.models import Queue
from annotate.queries.workload import day_after, outlook_of
from annotate.services.telling import DEADLINE_LATE, DEADLINE_NEAR, tell_deadline


def tell_deadlines() -> None:
    """Look at every open queue with a deadline; whoever was told before is not told again.

    A queue that gets another deadline is told of anew. One that is done is not told of at all.
    """
    asked = Queue.objects.filter(
        state=Queue.State.OPEN, is_course=False, deadline__isnull=False
    ).select_related("dataset__project")
    for queue in asked.order_by("pk"):
        if queue.deadline is not None:
            _look_at(queue, queue.deadline)


def _look_at(queue: Queue, deadline: date) -> None:
    outlook = outlook_of(queue)
    if outlook.left <= 0:
        return
    days = queue.notice_days
    if days and timezone.localdate() >= deadline - timedelta(days=days):
        tell_deadline(DEADLINE_NEAR, queue, deadline, outlook.left)
    likely = outlook.forecast.days
    if likely is not None and day_after(likely) > deadline:
        tell_deadline(DEADLINE_LATE, queue, deadline, outlook.left, day_after(likely))
