"""Reading items: what is known of keys, what an item holds, lists that match a filter."""

import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from datasets.errors import places_of, sentence
from datasets.models import Asset, Dataset, Item, ItemContent
from datasets.pure.conversation import ConversationFacts, facts_of_conversation
from datasets.pure.filters import And, FilterError, Not, Term, parse_filter
from datasets.pure.item_labels import ItemLabelsError, item_labels
from datasets.pure.schema_rules import ItemFacts, Schema, label_json
from datasets.queries.filtering import meaning_of
from foundation.errors import Invalid, Place
from foundation.queries.among import Among

FILE_TYPES = ("image", "audio", "video", "series")
"""Items of these types are files, and regions lie in what was measured in them."""


class KnownItem(NamedTuple):
    """What an import must know of an item that is there."""

    pk: int
    content_hash: str


def known_items(dataset_pk: int, keys: Sequence[str]) -> dict[str, KnownItem]:
    """Return the items of a dataset that have these keys, in one short statement."""
    has_arrays = connection.vendor == "postgresql"
    among = "= ANY(%s)" if has_arrays else "IN (SELECT value FROM json_each(%s))"
    sql = f"SELECT key, id, content_hash FROM datasets_item WHERE dataset_id = %s AND key {among}"  # noqa: S608 - words of ours
    wanted = list(keys) if has_arrays else json.dumps(list(keys))
    with connection.cursor() as cursor:
        cursor.execute(sql, [dataset_pk, wanted])
        return {key: KnownItem(pk, said) for key, pk, said in cursor.fetchall()}


def facts_of(item: Item, schema: Schema) -> ItemFacts:
    """Return what must be known of an item to check an answer under a schema.

    That is its text or its size, and its fields where the schema takes labels from there.
    """
    fields = fields_of([item.pk])[item.pk] if schema.reads_items else {}
    if item.data_type == "text":
        if "content" in item._state.fields_cache:  # fetched along: a submit asks several times
            return ItemFacts(item.data_type, text=item.content.text, fields=fields)
        text = ItemContent.objects.filter(item=item).values_list("text", flat=True).first()
        return ItemFacts(item.data_type, text=text, fields=fields)
    if item.data_type == "conversation":
        talk = conversations_of([item.pk]).get(item.pk)
        return ItemFacts(item.data_type, conversation=talk, fields=fields)
    if item.data_type in FILE_TYPES:
        measures = measures_of([item.pk]).get(item.pk, NO_MEASURES)
        return measures.facts(item.data_type, fields=fields)
    return ItemFacts(item.data_type, fields=fields)


def facts_of_many(items: Sequence[Item], schema: Schema) -> dict[int, ItemFacts]:
    """Return the facts of many items by primary key, in one query for each kind of data."""
    text_pks = [one.pk for one in items if one.data_type == "text"]
    texts = dict(ItemContent.objects.filter(Among("item", text_pks)).values_list("item_id", "text"))
    measures = measures_of([one.pk for one in items if one.data_type in FILE_TYPES])
    fields = fields_of([one.pk for one in items]) if schema.reads_items else {}
    talks = conversations_of([one.pk for one in items if one.data_type == "conversation"])
    facts = {}
    for item in items:
        own = fields.get(item.pk, {})
        found = measures.get(item.pk, NO_MEASURES)
        known = found.facts(item.data_type, texts.get(item.pk), own)
        facts[item.pk] = known._replace(conversation=talks.get(item.pk))
    return facts


def conversations_of(item_pks: Sequence[int]) -> dict[int, ConversationFacts]:
    """Return what must be known of conversations, by item."""
    if not item_pks:
        return {}
    rows = ItemContent.objects.filter(Among("item", item_pks)).values_list("item_id", "row")
    return {pk: facts_of_conversation(row) for pk, row in rows if row}


def fields_of(item_pks: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the row and the metadata of items as one; where a name is in both, the row's."""
    rows = Item.objects.filter(Among("pk", item_pks)).values_list("pk", "metadata", "content__row")
    return {pk: {**metadata, **(row or {})} for pk, metadata, row in rows}


def labels_of_items(schema: Schema, item_pks: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the labels that items offer to questions which take theirs from them, by item.

    A question is left out where an item has no such list.
    """
    fields = fields_of(item_pks)
    return {
        pk: dict(_offered(schema, ItemFacts(schema.data_type, fields=own)))
        for pk, own in fields.items()
    }


def _offered(schema: Schema, facts: ItemFacts) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for question in schema.questions:
        if question.labels_from:
            try:
                labels = item_labels(question, facts)
            except ItemLabelsError:
                continue
            yield question.name, [label_json(label) for label in labels]


class Measures(NamedTuple):
    """How large or long the file of an item is, as far as regions can lie in it."""

    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    channels: int | Sequence[Mapping[str, Any]] | None = None
    """How many, or what is known of each."""

    def facts(
        self,
        data_type: str,
        text: str | None = None,
        fields: Mapping[str, Any] = MappingProxyType({}),
    ) -> ItemFacts:
        """Return this as the facts that answers are checked against."""
        channels = None
        if isinstance(self.channels, int):
            channels = tuple(str(number + 1) for number in range(self.channels))
        elif self.channels is not None:
            channels = tuple(channel["name"] for channel in self.channels)
        return ItemFacts(
            data_type, self.width, self.height, text, self.seconds, channels, fields=fields
        )


NO_MEASURES = Measures()


def measures_of(item_pks: Sequence[int]) -> dict[int, Measures]:
    """Return the measures of items with files: of the copy that regions count in, if there is."""
    if not item_pks:
        return {}
    parts = (Asset.Part.ORIGINAL, Asset.Part.UPRIGHT)
    rows = Asset.objects.filter(Among("item", item_pks), part__in=parts).order_by("part")
    return {  # upright sorts last and wins
        item_pk: Measures(*(facts.get(name) for name in Measures._fields))
        for item_pk, facts in rows.values_list("item", "facts")
    }


def find_items(dataset: Dataset, filter: str = "") -> QuerySet[Item]:
    """Return the items of a dataset that match a filter text.

    Archived items are left out unless the filter asks for them; erased ones always. Raises
    Invalid with the column of what cannot be read.
    """
    tree = read_filter(filter)
    items = Item.objects.filter(dataset=dataset, erased_at=None)
    if not any(_asks_for_archived(part) for part in tree.parts):
        items = items.filter(archived_at=None)
    for part in tree.parts:
        items = items.filter(_condition(dataset, part))
    return items


def read_filter(text: str) -> And:
    """Return the syntax tree of a filter text. Raises Invalid."""
    try:
        return parse_filter(text)
    except FilterError as error:
        shown = [
            problem.as_json() | {"at": "filter", "detail": sentence(problem)}
            for problem in error.problems
        ]
        raise Invalid(
            sentence(error.problems[0]),
            places_of(error.problems, "filter"),
            {"errors": shown},
        ) from error


def _asks_for_archived(part: Term | Not) -> bool:
    return isinstance(part, Term) and part.field == "is" and part.value == "archived"


def _condition(dataset: Dataset, part: Term | Not) -> Q:
    if isinstance(part, Not):
        return ~_condition(dataset, part.part)
    meaning = meaning_of(part)
    if meaning is None:
        detail = _("“%(name)s” cannot be used here yet.") % {"name": part.field}
        raise Invalid(detail, [Place("filter", "no-meaning", detail)])
    return meaning(dataset, part)
