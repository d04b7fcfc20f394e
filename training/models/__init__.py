"""Tables of training, re-exported so that `training.models` is the one address."""

from training.models.doubt import DoubtedItem, DoubtList
from training.models.evaluation import Evaluation, RelabelBatch, RelabelItem
from training.models.run import Artifact, MetricPoint, Run

__all__ = [
    "Artifact",
    "DoubtList",
    "DoubtedItem",
    "Evaluation",
    "MetricPoint",
    "RelabelBatch",
    "RelabelItem",
    "Run",
]
