"""Writing many rows at the speed of the database: COPY on PostgreSQL, executemany on SQLite.

No models are made, so every column without a database default is given by the caller. JSON goes
in as text. Foreign keys, unique rules and indexes hold as always.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DateTimeField, Field, Model, UUIDField

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
    known = {field.name: field for field in model._meta.local_fields}
    columns = ", ".join(quote(str(known[name].column)) for name in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = "".join(map(_copy_line, rows))
            with connection.wrap_database_errors:  # Django wraps those of execute() alone
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(text))
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608 - names of ours
                _Plainer([known[name] for name in fields]).plain(rows),
            )


def _copy_line(row: Row) -> str:
    return "\t".join([_copied(value) for value in row]) + "\n"


def _copied(value: Any) -> str:
    """A value in COPY's text format."""
    kind = type(value)
    if kind is str:
        text = str(value)
        for plain, escaped in _ESCAPES:  # four searches are faster than one translate()
            if plain in text:
                text = text.replace(plain, escaped)
        return text
    if value is None:
        return "\\N"
    if kind is bool:
        return "t" if value else "f"
    return str(value)  # numbers, UUIDs and aware datetimes, as PostgreSQL reads them


class _Plainer:
    """Turns values into what Django stores in SQLite; columns of plain values pass unchanged."""

    def __init__(self, fields: Sequence[Field[Any, Any]]) -> None:
        self._columns = [
            number
            for number, field in enumerate(fields)
            if isinstance(field, DateTimeField | UUIDField)
        ]
        self._moment: datetime | None = None
        self._shown = ""

    def plain(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows in SQLite's terms."""
        return [self._row(row) for row in rows] if self._columns else rows

    def _row(self, row: Row) -> Row:
        plain = list(row)
        for number in self._columns:
            value = plain[number]
            if type(value) is UUID:
                plain[number] = value.hex
            elif type(value) is datetime:
                plain[number] = self._show(value)
        return plain

    def _show(self, moment: datetime) -> str:
        if moment is not self._moment:  # the rows of a batch mostly share one
            self._moment, self._shown = moment, str(moment.astimezone(UTC).replace(tzinfo=None))
        return self._shown
