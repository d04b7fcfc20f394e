"""The editor of label schemas: a new one, the next revision, and what it says while one types."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from datasets.models import LabelSchema
from datasets.pure.schema_rules import Change, parse_schema
from datasets.pure.schema_source import source_of
from datasets.pure.schema_templates import SCHEMA_TEMPLATES
from datasets.queries.access import get_schema_for
from datasets.queries.rule_previews import Preview, preview_rules
from datasets.queries.schemas import current_revision
from datasets.services.schemas import (
    amend_schema,
    check_definition,
    publish_schema,
    read_definition,
)
from datasets.views.schema_words import kinds_for_editor, questions_in_words, rules_in_words
from foundation.actor import Permission
from foundation.errors import DomainError
from foundation.models import Project
from foundation.queries.access import get_project_for
from foundation.views.page import actor_of, page, render_page

Json = dict[str, Any]
SHOWN_CHANGES = 100
PREVIEWED = 24
"""Labels of a question in the preview; the workbench has a search for more."""
BLANK: Json = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "topic",
            "title": "Topic",
            "type": "choice",
            "required": True,
            "labels": [{"key": "first", "name": "First"}, {"key": "second", "name": "Second"}],
        }
    ],
}


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_schema(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Edit a template, or a blank schema, and publish it."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.MANAGE)
    wanted = request.GET.get("template")
    template = next((one for one in SCHEMA_TEMPLATES if one.name == wanted), None)
    definition = template.definition if template else BLANK
    shown = {"name": _(template.title) if template else "", "source": source_of(definition)}
    seen = _shown(read_definition(definition))
    errors: list[Json] = []
    if request.method == "POST":
        shown = {"name": request.POST.get("name", ""), "source": request.POST.get("source", "")}
        try:
            revision = publish_schema(
                project=project, name=shown["name"], definition=shown["source"], by=actor.user
            )
            messages.success(request, _("The label schema is published."))
            return redirect("schema", revision.schema.oid)
        except DomainError as error:
            errors = errors_of(error)
            seen = _seen(shown["source"], None)
    return _editor(request, project, _("New label schema"), shown, errors, seen)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit_schema(request: HttpRequest, schema_id: str) -> HttpResponseBase:
    """Edit the next revision of a schema, and publish it."""
    actor = actor_of(request)
    schema = get_schema_for(actor, schema_id, Permission.MANAGE)
    present = current_revision(schema)
    shown = {"source": source_of(present.definition), "note": ""}
    seen = _shown(present.definition)
    errors: list[Json] = []
    if request.method == "POST":
        shown = {"source": request.POST.get("source", ""), "note": request.POST.get("note", "")}
        try:
            revision = amend_schema(
                schema=schema, definition=shown["source"], by=actor.user, note=shown["note"]
            )
            if revision.number == present.number:
                messages.success(request, _("Nothing has changed."))
            else:
                text = _("Revision %(n)d is published.") % {"n": revision.number}
                messages.success(request, text)
            return redirect("schema", schema.oid)
        except DomainError as error:
            errors = errors_of(error)
            seen = _seen(shown["source"], schema)
    return _editor(request, schema.project, schema.name, shown, errors, seen, schema)


@require_POST
@page
def check_schema(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Say what is wrong with a source, and show its questions; nothing is kept."""
    actor = actor_of(request)
    get_project_for(actor, project_id, Permission.MANAGE)
    schema_id = request.POST.get("schema", "")
    schema = get_schema_for(actor, schema_id, Permission.MANAGE) if schema_id else None
    seen = _seen(request.POST.get("source", ""), schema)
    return render(request, "datasets/_schema_seen.html", seen)


@require_POST
@page
def preview_rules_of(request: HttpRequest, schema_id: str) -> HttpResponseBase:
    """Say what the rules of a source would refuse of the newest answers; nothing is kept."""
    schema = get_schema_for(actor_of(request), schema_id, Permission.MANAGE)
    try:
        definition, _changes = check_definition(request.POST.get("source", ""), schema)
    except DomainError:
        # what is wrong stands beside it; what was found last stays until it is mended
        return HttpResponse(status=204)
    preview = preview_rules(schema, parse_schema(definition))
    shown = {"preview": preview, "rules": _rules_previewed(schema, definition, preview)}
    return render(request, "datasets/_rules_preview.html", shown)


def _rules_previewed(schema: LabelSchema, definition: Json, preview: Preview) -> list[Json]:
    """Return each rule in words with what it would refuse; those not yet published are new."""
    published = current_revision(schema).definition.get("rules", [])
    rules = zip(definition.get("rules", []), rules_in_words(definition), preview.rules, strict=True)
    return [
        {
            **words,
            "is_new": rule not in published,
            "answers": found.answers,
            "items": len(found.items),
            "first": found.first,
            "left": len(found.items) - len(found.first),
        }
        for rule, words, found in rules
    ]


def _editor(
    request: HttpRequest,
    project: Project,
    title: str,
    shown: Json,
    errors: list[Json],
    seen: Json,
    schema: LabelSchema | None = None,
) -> HttpResponseBase:
    if errors and not seen["problems"]:
        seen["problems"] = errors  # what only publishing can tell: a name that is taken
    return render_page(
        request,
        "datasets/schema_edit.html",
        project=project,
        nav="labels",
        title=title,
        crumbs=[{"title": _("Labels"), "url": reverse("schemas", args=[project.oid])}],
        schema=schema,
        shown=shown,
        was_refused=bool(errors),
        kinds=kinds_for_editor(),
        status=422 if errors else 200,
        **seen,
    )


def _seen(source: str, schema: LabelSchema | None) -> Json:
    """Return problems and changes of a source, and its questions as they will be asked."""
    try:
        definition, changes = check_definition(source, schema)
    except DomainError as error:
        return {"problems": errors_of(error), "questions": [], "rules": [], "changes": []}
    return _shown(definition, changes)


def _shown(definition: Json, changes: Sequence[Change] = ()) -> Json:
    return {
        "problems": [],
        "questions": questions_in_words(definition, most=PREVIEWED),
        "rules": rules_in_words(definition),
        "changes": [
            {"detail": _(change.template) % change.values, "breaking": change.breaking}
            for change in changes[:SHOWN_CHANGES]
        ],
    }


def errors_of(error: DomainError) -> list[Json]:
    """Return every trouble with its line, where there is one."""
    found = error.extra.get("errors") or [place.as_json() for place in error.places]
    return list(found) or [{"at": "", "detail": str(error)}]
