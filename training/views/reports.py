"""The report of a run: better or not, surely or not, why not, what next."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from datasets.queries.versions import split_name
from foundation.actor import Permission
from foundation.errors import DomainError, NotFound
from foundation.queries.access import may_do
from foundation.views.page import actor_of, page, render_page
from training.models import Evaluation
from training.queries.access import get_evaluation_for, get_run_for
from training.queries.predictions import Prediction, find_predictions, with_items
from training.queries.runs import batches_of, own_evaluation, queues_for
from training.services.feedback import send_to_queue
from training.views import shown

SHOWN = 24


@require_safe
@page
def report(request: HttpRequest, run_id: str) -> HttpResponseBase:
    """Show what a run scored on unseen items, and open a cell of its confusion matrix."""
    actor = actor_of(request)
    run = get_run_for(actor, run_id, Permission.VIEW)
    evaluation = _evaluation(request, own_evaluation(run))
    looks = shown.label_looks(evaluation.version.schema_revision, run.question)
    splits = [split for split in shown.SPLITS if split in evaluation.report["splits"]]
    split = request.GET.get("split", "")
    split = split if split in splits else evaluation.report["headline"]
    opened = {"truth": request.GET.get("truth"), "predicted": request.GET.get("predicted")}
    cell = _cell(evaluation, split, opened, looks) if all(opened.values()) else None
    changed = shown.change_of(evaluation)
    return render_page(
        request,
        "training/report.html",
        project=run.project,
        nav="runs",
        title=_("Report of run %(n)d") % {"n": run.number},
        run=run,
        evaluation=evaluation,
        answers=shown.answers_of(evaluation.report, looks),
        heat=shown.heat_of(evaluation, split, looks, opened),
        rows=shown.by_label(evaluation.report, split, looks),
        mean=evaluation.report["splits"][split],
        split=split,
        split_name=split_name(split),
        splits=_split_tabs(evaluation, splits, split),
        calibration=shown.calibration_of(evaluation.report),
        ece=(evaluation.report["calibration"] or {}).get("ece"),
        others=shown.comparisons_of(evaluation),
        before=changed[0] if changed else None,
        change=changed[1] if changed else None,
        cell=cell,
        queues=queues_for(evaluation),
        batches=[_sent(batch, looks) for batch in batches_of(evaluation)],
        may_send=may_do(actor, run.project_id, Permission.MANAGE),
    )


def _sent(batch: Any, looks: dict[str, Any]) -> dict[str, Any]:
    """Return what was sent back to people: the labels by their names."""
    truth, predicted = batch.truth_label, batch.predicted_label
    return {
        "batch": batch,
        "truth": shown.look_of(looks, truth) if truth else None,
        "predicted": shown.look_of(looks, predicted) if predicted else None,
    }


def _evaluation(request: HttpRequest, own: Evaluation | None) -> Evaluation:
    """Return the evaluation that is asked for: the run's own, or one on another version."""
    wanted = request.GET.get("version")
    if own is None:
        raise NotFound(_("The report is there when the run has ended."))
    if not wanted or wanted == own.version.oid:
        return get_evaluation_for(actor_of(request), own.oid, Permission.VIEW)
    for other in own.run.evaluations.filter(finished_at__isnull=False).select_related("version"):
        if other.version.oid == wanted:
            return get_evaluation_for(actor_of(request), other.oid, Permission.VIEW)
    raise NotFound


def _split_tabs(evaluation: Evaluation, splits: list[str], current: str) -> list[dict[str, Any]]:
    return [
        {
            "title": split_name(split).capitalize(),
            "url": f"?version={evaluation.version.oid}&split={split}",
            "current": split == current,
        }
        for split in splits
    ]


def _cell(
    evaluation: Evaluation, split: str, opened: dict[str, Any], looks: dict[str, Any]
) -> dict[str, Any]:
    """Return the items behind a cell, the labels and the people behind those."""
    found = find_predictions(evaluation, split=split, **opened)
    items = with_items(evaluation, found[:SHOWN])
    people: Counter[str] = Counter()
    guidelines: Counter[str] = Counter()
    for one in with_items(evaluation, found):
        lineage = one.entry.lineage if one.entry else {}
        people.update(lineage.get("annotators") or [_("imported truth")])
        number = lineage.get("guideline")
        guidelines[_("revision %(n)s") % {"n": number} if number else _("none recorded")] += 1
    return {
        "truth": {"key": opened["truth"], **shown.look_of(looks, opened["truth"])},
        "predicted": {"key": opened["predicted"], **shown.look_of(looks, opened["predicted"])},
        "is_right": opened["truth"] == opened["predicted"],
        "n": len(found),
        "tiles": [tile_of(one) for one in items],
        "people": [{"name": name, "value": n} for name, n in people.most_common(8)],
        "guidelines": [{"name": name, "value": n} for name, n in guidelines.most_common(6)],
        "is_test": split == "test",
    }


def tile_of(one: Prediction) -> dict[str, Any]:
    """Return what a small picture or quote of an item shows."""
    item = one.item
    parts = {asset.part: asset for asset in item.assets.all()} if item else {}
    thumb = parts.get("thumbnail") or parts.get("original")
    content = getattr(item, "content", None)
    row = content.row if content else None
    text = content.text if content else None
    return {
        "title": one.entry.key if one.entry else "",
        "item": item,
        "thumb": f"/media/{thumb.oid}" if thumb and thumb.is_picture else "",
        "text": text or ", ".join(f"{name} {value}" for name, value in (row or {}).items()),
        "confidence": one.confidence,
        "lineage": one.entry.lineage if one.entry else {},
    }


@require_POST
@page
def send(request: HttpRequest, evaluation_id: str) -> HttpResponseBase:
    """Send the items behind a cell back to people."""
    actor = actor_of(request)
    evaluation = get_evaluation_for(actor, evaluation_id, Permission.MANAGE)
    queue_id = request.POST.get("queue", "")
    queue = next((one for one in queues_for(evaluation) if one.oid == queue_id), None)
    if queue_id and queue is None:
        raise NotFound
    split = request.POST.get("split", "")
    try:
        batch = send_to_queue(
            evaluation=evaluation,
            split=split,
            truth=request.POST.get("truth") or None,
            predicted=request.POST.get("predicted") or None,
            queue=queue,
            by=actor.user,
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("report", evaluation.run.oid)
    text = _("%(n)d items are on top of the queue “%(queue)s”.") % {
        "n": batch.items.count(),
        "queue": batch.queue.name,
    }
    messages.success(request, text)
    return redirect("report", evaluation.run.oid)
