"""Dawid and Skene's method on a million answers of a thousand people.

Ten labels, 100,000 items with ten answers each, fifty rounds. Beside it stands a pass over the
answers: for each label the weights of the items are gathered and counted by person and label, as a
round must do at least once. Everything in CPU seconds of this process.
"""

import statistics
import time

import numpy as np

from annotate.pure.truth.crowd import Crowd
from annotate.pure.truth.dawid_skene import dawid_skene
from benchmarks.lines import report

ANSWERS, PEOPLE, LABELS, ROUNDS = 1_000_000, 1000, 10, 50
ITEMS = ANSWERS // 10


def main() -> None:
    """Measure a pass, then fifty rounds."""
    crowd = made_crowd()
    one_pass = statistics.median(measure_pass(crowd) for _ in range(9))
    begun = time.process_time()
    told = dawid_skene(crowd, iterations=ROUNDS, tolerance=-1.0)
    cpu = time.process_time() - begun
    assert len(told.log_likelihood) == ROUNDS
    name = "Dawid-Skene on 1,000,000 answers of 1,000 people, 10 labels"
    report(f"{name}: 50 rounds, CPU", cpu, "s", at_most=20)
    report(f"{name}: a round beside a pass", cpu / ROUNDS / one_pass, "times", at_most=3)


def made_crowd() -> Crowd:
    """Return answers of which seven in ten are right."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, LABELS, ITEMS)
    item = np.repeat(np.arange(ITEMS), ANSWERS // ITEMS)
    label = np.where(rng.random(ANSWERS) < 0.7, truth[item], rng.integers(0, LABELS, ANSWERS))
    people = rng.integers(0, PEOPLE, ANSWERS)
    names = tuple(range(ITEMS)), tuple(range(PEOPLE)), tuple(range(LABELS))
    return Crowd(item, people, label, *names)


def measure_pass(crowd: Crowd) -> float:
    """Return the CPU seconds of one pass over the answers."""
    weights = np.random.default_rng(1).random((LABELS, ITEMS))
    cell = crowd.annotator * LABELS + crowd.label
    begun = time.process_time()
    for label in range(LABELS):
        np.bincount(cell, weights[label][crowd.item], PEOPLE * LABELS)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
