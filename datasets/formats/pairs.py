"""Preference pairs: JSONL whose lines hold a chosen and a rejected answer to the same conversation.

Both sides are a whole conversation, as text with "Human:" and "Assistant:" at the start of turns,
or as a list of turns with `role` and `content`. What both begin with becomes the conversation,
what follows the two candidates. Which is called a and which b is drawn from the key: an annotator
must not see from the ids which one was chosen.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from datasets.formats.base import (
    MAX_KEY,
    Format,
    Found,
    Read,
    ReadOptions,
    Record,
    Refused,
    SourceFile,
)
from datasets.formats.items import BadItem, load_json
from datasets.formats.jsonl import lines_of_files
from datasets.pure.canonical import sha256_hex
from datasets.pure.conversation import ConversationError, read_conversation
from datasets.pure.problems import gettext_noop

SIDES = ("chosen", "rejected")
QUESTION = "better"
SPOKEN = re.compile(r"(?:^|\n\n)(Human|Assistant): ?")
ROLES = {"Human": "user", "Assistant": "assistant"}
DEFINITION: dict[str, Any] = {
    "format": 1,
    "data_type": "conversation",
    "questions": [
        {"name": QUESTION, "title": "Which answer is better?", "type": "pairwise", "required": True}
    ],
}
Turn = dict[str, str]


def read(files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Read]:
    """Yield a conversation with two candidates for each line, and which of them was chosen."""
    question = _question_of(options)
    for place, line in lines_of_files(files):
        if isinstance(line, Refused):
            yield line
            continue
        try:
            yield _record(load_json(line), place, question, options)
        except BadItem as bad:
            yield Refused(place, bad.key, bad.problem)
    yield Found("conversation", schema=dict(options.schema or DEFINITION))


def _question_of(options: ReadOptions) -> str:
    for question in (options.schema or DEFINITION)["questions"]:
        if question["type"] == "pairwise":
            return str(question["name"])
    return QUESTION


def _record(value: Any, place: str, question: str, options: ReadOptions) -> Record:
    if not isinstance(value, dict) or not set(SIDES) <= value.keys():
        sentence = gettext_noop("A line has “chosen” and “rejected”.")
        raise BadItem("", "no-pair", sentence)
    given = value.get("key", place)
    key = str(given)[:MAX_KEY]
    before = _turns(value["prompt"], "prompt") if isinstance(value.get("prompt"), list) else []
    if isinstance(value.get("prompt"), str):
        before = [{"role": "user", "text": value["prompt"]}]
    chosen, rejected = (before + _turns(value[side], side) for side in SIDES)
    shared = 0
    while shared < min(len(chosen), len(rejected)) and chosen[shared] == rejected[shared]:
        shared += 1
    if shared == 0 or shared == len(chosen) or shared == len(rejected):
        sentence = gettext_noop("Both sides must begin alike and end differently.")
        raise BadItem("", "no-pair", sentence)
    is_first = int(sha256_hex(key.encode())[:2], 16) % 2 == 0
    ids = ("a", "b") if is_first else ("b", "a")
    answers = [
        {"id": name, "text": _written(side[shared:])}
        for name, side in zip(ids, (chosen, rejected), strict=True)
    ]
    record = Record(place, key, "conversation")
    data = {"turns": chosen[:shared], "candidates": sorted(answers, key=lambda one: one["id"])}
    try:
        record.row = read_conversation(data)
    except ConversationError as error:
        raise BadItem.of(error.problem, "") from error
    region = {"id": "r1", "question": question, "kind": "item", "value": ids[0]}
    opinion: dict[str, Any] = {"regions": {"format": 1, "regions": [region]}}
    if options.schema_name:
        opinion["schema"] = options.schema_name
    record.truths.append(opinion)
    return record


def _turns(value: Any, side: str) -> list[Turn]:
    """Return the turns of one side. Raises BadItem."""
    if isinstance(value, str):
        parts = SPOKEN.split(value)
        if len(parts) < 3:
            return [{"role": "assistant", "text": value}]
        pairs = zip(parts[1::2], parts[2::2], strict=True)
        return [{"role": ROLES[who], "text": said.strip()} for who, said in pairs]
    turns = []
    for number, turn in enumerate(value if isinstance(value, list) else [None]):
        if not isinstance(turn, dict) or not isinstance(turn.get("content"), str):
            sentence = gettext_noop("This is text, or a list of turns with “role” and “content”.")
            raise BadItem(f"{side}/{number}", "bad-turn", sentence)
        turns.append({"role": str(turn.get("role", "user")), "text": turn["content"]})
    return turns


def _written(turns: Sequence[Turn]) -> str:
    """Return what follows as one text; where it is more than one turn, with who speaks."""
    if len(turns) == 1:
        return turns[0]["text"]
    return "\n\n".join(f"{turn['role']}: {turn['text']}" for turn in turns)


FORMAT = Format(
    name="pairs",
    title=gettext_noop("Preference pairs: chosen and rejected answers, JSONL"),
    ending=".jsonl",
    media_type="application/x-ndjson",
    read=read,
    data_types=("conversation",),
)
