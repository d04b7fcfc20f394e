"""What models reach on published data through frozen versions, runs and reports, and without them.

Beside each run the same model is written down once more with scikit-learn alone, on the same data
from its source, split as the version's entries are: the two may hardly differ. Each is one thread.
"""

import csv
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_digits
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

from benchmarks import stock
from benchmarks.lines import report
from benchmarks.sets import bring, bring_digits, finish, folder_of, schema_of
from datasets.models import Dataset, Version
from datasets.queries.versions import iter_entries
from datasets.services.versions import start_freeze
from foundation.models import Project, User
from training.queries.runs import own_evaluation
from training.services.runs import start_run

PLANS = 10
CLOSE = 0.001
NUMBERS = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
CATEGORIES = ("island", "sex")
Labelled = Mapping[str, tuple[Any, str]]
"""What a model sees of each item, and its label, by the item's key."""


def main() -> None:
    """Train and compare, each set in a project of its own."""
    owner = stock.make_owner()
    with threadpool_limits(1):
        intents(stock.make_project("Intents", owner), owner)
        digits(stock.make_project("Digits", owner), owner)
        penguins(stock.make_project("Penguins", owner), owner)


def intents(project: Project, owner: User) -> None:
    """Banking77: the split of its authors, which comes with the items."""
    folder = folder_of("banking77")
    if folder is None:
        return
    known: dict[str, tuple[Any, str]] = {}
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        path = Path(name) / "intents.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(["key", "text", "label", "split"])
            for split in ("train", "test"):
                for number, row in enumerate(rows_of(folder / f"{split}.csv")):
                    key = f"{split}-{number:05}"
                    known[key] = row["text"], row["category"]
                    writer.writerow([key, *known[key], split])
        dataset = bring(project, "Intents", "text", [path], owner)
    version = freeze(dataset, owner)
    mine = score_of(version, "text_logreg", "macro_f1")
    model = make_pipeline(
        TfidfVectorizer(token_pattern=r"\w+"), LogisticRegression(C=10.0, max_iter=1000)
    )
    name = "banking77, TF-IDF and logistic regression: macro F1"
    left_out = version.counts["left_out"]
    report(name, mine, "", at_least=0.87, entries=version.entry_count, left_out=left_out)
    alone = score_alone(version, known, model, lambda *two: f1_score(*two, average="macro"))
    report(f"{name}, beside scikit-learn alone", abs(mine - alone), "", at_most=CLOSE, alone=alone)


def digits(project: Project, owner: User) -> None:
    """Handwritten digits, as pictures for Winnow and as numbers for scikit-learn."""
    source = load_digits()
    known = {
        f"{number:04}": (pixels, str(label))
        for number, (pixels, label) in enumerate(zip(source.data, source.target, strict=True))
    }
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        dataset = bring_digits(project, Path(name), owner)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=1000))
    compare("handwritten digits", 0.96, dataset, owner, ("image_logreg", known, model))


def penguins(project: Project, owner: User) -> None:
    """Penguins: four measures and two categories, with gaps."""
    folder = folder_of("penguins")
    if folder is None:
        return
    rows = list(rows_of(folder / "penguins.csv"))
    known = {f"{number:04}": (cells_of(row), row["species"]) for number, row in enumerate(rows)}
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        path = Path(name) / "penguins.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, ["key", *rows[0]])
            writer.writeheader()
            writer.writerows({"key": key, **row} for key, row in zip(known, rows, strict=True))
        options = {"label": "species", "key": "key"}
        dataset = bring(project, "Penguins", "table", [path], owner, **options)
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    categories = make_pipeline(
        SimpleImputer(missing_values=None, strategy="most_frequent"),
        OneHotEncoder(handle_unknown="ignore"),
    )
    places = list(range(len(NUMBERS) + len(CATEGORIES)))
    columns = make_column_transformer(
        (numbers, places[: len(NUMBERS)]), (categories, places[len(NUMBERS) :])
    )
    model = make_pipeline(columns, LogisticRegression(C=1.0, max_iter=1000))
    compare("penguins", 0.98, dataset, owner, ("table_logreg", known, model))


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file with a header."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def cells_of(row: Mapping[str, str]) -> list[float | str | None]:
    """Return what is known of a penguin: numbers with nan for gaps, categories with None."""
    numbers = [float(row[name]) if row[name] else float("nan") for name in NUMBERS]
    return [*numbers, *(row[name] or None for name in CATEGORIES)]


def compare(
    name: str,
    goal: float,
    dataset: Dataset,
    owner: User,
    what: tuple[str, Labelled, Pipeline],
) -> None:
    """Report the mean accuracy over split plans, and the widest difference from the model alone."""
    trainer, known, model = what
    mine, alone = [], []
    for seed in range(PLANS):
        plan = {"name": f"Plan {seed}", "seed": seed}
        version = freeze(dataset, owner, split_plan=plan)
        mine.append(score_of(version, trainer, "accuracy"))
        alone.append(score_alone(version, known, model, accuracy_score))
    name = f"{name}, logistic regression: accuracy over {PLANS} split plans"
    least, most = round(min(mine), 4), round(max(mine), 4)
    report(f"{name}, mean", float(np.mean(mine)), "", at_least=goal, least=least, most=most)
    widest = float(np.abs(np.array(mine) - alone).max())
    mean = round(float(np.mean(alone)), 4)
    report(f"{name}, widest difference", widest, "", at_most=CLOSE, mean_of_scikit_learn=mean)


def freeze(dataset: Dataset, by: User, **wanted: Any) -> Version:
    """Freeze a version of all that is labelled."""
    version, job = start_freeze(dataset=dataset, schema=schema_of(dataset), by=by, **wanted)
    finish(job)
    version.refresh_from_db()
    return version


def score_of(version: Version, trainer: str, score: str) -> float:
    """Train on a version with the trainer's own settings; returns what its report says of test."""
    run = start_run(version=version, trainer=trainer, by=None, params={"folds": 0})
    assert run.job is not None
    finish(run.job)
    evaluation = own_evaluation(run)
    assert evaluation is not None
    return float(evaluation.report["splits"]["test"][score]["value"])


def score_alone(
    version: Version, known: Labelled, model: Pipeline, score: Callable[..., float]
) -> float:
    """Fit a model on the entries of the training split and score it on those of test."""
    parts: dict[str, list[tuple[Any, str]]] = {"train": [], "validation": [], "test": []}
    for entry in iter_entries(version):
        parts[entry.split].append(known[Path(entry.key).stem])
    seen, labels = zip(*parts["train"], strict=True)
    asked, truth = zip(*parts["test"], strict=True)
    return float(score(truth, model.fit(as_input(seen), labels).predict(as_input(asked))))


def as_input(seen: tuple[Any, ...]) -> Any:
    """Return what scikit-learn takes: texts as they are, rows as a table."""
    return seen if isinstance(seen[0], str) else np.array(seen, dtype=object)
