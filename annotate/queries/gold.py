"""How gold does: who saw each item, which most people miss, what was measured by an older truth."""

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotate.models import GoldCheck, Queue, Review, Stage, Task
from annotate.pure.gold import GoldScore, ItemScore, count_score, item_scores
from datasets.models import Annotation, AnnotationRegions, Truth
from datasets.queries.items import find_items

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
    return checks.filter(present__isnull=False, truth__isnull=False).exclude(truth=F("present"))


def stale_items(queue: Queue) -> dict[int, int]:
    """Return how many checks of each item went by a truth that was changed since."""
    rows = stale_checks(queue).order_by().values_list("item").annotate(n=Count("pk"))
    return dict(rows)


# What could become gold

BY_PEOPLE = (Annotation.Origin.SUBMITTED, Annotation.Origin.IMPORTED)


def candidates(queue: Queue, filter: str = "") -> QuerySet[Truth]:
    """Return the accepted labels of items that do not test anybody in a queue yet.

    Each with `say_so` of `answers` people who say exactly the same, and whether who decided about
    the item in this queue proposes it (`is_proposed`).
    """
    gold = Task.objects.filter(queue=queue, is_gold=True, stage=Stage.ANNOTATE)
    items = find_items(queue.dataset, filter).exclude(pk__in=gold.values("item"))
    said = AnnotationRegions.objects.filter(
        annotation__item=OuterRef("item"),
        annotation__is_latest=True,
        annotation__origin__in=BY_PEOPLE,
        annotation__schema_revision__schema=queue.schema_id,
    )
    same = said.filter(regions_hash=OuterRef("regions_hash"))
    truths = Truth.objects.filter(item__in=items, schema=queue.schema_id, is_current=True)
    return truths.select_related("item", "schema_revision").annotate(
        answers=_count(said), say_so=_count(same), is_proposed=_is_proposed(queue)
    )


def proposed(queue: Queue) -> QuerySet[Truth]:
    """Return those candidates that somebody proposes, starting from what was proposed."""
    reviews = Review.objects.filter(task__queue=queue, proposes_gold=True)
    found = candidates(queue).filter(item__in=reviews.values("task__item"))
    return found.filter(_is_proposed(queue)).order_by("-pk")


def unproposed(queue: Queue) -> QuerySet[Truth]:
    """Return the candidates that nobody proposes, the oldest first."""
    return candidates(queue).filter(~_is_proposed(queue)).order_by("pk")


def _is_proposed(queue: Queue) -> Exists:
    """Whether who decided about the item proposed what is true of it now."""
    return Exists(
        Review.objects.filter(
            task__queue=queue,
            task__item=OuterRef("item"),
            proposes_gold=True,
            at__gte=OuterRef("at"),
        )
    )


def _count(documents: QuerySet[AnnotationRegions]) -> Coalesce:
    counts = documents.order_by().values("annotation__item").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def certainty_of(truth: Truth) -> GoldScore:
    """Return which share of people say what is accepted, with its interval."""
    return count_score(getattr(truth, "say_so", 0), getattr(truth, "answers", 0))
