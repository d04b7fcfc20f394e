"""Measuring a model on a version: the report, and what it said about each entry."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction
from django.utils.translation import gettext as _

from datasets.models import Version
from datasets.queries.versions import need_frozen
from foundation import storage
from foundation.clock import database_now
from foundation.errors import Conflict
from foundation.jobs import JobRun, enqueue
from foundation.models import Job, User
from foundation.storage import StoredFile
from training.errors import RunFailed, TrainerUnfit
from training.models import Evaluation, Run
from training.pure.report import build_report
from training.services.handover import SPLITS, Handed, write_handover
from training.services.launching import run_trainer
from training.trainers import trainers

PREDICTIONS = pa.schema(
    [
        ("position", pa.int64()),
        ("split", pa.string()),
        ("truth", pa.string()),
        ("predicted", pa.string()),
        ("confidence", pa.float32()),
        ("error_score", pa.float32()),
        ("probabilities", pa.list_(pa.float32())),
    ]
)
ROWS = 4000


def keep_evaluation(
    folder: Path, run: Run, version: Version, handed: Handed
) -> tuple[dict[str, Any], StoredFile]:
    """Turn a trainer's predictions into a report and a stored Parquet file.

    The file is in the order of the version's entries. Raises RunFailed when the trainer said
    nothing about an entry, or something that is not a probability.
    """
    said = read_predictions(folder, handed)
    known = {label: index for index, label in enumerate(handed.labels)}
    truth = np.array([known[label] for label in handed.truths])
    splits = np.array(handed.splits)
    parts = {
        split: (truth[splits == split], said[splits == split])
        for split in SPLITS
        if (splits == split).any()
    }
    report = build_report(handed.labels, parts, seed=run.seed)
    table = predictions_table(handed, said)
    path = folder / "predictions.parquet"
    pq.write_table(table, path, row_group_size=ROWS, compression="zstd")
    return report, storage.store_path(path, suffix=".parquet")


def read_predictions(folder: Path, handed: Handed) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the probabilities of every entry: (n_entries, n_labels), rows add up to 1."""
    place = {position: index for index, position in enumerate(handed.positions)}
    said = np.full((len(place), len(handed.labels)), np.nan)
    for split in SPLITS:
        path = folder / "out" / f"predictions_{split}.jsonl"
        if not path.exists():
            continue
        with path.open("rb") as file:
            for line in file:
                told = orjson.loads(line)
                said[place[told["entry"]]] = told["probabilities"]
    if not np.isfinite(said).all():
        n = int((~np.isfinite(said).all(axis=1)).sum())
        raise RunFailed(_("The trainer gave no probabilities for %(n)d entries.") % {"n": n})
    if (said < -1e-6).any() or (np.abs(said.sum(axis=1) - 1) > 1e-3).any():
        raise RunFailed(_("The trainer's probabilities do not add up to 1."))
    return said


def predictions_table(handed: Handed, said: np.ndarray[Any, np.dtype[np.float64]]) -> pa.Table:
    """Return what was said of every entry as the columns of a predictions file."""
    best = said.argmax(axis=1)
    known = {label: index for index, label in enumerate(handed.labels)}
    given = np.array(
        [
            said[row, known[label]] if label in known else 0.0
            for row, label in enumerate(handed.truths)
        ]
    )
    return pa.table(
        {
            "position": handed.positions,
            "split": handed.splits,
            "truth": handed.truths,
            "predicted": [handed.labels[index] for index in best],
            "confidence": said.max(axis=1),
            "error_score": 1.0 - given,
            "probabilities": list(said),
        },
        PREDICTIONS,
    )


def start_evaluation(*, run: Run, version: Version, by: User | None) -> Job:
    """Record that the model of a run shall be measured on another version too."""
    need_frozen(version)
    if run.state != Run.State.SUCCEEDED:
        raise Conflict(_("Only a run that has ended well can be evaluated."))
    if version.dataset_id != run.version.dataset_id or version.schema_id != run.version.schema_id:
        raise TrainerUnfit(_("The version belongs to another dataset or label schema."))
    with transaction.atomic():
        job = enqueue(
            "training.evaluate",
            title=_("Evaluate run %(n)d on v%(v)d") % {"n": run.number, "v": version.number},
            project=run.project,
            by=by,
            key=f"evaluate-{run.pk}-{version.pk}",
            run=run.pk,
            version=version.pk,
        )
        Evaluation.objects.get_or_create(run=run, version=version, defaults={"job": job})
    return job


def evaluate(job: JobRun) -> dict[str, Any]:
    """Let a trained model predict a version, and keep the report."""
    run = Run.objects.select_related("version__dataset").get(pk=job.params["run"])
    version = Version.objects.select_related("dataset", "schema_revision").get(
        pk=job.params["version"]
    )
    model = run.artifacts.get(name="model")
    spec = trainers[run.trainer]
    with tempfile.TemporaryDirectory(prefix="winnow-evaluate-") as name:
        folder = Path(name) / "handover"
        folder.mkdir()
        handed = write_handover(run, version, folder, model=model.storage_key)
        ended = run_trainer(
            spec,
            folder,
            on_line=lambda line: _tell(line, job),
            should_stop=job.should_stop,
        )
        if ended.was_stopped:
            job.check()
        if not ended.is_done:
            raise RunFailed(ended.reason()["detail"])
        report, predictions = keep_evaluation(folder, run, version, handed)
    with job.batch():
        Evaluation.objects.update_or_create(
            run=run,
            version=version,
            defaults={
                "report": report,
                "predictions_key": predictions.key,
                "finished_at": database_now(),
            },
        )
    return {"run": run.oid, "version": version.oid}


def _tell(line: dict[str, Any], job: JobRun) -> None:
    if line["type"] == "progress":
        job.set(done=int(line["done"]), total=int(line["total"]), unit=str(line["unit"])[:30])
