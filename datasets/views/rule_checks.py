"""What breaks the rules of labels in a dataset, on a page: counts by rule, and where."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from datasets.models import Dataset, LabelSchema, RuleBreach, RuleCheck
from datasets.queries.access import get_dataset_for, get_schema_for
from datasets.queries.lists import fitting_schemas
from datasets.queries.rule_checks import LEVELS, breaches_of, rule_checks_of
from datasets.queries.schemas import current_revision
from datasets.services.rule_checks import start_rule_check
from datasets.views.schema_words import rules_in_words
from foundation.actor import Permission
from foundation.errors import DomainError
from foundation.opaque import decode_id, encode_id
from foundation.queries.access import may_do
from foundation.queries.jobs import pace_of
from foundation.templatetags.words import number
from foundation.views.page import (
    actor_of,
    is_polled,
    page,
    part_only,
    render_page,
    whole_again,
)

Json = dict[str, Any]
PAGE = 50
DOCUMENTS = ("truths", "annotations")


@require_http_methods(["GET", "HEAD", "POST"])
@page
@part_only
def rules(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """Show what the newest check of a schema found, page by page; start another."""
    actor = actor_of(request)
    posted = request.method == "POST"
    dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE if posted else Permission.VIEW)
    if posted:
        return _start(request, dataset)
    ruled = [
        {"schema": one, "rules": found}
        for one in fitting_schemas(dataset)
        if (found := current_revision(one).definition.get("rules"))
    ]
    schema = _chosen(request, dataset, [one["schema"] for one in ruled])
    checks = rule_checks_of(dataset).filter(schema=schema).order_by("-pk")
    last = checks.first()
    shown = checks.exclude(finished_at=None).first()
    is_live = last is not None and last != shown and last.job is not None and not last.job.has_ended
    response = render_page(
        request,
        "datasets/rules.html",
        part="datasets/_rules_live.html",
        project=dataset.project,
        nav="items",
        title=_("Rules"),
        crumbs=[{"title": dataset.name, "url": reverse("dataset-items", args=[dataset.oid])}],
        dataset=dataset,
        schema=schema,
        schemas=[(one["schema"].oid, one["schema"].name) for one in ruled],
        rule_count=next((len(one["rules"]) for one in ruled if one["schema"] == schema), 0),
        last=last,
        has_failed=last is not None and last != shown and not is_live,
        is_live=is_live,
        pace=pace_of(last.job) if is_live and last is not None and last.job else None,
        check=shown,
        is_stale=shown is not None and current_revision(shown.schema) != shown.schema_revision,
        may_manage=may_do(actor, dataset.project_id, Permission.MANAGE),
        **(_found(request, shown) if shown is not None else {}),
    )
    if not is_live and is_polled(request):
        return whole_again(response)
    return response


def _start(request: HttpRequest, dataset: Dataset) -> HttpResponseBase:
    actor = actor_of(request)
    schema = get_schema_for(actor, request.POST.get("schema", ""), Permission.MANAGE)
    try:
        start_rule_check(
            dataset=dataset,
            schema=schema,
            by=actor.user,
            with_annotations=request.POST.get("annotations") == "1",
            anew=request.POST.get("anew") == "1",
        )
    except DomainError as error:
        messages.error(request, f"{error.title}. {error.detail}")
    query = urlencode({"schema": schema.oid})
    return redirect(f"{reverse('rules', args=[dataset.oid])}?{query}")


def _chosen(request: HttpRequest, dataset: Dataset, ruled: list[LabelSchema]) -> LabelSchema | None:
    if request.GET.get("schema"):
        return get_schema_for(actor_of(request), request.GET["schema"], Permission.VIEW)
    last = rule_checks_of(dataset).order_by("-pk").first()
    if last is not None:
        return last.schema
    return ruled[0] if ruled else None


def _found(request: HttpRequest, check: RuleCheck) -> Json:
    totals = check.figures.get("totals", {})
    asked = {name: request.GET.get(name, "") for name in ("rule", "level", "in")}
    rule = int(asked["rule"]) - 1 if asked["rule"].isdecimal() and len(asked["rule"]) < 5 else None
    level = asked["level"] if asked["level"] in LEVELS else ""
    where = asked["in"] if asked["in"] in DOCUMENTS else ""
    rows = breaches_of(check, rule=rule, level=level, where=where)
    if "after" in request.GET:
        rows = rows.filter(pk__gt=decode_id("after", request.GET["after"]))
    found = list(rows.order_by("pk")[: PAGE + 1])
    kept = {key: value for key, value in asked.items() if value} | {"schema": check.schema.oid}
    after = encode_id("after", found[PAGE - 1].pk) if len(found) > PAGE else ""
    part = f"/{rule + 1}" if rule is not None else f"/{level}" if level else ""
    wanted = urlencode({"q": f"breaks:{check.oid}{part}"})
    bars = _bars(check)
    return {
        "totals": totals,
        "bars": bars,
        "changed": totals.get("items", 0) - totals.get("kept", 0),
        "sentences": _sentences(totals),
        "rows": [_row(one) for one in found[:PAGE]],
        "older": f"?{urlencode(kept | {'after': after})}#found" if after else "",
        "newer": f"?{urlencode(kept)}#found" if "after" in request.GET else "",
        "filters": _filters(check, kept),
        "is_filtered": any(asked.values()),
        "items_url": f"{reverse('dataset-items', args=[check.dataset.oid])}?{wanted}",
        "wanted": wanted,
    }


def _bars(check: RuleCheck) -> list[Json]:
    """Return each rule in words with how often it is broken."""
    counted = check.figures.get("rules", {})
    bars = []
    for place, rule in enumerate(rules_in_words(check.schema_revision.definition)):
        counts = counted.get(str(place), {})
        n = counts.get("truths", 0) + counts.get("annotations", 0)
        query = urlencode({"schema": check.schema.oid, "rule": place + 1})
        bars.append(
            {
                "name": _("Rule %(n)d") % {"n": place + 1},
                "text_whole": rule["message"] or rule["text"],
                "level": rule["level"],
                "value": n,
                "kind": "w" if rule["level"] == "error" else "",
                "url": f"?{query}#found" if n else "",
                **{key: counts.get(key, 0) for key in (*DOCUMENTS, "items", "older")},
            }
        )
    return bars


def _sentences(totals: Json) -> list[str]:
    """Say what a reader must know of the counts."""
    counts = {name: totals.get(name, 0) for name in ("partly", "unreadable", "not_compared")}
    older = sum(totals.get(f"older_{name}", 0) for name in DOCUMENTS)
    left = totals.get("left_out", 0)
    told = [
        (older, _("Documents given under an earlier revision: %(n)s.")),
        (counts["partly"], _("Of these, with parts that are no longer asked: %(n)s.")),
        (counts["unreadable"], _("Documents that cannot be read any more: %(n)s.")),
        (counts["not_compared"], _("Documents with too many overlaps to compare all: %(n)s.")),
        (left, _("Counted and not listed: %(n)s. A list holds 20 of an item and 50,000 in all.")),
    ]
    return [text % {"n": number(n)} for n, text in told if n]


def _filters(check: RuleCheck, kept: dict[str, str]) -> list[Json]:
    """Return the links that narrow the list: by rule, by level, by kind of document."""

    def links(name: str, choices: list[tuple[str, str]]) -> list[Json]:
        others = {key: value for key, value in kept.items() if key != name}
        return [
            {
                "title": title,
                "url": f"?{urlencode(others | ({name: value} if value else {}))}#found",
                "current": kept.get(name, "") == value,
            }
            for value, title in choices
        ]

    levels = [("", _("All")), ("error", _("Errors")), ("warning", _("Warnings"))]
    found = [{"label": _("Level"), "links": links("level", levels)}]
    if check.with_annotations:
        kinds = [("", _("All")), ("truths", _("Accepted")), ("annotations", _("Answers"))]
        found.append({"label": _("Labels"), "links": links("in", kinds)})
    return found


def _row(breach: RuleBreach) -> Json:
    who = breach.annotation.annotator.name if breach.annotation is not None else ""
    return {
        "item": breach.item,
        "rule": breach.rule + 1,
        "level": breach.level,
        "words": _(breach.template) % breach.values,
        "path": breach.path,
        "who": who,
        "is_older": breach.is_older,
    }
