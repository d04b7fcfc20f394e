"""Writes that may be sent twice: the same key gets the same answer."""

import functools
import hashlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

import orjson
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.rendering import write
from foundation.errors import Conflict, Invalid, Place
from foundation.models import IdempotencyRecord, User
from foundation.services.replays import close_record, open_record

View = TypeVar("View", bound=Callable[..., Response])
LONGEST_KEY = 200


class OtherContent(Conflict):
    """The key was used before, with another request."""

    code = "key-used-otherwise"
    title = gettext_lazy("This Idempotency-Key was used with other content")


def idempotency_key(request: Request) -> str | None:
    """Return the header, checked; None without it."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        detail = _("From 1 to %(most)d characters.") % {"most": LONGEST_KEY}
        raise Invalid(places=[Place("Idempotency-Key", "out-of-range", detail)])
    return key


def idempotent(view: View) -> View:
    """Let a write that carries an Idempotency-Key happen once.

    The key, the effect and the answer stand in one transaction: a crash leaves all or none. A
    repeat with the same body gets the first answer, with another body 409. Without the header
    the write happens each time it is sent.
    """

    @functools.wraps(view)
    def wrapped(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = idempotency_key(request)
        if key is None:
            with transaction.atomic():
                return view(self, request, *args, **kwargs)
        digest = hashlib.sha256(request._request.body).hexdigest()
        user, route = cast("User", request.user), f"{request.method} {request.path}"
        with transaction.atomic():
            record, is_new = open_record(user=user, route=route, key=key, request_hash=digest)
            if not is_new:
                return _again(record, digest)
            response = view(self, request, *args, **kwargs)
            kept = {name: response[name] for name in ("Location",) if name in response}
            body = orjson.loads(write(response.data))
            close_record(record, status=response.status_code, body=body, headers=kept)
        return response

    return cast("View", wrapped)


def _again(record: IdempotencyRecord, digest: str) -> Response:
    if record.request_hash != digest:
        raise OtherContent(_("Send it with a new key, or send the same content."))
    return Response(record.body, status=record.status or 200, headers=record.headers)
