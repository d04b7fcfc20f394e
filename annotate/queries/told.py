"""What the labelling page marks in its bar: things about somebody's work they have not read."""

from django.db.models import IntegerField, Subquery

from foundation.models import Notification

ABOUT_WORK = ("mentioned", "commented", "reviewed")
"""Kinds of notifications that are about answers."""
MOST_COUNTED = 99


class UnreadAboutWork(Subquery):
    """How many things a person has not read of their work in a project, as part of a statement."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) unread)"
    output_field = IntegerField()

    def __init__(self, user_pk: int, project_pk: int) -> None:
        unread = Notification.objects.filter(
            recipient=user_pk, read_at=None, project=project_pk, kind__in=ABOUT_WORK
        )
        super().__init__(unread.values("pk")[: MOST_COUNTED + 1])
