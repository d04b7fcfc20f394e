"""What a model says of items it never learned from: a shelf that training fills."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from annotate.pure.truth.crowd import Codes, Crowd, Estimate, Floats
from annotate.pure.truth.crowdlab import crowdlab
from datasets.models import Dataset, LabelSchema
from foundation.registry import Registry

HeldOut = Callable[[Dataset, LabelSchema, str], Mapping[int, Mapping[str, float]]]
"""Of a dataset, a schema and a question: the probability of each label, by item."""
held_out: Registry[HeldOut] = Registry("winnow.held_out")


def crowdlab_where_known(
    crowd: Crowd, dataset: Dataset, schema: LabelSchema, question: str
) -> tuple[Estimate, Any] | None:
    """CROWDLAB on the items that a model has seen never; None where there is no such item.

    The other items stay undecided: all labels are equally likely there. Also returns which items
    are covered, as a mask.
    """
    told: dict[int, Mapping[str, float]] = {}
    for _name, source in held_out.items():
        told = {**source(dataset, schema, question), **told}
    known = np.array([item in told for item in crowd.items], dtype=bool)
    if not known.any() or len(crowd.labels) < 2:
        return None
    rows = [told[item] for item, has in zip(crowd.items, known, strict=True) if has]
    said = np.array([[row.get(str(label), 0.0) for label in crowd.labels] for row in rows])
    said = np.clip(said, 0.0, 1.0)
    part = crowdlab(_only(crowd, known), said)
    posterior: Floats = np.full((len(crowd.items), len(crowd.labels)), 1 / len(crowd.labels))
    posterior[known] = part.posterior
    return Estimate("crowdlab", posterior, part.priors), known


def _only(crowd: Crowd, known: Any) -> Crowd:
    """The crowd about some items only; people and labels keep their codes."""
    kept = known[crowd.item]
    number: Codes = np.cumsum(known) - 1
    items = tuple(item for item, has in zip(crowd.items, known, strict=True) if has)
    return Crowd(
        number[crowd.item[kept]],
        crowd.annotator[kept],
        crowd.label[kept],
        items,
        crowd.annotators,
        crowd.labels,
    )
