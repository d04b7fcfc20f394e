"""Reading guidelines: what changed since somebody read them, and who has read what."""

from django.db.models import Max, QuerySet

from annotate.models import Answer, GuidelineImage, GuidelineReading, GuidelineRevision, Queue
from foundation.actor import Actor, Permission
from foundation.errors import NotFound
from foundation.opaque import decode_id
from foundation.queries.access import require


def revision_of(queue: Queue, number: int) -> GuidelineRevision:
    """Return a revision of a queue's guideline by its number."""
    found = GuidelineRevision.objects.filter(queue=queue, number=number).first()
    if found is None:
        raise NotFound
    return found


def get_guideline_image_for(actor: Actor, image_id: str) -> GuidelineImage:
    """Return a picture of a guideline to those who may read it: members of its project."""
    number = decode_id("guideimage", image_id)
    found = GuidelineImage.objects.select_related("queue__dataset").filter(pk=number).first()
    if found is None:
        raise NotFound
    require(actor, found.queue.dataset.project_id, Permission.MEMBER)
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


def pictures_of(queue: Queue) -> QuerySet[GuidelineImage]:
    """Return the pictures that were uploaded for a queue's guideline, newest first."""
    return GuidelineImage.objects.filter(queue=queue).order_by("-pk")
