"""REST doors: files made to be taken away."""

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api.shapes import ExportIn, ExportOut
from datasets.api.showing import show_export
from datasets.errors import ExportNotReady
from datasets.models import Dataset, Export, Version
from datasets.queries.access import get_dataset_for, get_export_for, get_schema_for
from datasets.queries.resources import exports_of
from datasets.queries.versions import get_version_for
from datasets.services.exports import start_export
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import PAGE_PARAMETERS, page_of, paged
from foundation.media import file_response


class DatasetExportsView(APIView):
    """Exports of a living dataset."""

    throttle_scope = "write"

    @extend_schema(parameters=PAGE_PARAMETERS, responses=page_of(ExportOut))
    def get(self, request: Request, dataset_id: str) -> Response:
        """List exports of a dataset and its versions, newest first."""
        dataset = get_dataset_for(actor_of(request), dataset_id, Permission.VIEW)
        return paged(request, exports_of(dataset), show_export, newest_first=True)

    @extend_schema(request=ExportIn, responses={202: ExportOut})
    @idempotent
    def post(self, request: Request, dataset_id: str) -> Response:
        """Have a file made of a living dataset. The job of `Location` says when it is ready."""
        dataset = get_dataset_for(actor_of(request), dataset_id, Permission.VIEW)
        return _start(request, dataset, None)


class VersionExportsView(APIView):
    """Exports of a frozen version."""

    throttle_scope = "write"

    @extend_schema(parameters=PAGE_PARAMETERS, responses=page_of(ExportOut))
    def get(self, request: Request, version_id: str) -> Response:
        """List exports of a version, newest first."""
        version = get_version_for(actor_of(request), version_id, Permission.VIEW)
        rows = exports_of(version.dataset, version)
        return paged(request, rows, show_export, newest_first=True)

    @extend_schema(request=ExportIn, responses={202: ExportOut})
    @idempotent
    def post(self, request: Request, version_id: str) -> Response:
        """Have a file made of a frozen version."""
        version = get_version_for(actor_of(request), version_id, Permission.VIEW)
        return _start(request, version.dataset, version)


def _start(request: Request, dataset: Dataset, version: Version | None) -> Response:
    actor = actor_of(request)
    wanted = ExportIn(data=request.data)
    wanted.is_valid(raise_exception=True)
    values = wanted.validated_data
    named = values.pop("schema", None)
    schema = get_schema_for(actor, named, Permission.VIEW) if named else None
    export = start_export(dataset=dataset, version=version, schema=schema, by=actor.user, **values)
    location = f"/api/v1/jobs/{export.job.oid}" if export.job else ""
    return Response(show_export(export), status=202, headers={"Location": location})


class ExportView(APIView):
    """One export."""

    throttle_scope = "read"

    @extend_schema(responses=ExportOut)
    def get(self, request: Request, export_id: str) -> Response:
        """Return an export; it has a `url` once the file is ready."""
        return Response(show_export(get_export_for(actor_of(request), export_id)))


class ExportFileView(APIView):
    """The file of an export."""

    throttle_scope = "read"

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, export_id: str) -> HttpResponseBase:
        """Answer with the bytes, or part of them; 409 while they are being written."""
        export = _ready(get_export_for(actor_of(request), export_id))
        return file_response(
            request._request,
            key=export.storage_key,
            size=export.size or 0,
            media_type=export.media_type,
            file_name=export.file_name,
            etag=export.sha256,
        )


def _ready(export: Export) -> Export:
    if not export.storage_key:
        raise ExportNotReady
    return export
