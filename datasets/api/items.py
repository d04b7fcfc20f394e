"""REST doors: items, one by one and by the hundred thousand."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api import shapes
from datasets.formats import FORMATS
from datasets.formats.base import Read, ReadOptions, Refused, SourceFile
from datasets.formats.items import MAX_LINE, BadItem, load_json, parse_item, parse_line
from datasets.models import Annotation, Dataset, Item, LabelSchema, SchemaRevision, Truth
from datasets.queries.access import (
    get_annotation_for,
    get_dataset_for,
    get_item_for,
    get_schema_for,
)
from datasets.queries.items import find_items
from datasets.queries.schemas import current_revision
from datasets.services import curation
from datasets.services.imports import Outcome, ingest_records
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import paged
from foundation.api.parsing import StrictJSONParser
from foundation.errors import Invalid, Place

LARGEST_BODY = 32 << 20
COPY = 1 << 20


class LinesParser(BaseParser):
    """Hand NDJSON on as a stream of lines: a body of any length is never held."""

    media_type = "application/x-ndjson"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the lines as they come."""
        return iter(lambda: stream.readline(MAX_LINE + 1), b"")


class ItemsView(APIView):
    """The items of a dataset."""

    throttle_scope = "write"
    parser_classes = (StrictJSONParser, LinesParser, MultiPartParser)

    @extend_schema(
        parameters=[OpenApiParameter("filter", str, description="As in the search field.")],
        responses=shapes.DatasetItemOut(many=True),
    )
    def get(self, request: Request, dataset_id: str) -> Response:
        """List items that match a filter, in the order in which they came."""
        dataset = get_dataset_for(actor_of(request), dataset_id, Permission.VIEW)
        rows = find_items(dataset, request.query_params.get("filter", ""))
        return paged(request, rows, shapes.show_item)

    @extend_schema(
        parameters=[
            OpenApiParameter("schema", str, description="Label schema of labels that name none.")
        ],
        request={
            "application/json": OpenApiTypes.OBJECT,
            "application/x-ndjson": OpenApiTypes.STR,
            "multipart/form-data": OpenApiTypes.OBJECT,
        },
        responses={200: shapes.PushedOut, 422: shapes.PushedOut},
    )
    def post(self, request: Request, dataset_id: str) -> Response:
        """Push items: an object, an array, NDJSON of any length, or files of up to 32 MB.

        An item is known by its key: sent again with the same content it is unchanged, with other
        content it is refused. A broken record never stops the good ones; the answer counts both.
        It is 422 only where nothing at all was taken.
        """
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.PUSH)
        revision = _revision(request, dataset)
        with ExitStack() as stack:
            outcome = ingest_records(
                dataset=dataset,
                records=_records(request, dataset, stack),
                by=actor.user,
                schema_revision=revision,
            )
        return _told(outcome)


def _revision(request: Request, dataset: Dataset) -> SchemaRevision | None:
    """Return the revision that labels stand under: the one asked for, or the only one there is."""
    schema_id = request.query_params.get("schema")
    if schema_id:
        schema = get_schema_for(actor_of(request), schema_id, Permission.PUSH)
        if schema.project_id != dataset.project_id or schema.data_type != dataset.data_type:
            detail = _("This schema is not for the items of this dataset.")
            raise Invalid(detail, [Place("schema", "unknown-schema", detail)])
        return current_revision(schema)
    fitting = LabelSchema.objects.filter(
        project=dataset.project_id, data_type=dataset.data_type, archived_at=None
    )
    found = list(fitting[:2])
    return current_revision(found[0]) if len(found) == 1 else None


def _records(request: Request, dataset: Dataset, stack: ExitStack) -> Iterable[Read]:
    kind = (request.content_type or "").partition(";")[0].strip()
    if kind == LinesParser.media_type:
        return _from_lines(cast("Iterator[bytes]", request.data))
    if kind == "multipart/form-data":
        return _from_files(request, dataset, stack)
    given = request.data
    if given in ({}, []):
        detail = _("Send an item, an array of items, or one item a line.")
        raise Invalid(detail, [Place("", "empty", detail)])
    return _from_json(given if isinstance(given, list) else [given])


def _from_lines(lines: Iterator[bytes]) -> Iterator[Read]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield parse_line(line, f"line {number}")


