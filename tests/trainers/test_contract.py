"""Every trainer keeps the contract of `training/trainers/base.py`."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.trainers.handovers import SPLITS, Ended, read_lines, small_handover, train
from training.trainers import trainers

NAMES = list(trainers)


@pytest.fixture(scope="module", params=NAMES)
def ended(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """One run of each trainer; it also lists what was imported."""
    folder = small_handover(tmp_path_factory.mktemp(request.param), request.param)
    return train(folder, "-X", "importtime")


def test_a_run_ends_with_done_and_the_versions_it_depends_on(ended: Ended) -> None:
    assert ended.code == 0, ended.stderr[-2000:]
    assert ended.done["ok"] is True
    assert {"python", "numpy", "scikit-learn", "skops"} <= ended.done["versions"].keys()


def test_predictions_stand_in_the_order_of_the_examples_and_add_up_to_one(ended: Ended) -> None:
    for split in SPLITS:
        given = [line["entry"] for line in read_lines(ended.folder / f"{split}.jsonl")]
        assert [line["entry"] for line in read_lines(ended.file(split))] == given
        assert ended.probabilities(split).sum(axis=1) == pytest.approx(1)


def test_progress_is_counted_to_its_end(ended: Ended) -> None:
    steps = [line for line in ended.lines if line["type"] == "progress"]
    assert [step["done"] for step in steps] == list(range(1, len(steps) + 1))
    early = any("Stopped at epoch" in line.get("text", "") for line in ended.lines)
    assert early or steps[-1]["done"] == steps[-1]["total"]


def test_the_metrics_told_last_fit_the_predictions(ended: Ended) -> None:
    labels = json.loads((ended.folder / "job.json").read_text())["labels"]
    truth = [labels.index(x["label"]) for x in read_lines(ended.folder / "validation.jsonl")]
    accuracy = (ended.probabilities("validation").argmax(axis=1) == truth).mean()
    assert accuracy in ended.metric("validation", "accuracy")


def test_a_trainer_imports_nothing_of_ours(ended: Ended) -> None:
    imported = set(re.findall(r"\|\s+(\w+)[\w.]*$", ended.stderr, flags=re.MULTILINE))
    assert {"sklearn", "_handover"} <= imported
    ours = {"config", "training", "annotate", "datasets", "foundation", "winnow", "django"}
    assert not imported & ours


@pytest.mark.slow
def test_the_same_job_gives_the_same_bytes_again(ended: Ended, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(ended.folder, again, ignore=shutil.ignore_patterns("out"))
    second = train(again)
    for split in SPLITS:
        assert second.file(split).read_bytes() == ended.file(split).read_bytes()


@pytest.mark.slow
@pytest.mark.extras
def test_a_saved_model_predicts_as_it_did_when_it_was_trained(ended: Ended, tmp_path: Path) -> None:
    folder = tmp_path / "later"
    shutil.copytree(ended.folder, folder, ignore=shutil.ignore_patterns("out"))
    shutil.copytree(ended.folder / "out" / "model", folder / "model")
    job = json.loads((folder / "job.json").read_text())
    job |= {"mode": "predict", "splits": {"test": "test.jsonl"}}
    job["labels"] = ["new", *reversed(job["labels"])]  # the schema has moved on since
    (folder / "job.json").write_text(json.dumps(job))
    later = train(folder)
    assert later.code == 0, later.stderr
    found = later.probabilities("test")
    assert np.array_equal(found[:, :0:-1], ended.probabilities("test"))
    assert not found[:, 0].any()
    assert not (folder / "out" / "model").exists()
