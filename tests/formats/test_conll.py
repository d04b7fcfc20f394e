"""CoNLL: tokens and tags to texts with spans and back, and what is lost is counted."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.formats.base import Entry
from tests.formats.sources import (
    as_entries,
    files,
    golden,
    item,
    read,
    regions_of,
    said,
    span,
    write,
)


def spans_of(record: Any) -> list[tuple[str, str]]:
    return [
        (one["label"], record.text[one["at"]["start"] : one["at"]["end"]])
        for one in regions_of(record)
    ]


def test_the_golden_file_gives_its_sentences_and_spans() -> None:
    reading = read("conll", golden("noisy.conll"))
    first, second = reading.records
    assert (first.key, first.text) == ("noisy.conll:3", "Empire State Building = ESB .")
    assert spans_of(first) == [("location", "Empire State Building"), ("location", "ESB")]
    assert second.text == "Ümit & Co Ltd 😀"
    assert spans_of(second) == [("person", "Ümit"), ("group", "Co Ltd"), ("group", "😀")]
    assert (reading.places, reading.codes) == (["noisy.conll:16"], ["bad-tag"])
    assert (reading.found.question, reading.found.question_type) == ("entities", "spans")


@pytest.mark.parametrize(
    "tags",
    [
        "O B-x I-x B-x O B-y",  # IOB2
        "O I-x I-x B-x O I-y",  # IOB1
        "O B-x E-x S-x O S-y",  # IOBES
        "O B-x L-x U-x O U-y",  # BILOU
    ],
)
def test_every_way_of_tagging_marks_the_same_spans(tmp_path: Path, tags: str) -> None:
    lines = [f"t{number} POS {tag}" for number, tag in enumerate(tags.split())]
    (record,) = read("conll", files(tmp_path, {"x.iob": "\r\n".join(lines)})).records
    assert spans_of(record) == [("x", "t1 t2"), ("x", "t3"), ("y", "t5")]


def test_another_label_begins_another_span(tmp_path: Path) -> None:
    content = "a\tB-x\nb\tI-y\nc\tI-y\n"
    (record,) = read("conll", files(tmp_path, {"x.conll": content})).records
    assert spans_of(record) == [("x", "a"), ("y", "b c")]


def test_a_sentence_without_spans_has_an_empty_truth(tmp_path: Path) -> None:
    (record,) = read("conll", files(tmp_path, {"x.conll": "just\tO\nwords\tO\n"})).records
    assert regions_of(record) == []


def test_nul_in_a_token_refuses_its_sentence_only(tmp_path: Path) -> None:
    reading = read("conll", files(tmp_path, {"x.conll": "a\x00\tO\n\nb\tO\n"}))
    assert [record.text for record in reading.records] == ["b"]
    assert (reading.places, reading.codes) == (["x.conll:1"], ["nul"])


def test_what_is_written_is_read_again_the_same(tmp_path: Path) -> None:
    records = read("conll", golden("noisy.conll")).records
    data, report = write("conll", as_entries(records))
    again = read("conll", files(tmp_path, {"x.conll": data})).records
    assert report.losses == {}
    assert [(one.text, one.truths) for one in again] == [(one.text, one.truths) for one in records]


def test_what_conll_cannot_carry_is_in_the_loss_report() -> None:
    text = "Ada  Lovelace met\nBabbage."
    entry = Entry(
        "a1",
        "text",
        text,
        truths=[
            said(
                span("person", 0, 13),
                span("given", 0, 3, 2),
                span("person", 18, 25, 3),
                item("q", "x"),
            )
        ],
        suggestions=[said(source="model")],
    )
    data, report = write("conll", [entry, Entry("t", "table", row={"a": 1})])
    assert data.decode() == "Ada\tB-person\nLovelace\tI-person\nmet\tO\nBabbage.\tB-person\n\n"
    assert {code: loss.count for code, loss in report.losses.items()} == {
        "opinions-left-out": 1,
        "other-answers": 1,
        "white-space": 1,
        "overlapping-spans": 1,
        "widened-spans": 1,
        "not-a-text": 1,
    }


tokens = st.text(
    st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1, max_size=5
).filter(lambda token: len(token.split()) == 1 and not token.startswith("-DOCSTART-"))
tagged = st.lists(
    st.tuples(tokens, st.sampled_from(["O", "B-x", "I-x", "B-y"])), min_size=1, max_size=8
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(tagged, min_size=1, max_size=4))
def test_any_sentences_survive_the_way_in_and_out(
    tmp_path: Path, sentences: list[list[tuple[str, str]]]
) -> None:
    content = "\n".join("".join(f"{token}\t{tag}\n" for token, tag in one) for one in sentences)
    first = read("conll", files(tmp_path, {"x.conll": content}))
    assert [record.text for record in first.records] == [
        " ".join(token for token, _ in one) for one in sentences
    ]
    data, report = write("conll", as_entries(first.records))
    assert report.losses == {}
    second = read("conll", files(tmp_path, {"x.conll": data}))
    assert [one.truths for one in second.records] == [one.truths for one in first.records]
