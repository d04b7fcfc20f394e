"""What the names of the filter language mean in SQL: the only place that knows.

Names that other apps give a meaning to (agreement, gold, splits) are put on the shelf
`filter_meanings`; a name without a meaning is refused with a sentence that says so.
"""

import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.db import connection
from django.db.models import (
    Count,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, StrIndex
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
)
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

_COMPARES = {
    "=": Exact,
    "<": LessThan,
    "<=": LessThanOrEqual,
    ">": GreaterThan,
    ">=": GreaterThanOrEqual,
}


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
    return _entry_is("source", str(term.value), None)


def _annotation_count(dataset: Dataset, term: Term) -> Q:
    counted = (
        Annotation.objects.filter(item=OuterRef("pk"), is_latest=True)
        .order_by()
        .values("item")
        .annotate(n=Count("pk"))
        .values("n")
    )
    number = Coalesce(Subquery(counted, output_field=FloatField()), 0.0)
    return Q(_COMPARES[term.op](number, float(term.value)))


def _data_type(dataset: Dataset, term: Term) -> Q:
    return Q(data_type=term.value)


def _text(dataset: Dataset, term: Term) -> Q:
    content = ItemContent.objects.filter(item=OuterRef("pk"))
    if dataset.data_type == "table":
        rows = content.annotate(as_text=Cast("row", TextField()))
        return Q(Exists(rows.filter(as_text__icontains=str(term.value))))
    return Q(Exists(content.filter(text__icontains=str(term.value))))


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


def _day_of(term: Term) -> tuple[datetime, datetime]:
    """When the reader's day begins and ends."""
    start = timezone.make_aware(datetime.combine(date.fromisoformat(str(term.value)), time.min))
    return start, start + timedelta(days=1)


def _answered(dataset: Dataset, term: Term) -> Q:
    """The last answer of anybody; what a reviewer corrected is none."""
    start, end = _day_of(term)
    people = (Annotation.Origin.SUBMITTED, Annotation.Origin.IMPORTED)
    answers = Annotation.objects.filter(item=OuterRef("pk"), origin__in=people)
    since = {"start": Q(Exists(answers.filter(created_at__gte=start)))}
    since["end"] = Q(Exists(answers.filter(created_at__gte=end)))
    within = {
        "=": since["start"] & ~since["end"],
        "<": Q(Exists(answers)) & ~since["start"],
        "<=": Q(Exists(answers)) & ~since["end"],
        ">": since["end"],
        ">=": since["start"],
    }
    return within[term.op]


def _created(dataset: Dataset, term: Term) -> Q:
    start, end = _day_of(term)
    within = {
        "=": Q(created_at__gte=start, created_at__lt=end),
        "<": Q(created_at__lt=start),
        "<=": Q(created_at__lt=end),
        ">": Q(created_at__gte=end),
        ">=": Q(created_at__gte=start),
    }
    return within[term.op]


def _metadata(dataset: Dataset, term: Term) -> Q:
    name = term.field.removeprefix(f"{METADATA}.")
    number = _number(str(term.value))
    if term.op == "=":
        return _entry_is(name, str(term.value), number)
    if number is None:
        return Q(pk__in=[])
    return _is_there(EntryNumber(name)) & Q(_COMPARES[term.op](EntryNumber(name), number))


def _entry_is(name: str, text: str, number: float | None) -> Q:
    """Match a text, and what the same letters mean as a number."""
    found = _is_there(EntryText(name)) & Q(Exact(EntryText(name), text))
    if number is None:
        return found
    return found | (_is_there(EntryNumber(name)) & Q(Exact(EntryNumber(name), number)))


def _is_there(entry: Func) -> Q:
    """Keep NULL out of a comparison, so that its opposite finds the items without the entry."""
    return Q(IsNull(entry, False))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


class _Entry(Func):
    """An entry of an item's metadata. Its name is a parameter, never part of the statement."""

    for_postgresql: ClassVar[str]
    for_sqlite: ClassVar[str]

    def __init__(self, name: str) -> None:
        super().__init__(F(METADATA))
        self._name = name

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        """Return the statement and its parameters."""
        return self._as(compiler, self.for_postgresql, self._name)

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        """Return the statement and its parameters."""
        quoted = self._name.replace("\\", "\\\\").replace('"', '\\"')
        return self._as(compiler, self.for_sqlite, f'$."{quoted}"')

    def _as(self, compiler: Any, template: str, name: str) -> Any:
        column, _none = compiler.compile(self.get_source_expressions()[0])
        return template.replace("<entries>", column), (name,) * template.count("%s")


class EntryNumber(_Entry):
    """An entry of the metadata as a number; NULL for what is none."""

    output_field = FloatField()
    for_postgresql = (
        "CASE WHEN jsonb_typeof(<entries> -> %s) = 'number'"
        " THEN (<entries> ->> %s)::double precision END"
    )
    for_sqlite = (
        "CASE WHEN json_type(<entries>, %s) IN ('integer', 'real')"
        " THEN json_extract(<entries>, %s) END"
    )


class EntryText(_Entry):
    """An entry of the metadata as text; true and false are words, lists are NULL or JSON."""

    output_field = TextField()
    for_postgresql = "(<entries> ->> %s)"
    for_sqlite = (
        "CASE json_type(<entries>, %s) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'"
        " ELSE CAST(json_extract(<entries>, %s) AS TEXT) END"
    )


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
    "answered": _answered,
}
for _name, _meaning in BUILT_IN.items():
    filter_meanings.register(_name, _meaning)
