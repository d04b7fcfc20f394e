"""Splits are decided once and remembered for every later version of a dataset."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from datasets.models import Dataset, PlannedSplit, SplitPlan
from datasets.pure.splitting import EXCLUDED, SPLITS, Group, Method, assign_splits
from foundation.errors import Invalid, Place

DEFAULT_SHARES = {"train": 0.7, "validation": 0.15, "test": 0.15}
BATCH = 1000


@dataclass(frozen=True)
class Candidate:
    """An item that may enter a version, as far as its split is concerned."""

    item_id: int
    key: str
    group: str
    content_hash: str
    label: str
    given: str = ""
    """The split its source named, which is followed where no plan has decided yet."""


def split_plan_for(
    dataset: Dataset,
    *,
    name: str = "default",
    method: str = SplitPlan.Method.STRATIFIED,
    shares: Mapping[str, float] | None = None,
    seed: int = 0,
) -> SplitPlan:
    """Return the plan of this name, made with these values when it is new.

    Raises Invalid when it exists with other values: a plan keeps what it decided.
    """
    wanted = {split: float((shares or DEFAULT_SHARES).get(split, 0.0)) for split in SPLITS}
    if any(share < 0 for share in wanted.values()) or abs(sum(wanted.values()) - 1) > 1e-6:
        detail = _("The shares are numbers from 0 to 1 that add up to 1.")
        raise Invalid(places=[Place("shares", "not-a-whole", detail)])
    if method not in SplitPlan.Method.values:
        known = ", ".join(SplitPlan.Method.values)
        detail = _("Choose from %(known)s.") % {"known": known}
        raise Invalid(places=[Place("method", "unknown-method", detail)])
    plan, is_new = SplitPlan.objects.get_or_create(
        dataset=dataset,
        name=name[:80],
        defaults={"method": method, "shares": wanted, "seed": seed},
    )
    if not is_new and (plan.method, plan.shares, plan.seed) != (method, wanted, seed):
        detail = _(
            "The split plan “%(name)s” exists with other values, and what it decided stays. "
            "Use it as it is, or give a new one another name."
        ) % {"name": plan.name}
        raise Invalid(places=[Place("split_plan", "plan-exists", detail)])
    return plan


def decide_splits(plan: SplitPlan, candidates: Iterable[Candidate]) -> dict[int, str]:
    """Return the split of each item and remember it; "excluded" for what must leave training.

    Items of one group, and items with the same content, share a split. Deciding again, after a
    crash or for the next version, gives what was decided before.
    """
    rows = list(candidates)
    number = {row.key: row.item_id for row in rows}
    kept = dict(plan.assigned.values_list("item_id", "split"))
    remembered = {row.key: row.given for row in rows if row.given in SPLITS}
    remembered |= {row.key: kept[row.item_id] for row in rows if row.item_id in kept}
    decided = assign_splits(
        _groups(rows), plan.shares, _method(plan), seed=plan.seed, remembered=remembered
    )
    splits = {number[key]: split for key, split in decided.splits.items()}
    splits |= {number[key]: EXCLUDED for key in decided.excluded}
    _remember(plan, {item: split for item, split in splits.items() if item not in kept})
    return splits


def _method(plan: SplitPlan) -> Method:
    return "hash" if plan.method == SplitPlan.Method.HASH else "stratified"


def _groups(rows: list[Candidate]) -> list[Group]:
    """Join items that share a group or their content; each joined set is one group."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    def join(first: str, second: str) -> None:
        low, high = sorted((find(first), find(second)))
        leader[high] = low

    for row in rows:
        if row.group:
            join(f"item {row.key}", f"group {row.group}")
        join(f"item {row.key}", f"same {row.content_hash}")
    members: dict[str, list[Candidate]] = {}
    for row in rows:
        members.setdefault(find(f"item {row.key}"), []).append(row)
    return [_group(together) for together in members.values()]


def _group(together: list[Candidate]) -> Group:
    keys = sorted(row.key for row in together)
    labels = sorted(row.label for row in together)
    common = max(labels, key=lambda label: (labels.count(label), label))
    named = sorted({row.group for row in together if row.group})
    return Group(name=named[0] if named else keys[0], keys=tuple(keys), stratum=common)


def _remember(plan: SplitPlan, splits: Mapping[int, str]) -> None:
    rows = [PlannedSplit(plan=plan, item_id=item, split=split) for item, split in splits.items()]
    for start in range(0, len(rows), BATCH):
        with transaction.atomic():
            PlannedSplit.objects.bulk_create(rows[start : start + BATCH], ignore_conflicts=True)
