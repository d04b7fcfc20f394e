"""Adding and changing single rows by statements that are composed once."""

from functools import cache

from django.db import connection
from django.db.models import AutoField, Field, Model

from foundation.queries.statements import run


def insert_row(row: Model, *, unless: str = "") -> bool:
    """Add a row and give it its key; False, and nothing is added, for a conflict.

    `unless` is the conflict that is let pass, as it stands behind ON CONFLICT: one statement, where
    catching what the database refuses takes a savepoint, which is two more. Like `bulk_create` it
    sends no signals; it costs a quarter of `save`, which composes its statement each time.
    """
    model = type(row)
    fields = _fields(model)
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        run(cursor, _insert(model, unless), values)
        given = cursor.fetchone()
    if given is None:
        return False
    row.pk = given[0]
    row._state.adding, row._state.db = False, connection.alias
    return True


def update_row(row: Model, *names: str) -> None:
    """Write these fields of a row that is there; like `save(update_fields=names)`."""
    named = [field for name in names for field in _fields(type(row)) if field.name == name]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in named]
    with connection.cursor() as cursor:
        run(cursor, _update(type(row), names), [*values, row.pk])


@cache
def _update(model: type[Model], names: tuple[str, ...]) -> str:
    columns = {field.name: field.column for field in _fields(model)}
    places = ", ".join(f'"{columns[name]}" = %s' for name in names)
    table, key = model._meta.db_table, model._meta.pk.column
    return f'UPDATE "{table}" SET {places} WHERE "{key}" = %s'  # noqa: S608 - words of ours


@cache
def _fields(model: type[Model]) -> list["Field[object, object]"]:
    return [one for one in model._meta.concrete_fields if not isinstance(one, AutoField)]


@cache
def _insert(model: type[Model], unless: str) -> str:
    names = ", ".join(f'"{field.column}"' for field in _fields(model))
    places = ", ".join(["%s"] * len(_fields(model)))
    conflict = f"ON CONFLICT {unless} DO NOTHING " if unless else ""
    return (
        f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places}) {conflict}'  # noqa: S608 - words of ours
        f'RETURNING "{model._meta.pk.column}"'
    )
