"""Freezing: the accepted labels of a dataset become an immutable, sealed version."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.models import Dataset, LabelSchema, Truth, Version
from datasets.pure.regions import RegionsError, parse_regions
from datasets.pure.rule_tally import levels_broken
from datasets.pure.splitting import EXCLUDED
from datasets.queries.items import find_items
from datasets.queries.schemas import schema_of
from datasets.services.freezing import FrozenFiles, Picked, write_files
from datasets.services.splits import Candidate, decide_splits, split_plan_for
from foundation.clock import database_now
from foundation.errors import Conflict, Invalid, Place
from foundation.jobs import JobRun, LeaseLost, enqueue
from foundation.models import Job, User
from foundation.registry import Registry
from foundation.services.events import record_event

KeptOut = Callable[[Dataset], set[int]]
"""Returns the ids of items of a dataset that no version may hold."""

kept_out: Registry[KeptOut] = Registry("winnow.kept_out")
"""Gold items, which `annotate` knows of: they test people and never train models."""

FEW = 5


def start_freeze(
    *,
    dataset: Dataset,
    schema: LabelSchema,
    by: User | None,
    filter: str = "",
    note: str = "",
    split_plan: Mapping[str, Any] | None = None,
) -> tuple[Version, Job]:
    """Make the next version of a dataset and the job that freezes it.

    Raises Invalid where nothing would be in it: no item matches, or none has an accepted label.
    """
    if schema.project_id != dataset.project_id:
        detail = _("This schema belongs to another project.")
        raise Invalid(places=[Place("schema", "unknown-schema", detail)])
    chosen = find_items(dataset, filter)
    if not _current(chosen, schema).exists():
        detail = _("Nothing would be in it: no matching item has an accepted label yet.")
        raise Invalid(places=[Place("filter", "empty-version", detail)])
    values = {
        "dataset": dataset,
        "schema": schema,
        "schema_revision": schema.revisions.latest("number"),
        "note": note[:300],
        "filter": filter,
        "split_plan": split_plan_for(dataset, **(split_plan or {})),
        "created_by": by,
    }
    for _attempt in range(3):
        try:
            with transaction.atomic():
                return _create(values)
        except IntegrityError:  # somebody else took the number
            continue
    raise Conflict(_("Another version is being started. Try again in a moment."))


def _create(values: dict[str, Any]) -> tuple[Version, Job]:
    dataset, by = values["dataset"], values["created_by"]
    last = Version.objects.filter(dataset=dataset).aggregate(n=Max("number"))["n"] or 0
    version = Version.objects.create(number=last + 1, **values)
    title = _("Freeze %(name)s v%(number)d")
    job = enqueue(
        "datasets.freeze",
        title=title % {"name": dataset.name, "number": version.number},
        project=dataset.project,
        by=by,
        version=version.pk,
    )
    version.job = job
    version.save(update_fields=["job"])
    record_event(
        "version.started",
        by=by,
        project=dataset.project,
        target=version.oid,
        filter=version.filter,
    )
    return version, job


def _current(items: Any, schema: LabelSchema) -> Any:
    return Truth.objects.filter(schema=schema, is_current=True, item__in=items)


def end_abandoned(job: Job) -> None:
    """Note that a version will not be frozen: its job was cancelled as it waited, or given up."""
    freezing = Version.objects.filter(pk=job.params["version"], state=Version.State.FREEZING)
    freezing.update(state=Version.State.FAILED)


def freeze(run: JobRun) -> dict[str, Any]:
    """Do the work of a freeze. Killed half-way it begins again; nobody sees half a version."""
    version = Version.objects.select_related(
        "dataset", "schema", "schema_revision", "split_plan"
    ).get(pk=run.params["version"])
    if version.state == Version.State.FROZEN:
        return _report(version)
    broken: Counter[str] = Counter()
    try:
        picked, left_out = _pick(version)
        if not picked:
            raise Invalid(_("Nothing is left to freeze: no matching item has an accepted label."))
        run.set(total=len(picked), note=_("Writing entries"))
        files = write_files(
            picked,
            progress=lambda done: run.set(done=done),
            check=run.check,
            look=_rules_looked_at(version, broken, run),
        )
    except LeaseLost:  # it is another worker's now, and may be frozen already
        raise
    except Exception:
        Version.objects.filter(pk=version.pk).update(state=Version.State.FAILED)
        raise
    with run.batch(done=len(picked)):
        _finish(version, picked, left_out, files, broken)
    return _report(version)


def _pick(version: Version) -> tuple[list[Picked], Counter[str]]:
    """Return the entries in the order of their keys, and how many were left out, by reason.

    One statement reads which truth counts for each item, so that the version is one moment.
    """
    items = find_items(version.dataset, version.filter)
    rows = list(
        _current(items, version.schema)
        .order_by("item__key")
        .values_list(
            "item_id",
            "pk",
            "item__key",
            "item__group",
            "item__content_hash",
            "label",
            "item__split",
        )
    )
    left_out: Counter[str] = Counter()
    left_out["no_accepted_label"] = items.count() - len(rows)
    forbidden: set[int] = set()
    for _name, find in kept_out.items():
        forbidden |= find(version.dataset)
    allowed = [row for row in rows if row[0] not in forbidden]
    left_out["gold"] = len(rows) - len(allowed)
    if version.split_plan is None:
        raise Invalid(_("The version has no split plan."))
    splits = decide_splits(
        version.split_plan,
        [
            Candidate(item, key, group, same, label, given)
            for item, _truth, key, group, same, label, given in allowed
        ],
    )
    picked = []
    for item, truth, key, _group, same, label, _given in allowed:
        if splits[item] == EXCLUDED:
            left_out["same_group_as_test"] += 1
        else:
            picked.append(Picked(item, truth, key, same, label, splits[item]))
    return picked, +left_out


def _finish(
    version: Version,
    picked: list[Picked],
    left_out: Counter[str],
    files: FrozenFiles,
    broken: Counter[str],
) -> None:
    splits: Counter[str] = Counter(entry.split for entry in picked)
    labels: dict[str, Counter[str]] = {}
    for entry in picked:
        if entry.label:
            labels.setdefault(entry.label, Counter())[entry.split] += 1
    version.counts = {
        "splits": dict(splits),
        "labels": {label: dict(counts) for label, counts in sorted(labels.items())},
        "left_out": dict(left_out),
        "warnings": [*_rule_warnings(broken), *_warnings(splits, labels)],
        **({"rules": dict(broken)} if broken else {}),
    }
    version.entry_count = len(picked)
    version.content_root, version.seal = files.content_root, files.seal
    version.leaves_key, version.leaves_sha256 = files.leaves.key, files.leaves.sha256
    version.content_key, version.content_sha256 = files.content.key, files.content.sha256
    version.state, version.frozen_at = Version.State.FROZEN, database_now()
    version.save()
    record_event(
        "version.frozen",
        by=version.created_by,
        project=version.dataset.project,
        target=version.oid,
        entries=version.entry_count,
        seal=version.seal,
    )


def _rules_looked_at(
    version: Version, broken: Counter[str], run: JobRun
) -> Callable[[Truth], None]:
    """Return what counts, by level, the entries that break a rule of the frozen revision."""
    schema = schema_of(version.schema_revision)

    def look(truth: Truth) -> None:
        if not schema.rules:
            return
        run.check()
        try:
            broken.update(levels_broken(schema, parse_regions(truth.regions)))
        except RegionsError:
            broken["unreadable"] += 1

    return look


def _rule_warnings(broken: Counter[str]) -> list[str]:
    """Say how many frozen entries break rules."""
    sentences = {
        "error": ngettext(
            "%(n)d entry breaks a rule that refuses answers.",
            "%(n)d entries break a rule that refuses answers.",
            broken["error"],
        ),
        "warning": ngettext(
            "%(n)d entry breaks a rule that warns.",
            "%(n)d entries break a rule that warns.",
            broken["warning"],
        ),
    }
    return [text % {"n": broken[level]} for level, text in sentences.items() if broken[level]]


def _warnings(splits: Counter[str], labels: Mapping[str, Counter[str]]) -> list[str]:
    """Say what a model would suffer from."""
    texts = []
    for split in ("train", "validation", "test"):
        if not splits[split]:
            texts.append(_("No entry is in %(split)s.") % {"split": split})
    for label, counts in sorted(labels.items()):
        if sum(counts.values()) < FEW:
            texts.append(
                _("“%(label)s” has only %(n)d entries.")
                % {"label": label, "n": sum(counts.values())}
            )
    return texts


def _report(version: Version) -> dict[str, Any]:
    return {
        "version": version.oid,
        "number": version.number,
        "entries": version.entry_count,
        "content_root": version.content_root,
        "seal": version.seal,
        **version.counts,
    }
