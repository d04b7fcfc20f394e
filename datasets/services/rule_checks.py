"""Holding all labels of a dataset against the rules of their schema: asked for, done by a job."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
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
    RuleLook,
    SchemaRevision,
    Truth,
)
from datasets.pure.answer_rules import Breach
from datasets.pure.regions import RegionsDocument, RegionsError, parse_regions
from datasets.pure.rule_tally import Tally
from datasets.pure.schema_types import Schema
from datasets.queries.rule_checks import last_check, running_check
from datasets.queries.schemas import current_revision, schema_of
from foundation import jobs
from foundation.clock import database_now
from foundation.errors import Invalid, Place
from foundation.jobs import JobRun
from foundation.models import User
from foundation.services.events import record_event

CHECK_RULES = "datasets.check_rules"
BATCH = 50
"""Items looked at before what was found is kept."""
LISTED = 500
"""Items of which is asked at once whether they changed."""
STREAMED = 20
"""Documents in memory at a time: each may hold 20,000 regions."""
EDITION = 1
"""Raised where the same documents are checked in another way: nothing from before is kept."""


def start_rule_check(
    *,
    dataset: Dataset,
    schema: LabelSchema,
    by: User | None,
    with_annotations: bool = False,
    anew: bool = False,
) -> RuleCheck:
    """Have all accepted labels of a dataset, and every annotation if wished, checked.

    After a first check only what changed is looked at, unless `anew`. While one like it runs, that
    one is returned. Raises Invalid where the schema is of another project or for other data, or
    has no rules.
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
        since = None if anew else last_check(**values)
        made = RuleCheck.objects.create(**values, created_by=by, since=since)
        made.job = jobs.enqueue(
            CHECK_RULES,
            title=_("Check the rules of %(schema)s in %(name)s")
            % {"schema": schema.name, "name": dataset.name},
            project=dataset.project,
            by=by,
            total=_items_of(dataset.pk).count(),
            check=made.pk,
            anew=anew,
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
    while ahead := list(_items_of(check.dataset_id).filter(pk__gt=after)[:LISTED]):
        window, known = _cut(ahead, check, anew=bool(run.params.get("anew")))
        looks = list(_look_at(window, known, check, schema, run))
        found = _breaches(window, {**known, **{one.item_id: one for one in looks}}, check, tally)
        tally.totals["kept"] += len(known)
        after, done = window[-1].pk, done + len(window)
        reached = {"after": after, "done": done, "figures": tally.figures()}
        with run.batch(done=done, checkpoint=reached):
            RuleBreach.objects.bulk_create(found, batch_size=500)
            _keep(looks)
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


def _cut(
    ahead: list[Item], check: RuleCheck, *, anew: bool
) -> tuple[list[Item], dict[int, RuleLook]]:
    """Items up to the last that may be looked at now, with what is known of those unchanged."""
    keys = _keys_of(ahead, check)
    looks = RuleLook.objects.filter(schema=check.schema_id, item__in=list(keys))
    known = {one.item_id: one for one in looks if keys[one.item_id] == one.key and not anew}
    changed = [place for place, one in enumerate(ahead) if one.pk in keys and one.pk not in known]
    window = ahead if len(changed) <= BATCH else ahead[: changed[BATCH - 1] + 1]
    return window, {one.pk: known[one.pk] for one in window if one.pk in known}


def _keys_of(items: list[Item], check: RuleCheck) -> dict[int, str]:
    """Of each item with documents: a hash of which these are, and of what they are held against."""
    truths, answers = _rows(items, check)
    named: dict[int, list[str]] = {}
    for item, pk, content in truths.values_list("item_id", "pk", "regions_hash"):
        named.setdefault(item, []).append(f"truth {pk} {content}")
    for item, pk, content in answers.values_list("item_id", "pk", "document__regions_hash"):
        named.setdefault(item, []).append(f"annotation {pk} {content}")
    start = f"{EDITION} {check.schema_revision_id}"
    return {
        item: sha256(" ".join([start, *documents]).encode()).hexdigest()
        for item, documents in named.items()
    }


def _look_at(
    window: list[Item],
    known: Mapping[int, RuleLook],
    check: RuleCheck,
    schema: Schema,
    run: JobRun,
) -> Iterator[RuleLook]:
    """Look at the documents of those items that changed."""
    changed = [one for one in window if one.pk not in known]
    keys = _keys_of(changed, check)
    for item, documents in groupby(_documents(changed, check), key=lambda said: said.item):
        tally, listed = Tally(), []
        for said in documents:
            run.check()
            document = _read(said.regions)
            if document is None:
                tally.cannot_read()
                continue
            is_older = said.revision != check.schema_revision_id
            for breach, region in tally.look(schema, document, said.kind, is_older=is_older):
                listed.append(_as_json(breach, said, region, is_older=is_older))
        key = keys.get(item, "")  # what came just now is looked at again by the next check
        yield RuleLook(
            schema_id=check.schema_id, item_id=item, key=key, figures=tally.figures(), listed=listed
        )


def _as_json(breach: Breach, said: _Said, region: str, *, is_older: bool) -> dict[str, Any]:
    return {
        "truth_id": said.pk if said.kind == "truths" else None,
        "annotation_id": said.pk if said.kind == "annotations" else None,
        "rule": breach.number,
        "level": breach.rule.level,
        "code": breach.code,
        "region": region[:100],
        "at": breach.at[:200],
        "template": breach.template,
        "values": dict(breach.values),
        "is_older": is_older,
    }


def _breaches(
    window: list[Item], looks: Mapping[int, RuleLook], check: RuleCheck, tally: Tally
) -> list[RuleBreach]:
    """Sum up what is known of the items, and list it as far as there is room."""
    tally.pass_items(len(window))
    found: list[RuleBreach] = []
    for item in window:
        look = looks.get(item.pk)
        if look is None:
            continue
        room = tally.add_item(look.figures, len(look.listed))
        found += [RuleBreach(check_run=check, item_id=item.pk, **one) for one in look.listed[:room]]
    return found


def _keep(looks: list[RuleLook]) -> None:
    RuleLook.objects.bulk_create(
        looks,
        batch_size=100,
        update_conflicts=True,
        unique_fields=["schema", "item"],
        update_fields=["key", "figures", "listed"],
    )


def _rows(items: list[Item], check: RuleCheck) -> tuple[Any, Any]:
    """Return the accepted labels of some items, and their annotations where these are checked."""
    truths = Truth.objects.filter(schema=check.schema_id, item__in=items, is_current=True)
    answers = Annotation.objects.none()
    if check.with_annotations:
        revisions = SchemaRevision.objects.filter(schema=check.schema_id).values("pk")
        answers = Annotation.objects.filter(
            item__in=items, is_latest=True, schema_revision__in=revisions
        )
    return truths.order_by("item_id"), answers.order_by("item_id", "pk")


def _documents(items: list[Item], check: RuleCheck) -> Iterator[_Said]:
    """Yield what is said of some items, item by item, read a few documents at a time."""
    truths, answers = _rows(items, check)
    rows = truths.values_list("item_id", "pk", "schema_revision_id", "regions")
    said = (_Said(row[0], "truths", *row[1:]) for row in rows.iterator(chunk_size=STREAMED))
    found = answers.values_list("item_id", "pk", "schema_revision_id", "document__regions")
    more = (_Said(row[0], "annotations", *row[1:]) for row in found.iterator(chunk_size=STREAMED))
    return merge(said, more, key=lambda one: one.item)


def _read(regions: Any) -> RegionsDocument | None:
    try:
        return parse_regions(regions)
    except RegionsError:
        return None
