"""Changing labels that answers say: put together, previewed, started; undone or gone on with."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from datasets.models import LabelSchema
from datasets.queries.access import get_migration_for, get_schema_for
from datasets.queries.schemas import current_revision
from datasets.services.schema_migrations import (
    continue_migration,
    preview_migration,
    start_migration,
    undo_migration,
)
from datasets.views.schema_editing import errors_of
from foundation.actor import Permission
from foundation.errors import DomainError
from foundation.views.page import actor_of, page, render_page

Json = dict[str, Any]
OFFERED = 500
"""Labels that the fields suggest; any other can be typed."""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def change_labels(request: HttpRequest, schema_id: str) -> HttpResponseBase:
    """Put operations together, see what they touch, and start them."""
    actor = actor_of(request)
    schema = get_schema_for(actor, schema_id, Permission.MANAGE)
    definition = current_revision(schema).definition
    operations = _operations(request)
    action = request.POST.get("action", "")
    typed: Json = {}
    problems: list[Json] = []
    if action.startswith("drop-"):
        operations = [one for place, one in enumerate(operations) if action != f"drop-{place}"]
    elif action == "add":
        typed = request.POST.dict()
        operations.append(_operation(typed, definition))
    try:
        if action == "start":
            note = request.POST.get("note", "")
            migration = start_migration(
                schema=schema, operations=operations, by=actor.user, note=note
            )
            text = _("Revision %(n)d is published; answers follow.")
            messages.success(request, text % {"n": migration.to_revision.number})
            return redirect(f"{reverse('schema', args=[schema.oid])}#changes")
        preview = _preview(schema, operations)
    except DomainError as error:
        preview, problems = None, errors_of(error)
        if action == "add":
            operations.pop()
            preview = (
                preview_migration(schema=schema, operations=operations) if operations else None
            )
    else:
        typed = {}
    return _show(request, schema, definition, operations, preview, problems, typed)


@require_POST
@page
def act(request: HttpRequest, migration_id: str) -> HttpResponseBase:
    """Undo a change of labels, or go on with it."""
    actor = actor_of(request)
    migration = get_migration_for(actor, migration_id, Permission.MANAGE)
    go_on = request.POST.get("action") == "continue"
    try:
        if go_on:
            continue_migration(migration=migration, by=actor.user)
            messages.success(request, _("Answers given since are brought along."))
        else:
            undo_migration(migration=migration, by=actor.user)
            messages.success(request, _("The change of labels is being undone."))
    except DomainError as error:
        messages.error(request, f"{error.title}. {error.detail}")
    return redirect(f"{reverse('schema', args=[migration.schema.oid])}#changes")


def _show(
    request: HttpRequest,
    schema: LabelSchema,
    definition: Json,
    operations: list[Json],
    preview: Json | None,
    problems: list[Json],
    typed: Json,
) -> HttpResponseBase:
    questions = [one for one in definition["questions"] if one.get("labels")]
    return render_page(
        request,
        "datasets/labels_change.html",
        project=schema.project,
        nav="labels",
        title=_("Change labels in use"),
        crumbs=[
            {"title": _("Labels"), "url": reverse("schemas", args=[schema.project.oid])},
            {"title": schema.name, "url": reverse("schema", args=[schema.oid])},
        ],
        schema=schema,
        questions=[(one["name"], one["title"]) for one in questions],
        offered=[label for one in questions for label in one["labels"][:OFFERED]],
        steps=[_in_words(operation, definition) for operation in operations],
        operations=json.dumps(operations),
        preview=preview,
        problems=problems,
        typed=typed,
        op=request.POST.get("op") or "merge",
        note=request.POST.get("note", ""),
        status=422 if problems else 200,
    )


def _preview(schema: LabelSchema, operations: list[Json]) -> Json | None:
    return preview_migration(schema=schema, operations=operations) if operations else None


def _operations(request: HttpRequest) -> list[Json]:
    try:
        read = json.loads(request.POST.get("operations", "[]"))
    except ValueError:
        return []
    return [one for one in read if isinstance(one, dict)] if isinstance(read, list) else []


def _operation(typed: Json, definition: Json) -> Json:
    """Return the operation that the fields describe; labels may be named or keyed."""
    name, kind = typed.get("question", ""), typed.get("op", "")
    keys = _keys(definition, name)
    labels = [keys.get(one.casefold(), one) for one in _lines(typed.get("labels", ""))]
    first = labels[0] if labels else ""
    operation: Json = {"op": kind, "question": name}
    if kind == "rename":
        return operation | {"label": first, "name": typed.get("name", "")}
    if kind == "merge":
        into = typed.get("into", "").strip()
        known = keys.get(into.casefold())
        target = known or ({"key": _key_from(into), "name": into} if into else "")
        return operation | {"labels": labels, "into": target}
    if kind == "split":
        new = [{"key": _key_from(one), "name": one} for one in _lines(typed.get("new", ""))]
        return operation | {"label": first, "into": new, "answers": typed.get("answers", "keep")}
    return operation | {"label": first}


def _keys(definition: Json, name: str) -> dict[str, str]:
    question: Json = next((one for one in definition["questions"] if one["name"] == name), {})
    labels = question.get("labels", [])
    spelled = {
        spelling.casefold(): label["key"]
        for label in labels
        for spelling in (*label.get("aliases", ()), label.get("name", ""))
    }
    return spelled | {label["key"].casefold(): label["key"] for label in labels}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _key_from(name: str) -> str:
    kept = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in name.lower())
    return kept.strip("_")[:60] or "label"


def _in_words(operation: Json, definition: Json) -> str:
    def named(label: Any) -> str:
        if isinstance(label, dict):
            return f"“{label.get('name') or label.get('key')}”"
        names = {
            one["key"]: one.get("name") or one["key"]
            for question in definition["questions"]
            if question["name"] == operation.get("question")
            for one in question.get("labels", [])
        }
        return f"“{names.get(str(label), label)}”"

    def listed(value: Any) -> str:
        return ", ".join(map(named, value)) if isinstance(value, list) else named(value)

    values = {
        "label": named(operation.get("label")),
        "labels": listed(operation.get("labels")),
        "into": listed(operation.get("into")),
        "name": operation.get("name", ""),
    }
    sentences = {
        "rename": _("Rename %(label)s to “%(name)s”."),
        "merge": _("Merge %(labels)s into %(into)s."),
        "split": _("Split %(label)s into %(into)s."),
        "retire": _("Retire %(label)s."),
    }
    return sentences.get(str(operation.get("op")), "%(label)s") % values
