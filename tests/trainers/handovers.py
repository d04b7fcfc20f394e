"""Hand-over folders made of scikit-learn's own data, and trainers run on them as children."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits, load_wine
from sklearn.model_selection import train_test_split

from training.trainers import trainers

SPLITS = ("train", "validation", "test")

Example = dict[str, Any]

OPENINGS = {
    "card": ["my card", "the plastic", "this card of mine", "the debit card"],
    "cash": ["cash", "the machine", "some banknotes", "my withdrawal"],
    "app": ["the app", "my phone", "the login", "your website"],
}
ENDINGS = ["is late", "does not work today", "was refused", "is lost", "came back", "is slow"]


@dataclass
class Ended:
    """What a child left: its exit code and its hand-over folder."""

    code: int
    folder: Path
    stderr: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The progress file."""
        return read_lines(self.folder / "out" / "progress.jsonl")

    @property
    def done(self) -> dict[str, Any]:
        """`done.json`."""
        return json.loads((self.folder / "out" / "done.json").read_text())

    @property
    def error(self) -> dict[str, Any]:
        """The last line of the progress file, which has to be an error."""
        assert self.lines[-1]["type"] == "error", self.lines[-1]
        return self.lines[-1]

    def metric(self, split: str, name: str) -> list[float]:
        """The values of one metric, step by step."""
        return [
            line["value"]
            for line in self.lines
            if line["type"] == "metric" and (line["split"], line["name"]) == (split, name)
        ]

    def file(self, split: str) -> Path:
        """The predictions of one split."""
        return self.folder / "out" / f"predictions_{split}.jsonl"

    def probabilities(self, split: str) -> np.ndarray:
        """The probabilities of one split, (n_examples, n_labels)."""
        return np.array([line["probabilities"] for line in read_lines(self.file(split))])


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a JSONL file."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def write_handover(
    folder: Path, trainer: str, splits: dict[str, list[Example]], **more: Any
) -> Path:
    """Write job.json and the splits; `more` replaces keys of the job. Returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    params = trainers[trainer].parse_parameters(more.pop("params", {}))
    labels = sorted({e["label"] for lines in splits.values() for e in lines if "label" in e})
    job = {
        "format": 1,
        "mode": "train",
        "trainer": trainer,
        "params": params,
        "seed": 7,
        "data_type": trainers[trainer].data_type,
        "question": "kind",
        "labels": labels,
        "splits": {split: f"{split}.jsonl" for split in splits},
        "limits": {"memory_mb": 2048, "seconds": 120},
    }
    (folder / "job.json").write_text(json.dumps(job | more))
    for split, lines in splits.items():
        kept = [{k: v for k, v in e.items() if split != "test" or k != "label"} for e in lines]
        (folder / f"{split}.jsonl").write_text("".join(json.dumps(e) + "\n" for e in kept))
    return folder


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    """Start the trainer that the job names, as the launcher does."""
    trainer = json.loads((folder / "job.json").read_text())["trainer"]
    command = trainers[trainer].command(folder)
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHASHSEED")}
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(
        [command[0], *options, *command[1:]],
        env=environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    )


def train(folder: Path, *options: str) -> Ended:
    """Run the job of a folder to its end."""
    with start(folder, *options) as child:
        assert child.stderr is not None
        stderr = child.stderr.read()  # communicate() would close the pipe that it listens to
        child.wait(120)
    return Ended(child.returncode, folder, stderr)


def cut(examples: list[Example], seed: int = 0) -> dict[str, list[Example]]:
    """Return three stratified splits, 60, 20 and 20 percent."""
    labels = [example["label"] for example in examples]
    rest, test = train_test_split(examples, test_size=0.2, stratify=labels, random_state=seed)
    labels = [example["label"] for example in rest]
    kept, held = train_test_split(rest, test_size=0.25, stratify=labels, random_state=seed)
    return {"train": kept, "validation": held, "test": test}


def texts(count: int = 120) -> list[Example]:
    """Return short texts of three labels."""
    kinds, examples = list(OPENINGS), []
    for entry in range(count):
        kind = kinds[entry % 3]
        opening = OPENINGS[kind][entry // 3 % 4]
        text = f"{opening.capitalize()} {ENDINGS[entry // 12 % 6]}, please help no {entry % 5}."
        examples.append({"entry": entry, "text": text, "label": kind})
    return examples


def digits(folder: Path, count: int = 1797) -> list[Example]:
    """Write scikit-learn's digits as PNG files below `folder` and return the examples."""
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    data, examples = load_digits(), []
    for entry in range(count):
        name = f"assets/{entry}.png"
        Image.fromarray((data.images[entry] * 15).astype(np.uint8)).save(folder / name)
        examples.append({"entry": entry, "image": name, "label": str(data.target[entry])})
    return examples


WINE_COLUMNS = [{"name": name, "kind": "number"} for name in load_wine().feature_names[:6]]
WINE_COLUMNS.append({"name": "cellar", "kind": "category"})


def wine() -> list[Example]:
    """Return half the columns of the wine table and a made-up category, a tenth of it gaps."""
    data, chance, examples = load_wine(), np.random.default_rng(0), []
    for entry, (numbers, kind) in enumerate(zip(data.data, data.target, strict=True)):
        row: dict[str, Any] = dict(zip(data.feature_names[:6], numbers[:6].tolist(), strict=True))
        row["cellar"] = ["north", "south", "south", "west"][(kind + chance.integers(2)) % 4]
        row = {key: None if chance.random() < 0.1 else value for key, value in row.items()}
        examples.append({"entry": entry, "row": row, "label": f"kind{kind}"})
    return examples


def small_handover(folder: Path, trainer: str, **more: Any) -> Path:
    """Write a hand-over folder of a size that any trainer learns in a second."""
    kind = trainers[trainer].data_type
    if kind == "text":
        return write_handover(folder, trainer, cut(texts()), **more)
    if kind == "image":
        return write_handover(folder, trainer, cut(digits(folder, 400)), **more)
    return write_handover(folder, trainer, cut(wine()), columns=WINE_COLUMNS, **more)
