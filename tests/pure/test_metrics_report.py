"""The validation report: its structure, its numbers, and what it says where there are none."""

import json
import time
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import classification_report

from training.pure.report import REASONS, build_report

LABELS = ["ant", "bee", "cow"]
CHANCE = np.random.default_rng(1)


def part(n: int, lean: float) -> tuple[np.ndarray, np.ndarray]:
    """Random truth and probabilities; the higher `lean`, the more often they are right."""
    truth = CHANCE.choice(3, size=n, p=[0.6, 0.3, 0.1])
    raw = CHANCE.random((n, 3)) + lean * np.eye(3)[truth]
    return truth, raw / raw.sum(axis=1, keepdims=True)


PARTS = {"train": part(400, 0.8), "validation": part(200, 0.3), "test": part(200, 0.3)}
REPORT = build_report(LABELS, PARTS)


def scores(value: Any) -> list[dict[str, Any]]:
    """Every score of a report, wherever it stands."""
    if isinstance(value, list):
        return [score for entry in value for score in scores(entry)]
    if not isinstance(value, dict):
        return []
    if {"value", "low", "high"} <= value.keys():
        return [value]
    return [score for entry in value.values() for score in scores(entry)]


def test_a_report_is_plain_json_and_says_its_format() -> None:
    assert json.loads(json.dumps(REPORT, allow_nan=False)) == REPORT
    assert REPORT["format"] == 1
    assert REPORT["headline"] == "test"
    assert list(REPORT["splits"]) == ["train", "validation", "test"]


def test_its_numbers_equal_those_of_scikit_learn() -> None:
    truth, probabilities = PARTS["test"]
    theirs = classification_report(
        truth, probabilities.argmax(axis=1), target_names=LABELS, output_dict=True
    )
    test = REPORT["splits"]["test"]
    assert test["accuracy"]["value"] == pytest.approx(theirs["accuracy"])
    assert test["macro_f1"]["value"] == pytest.approx(theirs["macro avg"]["f1-score"])
    assert test["weighted_f1"]["value"] == pytest.approx(theirs["weighted avg"]["f1-score"])
    for row in test["per_class"]:
        expected = theirs[row["label"]]
        assert row["support"] == expected["support"]
        for ours, name in (("precision",) * 2, ("recall",) * 2, ("f1", "f1-score")):
            assert row[ours]["value"] == pytest.approx(expected[name])


def test_every_value_lies_within_its_interval() -> None:
    found = scores(REPORT["splits"])
    assert len(found) == 3 * (3 + 9)
    for score in found:
        assert 0 <= score["low"] <= score["value"] <= score["high"] <= 1
        assert "reason" not in score


def test_the_confusion_matrix_has_truths_as_rows() -> None:
    answers = np.array([[0, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=float)
    counts = build_report(LABELS, {"test": ([0, 1, 1], answers)})["splits"]["test"]["confusion"]
    assert counts == {"labels": LABELS, "counts": [[0, 1, 0], [0, 1, 1], [0, 0, 0]]}


def test_the_gap_is_measured_against_validation_before_test() -> None:
    gap = REPORT["gap"]
    assert gap["against"] == "validation"
    assert gap["verdict"] == "overfitting"
    assert gap["value"] == pytest.approx(gap["train"] - gap["held"])
    without = build_report(LABELS, {"train": PARTS["train"], "test": PARTS["test"]})
    assert without["gap"]["against"] == "test"
    assert build_report(LABELS, {"test": PARTS["test"]})["gap"] is None


def test_the_baseline_answers_what_was_most_frequent_in_training() -> None:
    majority = REPORT["baselines"]["majority"]
    assert majority["label"] == "ant"
    assert majority["accuracy"] == pytest.approx((PARTS["test"][0] == 0).mean())


def test_calibration_is_that_of_the_headline_split() -> None:
    calibration = REPORT["calibration"]
    assert calibration["split"] == "test"
    assert 0 < calibration["ece"] < 1
    assert len(calibration["bins"]) == 15
    assert calibration["bins"][0] == {
        "low": 0.0,
        "high": pytest.approx(1 / 15),
        "n": 0,
        "confidence": None,
        "accuracy": None,
    }


def test_the_same_seed_gives_the_same_report() -> None:
    assert build_report(LABELS, PARTS, seed=0) == REPORT
    other = build_report(LABELS, PARTS, seed=5)["splits"]["test"]["macro_f1"]
    assert other != REPORT["splits"]["test"]["macro_f1"]


def test_what_is_undefined_is_null_and_says_why() -> None:
    answers = np.array([[0.8, 0.1, 0.1], [0.2, 0.1, 0.7], [0.9, 0.05, 0.05]])
    rows = build_report([*LABELS, "dog"], {"test": ([0, 0, 1], np.pad(answers, ((0, 0), (0, 1))))})
    found = {row["label"]: row for row in rows["splits"]["test"]["per_class"]}
    undefined = {"value": None, "low": None, "high": None}
    assert found["bee"]["precision"] == undefined | {"reason": "never-answered"}
    assert found["bee"]["f1"]["value"] == 0
    assert found["cow"]["recall"] == undefined | {"reason": "no-examples"}
    for name in ("precision", "recall", "f1"):
        assert found["dog"][name] == undefined | {"reason": "absent"}
    assert {score["reason"] for score in scores(rows) if "reason" in score} <= REASONS.keys()


def test_a_flawless_sample_claims_no_certainty() -> None:
    perfect = build_report(LABELS, {"test": ([0, 1, 2], np.eye(3))})["splits"]["test"]
    assert perfect["macro_f1"] == {"value": 1, "low": None, "high": None, "reason": "no-errors"}
    assert perfect["accuracy"]["low"] == pytest.approx(0.4385, abs=1e-4)
    assert perfect["per_class"][0]["f1"]["low"] < 0.5


def test_an_empty_split_has_a_report_without_numbers() -> None:
    report = build_report(LABELS, {"train": PARTS["train"], "test": ([], np.empty((0, 3)))})
    assert report["splits"]["test"]["n"] == 0
    assert report["splits"]["test"]["accuracy"]["reason"] == "empty"
    assert report["gap"]["verdict"] == "unknown"
    assert report["baselines"]["majority"] is None
    json.dumps(report, allow_nan=False)


def test_a_probability_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="test: a probability is not a number"):
        build_report(LABELS, {"test": ([0], np.array([[np.nan, 0.5, 0.5]]))})


def test_a_report_on_many_labels_needs_little_work() -> None:
    truth = np.random.default_rng(0).integers(77, size=3080)
    raw = np.random.default_rng(1).random((3080, 77)) + np.eye(77)[truth]
    started = time.process_time()
    build_report([str(n) for n in range(77)], {"test": (truth, raw / raw.sum(1, keepdims=True))})
    assert time.process_time() - started < 3  # about 0.4; resampling examples takes a minute
