"""What a run's trainer says of its own training split, each item by a model that never saw it."""

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction
from django.utils.translation import gettext as _

from datasets.queries.versions import Entry
from foundation import storage
from foundation.errors import Conflict, Invalid
from foundation.jobs import JobRun, enqueue
from foundation.models import Job, User
from foundation.services.events import record_event
from training.errors import RunFailed
from training.models import Evaluation, Run
from training.pure.folds import FOLDS, folds_of
from training.queries.versions import label_of
from training.services.evaluations import PREDICTIONS, ROWS, predictions_table, read_predictions
from training.services.handover import iter_labelled, write_handover
from training.services.launching import run_trainer
from training.trainers import trainers

KIND = "training.out-of-fold"
TRAIN = "train"
FEWEST = 10


def start_out_of_fold(*, evaluation: Evaluation, by: User | None) -> Job:
    """Record that the items a run learned from shall be predicted by models without them.

    Asking again returns the job that is on its way. Raises Conflict where this is the evaluation
    of another version or was done already, and Invalid where the trainer is gone.
    """
    run = evaluation.run
    if evaluation.version_id != run.version_id or run.state != Run.State.SUCCEEDED:
        raise Conflict(_("Only a run’s own version can be predicted out of fold."))
    if evaluation.out_of_fold_key:
        raise Conflict(_("The training items are predicted already."))
    if run.trainer not in trainers or trainers[run.trainer].missing():
        raise Invalid(_("The trainer of this run is not installed here any more."))
    with transaction.atomic():
        locked = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
        before = locked.out_of_fold_job
        if before is not None and before.state in (Job.State.QUEUED, Job.State.RUNNING):
            return before
        title = _("Predict the training items of run %(n)d out of fold") % {"n": run.number}
        job = enqueue(
            KIND, title=title, project=run.project, by=by, total=FOLDS, evaluation=evaluation.pk
        )
        locked.out_of_fold_job = job
        locked.save(update_fields=["out_of_fold_job"])
        record_event("folds.started", by=by, project=run.project, target=evaluation.oid)
    return job


@dataclass(frozen=True)
class _Plan:
    """Fold and label of each entry of the training split, by position."""

    folds: dict[int, int]
    labels: dict[int, str]

    def known(self, fold: int) -> set[str]:
        """The labels that stand on two items or more outside a fold: no fewer teach a model."""
        rest = (self.labels[at] for at, its in self.folds.items() if its != fold)
        return {label for label, n in Counter(rest).items() if n > 1}

    def held_out(self, fold: int) -> set[int]:
        """The entries of a fold whose labels a model without it can know."""
        known = self.known(fold)
        return {at for at, its in self.folds.items() if its == fold and self.labels[at] in known}


def predict_out_of_fold(job: JobRun) -> dict[str, Any]:
    """Train once for each fold and keep what is said of it; killed, it goes on at its fold."""
    evaluations = Evaluation.objects.select_related("run", "version__dataset")
    evaluation = evaluations.get(pk=job.params["evaluation"])
    if evaluation.out_of_fold_key:  # an attempt before this one was done but for saying so
        return {"folds": FOLDS}
    plan = _plan(evaluation)
    done: dict[str, str] = dict(job.checkpoint.get("folds", {}))
    for fold in range(FOLDS):
        if str(fold) in done:
            continue
        job.set(note=_("Fold %(n)d of %(all)d") % {"n": fold + 1, "all": FOLDS})
        done[str(fold)] = _store(_predict_fold(evaluation, plan, fold, job))
        with job.batch(done=len(done), checkpoint={"folds": done}):
            pass
    table = pa.concat_tables([_load(key) for key in done.values()]).sort_by("position")
    key = _store(table)
    with job.batch():
        Evaluation.objects.filter(pk=evaluation.pk).update(out_of_fold_key=key)
    for part in done.values():
        storage.delete(part)
    return {"folds": FOLDS, "items": table.num_rows, "left_out": len(plan.folds) - table.num_rows}


def _plan(evaluation: Evaluation) -> _Plan:
    """Return the folds, which depend on nothing but the version and the seed of the run."""
    positions, groups, labels = [], [], []
    for entry, item in iter_labelled(evaluation.version, evaluation.run.question):
        if entry.split == TRAIN:
            positions.append(entry.position)
            groups.append(f"g {item.group}" if item.group else f"k {entry.key}")
            labels.append(label_of(entry, evaluation.run.question))
    folds = folds_of(groups, labels, evaluation.run.seed, FOLDS)
    plan = _Plan(
        dict(zip(positions, folds, strict=True)), dict(zip(positions, labels, strict=True))
    )
    if len(positions) < FEWEST or any(len(plan.known(fold)) < 2 for fold in range(FOLDS)):
        raise Invalid(
            _("Out of fold takes %(n)d training items and two labels that stand on three or more.")
            % {"n": FEWEST}
        )
    return plan


def _predict_fold(evaluation: Evaluation, plan: _Plan, fold: int, job: JobRun) -> pa.Table:
    """Train without a fold and return what the model says of it, as predictions of an evaluation.

    The fold is handed over in the place of the test split, without its labels; the real test split
    is not handed over at all. Labels that stand on fewer than two items of the rest are left out.
    """
    held_out, known = plan.held_out(fold), plan.known(fold)
    if not held_out:
        return PREDICTIONS.empty_table()

    def place(entry: Entry) -> str:
        if entry.split != TRAIN:
            return entry.split if entry.split == "validation" else ""
        if entry.position in held_out:
            return "test"
        is_rest = plan.folds.get(entry.position) != fold
        return TRAIN if is_rest and plan.labels.get(entry.position) in known else ""

    run = evaluation.run
    with tempfile.TemporaryDirectory(prefix="winnow-fold-") as name:
        folder = Path(name) / "handover"
        folder.mkdir()
        handed = write_handover(run, evaluation.version, folder, place=place)
        ended = run_trainer(
            trainers[run.trainer],
            folder,
            on_line=lambda line: None,
            should_stop=job.should_stop,
        )
        if ended.was_stopped:
            job.check()
        if not ended.is_done:
            raise RunFailed(ended.reason()["detail"])
        table = predictions_table(handed, read_predictions(folder, handed))
    table = table.filter(pc.equal(table["split"], "test"))
    split = pa.array([TRAIN] * table.num_rows, pa.string())
    return table.set_column(table.schema.get_field_index("split"), "split", split)


def _store(table: pa.Table) -> str:
    with tempfile.TemporaryDirectory(prefix="winnow-fold-") as name:
        path = Path(name) / "predictions.parquet"
        pq.write_table(table, path, row_group_size=ROWS, compression="zstd")
        return storage.store_path(path, suffix=".parquet").key


def _load(key: str) -> pa.Table:
    with storage.local_copy(key) as path:
        return pq.read_table(path)
