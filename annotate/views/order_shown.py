"""How far the order by uncertainty or diversity is, in words, for the page of a queue."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.models import Queue
from annotate.pure.policy import COMPUTED_ORDERS
from annotate.services.ordering import active_job
from foundation.templatetags.words import number

Json = dict[str, Any]


def order_of(queue: Queue) -> Json:
    """Return what the page says of a computed order; nothing for the other orders."""
    job = active_job(queue)
    if queue.order not in COMPUTED_ORDERS:
        return {"leaves": job} if job else {}
    known = queue.ordered
    at = known.get("at")
    return {
        "job": job,
        "title": Queue.Order(queue.order).label,
        "at": datetime.fromisoformat(at) if at else None,
        "said": _said(queue) if at else "",
        "how": _how(queue),
        **({} if job else _missing(queue)),
    }


def _how(queue: Queue) -> str:
    if queue.order == Queue.Order.UNCERTAIN:
        return _(
            "A model is unsure where its first label hardly leads its second. New runs and"
            " suggestions are used by themselves; tasks without a score come after, as they came"
            " in."
        )
    return _(
        "Each task is the least like all that was answered or stands before it, by its words,"
        " pixels or columns. Up to 2,000 are chosen at a time; the others come after, as they"
        " came in."
    )


def _said(queue: Queue) -> str:
    known = queue.ordered
    n = int(known["tasks"])
    if known["by"] == Queue.Order.UNCERTAIN:
        text = ngettext(
            "Of %(of)s tasks, %(n)s has a place by %(source)s.",
            "Of %(of)s tasks, %(n)s have a place by %(source)s.",
            n,
        )
    else:
        text = ngettext(
            "Of %(of)s tasks, %(n)s was chosen.", "Of %(of)s tasks, %(n)s were chosen.", n
        )
    return text % {"n": number(n), "of": number(known["seen"]), "source": known["name"]}


def _missing(queue: Queue) -> Json:
    """Return why there is nothing to go by and what to do first; nothing where there is."""
    reason = queue.ordered.get("reason", "never")
    dataset = queue.dataset
    if reason == "no_model":
        return {
            "reason": _("No run has learned from this dataset and schema yet."),
            "todo": _(
                "Let people answer some tasks as they come, freeze a version of the dataset, and"
                " start a run. Suggestions of two sources that differ would do, too."
            ),
            "todo_text": _("To the dataset"),
            "todo_url": reverse("dataset-items", args=[dataset.oid]),
        }
    texts = {
        "no_features": (
            _("Items of this kind cannot be compared yet: texts, pictures and tables can."),
            _("Choose another order in the settings."),
        ),
        "nothing_said": (
            _("The model says nothing of the tasks that wait."),
            _("Compute the order again when tasks have come in, or start a new run."),
        ),
        "unfinished": (
            _("The last computation did not come to its end."),
            _("Its job says why. Compute the order again when that is mended."),
        ),
        "never": (
            _("The order has not been computed yet: tasks come as they came in."),
            _("It is computed by itself within a minute while the queue is open."),
        ),
    }
    why, todo = texts.get(reason, ("", ""))
    return {"reason": why, "todo": todo}
