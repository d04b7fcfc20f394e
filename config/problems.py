"""Domain errors become answers: the one table from family to HTTP status (RFC 9457)."""

import logging
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from foundation.errors import (
    Conflict,
    DiskFull,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    Place,
    PreconditionFailed,
    StorageAway,
    TooMuch,
)
from foundation.pure.frames import forget_frames
from foundation.pure.full_disk import is_full_disk

log = logging.getLogger(__name__)
STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (PreconditionFailed, 412),
    (Conflict, 409),
    (NotAllowed, 403),
    (NotFound, 404),
    (TooMuch, 429),
    (DiskFull, 507),
    (StorageAway, 503),
    (Invalid, 422),
)


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a domain error's family."""
    return next((status for family, status in STATUS if isinstance(error, family)), 422)


def as_problem(error: DomainError) -> dict[str, Any]:
    """Return the problem details of a domain error."""
    problem: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": str(error.title),
        "status": status_of(error),
        "detail": str(error.detail or error.title),
        "code": error.code,
    }
    if error.places:
        problem["errors"] = [place.as_json() for place in error.places]
    return problem | error.extra


def as_problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a REST request that failed; None leaves a bug to the 500 page."""
    domain = _as_domain_error(error)
    if domain is not None:
        problem = as_problem(domain)
        headers = {}
        if "retry_after" in domain.extra:
            headers["Retry-After"] = str(domain.extra["retry_after"])
        return _problem(problem, headers)
    if isinstance(error, exceptions.APIException):
        return _from_rest(error)
    if isinstance(error, OperationalError) and "lock" in str(error):
        forget_frames(error)
        return _problem(_busy(), {"Retry-After": "2"})
    return None


def _as_domain_error(error: Exception) -> DomainError | None:
    if isinstance(error, DomainError):
        return error
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, PermissionDenied):
        return NotAllowed()
    if isinstance(error, exceptions.ValidationError):
        return Invalid(places=list(_places(error.detail)))
    if is_full_disk(error):
        return DiskFull(
            _("Nothing of this was kept. Whoever runs this Winnow must free some space.")
        )
    return None


def _busy() -> dict[str, Any]:
    title = _("The database is busy")
    return {
        "type": "/problems/busy",
        "title": title,
        "status": 503,
        "detail": title,
        "code": "busy",
    }


def _from_rest(error: exceptions.APIException) -> Response:
    code = str(error.get_codes()) if not isinstance(error.detail, dict) else error.default_code
    code = code.replace("_", "-")
    title = HTTPStatus(error.status_code).phrase
    problem = {
        "type": f"/problems/{code}",
        "title": title,
        "status": error.status_code,
        "detail": str(error.detail),
        "code": code,
    }
    headers = {}
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(int(getattr(error, "wait", None) or 1) + 1)
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return _problem(problem, headers)


def _problem(problem: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(
        problem,
        status=problem["status"],
        headers=headers,
        content_type="application/problem+json",
    )


def _places(detail: Any, at: str = "") -> Iterator[Place]:
    """Yield the places of DRF's nested error lists and dictionaries."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from _places(inner, "/".join(part for part in (at, name) if part))
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            plain = isinstance(inner, exceptions.ErrorDetail)
            yield from _places(inner, at if plain else f"{at}/{number}".strip("/"))
    else:
        code = getattr(detail, "code", "invalid").replace("_", "-")
        yield Place(at, code, str(detail))


class DomainErrorMiddleware:
    """Show domain errors raised by pages as the page of their status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer domain errors; leave the rest to Django."""
        if isinstance(error, RequestDataTooBig):
            error = TooMuch(_("The request is larger than this address takes."))
        domain = _as_domain_error(error) if is_full_disk(error) else error
        if not isinstance(domain, DomainError):
            return None
        return problem_page(request, domain)


def problem_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return the page, or for scripts the problem details, of a domain error."""
    problem = as_problem(error)
    if request.path.startswith(("/api/", "/media/")):
        return JsonResponse(
            problem, status=problem["status"], content_type="application/problem+json"
        )
    known = {403, 404, 409, 429}
    name = problem["status"] if problem["status"] in known else 409
    return render(request, f"problems/{name}.html", {"problem": problem}, status=problem["status"])


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old."""
    return problem_page(
        request, NotAllowed(_("This page was open for too long. Load it again and repeat."))
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return problem_page(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a bug, with the id to quote."""
    if request.path.startswith(("/api/", "/media/")):
        title = _("Something failed on our side")
        detail = _("Nothing of this request was kept. Quote the id when you report it.")
        problem = {
            "type": "/problems/server-error",
            "title": title,
            "status": 500,
            "detail": detail,
            "code": "server-error",
            "request_id": getattr(request, "request_id", ""),
        }
        return JsonResponse(problem, status=500, content_type="application/problem+json")
    return render(request, "problems/500.html", status=500)
