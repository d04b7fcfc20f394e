"""Whether a model learns from fewer labels when people are asked in another order than by chance.

Texts whose labels are known are answered again: 100 by chance, then 100 at a time by each order,
with a new model in between, as runs and queues take turns. The orders are those of
`annotate.pure.choosing`; model and features are those of the trainers for texts. Each of several
seeds draws pool, test set and first labels anew, the same for every order, so that differences are
paired. What is told is how many labels fewer an order needs until the accuracy that chance has, on
average, half way. Orders that never get there within the budget count with all of it.
"""

import csv
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import stats  # type: ignore[import-untyped]
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from annotate.pure.choosing import farthest_first, unsureness
from benchmarks.lines import report
from tests.services import REAL_DATA
from training.trainers.text_logreg import WORD

SEEDS = 10
POOL, TESTS = 3000, 1000
STEP, ROUNDS = 100, 10
WIDTH = 64
Texts = tuple[np.ndarray, np.ndarray]


def intents(folder: Path) -> Texts:
    """Questions to a bank: 77 intents."""
    with (folder / "banking77" / "train.csv").open(newline="") as file:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    return _columns(rows)


def news(folder: Path) -> Texts:
    """News: four topics."""
    with (folder / "ag_news_test" / "test.csv").open(newline="") as file:
        rows = [(f"{title} {text}", label) for label, title, text in csv.reader(file)]
    return _columns(rows)


def spam(folder: Path) -> Texts:
    """Short messages: spam or not, one in seven is."""
    path = next((folder / "sms_spam").glob("*.tsv"))
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = {(text, label) for label, text in (line.split("\t", 1) for line in lines)}
    return _columns(sorted(rows))


def _columns(rows: list[tuple[str, str]]) -> Texts:
    texts, labels = zip(*rows, strict=True)
    return np.array(texts, dtype=object), np.array(labels)


Order = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""What a model says of all, the rows of all, which are known, which are free: the free in order."""


def by_chance(
    _said: np.ndarray, _rows: np.ndarray, _known: np.ndarray, free: np.ndarray
) -> np.ndarray:
    """The free ones as they were shuffled."""
    return free


def by_uncertainty(
    said: np.ndarray, _rows: np.ndarray, _known: np.ndarray, free: np.ndarray
) -> np.ndarray:
    """What the model is least sure of first."""
    return np.asarray(free[np.argsort(-unsureness(said[free]), kind="stable")])


def by_diversity(
    _said: np.ndarray, rows: np.ndarray, known: np.ndarray, free: np.ndarray
) -> np.ndarray:
    """What is farthest from the answered ones first."""
    return np.asarray(free[farthest_first(rows[free], rows[known], STEP)])


ORDERS: dict[str, Order] = {
    "chance": by_chance,
    "uncertainty": by_uncertainty,
    "diversity": by_diversity,
}
SETS = {"77 intents": intents, "four topics": news, "spam": spam}


def curves(texts: np.ndarray, labels: np.ndarray, seed: int) -> dict[str, list[float]]:
    """The accuracy on texts that nobody is asked about, after each round, for each order."""
    drawn = np.random.default_rng(seed).permutation(len(texts))
    tests, pool = drawn[:TESTS], drawn[TESTS : TESTS + POOL]
    words = TfidfVectorizer(lowercase=True, token_pattern=WORD, sublinear_tf=True)
    table = words.fit_transform(texts[pool])
    rows = normalize(TruncatedSVD(WIDTH, random_state=0).fit_transform(table))
    found: dict[str, list[float]] = {}
    for name, order in ORDERS.items():
        known, scores = np.arange(STEP), []
        for _round in range(ROUNDS):
            model = make_pipeline(
                TfidfVectorizer(lowercase=True, token_pattern=WORD),
                LogisticRegression(C=10.0, max_iter=1000, random_state=0),
            )
            model.fit(texts[pool[known]], labels[pool[known]])
            scores.append(float((model.predict(texts[tests]) == labels[tests]).mean()))
            free = np.setdiff1d(np.arange(len(pool)), known)
            said = model.predict_proba(texts[pool])
            known = np.concatenate([known, order(said, rows, known, free)[:STEP]])
        found[name] = scores
    return found


def needed(scores: list[float], goal: float) -> float:
    """How many labels it takes to reach a goal, between two rounds in proportion."""
    for at, score in enumerate(scores):
        if score >= goal:
            before = scores[at - 1] if at else score
            part = (goal - before) / (score - before) if score > before else 1.0
            return STEP * (at + max(part, 0.0) if at else 1)
    return float(STEP * ROUNDS)


def main() -> None:
    """Replay each set and tell how many labels each order saves, with its paired interval."""
    if not (REAL_DATA / "banking77").is_dir():
        print("[bench] left out: the texts are not on this machine", file=sys.stderr, flush=True)
        return
    threadpool_limits(1)
    warnings.simplefilter("ignore")
    for name, read in SETS.items():
        begun = time.process_time()
        texts, labels = read(REAL_DATA)
        runs = [curves(texts, labels, seed) for seed in range(SEEDS)]
        half = ROUNDS // 2 - 1
        goal = float(np.mean([run["chance"][half] for run in runs]))
        for order in ("uncertainty", "diversity"):
            saved = np.array(
                [needed(run["chance"], goal) - needed(run[order], goal) for run in runs]
            )
            half_width = stats.t.ppf(0.975, SEEDS - 1) * stats.sem(saved)
            gain = np.array([run[order][-1] - run["chance"][-1] for run in runs])
            report(
                f"labels fewer by {order} than by chance until accuracy {goal:.3f}, {name}",
                float(saved.mean()),
                "labels",
                at_least=0 if order == "uncertainty" else None,
                low=round(float(saved.mean() - half_width), 1),
                high=round(float(saved.mean() + half_width), 1),
                chance_needs=round(float(np.mean([needed(run["chance"], goal) for run in runs]))),
                points_more_at_the_end=round(100 * float(gain.mean()), 2),
                seeds=SEEDS,
                cpu_seconds=round(time.process_time() - begun, 1),
            )


if __name__ == "__main__":
    main()
