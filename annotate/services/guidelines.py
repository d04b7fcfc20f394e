"""Remembering who has read which revision of the guideline."""

from django.db import transaction

from annotate.models import GuidelineReading, GuidelineRevision
from foundation.models import Annotator


@transaction.atomic
def read_guideline(*, revision: GuidelineRevision, annotator: Annotator) -> GuidelineReading:
    """Write down that somebody has read a revision; twice changes nothing."""
    reading, _is_new = GuidelineReading.objects.get_or_create(
        revision=revision, annotator=annotator
    )
    return reading
