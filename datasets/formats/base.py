"""What a format is: a reader of foreign files, a writer of our entries, or both.

A reader turns files into a stream of `Record`, `Refused` and, at the end, one `Found`. A writer
turns a stream of `Entry` into bytes. Neither sees a model, and neither holds a data set in memory.
Foreign words (`bbox`, `category_id`, 1-based pixels) exist only inside the format's own file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from datasets.pure.problems import Problem, gettext_noop
from datasets.pure.schema_types import DATA_TYPES

MAX_KEY = 200
MAX_TEXT_BYTES = 1 << 20
KEYS_PER_LOSS = 100


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to read: the name it came with, folders included, and where its bytes are."""

    name: str
    path: Path


@dataclass(slots=True)
class Record:
    """One item on its way in.

    `place` says where it stood, for the report. Exactly one of `text`, `row` and `file` is set.
    `truths`, `suggestions` and `annotations` hold JSON as `items.py` describes it, their regions
    not yet checked against a schema. `warnings` are for the report and stop nothing.
    """

    place: str
    key: str
    data_type: str
    text: str | None = None
    row: dict[str, Any] | None = None
    file: SourceFile | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    group: str = ""
    split: str = ""
    truths: list[dict[str, Any]] = field(default_factory=list)
    suggestions: list[dict[str, Any]] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was not taken: where it stood, its key if it has one, and why."""

    place: str
    key: str
    problem: Problem


@dataclass(slots=True)
class Found:
    """What a reader knows at the end: enough to propose a label schema and the columns.

    `labels` are (key, name) in the order in which they first came. `schema` is a whole definition
    where the files bring one. `warnings` concern the files as a whole.
    """

    data_type: str = ""
    question: str = ""
    question_type: str = ""
    labels: list[tuple[str, str]] = field(default_factory=list)
    schema: dict[str, Any] | None = None
    warnings: list[Problem] = field(default_factory=list)


Read = Record | Refused | Found


@dataclass(frozen=True)
class ReadOptions:
    """How to read. What is empty is left to the format, which chooses by looking.

    `text`, `label`, `truth`, `key`, `file`, `group`, `split` and `annotator` name columns (or
    fields of JSON objects); a table without header has the columns "1", "2" and so on. With
    `annotator` a row is one answer: its `label` is what that annotator said about the item of its
    key, and `truth` may hold what is right.
    """

    data_type: str = ""
    question: str = ""
    schema: Mapping[str, Any] | None = None
    schema_name: str = ""
    labels_as: str = "truth"  # or "suggestions" or "annotations"
    source: str = "import"  # the name of suggestions' source, or of the annotator
    # CSV and fields of JSON objects
    text: str = ""
    label: str = ""
    truth: str = ""
    key: str = ""
    file: str = ""
    group: str = ""
    split: str = ""
    annotator: str = ""
    table: bool = False
    delimiter: str = ""
    quoting: bool = True
    header: bool | None = None
    encoding: str = ""
    # images and folders
    folders_are_labels: bool = False
    polygons: str = "keep"  # or "box" (of each outline) or "refuse"
    pixels: str = "corners"  # or "inclusive": how Pascal VOC counts

    CHOICES = {
        "labels_as": ("truth", "suggestions", "annotations"),
        "polygons": ("keep", "box", "refuse"),
        "pixels": ("corners", "inclusive"),
        "encoding": ("", "utf-8", "latin-1", "cp1252", "utf-16"),
        "data_type": ("", *DATA_TYPES),
    }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "ReadOptions":
        """Return the options in a JSON object. Raises OptionsError naming the first bad key."""
        known = {one.name: one for one in fields(cls)}
        for name, value in given.items():
            if name not in known:
                raise OptionsError(name, gettext_noop("There is no option “%(name)s”."))
            fits = type(value) is type(known[name].default)
            if name == "schema":
                fits = isinstance(value, Mapping)
            elif name == "header":
                fits = isinstance(value, bool)
            if not fits or value not in cls.CHOICES.get(name, (value,)):
                raise OptionsError(name, gettext_noop("The value of “%(name)s” does not fit."))
        return cls(**given)


class OptionsError(ValueError):
    """An option is unknown or has a value that does not fit; `problem` says which."""

    def __init__(self, name: str, template: str) -> None:
        self.problem = Problem(f"options/{name}", "bad-option", template, {"name": name})
        super().__init__(self.problem.detail)


@dataclass(frozen=True, slots=True)
class EntryFile:
    """A file of an entry that is written: `open` gives its bytes when they are needed."""

    media_type: str
    size: int
    sha256: str
    open: Callable[[], BinaryIO]
    width: int | None = None
    height: int | None = None
    name: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Entry:
    """One item on its way out, of a living dataset or of a frozen version.

    `file` is the original as it was uploaded; `upright` is the copy whose pixels the regions
    count, where it differs. The three lists hold JSON as `items.py` describes it.
    """

    key: str
    data_type: str
    text: str | None = None
    row: Mapping[str, Any] | None = None
    file: EntryFile | None = None
    upright: EntryFile | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    split: str = ""
    truths: Sequence[Mapping[str, Any]] = ()
    suggestions: Sequence[Mapping[str, Any]] = ()
    annotations: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class WriteOptions:
    """How to write. `schema` is the definition of the one whose truths go out.

    `question` picks one where a format carries only one. `files` puts the images beside the
    labels in a ZIP. `raw` leaves formulas in CSV as they are. `rows` is "items" for a line an
    item with its truth, "answers" for a line an annotation.
    """

    schema: Mapping[str, Any] | None = None
    schema_name: str = ""
    question: str = ""
    files: bool = False
    raw: bool = False
    rows: str = "items"
    columns: Sequence[str] = ()
    delimiter: str = ","
    manifest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Loss:
    """One kind of thing that a format could not carry: how often, and on which items."""

    problem: Problem
    count: int = 0
    keys: list[str] = field(default_factory=list)


@dataclass(slots=True)
class WriteReport:
    """What a writer did: how many entries, and what was lost on the way, by code."""

    entries: int = 0
    losses: dict[str, Loss] = field(default_factory=dict)

    def lose(self, key: str, code: str, template: str, **values: object) -> None:
        """Count something that this format cannot carry; the first hundred keys are kept."""
        loss = self.losses.get(code)
        if loss is None:
            loss = self.losses[code] = Loss(Problem("", code, template, values))
        loss.count += 1
        if len(loss.keys) < KEYS_PER_LOSS and (not loss.keys or loss.keys[-1] != key):
            loss.keys.append(key)


class Reader(Protocol):
    """Turns files into records."""

    def __call__(self, files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Read]:
        """Yield records and refusals as they come, and one Found at the end."""


class Writer(Protocol):
    """Turns entries into bytes."""

    def __call__(
        self, entries: Iterable[Entry], options: WriteOptions, out: BinaryIO
    ) -> WriteReport:
        """Write everything to `out`, which need not be seekable. Memory is a few entries."""


@dataclass(frozen=True)
class Format:
    """A file layout that we read or write, or both.

    `ending` and `media_type` are those of what is written without files; with files it is a ZIP.
    `carries` are the types of question whose answers survive the way out; None: all of them.
    """

    name: str
    title: str
    ending: str
    media_type: str
    read: Reader | None = None
    write: Writer | None = None
    carries: tuple[str, ...] | None = None
    data_types: tuple[str, ...] = (
        "text",
        "image",
        "audio",
        "video",
        "series",
        "conversation",
        "table",
    )
