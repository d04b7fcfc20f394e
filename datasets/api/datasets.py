"""REST doors: datasets and the files made from them."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api import shapes
from datasets.errors import ExportNotReady
from datasets.models import Dataset, Export
from datasets.queries.access import get_dataset_for, get_export_for, get_schema_for
from datasets.queries.stats import item_counts
from datasets.queries.versions import get_version_for
from datasets.services import datasets
from datasets.services.exports import start_export
from foundation.actor import Permission
from foundation.api import shapes as common
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.jobs import accepted
from foundation.api.paging import paged
from foundation.media import file_response
from foundation.queries.access import get_project_for


class DatasetsView(APIView):
    """The datasets of a project."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.DatasetOut(many=True))
    def get(self, request: Request, project_id: str) -> Response:
        """List datasets, archived ones too."""
        project = get_project_for(actor_of(request), project_id, Permission.VIEW)
        rows = Dataset.objects.filter(project=project).select_related("project")
        return paged(request, rows, shapes.show_dataset)

    @extend_schema(request=shapes.DatasetIn, responses={201: shapes.DatasetOut})
    @idempotent
    def post(self, request: Request, project_id: str) -> Response:
        """Make an empty dataset."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.MANAGE)
        wanted = shapes.DatasetIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        dataset = datasets.create_dataset(project=project, by=actor.user, **wanted.validated_data)
        return Response(shapes.show_dataset(dataset), status=201)


class DatasetView(APIView):
    """One dataset."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.DatasetOut)
    def get(self, request: Request, dataset_id: str) -> Response:
        """Return a dataset with the number of its items."""
        dataset = get_dataset_for(actor_of(request), dataset_id, Permission.VIEW)
        counts = item_counts(dataset)
        items = {"live": counts.live, "archived": counts.archived, "erased": counts.erased}
        return Response(shapes.show_dataset(dataset) | {"items": items})

    @extend_schema(request=shapes.DatasetChange, responses=shapes.DatasetOut)
    @idempotent
    def patch(self, request: Request, dataset_id: str) -> Response:
        """Change name or description."""
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
        wanted = shapes.DatasetChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        datasets.describe_dataset(dataset=dataset, by=actor.user, **wanted.validated_data)
        return Response(shapes.show_dataset(dataset))

    @extend_schema(responses={204: None})
    @idempotent
    def delete(self, request: Request, dataset_id: str) -> Response:
        """Archive a dataset. Nothing is lost."""
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
        datasets.archive_dataset(dataset=dataset, by=actor.user)
        return Response(status=204)


class DatasetExportsView(APIView):
    """Files made from a living dataset."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.ExportOut(many=True))
    def get(self, request: Request, dataset_id: str) -> Response:
        """List exports of a dataset and of its versions, newest first."""
        dataset = get_dataset_for(actor_of(request), dataset_id, Permission.VIEW)
        rows = Export.objects.filter(dataset=dataset).select_related("version", "job")
        return paged(request, rows, shapes.show_export, newest_first=True)

    @extend_schema(request=shapes.ExportIn, responses={202: common.JobOut})
    @idempotent
    def post(self, request: Request, dataset_id: str) -> Response:
        """Write the living dataset, with every annotation, to a file."""
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.VIEW)
        wanted = shapes.ExportIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        schema_id = values.pop("schema")
        schema = get_schema_for(actor, schema_id, Permission.VIEW) if schema_id else None
        return _started(start_export(dataset=dataset, schema=schema, by=actor.user, **values))


class VersionExportsView(APIView):
    """Files made from a frozen version."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.ExportOut(many=True))
    def get(self, request: Request, version_id: str) -> Response:
        """List exports of a version, newest first."""
        version = get_version_for(actor_of(request), version_id, Permission.VIEW)
        rows = Export.objects.filter(version=version).select_related("version", "job")
        return paged(request, rows, shapes.show_export, newest_first=True)

    @extend_schema(request=shapes.ExportIn, responses={202: common.JobOut})
    @idempotent
    def post(self, request: Request, version_id: str) -> Response:
        """Write a version to a file; importing its JSONL gives the same content root."""
        actor = actor_of(request)
        version = get_version_for(actor, version_id, Permission.VIEW)
        wanted = shapes.ExportIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        values.pop("schema")
        export = start_export(dataset=version.dataset, version=version, by=actor.user, **values)
        return _started(export)


def _started(export: Export) -> Response:
    assert export.job is not None  # noqa: S101 (start_export made it a moment ago)
    response = accepted(export.job)
    response.data["export"] = export.oid
    return response


class ExportView(APIView):
    """One export."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.ExportOut)
    def get(self, request: Request, export_id: str) -> Response:
        """Return an export and, when it is ready, the address of its file."""
        return Response(shapes.show_export(get_export_for(actor_of(request), export_id)))


class ExportFileView(APIView):
    """The file of an export."""

    throttle_scope = "read"

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    def get(self, request: Request, export_id: str) -> HttpResponseBase:
        """Answer with the file, always as a download."""
        export = get_export_for(actor_of(request), export_id)
        if not export.storage_key or export.size is None:
            raise ExportNotReady
        return file_response(
            request._request,
            key=export.storage_key,
            size=export.size,
            media_type="application/octet-stream",
            file_name=export.file_name,
            etag=export.sha256,
        )
