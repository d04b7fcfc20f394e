"""How allauth behaves here: nobody signs up by themselves, an invitation is the only door."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from foundation.models import User
from foundation.queries.prepared import Prepared

_users = Prepared(lambda pk: User.objects.filter(pk=pk))


class QuickBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's; every request asks for its user, so that is one prepared statement."""

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session; None for one who is gone or may not sign in any more."""
        user = _users.first(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from `winnow user create` or from an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep the sign-up page closed."""
        return False
