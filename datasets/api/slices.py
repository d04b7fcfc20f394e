"""REST doors: slices, which are saved filters of a dataset."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api.showing import Shown
from datasets.models import Slice
from datasets.queries.access import get_dataset_for
from datasets.queries.slices import get_slice_for, slice_rows, slices_of
from datasets.services.slices import LONGEST_FILTER, change_slice, delete_slice, save_slice
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import PAGE_PARAMETERS, page_of, paged
from foundation.api.serializing import StrictSerializer


class SliceIn(StrictSerializer):
    """A filter to be kept under a name."""

    name = serializers.CharField(max_length=120)
    filter = serializers.CharField(max_length=LONGEST_FILTER)


class SliceChange(StrictSerializer):
    """What of a slice is to change; what is left out stays."""

    name = serializers.CharField(max_length=120, required=False)
    filter = serializers.CharField(max_length=LONGEST_FILTER, required=False)


class SliceOut(serializers.Serializer[Any]):
    """A saved filter; `items` and `problem` only of one that is asked for by itself.

    `items` is null, and `problem` says why, where the filter can be read no more; more than ten
    thousand are not counted.
    """

    id = serializers.CharField()
    dataset = serializers.CharField()
    name = serializers.CharField()
    filter = serializers.CharField()
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    items = serializers.IntegerField(allow_null=True, required=False)
    problem = serializers.CharField(required=False)


def show_slice(one: Slice) -> Shown:
    """Return a slice as JSON."""
    return {
        "id": one.oid,
        "dataset": one.dataset.oid,
        "name": one.name,
        "filter": one.filter,
        "created_at": one.created_at,
        "changed_at": one.changed_at,
    }


class SlicesView(APIView):
    """The slices of a dataset."""

    throttle_scope = "read"

    @extend_schema(parameters=PAGE_PARAMETERS, responses=page_of(SliceOut))
    def get(self, request: Request, dataset_id: str) -> Response:
        """List slices, oldest first."""
        dataset = get_dataset_for(actor_of(request), dataset_id, Permission.VIEW)
        return paged(request, slices_of(dataset).select_related("dataset").order_by(), show_slice)

    @extend_schema(request=SliceIn, responses={201: SliceOut})
    @idempotent
    def post(self, request: Request, dataset_id: str) -> Response:
        """Keep a filter under a name."""
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
        wanted = SliceIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        found = save_slice(dataset=dataset, by=actor.user, **wanted.validated_data)
        return Response(show_slice(found), status=201)


class SliceView(APIView):
    """One slice."""

    throttle_scope = "write"

    @extend_schema(responses=SliceOut)
    def get(self, request: Request, slice_id: str) -> Response:
        """Return a slice and how many items match now."""
        (row,) = slice_rows([get_slice_for(actor_of(request), slice_id, Permission.VIEW)])
        items = None if row.problem else row.items
        told = {"problem": row.problem} if row.problem else {}
        return Response(show_slice(row.slice) | {"items": items} | told)

    @extend_schema(request=SliceChange, responses=SliceOut)
    @idempotent
    def patch(self, request: Request, slice_id: str) -> Response:
        """Change the name or the filter."""
        actor = actor_of(request)
        found = get_slice_for(actor, slice_id, Permission.MANAGE)
        wanted = SliceChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        return Response(
            show_slice(change_slice(slice=found, by=actor.user, **wanted.validated_data))
        )

    @extend_schema(responses={204: None})
    @idempotent
    def delete(self, request: Request, slice_id: str) -> Response:
        """Take a slice away. Items and queues that were made from it stay as they are."""
        actor = actor_of(request)
        delete_slice(slice=get_slice_for(actor, slice_id, Permission.MANAGE), by=actor.user)
        return Response(status=204)
