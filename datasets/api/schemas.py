"""REST doors: label schemas, their revisions, and templates to start from."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api.datasets import ARCHIVED, wants
from datasets.api.shapes import (
    SchemaChange,
    SchemaCheckIn,
    SchemaCheckOut,
    SchemaIn,
    SchemaOut,
    SchemaRevisionIn,
    SchemaRevisionOut,
    TemplateOut,
)
from datasets.api.showing import Shown, show_revision, show_schema
from datasets.errors import sentence
from datasets.models import LabelSchema, SchemaRevision
from datasets.pure.schema_templates import SCHEMA_TEMPLATES
from datasets.queries.access import get_revision_for, get_schema_for
from datasets.queries.schemas import changes_of, current_revision, revisions_of, schemas_in
from datasets.services.schemas import (
    amend_schema,
    archive_schema,
    check_definition,
    publish_schema,
    rename_schema,
    restore_schema,
)
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import PAGE_PARAMETERS, page_of, paged
from foundation.queries.access import get_project_for


class SchemasView(APIView):
    """The label schemas of a project."""

    throttle_scope = "read"

    @extend_schema(parameters=[ARCHIVED, *PAGE_PARAMETERS], responses=page_of(SchemaOut))
    def get(self, request: Request, project_id: str) -> Response:
        """List label schemas, newest first."""
        project = get_project_for(actor_of(request), project_id, Permission.VIEW)
        rows = schemas_in(project, archived=wants(request, "archived")).select_related("project")
        return paged(request, rows, show_schema, newest_first=True)

    @extend_schema(request=SchemaIn, responses={201: SchemaOut})
    @idempotent
    def post(self, request: Request, project_id: str) -> Response:
        """Publish a label schema; its definition is an object, or its source as a text.

        From a source, what is wrong is named with its line and column.
        """
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.MANAGE)
        wanted = SchemaIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        revision = publish_schema(project=project, by=actor.user, **wanted.validated_data)
        return Response(_whole(revision.schema, revision), status=201)


class SchemaCheckView(APIView):
    """What a definition would be, before it is published."""

    throttle_scope = "read"

    @extend_schema(request=SchemaCheckIn, responses=SchemaCheckOut)
    def post(self, request: Request, project_id: str) -> Response:
        """Check a definition, an object or its source; nothing is kept.

        Returns it with its defaults and, beside the `schema` it is meant for, what would change.
        What is wrong is a 422, from a source with line and column.
        """
        actor = actor_of(request)
        get_project_for(actor, project_id, Permission.MANAGE)
        wanted = SchemaCheckIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        schema_id = wanted.validated_data.get("schema")
        schema = get_schema_for(actor, schema_id, Permission.MANAGE) if schema_id else None
        read, changes = check_definition(wanted.validated_data["definition"], schema)
        return Response({"definition": read, "changes": [one.as_json() for one in changes]})


class SchemaView(APIView):
    """One label schema."""

    throttle_scope = "write"

    @extend_schema(responses=SchemaOut)
    def get(self, request: Request, schema_id: str) -> Response:
        """Return a label schema with its newest revision."""
        schema = get_schema_for(actor_of(request), schema_id, Permission.MEMBER)
        return Response(_whole(schema, current_revision(schema)))

    @extend_schema(request=SchemaChange, responses=SchemaOut)
    @idempotent
    def patch(self, request: Request, schema_id: str) -> Response:
        """Rename, archive or restore a label schema."""
        actor = actor_of(request)
        schema = get_schema_for(actor, schema_id, Permission.MANAGE)
        wanted = SchemaChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        if "name" in values:
            rename_schema(schema=schema, name=values["name"], by=actor.user)
        if "archived" in values:
            change = archive_schema if values["archived"] else restore_schema
            change(schema=schema, by=actor.user)
        return Response(_whole(schema, current_revision(schema)))

    @extend_schema(responses=SchemaOut)
    @idempotent
    def delete(self, request: Request, schema_id: str) -> Response:
        """Archive a label schema. Answers under it stay; PATCH brings it back."""
        actor = actor_of(request)
        schema = get_schema_for(actor, schema_id, Permission.MANAGE)
        archive_schema(schema=schema, by=actor.user)
        return Response(_whole(schema, current_revision(schema)))


class RevisionsView(APIView):
    """The revisions of a label schema."""

    throttle_scope = "write"

    @extend_schema(
        operation_id="schemas_revisions_list",
        parameters=PAGE_PARAMETERS,
        responses=page_of(SchemaRevisionOut),
    )
    def get(self, request: Request, schema_id: str) -> Response:
        """List revisions, newest first."""
        schema = get_schema_for(actor_of(request), schema_id, Permission.VIEW)
        return paged(request, revisions_of(schema), show_revision, newest_first=True)

    @extend_schema(request=SchemaRevisionIn, responses={201: SchemaRevisionOut})
    @idempotent
    def post(self, request: Request, schema_id: str) -> Response:
        """Publish the next revision; the same definition returns the present one.

        409 when answers exist that would no longer fit: retire a label instead of removing it.
        """
        actor = actor_of(request)
        schema = get_schema_for(actor, schema_id, Permission.MANAGE)
        wanted = SchemaRevisionIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        revision = amend_schema(schema=schema, by=actor.user, **wanted.validated_data)
        return Response(_with_changes(revision), status=201)


class RevisionView(APIView):
    """One revision of a label schema."""

    throttle_scope = "read"

    @extend_schema(responses=SchemaRevisionOut)
    def get(self, request: Request, schema_id: str, number: int) -> Response:
        """Return a revision, with what it changed. It never changes, so it may be kept."""
        revision = get_revision_for(actor_of(request), schema_id, number)
        headers = {"Cache-Control": "private, max-age=86400, immutable"}
        return Response(_with_changes(revision), headers=headers)


class TemplatesView(APIView):
    """Label schemas to start from."""

    throttle_scope = "read"

    @extend_schema(parameters=PAGE_PARAMETERS, responses=page_of(TemplateOut))
    def get(self, request: Request) -> Response:
        """List the gallery."""
        shown = [
            {
                "name": template.name,
                "title": _(template.title),
                "description": _(template.description),
                "data_type": template.data_type,
                "definition": template.definition,
            }
            for template in SCHEMA_TEMPLATES
        ]
        return Response({"results": shown, "next": None})


def _whole(schema: LabelSchema, revision: SchemaRevision) -> Shown:
    return show_schema(schema) | {"revision": show_revision(revision)}


def _with_changes(revision: SchemaRevision) -> Shown:
    changes = [change.as_json() | {"detail": sentence(change)} for change in changes_of(revision)]
    return show_revision(revision) | {"changes": changes}
