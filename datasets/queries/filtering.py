"""What the names of the filter language mean in SQL: the only place that knows.

Names that other apps give a meaning to (agreement, gold, splits) are put on the shelf
`filter_meanings`; a name without a meaning is refused with a sentence that says so.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import (
    CharField,
    Count,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast, Coalesce, StrIndex
from django.utils import timezone

from datasets.models import (
    Annotation,
    AnnotationRegions,
    Dataset,
    Item,
    ItemContent,
    Suggestion,
    Truth,
    TruthLabel,
)
from datasets.pure.filters import METADATA, Term
from foundation.registry import Registry

Meaning = Callable[[Dataset, Term], Q]
"""Returns the condition on items of this dataset that a term stands for."""

filter_meanings: Registry[Meaning] = Registry("winnow.filter_meanings")
"""By the name of the field, or `is:gold` for one choice of a field."""

_COMPARES = {"=": "", "<": "__lt", "<=": "__lte", ">": "__gt", ">=": "__gte"}


def meaning_of(term: Term) -> Meaning | None:
    """Return what gives a term its meaning, if anything does."""
    if term.field.startswith(f"{METADATA}."):
        return _metadata
    for name in (f"{term.field}:{term.value}", term.field):
        if name in filter_meanings:
            return filter_meanings[name]
    return None


def _label(dataset: Dataset, term: Term) -> Q:
    return _truth(dataset, term) | Q(Exists(_answers_saying("label", term.value)))


def _truth(dataset: Dataset, term: Term) -> Q:
    said = TruthLabel.objects.filter(
        item=OuterRef("pk"), label=term.value, schema__project=dataset.project_id
    )
    return Q(Exists(said))


def _question(dataset: Dataset, term: Term) -> Q:
    truths = _saying(
        Truth.objects.filter(item=OuterRef("pk"), is_current=True), "question", term.value
    )
    return Q(Exists(truths)) | Q(Exists(_answers_saying("question", term.value)))


def _answers_saying(name: str, value: object) -> Any:
    documents = AnnotationRegions.objects.filter(
        annotation__item=OuterRef("pk"), annotation__is_latest=True
    )
    return _saying(documents, name, value)


def _saying(documents: Any, name: str, value: object) -> Any:
    """Keep the rows whose regions hold this name with this value."""
    if connection.vendor == "postgresql":
        return documents.filter(regions__contains={"regions": [{name: value}]})
    # Both spellings of JSON are in SQLite: compact from imports, with a space from models.
    text = Cast("regions", TextField())
    documents = documents.annotate(
        compact=StrIndex(text, Value(f'"{name}":"{value}"')),
        spaced=StrIndex(text, Value(f'"{name}": "{value}"')),
    )
    return documents.filter(Q(compact__gt=0) | Q(spaced__gt=0))


def _annotator(dataset: Dataset, term: Term) -> Q:
    said = Annotation.objects.filter(item=OuterRef("pk"), annotator__name=term.value)
    return Q(Exists(said))


def _key(dataset: Dataset, term: Term) -> Q:
    return Q(key=term.value)


def _source(dataset: Dataset, term: Term) -> Q:
    return _equals(KeyTransform("source", METADATA), term.value)


def _annotation_count(dataset: Dataset, term: Term) -> Q:
    counted = (
        Annotation.objects.filter(item=OuterRef("pk"), is_latest=True)
        .order_by()
        .values("item")
        .annotate(n=Count("pk"))
        .values("n")
    )
    number = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    found = Item.objects.filter(dataset=dataset).alias(n=number)
    return Q(pk__in=found.filter(**{f"n{_COMPARES[term.op]}": term.value}).values("pk"))


def _data_type(dataset: Dataset, term: Term) -> Q:
    return Q(data_type=term.value)


def _text(dataset: Dataset, term: Term) -> Q:
    content = ItemContent.objects.filter(item=OuterRef("pk"))
    if dataset.data_type == "table":
        rows = content.annotate(as_text=Cast("row", TextField()))
        return Q(Exists(rows.filter(as_text__icontains=term.value)))
    return Q(Exists(content.filter(text__icontains=term.value)))


def _has_truth(dataset: Dataset, term: Term) -> Q:
    return Q(Exists(Truth.objects.filter(item=OuterRef("pk"), is_current=True)))


def _has_annotations(dataset: Dataset, term: Term) -> Q:
    return Q(Exists(Annotation.objects.filter(item=OuterRef("pk"))))


def _has_suggestions(dataset: Dataset, term: Term) -> Q:
    return Q(Exists(Suggestion.objects.filter(item=OuterRef("pk"))))


def _has_metadata(dataset: Dataset, term: Term) -> Q:
    return ~Q(metadata={})


def _is_archived(dataset: Dataset, term: Term) -> Q:
    return Q(archived_at__isnull=False)


def _is_duplicate(dataset: Dataset, term: Term) -> Q:
    same = Item.objects.filter(
        dataset=dataset,
        content_hash=OuterRef("content_hash"),
        archived_at=None,
        erased_at=None,
    ).exclude(pk=OuterRef("pk"))
    return Q(Exists(same))


def _is_broken(dataset: Dataset, term: Term) -> Q:
    return Q(pk__in=[])  # broken files are refused at the door, so that none is an item


def _created(dataset: Dataset, term: Term) -> Q:
    start = timezone.make_aware(datetime.combine(date.fromisoformat(str(term.value)), time.min))
    end = start + timedelta(days=1)
    within = {
        "=": Q(created_at__gte=start, created_at__lt=end),
        "<": Q(created_at__lt=start),
        "<=": Q(created_at__lt=end),
        ">": Q(created_at__gte=end),
        ">=": Q(created_at__gte=start),
    }
    return within[term.op]


class _JsonType(Func):
    """The type of a JSON value, in the database's own words."""

    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, function="jsonb_typeof", **context)


def _metadata(dataset: Dataset, term: Term) -> Q:
    value = KeyTransform(term.field.removeprefix(f"{METADATA}."), METADATA)
    if term.op == "=":
        return _equals(value, term.value)
    return _compared(value, term)


def _equals(value: KeyTransform, wanted: object) -> Q:
    """Match a text, and what the same letters mean as a number, true or false."""
    meant: list[object] = [wanted]
    text = str(wanted)
    if text in ("true", "false"):
        meant.append(text == "true")
    number = _number(text)
    if number is not None:
        meant.append(number)
    found = Q()
    for one in meant:
        found |= Q(value.get_lookup("exact")(value, one))
    return found


def _compared(value: KeyTransform, term: Term) -> Q:
    """Compare with a number; entries that are no numbers do not match."""
    number = _number(str(term.value))
    if number is None:
        return Q(pk__in=[])
    lookup = value.get_lookup(_COMPARES[term.op].removeprefix("__"))
    return Q(lookup(value, number))


def _number(text: str) -> float | int | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return int(number) if number.is_integer() else number


BUILT_IN: dict[str, Meaning] = {
    "label": _label,
    "truth": _truth,
    "annotator": _annotator,
    "question": _question,
    "key": _key,
    "source": _source,
    "annotations": _annotation_count,
    "type": _data_type,
    "text": _text,
    "has:truth": _has_truth,
    "has:annotations": _has_annotations,
    "has:suggestions": _has_suggestions,
    "has:metadata": _has_metadata,
    "is:archived": _is_archived,
    "is:duplicate": _is_duplicate,
    "is:broken": _is_broken,
    "created": _created,
}
for _name, _meaning in BUILT_IN.items():
    filter_meanings.register(_name, _meaning)
