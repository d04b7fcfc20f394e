"""The hand-over folder: what came in, and the pens for what goes out."""

import json
import platform
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

LIBRARIES = ("numpy", "pillow", "scikit-learn", "scipy", "skops")

# The only types outside skops' own list that our models may contain. A file that asks for
# anything else was not written by these scripts and is refused.
TRUSTED = frozenset({"numpy.dtype", "sklearn.tree._tree.Tree"})

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

STRAY = "Look for extreme values in the data, or lower the step size, and start again."


class Refused(Exception):
    """The input cannot be trained on; `text` says what to do about it."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Parameters(dict[str, Any]):
    """The parameters of the job; asking for one that was not handed over is refused."""

    def __missing__(self, name: str) -> Any:
        raise Refused("missing-parameter", f"job.json: params/{name} is missing.")


class Handover:
    """One hand-over folder: what came in, and the pens for what goes out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out"
        self.out.mkdir(exist_ok=True)
        self._lines: dict[str, list[dict[str, Any]]] = {}
        # Where a label of the model stands among the job's: the same place, until a model
        # is loaded that learnt under an earlier list of labels.
        self._places: Indices = np.arange(len(self.labels))

    # What came in

    @cached_property
    def job(self) -> dict[str, Any]:
        """`job.json`, with its format checked."""
        job = json.loads((self.folder / "job.json").read_text(encoding="utf-8"))
        if job.get("format") != 1:
            raise Refused("unknown-format", "job.json: this trainer reads format 1 only.")
        return dict(job)

    @property
    def params(self) -> Parameters:
        """The trainer's parameters, all of them filled in by the one who wrote the job."""
        return Parameters(self.job.get("params", {}))

    @property
    def seed(self) -> int:
        """The one number from which all chance in this run follows."""
        return int(self.job["seed"])

    @property
    def labels(self) -> list[str]:
        """The label keys; a label's index here is its number everywhere else."""
        return list(self.job["labels"])

    @property
    def splits(self) -> list[str]:
        """The names of the splits that were handed over, in the order of the job."""
        return list(self.job["splits"])

    def lines(self, split: str) -> list[dict[str, Any]]:
        """Return the examples of one split; none when it was not handed over."""
        if split not in self.splits:
            return []
        if split not in self._lines:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", split):
                raise Refused("bad-split", f"job.json: {split!r} is no name for a split.")
            path = self.inside(self.job["splits"][split])
            with path.open(encoding="utf-8") as file:
                self._lines[split] = [
                    _read_line(line, f"{path.name}, line {number}")
                    for number, line in enumerate(file, 1)
                ]
        return self._lines[split]

    def inside(self, name: str) -> Path:
        """Return the path of a file of the folder. Refuses one that leads out of it."""
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise Refused("bad-path", f"{name!r} leads out of the hand-over folder.")
        return path

    def values(self, split: str, key: str, kind: type) -> Iterator[tuple[str, Any]]:
        """Yield (place, value) of one key for each example of a split, its type checked."""
        for number, line in enumerate(self.lines(split), 1):
            place = f"{split}, line {number}"
            if not isinstance(line.get(key), kind):
                raise Refused("bad-line", f"{place}: {key!r} is missing or not {kind.__name__}.")
            yield place, line[key]

    def texts(self, split: str) -> NDArray[np.object_]:
        """Return the texts of a split."""
        return np.array([text for _, text in self.values(split, "text", str)], dtype=object)

    def truth(self, split: str) -> Indices:
        """Return the label's index of each example of a split."""
        index = {label: number for number, label in enumerate(self.labels)}
        found = []
        for place, label in self.values(split, "label", str):
            if label not in index:
                raise Refused("unknown-label", f"{place}: {label!r} is not in the job's labels.")
            found.append(index[label])
        return np.array(found, dtype=np.int64)

    def training_truth(self) -> Indices:
        """Return the truth of the training split, refusing what no model can learn from."""
        truth = self.truth("train")
        if not len(truth):
            raise Refused(
                "empty-split",
                "The training split is empty. Label more items, or give training a larger "
                "share in the split plan.",
            )
        counts = np.bincount(truth, minlength=len(self.labels))
        if np.count_nonzero(counts) == 1:
            raise Refused(
                "single-class",
                f"Every training example is labelled {self.labels[truth[0]]!r}. A model needs "
                "at least two labels to tell apart: label items of another kind.",
            )
        lonely = [repr(self.labels[index]) for index in np.flatnonzero(counts == 1)]
        if lonely:
            raise Refused(
                "one-example",
                f"Only one training example is labelled {', '.join(lonely)}. Label at least "
                "one more of each, or leave them out of the version.",
            )
        unseen = [repr(self.labels[index]) for index in np.flatnonzero(counts == 0)]
        if unseen:
            self.log(f"No training example is labelled {', '.join(unseen)}: never predicted.")
        self.log(f"Learning {np.count_nonzero(counts)} labels from {len(truth)} examples.")
        return truth

    # What goes out

    def log(self, text: str) -> None:
        """Say something to the person who watches the run."""
        self._write({"type": "log", "text": text})

    def progress(self, done: int, total: int, unit: str) -> None:
        """Tell how far the run has got."""
        self._write({"type": "progress", "done": done, "total": total, "unit": unit})

    def refuse(self, code: str, text: str) -> None:
        """Tell why the input cannot be trained on."""
        self._write({"type": "error", "code": code, "text": text})

    def metric(self, split: str, name: str, step: int, value: float) -> None:
        """Tell one measured value. Refuses nan and infinity: the run has gone astray."""
        if not np.isfinite(value):
            raise Refused(
                "not-finite", f"{name} on {split} is not a number at step {step}. {STRAY}"
            )
        line = {"type": "metric", "split": split, "name": name, "step": step, "value": value}
        self._write(line)

    def measure(self, split: str, step: int, truth: Indices, probabilities: Floats) -> float:
        """Tell accuracy, macro-F1 and loss of one split; return the loss, log loss in nats."""
        self.check(probabilities, split)
        predicted = probabilities.argmax(axis=1)
        chosen = probabilities[np.arange(len(truth)), truth]
        loss = float(-np.log(np.clip(chosen, np.finfo(float).eps, 1)).mean())
        self.metric(split, "accuracy", step, float((predicted == truth).mean()))
        self.metric(split, "macro_f1", step, _macro_f1(truth, predicted, len(self.labels)))
        self.metric(split, "loss", step, loss)
        return loss

    def measure_all(self, step: int, answer: Callable[[str], Floats]) -> float:
        """Measure the training and, where there is one, the validation split.

        `answer` gives a split's probabilities. Returns the loss of the last one measured.
        """
        loss = 0.0
        for split in ("train", "validation"):
            if self.lines(split):
                loss = self.measure(split, step, self.truth(split), answer(split))
        return loss

    def check(self, probabilities: Floats, split: str) -> None:
        """Refuse probabilities that are not numbers."""
        wrong = np.flatnonzero(~np.isfinite(probabilities).all(axis=1))
        if len(wrong):
            raise Refused(
                "not-finite",
                f"The model's answer to {split}, line {wrong[0] + 1} is not a number. {STRAY}",
            )

    def spread(self, model: Any, features: Any) -> Floats:
        """Return the model's probabilities, (n_examples, n_labels); 0 for labels it never saw."""
        probabilities = np.zeros((len(features), len(self.labels)))
        if len(features):
            probabilities[:, self._places[model.classes_]] = model.predict_proba(features)
        return probabilities

    def write_predictions(self, split: str, probabilities: Floats) -> None:
        """Write `predictions_<split>.jsonl`: one line an example, in the order handed over."""
        self.check(probabilities, split)
        with (self.out / f"predictions_{split}.jsonl").open("w", encoding="utf-8") as file:
            for line, row in zip(self.lines(split), probabilities.tolist(), strict=True):
                file.write(json.dumps({"entry": line["entry"], "probabilities": row}) + "\n")

    def save(self, model: Any, facts: dict[str, Any] | None = None) -> None:
        """Write the model; `facts` are what its features need to be made again."""
        folder = self.out / "model"
        folder.mkdir(exist_ok=True)
        skops.io.dump(model, folder / "model.skops")
        kept = {key: self.job.get(key) for key in ("trainer", "data_type", "question", "labels")}
        kept |= {"format": 1, "params": self.params, "seed": self.seed, "facts": facts or {}}
        kept |= {"columns": self.job.get("columns", []), "versions": versions()}
        (folder / "model.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")

    def load(self) -> tuple[Any, dict[str, Any]]:
        """Return a model that these scripts wrote, and its facts. Refuses any other file."""
        kept = json.loads(self.inside("model/model.json").read_text(encoding="utf-8"))
        if kept["trainer"] != self.job["trainer"]:
            raise Refused("other-model", f"job.json: the model was made by {kept['trainer']}.")
        offered = {column["name"]: column["kind"] for column in self.job.get("columns", [])}
        for column in kept["columns"]:
            if offered.get(column["name"]) != column["kind"]:
                text = f"job.json: the model needs a {column['kind']} column {column['name']!r}."
                raise Refused("other-model", text)
        self.job["columns"] = kept["columns"]  # later ones are of no use to it
        gone = [label for label in kept["labels"] if label not in self.labels]
        if gone:
            raise Refused("other-model", f"job.json: labels lacks {gone}, which the model knows.")
        self._places = np.array([self.labels.index(label) for label in kept["labels"]])
        if kept["versions"]["scikit-learn"] != version("scikit-learn"):
            self.log(f"The model was made with scikit-learn {kept['versions']['scikit-learn']}.")
        path = self.inside("model/model.skops")
        foreign = set(skops.io.get_untrusted_types(file=path)) - TRUSTED
        if foreign:
            raise Refused("untrusted-model", f"The model holds {', '.join(sorted(foreign))}.")
        return skops.io.load(path, trusted=sorted(TRUSTED)), dict(kept["facts"])

    def cross_validate(self, build: Callable[[], Any], features: Any, truth: Indices) -> int:
        """Measure a model on parts of the training split that it was not fitted on.

        One step a fold. Returns how many folds there were: at most `params/folds`, and no
        more than the rarest label has examples.
        """
        folds = int(self.params["folds"])
        rarest = int(np.bincount(truth)[np.unique(truth)].min())
        if folds > rarest:
            self.log(f"{rarest} folds instead of {folds}: the rarest label has {rarest} examples.")
        folds = min(folds, rarest)
        if folds < 2:
            return 0
        parts = StratifiedKFold(folds, shuffle=True, random_state=self.seed).split(features, truth)
        for step, (fitted, held) in enumerate(parts, 1):
            model = build().fit(features[fitted], truth[fitted])
            scores = self.spread(model, features[held])
            self.measure("fold", step, truth[held], scores)
            self.progress(step, folds + 1, "fits")
        return folds

    def finish(self, model: Any, read: Callable[[str], Any]) -> None:
        """Write the model's predictions for every split that was handed over."""
        for split in self.splits:
            self.write_predictions(split, self.spread(model, read(split)))

    def _write(self, line: dict[str, Any]) -> None:
        # One write to a file opened for appending: whoever follows it never reads half a line.
        with (self.out / "progress.jsonl").open("ab", buffering=0) as file:
            file.write((json.dumps(line, allow_nan=False) + "\n").encode())


def _read_line(line: str, place: str) -> dict[str, Any]:
    try:
        read = json.loads(line)
    except ValueError as error:
        raise Refused("bad-line", f"{place}: this is not JSON ({error}).") from error
    if not isinstance(read, dict) or not isinstance(read.get("entry"), int):
        raise Refused("bad-line", f"{place}: an object with a number 'entry' is expected.")
    return read


def _macro_f1(truth: Indices, predicted: Indices, labels: int) -> float:
    """Return the mean F1 of the labels that occur as truth or as answer."""
    right = np.bincount(truth[truth == predicted], minlength=labels)
    both = np.bincount(truth, minlength=labels) + np.bincount(predicted, minlength=labels)
    return float((2 * right[both > 0] / both[both > 0]).mean())


def versions() -> dict[str, str]:
    """Return what the predictions depend on besides data, parameters and seed."""
    found = {name: version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), **found}
