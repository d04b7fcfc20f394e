"""Statements that PostgreSQL plans once a minute, and not each time they run.

Planning takes the server about as long as running what every annotation needs. A statement whose
text is fixed is prepared in the session of its connection and run by name from then on. SQLite
keeps its own; a pooler that hands sessions from one client to another must be told of as Django
wants it (`DISABLE_SERVER_SIDE_CURSORS`), then nothing is prepared.
"""

import itertools
import re
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

LIFE = 60.0
"""Seconds after which a statement is prepared anew. A plan is made for tables as large as they are
then, and nothing tells the server that one has grown until it is analysed."""

Values = Mapping[str, Any] | Sequence[Any]


def run(cursor: Any, sql: str, values: Values) -> None:
    """Run a statement of fixed text on a cursor of the connection."""
    cursor.execute(*prepared(sql, values))


def prepared(sql: str, values: Values) -> tuple[str, Values]:
    """Return what to run for a statement of fixed text, and with which values.

    On PostgreSQL it is prepared first where it is not, without a line in Django's log of queries.
    The server must be able to tell the types of its parameters: a value that only stands in a list
    of columns to select needs a cast.
    """
    wrapper = connections[DEFAULT_DB_ALIAS]
    if wrapper.vendor != "postgresql" or wrapper.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        return sql, values
    text, names = _numbered(sql)
    given = [values[name] for name in names] if isinstance(values, Mapping) else list(values)
    if not given:
        return sql, values
    marks = ", ".join(["%s"] * len(given))
    return f"EXECUTE {_session(wrapper).name_of(text)}({marks})", given


class _Session:
    """What is prepared in the session of one open connection."""

    def __init__(self, wrapper: BaseDatabaseWrapper) -> None:
        self.opened = wrapper.connection
        self._wrapper = wrapper
        self._known: dict[str, tuple[str, float]] = {}
        self._names = itertools.count()

    def name_of(self, text: str) -> str:
        """Return the name of a statement that was prepared within the last minute."""
        name, since = self._known.get(text, ("", 0.0))
        now = time.monotonic()
        if name and now - since < LIFE:
            return name
        # Never the same name again, and nothing taken for known meanwhile: this may fail half-way.
        self._known.pop(text, None)
        again = f"DEALLOCATE {name}; " if name else ""
        name = f"winnow_{next(self._names)}"
        with self._wrapper.wrap_database_errors, self.opened.cursor() as cursor:
            cursor.execute(f"{again}PREPARE {name} AS {text}")
        self._known[text] = name, now
        return name


def _session(wrapper: BaseDatabaseWrapper) -> _Session:
    wrapper.ensure_connection()
    found: _Session | None = vars(wrapper).get("_winnow_session")
    if found is None or found.opened is not wrapper.connection:  # it was opened anew
        found = vars(wrapper)["_winnow_session"] = _Session(wrapper)
    return found


_MARKS = re.compile(r"%\((\w+)\)s|%s|%%")


@lru_cache(maxsize=512)
def _numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement with numbered parameters, and the names of those that have one."""
    names: list[str] = []
    count = 0

    def number(mark: re.Match[str]) -> str:
        nonlocal count
        name = mark[1]
        if mark[0] == "%%":
            return "%"
        if name is None:
            count += 1
            return f"${count}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _MARKS.sub(number, sql), tuple(names)
