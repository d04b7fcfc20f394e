"""What is known of items that nobody answered yet: shelves that training fills, and suggestions."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from annotate.models import Queue
from annotate.pure.choosing import Floats
from datasets.models import Dataset, LabelSchema, Suggestion
from datasets.queries.schemas import schema_of
from foundation.registry import Registry

ShouldStop = Callable[[], bool]
Said = Mapping[int, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Model:
    """Something that says how likely each label of an item is.

    `key` changes when it may say something else. `say` takes item ids, and what tells it to stop;
    what it cannot read is missing in what it returns.
    """

    key: str
    name: str
    say: Callable[[Sequence[int], ShouldStop], Said]


Models = Callable[[Dataset, LabelSchema], Model | None]
models: Registry[Models] = Registry("winnow.models")
"""Of a dataset and a schema: the newest model that can say something of items without a label."""

Features = Callable[[Dataset, Sequence[int], ShouldStop], tuple[Sequence[int], Floats] | None]
features: Registry[Features] = Registry("winnow.features")
"""Of a dataset and item ids: those that can be read, with a row of numbers each; alike items have
rows that are near each other. None where this kind of item cannot be compared."""


def model_for(queue: Queue) -> Model | None:
    """Return what the order by uncertainty goes by: a model, else sources that differ, else None.

    The suggestions count where two sources suggest something about an item.
    """
    for _name, newest in models.items():
        model = newest(queue.dataset, queue.schema)
        if model is not None:
            return model
    return _suggesting(queue)


def features_of(
    dataset: Dataset, items: Sequence[int], should_stop: ShouldStop
) -> tuple[Sequence[int], Floats] | None:
    """Return the items that can be compared with their numbers; None where none can."""
    for _name, make in features.items():
        found = make(dataset, items, should_stop)
        if found is not None:
            return found
    return None


def _suggesting(queue: Queue) -> Model | None:
    choices = [one for one in schema_of(queue.schema_revision).questions if one.type == "choice"]
    offered = Suggestion.objects.filter(
        item__dataset=queue.dataset_id, schema_revision__schema=queue.schema_id
    )
    newest = offered.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None or not choices or not _has_two_sources(queue, newest):
        return None
    question = choices[0]
    say = partial(_votes, queue, question.name, [label.key for label in question.labels])
    return Model(f"suggestions-{newest}", _("the suggestions"), say)


def _has_two_sources(queue: Queue, newest: int) -> bool:
    """Tell whether the item that was offered something last, or any, has offers of two sources."""
    offered = Suggestion.objects.filter(
        item__dataset=queue.dataset_id, schema_revision__schema=queue.schema_id
    )
    source = Suggestion.objects.values_list("source", flat=True).get(pk=newest)
    return offered.exclude(source=source).values("pk")[:1].exists()


def _votes(
    queue: Queue, question: str, labels: Sequence[str], items: Sequence[int], stop: ShouldStop
) -> dict[int, list[float]]:
    """Return the share of sources for each label, where two or more sources suggest one."""
    offered = Suggestion.objects.filter(
        item__in=items, schema_revision__schema=queue.schema_id
    ).order_by("pk")
    said: dict[int, dict[str, str]] = {}
    for item, source, document in offered.values_list("item_id", "source", "regions"):
        for region in document["regions"]:
            if region["question"] == question and region.get("label") in labels:
                said.setdefault(item, {})[source] = region["label"]
    return {
        item: [Counter(by.values())[label] / len(by) for label in labels]
        for item, by in said.items()
        if len(by) > 1
    }
