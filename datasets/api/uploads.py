"""REST doors: uploads, for everything that is larger than a request."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api.pushing import body_of, chunks_of
from datasets.api.shapes import UploadIn, UploadOut
from datasets.api.showing import show_upload
from datasets.queries.access import get_dataset_for, get_schema_for, get_upload_for
from datasets.services.uploads import (
    FileToCome,
    commit_upload,
    discard_upload,
    open_upload,
    put_part,
)
from foundation.actor import Permission
from foundation.api import shapes
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.jobs import accepted


class UploadsView(APIView):
    """Opening uploads."""

    throttle_scope = "write"

    @extend_schema(request=UploadIn, responses={201: UploadOut})
    @idempotent
    def post(self, request: Request, dataset_id: str) -> Response:
        """Open an upload of files that belong together.

        `options` say how to read them: `format` ("auto" looks), `schema` (an id), and those of
        the format, such as `text`, `label` and `key` for the columns of a table.
        """
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.PUSH)
        wanted = UploadIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        options = dict(wanted.validated_data.get("options", {}))
        named = options.pop("schema", None)
        schema = get_schema_for(actor, str(named), Permission.PUSH) if named else None
        upload = open_upload(
            dataset=dataset,
            files=[FileToCome(**one) for one in wanted.validated_data["files"]],
            options=options,
            by=actor.user,
            schema=schema,
        )
        return Response(show_upload(upload), status=201)


class UploadView(APIView):
    """One upload."""

    throttle_scope = "write"

    @extend_schema(responses=UploadOut)
    def get(self, request: Request, upload_id: str) -> Response:
        """Return an upload and which parts are there, so that a client can go on."""
        return Response(show_upload(get_upload_for(actor_of(request), upload_id)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, upload_id: str) -> Response:
        """Give up an open upload; its parts are removed."""
        discard_upload(upload=get_upload_for(actor_of(request), upload_id))
        return Response(status=204)


class PartView(APIView):
    """One part of a file."""

    throttle_scope = "write"

    @extend_schema(request={"application/octet-stream": OpenApiTypes.BINARY}, responses={204: None})
    def put(self, request: Request, upload_id: str, index: int, number: int) -> Response:
        """Send the bytes of a part. Sent again, the later bytes count until the commit."""
        upload = get_upload_for(actor_of(request), upload_id)
        put_part(upload=upload, position=index, number=number, chunks=chunks_of(body_of(request)))
        return Response(status=204)


class CommitView(APIView):
    """Ending an upload."""

    throttle_scope = "write"

    @extend_schema(request=None, responses={202: shapes.JobOut})
    @idempotent
    def post(self, request: Request, upload_id: str) -> Response:
        """Hand a complete upload over; the job tells how it goes in. Again, it is the same job."""
        actor = actor_of(request)
        upload = get_upload_for(actor, upload_id)
        return accepted(commit_upload(upload=upload, by=actor.user))
