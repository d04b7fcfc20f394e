"""Reading guidelines: what changed since somebody read them, and who has read what."""

from django.db.models import Max

from annotate.models import Answer, GuidelineReading, GuidelineRevision, Queue
from foundation.errors import NotFound


def revision_of(queue: Queue, number: int) -> GuidelineRevision:
    """Return a revision of a queue's guideline by its number."""
    found = GuidelineRevision.objects.filter(queue=queue, number=number).first()
    if found is None:
        raise NotFound
    return found


def last_known(queue: Queue, annotator_id: int) -> int:
    """Return the number of the newest revision that somebody read or answered under, or 0."""
    read = GuidelineReading.objects.filter(revision__queue=queue, annotator=annotator_id)
    worked = Answer.objects.filter(
        assignment__queue=queue,
        assignment__annotator=annotator_id,
        guideline_revision__queue=queue,
    )
    numbers = [
        read.aggregate(n=Max("revision__number"))["n"],
        worked.aggregate(n=Max("guideline_revision__number"))["n"],
    ]
    return max(number or 0 for number in numbers)


def has_news(queue: Queue, annotator_id: int) -> bool:
    """Tell whether the guideline changed since somebody worked by it; once they read it, no more.

    Who never worked here has nothing to compare: they read it as it is.
    """
    if queue.guideline is None or queue.guideline.number == 1:
        return False
    return 0 < last_known(queue, annotator_id) < queue.guideline.number


def readers_of_revision(revision: GuidelineRevision) -> list[str]:
    """Return who has read a revision, by name."""
    readings = GuidelineReading.objects.filter(revision=revision).select_related("annotator")
    return sorted(reading.annotator.name for reading in readings)
