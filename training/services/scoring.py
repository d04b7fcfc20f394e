"""What a model says of items that have no label yet, and how alike items are; for orders of queues.

Both run in a child process on a folder of its own, as training does.
"""

import tempfile
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from django.utils.translation import gettext as _

from annotate.pure.choosing import Floats
from annotate.queries.scoring import Model, Said, ShouldStop
from datasets.models import Dataset, Item, LabelSchema
from training.errors import RunFailed
from training.models import Run
from training.services.handover import BATCH, LIMITS, content_of, unpack_model
from training.services.launching import run_trainer
from training.trainers import trainers
from training.trainers.base import TrainerSpec
from training.trainers.builtin import HERE

SPLIT = "train"
COMPARED = ("text", "image", "table")
CATEGORIES = 20
FEATURES = TrainerSpec(
    name="item_features",
    title="",
    description="",
    data_type="",
    tasks=(),
    families=(),
    parameters=object,
    script=HERE / "item_features.py",
)
"""Started like a trainer; on no shelf, since it learns nothing."""


def newest_model(dataset: Dataset, schema: LabelSchema) -> Model | None:
    """Return the model of the newest run on a dataset and a schema that ended well."""
    runs = Run.objects.filter(
        state=Run.State.SUCCEEDED,
        version__dataset=dataset,
        version__schema=schema,
        artifacts__name="model",
        trainer__in=list(trainers),
    )
    run = runs.order_by("-pk").first()
    if run is None:
        return None
    name = _("run %(n)d") % {"n": run.number}
    return Model(run.oid, name, partial(_say, run, dataset))


def _say(run: Run, dataset: Dataset, items: Sequence[int], should_stop: ShouldStop) -> Said:
    """Return the probability of each label of a run, for the items that can be read."""
    spec = trainers[run.trainer]
    about = {"trainer": run.trainer, "params": run.params, "seed": run.seed}
    about |= {"question": run.question, "labels": run.labels, "data_type": spec.data_type}
    with tempfile.TemporaryDirectory(prefix="winnow-score-") as name:
        folder = Path(name) / "handover"
        ids = _write_folder(folder, dataset, items, about)
        if not ids:
            return {}
        unpack_model(run.artifacts.get(name="model").storage_key, folder / "model")
        if not _run(spec, folder, should_stop):
            return {}
        with (folder / "out" / f"predictions_{SPLIT}.jsonl").open("rb") as file:
            told = [orjson.loads(line) for line in file]
    return {one["entry"]: one["probabilities"] for one in told}


def features_of_items(
    dataset: Dataset, items: Sequence[int], should_stop: ShouldStop
) -> tuple[Sequence[int], Floats] | None:
    """Return the items that can be read with a row of numbers each; None for other kinds."""
    if dataset.data_type not in COMPARED:
        return None
    about = {"trainer": FEATURES.name, "params": {"categories": CATEGORIES}, "seed": 0}
    about |= {"question": "", "labels": [], "data_type": dataset.data_type}
    with tempfile.TemporaryDirectory(prefix="winnow-features-") as name:
        folder = Path(name) / "handover"
        ids = _write_folder(folder, dataset, items, about)
        if not ids or not _run(FEATURES, folder, should_stop):
            return [], np.zeros((0, 1))
        rows = np.fromfile(folder / "out" / "features.f32", dtype="<f4").astype(np.float64)
    return ids, rows.reshape(len(ids), -1)


def _write_folder(
    folder: Path, dataset: Dataset, items: Sequence[int], about: dict[str, Any]
) -> list[int]:
    """Hand over items without a word on their labels; return which, in the order of the lines."""
    (folder / "assets").mkdir(parents=True)
    (folder / "out").mkdir()
    ids: list[int] = []
    rest = iter(items)
    with (folder / f"{SPLIT}.jsonl").open("wb") as file:
        while chunk := list(islice(rest, BATCH)):
            found = Item.objects.filter(pk__in=chunk, dataset=dataset, erased_at=None)
            known = found.select_related("content").prefetch_related("assets").in_bulk()
            for pk in chunk:
                if pk in known:
                    line = {"entry": pk, **content_of(known[pk], folder)}
                    file.write(orjson.dumps(line) + b"\n")
                    ids.append(pk)
    job = {"format": 1, "mode": "predict", **about, "limits": LIMITS}
    job |= {"splits": {SPLIT: f"{SPLIT}.jsonl"}, "columns": dataset.columns}
    (folder / "job.json").write_bytes(orjson.dumps(job))
    return ids


def _run(spec: TrainerSpec, folder: Path, should_stop: ShouldStop) -> bool:
    """Run a script on its folder; return False where it was asked to stop. Raises RunFailed."""
    ended = run_trainer(spec, folder, on_line=lambda line: None, should_stop=should_stop)
    if not ended.was_stopped and not ended.is_done:
        raise RunFailed(ended.reason()["detail"])
    return not ended.was_stopped
