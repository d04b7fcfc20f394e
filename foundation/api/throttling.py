"""How often one may ask: a limit a scope and person, at the same small cost for every request."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.core.cache import caches
from rest_framework.throttling import ScopedRateThrottle

if TYPE_CHECKING:  # the views themselves import this module
    from rest_framework.request import Request
    from rest_framework.views import APIView


class ScopedThrottle(ScopedRateThrottle):
    """Counts the requests of this window and of the one before, which fades as this one fills.

    Two numbers instead of a time for each request, which a busy client made thousands of. On the
    embedded default each web process counts for itself, so that a client may get through as many
    times the limit as there are processes.
    """

    timer = staticmethod(time.time)

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Tell whether the request is within the limit, and count it when it is."""
        self.scope = getattr(view, self.scope_attr, None)
        limit, seconds = self.parse_rate(self.get_rate() if self.scope else None)
        if limit is None or seconds is None:
            return True
        cache = caches["throttle"]
        window, passed = divmod(self.timer(), seconds)
        name = self.get_cache_key(request, view)
        now, earlier = f"{name}_{window:.0f}", f"{name}_{window - 1:.0f}"
        found: dict[str, Any] = cache.get_many([now, earlier])
        count, before = found.get(now, 0), found.get(earlier, 0)
        if count + before * (1 - passed / seconds) >= limit:
            self._wait = _wait(limit, seconds, passed, count, before)
            return False
        if not cache.add(now, 1, 2 * seconds):
            cache.incr(now)
        return True

    def wait(self) -> float:
        """Return the seconds after which the next request is within the limit."""
        return self._wait


def _wait(limit: int, seconds: int, passed: float, count: int, before: int) -> float:
    room = limit - 1
    if count <= room:  # the window before this one has to fade further
        return seconds * (1 - (room - count) / before) - passed
    return seconds * (2 - room / count) - passed
