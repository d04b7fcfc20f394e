"""REST doors: label schemas, their revisions and the gallery."""

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api import shapes
from datasets.models import LabelSchema
from datasets.pure.schema_templates import SCHEMA_TEMPLATES
from datasets.queries.access import get_revision_for, get_schema_for
from datasets.queries.schemas import revisions_of
from datasets.services import schemas
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import paged
from foundation.queries.access import get_project_for


class TemplatesView(APIView):
    """The gallery."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.TemplateOut(many=True))
    def get(self, request: Request) -> Response:
        """List label schemas to start from."""
        shown = [
            {
                "name": one.name,
                "title": gettext(one.title),
                "description": gettext(one.description),
                "data_type": one.data_type,
                "definition": one.definition,
            }
            for one in SCHEMA_TEMPLATES
        ]
        return Response({"results": shown, "next": None})


class SchemasView(APIView):
    """The label schemas of a project."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.SchemaOut(many=True))
    def get(self, request: Request, project_id: str) -> Response:
        """List label schemas."""
        project = get_project_for(actor_of(request), project_id, Permission.VIEW)
        rows = LabelSchema.objects.filter(project=project).select_related("project")
        return paged(request, rows, shapes.show_schema)

    @extend_schema(request=shapes.SchemaIn, responses={201: shapes.RevisionOut})
    @idempotent
    def post(self, request: Request, project_id: str) -> Response:
        """Publish a label schema; the answer is its first revision."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.MANAGE)
        wanted = shapes.SchemaIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        revision = schemas.publish_schema(project=project, by=actor.user, **wanted.validated_data)
        return Response(shapes.show_revision(revision), status=201)


class SchemaView(APIView):
    """One label schema."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.SchemaOut)
    def get(self, request: Request, schema_id: str) -> Response:
        """Return a label schema."""
        return Response(
            shapes.show_schema(get_schema_for(actor_of(request), schema_id, Permission.MEMBER))
        )

    @extend_schema(request=shapes.SchemaChange, responses=shapes.SchemaOut)
    @idempotent
    def patch(self, request: Request, schema_id: str) -> Response:
        """Rename a schema, archive it or bring it back."""
        actor = actor_of(request)
        schema = get_schema_for(actor, schema_id, Permission.MANAGE)
        wanted = shapes.SchemaChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        if "name" in values:
            schema = schemas.rename_schema(schema=schema, name=values["name"], by=actor.user)
        if "is_archived" in values:
            change = schemas.archive_schema if values["is_archived"] else schemas.restore_schema
            schema = change(schema=schema, by=actor.user)
        return Response(shapes.show_schema(schema))


class RevisionsView(APIView):
    """The revisions of a label schema."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.RevisionOut(many=True))
    def get(self, request: Request, schema_id: str) -> Response:
        """List revisions, newest first."""
        schema = get_schema_for(actor_of(request), schema_id, Permission.MEMBER)
        rows = revisions_of(schema).select_related("schema")
        return paged(request, rows, shapes.show_revision, newest_first=True)

    @extend_schema(request=shapes.RevisionIn, responses={201: shapes.RevisionOut})
    @idempotent
    def post(self, request: Request, schema_id: str) -> Response:
        """Publish the next revision; the same definition returns the present one."""
        actor = actor_of(request)
        schema = get_schema_for(actor, schema_id, Permission.MANAGE)
        wanted = shapes.RevisionIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        revision = schemas.amend_schema(schema=schema, by=actor.user, **wanted.validated_data)
        return Response(shapes.show_revision(revision), status=201)


class RevisionView(APIView):
    """One revision of a label schema."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.RevisionOut)
    def get(self, request: Request, schema_id: str, number: int) -> Response:
        """Return a revision; annotators read it to know what is asked."""
        revision = get_revision_for(actor_of(request), schema_id, number, Permission.MEMBER)
        return Response(shapes.show_revision(revision))
