"""Evaluations made by hand, without a trainer: what a model said is written down."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone

from datasets.models import Version
from datasets.queries.versions import Entry, iter_entries
from foundation import storage
from tests.datasets.labelled import INTENTS
from training.models import Evaluation, Run

LABELS = sorted(INTENTS)


def given_of(entry: Entry) -> str:
    """The label that an entry has."""
    return str(entry.regions["regions"][0]["label"])


def evaluated(
    version: Version, folder: Path, says: Callable[[Entry], str] = given_of
) -> Evaluation:
    """An evaluation of a model that is nine tenths sure of what `says` tells."""
    entries = list(iter_entries(version))
    rows = [np.where(np.array(LABELS) == says(one), 0.9, 0.05) for one in entries]
    own = [float(row[LABELS.index(given_of(one))]) for row, one in zip(rows, entries, strict=True)]
    table = {
        "position": [one.position for one in entries],
        "split": [one.split for one in entries],
        "truth": [given_of(one) for one in entries],
        "predicted": [says(one) for one in entries],
        "confidence": [0.9] * len(rows),
        "error_score": [1 - sure for sure in own],
        "probabilities": [row.tolist() for row in rows],
    }
    path = folder / "predictions.parquet"
    pq.write_table(pa.table(table), path)
    run = Run.objects.create(
        project=version.dataset.project,
        number=1,
        version=version,
        question="intent",
        trainer="text_logreg",
        state=Run.State.SUCCEEDED,
        labels=LABELS,
    )
    return Evaluation.objects.create(
        run=run,
        version=version,
        report={"splits": {"train": {}, "validation": {}, "test": {}}, "headline": "test"},
        predictions_key=storage.store_path(path, suffix=".parquet").key,
        finished_at=timezone.now(),
    )
