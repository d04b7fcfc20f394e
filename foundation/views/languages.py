"""The languages of the workbench: what a person chose, or what their browser asks for."""

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from foundation.models import User
from foundation.views.page import actor_of

RIGHT_TO_LEFT = {"ar"}
TRADITIONAL = {"zh-hant", "zh-tw", "zh-hk", "zh-mo"}
"""Chinese that is written with other characters than the catalogue's."""
BY_PRIMARY = {tag.partition("-")[0]: tag for tag in User.Language.values if tag}


def spoken_by(request: HttpRequest) -> str:
    """Return the tag of the language in which the workbench speaks to whoever asks."""
    chosen = actor_of(request).user.language
    if chosen in User.Language.values and chosen:
        return chosen
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    wanted = [tag for tag, weight in asked if weight > 0]
    chinese = next((tag for tag in wanted if tag.startswith("zh")), "")
    if _is_traditional(chinese):
        # After it browsers ask for "zh" as well, which would mean the other characters.
        wanted = [tag for tag in wanted if not tag.startswith("zh")]
    primaries = (tag.partition("-")[0] for tag in wanted)
    found = (BY_PRIMARY[primary] for primary in primaries if primary in BY_PRIMARY)
    return next(found, str(User.Language.ENGLISH))


def _is_traditional(tag: str) -> bool:
    return any(tag == one or tag.startswith(f"{one}-") for one in TRADITIONAL)


def direction_of(tag: str) -> str:
    """Return the direction in which a language is written, as HTML names it."""
    return "rtl" if tag in RIGHT_TO_LEFT else "ltr"
