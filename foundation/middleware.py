"""What happens around every request: an id to quote, refused bodies, the reader's time zone."""

import contextlib
import secrets
import time
import zoneinfo
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=()"
MOST_READ_OUT, READ_OUT_CHUNK = 64 << 20, 1 << 18
LONGEST_READ_OUT = 10.0
Next = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Give each request a short id that error pages and logs quote."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = secrets.token_hex(6)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class RefusedBodyMiddleware:
    """Read what is left of the body of a refused request, so that its sender sees the answer.

    Whoever still sends when the server closes the connection is told of a broken pipe, and not
    that the disk is full or the token is wrong.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            with contextlib.suppress(OSError):  # the sender is gone
                _read_out(request)
        return response


def _read_out(request: HttpRequest) -> None:
    is_announced = bool(request.META.get("CONTENT_LENGTH"))
    if not is_announced and not request.META.get("wsgi.input_terminated"):
        return
    stream = request if is_announced else request.META["wsgi.input"]
    left, deadline = MOST_READ_OUT, time.monotonic() + LONGEST_READ_OUT
    while left > 0 and time.monotonic() < deadline and (chunk := stream.read(READ_OUT_CHUNK)):
        left -= len(chunk)


class TimeZoneMiddleware:
    """Show times in the reader's zone; they are stored in UTC."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = getattr(request.user, "time_zone", "UTC")
        try:
            zone = zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            zone = zoneinfo.ZoneInfo("UTC")
        with timezone.override(zone):
            return self.get_response(request)
