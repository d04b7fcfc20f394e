"""What the newest model says of the items that it never saw."""

from collections.abc import Mapping

import pyarrow.parquet as pq
from django.db.models import F

from datasets.models import Dataset, Item, LabelSchema
from datasets.queries.versions import iter_entries
from foundation import storage
from training.models import Evaluation, Run

UNSEEN = "test"
"""The one split whose truth no trainer is handed, not even to choose its settings by."""


def held_out_of(
    dataset: Dataset, schema: LabelSchema, question: str
) -> Mapping[int, Mapping[str, float]]:
    """Return the probability of each label for the test items of the newest run, by item."""
    evaluation = (
        Evaluation.objects.select_related("run", "version")
        .filter(
            run__state=Run.State.SUCCEEDED,
            run__question=question,
            version=F("run__version"),
            version__dataset=dataset,
            version__schema=schema,
            finished_at__isnull=False,
        )
        .exclude(predictions_key="")
        .order_by("-pk")
        .first()
    )
    if evaluation is None:
        return {}
    said = _said_of_unseen(evaluation)
    entries = iter_entries(evaluation.version, columns=["key", "salt"])
    keys = {entry.key: entry.position for entry in entries if entry.position in said}
    items = Item.objects.filter(dataset=dataset, key__in=list(keys)).values_list("pk", "key")
    return {pk: said[keys[key]] for pk, key in items}


def _said_of_unseen(evaluation: Evaluation) -> dict[int, dict[str, float]]:
    """The probabilities of the test split, by the position of the entry."""
    labels = evaluation.run.labels
    columns = ["position", "split", "probabilities"]
    with storage.local_copy(evaluation.predictions_key) as path:
        rows = pq.read_table(path, columns=columns).to_pylist()
    return {
        row["position"]: dict(zip(labels, row["probabilities"], strict=True))
        for row in rows
        if row["split"] == UNSEEN
    }
