"""REST doors: items, one by one and pushed in any number."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api import pushing
from datasets.api.pushing import Pushed
from datasets.api.shapes import DatasetItemOut, ImportOut, ItemChange, ItemDetailOut
from datasets.api.showing import Shown, show_annotation, show_item, show_suggestion, show_truth
from datasets.errors import AllRefused
from datasets.models import Dataset, Item, SchemaRevision
from datasets.queries.access import get_dataset_for, get_item_for, get_schema_for
from datasets.queries.items import known_items
from datasets.queries.lists import fitting_schemas
from datasets.queries.resources import annotations_of, items_to_show, suggestions_of, truths_of
from datasets.queries.schemas import current_revision
from datasets.queries.slices import slice_of
from datasets.services.curation import archive_item, describe_item, restore_item
from datasets.services.imports import Outcome, ingest_records
from datasets.services.uploads import check_schema
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import OtherContent, idempotency_key, idempotent
from foundation.api.paging import PAGE_PARAMETERS, page_of, paged
from foundation.api.parsing import StrictJSONParser
from foundation.errors import Place
from foundation.opaque import encode_id
from foundation.services.replays import KeptAnswer, answer_before, keep_answer

FILTER = OpenApiParameter("filter", OpenApiTypes.STR, description="such as label:spam -is:archived")
SLICE = OpenApiParameter("slice", OpenApiTypes.STR, description="a slice of this dataset")
SCHEMA = OpenApiParameter(
    "schema", OpenApiTypes.STR, description="the label schema of labels that name none"
)
NAMED_ITEMS = 1000


class ItemsView(APIView):
    """The items of a dataset."""

    throttle_scope = "read"
    parser_classes = [StrictJSONParser, MultiPartParser]

    @extend_schema(parameters=[FILTER, SLICE, *PAGE_PARAMETERS], responses=page_of(DatasetItemOut))
    def get(self, request: Request, dataset_id: str) -> Response:
        """List the live items that match a filter, a slice or both, in the order of arrival."""
        dataset = get_dataset_for(actor_of(request), dataset_id, Permission.VIEW)
        text, named = (request.query_params.get(name, "") for name in ("filter", "slice"))
        if named:
            text = f"{slice_of(dataset, named).filter} {text}"
        rows = items_to_show(dataset, text)
        return paged(request, rows, show_item)

    @extend_schema(
        parameters=[SCHEMA],
        request={
            pushing.JSON: OpenApiTypes.OBJECT,
            pushing.NDJSON: OpenApiTypes.STR,
            pushing.FILES: OpenApiTypes.OBJECT,
        },
        responses=ImportOut,
    )
    def post(self, request: Request, dataset_id: str) -> Response:
        """Push items: one JSON object, an array of them, NDJSON of any length, or files.

        An item has `key` (your own id; without one it is made from the content), `data` (the text,
        or the row as an object) or `file`, and optionally `data_type`, `metadata`, `group`,
        `split`, `truth` (a regions document, or just a label), `suggestions` and `annotations`.
        A suggestion says `regions`, `source`, and in `confidences` how sure it is of each of them.
        Files come as multipart/form-data; a field `items` may describe them.

        Doing it again changes nothing: known keys with the same content are unchanged, with other
        content they are refused. A refused record does not stop the others. The answer is 200
        with counts and the first hundred refusals, or 422 when nothing at all could be taken.
        """
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.PUSH)
        revision = _revision(request, dataset)
        with Pushed(request) as pushed:
            return _once(request, pushed, lambda: _take(request, dataset, revision, pushed))


def _revision(request: Request, dataset: Dataset) -> SchemaRevision | None:
    """Return what labels stand under that name no schema: the one asked for, or the only one."""
    named = request.query_params.get("schema")
    if not named:
        fitting = list(fitting_schemas(dataset)[:2])
        return current_revision(fitting[0]) if len(fitting) == 1 else None
    schema = get_schema_for(actor_of(request), named, Permission.PUSH)
    check_schema(dataset, schema)
    return current_revision(schema)


def _once(request: Request, pushed: Pushed, take: Any) -> Response:
    """Answer a repeat under the same Idempotency-Key as the first time."""
    key, user = idempotency_key(request), actor_of(request).user
    route = f"{request.method} {request.path}"
    before = answer_before(user=user, route=route, key=key) if key else None
    if before is not None:
        pushed.drain()
        if before.request_hash != pushed.sha256:
            raise OtherContent
        return Response(before.body, status=before.status)
    body: Shown = take()
    if key is not None:
        answer = KeptAnswer(pushed.sha256, 200, body)
        keep_answer(user=user, route=route, key=key, answer=answer)
    return Response(body)


def _take(
    request: Request, dataset: Dataset, revision: SchemaRevision | None, pushed: Pushed
) -> Shown:
    outcome = ingest_records(
        dataset=dataset,
        records=pushed.records(),
        by=actor_of(request).user,
        schema_revision=revision,
    )
    body = outcome.as_json() | {"refusals": [one.as_json() for one in outcome.refusals]}
    counts = outcome.counts
    if counts["refused"] and not (counts["created"] or counts["unchanged"]):
        raise _all_refused(outcome, body)
    if pushed.keys is not None and len(pushed.keys) <= NAMED_ITEMS:
        known = known_items(dataset.pk, [key for key in pushed.keys if key.isprintable()])
        body["items"] = [
            {"id": encode_id("item", item.pk), "key": key} for key, item in known.items()
        ]
    return body


def _all_refused(outcome: Outcome, body: Shown) -> AllRefused:
    places = [Place(one.at, one.code, one.detail) for one in outcome.refusals]
    return AllRefused(places[0].detail, places, body)


class ItemView(APIView):
    """One item."""

    throttle_scope = "write"

    @extend_schema(responses=ItemDetailOut)
    def get(self, request: Request, item_id: str) -> Response:
        """Return an item with its truths, annotations and suggestions."""
        item = get_item_for(actor_of(request), item_id, Permission.VIEW)
        return Response(_detail(item))

    @extend_schema(request=ItemChange, responses=ItemDetailOut)
    @idempotent
    def patch(self, request: Request, item_id: str) -> Response:
        """Replace the metadata; archive or restore. The content of an item never changes."""
        actor = actor_of(request)
        item = get_item_for(actor, item_id, Permission.MANAGE)
        wanted = ItemChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        if "metadata" in values:
            describe_item(item=item, metadata=values["metadata"], by=actor.user)
        if "archived" in values:
            change = archive_item if values["archived"] else restore_item
            change(item=item, by=actor.user)
        return Response(_detail(item))


def _detail(item: Item) -> Shown:
    return show_item(item) | {
        "dataset": item.dataset.oid,
        "truths": [show_truth(truth) for truth in truths_of(item)],
        "annotations": [show_annotation(one) for one in annotations_of(item)],
        "suggestions": [show_suggestion(one) for one in suggestions_of(item)],
    }
