"""How gold does: who saw each item, which most people miss, what was measured by an older truth."""

from django.db.models import F, OuterRef, QuerySet, Subquery

from annotate.models import GoldCheck, Queue
from annotate.pure.gold import ItemScore, item_scores
from datasets.models import Truth

RIGHT = 1.0


def scores_of_items(queue: Queue) -> dict[int, ItemScore]:
    """Return how people did on each gold item of a queue, by item. One query."""
    rows = GoldCheck.objects.filter(queue=queue).values_list("annotator", "item", "score")
    return item_scores((who, item, score >= RIGHT) for who, item, score in rows)


def stale_checks(queue: Queue) -> QuerySet[GoldCheck]:
    """Return the checks that went by a truth which was changed since; those without one stay."""
    present = Truth.objects.filter(
        item=OuterRef("item"), schema=OuterRef("schema"), is_current=True
    ).values("pk")[:1]
    checks = GoldCheck.objects.filter(queue=queue).annotate(present=Subquery(present))
    return checks.filter(present__isnull=False).exclude(truth=F("present"), truth__isnull=False)
