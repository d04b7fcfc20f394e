"""Tags of people: skills in their own words, languages as short codes."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_TAGS = 20
LONGEST_TAG = 40
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}")


def clean_tags(texts: Iterable[str]) -> list[str]:
    """Tags without outer space and repeats, in small letters, in their order.

    >>> clean_tags([" Radiology", "radiology", "", "birds of  prey"])
    ['radiology', 'birds of prey']
    """
    shortened = (" ".join(text.split()).casefold() for text in texts)
    return list(dict.fromkeys(text for text in shortened if text))


def bad_tags(tags: Iterable[str]) -> list[str]:
    """The tags that are too long or hold what no tag may hold: a comma or a control character.

    >>> bad_tags(["radiology", "x" * 41, "a,b"])[1:]
    ['a,b']
    """
    return [tag for tag in tags if len(tag) > LONGEST_TAG or "," in tag or not tag.isprintable()]


def bad_languages(codes: Iterable[str]) -> list[str]:
    """The texts that are no code of a language, such as ``de`` or ``pt-br``.

    >>> bad_languages(["de", "pt-br", "zh-hans", "German", "d"])
    ['German', 'd']
    """
    return [code for code in codes if not _LANGUAGE.fullmatch(code)]
