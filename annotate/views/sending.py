"""Sending the items that match a filter to the front of a queue."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from annotate.queries.access import get_queue_for
from annotate.queries.lists import queues_in
from annotate.services.enqueuing import LONGEST_REASON
from annotate.services.queues import start_sending
from datasets.queries.access import get_dataset_for
from datasets.queries.items import find_items
from foundation.actor import Permission
from foundation.errors import Invalid, NotFound
from foundation.views.page import actor_of, page, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@page
def send_items(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """Say how many items match, choose a queue of the dataset, and send them."""
    actor = actor_of(request)
    dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
    given = request.POST if request.method == "POST" else request.GET
    filter_text = given.get("q", "").strip()
    error, count = "", 0
    try:
        count = find_items(dataset, filter_text).count()
    except Invalid as invalid:
        error = str(invalid.places[0].detail if invalid.places else invalid)
    if request.method == "POST" and count and not error:
        queue = get_queue_for(actor, given.get("queue", ""), Permission.MANAGE)
        if queue.dataset_id != dataset.pk:
            raise NotFound
        start_sending(
            queue=queue,
            by=actor.user,
            filter=filter_text,
            reason=given.get("reason", "").strip()[:LONGEST_REASON],
            priority=0,
        )
        text = ngettext("%(n)d item is being sent.", "%(n)d items are being sent.", count)
        messages.success(request, text % {"n": count})
        return redirect("queue-tasks", queue.oid)
    return render_page(
        request,
        "annotate/send.html",
        project=dataset.project,
        nav="items",
        title=_("Send to a queue"),
        crumbs=[{"title": dataset.name, "url": reverse("dataset-items", args=[dataset.oid])}],
        dataset=dataset,
        filter_text=filter_text,
        count=count,
        error=error,
        queues=[
            (one.oid, one.name)
            for one in queues_in(dataset.project).filter(dataset=dataset).order_by("name")
        ],
        status=422 if error or request.method == "POST" else 200,
    )
