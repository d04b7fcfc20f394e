"""What the filter language may ask about agreement, and which items no version may hold.

There is no `is:gold`: reviewers filter items too, and may not tell gold from work.
"""

from collections.abc import Callable

from django.db.models import (
    Avg,
    Case,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)

from annotate.models import Stage, Task
from datasets.models import Annotation, AnnotationRegions, Dataset
from datasets.pure.filters import Term
from datasets.queries.filtering import Meaning

_COMPARES: dict[str, Callable[[Subquery, float], object]] = {
    "=": Exact,
    "<": LessThan,
    "<=": LessThanOrEqual,
    ">": GreaterThan,
    ">=": GreaterThanOrEqual,
}
_OTHER = "annotation__item__annotations"
_PEOPLE = (Annotation.Origin.SUBMITTED, Annotation.Origin.IMPORTED)


def gold_items(dataset: Dataset) -> set[int]:
    """Return the items that test annotators in some queue of the dataset: none trains a model."""
    tasks = Task.objects.filter(queue__dataset=dataset, is_gold=True, stage=Stage.ANNOTATE)
    return set(tasks.values_list("item_id", flat=True))


def _agreement(dataset: Dataset, term: Term) -> Q:
    """Compare the share of pairs of answers that say exactly the same; items without pairs: no."""
    same = When(regions_hash=F(f"{_OTHER}__document__regions_hash"), then=1.0)
    share = (
        _pairs()
        .order_by()
        .values("annotation__item")
        .annotate(share=Avg(Case(same, default=0.0), output_field=FloatField()))
        .values("share")
    )
    return Q(_COMPARES[term.op](Subquery(share, output_field=FloatField()), float(term.value)))


def _is_disputed(dataset: Dataset, term: Term) -> Q:
    """Find items whose answers differed when their task was full, or whose imported answers do."""
    tasks = Task.objects.filter(item=OuterRef("pk"), agreed=False)
    differing = (
        _pairs()
        .filter(annotation__origin=Annotation.Origin.IMPORTED)
        .exclude(regions_hash=F(f"{_OTHER}__document__regions_hash"))
    )
    return Q(Exists(tasks)) | Q(Exists(differing))


def _pairs() -> "QuerySet[AnnotationRegions]":
    """Return each two answers of people to one item under one schema, once."""
    return AnnotationRegions.objects.filter(
        annotation__item=OuterRef("pk"),
        annotation__is_latest=True,
        annotation__origin__in=_PEOPLE,
    ).filter(
        annotation__item__annotations__pk__gt=F("annotation__pk"),
        annotation__item__annotations__is_latest=True,
        annotation__item__annotations__origin__in=_PEOPLE,
        annotation__item__annotations__schema_revision__schema=F(
            "annotation__schema_revision__schema"
        ),
    )


MEANINGS: dict[str, Meaning] = {"agreement": _agreement, "is:disputed": _is_disputed}
