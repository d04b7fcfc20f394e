"""Reading runs: lists, curves and who is better on the same test split."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet

from annotate.models import Queue
from datasets.models import Version
from foundation.models import Project
from training.models import Evaluation, MetricPoint, RelabelBatch, Run


def runs_of(project: Project) -> QuerySet[Run]:
    """Return the runs of a project with what a list shows."""
    return Run.objects.filter(project=project).select_related(
        "version__dataset", "job", "created_by"
    )


@dataclass(frozen=True)
class Curve:
    """One metric of one split over the steps of a run."""

    split: str
    name: str
    points: list[tuple[int, float]]


def curves_of(run: Run) -> list[Curve]:
    """Return the metrics of a run as curves, in a fixed order of names and splits."""
    found: dict[tuple[str, str], list[tuple[int, float]]] = {}
    points = MetricPoint.objects.filter(run=run).order_by("name", "split", "step")
    for split, name, step, value in points.values_list("split", "name", "step", "value"):
        found.setdefault((name, split), []).append((step, value))
    order = {"train": 0, "validation": 1, "fold": 2, "test": 3}
    keys = sorted(found, key=lambda key: (key[0], order.get(key[1], 9)))
    return [Curve(split, name, found[name, split]) for name, split in keys]


def leaderboard(version: Version) -> list[Evaluation]:
    """Return the finished evaluations on a version, best macro-F1 on its test split first.

    Only they may be compared: they stand on the same items and the same truths.
    """
    evaluations = list(
        Evaluation.objects.filter(version=version, finished_at__isnull=False).select_related("run")
    )
    return sorted(evaluations, key=_macro_f1, reverse=True)


def _macro_f1(evaluation: Evaluation) -> float:
    test = evaluation.report.get("splits", {}).get("test", {})
    value = test.get("macro_f1", {}).get("value")
    return -1.0 if value is None else float(value)


def own_evaluation(run: Run) -> Evaluation | None:
    """Return the evaluation of a run on the version it was trained on."""
    return Evaluation.objects.filter(
        run=run, version_id=run.version_id, finished_at__isnull=False
    ).first()


def own_evaluations(runs: Sequence[Run]) -> dict[int, Evaluation]:
    """Return the same for many runs, by the run's primary key."""
    found = Evaluation.objects.filter(
        run__in=runs, version=F("run__version"), finished_at__isnull=False
    )
    return {evaluation.run_id: evaluation for evaluation in found}


def batches_of(evaluation: Evaluation) -> QuerySet[RelabelBatch]:
    """Return what of an evaluation was sent back to people, newest first."""
    batches = RelabelBatch.objects.filter(evaluation=evaluation)
    return batches.select_related("queue").order_by("-pk")


def queues_for(evaluation: Evaluation) -> QuerySet[Queue]:
    """Return the queues that items of an evaluation may be sent to."""
    version = evaluation.version
    queues = Queue.objects.filter(
        dataset=version.dataset_id, schema=version.schema_id, is_course=False
    )
    return queues.exclude(state=Queue.State.CLOSED).order_by("name")
