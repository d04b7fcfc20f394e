"""Do answers about turns, candidates and cells fit the item they are about?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasets.pure.conversation import BOTH_BAD, SHOWN, TIE, read_ranking, write_ranking
from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.region_kinds.base import Verdict

if TYPE_CHECKING:
    from datasets.pure.conversation import ConversationFacts
    from datasets.pure.regions import Region
    from datasets.pure.schema_types import ItemFacts, Question

PREFERENCES = ("pairwise", "ranking")


def check_preference(
    verdict: Verdict, index: int, region: Region, question: Question, facts: ItemFacts
) -> None:
    """Whether the value of a preference names candidates of the conversation."""
    at = f"regions/{index}/value"
    candidates = facts.conversation.candidates if facts.conversation else ()
    if region.label is not None:
        sentence = gettext_noop("%(name)s is answered with a value, not with a label.")
        verdict.refuse(f"regions/{index}/label", "unexpected-label", sentence, name=question.name)
    if question.type == "pairwise" and len(candidates) != 2:
        sentence = gettext_noop("There are %(count)d candidates; a pair is asked for.")
        verdict.refuse(at, "no-pair", sentence, count=len(candidates))
    elif question.type == "pairwise":
        _check_choice(verdict, at, region.value, question, candidates)
    else:
        _check_ranking(verdict, at, region.value, question, candidates)
    _check_shown(verdict, index, region, candidates)


def _check_choice(
    verdict: Verdict, at: str, value: object, question: Question, candidates: tuple[str, ...]
) -> None:
    known = (*candidates, *((TIE,) if question.ties else ()))
    known += (BOTH_BAD,) if question.both_bad else ()
    if value not in known:
        sentence = gettext_noop("%(value)s is no answer here. Use one of: %(known)s.")
        verdict.refuse(
            at, "unknown-candidate", sentence, value=shorten(value), known=", ".join(known)
        )


def _check_ranking(
    verdict: Verdict, at: str, value: object, question: Question, candidates: tuple[str, ...]
) -> None:
    groups = read_ranking(value, candidates) if isinstance(value, str) and candidates else None
    if groups is None:
        sentence = gettext_noop("Name each candidate once, best first, such as %(example)s.")
        verdict.refuse(at, "bad-ranking", sentence, example=" > ".join(candidates) or "a > b")
    elif value != write_ranking(groups):
        sentence = gettext_noop("Name equals in the order of their ids: %(example)s.")
        verdict.refuse(at, "unordered-equals", sentence, example=write_ranking(groups))
    elif not question.ties and len(groups) != len(candidates):
        sentence = gettext_noop("%(name)s takes no equals.")
        verdict.refuse(at, "no-ties", sentence, name=question.title)


def _check_shown(verdict: Verdict, index: int, region: Region, candidates: tuple[str, ...]) -> None:
    shown = (region.attributes or {}).get(SHOWN)
    if shown is None:
        return
    if not isinstance(shown, str) or sorted(shown.split(" ")) != sorted(candidates):
        sentence = gettext_noop("This must name each candidate once, as they were shown.")
        verdict.refuse(f"regions/{index}/attributes/{SHOWN}", "bad-order", sentence)


def check_turn(
    verdict: Verdict, index: int, region: Region, question: Question, facts: ItemFacts
) -> None:
    """Whether a region says of which turn it speaks, where it must, and that there is one."""
    at = f"regions/{index}/on/turn"
    turn = (region.on or {}).get("turn")
    conversation = facts.conversation
    if turn is None:
        if question.per == "turn":
            sentence = gettext_noop("Say which turn this is about, as {“turn”: “0”}.")
            verdict.refuse(at, "no-turn", sentence)
        return
    number = turn_of(turn, conversation)
    if number is None:
        sentence = gettext_noop("There is no turn %(turn)s.")
        verdict.refuse(at, "unknown-turn", sentence, turn=shorten(turn))
    elif question.roles and conversation and conversation.roles[number] not in question.roles:
        sentence = gettext_noop("%(name)s is not asked of turns of %(role)s.")
        role = conversation.roles[number]
        verdict.refuse(at, "other-role", sentence, name=question.title, role=role)


def check_cell(
    verdict: Verdict, index: int, region: Region, question: Question, facts: ItemFacts
) -> None:
    """Whether a region says of which cell it speaks, and that the row has it."""
    at = f"regions/{index}/on/field"
    field = (region.on or {}).get("field")
    if field is None:
        sentence = gettext_noop("Say which cell this is about, as {“field”: “height”}.")
        verdict.refuse(at, "no-cell", sentence)
    elif field not in facts.fields:
        sentence = gettext_noop("The row has no cell %(field)s.")
        verdict.refuse(at, "unknown-cell", sentence, field=shorten(field))
    elif question.fields and field not in question.fields:
        sentence = gettext_noop("%(name)s is not asked of the cell %(field)s.")
        verdict.refuse(at, "other-cell", sentence, name=question.title, field=shorten(field))


def turn_of(turn: str, conversation: ConversationFacts | None) -> int | None:
    """The number of a turn, counted from 0; None where there is none."""
    count = len(conversation.roles) if conversation else 0
    is_number = turn.isascii() and turn.isdigit() and (turn == "0" or not turn.startswith("0"))
    return int(turn) if is_number and int(turn) < count else None


def turns_asked(question: Question, facts: ItemFacts) -> list[str]:
    """The turns that a question is asked of, as `on` names them."""
    roles = facts.conversation.roles if facts.conversation else ()
    return [
        str(number)
        for number, role in enumerate(roles)
        if not question.roles or role in question.roles
    ]
