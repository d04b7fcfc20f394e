"""Guesses that spare people a form: which column is the text, the label, the file, the key."""

from collections.abc import Sequence
from dataclasses import replace

from datasets.formats.base import ReadOptions
from datasets.formats.columns import is_number
from datasets.formats.labels import split_named
from datasets.formats.lookup import IMAGE_ENDINGS

TEXT_NAMES = ("text", "sentence", "message", "content", "body", "comment", "review", "utterance")
LABEL_NAMES = (
    "label",
    "labels",
    "category",
    "class",
    "target",
    "intent",
    "sentiment",
    "topic",
    "species",
)
FILE_NAMES = ("file", "filename", "file_name", "image", "path", "image_path")
KEY_NAMES = ("key", "id", "item_id", "uuid")
SPLIT_NAMES = ("split", "subset", "partition", "fold")
SHORTEST_TEXT = 15  # mean characters from which a column without a name is taken for text
LONGEST_LABEL = 64
MOST_LABELS = 100

Rows = Sequence[Sequence[str]]


def is_table(options: ReadOptions) -> bool:
    """Whether the options say that rows are the items."""
    return options.table or options.data_type == "table"


def guess_columns(columns: Sequence[str], rows: Rows, options: ReadOptions) -> ReadOptions:
    """Return the options with the columns filled in that are empty and can be guessed."""
    file = options.file or _named(columns, FILE_NAMES)
    if file and not _are_images(_cells(columns, rows, file)):
        file = options.file
    guessed = replace(options, file=file, key=options.key or _guess_key(columns, rows))
    if not (file or guessed.text or is_table(options)):
        text = guess_text(columns, rows)
        guessed = replace(guessed, text=text, table=not text)
    label = options.label or _guess_label(columns, rows, guessed)
    split = options.split or _guess_split(columns, rows)
    return replace(guessed, label=label, split=split)


def guess_text(columns: Sequence[str], rows: Rows) -> str:
    """Return the column that holds the text, or an empty one where the rows are a table.

    A telling name counts; otherwise the longest cells, if they make up most of their rows.
    """
    named = _named(columns, TEXT_NAMES)
    if named:
        return named
    lengths = {name: sum(map(len, _cells(columns, rows, name))) for name in columns}
    longest = max(lengths, key=lambda name: lengths[name], default="")
    cells = _cells(columns, rows, longest) if longest else []
    is_long = bool(cells) and lengths[longest] >= SHORTEST_TEXT * len(cells)
    is_most = is_long and 2 * lengths[longest] > sum(lengths.values())
    return longest if is_most and not all(map(is_number, cells)) else ""


def _guess_label(columns: Sequence[str], rows: Rows, options: ReadOptions) -> str:
    """Return a column with a telling name, or the only one that has few different short cells."""
    free = [name for name in columns if name not in (options.text, options.file, options.key)]
    telling = [name for name in free if name.lower().endswith(("_label", " label"))]
    telling += [name for name in free if name.startswith("truth.")]
    named = _named(free, LABEL_NAMES) or (telling[0] if len(telling) == 1 else "")
    if named or not (options.text or options.file):
        return named
    repeating = [name for name in free if _repeats(_cells(columns, rows, name))]
    return repeating[0] if len(repeating) == 1 else ""


def _repeats(cells: Sequence[str]) -> bool:
    few = len(set(cells)) <= max(2, min(MOST_LABELS, len(cells) // 2))
    return few and len(cells) > 2 and max(map(len, cells)) <= LONGEST_LABEL


def _guess_key(columns: Sequence[str], rows: Rows) -> str:
    name = _named(columns, KEY_NAMES)
    cells = _cells(columns, rows, name) if name else []
    return name if len(set(cells)) == len(cells) else ""


def _guess_split(columns: Sequence[str], rows: Rows) -> str:
    name = _named(columns, SPLIT_NAMES)
    return name if name and all(map(split_named, _cells(columns, rows, name))) else ""


def _are_images(cells: Sequence[str]) -> bool:
    return bool(cells) and all(cell.lower().endswith(IMAGE_ENDINGS) for cell in cells)


def _named(columns: Sequence[str], names: Sequence[str]) -> str:
    by_name = {name.strip().lower(): name for name in reversed(columns)}
    return next((by_name[name] for name in names if name in by_name), "")


def _cells(columns: Sequence[str], rows: Rows, name: str) -> list[str]:
    """Return the cells of one column that hold something."""
    number = list(columns).index(name)
    return [row[number] for row in rows if len(row) == len(columns) and row[number].strip()]
