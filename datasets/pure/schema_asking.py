"""What a definition says about the parts it asks of: turns, cells of rows, channels."""

from __future__ import annotations

from typing import Any

from datasets.pure.problems import gettext_noop
from datasets.pure.schema_values import Found, Raw, a_flag, a_list, one_of

_ASKED_OF_PARTS = ("choice", "choices", "number", "rating", "text")


PART_OF = {"conversation": "turn", "table": "cell"}
"""What a question may be asked of in items of each type, besides the whole."""
ON_KEY = {"turn": "turn", "cell": "field"}
"""How `on` names it."""
_IN_TIME = ("segments", "instants")
_WITH_CHANNELS = ("audio", "series")
CHANNELS = ("one", "all")
"""Where a region in time may lie, if not on one channel or on all, as the annotator says."""


def asking_keys(question_type: str, data_type: str) -> tuple[str, ...]:
    """What a question of this type may say besides, where it can be asked of parts."""
    if question_type in _IN_TIME and data_type in _WITH_CHANNELS:
        return ("channels",)
    if question_type not in _ASKED_OF_PARTS:
        return ()
    more = {"conversation": ("per", "roles"), "table": ("per", "fields", "attributes")}
    return more.get(data_type, ())


def read_asking(raw: Raw, data_type: str, at: str, found: Found) -> dict[str, Any]:
    """Whether a question is asked of parts, of which, and what a preference may say."""
    read: dict[str, Any] = {}
    part = PART_OF.get(data_type, "")
    if "per" in raw and part:
        read["per"] = one_of(raw["per"], (part,), f"{at}/per", found)
    if "channels" in raw:
        read["channels"] = one_of(raw["channels"], CHANNELS, f"{at}/channels", found)
    if "roles" in raw:
        sentence = gettext_noop("Roles are texts, and go with “per”: “turn”.")
        read["roles"] = _texts(raw, "roles", at, sentence, found)
    if "fields" in raw:
        sentence = gettext_noop("Fields are texts, and go with “per”: “cell”.")
        read["fields"] = _texts(raw, "fields", at, sentence, found)
    for name in ("ties", "both_bad"):
        if name in raw:
            read[name] = a_flag(raw, name, at, True, found)
    return read


def _texts(raw: Raw, key: str, at: str, sentence: str, found: Found) -> tuple[str, ...]:
    listed = a_list(raw[key], f"{at}/{key}", (1, 200), found)
    texts = tuple(one for one in listed if type(one) is str)
    if len(texts) < len(listed) or "per" not in raw:
        found.add(f"{at}/{key}", f"bad-{key}", sentence)
    return texts
