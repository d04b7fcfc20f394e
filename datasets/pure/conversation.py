"""Conversations: turns of speakers, and answers that might come next.

    {"turns": [{"role": "user", "text": "..."}],
     "candidates": [{"id": "a", "text": "..."}, {"id": "b", "text": "..."}]}

A preference names candidates by their id, never by the side on which they were shown. In the
order in which they were shown they stand in the region's attribute `shown`, so that whoever looks
for a bias of position can find it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from datasets.pure.problems import Problem, gettext_noop, shorten
from datasets.pure.region_types import LABEL_KEY
from datasets.pure.text_rules import check_text

MAX_TURNS = 2000
MAX_CANDIDATES = 26
MAX_ROLE = 60
MAX_CHARACTERS = 1_000_000
LETTERS = "abcdefghijklmnopqrstuvwxyz"
TIE, BOTH_BAD = "tie", "both_bad"
SHOWN = "shown"
"""The attribute that holds the ids of candidates in the order in which they were shown."""
BETTER, EQUAL = " > ", " = "


class ConversationError(ValueError):
    """The data is no conversation; `problem` says where and why."""

    def __init__(self, at: str, code: str, template: str, **values: object) -> None:
        self.problem = Problem(at, code, template, values)
        super().__init__(self.problem.detail)


class ConversationFacts(NamedTuple):
    """What must be known of a conversation to check an answer about it."""

    roles: tuple[str, ...]
    texts: tuple[str, ...]
    candidates: tuple[str, ...]


def read_conversation(data: object) -> dict[str, Any]:
    """The conversation in JSON values, in its normal form.

    Parameters
    ----------
    data : list or dict
        The turns; or an object with `turns` and perhaps `candidates`, which are texts or objects
        with `id` and `text`. Candidates without ids are called a, b, c.

    Raises
    ------
    ConversationError
        With the place of the first thing that is wrong.

    Examples
    --------
    >>> read_conversation([{"role": "user", "text": "Hi"}])
    {'turns': [{'role': 'user', 'text': 'Hi'}]}
    >>> asked = {"turns": [{"role": "user", "text": "Hi"}], "candidates": ["Hello", "What?"]}
    >>> [one["id"] for one in read_conversation(asked)["candidates"]]
    ['a', 'b']
    """
    given = {"turns": data} if isinstance(data, list) else data
    if not isinstance(given, dict) or not given.keys() <= {"turns", "candidates"}:
        raise ConversationError(
            "",
            "no-conversation",
            gettext_noop("A conversation is a list of turns, or has “turns” and “candidates”."),
        )
    turns = _list_of(given.get("turns"), "turns", (1, MAX_TURNS))
    read: dict[str, Any] = {"turns": [_turn(one, f"turns/{n}") for n, one in enumerate(turns)]}
    if given.get("candidates"):
        listed = _list_of(given["candidates"], "candidates", (1, MAX_CANDIDATES))
        candidates = [_candidate(one, n) for n, one in enumerate(listed)]
        ids = [one["id"] for one in candidates]
        for number, name in enumerate(ids):
            if name in ids[:number]:
                sentence = gettext_noop("The id %(id)s is used twice.")
                raise ConversationError(f"candidates/{number}/id", "id-twice", sentence, id=name)
        read["candidates"] = candidates
    said = [one["text"] for part in read.values() for one in part]
    if sum(map(len, said)) > MAX_CHARACTERS:
        sentence = gettext_noop("A conversation has at most a million characters.")
        raise ConversationError("", "too-long", sentence)
    if not any(text.strip() for text in said):
        raise ConversationError("turns", "empty", gettext_noop("Nothing is said in it."))
    return read


def facts_of_conversation(row: Mapping[str, Any]) -> ConversationFacts:
    """Return roles, texts and ids of a conversation in its normal form."""
    turns = row["turns"]
    return ConversationFacts(
        tuple(one["role"] for one in turns),
        tuple(one["text"] for one in turns),
        tuple(one["id"] for one in row.get("candidates", ())),
    )


def read_ranking(value: str, candidates: Sequence[str]) -> list[list[str]] | None:
    """The groups of equals in a ranking, best first; None where it does not name each once.

    Examples
    --------
    >>> read_ranking("b > a = c", ["a", "b", "c"])
    [['b'], ['a', 'c']]
    >>> read_ranking("b > a", ["a", "b", "c"]) is None
    True
    """
    groups = [group.split(EQUAL) for group in value.split(BETTER)]
    named = [one for group in groups for one in group]
    if sorted(named) != sorted(candidates):
        return None
    return groups


def write_ranking(groups: Sequence[Sequence[str]]) -> str:
    """The ranking as text; equals are named in one order, so that the same is said alike.

    Examples
    --------
    >>> write_ranking([["b"], ["c", "a"]])
    'b > a = c'
    """
    return BETTER.join(EQUAL.join(sorted(group)) for group in groups)


def _list_of(value: object, at: str, size: tuple[int, int]) -> list[Any]:
    if not isinstance(value, list) or not size[0] <= len(value) <= size[1]:
        sentence = gettext_noop("Give %(low)d to %(high)d of these as a list.")
        raise ConversationError(at, "bad-list", sentence, low=size[0], high=size[1])
    return value


def _turn(value: object, at: str) -> dict[str, str]:
    if not isinstance(value, dict) or value.keys() != {"role", "text"}:
        sentence = gettext_noop("A turn has “role” and “text”, and nothing else.")
        raise ConversationError(at, "bad-turn", sentence)
    role = _text(value["role"], f"{at}/role")
    if not 0 < len(role) <= MAX_ROLE:
        sentence = gettext_noop("A role is a text of 1 to %(most)d characters.")
        raise ConversationError(f"{at}/role", "bad-role", sentence, most=MAX_ROLE)
    return {"role": role, "text": _text(value["text"], f"{at}/text")}


def _candidate(value: object, number: int) -> dict[str, str]:
    at = f"candidates/{number}"
    if isinstance(value, str):
        return {"id": LETTERS[number], "text": _text(value, at)}
    if not isinstance(value, dict) or not {"text"} <= value.keys() <= {"id", "text"}:
        sentence = gettext_noop("A candidate is a text, or has “id” and “text”.")
        raise ConversationError(at, "bad-candidate", sentence)
    name = value.get("id", LETTERS[number])
    if not isinstance(name, str) or not LABEL_KEY.fullmatch(name) or name in (TIE, BOTH_BAD):
        sentence = gettext_noop("%(id)s cannot be an id: at most 64 letters, digits, _ . -")
        raise ConversationError(f"{at}/id", "bad-id", sentence, id=shorten(name))
    return {"id": name, "text": _text(value["text"], f"{at}/text")}


def _text(value: object, at: str) -> str:
    if not isinstance(value, str):
        raise ConversationError(at, "wrong-type", gettext_noop("This must be text."))
    trouble = check_text(value)
    if trouble is not None:
        sentence = gettext_noop("Character %(place)d of the text is NUL or half a character.")
        raise ConversationError(at, trouble.code, sentence, place=trouble.place)
    return value
