"""Asking for many rows by their keys, without a placeholder for each."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, F, Func


class Among(Func):
    """The condition that a column is one of some numbers: `rows.filter(Among("item", pks))`.

    The same as `item__in=pks`, at a hundredth of the cost for Django and the database's parser
    when there are thousands.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: str, numbers: Sequence[int]) -> None:
        super().__init__(F(column))
        self._numbers = list(numbers)

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        """Return the statement and its parameters."""
        column, values = compiler.compile(self.get_source_expressions()[0])
        return f"{column} = ANY(%s)", (*values, self._numbers)

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        """Return the statement and its parameters."""
        column, values = compiler.compile(self.get_source_expressions()[0])
        numbers = json.dumps(self._numbers)
        among = "IN (SELECT value FROM json_each(%s))"
        return f"{column} {among}", (*values, numbers)
