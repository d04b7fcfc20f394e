"""Reading items: what is known of keys, what an item holds, lists that match a filter."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from datasets.errors import places_of, sentence
from datasets.models import Asset, Dataset, Item, ItemContent
from datasets.pure.conversation import ConversationFacts, facts_of_conversation
from datasets.pure.filters import And, FilterError, Not, Term, parse_filter
from datasets.pure.schema_rules import ItemFacts
from datasets.queries.filtering import meaning_of
from foundation.errors import Invalid, Place
from foundation.queries.among import Among

FILE_TYPES = ("image", "audio")
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


def facts_of(item: Item) -> ItemFacts:
    """Return what must be known of an item to check an answer about it: its text or its size."""
    if item.data_type == "text":
        if "content" in item._state.fields_cache:  # fetched along: a submit asks several times
            return ItemFacts(item.data_type, text=item.content.text)
        text = ItemContent.objects.filter(item=item).values_list("text", flat=True).first()
        return ItemFacts(item.data_type, text=text)
    if item.data_type == "conversation":
        row = ItemContent.objects.filter(item=item).values_list("row", flat=True).first()
        return ItemFacts(item.data_type, conversation=facts_of_conversation(row or {"turns": []}))
    if item.data_type in FILE_TYPES:
        return measures_of([item.pk]).get(item.pk, NO_MEASURES).facts(item.data_type)
    return ItemFacts(item.data_type)


def facts_of_many(items: Sequence[Item]) -> dict[int, ItemFacts]:
    """Return the facts of many items by primary key, in one query for each kind of data."""
    text_pks = [one.pk for one in items if one.data_type == "text"]
    texts = dict(ItemContent.objects.filter(Among("item", text_pks)).values_list("item_id", "text"))
    measures = measures_of([one.pk for one in items if one.data_type in FILE_TYPES])
    talks = conversations_of([one.pk for one in items if one.data_type == "conversation"])
    return {
        item.pk: measures.get(item.pk, NO_MEASURES)
        .facts(item.data_type, texts.get(item.pk))
        ._replace(conversation=talks.get(item.pk))
        for item in items
    }


def conversations_of(item_pks: Sequence[int]) -> dict[int, ConversationFacts]:
    """Return what must be known of conversations, by item."""
    if not item_pks:
        return {}
    rows = ItemContent.objects.filter(Among("item", item_pks)).values_list("item_id", "row")
    return {pk: facts_of_conversation(row) for pk, row in rows if row}


class Measures(NamedTuple):
    """How large or long the file of an item is, as far as regions can lie in it."""

    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    channels: int | None = None

    def facts(self, data_type: str, text: str | None = None) -> ItemFacts:
        """Return this as the facts that answers are checked against."""
        channels = None
        if self.channels is not None:
            channels = tuple(str(number + 1) for number in range(self.channels))
        return ItemFacts(data_type, self.width, self.height, text, self.seconds, channels)


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
