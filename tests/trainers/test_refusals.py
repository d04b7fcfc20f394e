"""Input that cannot be trained on: exit code 3, and a line that says what to do.

Children take two seconds to import scikit-learn, so that only one case of each kind runs as a
child; the others ask the shared code directly.
"""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
import skops.io
from PIL import Image

from tests.trainers.handovers import (
    WINE_COLUMNS,
    Ended,
    cut,
    digits,
    small_handover,
    texts,
    train,
    wine,
    write_handover,
)
from training.trainers import builtin


@pytest.fixture
def handover_of(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that opens a folder as the scripts do."""
    monkeypatch.syspath_prepend(str(builtin.HERE))
    return importlib.import_module("_handover.folder").Handover


@pytest.fixture
def read_rows(handover_of: Any) -> Any:
    """Return the function with which the table trainers read their rows."""
    return importlib.import_module("_handover.tables").read_rows


def refused(ended: Ended, code: str) -> str:
    """Assert that a run was refused under `code` and return what it said."""
    assert ended.code == 3, ended.stderr[-2000:]
    assert ended.error["code"] == code
    assert not (ended.folder / "out" / "done.json").exists()
    return str(ended.error["text"])


def text_folder(folder: Path, lines: list[dict[str, Any]], **more: Any) -> Path:
    """Write a folder with a training split of texts and nothing else."""
    return write_handover(folder, "text_logreg", {"train": lines}, **more)


# As children


def test_a_class_with_one_example_is_refused(tmp_path: Path) -> None:
    lines = [*texts(), {"entry": 999, "text": "Something else", "label": "other"}]
    ended = train(text_folder(tmp_path, lines))
    assert "'other'. Label at least one more" in refused(ended, "one-example")


def test_texts_without_words_are_refused(tmp_path: Path) -> None:
    lines = [{**line, "text": "?!"} for line in texts()]
    assert "no words" in refused(train(text_folder(tmp_path, lines)), "no-words")


def test_a_picture_that_cannot_be_read_is_refused_with_its_place(tmp_path: Path) -> None:
    splits = cut(digits(tmp_path, 60))
    (tmp_path / splits["train"][7]["image"]).write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    ended = train(write_handover(tmp_path, "image_logreg", splits))
    assert "train, line 8" in refused(ended, "unreadable-image")


@pytest.mark.parametrize("trainer", ["table_net", "table_logreg"])
def test_a_model_that_goes_astray_is_refused(trainer: str, tmp_path: Path) -> None:
    splits = cut(wine())
    for example in splits["train"][::2]:
        example["row"]["ash"] = 1e299  # its square is beyond what a number can hold
    folder = write_handover(tmp_path, trainer, splits, columns=WINE_COLUMNS)
    assert "extreme values" in refused(train(folder), "not-finite")


def test_a_run_beyond_its_memory_is_refused(tmp_path: Path) -> None:
    splits = {"train": digits(tmp_path, 400)}
    for example in splits["train"]:
        path = tmp_path / example["image"]
        Image.open(path).resize((256, 256)).save(path)
    limits, params = {"memory_mb": 300}, {"size": 128}
    folder = write_handover(tmp_path, "image_logreg", splits, limits=limits, params=params)
    assert "more than 300 MB" in refused(train(folder), "out-of-memory")


def test_a_run_beyond_its_time_is_refused(tmp_path: Path) -> None:
    params = {"epochs": 10000, "patience": 1000, "rate": 0.000001}
    folder = small_handover(tmp_path, "table_net", limits={"seconds": 0.5}, params=params)
    assert "limit of 0.5 seconds" in refused(train(folder), "time-limit")


def test_a_model_with_foreign_types_is_refused(tmp_path: Path) -> None:
    folder = small_handover(tmp_path, "text_logreg", params={"folds": 0})
    assert train(folder).code == 0
    (folder / "out" / "model").rename(folder / "model")
    skops.io.dump([Ended], folder / "model" / "model.skops")
    job = json.loads((folder / "job.json").read_text()) | {"mode": "predict"}
    (folder / "job.json").write_text(json.dumps(job))
    assert "Ended" in refused(train(folder), "untrusted-model")
    (folder / "job.json").write_text(json.dumps(job | {"labels": ["card"]}))
    assert "cash" in refused(train(folder), "other-model")


@pytest.mark.extras
def test_a_model_reads_its_own_columns_of_a_table_that_has_grown(tmp_path: Path) -> None:
    folder = small_handover(tmp_path, "table_logreg", params={"folds": 0})
    first = train(folder)
    expected = first.probabilities("test")
    (folder / "out" / "model").rename(folder / "model")
    job = json.loads((folder / "job.json").read_text())
    job |= {"mode": "predict", "splits": {"test": "test.jsonl"}}
    grown = [{"name": "colour", "kind": "category"}, *reversed(WINE_COLUMNS)]
    (folder / "job.json").write_text(json.dumps(job | {"columns": grown}))
    assert (train(folder).probabilities("test") == expected).all()
    (folder / "job.json").write_text(json.dumps(job | {"columns": WINE_COLUMNS[1:]}))
    assert "a number column 'alcohol'" in refused(train(folder), "other-model")


def test_every_kind_of_picture_is_read(tmp_path: Path) -> None:
    splits = cut(digits(tmp_path, 800))
    modes = ["I;16", "RGBA", "P", "CMYK", "LA", "RGB"]
    for number, example in enumerate(line for lines in splits.values() for line in lines):
        mode = modes[number % len(modes)]
        path = tmp_path / example["image"]
        picture = Image.open(path).resize((32, 24))
        if mode == "I;16":
            picture = picture.point(lambda value: value * 257, "I")
        name = f"assets/{path.stem}.{mode[0]}.{'jpg' if mode == 'CMYK' else 'png'}"
        picture.convert(mode).save(tmp_path / name)
        example["image"] = name
    ended = train(write_handover(tmp_path, "image_logreg", splits, params={"folds": 0}))
    assert ended.code == 0, ended.stderr
    labels = [str(digit) for digit in range(10)]
    found = ended.probabilities("test").argmax(axis=1)
    for mode in modes:
        of_mode = [n for n, x in enumerate(splits["test"]) if f".{mode[0]}." in x["image"]]
        right = [labels[found[n]] == splits["test"][n]["label"] for n in of_mode]
        assert sum(right) / len(right) > 0.85, mode


# Asked directly


def test_an_empty_training_split_is_refused(handover_of: Any, tmp_path: Path) -> None:
    folder = text_folder(tmp_path, [], labels=["card", "cash"])
    with pytest.raises(Exception, match="Label more items"):
        handover_of(folder).training_truth()


def test_a_single_class_is_refused(handover_of: Any, tmp_path: Path) -> None:
    folder = text_folder(tmp_path, [line for line in texts() if line["label"] == "card"])
    with pytest.raises(Exception, match=r"labelled 'card'\. A model needs at least two"):
        handover_of(folder).training_truth()


def test_a_label_outside_of_the_job_is_refused_with_its_place(
    handover_of: Any, tmp_path: Path
) -> None:
    folder = text_folder(tmp_path, texts(), labels=["card", "cash"])
    with pytest.raises(Exception, match="train, line 3: 'app' is not"):
        handover_of(folder).truth("train")


def test_a_line_without_its_text_is_refused_with_its_place(
    handover_of: Any, tmp_path: Path
) -> None:
    lines = texts()
    del lines[4]["text"]
    with pytest.raises(Exception, match="train, line 5: 'text' is missing"):
        handover_of(text_folder(tmp_path, lines)).texts("train")


def test_a_line_that_is_not_json_is_refused_with_its_place(
    handover_of: Any, tmp_path: Path
) -> None:
    folder = text_folder(tmp_path, texts())
    with (folder / "train.jsonl").open("a") as file:
        file.write("{'entry': 1}\n")
    with pytest.raises(Exception, match=r"train\.jsonl, line 121: this is not JSON"):
        handover_of(folder).texts("train")


def test_a_missing_parameter_is_refused(handover_of: Any, tmp_path: Path) -> None:
    handover = handover_of(text_folder(tmp_path, texts()))
    assert handover.params["strength"] == 10.0
    with pytest.raises(Exception, match="params/speed is missing"):
        handover.params["speed"]


def test_a_file_outside_of_the_folder_is_refused(handover_of: Any, tmp_path: Path) -> None:
    (tmp_path / "secret.png").touch()
    handover = handover_of(text_folder(tmp_path / "job", texts()))
    for name in ("../secret.png", str(tmp_path / "secret.png")):
        with pytest.raises(Exception, match="leads out of the hand-over folder"):
            handover.inside(name)


def test_an_answer_that_is_not_a_number_is_refused_with_its_place(
    handover_of: Any, tmp_path: Path
) -> None:
    handover = handover_of(text_folder(tmp_path, texts(6)))
    answers = handover.spread.__globals__["np"].full((6, 3), 1 / 3)
    answers[4, 1] = float("nan")
    with pytest.raises(Exception, match="train, line 5 is not a number"):
        handover.write_predictions("train", answers)


def test_what_is_transparent_in_a_picture_counts_as_white(handover_of: Any, tmp_path: Path) -> None:
    pictures = importlib.import_module("_handover.pictures")
    picture = Image.new("RGBA", (2, 1), (0, 0, 0, 0))  # black, but nobody sees it
    picture.putpixel((1, 0), (0, 0, 0, 255))
    picture.save(tmp_path / "two.png")
    lines = [{"entry": 0, "image": "two.png", "label": "x"}]
    handover = handover_of(write_handover(tmp_path, "image_logreg", {"train": lines}))
    shape = pictures.choose_shape(handover, 16, "auto")
    assert shape == (1, 2, 3)
    assert pictures.read_pixels(handover, "train", shape).tolist() == [[1, 1, 1, 0, 0, 0]]


@pytest.mark.parametrize("value", ["a lot", [1], 10**400, float("inf"), float("nan")])
def test_a_number_column_takes_numbers_only(
    value: object, handover_of: Any, read_rows: Any, tmp_path: Path
) -> None:
    lines = wine()
    lines[2]["row"]["ash"] = value
    folder = write_handover(tmp_path, "table_tree", {"train": lines}, columns=WINE_COLUMNS)
    with pytest.raises(Exception, match="train, line 3: 'ash' holds"):
        read_rows(handover_of(folder), "train")


def test_a_table_without_columns_is_refused(
    handover_of: Any, read_rows: Any, tmp_path: Path
) -> None:
    folder = write_handover(tmp_path, "table_tree", {"train": wine()}, columns=[])
    with pytest.raises(Exception, match="columns names no column"):
        read_rows(handover_of(folder), "train")
