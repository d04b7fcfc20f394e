"""Label schemas on pages: the list with the gallery, and one schema with its revisions."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from datasets.models import LabelSchema
from datasets.pure.schema_rules import PLACED_TYPES
from datasets.pure.schema_templates import SCHEMA_TEMPLATES, search_templates
from datasets.queries.access import get_schema_for
from datasets.queries.migrations import is_last, migrations_of
from datasets.queries.schemas import changes_of, current_revision, revisions_of, schemas_in
from datasets.views.schema_words import DATA_TYPE_NAMES, questions_in_words, rules_in_words
from foundation.actor import Permission
from foundation.queries.access import get_project_for, may_do
from foundation.views.page import actor_of, page, render_page

Json = dict[str, Any]
SHOWN_REVISIONS = 30


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
        **_gallery(request),
        may_manage=may_do(actor, project.pk, Permission.MANAGE),
    )


def _gallery(request: HttpRequest) -> Json:
    """Return the templates that match what is looked for, with what can be looked for."""
    search = request.GET.get("q", "").strip()[:100]
    data_type = request.GET.get("for", "")
    known = list(dict.fromkeys(one.data_type for one in SCHEMA_TEMPLATES))
    data_type = data_type if data_type in known else ""
    asked = {"q": search} if search else {}
    return {
        "search": search,
        "data_type": data_type,
        "kinds": [
            {
                "title": str(DATA_TYPE_NAMES.get(name, name)).capitalize() if name else _("All"),
                "url": f"?{urlencode(asked | ({'for': name} if name else {}))}#gallery",
                "current": name == data_type,
                "n": len(search_templates(search, name)),
            }
            for name in ("", *known)
        ],
        "templates": [
            {
                "name": template.name,
                "title": _(template.title),
                "description": _(template.description),
                "data_type": template.data_type,
                "pictures": _pictures(template.definition),
                "labels": _labels_in(template.definition)[:6],
            }
            for template in search_templates(search, data_type)
        ],
    }


def _pictures(definition: Json) -> list[str]:
    """Return what the picture of a template shows: what is marked in the item, and one answer."""
    kinds = [
        "tree" if any(label.get("parent") for label in one.get("labels", [])) else one["type"]
        for one in definition["questions"]
    ]
    marked = [kind for kind in kinds if kind in PLACED_TYPES]
    return marked[:1] + [kind for kind in kinds if kind not in PLACED_TYPES][:1]


def _labels_in(definition: Json) -> list[Json]:
    return [
        {"name": label.get("name") or label["key"], "color": label["color"]}
        for question in definition["questions"]
        for label in question.get("labels", [])
    ]


@require_safe
@page
def schema_page(request: HttpRequest, schema_id: str) -> HttpResponseBase:
    """Show a schema, its revisions, and the changes of its labels."""
    actor = actor_of(request)
    schema = get_schema_for(actor, schema_id, Permission.VIEW)
    present = current_revision(schema)
    search = request.GET.get("q", "").strip()[:200]
    questions = questions_in_words(present.definition, search=search)
    return render_page(
        request,
        "datasets/schema.html",
        part="datasets/_schema_changes.html",
        project=schema.project,
        nav="labels",
        title=schema.name,
        schema=schema,
        present=present,
        questions=questions,
        rules=rules_in_words(present.definition),
        search=search,
        can_search=bool(search) or any(one["labels_left"] for one in questions),
        revisions=[
            {
                "revision": one,
                "changes": [_(change.template) % change.values for change in changes_of(one)],
            }
            for one in revisions_of(schema).order_by("-number")[:SHOWN_REVISIONS]
        ],
        may_manage=may_do(actor, schema.project_id, Permission.MANAGE),
        **_label_changes(schema),
    )


def _label_changes(schema: LabelSchema) -> Json:
    rows = list(migrations_of(schema).order_by("-pk")[:20])
    return {
        "migrations": [{"migration": one, "is_last": is_last(one)} for one in rows],
        "is_live": any(one.job is not None and one.job.finished_at is None for one in rows),
    }
