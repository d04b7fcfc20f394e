"""Counts that one answer changes give the figures that all answers give."""

import random
from typing import Any

import numpy as np
import pytest

from annotate.pure.agreement.answers import Answers, collect_answers
from annotate.pure.agreement.breakdown import (
    agreement_by_label,
    agreement_of_sets,
    confused_labels,
    equal_label_table,
    kappa_table,
)
from annotate.pure.agreement.disputes import KEPT, SHOWN, Disputes, ranked
from annotate.pure.agreement.pair_scores import equal_label_scores, pair_table
from annotate.pure.agreement.places import PlacesAnswer, compare_places
from annotate.pure.agreement.tally import MOST_LABELS, Tally, TooManyKinds
from annotate.pure.agreement.two_people import pair_counts
from annotate.queries.measured import of_classes

Given = dict[int, dict[int, Any]]


def made(seed: int, labels: list[Any], people: int, items: int = 60) -> Given:
    """Answers of one to four people to each item."""
    dice = random.Random(seed)
    return {
        item: {
            who: dice.choice(labels)
            for who in dice.sample(range(people), dice.randint(1, min(4, people)))
        }
        for item in range(items)
    }


def answers_of(given: Given) -> Answers:
    """The same as arrays, people and labels in order."""
    rows = [(item, who, label) for item, said in given.items() for who, label in said.items()]
    rows.sort(key=lambda row: row[1])
    kinds = {row[2] for row in rows}
    key: Any = sorted if any(isinstance(one, frozenset) for one in kinds) else str
    return collect_answers(rows, sorted(kinds, key=key))


@pytest.mark.parametrize("people", [2, 6])
@pytest.mark.parametrize(
    "labels", [["x", "y", "z"], [frozenset(), frozenset("a"), frozenset("ab")]]
)
def test_changed_counts_give_the_figures_of_all_answers(people: int, labels: list[Any]) -> None:
    given = made(1, labels[:2], people)
    tally = Tally.of(answers_of(given))
    dice = random.Random(2)
    for _time in range(40):
        item = dice.randrange(80)
        before = given.get(item, {})
        who, label = dice.randrange(people), dice.choice(labels)
        given[item] = {**{one: said for one, said in before.items() if one != who}, who: label}
        tally.change(before.items(), given[item].items())
    answers = answers_of(given)
    assert tally.labels == answers.labels
    assert tally.annotators == answers.annotators
    assert of_classes(tally) == of_classes(answers)
    met = tally.meetings()
    assert (kappa_table(met).items == kappa_table(answers).items).all()
    assert str(kappa_table(met).values.round(9)) == str(kappa_table(answers).values.round(9))
    assert str(equal_label_table(met)) == str(pair_table(equal_label_scores(answers)))
    assert (confused_labels(met).counts == confused_labels(answers).counts).all()
    by_label = agreement_of_sets if isinstance(labels[0], frozenset) else agreement_by_label
    assert by_label(tally) == by_label(answers)
    two, counts = pair_counts(answers), tally.pair_counts()
    assert (two is None) == (counts is None) == (people > 2)


def test_what_was_never_counted_cannot_be_taken_out() -> None:
    tally = Tally.of(collect_answers([(1, 1, "x"), (1, 2, "y")]))
    with pytest.raises(ValueError, match="never counted"):
        tally.change([(1, "x"), (2, "x")], [])
    with pytest.raises(TooManyKinds):
        Tally.of(collect_answers([(n, 1, n) for n in range(MOST_LABELS + 1)]))


def test_the_most_disputed_stay_known_while_some_are_settled() -> None:
    dice = random.Random(3)
    given: Given = {n: {who: dice.choice("xyz") for who in range(3)} for n in range(900)}
    answers = answers_of(given)
    kept = Disputes.of(answers, _items(answers, given))
    assert len(kept.rows) == KEPT
    for _time in range(300):
        item = kept.rows[0][2] if dice.random() < 0.7 else dice.randrange(900)
        given[item] = {who: dice.choice("xy") for who in range(3)}
        kept.change(item, ranked(item, given[item].values()))
    assert kept.rows[:SHOWN] == worst(given)
    for _score, _n, item in kept.rows[: len(kept.rows) - SHOWN]:
        given[item] = dict.fromkeys(range(3), "x")
        kept.change(item, None)
    assert kept.rows == worst(given), "what lies beyond the edge is not taken for the next in line"
    assert not kept.is_spent
    for _score, _n, item in kept.rows[:]:
        kept.change(item, None)
    assert kept.is_spent, "others are next in line, and nobody knows which"


def worst(given: Given) -> list[Any]:
    """The most disputed items, all looked at."""
    all_of_them = [ranked(item, said.values()) for item, said in given.items()]
    return sorted(row for row in all_of_them if row)[:SHOWN]


def _items(answers: Answers, given: Given) -> Any:
    rows = sorted(
        ((item, who) for item, said in given.items() for who in said), key=lambda row: row[1]
    )
    first = list(dict.fromkeys(item for item, _who in rows))
    assert len(first) == answers.item.max() + 1
    return np.array(first)


def test_answers_in_order_are_compared_item_by_item() -> None:
    one, other = PlacesAnswer(1, "Ada", []), PlacesAnswer(2, "Ada", [])
    with pytest.raises(ValueError, match="do not stand together"):
        compare_places([one, other, one], in_order=True)
    both = [one, PlacesAnswer(1, "Bo", []), other]
    assert str(compare_places(both, in_order=True)) == str(compare_places(both))
