"""Splits: deterministic, near the shares, remembered, and careful with joined groups."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.pure.splitting import (
    EXCLUDED,
    SPLITS,
    Group,
    Method,
    SplitPlan,
    assign_splits,
    split_by_hash,
)

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}
KNOWN_PLAN = ["train"] * 4 + ["validation", "test", "train", "test", "test", "validation"]
KNOWN_PLAN += ["train"] * 2
methods = st.sampled_from(["hash", "stratified"])


def singles(count: int, strata: int = 1, start: int = 0) -> list[Group]:
    return [Group(f"g{n:05}", (f"k{n:05}",), f"s{n % strata}") for n in range(start, start + count)]


@st.composite
def group_lists(draw: st.DrawFn) -> list[Group]:
    sizes = draw(st.lists(st.integers(1, 5), max_size=30))
    strata = draw(st.lists(st.sampled_from("abc"), min_size=len(sizes), max_size=len(sizes)))
    return [
        Group(f"g{n}", tuple(f"k{n}-{i}" for i in range(size)), stratum)
        for n, (size, stratum) in enumerate(zip(sizes, strata, strict=True))
    ]


@given(group_lists(), methods, st.randoms(), st.integers(0, 3))
def test_the_order_of_the_input_never_matters(
    groups: list[Group], method: Method, chance: random.Random, seed: int
) -> None:
    plan = assign_splits(groups, SHARES, method, seed)
    chance.shuffle(groups)
    assert assign_splits(groups, SHARES, method, seed) == plan


@given(group_lists(), methods)
def test_a_group_is_never_in_two_splits_and_everything_is_counted(
    groups: list[Group], method: Method
) -> None:
    plan = assign_splits(groups, SHARES, method)
    for group in groups:
        assert len({plan.splits[key] for key in group.keys}) == 1
    assert plan.counts == {split: Counter(plan.splits.values())[split] for split in SPLITS}
    assert plan.excluded == {}


@given(group_lists(), group_lists(), methods)
def test_what_was_decided_stays(first: list[Group], more: list[Group], method: Method) -> None:
    more = [group._replace(name=f"new{group.name}") for group in more]
    more = [group._replace(keys=tuple(f"new{key}" for key in group.keys)) for group in more]
    before = assign_splits(first, SHARES, method)
    after = assign_splits(first + more, SHARES, method, 5, before.to_remember())
    assert before.splits.items() <= after.splits.items()


def test_a_known_plan_stays_as_it_is_on_every_machine() -> None:
    plan = assign_splits(singles(12), {"train": 0.5, "validation": 0.25, "test": 0.25}, "hash", 7)
    assert [plan.splits[f"k{n:05}"] for n in range(12)] == KNOWN_PLAN


def test_hashing_meets_the_shares_on_average_and_nothing_moves_an_item() -> None:
    plan = assign_splits(singles(20_000), SHARES, "hash")
    assert 1_850 < plan.counts["test"] < 2_150
    alone = assign_splits(singles(1, start=77), SHARES, "hash")
    assert alone.splits["k00077"] == plan.splits["k00077"]


def test_another_seed_gives_another_plan() -> None:
    groups = singles(200)
    first = assign_splits(groups, SHARES, "hash", 1)
    assert first.splits != assign_splits(groups, SHARES, "hash", 2).splits


def test_a_larger_test_share_takes_nothing_out_of_test() -> None:
    names = [f"n{n}" for n in range(500)]
    small = {n for n in names if split_by_hash(n, SHARES) == "test"}
    large = {"train": 0.6, "validation": 0.2, "test": 0.2}
    assert small < {n for n in names if split_by_hash(n, large) == "test"}


def test_stratifying_meets_the_shares_within_every_stratum() -> None:
    groups = singles(1_000, strata=10)
    plan = assign_splits(groups, SHARES, "stratified")
    assert plan.counts == {"train": 800, "validation": 100, "test": 100}
    for stratum in {group.stratum for group in groups}:
        inside = Counter(plan.splits[g.keys[0]] for g in groups if g.stratum == stratum)
        assert inside == {"train": 80, "validation": 10, "test": 10}


def test_what_small_strata_cannot_divide_is_made_up_across_them() -> None:
    plan = assign_splits(singles(231, strata=77), SHARES, "stratified")
    assert abs(plan.counts["test"] - 23.1) <= 1
    assert abs(plan.counts["validation"] - 23.1) <= 1


def test_a_class_with_one_example_is_trained_on() -> None:
    plan = assign_splits(singles(20, strata=20), SHARES, "stratified")
    assert plan.counts["train"] == 20


def test_a_split_without_a_share_stays_empty() -> None:
    both: list[Method] = ["hash", "stratified"]
    for method in both:
        plan = assign_splits(singles(200), {"train": 0.9, "test": 0.1}, method)
        assert plan.counts["validation"] == 0
        assert plan.counts["test"] > 5


def test_large_groups_do_not_break_the_shares() -> None:
    groups = [Group(f"p{n}", tuple(f"{n}-{i}" for i in range(1 + n % 7)), "s") for n in range(200)]
    total = sum(len(group.keys) for group in groups)
    plan = assign_splits(groups, SHARES, "stratified")
    assert abs(plan.counts["test"] - total * 0.1) <= 4


def joined(**remembered: str) -> SplitPlan:
    keys = (*remembered, "new")
    return assign_splits([Group("g", keys)], SHARES, remembered=remembered)


def test_a_new_item_joins_the_split_of_its_group() -> None:
    assert joined(a="test").splits == {"a": "test", "new": "test"}
    assert joined(a="train").splits == {"a": "train", "new": "train"}


def test_when_groups_join_test_keeps_its_items_and_the_rest_leaves_training() -> None:
    plan = joined(a="train", b="test", c="validation")
    assert plan.splits == {"b": "test", "c": "validation"}
    assert plan.excluded == {"a": "test", "new": "test"}
    assert plan.joined_groups == 1
    assert plan.counts == {"train": 0, "validation": 1, "test": 1}


def test_when_training_and_validation_join_validation_keeps_its_items() -> None:
    plan = joined(a="train", c="validation")
    assert plan.splits == {"c": "validation"}
    assert plan.excluded == {"a": "validation", "new": "validation"}


def test_what_left_training_never_comes_back_as_test() -> None:
    first = joined(a="train", b="test")
    again = assign_splits([Group("g", ("a", "b", "new"))], SHARES, remembered=first.to_remember())
    assert again.splits == {"b": "test"}
    assert set(again.excluded) == {"a", "new"}
    assert again.joined_groups == 0
    without_test = joined(a=EXCLUDED)
    assert without_test.excluded == {"a": EXCLUDED}
    assert set(without_test.splits) == {"new"}
    assert joined(a=EXCLUDED, t="train").splits == {"t": "train", "new": "train"}


def test_new_items_fill_what_a_stratum_lacks() -> None:
    old = dict.fromkeys([f"k{n:05}" for n in range(80)], "train")
    plan = assign_splits(singles(100), SHARES, "stratified", 0, old)
    assert plan.counts == {"train": 80, "validation": 10, "test": 10}


@pytest.mark.parametrize(
    ("shares", "text"),
    [
        ({"train": 1.0, "dev": 0.0}, "unknown split 'dev'"),
        ({"train": 0.8, "test": 0.1}, "add up to"),
        ({"train": 1.5, "test": -0.5}, "from 0 to 1"),
        ({"train": float("nan")}, "from 0 to 1"),
    ],
)
def test_shares_that_make_no_sense_are_refused(shares: dict[str, float], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        assign_splits([], shares)


def test_a_key_in_two_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="'k' stands twice"):
        assign_splits([Group("a", ("k",)), Group("b", ("k",))], SHARES)
    with pytest.raises(ValueError, match="two groups are named 'a'"):
        assign_splits([Group("a", ("k",)), Group("a", ("l",))], SHARES)
    with pytest.raises(ValueError, match="unknown remembered split 'dev'"):
        assign_splits([Group("a", ("k",))], SHARES, remembered={"k": "dev"})
