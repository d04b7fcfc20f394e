"""Preference pairs become conversations whose candidates do not tell which was chosen."""

from collections import Counter
from pathlib import Path

import orjson
import pytest

from datasets.formats.base import SourceFile
from datasets.formats.detect import detect
from tests.formats.sources import files, read

CHOSEN = "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Why?\n\nAssistant: Because."
REJECTED = "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Why?\n\nAssistant: No."


def lines(*values: object) -> dict[str, bytes]:
    return {"x.jsonl": b"\n".join(map(orjson.dumps, values))}


def test_what_both_sides_share_is_the_conversation(tmp_path: Path) -> None:
    sources = files(tmp_path, lines({"chosen": CHOSEN, "rejected": REJECTED}))
    assert detect(sources).format == "pairs"
    reading = read("pairs", sources)
    [record] = reading.records
    assert record.row is not None
    assert record.row["turns"] == [
        {"role": "user", "text": "Hi"},
        {"role": "assistant", "text": "Hello"},
        {"role": "user", "text": "Why?"},
    ]
    texts = {one["id"]: one["text"] for one in record.row["candidates"]}
    [region] = record.truths[0]["regions"]["regions"]
    assert texts[region["value"]] == "Because."
    assert set(texts) == {"a", "b"}
    assert reading.found.schema is not None


def test_lists_of_turns_and_a_prompt_apart_are_read(tmp_path: Path) -> None:
    talk = [{"role": "user", "content": "Hi"}]
    one, two = ([*talk, {"role": "assistant", "content": text}] for text in ("A", "B"))
    given = lines({"chosen": one, "rejected": two}, {"prompt": "Q", "chosen": "A", "rejected": "B"})
    first, second = read("pairs", files(tmp_path, given)).records
    assert first.row is not None
    assert second.row is not None
    assert [len(record.row["turns"]) for record in (first, second) if record.row] == [1, 1]
    assert second.row["turns"] == [{"role": "user", "text": "Q"}]


def test_the_chosen_one_is_as_often_a_as_b(tmp_path: Path) -> None:
    given = lines(*({"key": f"k{n}", "chosen": CHOSEN, "rejected": REJECTED} for n in range(400)))
    records = read("pairs", files(tmp_path, given)).records
    chosen = Counter(one.truths[0]["regions"]["regions"][0]["value"] for one in records)
    assert 150 < chosen["a"] < 250


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"chosen": CHOSEN}, "no-pair"),
        ({"chosen": CHOSEN, "rejected": CHOSEN}, "no-pair"),
        ({"chosen": CHOSEN, "rejected": "something else"}, "no-pair"),
        ({"chosen": [{"role": "user"}], "rejected": []}, "bad-turn"),
        ({"chosen": 1, "rejected": 2}, "bad-turn"),
    ],
)
def test_what_is_no_pair_is_refused_with_its_place(
    tmp_path: Path, line: dict[str, object], code: str
) -> None:
    [refused] = read("pairs", files(tmp_path, lines(line))).refused
    assert (refused.place, refused.problem.code) == ("x.jsonl:1", code)


def test_a_broken_line_does_not_stop_the_others(tmp_path: Path) -> None:
    data = b'{"chosen": \n' + orjson.dumps({"chosen": CHOSEN, "rejected": REJECTED})
    path = tmp_path / "y.jsonl"
    path.write_bytes(data)
    reading = read("pairs", [SourceFile("y.jsonl", path)])
    assert (len(reading.records), len(reading.refused)) == (1, 1)
