"""Label schemas on pages: the gallery, the editor, the revisions."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from datasets.pure.schema_templates import SCHEMA_TEMPLATES
from datasets.queries.access import get_schema_for
from datasets.queries.schemas import changes_of, current_revision, revisions_of, schemas_in
from datasets.services.schemas import amend_schema, publish_schema
from foundation.actor import Permission
from foundation.errors import DomainError
from foundation.queries.access import get_project_for, may_do
from foundation.views.page import actor_of, page, render_page

Json = dict[str, Any]
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


def as_source(definition: Json) -> str:
    """Return a definition as the text that people edit."""
    return json.dumps(definition, indent=2, ensure_ascii=False)


@require_safe
@page
def schema_list(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """List the label schemas of a project, and the gallery to start from."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.VIEW)
    rows = [
        {"schema": schema, "revision": current_revision(schema)}
        for schema in schemas_in(project).order_by("name")
    ]
    return render_page(
        request,
        "datasets/schemas.html",
        project=project,
        nav="labels",
        title=_("Labels"),
        rows=rows,
        templates=_gallery(),
        may_manage=may_do(actor, project.pk, Permission.MANAGE),
    )


def _gallery() -> list[Json]:
    return [
        {
            "name": template.name,
            "title": _(template.title),
            "description": _(template.description),
            "data_type": template.data_type,
            "labels": _labels_in(template.definition)[:8],
        }
        for template in SCHEMA_TEMPLATES
    ]


def _labels_in(definition: Json) -> list[Json]:
    return [
        {"name": label.get("name") or label["key"], "color": label["color"]}
        for question in definition["questions"]
        for label in question.get("labels", [])
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_schema(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """Edit a template, or a blank schema, and publish it."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.MANAGE)
    wanted = request.GET.get("template")
    template = next((one for one in SCHEMA_TEMPLATES if one.name == wanted), None)
    shown = {
        "name": _(template.title) if template else "",
        "source": as_source(template.definition if template else BLANK),
    }
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
            errors = _errors(error)
    return render_page(
        request,
        "datasets/schema_edit.html",
        project=project,
        nav="labels",
        title=_("New label schema"),
        shown=shown,
        errors=errors,
        is_new=True,
        status=422 if errors else 200,
    )


def _errors(error: DomainError) -> list[Json]:
    """Return every trouble with its line, where there is one."""
    found = error.extra.get("errors") or [place.as_json() for place in error.places]
    return list(found) or [{"at": "", "detail": str(error)}]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def schema_page(request: HttpRequest, schema_id: str) -> HttpResponseBase:
    """Show a schema and its revisions; publish the next one."""
    actor = actor_of(request)
    schema = get_schema_for(actor, schema_id, Permission.VIEW)
    present = current_revision(schema)
    shown = {"source": as_source(present.definition), "note": ""}
    errors: list[Json] = []
    if request.method == "POST":
        schema = get_schema_for(actor, schema_id, Permission.MANAGE)
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
            errors = _errors(error)
    revisions = list(revisions_of(schema).order_by("-number"))
    return render_page(
        request,
        "datasets/schema.html",
        project=schema.project,
        nav="labels",
        title=schema.name,
        schema=schema,
        present=present,
        questions=_questions(present.definition),
        revisions=[
            {"revision": one, "changes": [change.as_json() for change in changes_of(one)]}
            for one in revisions
        ],
        shown=shown,
        errors=errors,
        may_manage=may_do(actor, schema.project_id, Permission.MANAGE),
        status=422 if errors else 200,
    )


def _questions(definition: Json) -> list[Json]:
    kinds = {
        "choice": _("one label"),
        "choices": _("any number of labels"),
        "boxes": _("boxes"),
        "spans": _("spans of text"),
        "number": _("a number"),
        "rating": _("a rating"),
        "text": _("a text"),
    }
    return [
        {
            **question,
            "kind": kinds.get(question["type"], question["type"]),
            "shown_labels": [
                {**label, "name": label.get("name") or label["key"]}
                for label in question.get("labels", [])
            ],
        }
        for question in definition["questions"]
    ]
