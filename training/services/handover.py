"""Writing the folder that a trainer reads: entries of a version, and nothing else of ours."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _

from datasets.models import Item, Version
from datasets.queries.versions import Entry, items_of, iter_entries
from foundation import storage
from foundation.errors import Invalid
from training.models import Run
from training.queries.versions import label_of, labels_in
from training.trainers import trainers

SPLITS = ("train", "validation", "test")
BATCH = 500
LIMITS = {"memory_mb": 4096, "seconds": 6 * 3600}
_SUFFIX = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/tiff": ".tif",
    "image/bmp": ".bmp",
    "audio/wav": ".wav",
    "audio/flac": ".flac",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/quicktime": ".mov",
    "text/csv": ".csv",
    "application/vnd.apache.parquet": ".parquet",
}


@dataclass
class Handed:
    """What was handed over, in the order of the entries: position, split and true label."""

    labels: list[str]
    positions: list[int] = field(default_factory=list)
    splits: list[str] = field(default_factory=list)
    truths: list[str] = field(default_factory=list)


def write_handover(
    run: Run,
    version: Version,
    folder: Path,
    *,
    model: str | None = None,
    place: Callable[[Entry], str] = lambda entry: entry.split,
) -> Handed:
    """Fill `folder` for one job of a run and return what is in it.

    With `model`, the storage key of the run's trained model, the job is to predict. The test
    split's truth never enters the folder. `place` says under which split an entry is handed over,
    empty for none.
    """
    trainer, question = trainers[run.trainer], run.question
    occurring = labels_in(version, question)
    # A model's own labels come first: they are the columns of what it says.
    handed = Handed(run.labels + [label for label in occurring if label not in run.labels])
    (folder / "assets").mkdir(parents=True)
    (folder / "out").mkdir()
    files = {split: (folder / f"{split}.jsonl").open("wb") for split in SPLITS}
    try:
        for entry, item in iter_labelled(version, question):
            split, label = place(entry), label_of(entry, question)
            if not split:
                continue
            line = {"entry": entry.position, **content_of(item, folder)}
            if split != "test" and model is None:
                line["label"] = label
            files[split].write(orjson.dumps(line) + b"\n")
            handed.positions.append(entry.position)
            handed.splits.append(split)
            handed.truths.append(label)
    finally:
        for file in files.values():
            file.close()
    job = {
        "format": 1,
        "mode": "train" if model is None else "predict",
        "trainer": trainer.name,
        "params": run.params,
        "seed": run.seed,
        "data_type": trainer.data_type,
        "question": question,
        "labels": handed.labels,
        "splits": {split: f"{split}.jsonl" for split in SPLITS if split in set(handed.splits)},
        "limits": LIMITS,
    }
    if trainer.data_type == "table":
        job["columns"] = version.dataset.columns
    if model is not None:
        unpack_model(model, folder / "model")
    (folder / "job.json").write_bytes(orjson.dumps(job, option=orjson.OPT_INDENT_2))
    return handed


def _entries(version: Version) -> Iterator[tuple[Entry, Item]]:
    """Yield the entries that can be read, with their items; erased ones are left out."""
    stream = iter_entries(version)
    while batch := list(islice(stream, BATCH)):
        items = items_of(version, batch)
        for entry in batch:
            if entry.is_erased:
                continue
            item = items.get(entry.key)
            if item is None or item.erased_at is not None:
                text = _("The item of entry %(n)d is not there any more. Verify the version.")
                raise Invalid(text % {"n": entry.position})
            yield entry, item


def iter_labelled(version: Version, question: str) -> Iterator[tuple[Entry, Item]]:
    """Yield the entries that can be read and have a label under a question, with their items."""
    for entry, item in _entries(version):
        if label_of(entry, question):
            yield entry, item


def content_of(item: Item, folder: Path) -> dict[str, Any]:
    """Return what a line says of an item; a file of it is copied into the folder."""
    content = getattr(item, "content", None)
    if content is not None and content.text is not None:
        return {"text": content.text}
    if content is not None and content.row is not None:
        return {"row": content.row}
    parts = {asset.part: asset for asset in item.assets.all()}
    asset = parts.get("upright") or parts["original"]
    name = f"{item.pk}{_SUFFIX.get(asset.media_type, '.bin')}"
    with (
        storage.open_file(asset.storage_key) as source,
        (folder / "assets" / name).open("wb") as target,
    ):
        shutil.copyfileobj(source, target, storage.CHUNK)
    return {item.data_type: f"assets/{name}"}


def unpack_model(key: str, folder: Path) -> None:
    """Put the files of a model's archive, which we wrote ourselves, into the folder."""
    folder.mkdir()
    with storage.open_file(key) as file:
        for name, body in read_archive(file.read()).items():
            (folder / name).write_bytes(body)


def pack_archive(folder: Path) -> bytes:
    """Return the files of a folder as one archive: names, sizes and bytes, plain and ordered."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    index = [[path.name, path.stat().st_size] for path in files]
    head = orjson.dumps(index)
    body = b"".join(path.read_bytes() for path in files)
    return len(head).to_bytes(8) + head + body


def read_archive(data: bytes) -> dict[str, bytes]:
    """Return name and bytes of each file that `pack_archive` put together.

    Raises ValueError for anything else; a name never holds a path.
    """
    size = int.from_bytes(data[:8])
    files, place = {}, 8 + size
    for name, length in orjson.loads(data[8 : 8 + size]):
        if "/" in name or "\\" in name or name in (".", ".."):
            raise ValueError(f"not a plain file name: {name!r}")
        files[name] = data[place : place + length]
        place += length
    return files
