"""REST doors: changes of labels that answers say, previewed, started, gone on with and undone."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api.showing import Shown
from datasets.models import SchemaMigration
from datasets.queries.access import get_migration_for, get_schema_for
from datasets.queries.migrations import migrations_of
from datasets.services.schema_migrations import (
    continue_migration,
    preview_migration,
    start_migration,
    undo_migration,
)
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import PAGE_PARAMETERS, page_of, paged
from foundation.api.serializing import StrictSerializer


class OperationsIn(StrictSerializer):
    """Operations on labels, in their order; see the manual of label schemas."""

    operations = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=200)


class MigrationIn(OperationsIn):
    """A change of labels that is to be made."""

    note = serializers.CharField(max_length=300, allow_blank=True, default="")


class PreviewOut(serializers.Serializer[Any]):
    """What a change would do; nothing has been changed."""

    definition = serializers.DictField()
    changes = serializers.ListField(child=serializers.DictField())
    touched = serializers.DictField()
    replaced = serializers.ListField(child=serializers.DictField())
    relabel = serializers.ListField(child=serializers.DictField())


class MigrationOut(serializers.Serializer[Any]):
    """A change of labels. `counts` says what was done once its job has ended."""

    id = serializers.CharField()
    schema = serializers.CharField()
    state = serializers.ChoiceField(SchemaMigration.State.choices)
    operations = serializers.ListField(child=serializers.DictField())
    note = serializers.CharField()
    from_revision = serializers.IntegerField()
    to_revision = serializers.IntegerField()
    back_revision = serializers.IntegerField(allow_null=True)
    foreseen = serializers.DictField()
    counts = serializers.DictField()
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    undone_by = serializers.CharField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    job = serializers.CharField(allow_null=True)


def show_migration(migration: SchemaMigration) -> Shown:
    """Return a change of labels as JSON."""
    back, by, undone_by = migration.back_revision, migration.by, migration.undone_by
    return {
        "id": migration.oid,
        "schema": migration.schema.oid,
        "state": migration.state,
        "operations": migration.operations,
        "note": migration.note,
        "from_revision": migration.from_revision.number,
        "to_revision": migration.to_revision.number,
        "back_revision": None if back is None else back.number,
        "foreseen": migration.foreseen,
        "counts": migration.counts,
        "by": None if by is None else by.shown_name,
        "at": migration.at,
        "undone_by": None if undone_by is None else undone_by.shown_name,
        "undone_at": migration.undone_at,
        "job": None if migration.job is None else migration.job.oid,
    }


class MigrationPreviewView(APIView):
    """What a change of labels would touch."""

    throttle_scope = "read"

    @extend_schema(request=OperationsIn, responses=PreviewOut)
    def post(self, request: Request, schema_id: str) -> Response:
        """Count, by label and annotator, what operations would touch; nothing is changed."""
        schema = get_schema_for(actor_of(request), schema_id, Permission.MANAGE)
        wanted = OperationsIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        return Response(preview_migration(schema=schema, **wanted.validated_data))


class MigrationsView(APIView):
    """The changes of labels of a schema."""

    throttle_scope = "write"

    @extend_schema(
        operation_id="schemas_migrations_list",
        parameters=PAGE_PARAMETERS,
        responses=page_of(MigrationOut),
    )
    def get(self, request: Request, schema_id: str) -> Response:
        """List changes of labels, newest first."""
        schema = get_schema_for(actor_of(request), schema_id, Permission.VIEW)
        return paged(request, migrations_of(schema), show_migration, newest_first=True)

    @extend_schema(request=MigrationIn, responses={202: MigrationOut})
    @idempotent
    def post(self, request: Request, schema_id: str) -> Response:
        """Rename, merge, split or retire labels; a job brings the answers along.

        The originals of all answers stay, frozen versions are not touched, and it can be undone.
        """
        actor = actor_of(request)
        schema = get_schema_for(actor, schema_id, Permission.MANAGE)
        wanted = MigrationIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        migration = start_migration(schema=schema, by=actor.user, **wanted.validated_data)
        return Response(show_migration(migration), status=202)


class MigrationView(APIView):
    """One change of labels."""

    throttle_scope = "read"

    @extend_schema(responses=MigrationOut)
    def get(self, request: Request, migration_id: str) -> Response:
        """Return a change of labels."""
        return Response(
            show_migration(get_migration_for(actor_of(request), migration_id, Permission.VIEW))
        )


class MigrationUndoView(APIView):
    """The way back."""

    throttle_scope = "write"

    @extend_schema(request=None, responses={202: MigrationOut})
    @idempotent
    def post(self, request: Request, migration_id: str) -> Response:
        """Let the originals count again; what people answered since stays."""
        actor = actor_of(request)
        migration = get_migration_for(actor, migration_id, Permission.MANAGE)
        undo_migration(migration=migration, by=actor.user)
        return Response(show_migration(migration), status=202)


class MigrationContinueView(APIView):
    """Once more, for what came since."""

    throttle_scope = "write"

    @extend_schema(request=None, responses={202: MigrationOut})
    @idempotent
    def post(self, request: Request, migration_id: str) -> Response:
        """Bring along answers that were still given under the old labels."""
        actor = actor_of(request)
        migration = get_migration_for(actor, migration_id, Permission.MANAGE)
        continue_migration(migration=migration, by=actor.user)
        return Response(show_migration(migration), status=202)
