"""REST doors: versions and their entries."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.models import SplitPlan, Version
from datasets.queries.access import get_dataset_for, get_schema_for
from datasets.queries.versions import Entry, get_version_for, iter_entries
from datasets.services.versions import start_freeze
from foundation.actor import Permission
from foundation.api import shapes
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.jobs import accepted
from foundation.api.paging import cursor_of, next_link, page_size, paged
from foundation.api.serializing import StrictSerializer


class SharesIn(StrictSerializer):
    """The share of each split; together 1."""

    train = serializers.FloatField(min_value=0, max_value=1)
    validation = serializers.FloatField(min_value=0, max_value=1)
    test = serializers.FloatField(min_value=0, max_value=1)


class SplitPlanIn(StrictSerializer):
    """How to split; what an existing plan decided stays."""

    name = serializers.CharField(max_length=80, default="default")
    method = serializers.ChoiceField(SplitPlan.Method.choices, default="stratified")
    shares = SharesIn(required=False)
    seed = serializers.IntegerField(default=0)


class VersionIn(StrictSerializer):
    """A version to be frozen."""

    schema = serializers.CharField()
    filter = serializers.CharField(max_length=1000, allow_blank=True, default="")
    note = serializers.CharField(max_length=300, allow_blank=True, default="")
    split_plan = SplitPlanIn(required=False)


class VersionOut(serializers.Serializer[Any]):
    """A version."""

    id = serializers.CharField()
    dataset = serializers.CharField()
    number = serializers.IntegerField()
    note = serializers.CharField()
    filter = serializers.CharField()
    state = serializers.ChoiceField(Version.State.choices)
    schema = serializers.CharField()
    schema_revision = serializers.IntegerField()
    split_plan = serializers.CharField(allow_null=True)
    entries = serializers.IntegerField()
    erased = serializers.IntegerField()
    counts = serializers.DictField()
    content_root = serializers.CharField()
    seal = serializers.CharField()
    job = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    frozen_at = serializers.DateTimeField(allow_null=True)


class EntryOut(serializers.Serializer[Any]):
    """One line of a version."""

    key = serializers.CharField()
    split = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    regions = serializers.DictField()
    lineage = serializers.DictField()
    is_erased = serializers.BooleanField()


class EntriesOut(serializers.Serializer[Any]):
    """A page of entries."""

    results = EntryOut(many=True)
    next = serializers.CharField(allow_null=True)


def show_version(version: Version) -> dict[str, Any]:
    """Return a version as JSON."""
    return {
        "id": version.oid,
        "dataset": version.dataset.oid,
        "number": version.number,
        "note": version.note,
        "filter": version.filter,
        "state": version.state,
        "schema": version.schema.oid,
        "schema_revision": version.schema_revision.number,
        "split_plan": version.split_plan.name if version.split_plan else None,
        "entries": version.entry_count,
        "erased": version.erased_count,
        "counts": version.counts,
        "content_root": version.content_root,
        "seal": version.seal,
        "job": version.job.oid if version.job else None,
        "created_at": version.created_at,
        "frozen_at": version.frozen_at,
    }


def show_entry(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON."""
    return {
        "key": entry.key,
        "split": entry.split,
        "label": entry.label,
        "regions": entry.regions,
        "lineage": entry.lineage,
        "is_erased": entry.is_erased,
    }


class VersionsView(APIView):
    """The versions of a dataset."""

    throttle_scope = "write"

    @extend_schema(responses=VersionOut(many=True))
    def get(self, request: Request, dataset_id: str) -> Response:
        """List versions, newest first."""
        dataset = get_dataset_for(actor_of(request), dataset_id, Permission.VIEW)
        versions = dataset.versions.select_related(
            "dataset", "schema", "schema_revision", "split_plan", "job"
        )
        return paged(request, versions, show_version, newest_first=True)

    @extend_schema(request=VersionIn, responses={202: shapes.JobOut})
    @idempotent
    def post(self, request: Request, dataset_id: str) -> Response:
        """Freeze the accepted labels of a dataset into its next version."""
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
        wanted = VersionIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        schema = get_schema_for(actor, values.pop("schema"), Permission.MANAGE)
        _version, job = start_freeze(dataset=dataset, schema=schema, by=actor.user, **values)
        return accepted(job)


class VersionView(APIView):
    """One version."""

    throttle_scope = "read"

    @extend_schema(responses=VersionOut)
    def get(self, request: Request, version_id: str) -> Response:
        """Return a version with its counts, roots and seal."""
        return Response(
            show_version(get_version_for(actor_of(request), version_id, Permission.VIEW))
        )


class EntriesView(APIView):
    """The entries of a version."""

    throttle_scope = "read"

    @extend_schema(responses=EntriesOut)
    def get(self, request: Request, version_id: str) -> Response:
        """List entries in the order of their keys; a page reads one or two row groups."""
        version = get_version_for(actor_of(request), version_id, Permission.VIEW)
        size, start = page_size(request), cursor_of(request)
        found = []
        for entry in iter_entries(version, start=start):
            found.append(show_entry(entry))
            if len(found) > size:
                break
        more = next_link(request, start + size) if len(found) > size else None
        return Response({"results": found[:size], "next": more})
