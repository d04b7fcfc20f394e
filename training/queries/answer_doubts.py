"""Lists of doubted answers: what they hold, what people found, and what else could be doubted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Max, QuerySet

from annotate.pure.label_errors import PrecisionAt, precision_at
from datasets.models import Dataset, LabelSchema, SchemaRevision, Suggestion, Truth
from foundation.models import Project
from training.models import DoubtedItem, DoubtList, RelabelItem
from training.pure.answer_doubts import says_the_same
from training.queries.answer_pairs import answer_to
from training.queries.doubts import DEPTHS

LOOKED_THROUGH = 1000
"""So many of a project's newest suggestions tell which sources there are."""
OFTEN, ENOUGH = 0.95, 20
"""A source that repeats this share of at least so many answers has likely learned from them."""


class Doubtable(NamedTuple):
    """A source of suggestions, and a question of which it says something that can be doubted."""

    dataset: Dataset
    schema: LabelSchema
    question: str
    title: str
    source: str

    @property
    def key(self) -> str:
        """What a form posts for it."""
        return "|".join((self.dataset.oid, self.schema.oid, self.question, self.source))


@dataclass(frozen=True)
class ListReport:
    """The ranked items of a list with what people found; `was_wrong` by item, None: not yet."""

    rows: list[DoubtedItem]
    found: dict[int, bool]
    sent: set[int]

    @property
    def verdicts(self) -> list[bool | None]:
        """What was found, in the order of the ranking."""
        return [self.found.get(one.item_id) for one in self.rows]

    @cached_property
    def precision(self) -> list[PrecisionAt]:
        """How many of the first k people found wrong."""
        return precision_at(self.verdicts, DEPTHS)


def lists_of(project: Project) -> QuerySet[DoubtList]:
    """Return the lists of a project, newest first."""
    rows = DoubtList.objects.filter(dataset__project=project)
    return rows.select_related("dataset", "schema", "job").order_by("-pk")


def report_of(doubts: DoubtList) -> ListReport:
    """Return the rows of a list without their documents, and what was found since."""
    rows = list(doubts.items.order_by("rank").defer("places", "said", "confidences"))
    sent = dict(
        RelabelItem.objects.filter(batch__doubts=doubts, was_right=False).values_list(
            "item_id", "batch__created_at"
        )
    )
    found: dict[int, bool] = {}
    given = {one.item_id: one.given for one in rows}
    truths = Truth.objects.filter(item__in=list(sent), schema=doubts.schema_id, is_current=True)
    for item, regions, at in truths.values_list("item_id", "regions", "at"):
        if at > sent[item] and item in given:
            after = answer_to(doubts.question, regions)
            found[item] = not says_the_same(doubts.kind, given[item], after)
    return ListReport(rows, found, set(sent))


def rows_with_items(doubts: DoubtList, most: int) -> list[DoubtedItem]:
    """Return the first rows of a list, whole, with their items, files and texts."""
    rows = doubts.items.select_related("item", "item__content").prefetch_related("item__assets")
    return list(rows.order_by("rank")[:most])


def doubtable_in(project: Project, kinds: Sequence[str]) -> tuple[list[Doubtable], bool]:
    """Return what can be doubted, and whether any source suggested anything lately."""
    newest = Suggestion.objects.filter(item__dataset__project=project).order_by("-pk")
    newest = newest[:LOOKED_THROUGH]
    seen = list(
        dict.fromkeys(
            newest.values_list("item__dataset_id", "schema_revision__schema_id", "source")
        )
    )
    datasets = Dataset.objects.in_bulk({dataset for dataset, _schema, _source in seen})
    schemas = LabelSchema.objects.in_bulk({schema for _dataset, schema, _source in seen})
    questions = _questions_of(list(schemas))
    found = [
        Doubtable(datasets[one], schemas[schema], asked["name"], _title(asked), source)
        for one, schema, source in seen
        for asked in questions.get(schema, [])
        if asked["type"] in kinds
    ]
    return found, bool(seen)


def _questions_of(schemas: list[int]) -> dict[int, list[dict[str, Any]]]:
    """The questions of the newest revision, by schema."""
    newest = SchemaRevision.objects.filter(schema__in=schemas).values("schema")
    pks = [row["last"] for row in newest.annotate(last=Max("pk"))]
    rows = SchemaRevision.objects.filter(pk__in=pks)
    return {one.schema_id: one.definition["questions"] for one in rows}


def _title(asked: dict[str, Any]) -> str:
    return str(asked.get("title") or asked["name"])


def repeats_too_much(report: dict[str, int]) -> bool:
    """Tell whether a source repeats the answers so often that it has likely learned from them."""
    compared = report.get("compared", 0)
    return compared >= ENOUGH and report.get("repeated", 0) >= OFTEN * compared
