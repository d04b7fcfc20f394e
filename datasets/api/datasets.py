"""REST doors: datasets."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api.shapes import DatasetChange, DatasetIn, DatasetOut
from datasets.api.showing import Shown, show_dataset
from datasets.models import Dataset
from datasets.queries.access import get_dataset_for
from datasets.queries.resources import datasets_in
from datasets.queries.stats import item_counts
from datasets.services.datasets import (
    archive_dataset,
    create_dataset,
    describe_dataset,
    restore_dataset,
)
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import PAGE_PARAMETERS, page_of, paged
from foundation.queries.access import get_project_for

ARCHIVED = OpenApiParameter(
    "archived", OpenApiTypes.BOOL, description="true lists what was archived instead"
)
COUNTS = OpenApiParameter("counts", OpenApiTypes.BOOL, description="true counts the items")


def wants(request: Request, name: str) -> bool:
    """Tell whether a query parameter says yes."""
    return request.query_params.get(name, "").lower() in ("1", "true", "yes")


class DatasetsView(APIView):
    """The datasets of a project."""

    throttle_scope = "read"

    @extend_schema(parameters=[ARCHIVED, *PAGE_PARAMETERS], responses=page_of(DatasetOut))
    def get(self, request: Request, project_id: str) -> Response:
        """List datasets, newest first."""
        project = get_project_for(actor_of(request), project_id, Permission.VIEW)
        rows = datasets_in(project, archived=wants(request, "archived"))
        return paged(request, rows, show_dataset, newest_first=True)

    @extend_schema(request=DatasetIn, responses={201: DatasetOut})
    @idempotent
    def post(self, request: Request, project_id: str) -> Response:
        """Make an empty dataset."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.MANAGE)
        wanted = DatasetIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        dataset = create_dataset(project=project, by=actor.user, **wanted.validated_data)
        return Response(show_dataset(dataset), status=201)


class DatasetView(APIView):
    """One dataset."""

    throttle_scope = "write"

    @extend_schema(parameters=[COUNTS], responses=DatasetOut)
    def get(self, request: Request, dataset_id: str) -> Response:
        """Return a dataset; with ?counts=true, how many items it has."""
        dataset = get_dataset_for(actor_of(request), dataset_id, Permission.VIEW)
        shown: Shown = show_dataset(dataset)
        if wants(request, "counts"):
            shown["items"] = vars(item_counts(dataset))
        return Response(shown)

    @extend_schema(request=DatasetChange, responses=DatasetOut)
    @idempotent
    def patch(self, request: Request, dataset_id: str) -> Response:
        """Change name or description; archive or restore."""
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
        wanted = DatasetChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        archived = values.pop("archived", None)
        if values:
            describe_dataset(dataset=dataset, by=actor.user, **values)
        if archived is not None:
            _set_archived(dataset, archived, request)
        return Response(show_dataset(dataset))

    @extend_schema(responses=DatasetOut)
    @idempotent
    def delete(self, request: Request, dataset_id: str) -> Response:
        """Archive a dataset. Nothing in it is lost; PATCH brings it back."""
        dataset = get_dataset_for(actor_of(request), dataset_id, Permission.MANAGE)
        _set_archived(dataset, True, request)
        return Response(show_dataset(dataset))


def _set_archived(dataset: Dataset, archived: bool, request: Request) -> None:
    change = archive_dataset if archived else restore_dataset
    change(dataset=dataset, by=actor_of(request).user)
