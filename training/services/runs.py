"""Runs: one execution of a trainer on a version, from the question to the report."""

import tempfile
from pathlib import Path
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from datasets.models import Version
from datasets.pure.problems import ProblemsError
from datasets.queries.versions import need_frozen
from foundation import storage
from foundation.clock import database_now
from foundation.errors import Conflict, Invalid, Place
from foundation.jobs import Cancelled, JobRun, LeaseLost, enqueue, request_cancel
from foundation.models import Job, User
from foundation.services.events import record_event
from training.errors import RunFailed, TrainerUnfit
from training.models import Artifact, Evaluation, MetricPoint, Run
from training.queries.versions import questions_of
from training.services.evaluations import keep_evaluation
from training.services.handover import Handed, pack_archive, write_handover
from training.services.launching import Ended, Line, run_trainer
from training.trainers import trainers
from training.trainers.base import TrainerSpec


def start_run(
    *,
    version: Version,
    trainer: str,
    by: User | None,
    params: dict[str, Any] | None = None,
    seed: int = 0,
    question: str = "",
    name: str = "",
) -> Run:
    """Record a run and the job that trains it. The job's kind is "training.train"."""
    need_frozen(version)
    spec = _fitting(version, trainer)
    asked = _question(version, question)
    try:
        values = spec.parse_parameters(params or {})
    except ProblemsError as error:
        raise Invalid(places=[Place(p.at, p.code, str(p)) for p in error.problems]) from error
    project = version.dataset.project
    for _attempt in range(3):
        number = Run.objects.filter(project=project).aggregate(n=Max("number"))["n"] or 0
        try:
            with transaction.atomic():
                run = Run.objects.create(
                    project=project,
                    number=number + 1,
                    name=name[:120],
                    version=version,
                    question=asked,
                    trainer=spec.name,
                    params=values,
                    seed=seed,
                    created_by=by,
                )
                title = _("Run %(n)d: %(trainer)s on %(dataset)s v%(version)d") % {
                    "n": run.number,
                    "trainer": spec.title,
                    "dataset": version.dataset.name,
                    "version": version.number,
                }
                run.job = enqueue("training.train", title=title, project=project, by=by, run=run.pk)
                run.save(update_fields=["job"])
                record_event("run.started", by=by, project=project, target=run.oid, trainer=trainer)
            return run
        except IntegrityError:  # somebody else took the number
            continue
    raise Conflict(_("Another run is being started. Try again in a moment."))


def _fitting(version: Version, name: str) -> TrainerSpec:
    if name not in trainers:
        known = ", ".join(trainers)
        detail = _("There is no such trainer. There are: %(known)s.") % {"known": known}
        raise TrainerUnfit(places=[Place("trainer", "unknown-trainer", detail)])
    spec = trainers[name]
    if spec.data_type != version.dataset.data_type:
        detail = _("It learns from %(needs)s; this version holds %(has)s.") % {
            "needs": spec.data_type,
            "has": version.dataset.data_type,
        }
        raise TrainerUnfit(places=[Place("trainer", "other-data-type", detail)])
    if spec.missing():
        detail = _("It is not installed here. Install it with: %(line)s") % {
            "line": spec.missing_line
        }
        raise TrainerUnfit(places=[Place("trainer", "not-installed", detail)])
    return spec


def _question(version: Version, name: str) -> str:
    known = questions_of(version)
    if not known:
        detail = _("The label schema of this version has no question with one label an item.")
        raise TrainerUnfit(places=[Place("question", "nothing-to-learn", detail)])
    if name and name not in known:
        detail = _("Choose from %(known)s.") % {"known": ", ".join(known)}
        raise Invalid(places=[Place("question", "unknown-question", detail)])
    return name or known[0]


def cancel_run(*, run: Run, by: User) -> Run:
    """Ask a run to stop."""
    if run.job is None:
        raise Conflict(_("This run has ended already."))
    request_cancel(run.job)
    run.refresh_from_db()
    record_event("run.cancelled", by=by, project=run.project, target=run.oid)
    return run


def end_abandoned(job: Job) -> None:
    """End the run of a job that was cancelled as it waited, or given up with its workers."""
    run = Run.objects.filter(job=job, state__in=[Run.State.QUEUED, Run.State.RUNNING]).first()
    if run is None:
        return
    if job.state == Job.State.CANCELLED:
        _end(run, Run.State.CANCELLED)
    else:
        told = job.error or {}
        error = {"code": told.get("code", "crashed"), "detail": told.get("title", "")}
        _end(run, Run.State.FAILED, error=error)


