"""The care of gold on a page: who saw it, what is contested, what could become gold."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from annotate.models import Queue, Stage, Task
from annotate.pure.gold import ItemScore
from annotate.queries.access import get_queue_for
from annotate.queries.gold import (
    certainty_of,
    proposed,
    scores_of_items,
    stale_items,
    unproposed,
)
from annotate.queries.lists import gold_of, items_by_number
from annotate.services.gold import measure_anew, plant_gold, retire_gold
from annotate.views.queue import frame
from datasets.views.looks import Looks
from datasets.views.shown import said_of
from foundation.actor import Permission
from foundation.errors import DomainError, Invalid, NotFound, Place
from foundation.opaque import decode_id
from foundation.views.page import actor_of, page, render_page

PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@page
def care(request: HttpRequest, queue_id: str) -> HttpResponseBase:
    """Show the gold of a queue, contested items first, and what could become gold."""
    queue = get_queue_for(actor_of(request), queue_id, Permission.MANAGE)
    if request.method == "POST":
        try:
            messages.success(request, _do(request, queue))
            return redirect(request.get_full_path())
        except DomainError as error:
            messages.error(request, str(error.places[0].detail if error.places else error))
    start, next_from = _from(request, "from"), _from(request, "next")
    rows = _gold(queue)
    found = list(unproposed(queue)[next_from : next_from + PAGE + 1])
    first = [] if next_from else list(proposed(queue)[:PAGE])
    return render_page(
        request,
        "annotate/gold_care.html",
        **frame(request, queue, "gold"),
        rows=rows[start : start + PAGE],
        contested=sum(row["score"].is_contested for row in rows if row["score"]),
        stale=sum(row["stale"] for row in rows),
        candidates=_candidates(queue, [*first, *found[:PAGE]]),
        gold_older=_link(start + PAGE, next_from) if len(rows) > start + PAGE else "",
        gold_newer=_link(0, next_from) if start else "",
        next_older=_link(start, next_from + PAGE) if len(found) > PAGE else "",
        next_newer=_link(start, 0) if next_from else "",
    )


def _from(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0


def _link(start: int, next_from: int) -> str:
    return f"?{urlencode({'from': start, 'next': next_from})}"


def _gold(queue: Queue) -> list[dict[str, Any]]:
    scores, stale = scores_of_items(queue), stale_items(queue)
    rows = [
        {
            "task": task,
            "score": scores.get(task.item_id),
            "stale": stale.get(task.item_id, 0),
            "is_retired": task.stage != Stage.ANNOTATE,
        }
        for task in gold_of(queue)
    ]
    return sorted(rows, key=lambda row: _order(row["task"], row["score"]))


def _order(task: Task, score: ItemScore | None) -> tuple[bool, bool, float, int]:
    """Contested first, then those that most people miss; what is retired comes last."""
    share = 1.0 if score is None or score.score.accuracy is None else score.score.accuracy
    return task.stage != Stage.ANNOTATE, not (score and score.is_contested), share, task.pk


def _candidates(queue: Queue, truths: list[Any]) -> list[dict[str, Any]]:
    looks: Looks = {}
    return [
        {
            "item": truth.item,
            "method": truth.get_method_display(),
            "said": said_of(queue.schema_revision, truth.regions, looks),
            "sure": certainty_of(truth),
            "is_proposed": truth.is_proposed,
        }
        for truth in truths
    ]


def _do(request: HttpRequest, queue: Queue) -> str:
    """Do what a button of the page asks, and say it."""
    by, do = actor_of(request).user, request.POST.get("do", "")
    if do == "measure":
        n = measure_anew(queue=queue, by=by)
        return ngettext("%(n)d check is measured anew.", "%(n)d checks are measured anew.", n) % {
            "n": n
        }
    chosen = [decode_id("item", one) for one in request.POST.getlist("item")]
    found = list(items_by_number(queue, chosen).values())
    if not found:
        raise Invalid(places=[Place("item", "required", _("Tick some items first."))])
    if do == "retire":
        n = retire_gold(queue=queue, tasks=list(gold_of(queue, found)), by=by)
        return ngettext("%(n)d item is retired.", "%(n)d items are retired.", n) % {"n": n}
    if do == "sign":
        n = plant_gold(queue=queue, items=found, by=by).planted
        said = ngettext(
            "%(n)d item tests the annotators from now on.",
            "%(n)d items test the annotators from now on.",
            n,
        )
        return said % {"n": n}
    raise NotFound
