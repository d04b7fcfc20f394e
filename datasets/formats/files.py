"""Loose files, each an item: pictures, sounds, videos, series, texts, from a folder or a ZIP.

With `folders_are_labels` the folder a file lies in is its label (`train/cat/1.jpg`); a folder
named train, val or test above it is its split.
"""

from collections.abc import Iterator, Sequence

from datasets.formats.base import (
    MAX_KEY,
    Format,
    Read,
    ReadOptions,
    Record,
    Refused,
    SourceFile,
)
from datasets.formats.items import BadItem
from datasets.formats.labels import Labeller, document, split_named
from datasets.formats.lookup import media_type_of
from datasets.pure.canonical import sha256_hex
from datasets.pure.problems import Problem, gettext_noop

TYPES = ("choice", "choices")
TEXT_ENDINGS = (".txt", ".text", ".md", ".markdown", ".html", ".htm")


def read(files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Read]:
    """Yield an item a file; what it is, its bytes decide when it is read."""
    labeller = Labeller(options, types=TYPES, default="label")
    top = common_folder([file.name for file in files])
    data_type = ""
    for file in files:
        name = file.name.removeprefix(top)
        record = Record(file.name, short_key(name), kind_of(name), file=file)
        folders = name.split("/")[:-1]
        record.split = split_named(folders[0]) if folders else ""
        if options.folders_are_labels:
            refused = _label(record, folders, labeller)
            if refused is not None:
                yield refused
                continue
        data_type = data_type or record.data_type
        yield record
    yield labeller.found(data_type)


def _label(record: Record, folders: list[str], labeller: Labeller) -> Refused | None:
    """Label a record by the folder it lies in; return why it cannot be."""
    named = folders[1:] if record.split else folders
    if not named:
        problem = Problem(
            "",
            "no-folder",
            gettext_noop("It lies in no folder, so it has no label. Put it into one."),
        )
        return Refused(record.place, record.key, problem)
    try:
        labeller.attach(record, document([labeller.item(named[-1])]))
    except BadItem as bad:
        return Refused(record.place, record.key, bad.problem)
    return None


def common_folder(names: Sequence[str]) -> str:
    """Return the folders that all names begin with, with a slash at the end, or nothing.

    Folders that say something (train, test) do not count.

    Examples
    --------
    >>> common_folder(["photos/cat/1.jpg", "photos/dog/2.jpg"])
    'photos/'
    """
    split = [name.split("/")[:-1] for name in names]
    shared: list[str] = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) != 1 or split_named(parts[0]):
            break
        shared.append(parts[0])
    # A single folder with files in it is a label when folders are labels: keep the last one.
    if shared and all(len(parts) == len(shared) for parts in split):
        shared.pop()
    return "".join(f"{part}/" for part in shared)


def short_key(name: str) -> str:
    """Return the name as a key; a very long one is cut and gets a piece of its hash."""
    return name if len(name) <= MAX_KEY else f"{name[:150]}…{sha256_hex(name.encode())[:16]}"


def kind_of(name: str) -> str:
    """Return the data type that the ending promises, or nothing; the bytes decide later."""
    return "text" if name.lower().endswith(TEXT_ENDINGS) else media_type_of(name)


FORMAT = Format(
    name="files",
    title=gettext_noop("Images, sounds, videos, series and text files, one item each"),
    ending=".zip",
    media_type="application/zip",
    read=read,
    data_types=("text", "image", "audio", "video", "series"),
)