def _from_json(values: list[Any]) -> Iterator[Read]:
    for number, value in enumerate(values):
        # The parser of the body has read it; this looks for NUL and halves of characters.
        yield parse_line(orjson.dumps(value), f"items/{number}")


def _from_files(request: Request, dataset: Dataset, stack: ExitStack) -> Iterable[Read]:
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        detail = _("At most 32 MB in one request. Open an upload for more.")
        raise Invalid(detail, [Place("", "too-large", detail)])
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="winnow-push-")))
    sent = [one for name in request.FILES for one in request.FILES.getlist(name)]
    if not sent:
        detail = _("There is no file in this form.")
        raise Invalid(detail, [Place("", "no-files", detail)])
    files = {one.name or f"file-{n}": _kept(one, folder / str(n)) for n, one in enumerate(sent)}
    form = cast("dict[str, str]", request.data)
    if "items" in form:
        return _from_form(form["items"], files)
    read = FORMATS["files"].read
    assert read is not None  # noqa: S101 (the format of loose files is always readable)
    return read(list(files.values()), ReadOptions(data_type=dataset.data_type))


def _kept(sent: "UploadedFile[Any]", path: Path) -> SourceFile:
    with path.open("wb") as out:
        for chunk in sent.chunks(COPY):
            out.write(chunk)
    return SourceFile(sent.name or path.name, path)


def _from_form(text: str, files: dict[str, SourceFile]) -> Iterator[Read]:
    """Yield the items of the field `items`, whose `file` names one of the files sent along."""
    try:
        values = load_json(text.encode())
    except BadItem as bad:
        yield Refused("items", "", bad.problem)
        return
    for number, value in enumerate(values if isinstance(values, list) else [values]):
        place = f"items/{number}"
        try:
            yield parse_item(value, place, find_file=files.get)
        except BadItem as bad:
            yield Refused(place, bad.key, bad.problem)


def _told(outcome: Outcome) -> Response:
    body = outcome.as_json() | {"refusals": [one.as_json() for one in outcome.refusals]}
    taken = outcome.counts["created"] + outcome.counts["unchanged"]
    nothing = outcome.counts["refused"] and not taken
    return Response(body, status=422 if nothing else 200)


class ItemView(APIView):
    """One item."""

    throttle_scope = "write"

    @extend_schema(responses=shapes.DatasetItemOut)
    def get(self, request: Request, item_id: str) -> Response:
        """Return an item with its content, its accepted labels and its annotations."""
        return Response(_whole(get_item_for(actor_of(request), item_id, Permission.VIEW)))

    @extend_schema(request=shapes.ItemChange, responses=shapes.DatasetItemOut)
    @idempotent
    def patch(self, request: Request, item_id: str) -> Response:
        """Replace the metadata, archive an item or bring it back."""
        actor = actor_of(request)
        item = get_item_for(actor, item_id, Permission.MANAGE)
        wanted = shapes.ItemChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        if "metadata" in values:
            curation.describe_item(item=item, by=actor.user, metadata=values["metadata"])
        if "is_archived" in values:
            change = curation.archive_item if values["is_archived"] else curation.restore_item
            change(item=item, by=actor.user)
        return Response(_whole(item))


def _whole(item: Item) -> dict[str, Any]:
    content = getattr(item, "content", None)
    truths = Truth.objects.filter(item=item, is_current=True).select_related(
        "schema_revision__schema"
    )
    annotations = (
        Annotation.objects.filter(item=item)
        .select_related("annotator", "schema_revision__schema", "document", "item", "replaces")
        .order_by("pk")
    )
    return shapes.show_item(item) | {
        "text": content.text if content else None,
        "row": content.row if content else None,
        "files": [shapes.show_file(asset) for asset in item.assets.order_by("pk")],
        "truths": [
            {
                "schema": truth.schema_revision.schema.oid,
                "revision": truth.schema_revision.number,
                "regions": truth.regions,
                "method": truth.method,
                "lineage": truth.lineage,
                "at": truth.at,
            }
            for truth in truths
        ],
        "annotations": [shapes.show_annotation(one) for one in annotations],
    }


class AnnotationView(APIView):
    """One annotation."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.AnnotationOut)
    def get(self, request: Request, annotation_id: str) -> Response:
        """Return what somebody said about an item."""
        annotation = get_annotation_for(actor_of(request), annotation_id, Permission.VIEW)
        return Response(shapes.show_annotation(annotation))
