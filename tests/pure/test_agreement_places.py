"""Agreement of boxes and spans, and where agreement is won and lost."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from annotate.pure.agreement.alpha import krippendorff_alpha
from annotate.pure.agreement.answers import collect_answers
from annotate.pure.agreement.breakdown import (
    agreement_by_label,
    agreement_of_sets,
    confused_labels,
    kappa_table,
)
from annotate.pure.agreement.kappa import cohen_kappa, percent_agreement
from annotate.pure.agreement.pair_scores import (
    PairScores,
    equal_label_scores,
    mean_agreement,
    pair_table,
)
from annotate.pure.agreement.places import (
    ANY_OVERLAP,
    EXACT,
    Mark,
    PlacesAnswer,
    compare_places,
    f1_scores,
    overlap_scores,
)
from annotate.pure.agreement.results import NO_OVERLAP
from datasets.pure.region_kinds.points import Polygon
from datasets.pure.region_types import Box, Span

spans = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 20), st.integers(1, 6)), max_size=5, unique=True
)


def boxes(
    item: str, annotator: str, *marks: tuple[str, float, float, float, float]
) -> PlacesAnswer:
    return PlacesAnswer(item, annotator, [Mark(mark[0], Box(*mark[1:])) for mark in marks])


def marked(annotator: str, marks: list[tuple[str, int, int]]) -> PlacesAnswer:
    placed = [Mark(label, Span(start, start + length)) for label, start, length in marks]
    return PlacesAnswer("i", annotator, placed)


def box_scores(
    answers: list[PlacesAnswer], at_least: float = 0.5, label: str | None = None
) -> PairScores:
    return f1_scores(compare_places(answers, [at_least]), label=label)


def span_scores(answers: list[PlacesAnswer], *, exact: bool) -> PairScores:
    compared = compare_places(answers, [EXACT, ANY_OVERLAP])
    return f1_scores(compared, 0 if exact else 1)


def test_boxes_match_by_label_and_overlap() -> None:
    ada = boxes("i", "Ada", ("a", 0, 0, 10, 10), ("a", 50, 50, 10, 10), ("b", 90, 0, 5, 5))
    near = boxes("i", "Bo", ("a", 1, 0, 10, 10), ("b", 50, 50, 10, 10))
    assert box_scores([ada, near]).score.tolist() == [2 * 1 / 5]
    assert box_scores([ada, near], at_least=0.9).score.tolist() == [0]


def test_one_box_cannot_match_two() -> None:
    ada = boxes("i", "Ada", ("a", 0, 0, 10, 10), ("a", 1, 0, 10, 10))
    bo = boxes("i", "Bo", ("a", 0, 0, 10, 10))
    assert box_scores([ada, bo]).score.tolist() == [pytest.approx(2 / 3)]


def test_nothing_beside_nothing_agrees_and_nothing_beside_something_does_not() -> None:
    empty, full = boxes("i", "Ada"), boxes("i", "Bo", ("a", 0, 0, 1, 1))
    assert box_scores([empty, boxes("i", "Rui")]).score.tolist() == [1]
    assert box_scores([empty, full]).score.tolist() == [0]


def test_items_weigh_the_same_however_many_annotators_they_have() -> None:
    box = ("a", 0.0, 0.0, 9.0, 9.0)
    answers = [boxes("i", who, box) for who in "abcd"] + [boxes("j", "a", box), boxes("j", "b")]
    found = mean_agreement(box_scores(answers))
    assert found.value == pytest.approx(0.5)
    assert (found.n_items, found.n_answers) == (2, 6)


def test_a_single_label_is_looked_at_where_somebody_used_it() -> None:
    ada = boxes("i", "Ada", ("a", 0, 0, 9, 9), ("b", 50, 0, 9, 9))
    answers = [ada, boxes("i", "Bo", ("a", 0, 0, 9, 9)), boxes("j", "Ada"), boxes("j", "Bo")]
    assert mean_agreement(box_scores(answers, label="a")).value == 1
    assert mean_agreement(box_scores(answers, label="b")).value == 0
    assert mean_agreement(box_scores(answers, label="b")).n_items == 1
    assert mean_agreement(box_scores(answers, label="c")).reason_undefined == NO_OVERLAP


def test_spans_match_exactly_or_by_any_shared_character() -> None:
    ada = marked("Ada", [("name", 0, 8), ("name", 20, 3), ("date", 40, 4)])
    bo = marked("Bo", [("name", 4, 4), ("name", 20, 3), ("name", 40, 4)])
    assert span_scores([ada, bo], exact=True).score.tolist() == [pytest.approx(1 / 3)]
    assert span_scores([ada, bo], exact=False).score.tolist() == [pytest.approx(2 / 3)]


def test_places_of_mixed_kinds_match_by_what_they_cover_and_not_on_other_channels() -> None:
    square = Polygon((((0, 0), (9, 0), (9, 9), (0, 9)),))
    ada = PlacesAnswer("i", "Ada", [Mark("a", square), Mark("b", Box(20, 20, 9, 9), "left")])
    bo = PlacesAnswer("i", "Bo", [Mark("a", Box(0, 0, 9, 8)), Mark("b", Box(20, 20, 9, 9))])
    compared = compare_places([ada, bo], [0.5, 0.9])
    assert f1_scores(compared).score.tolist() == [0.5]
    assert f1_scores(compared, 1).score.tolist() == [0]
    assert f1_scores(compared, label="a").score.tolist() == [1]
    assert f1_scores(compared, label="b").score.tolist() == [0]
    assert overlap_scores(compared).score.tolist() == [pytest.approx(8 / 9)]


def test_answers_that_share_no_place_have_no_overlap_to_tell() -> None:
    pair = [boxes("i", "Ada", ("a", 0, 0, 1, 1)), boxes("i", "Bo", ("a", 9, 9, 1, 1))]
    found = mean_agreement(overlap_scores(compare_places(pair)))
    assert found.reason_undefined == NO_OVERLAP


def test_touching_spans_do_not_overlap() -> None:
    pair = [marked("Ada", [("n", 0, 4)]), marked("Bo", [("n", 4, 4)])]
    assert span_scores(pair, exact=False).score.tolist() == [0]


@given(spans, spans)
def test_exact_f1_is_that_of_sets_and_overlap_is_never_lower(
    first: list[tuple[str, int, int]], second: list[tuple[str, int, int]]
) -> None:
    pair = [marked("Ada", first), marked("Bo", second)]
    total = len(first) + len(second)
    expected = 2 * len({*first} & {*second}) / total if total else 1.0
    [exact] = span_scores(pair, exact=True).score
    [overlap] = span_scores(pair, exact=False).score
    assert exact == pytest.approx(expected)
    assert exact <= overlap <= 1
    assert span_scores(pair[::-1], exact=False).score.tolist() == [overlap]


def test_mistakes_in_places_are_named() -> None:
    with pytest.raises(ValueError, match="'Ada' answered 'i' twice"):
        box_scores([boxes("i", "Ada"), boxes("i", "Ada")])


def crowd(n_items: int = 60, n_people: int = 7, n_labels: int = 4) -> list[tuple[int, str, str]]:
    draw = np.random.default_rng(8)
    rows = []
    for item in range(n_items):
        people = draw.choice(n_people, size=draw.integers(1, n_people), replace=False)
        for person in people:
            label = item % n_labels if draw.random() < 0.7 else int(draw.integers(n_labels))
            rows.append((item, f"p{person}", f"l{label}"))
    return rows


def test_kappa_of_every_pair_is_that_of_scikit_learn() -> None:
    rows = crowd()
    table = kappa_table(collect_answers(rows))
    given_labels: dict[Any, str] = {(item, who): label for item, who, label in rows}
    for a, b in combinations(range(len(table.annotators)), 2):
        first, second = table.annotators[a], table.annotators[b]
        shared = [
            i for i in range(60) if (i, first) in given_labels and (i, second) in given_labels
        ]
        expected = cohen_kappa_score(
            [given_labels[i, first] for i in shared], [given_labels[i, second] for i in shared]
        )
        assert table.values[a, b] == pytest.approx(expected)
        assert table.values[b, a] == table.values[a, b]
        assert table.items[a, b] == table.items[b, a] == len(shared)


def test_the_answers_of_two_annotators_can_be_taken_out() -> None:
    answers = collect_answers(crowd())
    first, second = answers.annotators[1], answers.annotators[4]
    table = kappa_table(answers)
    found = cohen_kappa(answers.given_by(first, second))
    assert found.value == pytest.approx(table.values[1, 4])
    with pytest.raises(ValueError, match="not in tuple"):
        answers.given_by("Eve")


def test_pairs_that_share_nothing_or_only_one_label_have_no_kappa() -> None:
    rows = [("i", "Ada", "x"), ("i", "Bo", "x"), ("j", "Rui", "x")]
    table = kappa_table(collect_answers(rows))
    assert np.isnan(table.values).all()
    assert table.items.sum() == 2
    equal = pair_table(equal_label_scores(collect_answers(rows)))
    assert equal.values[0, 1] == equal.values[1, 0] == 1
    assert equal.items.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert np.isnan(equal.values[0, 2])


def test_both_ways_to_percent_agreement_meet() -> None:
    answers = collect_answers(crowd())
    direct = percent_agreement(answers)
    by_pairs = mean_agreement(equal_label_scores(answers))
    assert by_pairs.value == pytest.approx(direct.value)
    assert (by_pairs.n_items, by_pairs.n_answers) == (direct.n_items, direct.n_answers)


def test_confused_labels_count_every_pair_of_answers_once() -> None:
    rows = crowd()
    found = confused_labels(collect_answers(rows))
    items: dict[Any, list[str]] = {}
    for item, _, label in rows:
        items.setdefault(item, []).append(label)
    pairs = [pair for labels in items.values() for pair in combinations(labels, 2)]
    assert np.triu(found.counts).sum() == len(pairs)
    assert found.counts.tolist() == found.counts.T.tolist()
    crossed = sum({a, b} == {"l0", "l1"} for a, b in pairs)
    assert found.counts[found.labels.index("l0"), found.labels.index("l1")] == crossed
    assert found.counts[0, 0] == sum(a == b == found.labels[0] for a, b in pairs)


def test_agreement_by_label_is_alpha_of_that_label_against_the_rest() -> None:
    rows = crowd()
    found = agreement_by_label(collect_answers(rows))
    by_hand = collect_answers([(item, who, int(label == "l2")) for item, who, label in rows])
    assert found["l2"].value == pytest.approx(krippendorff_alpha(by_hand).value)
    assert set(found) == {"l0", "l1", "l2", "l3"}


def test_sets_of_labels_are_compared_label_by_label() -> None:
    rows = [(1, "Ada", {"x", "y"}), (1, "Bo", {"x"}), (2, "Ada", {"y"}), (2, "Bo", {"y"})]
    rows += [(3, "Ada", set()), (3, "Bo", set())]
    found = agreement_of_sets(rows)
    by_hand = collect_answers(
        [(item, who, int("y" in labels)) for item, who, labels in rows]  # three of four say y
    )
    assert found["x"].value == pytest.approx(1)
    assert found["y"].value == pytest.approx(krippendorff_alpha(by_hand).value)


def test_no_answers_give_empty_tables() -> None:
    nothing = collect_answers([])
    assert kappa_table(nothing).values.shape == (0, 0)
    assert confused_labels(nothing).counts.shape == (0, 0)
    assert agreement_by_label(nothing) == {}
    assert agreement_of_sets([]) == {}
    assert box_scores([]).score.shape == (0,)
    assert mean_agreement(equal_label_scores(nothing)).reason_undefined == NO_OVERLAP
