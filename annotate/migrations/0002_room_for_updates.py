"""Leave room in the pages of the tables that every claim updates (PostgreSQL only)."""

from django.db import migrations

TABLES = {"annotate_task": 80, "annotate_assignment": 80, "annotate_turn": 50}


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, share in TABLES.items():
        schema_editor.execute(
            f'ALTER TABLE "{table}" SET'
            f" (fillfactor = {share}, autovacuum_vacuum_scale_factor = 0.02)"
        )


class Migration(migrations.Migration):
    dependencies = [("annotate", "0001_initial")]

    operations = [migrations.RunPython(leave_room, migrations.RunPython.noop)]
