"""REST doors: uploads, for everything that is larger than a request."""

from collections.abc import Iterator
from typing import IO, Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api import shapes
from datasets.models import Upload
from datasets.queries.access import get_dataset_for, get_schema_for, get_upload_for
from datasets.services import uploads
from foundation.actor import Permission
from foundation.api import shapes as common
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.jobs import accepted

CHUNK = 1 << 18


class RawParser(BaseParser):
    """Hand the body on as a stream, whatever it is said to be."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the stream."""
        return stream


def chunks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a body in pieces."""
    while piece := stream.read(CHUNK):
        yield piece


def show_upload(upload: Upload) -> dict[str, Any]:
    """Return an upload with the parts of its files, received or not."""
    base = f"/api/v1/uploads/{upload.oid}"
    files = []
    for file in upload.files.order_by("position"):
        parts = [
            {
                "number": number,
                "url": f"{base}/files/{file.position}/parts/{number}",
                "received": str(number) in file.parts,
            }
            for number in range(1, uploads.part_count(file) + 1)
        ]
        shown = {"index": file.position, "name": file.name, "size": file.size, "parts": parts}
        files.append(shown | {"part_size": uploads.part_size(file)})
    return {
        "id": upload.oid,
        "state": upload.state,
        "files": files,
        "commit_url": f"{base}/commit",
        "job": upload.job.oid if upload.job else None,
    }


class UploadsView(APIView):
    """Uploads into a dataset."""

    throttle_scope = "write"

    @extend_schema(request=shapes.UploadIn, responses={201: shapes.UploadOut})
    @idempotent
    def post(self, request: Request, dataset_id: str) -> Response:
        """Open an upload; the answer says where each part of each file goes."""
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.PUSH)
        wanted = shapes.UploadIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        schema_id = values["schema"]
        upload = uploads.open_upload(
            dataset=dataset,
            files=[uploads.FileToCome(**one) for one in values["files"]],
            options=values["options"],
            schema=get_schema_for(actor, schema_id, Permission.PUSH) if schema_id else None,
            by=actor.user,
        )
        return Response(show_upload(upload), status=201)


class UploadView(APIView):
    """One upload."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.UploadOut)
    def get(self, request: Request, upload_id: str) -> Response:
        """Return which parts have arrived, to go on after a lost connection."""
        return Response(show_upload(get_upload_for(actor_of(request), upload_id)))

    @extend_schema(responses={204: None})
    @idempotent
    def delete(self, request: Request, upload_id: str) -> Response:
        """Give up an open upload."""
        uploads.discard_upload(upload=get_upload_for(actor_of(request), upload_id))
        return Response(status=204)


class UploadPartView(APIView):
    """One part of one file."""

    throttle_scope = "write"
    parser_classes = (RawParser,)

    @extend_schema(request={"application/octet-stream": OpenApiTypes.BINARY}, responses={204: None})
    def put(self, request: Request, upload_id: str, position: int, number: int) -> Response:
        """Send a part, as raw bytes; sent again, the later one counts."""
        upload = get_upload_for(actor_of(request), upload_id)
        body = chunks_of(cast("IO[bytes]", request._request))
        uploads.put_part(upload=upload, position=position, number=number, chunks=body)
        return Response(status=204)


class UploadCommitView(APIView):
    """Handing an upload over."""

    throttle_scope = "write"

    @extend_schema(request=None, responses={202: common.JobOut})
    @idempotent
    def post(self, request: Request, upload_id: str) -> Response:
        """Take the files in, by a job; done again, the answer is the same job."""
        actor = actor_of(request)
        upload = get_upload_for(actor, upload_id)
        return accepted(uploads.commit_upload(upload=upload, by=actor.user))
