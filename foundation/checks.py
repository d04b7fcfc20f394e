"""What must hold before production starts: each failing check is an error, not advice.

`winnow prepare` and the servers run these in production mode and refuse to go on.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

KNOWN_KEYS = ("django-insecure", "changeme", "secret", "example", "winnow")
SHORTEST_KEY = 50
LOOPBACK = ("127.0.0.1", "localhost", "::1", "")


def _error(number: int, text: str, hint: str) -> Error:
    return Error(text, hint=hint, id=f"winnow.E{number:03}")


@register(Tags.security, deploy=True)
def production_settings(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Return everything that makes this installation unsafe to open to others."""
    found = [*_secrets(), *_hosts(), *_rest(), *_csp(), *_broker(), *_cache(), *_cookies()]
    return list(found)


def _secrets() -> list[Error]:
    key = settings.SECRET_KEY
    if not key or len(key) < SHORTEST_KEY or any(word in key.lower() for word in KNOWN_KEYS):
        return [
            _error(
                1,
                "The signing key is missing, short or well known.",
                "Set WINNOW_SECRET_KEY to at least 50 random characters.",
            )
        ]
    return []


def _hosts() -> list[Error]:
    found = []
    if settings.DEBUG:
        found.append(_error(2, "Debugging is on.", "Set WINNOW_MODE=production."))
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        found.append(
            _error(3, "No host names are given, or any is allowed.", "Set WINNOW_ALLOWED_HOSTS.")
        )
    if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES:
        found.append(
            _error(
                4,
                "Nobody says which proxy in front may vouch for HTTPS.",
                "Set WINNOW_TRUSTED_PROXIES to the number of proxies, usually 1.",
            )
        )
    return found


def _rest() -> list[Error]:
    rest: dict[str, Any] = settings.REST_FRAMEWORK
    found = []
    if rest.get("DEFAULT_PERMISSION_CLASSES") != ["rest_framework.permissions.IsAuthenticated"]:
        found.append(
            _error(5, "REST is open without signing in.", "Require IsAuthenticated by default.")
        )
    if any("Browsable" in name for name in rest.get("DEFAULT_RENDERER_CLASSES", [])):
        found.append(
            _error(6, "The browsable API is on.", "It lists related objects of others; remove it.")
        )
    if not rest.get("DEFAULT_THROTTLE_CLASSES"):
        found.append(_error(7, "REST has no throttles.", "Set DEFAULT_THROTTLE_CLASSES."))
    if settings.CELERY_ACCEPT_CONTENT != ["json"]:
        found.append(
            _error(8, "Workers read more than JSON.", 'Set CELERY_ACCEPT_CONTENT to ["json"].')
        )
    return found


def _csp() -> list[Error]:
    directives: dict[str, list[object]] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    unsafe = [
        name for name, values in directives.items() if any("unsafe" in str(v) for v in values)
    ]
    if unsafe or "script-src" not in directives:
        return [
            _error(
                9,
                "The content security policy lets pages run what they did not bring.",
                f"Remove unsafe values from: {', '.join(unsafe) or 'script-src is missing'}.",
            )
        ]
    return []


def _broker() -> list[Error]:
    address = urlsplit(settings.CELERY_BROKER_URL)
    if address.scheme == "filesystem" or address.hostname in LOOPBACK or address.password:
        return []
    return [
        _error(
            10,
            "The broker is on another host and has no password.",
            "Who writes to the broker can wake workers: give WINNOW_BROKER_URL a password.",
        )
    ]


def _cache() -> list[Error]:
    if "locmem" in str(settings.CACHES["default"]["BACKEND"]):
        return [
            _error(
                11,
                "Each process counts sign-in attempts for itself.",
                "Use a cache that all processes share: set WINNOW_CACHE_URL.",
            )
        ]
    return []


def _cookies() -> list[Error]:
    wanted = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    missing = [name for name in wanted if not getattr(settings, name)]
    if missing or not settings.SECURE_HSTS_SECONDS:
        return [
            _error(
                12,
                "Cookies or pages may travel without encryption.",
                f"Turn on: {', '.join(missing) or 'SECURE_HSTS_SECONDS'}.",
            )
        ]
    return []