def train(job: JobRun) -> dict[str, Any]:
    """Do the work of a run. Killed half-way it begins again; metrics are told once."""
    run = Run.objects.select_related("project", "version__dataset", "version__schema_revision").get(
        pk=job.params["run"]
    )
    if run.state == Run.State.SUCCEEDED:
        return _report(run)
    run.state, run.started_at = Run.State.RUNNING, database_now()
    run.save(update_fields=["state", "started_at"])
    try:
        with tempfile.TemporaryDirectory(prefix="winnow-run-") as name:
            _train_in(Path(name), run, job)
    except LeaseLost:
        raise
    except Cancelled:
        _end(run, Run.State.CANCELLED)
        raise
    except Exception as error:
        _end(
            run,
            Run.State.FAILED,
            error={"code": getattr(error, "code", "crashed"), "detail": str(error)},
        )
        raise
    return _report(run)


def _train_in(folder: Path, run: Run, job: JobRun) -> None:
    spec = trainers[run.trainer]
    job.set(note=_("Writing the examples for the trainer"))
    run.labels = []
    handed = write_handover(run, run.version, folder)
    job.check()
    job.set(note=_("Training"))
    ended = run_trainer(
        spec, folder, on_line=lambda line: _take(line, run, job), should_stop=job.should_stop
    )
    _must_be_done(ended, job)
    _keep(folder, run, job, handed, ended)


def _must_be_done(ended: Ended, job: JobRun) -> None:
    if ended.was_stopped:
        job.check()  # says which of the two reasons it was
    if not ended.is_done:
        why = ended.reason()
        error = RunFailed(why["detail"])
        error.code = why["code"]  # type: ignore[misc]
        raise error


def _take(line: Line, run: Run, job: JobRun) -> None:
    """Write down one line of the trainer's progress; a zombie's lines are refused."""
    if line["type"] == "progress":
        job.set(done=int(line["done"]), total=int(line["total"]), unit=str(line["unit"])[:30])
    elif line["type"] == "log":
        job.set(note=str(line["text"])[:300])
    elif line["type"] == "metric":
        with job.batch():
            MetricPoint.objects.update_or_create(
                run=run,
                split=str(line["split"])[:10],
                name=str(line["name"])[:60],
                step=int(line["step"]),
                defaults={"value": float(line["value"])},
            )


def _keep(folder: Path, run: Run, job: JobRun, handed: Handed, ended: Ended) -> None:
    """Store the model and the log, measure the predictions, and end the run."""
    done = orjson.loads((folder / "out" / "done.json").read_bytes())
    model = storage.store([pack_archive(folder / "out" / "model")], suffix=".model")
    log = storage.store_path(folder / "out" / "progress.jsonl", suffix=".jsonl")
    run.labels = handed.labels
    report, predictions = keep_evaluation(folder, run, run.version, handed)
    with job.batch(note=_("Finished")):
        for name, stored in (("model", model), ("progress.jsonl", log)):
            Artifact.objects.update_or_create(
                run=run,
                name=name,
                defaults={
                    "storage_key": stored.key,
                    "sha256": stored.sha256,
                    "size": stored.size,
                },
            )
        Evaluation.objects.update_or_create(
            run=run,
            version=run.version,
            defaults={
                "report": report,
                "predictions_key": predictions.key,
                "finished_at": database_now(),
            },
        )
        run.environment = {key: done.get(key) for key in ("versions", "threads", "machine")}
        run.cpu_seconds, run.peak_memory_bytes = ended.cpu_seconds, ended.peak_memory_bytes
        run.error = None
        run.save(
            update_fields=["labels", "environment", "cpu_seconds", "peak_memory_bytes", "error"]
        )
        _end(run, Run.State.SUCCEEDED)


def _end(run: Run, state: str, error: dict[str, Any] | None = None) -> None:
    run.state, run.finished_at, run.error = state, database_now(), error
    run.save(update_fields=["state", "finished_at", "error"])


def _report(run: Run) -> dict[str, Any]:
    evaluation = run.evaluations.filter(version=run.version).first()
    test = evaluation.report["splits"].get("test", {}) if evaluation else {}
    return {
        "run": run.oid,
        "number": run.number,
        "accuracy": test.get("accuracy", {}).get("value"),
        "macro_f1": test.get("macro_f1", {}).get("value"),
        "cpu_seconds": run.cpu_seconds,
    }
