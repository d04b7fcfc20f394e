"""Querysets whose SQL is composed once and not at every evaluation.

Django composes a statement anew each time, which takes longer than running it: for the few reads
that every annotation needs, that was a third of what an annotation cost the web process.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from foundation.queries.statements import Values, prepared

Row = TypeVar("Row")
Value = int | Sequence[int]
"""A number for `=`, or some for `Among`."""
FIRST = 31_901
"""Stands for the first value while a statement is composed: it fits into the smallest column of
whole numbers, and no constant in a statement of ours is like it."""


class Prepared(Generic[Row]):
    """A queryset that differs from call to call in whole numbers alone.

    `build` gets as many values as are given to `rows`, and returns the queryset. It is called once
    for each connection, so it must not look at them: they may stand only where the statement has a
    parameter of its own. A number stays a number from call to call, and a list a list, compared by
    `Among`. The number of rows is up to the queryset; what is prefetched is not supported.

    >>> by_key = Prepared(lambda pk: User.objects.filter(pk=pk))  # doctest: +SKIP
    >>> by_key.first(7)  # doctest: +SKIP
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build

    def rows(self, *values: Value) -> list[Row]:
        """Return what the queryset finds for these values."""
        kept = vars(connections[DEFAULT_DB_ALIAS]).setdefault("_winnow_prepared", {})
        written = kept.get(self)
        if written is None:
            written = kept[self] = _Written(self._build, values)
        rows: list[Row] = written.run(values)
        return rows

    def first(self, *values: Value) -> Row | None:
        """Return the first row, or None."""
        return next(iter(self.rows(*values)), None)


class _Written:
    """A statement of one connection, and the rows it gives."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], values: Sequence[Value]) -> None:
        marks = [FIRST + place for place in range(len(values))]
        self._queryset = build(
            *(
                mark if isinstance(value, int) else [mark]
                for mark, value in zip(marks, values, strict=True)
            )
        )
        self._compiler = self._queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, self._values = self._compiler.as_sql()
        self._places = [
            (at, mark - FIRST)
            for at, said in enumerate(self._values)
            for mark in marks
            if said in (mark, [mark], json.dumps([mark]))
        ]
        if {number for _at, number in self._places} != set(range(len(values))):
            raise ValueError(f"a value is not a parameter of the statement: {self._sql}")
        setattr(self._compiler, "as_sql", self._filled)  # noqa: B010 (a method, says mypy)
        setattr(self._queryset.query, "get_compiler", lambda *_, **__: self._compiler)  # noqa: B010

    def run(self, values: Sequence[Value]) -> list[Any]:
        self._given = values
        rows: Any = self._queryset._iterable_class(self._queryset)
        return list(rows)

    def _filled(self, *_: Any, **__: Any) -> tuple[str, Values]:
        filled = list(self._values)
        for at, number in self._places:
            value = self._given[number]
            if isinstance(value, int):
                filled[at] = value
            else:
                is_text = isinstance(filled[at], str)  # SQLite has no arrays
                filled[at] = json.dumps(list(value)) if is_text else list(value)
        return prepared(self._sql, filled)
