"""Holding all labels of a dataset against the rules of their schema: asked for, done by a job."""

from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from datasets.models import (
    Annotation,
    Dataset,
    Item,
    LabelSchema,
    RuleBreach,
    RuleCheck,
    SchemaRevision,
    Truth,
)
from datasets.pure.regions import RegionsDocument, RegionsError, parse_regions
from datasets.pure.rule_tally import Tally
from datasets.pure.schema_types import Schema
from datasets.queries.rule_checks import running_check
from datasets.queries.schemas import current_revision, schema_of
from foundation import jobs
from foundation.clock import database_now
from foundation.errors import Invalid, Place
from foundation.jobs import JobRun
from foundation.models import User
from foundation.services.events import record_event

CHECK_RULES = "datasets.check_rules"
BATCH = 50
STREAMED = 20
"""Documents in memory at a time: each may hold 20,000 regions."""


def start_rule_check(
    *, dataset: Dataset, schema: LabelSchema, by: User | None, with_annotations: bool = False
) -> RuleCheck:
    """Have all accepted labels of a dataset, and every annotation if wished, checked again.

    While one like it runs, that one is returned. Raises Invalid where the schema is of another
    project or for other data, or has no rules.
    """
    if schema.project_id != dataset.project_id or schema.data_type != dataset.data_type:
        detail = _("This label schema is for other data than the dataset holds.")
        raise Invalid(detail, [Place("schema", "wrong-data-type", detail)])
    revision = current_revision(schema)
    if not schema_of(revision).rules:
        detail = _("This label schema has no rules. Give it some first.")
        raise Invalid(detail, [Place("schema", "no-rules", detail)])
    values = {
        "dataset": dataset,
        "schema": schema,
        "schema_revision": revision,
        "with_annotations": with_annotations,
    }
    present = running_check(**values)
    if present is not None:
        return present
    with transaction.atomic():
        made = RuleCheck.objects.create(**values, created_by=by)
        made.job = jobs.enqueue(
            CHECK_RULES,
            title=_("Check the rules of %(schema)s in %(name)s")
            % {"schema": schema.name, "name": dataset.name},
            project=dataset.project,
            by=by,
            total=_items_of(dataset.pk).count(),
            check=made.pk,
        )
        made.save(update_fields=["job"])
        record_event("rules.checked", by=by, project=dataset.project, target=made.oid)
    return made


def check_rules(run: JobRun) -> dict[str, Any]:
    """Look at all items, a window at a time; killed, it goes on after the last whole window."""
    check = RuleCheck.objects.select_related("schema_revision").get(pk=run.params["check"])
    schema = schema_of(check.schema_revision)
    tally = Tally(run.checkpoint.get("figures"))
    after, done = run.checkpoint.get("after", 0), run.checkpoint.get("done", 0)
    while window := list(_items_of(check.dataset_id).filter(pk__gt=after)[:BATCH]):
        found = list(_look_at(window, check, schema, tally, run))
        after, done = window[-1].pk, done + len(window)
        reached = {"after": after, "done": done, "figures": tally.figures()}
        with run.batch(done=done, checkpoint=reached):
            RuleBreach.objects.bulk_create(found, batch_size=500)
    figures = tally.figures()
    with run.batch():
        RuleCheck.objects.filter(pk=check.pk).update(figures=figures, finished_at=database_now())
        _forget_earlier(check)
    totals = figures["totals"]
    return {
        "check": check.oid,
        "items": done,
        **{level: totals.get(level, 0) for level in ("error", "warning")},
    }


def _items_of(dataset: int) -> Any:
    return Item.objects.filter(dataset=dataset, archived_at=None).order_by("pk")


def _forget_earlier(check: RuleCheck) -> None:
    """Keep the list of the newest check alone; earlier ones keep their counts."""
    RuleBreach.objects.filter(
        check_run__dataset=check.dataset_id,
        check_run__schema=check.schema_id,
        check_run__finished_at__isnull=False,
    ).exclude(check_run=check.pk).delete()


class _Said(NamedTuple):
    """One document: what it belongs to, under which revision, and its JSON."""

    item: int
    kind: str
    pk: int
    revision: int
    regions: Any


def _look_at(
    window: list[Item], check: RuleCheck, schema: Schema, tally: Tally, run: JobRun
) -> Iterator[RuleBreach]:
    tally.pass_items(len(window))
    for item, documents in groupby(_documents(window, check), key=lambda said: said.item):
        tally.begin_item()
        for said in documents:
            run.check()
            document = _read(said.regions)
            if document is None:
                tally.cannot_read()
                continue
            is_older = said.revision != check.schema_revision_id
            for breach, region in tally.look(schema, document, said.kind, is_older=is_older):
                yield RuleBreach(
                    check_run=check,
                    item_id=item,
                    truth_id=said.pk if said.kind == "truths" else None,
                    annotation_id=said.pk if said.kind == "annotations" else None,
                    rule=breach.number,
                    level=breach.rule.level,
                    code=breach.code,
                    region=region[:100],
                    at=breach.at[:200],
                    template=breach.template,
                    values=dict(breach.values),
                    is_older=is_older,
                )


def _documents(window: list[Item], check: RuleCheck) -> Iterator[_Said]:
    """Yield what is said of some items, item by item, read a few documents at a time."""
    truths = Truth.objects.filter(schema=check.schema_id, item__in=window, is_current=True)
    rows = truths.order_by("item_id").values_list("item_id", "pk", "schema_revision_id", "regions")
    said = (_Said(row[0], "truths", *row[1:]) for row in rows.iterator(chunk_size=STREAMED))
    if not check.with_annotations:
        return said
    revisions = SchemaRevision.objects.filter(schema=check.schema_id).values("pk")
    answers = Annotation.objects.filter(
        item__in=window, is_latest=True, schema_revision__in=revisions
    ).order_by("item_id", "pk")
    found = answers.values_list("item_id", "pk", "schema_revision_id", "document__regions")
    more = (_Said(row[0], "annotations", *row[1:]) for row in found.iterator(chunk_size=STREAMED))
    return merge(said, more, key=lambda one: one.item)


def _read(regions: Any) -> RegionsDocument | None:
    try:
        return parse_regions(regions)
    except RegionsError:
        return None
