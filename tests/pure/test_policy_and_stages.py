"""Policies, the stage table, votes, gold and intervals."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.pure.consensus import majority_vote
from annotate.pure.gold import count_score, gold_score, gold_scores
from annotate.pure.intervals import wilson
from annotate.pure.policy import (
    CHOICES,
    FLAGS,
    LISTS,
    REVIEW_RISKS,
    SHARES,
    WHOLE,
    Answerer,
    Policy,
    PolicyError,
    after_answers,
    is_drawn_for_review,
    read_policy,
    risks_met,
    wants_one_more,
)
from annotate.pure.task_stages import (
    ANNOTATE,
    DONE,
    STAGES,
    TABLE,
    next_stage,
    what_can_happen,
)
from annotate.pure.who import Person, Who


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"overlap": 0}, "bad-number"),
        ({"overlap": True}, "bad-number"),
        ({"overlap": 2.0}, "bad-number"),
        ({"lease_seconds": 9}, "bad-number"),
        ({"hold_limit": 51}, "bad-number"),
        ({"max_skips": 0}, "bad-number"),
        ({"review_share": 1.1}, "bad-number"),
        ({"review_share": float("nan")}, "bad-number"),
        ({"gold_share": 0.6}, "bad-number"),
        ({"on_disagreement": "coin"}, "unknown-value"),
        ({"order": []}, "unknown-value"),
        ({"lease": 900}, "unknown-key"),
        ({"most_overlap": 51}, "bad-number"),
        ({"most_overlap": 1}, "too-few"),
        ({"answer_budget": -1}, "bad-number"),
        ({"most_a_day": 10_001}, "bad-number"),
        ({"review_risks": ["gold", "gold"]}, "bad-list"),
        ({"review_risks": ["weather"]}, "bad-list"),
        ({"review_risks": [["gold"]]}, "bad-list"),
        ({"reviews_own": 1}, "not-a-flag"),
        ({"stages": []}, "not-a-mapping"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_policy({"overlap": 2} | change)
    assert [(p.at, p.code) for p in caught.value.problems] == [(next(iter(change)), code)]


def test_a_policy_is_read_back_from_its_json_and_keeps_what_is_not_changed() -> None:
    policy = read_policy({"overlap": 3, "on_disagreement": "majority", "gold_share": 0.1})
    assert read_policy(policy.as_json()) == policy
    assert read_policy({"order": "random"}, policy).overlap == 3
    assert read_policy({}) == Policy()


@pytest.mark.parametrize(
    ("rule", "agree", "majority", "drawn", "stage"),
    [
        ("review", True, True, False, "done"),
        ("review", False, True, False, "review"),
        ("majority", False, True, False, "done"),
        ("majority", False, False, False, "review"),
        ("majority", True, True, True, "review"),
        ("one_more", False, True, False, "done"),
        ("one_more", False, False, False, "review"),
    ],
)
def test_the_last_answer_sends_a_task_where_the_policy_wants_it(
    rule: str, agree: bool, majority: bool, drawn: bool, stage: str
) -> None:
    policy = Policy(on_disagreement=rule)
    happened = after_answers(policy, agree=agree, has_majority=majority, is_drawn=drawn)
    assert next_stage(ANNOTATE, happened) == stage


def test_about_the_wanted_share_is_drawn_for_review_and_always_the_same() -> None:
    policy = Policy(review_share=0.2)
    drawn = [is_drawn_for_review(policy, "queue", str(n)) for n in range(5000)]
    assert 900 < sum(drawn) < 1100
    assert drawn == [is_drawn_for_review(policy, "queue", str(n)) for n in range(5000)]
    assert drawn != [is_drawn_for_review(policy, "other", str(n)) for n in range(5000)]


def test_every_stage_can_be_reached_and_left() -> None:
    assert {stage for stage, _ in TABLE} == set(STAGES) == set(TABLE.values())
    assert all(what_can_happen(stage) for stage in STAGES)


def test_what_the_table_does_not_know_cannot_happen() -> None:
    with pytest.raises(LookupError, match="corrected cannot happen at stage done"):
        next_stage(DONE, "corrected")
    with pytest.raises(LookupError, match="only: nothing"):
        next_stage("nowhere", "accepted")


@given(st.lists(st.sampled_from("abc"), max_size=9), st.randoms())
def test_a_vote_ignores_the_order_and_ties_have_no_winner(labels, chance) -> None:  # type: ignore[no-untyped-def]
    vote = majority_vote(labels)
    shuffled = labels.copy()
    chance.shuffle(shuffled)
    assert majority_vote(shuffled) == vote
    best = max(vote.counts.values(), default=0)
    leaders = [label for label, count in vote.counts.items() if count == best]
    assert vote.label == (leaders[0] if len(leaders) == 1 else None)
    assert vote.is_tied == (len(leaders) > 1)


def test_a_winner_may_have_to_reach_a_share() -> None:
    votes = ["a", "a", "b", "c", "d"]
    assert majority_vote(votes).label == "a"
    assert majority_vote(votes, at_least=0.5).label is None
    assert majority_vote([*votes, "a"], at_least=0.5).label == "a"
    with pytest.raises(ValueError, match="from 0 to 1"):
        majority_vote(votes, at_least=2)


def test_known_wilson_intervals() -> None:
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I.
    known = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605)}
    known |= {(0, 20): (0.0, 0.1611), (1, 29): (0.0061, 0.1718)}
    for (successes, total), (low, high) in known.items():
        assert wilson(successes, total) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_the_share_and_stays_between_0_and_1(first: int, second: int) -> None:
    low, high = wilson(first, first + second)
    share = first / (first + second) if first + second else 0.5
    assert 0 <= low <= share <= high <= 1


def test_a_share_above_one_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


def test_gold_is_scored_for_each_annotator() -> None:
    rows = [("Ada", True)] * 9 + [("Ada", False)] + [("Bo", False)]
    scores = gold_scores(rows)
    assert scores["Ada"] == gold_score([True] * 9 + [False]) == count_score(9, 10)
    assert (scores["Ada"].accuracy, scores["Bo"].accuracy) == (0.9, 0.0)
    assert scores["Bo"].high > 0.7
    assert gold_score([]) == (0, 0, None, 0.0, 1.0)


def test_the_edges_of_every_range_are_allowed() -> None:
    least = {"overlap": 1, "lease_seconds": 10, "hold_limit": 1, "max_skips": 1}
    most = {"overlap": 50, "lease_seconds": 604_800, "hold_limit": 50, "max_skips": 100}
    assert read_policy(least | {"review_share": 0, "gold_share": 0}).overlap == 1
    assert read_policy(most | {"review_share": 1.0, "gold_share": 0.5}).gold_share == 0.5


def test_an_unset_policy_reviews_every_single_answer() -> None:
    assert Policy().as_json() == {
        "overlap": 1,
        "review_share": 1.0,
        "lease_seconds": 900,
        "hold_limit": 50,
        "gold_share": 0.0,
        "max_skips": 3,
        "on_disagreement": "review",
        "order": "sequence",
        "skip_reasons": [],
        "asks_confidence": False,
        "most_overlap": 0,
        "answer_budget": 0,
        "most_mine": 0,
        "most_a_day": 0,
        "review_risks": [],
        "reviews_own": False,
        "growth": "differ",
        "good_enough": 0.98,
        "most_gold_share": 0.0,
        "reviews_by_worth": False,
        "stages": {},
        "gold_most_seen": 0,
        "notice_days": 3,
        "gold_alert": 0.0,
    }


def test_reasons_for_skipping_are_a_short_list_of_different_texts() -> None:
    reasons = ["too dark", "no label fits"]
    policy = read_policy({"skip_reasons": reasons, "asks_confidence": True})
    assert (policy.skip_reasons, policy.asks_confidence) == (tuple(reasons), True)
    assert read_policy({}, policy) == policy
    assert read_policy(policy.as_json()) == policy


@pytest.mark.parametrize(
    ("reasons", "at"),
    [
        ("too dark", "skip_reasons"),
        (["x"] * 13, "skip_reasons"),
        (["fine", " "], "skip_reasons/1"),
        (["x" * 81], "skip_reasons/0"),
        ([3], "skip_reasons/0"),
        (["same", "same"], "skip_reasons/1"),
    ],
)
def test_other_reasons_for_skipping_are_refused(reasons: object, at: str) -> None:
    with pytest.raises(PolicyError) as refused:
        read_policy({"skip_reasons": reasons})
    assert refused.value.problems[0].at == at


@pytest.mark.parametrize(
    ("policy", "asked"),
    [
        (Policy(overlap=2), []),
        (Policy(overlap=2, most_overlap=4), [2, 3]),
        (Policy(overlap=2, on_disagreement="one_more"), [2]),
        (Policy(overlap=2, most_overlap=4, on_disagreement="one_more"), [2, 3]),
        (Policy(overlap=3, most_overlap=3), []),
    ],
)
def test_overlap_grows_to_its_end_and_only_where_answers_differ(
    policy: Policy, asked: list[int]
) -> None:
    for differ in (True, False):
        wanted = [n for n in range(1, 6) if wants_one_more(policy, answers=n, differ=differ)]
        assert [n for n in wanted if n >= policy.overlap] == (asked if differ else [])


@pytest.mark.parametrize(
    ("one", "met"),
    [
        (Answerer(20), {"newcomer"}),
        (Answerer(21), set()),
        (Answerer(99, 3, 4), set()),
        (Answerer(99, 3, 5), {"gold"}),
        (Answerer(99, 4, 5), set()),
        (Answerer(99, is_unsure=True, confidence=90), {"unsure"}),
        (Answerer(99, confidence=49), {"unsure"}),
        (Answerer(99, confidence=50), set()),
        (Answerer(99, confidence=0), {"unsure"}),
    ],
)
def test_risks_are_met_from_their_lines_on(one: Answerer, met: set[str]) -> None:
    careful = Policy(review_risks=REVIEW_RISKS)
    steady = Answerer(500, 50, 50, confidence=100)
    assert set(risks_met(careful, [steady, one], differ=False)) == met
    assert set(risks_met(careful, [steady, one], differ=True)) == met | {"disagreement"}
    assert risks_met(Policy(), [one], differ=True) == ()


@pytest.mark.parametrize(
    ("who", "person", "lacks"),
    [
        (Who(), Person(1), ""),
        (Who(people=(1,)), Person(1), ""),
        (Who(people=(2,)), Person(1), "people"),
        (Who(people=(2,), teams=(7,)), Person(1, teams=[7]), ""),
        (Who(teams=(7,)), Person(7), "people"),
        (Who(skills=("a", "b")), Person(1, skills=["b", "c"]), "skills"),
        (Who(skills=("a", "b")), Person(1, skills=["b", "a"]), ""),
        (Who(languages=("de", "fr")), Person(1, languages=["fr"]), ""),
        (Who(languages=("pt-br",)), Person(1, languages=["pt"]), "languages"),
        (Who(languages=("pt",)), Person(1, languages=["ptx"]), "languages"),
        (Who(people=(1,), skills=("a",)), Person(1), "skills"),
    ],
)
def test_a_queue_is_for_whom_its_rule_says(who: Who, person: Person, lacks: str) -> None:
    assert who.lacks(person) == lacks


def test_every_rule_of_a_policy_has_one_check_and_its_default_passes_it() -> None:
    kinds = [set(kind) for kind in (WHOLE, SHARES, CHOICES, FLAGS, LISTS, ("stages",))]
    names = {one.name for one in fields(Policy)}
    assert sorted(name for kind in kinds for name in kind) == sorted(names)
    assert read_policy(Policy().as_json()) == Policy()
