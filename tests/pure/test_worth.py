"""What one more answer is worth, and that it pays to follow it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from annotate.pure.truth.crowd import Crowd, collect_crowd
from annotate.pure.truth.dawid_skene import dawid_skene
from annotate.pure.truth.majority import majority
from annotate.pure.truth.pooled import pooled, typical_confusion
from annotate.pure.worth import (
    Pace,
    gain_of_answers,
    gain_of_gold,
    gain_of_review,
    weigh_work,
)
from tests.pure.crowds import accuracy, bluebirds, entailment, made, order_of_events
from tests.pure.replays import OVERLAP, Replay, paired_gain

PEOPLE = [0.9, 0.8, 0.7, 0.6]
FindData = Callable[[str], Path]


def few(crowd: Crowd, each: int) -> Crowd:
    """The first answers of each item."""
    return Replay(crowd, {}, 0).taken(np.full(len(crowd.items), each))


@pytest.mark.parametrize("n_labels", [2, 3, 5])
def test_the_worth_of_one_answer_is_the_rise_of_the_likeliest_label(n_labels: int) -> None:
    rng = np.random.default_rng(n_labels)
    usual = typical_confusion(np.zeros((n_labels, n_labels)))
    posterior = rng.dirichlet(np.ones(n_labels), 20)
    gain = gain_of_answers(posterior, usual, deep=1)
    for row, found in zip(posterior, gain, strict=True):
        after = sum(max(row * usual[:, said]) for said in range(n_labels))
        assert found == pytest.approx(max(after - max(row), 0.0), abs=1e-12)


def test_two_equal_answers_are_not_the_end() -> None:
    usual = np.array([[0.8, 0.2], [0.2, 0.8]])
    settled = np.array([[16 / 17, 1 / 17]])
    assert gain_of_answers(settled, usual, deep=1)[0] == 0.0
    assert gain_of_answers(settled, usual, deep=3)[0] > 0.001


def test_nothing_is_gained_where_there_is_nothing_to_learn() -> None:
    assert gain_of_answers(np.zeros((0, 2)), np.eye(2)).tolist() == []
    assert gain_of_answers(np.ones((3, 1)), np.ones((1, 1))).tolist() == [0.0, 0.0, 0.0]
    coin = np.full((2, 2), 0.5)
    assert gain_of_answers(np.array([[0.7, 0.3]]), coin).tolist() == [0.0]


def test_many_labels_cost_no_more_than_few() -> None:
    usual = typical_confusion(np.zeros((200, 200)))
    posterior = np.random.default_rng(0).dirichlet(np.ones(200), 5)
    assert (gain_of_answers(posterior, usual) >= 0).all()


def test_a_check_on_gold_tells_most_about_somebody_whose_answers_hang_in_the_balance() -> None:
    crowd = few(made(PEOPLE), 2)
    told = pooled(crowd)
    gains = [gain_of_gold(crowd, told, who) for who in range(len(PEOPLE))]
    assert all(np.isfinite(gains))
    assert max(gains) > 0
    assert gain_of_gold(crowd.without([3]), pooled(crowd.without([3])), 3) == 0.0


def test_the_best_next_work_is_named_with_what_an_hour_of_it_brings() -> None:
    crowd = few(made(PEOPLE), 2)
    told = pooled(crowd)
    dear = weigh_work(crowd, told, Pace(answer=10, review=10_000))
    assert dear.best == "next_answer"
    assert dear.per_hour["next_answer"] == pytest.approx(dear.gain.max() * 360)
    cheap = weigh_work(crowd, told, Pace(answer=10, review=1))
    assert cheap.best == "review"
    new = weigh_work(crowd, told, Pace(answer=10, review=10_000), untouched=5)
    assert new.best == "new_item"
    nobody = np.zeros(len(crowd.items), dtype=bool)
    none = weigh_work(crowd, told, Pace(10, 10), takes_answers=nobody, takes_reviews=nobody)
    assert (none.per_hour["next_answer"], none.per_hour["review"]) == (0.0, 0.0)


def test_a_crowd_of_nobody_has_no_next_work() -> None:
    nobody = collect_crowd([], ["a", "b"])
    worth = weigh_work(nobody, pooled(nobody), Pace(10, 10))
    assert (worth.best, len(worth.order)) == ("", 0)
    assert weigh_work(nobody, pooled(nobody), Pace(10, 10), untouched=3).best == "new_item"


def test_work_that_takes_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        Pace(answer=0, review=10)


def test_reviews_are_worth_nothing_where_everything_is_known() -> None:
    assert gain_of_review(np.array([[1.0, 0.0]])).tolist() == [0.0]


@pytest.mark.real
@pytest.mark.parametrize("crowd_of", [entailment, order_of_events, bluebirds])
def test_three_answers_are_read_better_than_by_the_majority_or_without_the_crowd(
    real_data: FindData, crowd_of: Callable[[FindData], tuple[Crowd, dict[int, int]]]
) -> None:
    crowd, gold = crowd_of(real_data)
    scores = np.zeros((6, 3))
    for seed in range(6):
        part = Replay(crowd, gold, seed).taken(np.full(len(crowd.items), OVERLAP))
        told = [method(part) for method in (pooled, majority, dawid_skene)]
        scores[seed] = [accuracy(one, gold) for one in told]
    ours, votes, alone = scores.mean(0)
    assert ours > votes
    assert ours > alone


@pytest.mark.real
def test_answers_that_go_where_they_are_worth_most_put_more_labels_right(
    real_data: FindData,
) -> None:
    mean, low, _high = paired_gain(*order_of_events(real_data), 8)
    assert low > 0
    assert 2 < mean < 5
