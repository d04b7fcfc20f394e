"""What a definition says about turns and candidates of conversations."""

from __future__ import annotations

from typing import Any

from datasets.pure.problems import gettext_noop
from datasets.pure.schema_values import Found, Raw, a_flag, a_list, one_of

_ASKED_OF_TURNS = ("choice", "choices", "number", "rating", "text")


def asking_keys(question_type: str, data_type: str) -> tuple[str, ...]:
    """What a question of this type may say besides, where it is asked of conversations."""
    is_asked = data_type == "conversation" and question_type in _ASKED_OF_TURNS
    return ("per", "roles") if is_asked else ()


def read_asking(raw: Raw, at: str, found: Found) -> dict[str, Any]:
    """Whether a question is asked of turns, of whose, and what a preference may say."""
    read: dict[str, Any] = {}
    if "per" in raw:
        read["per"] = one_of(raw["per"], ("turn",), f"{at}/per", found)
    if "roles" in raw:
        listed = a_list(raw["roles"], f"{at}/roles", (1, 20), found)
        read["roles"] = tuple(one for one in listed if type(one) is str)
        if len(read["roles"]) < len(listed) or "per" not in raw:
            sentence = gettext_noop("Roles are texts, and go with “per”: “turn”.")
            found.add(f"{at}/roles", "bad-roles", sentence)
    for name in ("ties", "both_bad"):
        if name in raw:
            read[name] = a_flag(raw, name, at, True, found)
    return read
