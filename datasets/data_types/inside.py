"""What a capped child runs to read one file. It imports no Django."""

from pathlib import Path
from typing import Any

from datasets.data_types import DATA_TYPES
from datasets.data_types.base import HEAD_BYTES, Allowed, BadFile, plain
from datasets.pure.problems import gettext_noop


def read_one(
    *,
    path: str,
    filename: str,
    folder: str,
    stem: str,
    data_type: str | None,
    allowed: dict[str, Any],
) -> dict[str, Any]:
    """Return `{"facts": ...}` of the file, or `{"refused": ...}` with the problem."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(HEAD_BYTES)
        name = data_type or find_data_type(head, filename)
        given = Allowed(**allowed)
        facts = DATA_TYPES[name].read(Path(path), Path(folder), stem, given, filename)
        return {"facts": facts}
    except BadFile as bad:
        return {"refused": plain(bad.problem)}


def find_data_type(head: bytes, filename: str) -> str:
    """Return the name of the data type whose bytes these are. Raises BadFile."""
    if not head:
        raise BadFile("empty-file", gettext_noop("The file is empty."))
    for name, data_type in DATA_TYPES.items():
        if data_type.sniff(head, filename) is not None:
            return name
    raise BadFile(
        "unknown-file-type",
        gettext_noop(
            "This is not a file that Winnow can label. Accepted are JPEG, PNG, WebP, TIFF, BMP "
            "and GIF images, WAV, FLAC, MP3 and OGG sounds, MP4, MOV and WebM videos, plain text, "
            "Markdown and HTML (.txt, .md, .html), and, in a dataset of time series, CSV and "
            "Parquet."
        ),
    )
