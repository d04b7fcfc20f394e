"""The filter language: what it reads, what it refuses, and that it writes itself back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.pure.filters import (
    FIELDS,
    And,
    FilterError,
    Not,
    Term,
    format_filter,
    parse_filter,
)

values = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12
)
numbers = st.floats(-1e9, 1e9).map(float)
terms = (
    st.builds(Term, st.sampled_from(["label", "truth", "annotator", "key"]), st.just("="), values)
    | st.builds(Term, st.just("text"), st.just("contains"), values)
    | st.builds(Term, st.just("agreement"), st.sampled_from(["=", "<", "<=", ">", ">="]), numbers)
    | st.builds(Term, st.just("split"), st.just("="), st.sampled_from(FIELDS["split"].choices))
    | st.builds(Term, st.just("metadata.Lang-x.y"), st.just("="), values)
    | st.builds(Term, st.just("metadata.size"), st.just(">"), numbers)
)
trees = st.lists(terms | st.builds(Not, terms), max_size=8).map(lambda parts: And(tuple(parts)))


def refused(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)
    assert all(problem.detail and problem.line == 1 for problem in caught.value.problems)
    return [(problem.code, problem.column) for problem in caught.value.problems]


def test_the_example_of_the_manual_is_read() -> None:
    text = (
        "label:spam annotator:Ada agreement<0.6 split:train type:image "
        'text:"free text" has:truth is:archived metadata.lang:en -label:ham'
    )
    assert parse_filter(text) == And(
        (
            Term("label", "=", "spam"),
            Term("annotator", "=", "Ada"),
            Term("agreement", "<", 0.6),
            Term("split", "=", "train"),
            Term("type", "=", "image"),
            Term("text", "contains", "free text"),
            Term("has", "=", "truth"),
            Term("is", "=", "archived"),
            Term("metadata.lang", "=", "en"),
            Not(Term("label", "=", "ham")),
        )
    )


def test_words_without_a_field_are_looked_for_in_the_text() -> None:
    assert parse_filter('refund "not here" -späm') == And(
        (
            Term("text", "contains", "refund"),
            Term("text", "contains", "not here"),
            Not(Term("text", "contains", "späm")),
        )
    )


def test_an_empty_filter_finds_everything() -> None:
    assert parse_filter("") == parse_filter(" \n ") == And(())


def test_fields_are_read_in_any_case_and_metadata_keeps_its_own() -> None:
    assert parse_filter("Label:Spam METADATA.Lang=en").parts == (
        Term("label", "=", "Spam"),
        Term("metadata.Lang", "=", "en"),
    )


def test_quotes_inside_quotes_are_escaped() -> None:
    assert parse_filter(r'text:"say \"hi\" \\ now"').parts == (
        Term("text", "contains", r"say \"hi\" \ now".replace(r"\"", '"')),
    )


@given(trees)
def test_a_filter_written_out_is_read_back_equal(tree: And) -> None:
    assert parse_filter(format_filter(tree)) == tree


@given(st.text('ab:<>="-\\ .label12', max_size=30))
def test_any_text_is_read_or_refused_with_a_column_inside_it(text: str) -> None:
    try:
        tree = parse_filter(text)
    except FilterError as error:
        columns = [problem.column or 0 for problem in error.problems]
    else:
        columns = [1]
        assert parse_filter(format_filter(tree)) == tree
    assert columns
    assert all(1 <= column <= len(text) + 1 for column in columns)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("label:a lable:b", [("unknown-field", 9)]),
        ("http://x", [("unknown-field", 1)]),
        ("metadata.:x", [("unknown-field", 1)]),
        ("label:", [("missing-value", 7)]),
        ("label: spam", [("missing-value", 7)]),
        ('label:""', [("missing-value", 7)]),
        ("a -", [("missing-value", 4)]),
        ("label<3", [("bad-operator", 1)]),
        ("-label<3", [("bad-operator", 2)]),
        ("agreement<low", [("bad-number", 1)]),
        ("agreement<nan", [("bad-number", 1)]),
        ("metadata.size>big", [("bad-number", 1)]),
        ("created>yesterday", [("bad-day", 1)]),
        ("created>20261124", [("bad-day", 1)]),
        ("split:dev", [("unknown-value", 1)]),
        ('text:"open', [("bad-quotes", 6)]),
        ('text:"a"b', [("bad-quotes", 6)]),
        ('text:a"b', [("bad-quotes", 6)]),
        ("split:dev is:new", [("unknown-value", 1), ("unknown-value", 11)]),
        ("a\x00", [("nul", 2)]),
        ("x" * 2001, [("too-long", 1)]),
        ("a " * 51, [("too-many", 1)]),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_column(
    text: str, expected: list[tuple[str, int]]
) -> None:
    assert refused(text) == expected


def test_a_misspelt_field_is_met_with_the_nearest_one() -> None:
    with pytest.raises(FilterError, match="Did you mean label"):
        parse_filter("lable:spam")
    with pytest.raises(FilterError, match="known are label, truth"):
        parse_filter("qqq:spam")


def test_days_are_compared() -> None:
    assert parse_filter("created>=2026-11-24").parts == (Term("created", ">=", "2026-11-24"),)
