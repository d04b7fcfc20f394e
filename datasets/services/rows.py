"""Writing many rows at the speed of the database: COPY on PostgreSQL, executemany on SQLite.

No models are made, so every column without a database default is given by the caller. JSON goes
in as text. Foreign keys, unique rules and indexes hold as always.
"""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

Row = Sequence[Any]
_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))


def reserve_ids(model: type[Model], count: int) -> Sequence[int]:
    """Return `count` fresh primary keys in rising order.

    On SQLite they are only ours inside the write transaction in which they are used.
    """
    if count == 0:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    start = (last[0] if last else 0) + 1
    return range(start, start + count)


def write_rows(model: type[Model], fields: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows, each a sequence of values in the order of `fields`.

    Values are text, numbers, booleans, None, UUIDs and aware datetimes. All or none.
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = "".join(map(_copy_line, rows))
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(text))
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608 - names of ours
                [_plain_row(row) for row in rows],
            )


def _copy_line(row: Row) -> str:
    return "\t".join([_copied(value) for value in row]) + "\n"


def _copied(value: Any) -> str:
    """A value in COPY's text format."""
    kind = type(value)
    if kind is str:
        for plain, escaped in _ESCAPES:  # four searches are faster than one translate()
            if plain in value:
                value = value.replace(plain, escaped)
        return str(value)
    if kind is int:
        return str(value)
    if value is None:
        return "\\N"
    if kind is bool:
        return "t" if value else "f"
    if kind is datetime:
        return value.isoformat()
    return str(value)


def _plain_row(row: Row) -> Row:
    return [_plain(value) if type(value) in _NOT_PLAIN else value for value in row]


def _plain(value: Any) -> Any:
    """A value as Django stores it in SQLite."""
    if type(value) is UUID:
        return value.hex
    if type(value) is datetime:
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return value


_NOT_PLAIN = frozenset((UUID, datetime))
