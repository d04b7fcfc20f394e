"""Who is asking through REST: a token in the header, or the browser's session."""

from typing import cast

from rest_framework import authentication, exceptions
from rest_framework.request import Request

from foundation.actor import Actor
from foundation.models import ApiToken, User
from foundation.services.tokens import authenticate_token


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return user and token; None without the header, 401 for a token that does not count."""
        header = authentication.get_authorization_header(request).decode("latin-1")
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = authenticate_token(secret.strip())
        if token is None:
            raise exceptions.AuthenticationFailed
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in the 401."""
        return "Bearer"


class SessionAuthentication(authentication.SessionAuthentication):
    """The signed-in browser, with its CSRF token; without a session the answer is 401."""

    def authenticate_header(self, request: Request) -> str:
        """Make DRF answer 401 rather than 403 to the anonymous."""
        return "Bearer"

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a write from another site, judged by the header that scripts send.

        The check looks into `POST`. That of REST framework's request would read the body, which
        doors want to see as it came; that of Django's own does so for forms alone.
        """
        super().enforce_csrf(cast("Request", request._request))


def actor_of(request: Request) -> Actor:
    """Return who is asking."""
    token = request.auth if isinstance(request.auth, ApiToken) else None
    return Actor(user=cast("User", request.user), token=token)
