"""Checks of rules: the newest, what they list, and which items they mean."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from datasets.models import Dataset, RuleBreach, RuleCheck
from datasets.pure.filters import Term
from datasets.queries.filtering import filter_meanings
from foundation.errors import NotFound
from foundation.models import Job
from foundation.opaque import decode_id

LEVELS = ("error", "warning")


def rule_checks_of(dataset: Dataset) -> QuerySet[RuleCheck]:
    """Return the checks of a dataset."""
    return RuleCheck.objects.filter(dataset=dataset).select_related(
        "dataset", "schema", "schema_revision", "job", "created_by", "since"
    )


def running_check(**values: Any) -> RuleCheck | None:
    """Return a check like this that waits or runs."""
    live = (Job.State.QUEUED, Job.State.RUNNING)
    rows = RuleCheck.objects.filter(**values, finished_at=None, job__state__in=live)
    return rows.select_related("dataset", "schema", "schema_revision", "job").first()


def last_check(**values: Any) -> RuleCheck | None:
    """Return the newest check like this that has ended."""
    rows = RuleCheck.objects.filter(**values, finished_at__isnull=False)
    return rows.order_by("-pk").first()


def breaches_of(
    check: RuleCheck, *, rule: int | None = None, level: str = "", where: str = ""
) -> QuerySet[RuleBreach]:
    """Return what a check lists: of one rule, of one level, in truths or in annotations."""
    rows = RuleBreach.objects.filter(check_run=check)
    if rule is not None:
        rows = rows.filter(rule=rule)
    if level in LEVELS:
        rows = rows.filter(level=level)
    if where:
        rows = rows.filter(truth__isnull=where != "truths")
    return rows.select_related("item", "truth", "annotation__annotator")


def _breaks(dataset: Dataset, term: Term) -> Q:
    """Match the items listed by a check, of one of its rules, or by the newest of each schema."""
    name, _slash, rule = str(term.value).partition("/")
    rows = RuleBreach.objects.filter(item=OuterRef("pk"), check_run__dataset=dataset)
    if name in ("any", *LEVELS):
        newer = RuleCheck.objects.filter(
            dataset=dataset,
            schema=OuterRef("check_run__schema"),
            finished_at__isnull=False,
            pk__gt=OuterRef("check_run"),
        )
        rows = rows.filter(~Exists(newer), check_run__finished_at__isnull=False)
        return Q(Exists(rows if name == "any" else rows.filter(level=name)))
    try:
        rows = rows.filter(check_run=decode_id("rulecheck", name))
    except NotFound:
        return Q(pk__in=[])
    if rule in LEVELS:
        rows = rows.filter(level=rule)
    elif rule:
        # people count from 1
        rows = rows.filter(rule=int(rule) - 1 if rule.isdecimal() and len(rule) < 5 else -1)
    return Q(Exists(rows))


filter_meanings.register("breaks", _breaks)
