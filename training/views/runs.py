"""Runs on pages: list, start, watch, cancel."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from datasets.models import Version
from datasets.queries.lists import versions_in
from datasets.queries.versions import get_version_for
from foundation.actor import Permission
from foundation.errors import DomainError, Invalid
from foundation.opaque import decode_id, encode_id
from foundation.queries.access import get_project_for, may_do
from foundation.queries.jobs import pace_of
from foundation.views.page import (
    actor_of,
    is_polled,
    page,
    part_only,
    render_page,
    whole_again,
)
from training.models import Run
from training.queries.access import get_run_for
from training.queries.runs import curves_of, own_evaluation, own_evaluations, runs_of
from training.queries.versions import questions_of, trainers_for
from training.services.runs import cancel_run, start_run
from training.trainers import trainers
from training.trainers.base import TrainerSpec
from training.views.shown import charts_of, measured_once, trainer_name

PAGE = 30


@require_safe
@page
@part_only
def run_list(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """List runs with what they scored, newest first."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.VIEW)
    rows = runs_of(project).order_by("-pk")
    before = request.GET.get("before")
    if before:
        rows = rows.filter(pk__lt=decode_id("before", before))
    found = list(rows[: PAGE + 1])
    return render_page(
        request,
        "training/runs.html",
        part="training/_runs.html",
        project=project,
        nav="runs",
        title=_("Runs"),
        rows=_with_scores(found[:PAGE]),
        is_live=any(run.state in (Run.State.QUEUED, Run.State.RUNNING) for run in found[:PAGE]),
        older=f"?before={encode_id('before', found[PAGE - 1].pk)}" if len(found) > PAGE else "",
        newest="?" if before else "",
        may_start=may_do(actor, project.pk, Permission.MANAGE),
        has_version=versions_in(project).filter(state=Version.State.FROZEN).exists(),
    )


def _with_scores(runs: list[Run]) -> list[dict[str, Any]]:
    own = own_evaluations(runs)
    rows = []
    for run in runs:
        splits = own[run.pk].report["splits"] if run.pk in own else {}
        row = {"run": run, "test": splits.get("test"), "trainer": trainer_name(run.trainer)}
        rows.append(row)
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_run(request: HttpRequest, version_id: str) -> HttpResponseBase:
    """Choose a trainer that fits the version, set its parameters, start."""
    actor = actor_of(request)
    version = get_version_for(actor, version_id, Permission.MANAGE)
    fitting = trainers_for(version)
    given = request.POST if request.method == "POST" else request.GET
    chosen = next((spec for spec in fitting if spec.name == given.get("trainer")), None)
    chosen = chosen or next(iter(fitting), None)
    errors: dict[str, str] = {}
    if request.method == "POST" and chosen is not None:
        try:
            run = _start(request, version, chosen)
            return redirect("run", run.oid)
        except Invalid as error:
            errors = {
                place.at.removeprefix("parameters/"): str(place.detail) for place in error.places
            }
            errors = errors or {"trainer": str(error)}
    return render_page(
        request,
        "training/run_new.html",
        project=version.dataset.project,
        nav="runs",
        title=_("New run"),
        version=version,
        trainers=_choices(fitting, chosen),
        chosen=chosen,
        questions=questions_of(version),
        fields=_fields(chosen, given, errors) if chosen else [],
        errors=errors,
        given=given,
        status=422 if errors else 200,
    )


def _start(request: HttpRequest, version: Version, spec: TrainerSpec) -> Run:
    seed = request.POST.get("seed", "0").strip() or "0"
    if not seed.isdecimal():
        raise Invalid(_("The seed is a whole number from 0 on."))
    return start_run(
        version=version,
        trainer=spec.name,
        by=actor_of(request).user,
        params=spec.read_form(request.POST.dict()),
        seed=int(seed),
        question=request.POST.get("question", ""),
        name=request.POST.get("name", "").strip(),
    )


def _choices(fitting: list[TrainerSpec], chosen: TrainerSpec | None) -> list[dict[str, Any]]:
    return [
        {
            "name": spec.name,
            "title": _(spec.title),
            "description": _(spec.description),
            "missing": spec.missing(),
            "install": spec.missing_line,
            "is_chosen": spec is chosen,
        }
        for spec in fitting
    ]


def _fields(spec: TrainerSpec, given: Any, errors: dict[str, str]) -> list[dict[str, Any]]:
    """Return the form of a trainer's parameters, made from their JSON schema."""
    fields = []
    for name, about in spec.parameter_schema(_)["properties"].items():
        value = given.get(name, about["default"]) if name in given else about["default"]
        fields.append(
            {
                "name": name,
                "label": about["title"],
                "help": about["description"],
                "value": value,
                "error": errors.get(name, ""),
                "kind": _field_kind(about),
                "min": about.get("minimum"),
                "max": about.get("maximum"),
                "step": 1 if about["type"] == "integer" else "any",
                "options": [(one["const"], one["title"]) for one in about.get("oneOf", [])],
            }
        )
    return fields


def _field_kind(about: dict[str, Any]) -> str:
    if "oneOf" in about:
        return "choice"
    return {"boolean": "check", "integer": "number", "number": "number"}.get(about["type"], "text")


@require_safe
@page
@part_only
def run_page(request: HttpRequest, run_id: str) -> HttpResponseBase:
    """Watch a run: how far, is it learning, what it costs."""
    actor = actor_of(request)
    run = get_run_for(actor, run_id, Permission.VIEW)
    is_live = run.state in (Run.State.QUEUED, Run.State.RUNNING)
    if not is_live and is_polled(request):
        return whole_again(HttpResponse())
    charts = charts_of(curves_of(run))
    return render_page(
        request,
        "training/run.html",
        part="training/_run.html",
        project=run.project,
        nav="runs",
        title=run.name or _("Run %(n)d") % {"n": run.number},
        run=run,
        trainer=trainer_name(run.trainer),
        pace=pace_of(run.job) if run.job else None,
        charts=[chart for chart in charts if chart["steps"] > 1],
        measured=measured_once(charts),
        settings=_settings(run),
        evaluation=own_evaluation(run),
        is_live=is_live,
        may_change=may_do(actor, run.project_id, Permission.MANAGE),
    )


def _settings(run: Run) -> list[tuple[str, str]]:
    """Return the parameters of a run in words; those of a trainer that is gone by their names."""
    known: dict[str, Any] = {}
    if run.trainer in trainers:
        known = trainers[run.trainer].parameter_schema(_)["properties"]
    found = []
    for name, value in run.params.items():
        about = known.get(name, {})
        choices = {one["const"]: one["title"] for one in about.get("oneOf", [])}
        text = choices.get(value, value)
        if isinstance(value, bool):
            text = _("yes") if value else _("no")
        elif isinstance(value, float):
            text = f"{value:g}"
        found.append((about.get("title", name), str(text)))
    return found


@require_POST
@page
def cancel(request: HttpRequest, run_id: str) -> HttpResponseBase:
    """Ask a run to stop."""
    actor = actor_of(request)
    run = get_run_for(actor, run_id, Permission.MANAGE)
    try:
        cancel_run(run=run, by=actor.user)
        messages.success(request, _("The run was asked to stop."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("run", run.oid)
