"""REST doors: what one was told."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.api import shapes
from foundation.api.authentication import actor_of
from foundation.api.paging import paged
from foundation.errors import NotAllowed
from foundation.queries.notifications import get_notification_for, show_told, told_to
from foundation.services.notifications import mark_read


class NotificationsView(APIView):
    """One's own notifications."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.NotificationOut(many=True))
    def get(self, request: Request) -> Response:
        """List them, newest first."""
        actor = actor_of(request)
        return paged(
            request, told_to(actor), lambda told: shown(show_told(actor, told)), newest_first=True
        )


class ReadNotificationsView(APIView):
    """All of one's notifications at once."""

    throttle_scope = "write"

    @extend_schema(request=None, responses=shapes.ReadOut, operation_id="notifications_read_all")
    def post(self, request: Request) -> Response:
        """Mark all as read. A token cannot: what is read is a matter of the person."""
        actor = actor_of(request)
        if actor.token is not None:
            raise NotAllowed
        return Response({"read": mark_read(user=actor.user)})


class ReadNotificationView(APIView):
    """One of one's notifications."""

    throttle_scope = "write"

    @extend_schema(request=None, responses=shapes.ReadOut, operation_id="notifications_read")
    def post(self, request: Request, notification_id: str) -> Response:
        """Mark it as read; twice changes nothing."""
        actor = actor_of(request)
        told = get_notification_for(actor, notification_id)
        if actor.token is not None:
            raise NotAllowed
        return Response({"read": mark_read(user=actor.user, told=told)})


def shown(told: dict[str, object]) -> dict[str, object]:
    """Return a notification as JSON: its icon is for pages."""
    return {name: value for name, value in told.items() if name != "icon"}
