"""What a definition says about texts alone: what a field starts with, and patterns of labels."""

from __future__ import annotations

from datasets.pure.patterns import PatternError, parse_pattern
from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.schema_values import Found, Raw, a_list, a_text

MAX_PATTERNS = 200
MAX_PATTERN = 200
TEXT = "text"


def prefill_of(raw: Raw, data_type: str, at: str, found: Found) -> str:
    """What the field of a text question starts with: ``text``, or the name of a column."""
    name = a_text(raw, "prefill", at, 200, found)
    if not name or data_type == "table":
        return name
    if data_type != "text":
        sentence = gettext_noop("Items of type %(data)s have no text that a field can start with.")
        found.add(f"{at}/prefill", "wrong-data-type", sentence, data=data_type)
    elif name != TEXT:
        sentence = gettext_noop("A field of a text can only start with the text itself: text.")
        found.add(f"{at}/prefill", "unknown-value", sentence)
    return name


def patterns_of(raw: Raw, at: str, found: Found) -> tuple[str, ...]:
    """The phrases and patterns whose hits are offered under a label."""
    if "patterns" not in raw:
        return ()
    patterns = []
    for index, one in enumerate(
        a_list(raw["patterns"], f"{at}/patterns", (1, MAX_PATTERNS), found)
    ):
        place = f"{at}/patterns/{index}"
        if type(one) is not str or len(one) > MAX_PATTERN:
            sentence = gettext_noop("A pattern is text of at most %(limit)d characters.")
            found.add(place, "wrong-type", sentence, limit=MAX_PATTERN)
            continue
        try:
            parse_pattern(one)
        except PatternError as error:
            found.add(place, "bad-pattern", error.template, pattern=shorten(one), **error.values)
            continue
        patterns.append(one)
    return tuple(dict.fromkeys(patterns))
