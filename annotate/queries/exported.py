"""What an export says about annotations beyond what they say themselves."""

from collections.abc import Mapping, Sequence
from typing import Any

from annotate.models import Answer, GoldCheck, Review
from foundation.opaque import encode_id
from foundation.queries.among import Among


def extras_of(annotation_ids: Sequence[int]) -> Mapping[int, dict[str, Any]]:
    """Return queue, time, guideline, sureness, gold score and reviews of annotations, by number.

    Three queries for any number of them; annotations that came without a queue are not there.
    """
    found: dict[int, dict[str, Any]] = {}
    answers = Answer.objects.filter(Among("annotation", annotation_ids))
    for (
        pk,
        queue,
        seconds,
        revision,
        is_extra,
        guideline,
        is_unsure,
        confidence,
    ) in answers.values_list(
        "pk",
        "assignment__queue__name",
        "seconds",
        "revision",
        "is_extra",
        "guideline_revision__number",
        "is_unsure",
        "confidence",
    ):
        found[pk] = {"queue": queue, "answer_revision": revision, "is_extra": is_extra}
        if seconds is not None:
            found[pk]["seconds"] = seconds
        if guideline is not None:
            found[pk]["guideline"] = guideline
        if is_unsure:
            found[pk]["is_unsure"] = True
        if confidence is not None:
            found[pk]["confidence"] = confidence
    scores = GoldCheck.objects.filter(Among("annotation", annotation_ids))
    for pk, score in scores.values_list("annotation", "score"):
        found.setdefault(pk, {})["gold_score"] = score
    for pk, review in _reviews(annotation_ids):
        found.setdefault(pk, {}).setdefault("reviews", []).append(review)
    return found


def _reviews(annotation_ids: Sequence[int]) -> list[tuple[int, dict[str, Any]]]:
    rows = Review.objects.filter(Among("annotation", annotation_ids)).order_by("pk")
    reviews = []
    for pk, name, verdict, reason, corrected, at in rows.values_list(
        "annotation", "reviewer__name", "verdict", "reason", "corrected", "at"
    ):
        review = {"reviewer": name, "verdict": verdict, "at": at.isoformat()}
        if reason:
            review["reason"] = reason
        if corrected is not None:
            review["corrected"] = encode_id("annotation", corrected)
        reviews.append((pk, review))
    return reviews
