"""The columns of a table dataset, learnt from its rows as they come in."""

from collections.abc import Sequence
from typing import Any

from datasets.data_types.table import ColumnGuess
from datasets.models import Dataset
from datasets.services.import_reading import Prepared


class ColumnKeeper:
    """Keeps `Dataset.columns` in step with the rows: a number column is one everywhere."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._before = _kinds(dataset.columns)
        self._guess = ColumnGuess()
        self._written = self._merged(self._before)

    def learn(self, prepared: Sequence[Prepared]) -> None:
        """Look at the rows of a batch."""
        for one in prepared:
            if one.record.row is not None and one.record.data_type == "table":
                self._guess.add(one.record.row)

    def save(self) -> None:
        """Write the columns down if they are other than before; the caller holds the dataset."""
        if self._merged(self._before) == self._written:
            return
        stored = Dataset.objects.values_list("columns", flat=True).get(pk=self._dataset.pk)
        self._before = _kinds(stored)  # another import may have brought columns meanwhile
        self._written = self._merged(self._before)
        self._dataset.columns = self._written
        self._dataset.save(update_fields=["columns"])

    def _merged(self, before: dict[str, str]) -> list[dict[str, Any]]:
        kinds = dict(before)
        for column in self._guess.columns():
            name, kind = column["name"], column["kind"]
            turned_out_text = kind == "category" and column["present"] > 0
            if name not in kinds or turned_out_text:
                kinds[name] = kind
        return [{"name": name, "kind": kind} for name, kind in kinds.items()]


def _kinds(columns: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {column["name"]: column["kind"] for column in columns}
