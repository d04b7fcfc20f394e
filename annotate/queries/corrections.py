"""What reviewers said about an answer, and what they put in its place, region by region.

The two documents are kept and never change, so the difference is read from them each time.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from annotate.models import Review
from annotate.pure.changes import what_changed
from datasets.models import Annotation
from foundation.errors import NotFound
from foundation.opaque import encode_id

Json = dict[str, Any]


def reviews_of(annotation: Annotation) -> QuerySet[Review]:
    """Return the verdicts on an answer, oldest first."""
    reviews = Review.objects.filter(annotation=annotation)
    return reviews.select_related("annotation__document", "corrected__document").order_by("pk")


def show_review(review: Review) -> Json:
    """Return a verdict as JSON, with what a correction changed."""
    corrected = review.corrected
    after = None if corrected is None else corrected.document.regions
    return {
        "id": encode_id("review", review.pk),
        "annotation": encode_id("annotation", review.annotation_id),
        "verdict": review.verdict,
        "reason": review.reason,
        "at": review.at,
        "corrected": None if corrected is None else encode_id("annotation", corrected.pk),
        "regions": after,
        "changes": None if after is None else changes(review.annotation.document.regions, after),
    }


def changes(before: Json, after: Json) -> list[Json]:
    """Return what differs between two documents as JSON."""
    return what_changed(before["regions"], after["regions"]).as_json()


def corrections_of(annotation_ids: Iterable[int]) -> dict[int, Json]:
    """Return what a reviewer put in the place of answers, by the annotation that was corrected."""
    rows = Review.objects.filter(annotation__in=list(annotation_ids), corrected__isnull=False)
    return dict(rows.order_by("pk").values_list("annotation", "corrected__document__regions"))


def last_correction(annotation: Annotation) -> Review:
    """Return the newest verdict that put something in an answer's place. Raises NotFound."""
    found = (
        reviews_of(annotation)
        .filter(corrected__isnull=False, task__isnull=False)
        .select_related(
            "annotation__document",
            "annotation__schema_revision",
            "annotation__annotator",
            "corrected__document",
            "task__queue__dataset__project",
            "task__queue__schema_revision",
            "task__queue__guideline",
        )
        .last()
    )
    if found is None:
        raise NotFound
    return found
