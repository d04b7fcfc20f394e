"""The published crowds that methods are checked on, and small made ones."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from annotate.pure.truth.crowd import Crowd, Estimate, collect_crowd
from annotate.pure.truth.majority import right_share

FindData = Callable[[str], Path]
Gold = dict[int, int]


def patients(real_data: FindData) -> Crowd:
    """Dawid and Skene's own table: 45 patients, five observers, the first of them three times."""
    with (real_data("crowd_dawid_skene1979") / "responses.csv").open() as file:
        rows = [(row["patient"], row["observer"], row["label"]) for row in csv.DictReader(file)]
    return collect_crowd(rows, ["1", "2", "3", "4"])


def entailment(real_data: FindData) -> tuple[Crowd, Gold]:
    """Whether one sentence follows from another: 800 items, 164 people, ten answers each."""
    return _of_snow(real_data, "rte", ["0", "1"])


def order_of_events(real_data: FindData) -> tuple[Crowd, Gold]:
    """Which of two events came first: 462 items, 76 people, ten answers each."""
    return _of_snow(real_data, "temp", ["1", "2"])


def _of_snow(real_data: FindData, name: str, labels: list[str]) -> tuple[Crowd, Gold]:
    with (real_data("crowd_snow2008") / f"{name}.standardized.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    answers = [(row["orig_id"], row["!amt_worker_ids"], row["response"]) for row in rows]
    return _with_gold(answers, {row["orig_id"]: row["gold"] for row in rows}, labels)


def bluebirds(real_data: FindData) -> tuple[Crowd, Gold]:
    """Whether a picture shows an indigo bunting: all of 39 people on all of 108 pictures."""
    folder = real_data("crowd_bluebirds")
    said = yaml.safe_load((folder / "labels.yaml").read_text())
    answers = [(item, who, yes) for who, given in said.items() for item, yes in given.items()]
    return _with_gold(answers, yaml.safe_load((folder / "gt.yaml").read_text()), [False, True])


def _with_gold(answers: Any, gold: dict[Any, Any], labels: list[Any]) -> tuple[Crowd, Gold]:
    crowd = collect_crowd(answers, labels)
    return crowd, {n: labels.index(gold[item]) for n, item in enumerate(crowd.items)}


def accuracy(estimate: Estimate, gold: Gold) -> float:
    """The share of items that a method has right, shared among leaders."""
    right, total = right_share(estimate, gold)
    return right / total


def made(people: list[float], items: int = 200, labels: int = 3, seed: int = 0) -> Crowd:
    """A crowd of people with these accuracies, who all answer all items."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, labels, items)
    rows = []
    for who, rate in enumerate(people):
        other = (truth + rng.integers(1, labels, items)) % labels
        said = np.where(rng.random(items) < rate, truth, other)
        rows += [(n, who, int(label)) for n, label in enumerate(said)]
    return collect_crowd(rows, range(labels))
