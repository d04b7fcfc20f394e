"""Offering a mark for everything that the patterns of a label schema find in a dataset."""

from typing import Any

from django.utils.translation import gettext as _

from datasets.models import Dataset, Item, ItemContent, LabelSchema, SchemaRevision, Suggestion
from datasets.pure.patterns import find_all
from datasets.pure.schema_types import Schema
from datasets.queries.schemas import current_revision, schema_of
from datasets.services.suggestions import Offer, suggest_many
from foundation import jobs
from foundation.errors import Invalid, Place
from foundation.jobs import JobRun
from foundation.models import Job, User

PREMARK = "datasets.premark"
SOURCE = "patterns"
BATCH = 50
MOST_MARKS = 5000
"""More marks than this in one item are no help, and would not fit into its document."""


def start_premarking(*, dataset: Dataset, schema: LabelSchema, by: User | None) -> Job:
    """Have the patterns of the current revision looked for in all items; returns the job.

    Raises Invalid where the schema is for other data, or none of its labels has a pattern.
    """
    revision = current_revision(schema)
    read = schema_of(revision)
    if read.data_type != dataset.data_type:
        detail = _("This label schema is for other data than the dataset holds.")
        raise Invalid(places=[Place("schema", "wrong-data-type", detail)])
    if not _patterns_of(read):
        detail = _("None of its labels has a pattern. Give some to its labels first.")
        raise Invalid(places=[Place("schema", "no-patterns", detail)])
    return jobs.enqueue(
        PREMARK,
        title=_("Mark %(name)s by patterns") % {"name": dataset.name},
        project=dataset.project,
        by=by,
        total=_items_of(dataset.pk).count(),
        dataset=dataset.pk,
        revision=revision.pk,
    )


def premark(run: JobRun) -> dict[str, Any]:
    """Look through all items, a batch at a time; what an earlier run found is replaced."""
    revision = SchemaRevision.objects.select_related("schema").get(pk=run.params["revision"])
    schema = schema_of(revision)
    counts: dict[str, Any] = {"items": 0, "marks": 0} | run.checkpoint.get("counts", {})
    after, done = run.checkpoint.get("after", 0), run.checkpoint.get("done", 0)
    while True:
        items = list(_items_of(run.params["dataset"]).filter(pk__gt=after)[:BATCH])
        if not items:
            return counts
        texts = dict(ItemContent.objects.filter(item__in=items).values_list("item_id", "text"))
        offers = []
        for item in items:
            regions = _marks_in(schema, texts.get(item.pk) or "")
            if regions:
                offers.append(Offer(item, {"format": 1, "regions": regions}))
                counts["marks"] += len(regions)
        counts["items"] += len(offers)
        after, done = items[-1].pk, done + len(items)
        with run.batch(done=done, checkpoint={"after": after, "done": done, "counts": counts}):
            earlier = Suggestion.objects.filter(source=SOURCE, item__in=items)
            earlier.filter(schema_revision__schema=revision.schema).delete()
            suggest_many(offers=offers, schema_revision=revision, source=SOURCE)


def _items_of(dataset: int) -> Any:
    return Item.objects.filter(dataset=dataset, archived_at=None).order_by("pk")


def _patterns_of(schema: Schema) -> list[tuple[str, list[tuple[str, str]], bool]]:
    """The questions with patterns: name, pairs of label and pattern, and whether case matters."""
    found = []
    for question in schema.questions:
        labels = [label for label in question.labels if not label.retired]
        pairs = [(label.key, pattern) for label in labels for pattern in label.patterns]
        if pairs:
            found.append((question.name, pairs, question.match_case))
    return found


def _marks_in(schema: Schema, text: str) -> list[dict[str, Any]]:
    regions: list[dict[str, Any]] = []
    for question, pairs, match_case in _patterns_of(schema):
        for hit in find_all(text, pairs, match_case=match_case):
            place = {"start": hit.start, "end": hit.end}
            region = {"id": f"r{len(regions) + 1}", "question": question, "kind": "span"}
            regions.append(region | {"label": hit.label, "at": place})
            if len(regions) == MOST_MARKS:
                return regions
    return regions
