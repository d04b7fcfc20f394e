"""Labels that may be wrong: ranked, sent for a second look, and how many were."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from datasets.queries.versions import split_name
from foundation.actor import Permission
from foundation.errors import DomainError
from foundation.models import Job
from foundation.queries.access import may_do
from foundation.views.page import actor_of, page, render_page
from training.models import Evaluation
from training.queries.access import get_evaluation_for
from training.queries.doubts import LEARNED, UNSEEN, Doubt, DoubtReport, doubt_report
from training.services.feedback import send_doubted
from training.services.out_of_fold import start_out_of_fold
from training.views import shown
from training.views.reports import tile_of

SHOWN = 60
Json = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def doubts(request: HttpRequest, evaluation_id: str) -> HttpResponseBase:
    """List the labels that the model has reason to doubt, and send them for a second look."""
    actor = actor_of(request)
    may = Permission.MANAGE if request.method == "POST" else Permission.VIEW
    evaluation = get_evaluation_for(actor, evaluation_id, may)
    if request.method == "POST":
        if request.POST.get("do") == "folds":
            _predict(request, evaluation)
        else:
            _send(request, evaluation)
        return redirect("doubts", evaluation.oid)
    told = doubt_report(evaluation)
    looks = shown.label_looks(evaluation.version.schema_revision, evaluation.run.question)
    run = evaluation.run
    return render_page(
        request,
        "training/doubts.html",
        project=run.project,
        nav="runs",
        title=_("Labels that may be wrong"),
        crumbs=[
            {
                "title": _("Report of run %(n)d") % {"n": run.number},
                "url": reverse("report", args=[run.oid]),
            }
        ],
        evaluation=evaluation,
        told=told,
        rows=[_row(one, looks) for one in told.doubts[:SHOWN]],
        most=SHOWN,
        splits=_splits(told),
        folds=_folds(evaluation),
        looked_at=sum(one.was_wrong is not None for one in told.doubts),
        wrong=sum(bool(one.was_wrong) for one in told.doubts),
        may_send=may_do(actor, run.project_id, Permission.MANAGE),
    )


def _splits(told: DoubtReport) -> list[Json]:
    """Return the splits that hold doubted labels, with how many wait for a second look."""
    found = []
    for split in (*UNSEEN, LEARNED):
        here = [one for one in told.doubts if one.prediction.split == split]
        if here:
            found.append({"key": split, "name": split_name(split), "n": len(here)})
    return found


def _folds(evaluation: Evaluation) -> Json:
    """Return what is to be said of the items that the model learned from."""
    job = evaluation.out_of_fold_job
    return {
        "is_done": bool(evaluation.out_of_fold_key),
        "may_start": evaluation.version_id == evaluation.run.version_id,
        "job": job if job and not evaluation.out_of_fold_key else None,
        "is_live": job is not None and job.state in (Job.State.QUEUED, Job.State.RUNNING),
    }


def _predict(request: HttpRequest, evaluation: Evaluation) -> None:
    try:
        start_out_of_fold(evaluation=evaluation, by=actor_of(request).user)
    except DomainError as error:
        messages.error(request, str(error))


def _row(one: Doubt, looks: Json) -> Json:
    said = one.prediction
    return {
        "tile": tile_of(said),
        "split": split_name(said.split),
        "given": shown.look_of(looks, said.truth),
        "likely": shown.look_of(looks, said.predicted),
        "own": 1 - said.error_score,
        "confidence": said.confidence,
        "was_wrong": one.was_wrong,
    }


def _send(request: HttpRequest, evaluation: Evaluation) -> None:
    given = request.POST.get("most", "")
    try:
        batch = send_doubted(
            evaluation=evaluation,
            split=request.POST.get("split", ""),
            most=int(given) if given.isdecimal() and int(given) else SHOWN,
            by=actor_of(request).user,
        )
    except DomainError as error:
        messages.error(request, str(error))
        return
    text = _("%(n)d items are on top of the queue “%(queue)s”.") % {
        "n": batch.items.count(),
        "queue": batch.queue.name,
    }
    messages.success(request, text)
