"""Data sets that people have published, brought into Winnow through its own imports."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from datasets.models import Dataset, LabelSchema
from datasets.queries.stats import schemas_used
from datasets.services.datasets import create_dataset
from datasets.services.ingest import record_local_import
from foundation import jobs
from foundation.models import Job, Project, User
from tests.services import REAL_DATA

STEP = 15
"""scikit-learn's digits have sixteen greys; they are written as multiples of this."""


def folder_of(name: str) -> Path | None:
    """Return the folder of a data set that does not ship with Winnow; says where it is missing."""
    folder = REAL_DATA / name
    if folder.is_dir():
        return folder
    where = f"{REAL_DATA.parent.name}/{REAL_DATA.name}"
    print(f"[bench] left out: the data set {name} is not in {where}", file=sys.stderr, flush=True)
    return None


def finish(job: Job) -> Job:
    """Do a job here and now and return it. Raises RuntimeError when it did not succeed."""
    jobs.run(job.pk)
    job.refresh_from_db()
    if job.state != Job.State.SUCCEEDED:
        raise RuntimeError(f"{job.title}: {job.error}")
    return job


def bring(
    project: Project, name: str, data_type: str, paths: Sequence[Path], by: User, **options: Any
) -> Dataset:
    """Import files into a new dataset and return it; nothing of them may be refused."""
    dataset = create_dataset(project=project, name=name, data_type=data_type, by=by)
    job = finish(record_local_import(dataset=dataset, paths=paths, options=options, by=by))
    assert job.report["refused"] == 0, list(job.refusals.all()[:3])
    return dataset


def schema_of(dataset: Dataset) -> LabelSchema:
    """Return the one schema that the labels of a dataset stand under."""
    [schema] = schemas_used(dataset)
    return schema


def bring_digits(project: Project, folder: Path, by: User) -> Dataset:
    """Import scikit-learn's handwritten digits as pictures, in a folder for each label."""
    digits = load_digits()
    for number, (image, label) in enumerate(zip(digits.images, digits.target, strict=True)):
        path = folder / "digits" / str(label) / f"{number:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((image * STEP).astype(np.uint8)).save(path)
    return bring(project, "Digits", "image", [folder / "digits"], by, folders_are_labels=True)
