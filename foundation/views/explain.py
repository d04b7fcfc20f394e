"""The page behind the `type` of problem details: what a code means."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation.errors import DomainError, NotFound, Text
from foundation.views.page import render_page

OTHERS: dict[str, Text] = {
    "not-authenticated": _("Sign in, or send a token in the Authorization header"),
    "authentication-failed": _("The token is unknown, has ended or was revoked"),
    "permission-denied": _("Your role in this project does not allow this"),
    "parse-error": _("The body could not be read"),
    "method-not-allowed": _("This address does not do that"),
    "unsupported-media-type": _("This address does not take such a body"),
    "throttled": _("Too many requests; wait as long as Retry-After says"),
    "busy": _("The database is busy; try again in a moment"),
    "server-error": _("Something failed on our side; nothing of the request was kept"),
}


def _families(family: type[DomainError]) -> Iterator[type[DomainError]]:
    yield family
    for narrower in family.__subclasses__():
        yield from _families(narrower)


def meaning_of(code: str) -> Text | None:
    """Return the title of the error with this code, if there is one."""
    known = {one.code: one.title for one in _families(DomainError)}
    return known.get(code) or OTHERS.get(code)


@require_safe
def explain(request: HttpRequest, code: str) -> HttpResponseBase:
    """Say in a sentence what a problem code means."""
    meaning = meaning_of(code)
    if meaning is None:
        raise NotFound
    return render_page(request, "problems/explain.html", title=str(meaning), code=code)
