"""The small readers that `schema_reading` is made of: one value each, or a problem at its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from datasets.pure.problems import MAX_PROBLEMS, Problem, gettext_noop, shorten
from datasets.pure.region_types import LABEL_KEY, QUESTION_NAME, whole_if_whole
from datasets.pure.schema_types import DEFAULT_MAX_LENGTH, SchemaError
from datasets.pure.text_rules import check_text

Raw = dict[str, Any]


class Found(list[Problem]):
    """The problems found so far; stops the reading when there are too many."""

    def add(self, at: str, code: str, template: str, **values: object) -> None:
        """Note one problem; raise `SchemaError` with all of them when there are too many."""
        self.append(Problem(at, code, template, values))
        if len(self) >= MAX_PROBLEMS:
            raise SchemaError(self)


def an_object(value: object, at: str, found: Found) -> Raw | None:
    """`value` where it is an object, else None with a problem found."""
    if type(value) is dict:
        return value
    found.add(at, "wrong-type", gettext_noop("This must be a JSON object."))
    return None


def a_list(value: object, at: str, size: tuple[int, int], found: Found) -> list[Any]:
    """`value` where it is a list of a fitting size, else as much of it as can be read."""
    if type(value) is not list:
        found.add(at, "wrong-type", gettext_noop("This must be a list."))
        return []
    if not size[0] <= len(value) <= size[1]:
        sentence = gettext_noop("This list has %(count)d entries; allowed are %(low)d to %(high)d.")
        found.add(at, "bad-count", sentence, count=len(value), low=size[0], high=size[1])
    return value[: size[1]]


def known_keys(raw: Raw, known: tuple[str, ...], at: str, found: Found) -> None:
    """Find a problem for every key of `raw` that is not `known`."""
    for key in raw:
        if key not in known:
            sentence = gettext_noop("%(key)s is not known here. Known are: %(known)s.")
            values = {"key": shorten(key), "known": ", ".join(known)}
            found.add(_join(at, shorten(key)), "unknown-key", sentence, **values)


def one_of(value: object, known: tuple[str, ...], at: str, found: Found) -> str:
    """`value` where it is one of `known`, else the empty text with a problem found."""
    if type(value) is str and value in known:
        return value
    sentence = gettext_noop("%(value)s is not known here. Use one of: %(known)s.")
    found.add(at, "unknown-value", sentence, value=shorten(value), known=", ".join(known))
    return ""


def a_name(raw: Raw, at: str, found: Found) -> str:
    """The name of a question or attribute; empty with a problem found."""
    return _pattern(raw, "name", at, QUESTION_NAME, found)


def a_key(raw: Raw, at: str, found: Found) -> str:
    """The key of a label or option; empty with a problem found."""
    return _pattern(raw, "key", at, LABEL_KEY, found)


def _pattern(raw: Raw, key: str, at: str, pattern: re.Pattern[str], found: Found) -> str:
    value = raw.get(key)
    if type(value) is str and pattern.fullmatch(value):
        return value
    sentence = gettext_noop("A name has 1 to 64 of a-z, 0-9 and _, and starts with a letter.")
    if pattern is LABEL_KEY:
        sentence = gettext_noop(
            "A key has 1 to 64 letters, digits, _ . or -, and starts with a letter or digit."
        )
    found.add(f"{at}/{key}", "bad-name", sentence)
    return ""


def a_text(raw: Raw, key: str, at: str, limit: int, found: Found) -> str:
    """The trimmed text at `key`, empty where it is absent or wrong."""
    if key not in raw:
        return ""
    value = raw[key]
    if type(value) is not str or check_text(value) is not None:
        found.add(f"{at}/{key}", "wrong-type", gettext_noop("This must be text."))
        return ""
    if len(value) > limit:
        sentence = gettext_noop("This text has %(count)d characters; at most %(limit)d fit.")
        found.add(f"{at}/{key}", "too-long", sentence, count=len(value), limit=limit)
    return value.strip()


def some_texts(raw: Raw, key: str, at: str, most: tuple[int, int], found: Found) -> tuple[str, ...]:
    """The trimmed texts listed at `key`: `most` says how many, and how long each may be."""
    if key not in raw:
        return ()
    place = f"{at}/{key}"
    listed = a_list(raw[key], place, (0, most[0]), found)
    texts = (
        a_text({str(index): one}, str(index), place, most[1], found)
        for index, one in enumerate(listed)
    )
    return tuple(text for text in texts if text)


def a_flag(raw: Raw, key: str, at: str, default: bool, found: Found) -> bool:
    """The boolean at `key`, or its default."""
    value = raw.get(key, default)
    if type(value) is bool:
        return value
    found.add(f"{at}/{key}", "wrong-type", gettext_noop("This must be true or false."))
    return default


def a_whole_number(raw: Raw, key: str, at: str, size: tuple[int, int], found: Found) -> int | None:
    """The whole number at `key`; None where it is absent, or wrong with a problem found."""
    value = raw.get(key)
    if key not in raw or (type(value) is int and size[0] <= value <= size[1]):
        return value
    sentence = gettext_noop("This must be a whole number from %(low)d to %(high)d.")
    found.add(at, "bad-number", sentence, low=size[0], high=size[1])
    return None


def a_number(raw: Raw, key: str, at: str, found: Found) -> float | None:
    """The number at `key`; None where it is absent, or wrong with a problem found."""
    value = raw.get(key)
    if key not in raw:
        return None
    if (type(value) is int or type(value) is float) and abs(value) < 2**53:
        return whole_if_whole(value)
    found.add(f"{at}/{key}", "bad-number", gettext_noop("This must be a number."))
    return None


def limits(raw: Raw, at: str, found: Found) -> tuple[float | None, float | None]:
    """`min` and `max` of a number."""
    low, high = a_number(raw, "min", at, found), a_number(raw, "max", at, found)
    if low is not None and high is not None and low > high:
        found.add(f"{at}/max", "bad-range", gettext_noop("max must not be smaller than min."))
    return low, high


def counts(raw: Raw, at: str, found: Found) -> tuple[int | None, int | None]:
    """`min_count` and `max_count` of a question about places."""
    low = a_whole_number(raw, "min_count", f"{at}/min_count", (0, 10_000), found)
    high = a_whole_number(raw, "max_count", f"{at}/max_count", (1, 10_000), found)
    if low is not None and high is not None and low > high:
        sentence = gettext_noop("max_count must not be smaller than min_count.")
        found.add(f"{at}/max_count", "bad-range", sentence)
    return low, high


def step_of(raw: Raw, at: str, found: Found) -> float | None:
    """The step of a number question; larger than 0."""
    step = a_number(raw, "step", at, found)
    if step is not None and not step > 0:
        found.add(f"{at}/step", "bad-number", gettext_noop("step must be larger than 0."))
    return step


def max_length_of(raw: Raw, at: str, found: Found) -> int:
    """The longest text allowed, in code points."""
    length = a_whole_number(raw, "max_length", f"{at}/max_length", (1, 100_000), found)
    return DEFAULT_MAX_LENGTH if length is None else length


def all_different(listed: Iterable[object], at: str, key: str, found: Found) -> None:
    """Find a problem for every object of a list that repeats an earlier one's `key`."""
    seen: set[str] = set()
    for index, one in enumerate(listed):
        name = one.get(key) if type(one) is dict else None
        if type(name) is not str:
            continue
        if name in seen:
            sentence = gettext_noop("%(name)s is already used by an earlier entry of this list.")
            found.add(f"{at}/{index}/{key}", "duplicate", sentence, name=shorten(name))
        seen.add(name)


def spelled(raw: Raw, key: str, pattern: re.Pattern[str]) -> str | None:
    """The lower-case text at `key` where it fits the pattern, else None."""
    value = raw.get(key)
    lower = value.lower() if type(value) is str else ""
    return lower if pattern.fullmatch(lower) else None


def title_from(name: str) -> str:
    """A title made of a name: ``has_flag`` gives ``Has flag``."""
    return name.replace("_", " ").capitalize()


def _join(at: str, key: str) -> str:
    return f"{at}/{key}" if at else key
