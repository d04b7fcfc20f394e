"""An answer and what a reviewer put in its place, as the workbench shows two answers."""

from typing import Any

from django.utils.translation import gettext as _

from annotate.models import Review
from annotate.queries.corrections import show_review
from annotate.queries.work import item_labels, show_items, show_revisions
from foundation.opaque import encode_id

Json = dict[str, Any]


def show_compared(review: Review, name: str) -> Json:
    """Return a task to look at: the answer of the person with this name, then the correction."""
    annotation, queue = review.annotation, review.task.queue  # type: ignore[union-attr]
    revision = annotation.schema_revision
    item = show_items([annotation.item_id])[annotation.item_id]
    own = item_labels(queue, {(annotation.item_id, revision.pk)})
    for labels in own.values():
        item["labels"] = labels
    told = show_review(review)
    before = annotation.document.regions
    return {
        "id": told["annotation"],
        "fence": 0,
        "lease_ends_at": review.at,
        "lease_seconds": 0,
        "stage": "review",
        "item": item,
        "schema_revision": show_revisions({revision.pk}, queue.schema_revision)[revision.pk],
        "answers": [
            {"annotation": told["annotation"], "annotator": name, "regions": before},
            {
                "annotation": told["corrected"],
                "annotator": _("Correction"),
                "regions": told["regions"],
            },
        ],
        "review": {"verdict": told["verdict"], "reason": told["reason"]},
    }


def path_of(annotation_pk: int) -> str:
    """Return where an answer and its correction are shown beside each other."""
    return f"/answers/{encode_id('annotation', annotation_pk)}/correction"
