"""Changing labels that answers say: previewed, recorded, applied by a job, and undone by one."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from datasets.errors import MigrationRuns, SchemaInvalid, places_of, sentence
from datasets.models import LabelSchema, SchemaMigration, SchemaRevision
from datasets.pure.canonical import canonical_hash
from datasets.pure.schema_operations import (
    OperationsError,
    Planned,
    plan_operations,
    undo_definition,
)
from datasets.pure.schema_rules import compare_schemas, parse_schema
from datasets.queries.migrations import count_touched, is_last
from datasets.queries.schemas import current_revision, schema_of
from datasets.services.schemas import LONGEST_NOTE, add_revision, read_definition
from foundation import jobs
from foundation.clock import database_now
from foundation.errors import Conflict
from foundation.models import Job, User
from foundation.services.events import record_event

MIGRATE = "datasets.migrate_labels"
State = SchemaMigration.State
Json = dict[str, Any]


def preview_migration(*, schema: LabelSchema, operations: object) -> Json:
    """Return what operations would do: the definition, its changes, and what they touch.

    Raises SchemaInvalid with every place that is wrong.
    """
    present = current_revision(schema)
    planned, read = _plan(present, operations)
    changes = compare_schemas(schema_of(present), parse_schema(read))
    return {
        "definition": read,
        "changes": [
            change.as_json() | {"detail": _(change.template) % change.values} for change in changes
        ],
        "touched": count_touched(schema, planned.touched),
        "replaced": [
            {"question": question, "label": label, "into": into}
            for (question, label), into in planned.replaced.items()
        ],
        "relabel": [{"question": question, "label": label} for question, label in planned.relabel],
    }


def start_migration(
    *, schema: LabelSchema, operations: object, by: User | None, note: str = ""
) -> SchemaMigration:
    """Publish the revision that operations lead to, and start the job that brings answers along.

    Raises SchemaInvalid, and MigrationRuns while another change of this schema's labels runs.
    """
    foreseen = preview_migration(schema=schema, operations=operations)
    with transaction.atomic():
        LabelSchema.objects.select_for_update().get(pk=schema.pk)
        running = (State.APPLYING, State.UNDOING)
        if SchemaMigration.objects.filter(schema=schema, state__in=running).exists():
            raise MigrationRuns(_("Wait until it has ended, then try again."))
        present = current_revision(schema)
        planned, read = _plan(present, operations)
        note = note.strip()[:LONGEST_NOTE]
        if canonical_hash(read) == present.definition_hash:
            raise Conflict(_("These operations change nothing."))
        revision = add_revision(schema, present.number + 1, read, note, by)
        migration = SchemaMigration(
            schema=schema,
            operations=operations,
            note=note,
            from_revision=present,
            to_revision=revision,
            foreseen=foreseen["touched"],
            by=by,
        )
        if not planned.replaced:
            migration.state = State.APPLIED
        migration.save()
        if planned.replaced:
            _start_job(migration, by)
        record_event(
            "schema.migrated",
            by=by,
            project=schema.project,
            target=schema.oid,
            migration=migration.oid,
            number=revision.number,
            operations=operations,
        )
    return migration


def continue_migration(*, migration: SchemaMigration, by: User | None) -> SchemaMigration:
    """Bring along what was answered under the old labels since, or go on after a failure."""
    with transaction.atomic():
        _lock(migration)
        if migration.state == State.UNDONE or not is_last(migration):
            raise Conflict(_("A later change of the labels stands, or this one was undone."))
        _need_rest(migration)
        if migration.state == State.APPLIED:
            migration.state = State.APPLYING
            migration.save(update_fields=["state"])
        _start_job(migration, by)
    return migration


def undo_migration(*, migration: SchemaMigration, by: User | None) -> SchemaMigration:
    """Bring labels and answers back to what they were; later answers stay as they are.

    Raises Conflict where it was undone already or a later change of the labels stands.
    """
    with transaction.atomic():
        _lock(migration)
        if migration.state in (State.UNDONE, State.UNDOING):
            raise Conflict(_("This change of the labels is undone already."))
        if not is_last(migration):
            raise Conflict(_("Undo the later change of these labels first."))
        _need_rest(migration)
        migration.back_revision = _publish_back(migration, by)
        migration.state = State.UNDOING
        migration.undone_by = by
        migration.save(update_fields=["back_revision", "state", "undone_by"])
        _start_job(migration, by)
        record_event(
            "schema.migration_undone",
            by=by,
            project=migration.schema.project,
            target=migration.schema.oid,
            migration=migration.oid,
            number=migration.back_revision.number,
        )
    return migration


def finish_migration(migration: SchemaMigration, counts: Json) -> None:
    """Note that the job has come to its end; part of its last batch."""
    if migration.state == State.UNDOING:
        migration.state, migration.undone_at = State.UNDONE, database_now()
        migration.counts = migration.counts | {"undone": counts}
    else:
        before = migration.counts
        migration.state = State.APPLIED
        migration.counts = {name: before.get(name, 0) + counts[name] for name in counts}
    migration.save(update_fields=["state", "undone_at", "counts"])


def _plan(present: SchemaRevision, operations: object) -> tuple[Planned, Json]:
    try:
        planned = plan_operations(present.definition, operations)
    except OperationsError as error:
        shown = [problem.as_json() | {"detail": sentence(problem)} for problem in error.problems]
        raise SchemaInvalid(places=places_of(error.problems), extra={"errors": shown}) from error
    return planned, read_definition(planned.definition)


def _publish_back(migration: SchemaMigration, by: User | None) -> SchemaRevision:
    schema = migration.schema
    present = current_revision(schema)
    back = undo_definition(
        migration.from_revision.definition, migration.to_revision.definition, present.definition
    )
    note = _("Undoes the change of labels of revision %(n)d.") % {"n": migration.to_revision.number}
    return add_revision(schema, present.number + 1, read_definition(back), note, by)


def _lock(migration: SchemaMigration) -> None:
    LabelSchema.objects.select_for_update().get(pk=migration.schema_id)
    migration.refresh_from_db()


def _need_rest(migration: SchemaMigration) -> None:
    job = migration.job
    if job is not None and job.state in (Job.State.QUEUED, Job.State.RUNNING):
        raise MigrationRuns(_("Wait for its job to end, or cancel the job."))


def _start_job(migration: SchemaMigration, by: User | None) -> None:
    title = _("Undo the change of labels in %(name)s")
    if migration.state == State.APPLYING:
        title = _("Change labels in %(name)s")
    migration.job = jobs.enqueue(
        MIGRATE,
        title=title % {"name": migration.schema.name},
        project=migration.schema.project,
        by=by,
        migration=migration.pk,
    )
    migration.save(update_fields=["job"])
