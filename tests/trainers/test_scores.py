"""What the trainers reach on known data, and that it is what scikit-learn reaches alone."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.trainers.handovers import (
    WINE_COLUMNS,
    Ended,
    cut,
    digits,
    texts,
    train,
    wine,
    write_handover,
)


def accuracy(ended: Ended, splits: dict[str, list[dict[str, Any]]], split: str) -> float:
    """The share of a split that was answered rightly."""
    labels = json.loads((ended.folder / "job.json").read_text())["labels"]
    truth = [labels.index(example["label"]) for example in splits[split]]
    return float((ended.probabilities(split).argmax(axis=1) == truth).mean())


@pytest.fixture(scope="module")
def digit_splits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """All digits as pictures, and one way to split them."""
    folder = tmp_path_factory.mktemp("digits")
    return folder, cut(digits(folder))


def run_on_digits(digit_splits: tuple[Path, Any], trainer: str, **params: Any) -> Ended:
    """Train on the digits; the pictures are linked, not copied."""
    source, splits = digit_splits
    folder = source / f"{trainer}-{len(list(source.iterdir()))}"
    folder.mkdir()
    (folder / "assets").mkdir()
    for path in (source / "assets").iterdir():
        (folder / "assets" / path.name).hardlink_to(path)
    return train(write_handover(folder, trainer, splits, params=params))


def test_logistic_regression_reads_digits(digit_splits: tuple[Path, Any]) -> None:
    ended = run_on_digits(digit_splits, "image_logreg")
    assert accuracy(ended, digit_splits[1], "test") >= 0.95
    assert len(ended.metric("fold", "accuracy")) == 3
    pixels = load_digits().data
    index = {s: [x["entry"] for x in digit_splits[1][s]] for s in ("train", "test")}
    truth = [int(example["label"]) for example in digit_splits[1]["train"]]
    alone = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=1000))
    expected = alone.fit(pixels[index["train"]], truth).predict_proba(pixels[index["test"]])
    assert np.abs(expected - ended.probabilities("test")).max() < 1e-6


def test_a_decision_tree_overfits_digits(digit_splits: tuple[Path, Any]) -> None:
    ended = run_on_digits(digit_splits, "image_tree")
    assert ended.metric("train", "accuracy")[-1] == 1.0
    assert ended.metric("validation", "accuracy")[-1] <= 0.90


def test_a_net_reads_digits_and_keeps_its_best_epoch(digit_splits: tuple[Path, Any]) -> None:
    ended = run_on_digits(digit_splits, "image_net", patience=3)
    assert accuracy(ended, digit_splits[1], "test") >= 0.95
    losses = ended.metric("validation", "loss")
    best = int(np.argmin(losses)) + 1
    assert len(losses) == best + 3
    assert any(line.get("text", "").startswith(f"Kept epoch {best},") for line in ended.lines)
    kept = (digit_splits[1]["validation"], ended.probabilities("validation"))
    truth = [int(example["label"]) for example in kept[0]]
    assert log_loss(truth, kept[1]) == pytest.approx(losses[best - 1], rel=1e-12)


def test_a_net_without_a_validation_split_keeps_the_last_epoch(tmp_path: Path) -> None:
    splits = cut(wine())
    splits["train"] += splits.pop("validation")
    folder = write_handover(
        tmp_path, "table_net", splits, columns=WINE_COLUMNS, params={"epochs": 4, "patience": 1}
    )
    ended = train(folder)
    assert len(ended.metric("train", "loss")) == 4
    assert not ended.metric("validation", "loss")
    assert ended.lines[-1]["text"] == "Kept epoch 4, the last: there is no validation split."


def test_texts_are_read_as_scikit_learn_alone_would(tmp_path: Path) -> None:
    splits = cut(texts())
    ended = train(write_handover(tmp_path, "text_logreg", splits))
    alone = make_pipeline(
        TfidfVectorizer(token_pattern=r"\w+"), LogisticRegression(C=10.0, max_iter=1000)
    )
    alone.fit([x["text"] for x in splits["train"]], [x["label"] for x in splits["train"]])
    expected = alone.predict_proba([x["text"] for x in splits["test"]])
    assert np.abs(expected - ended.probabilities("test")).max() < 1e-9


PHRASES = {
    "hindi": ("कार्ड खो गया है", "कीर्ड खी गयी ही"),  # only vowel signs differ
    "chinese": ("我的卡丢了", "我没有收到钱"),  # no spaces between words
    "thai": ("บัตรหาย", "ไม่ได้รับเงิน"),
    "russian": ("Карта потеряна", "Деньги не пришли"),
    "arabic": ("البطاقة ضائعة", "لم يصل المال"),
}


def test_words_of_other_scripts_are_told_apart(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"entry": number, "text": f"{phrase} {number}", "label": f"{script}{which}"}
        for script, phrases in PHRASES.items()
        for which, phrase in enumerate(phrases)
        for number in range(6)
    ]
    new = [{**line, "text": line["text"].split(" ")[0] + " 99"} for line in lines]
    ended = train(write_handover(tmp_path, "text_logreg", {"train": lines, "test": new}))
    assert accuracy(ended, {"test": new}, "test") == 1.0


def test_gaps_in_a_table_are_filled_from_the_training_split_only(tmp_path: Path) -> None:
    splits = cut(wine())
    first = train(write_handover(tmp_path / "a", "table_logreg", splits, columns=WINE_COLUMNS))
    assert accuracy(first, splits, "test") >= 0.85
    for example in splits["test"][1:]:  # other rows of the test split must not matter
        example["row"] = dict.fromkeys(example["row"], 1e6) | {"cellar": "never seen"}
    second = train(write_handover(tmp_path / "b", "table_logreg", splits, columns=WINE_COLUMNS))
    assert np.array_equal(first.probabilities("test")[0], second.probabilities("test")[0])
    assert np.array_equal(first.probabilities("train"), second.probabilities("train"))


def test_metrics_are_those_of_scikit_learn(tmp_path: Path) -> None:
    splits = cut(wine(), seed=3)
    ended = train(write_handover(tmp_path, "table_logreg", splits, columns=WINE_COLUMNS))
    truth = [example["label"] for example in splits["validation"]]
    found = ended.probabilities("validation")
    named = np.array(["kind0", "kind1", "kind2"])[found.argmax(axis=1)]
    assert ended.metric("validation", "macro_f1") == [
        pytest.approx(f1_score(truth, named, average="macro"))
    ]
    assert ended.metric("validation", "loss") == [pytest.approx(log_loss(truth, found))]
