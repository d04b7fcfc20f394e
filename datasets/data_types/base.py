"""What a data type must offer: tell its files by their bytes, and read facts from them.

A data type never sees a model or a request. `read` runs in a capped child process (see
`reading.py`), because it is the one place where bytes of strangers are decoded.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypedDict

from datasets.pure.problems import Problem, gettext_noop

HEAD_BYTES = 4096
CHUNK = 1 << 20


class Made(TypedDict):
    """A file that was made from an original: an upright copy, a thumbnail, a waveform.

    `facts` are kept with it: width and height of a picture, how a waveform is laid out.
    """

    role: str
    path: str
    media_type: str
    facts: dict[str, Any]
    size: int
    sha256: str


class Facts(TypedDict, total=False):
    """What is known of a file once it was read. Sizes are in bytes, lengths in pixels.

    Only `data_type`, `media_type`, `size`, `sha256` and `warnings` are always there.
    """

    data_type: str
    media_type: str
    size: int
    sha256: str
    warnings: list[dict[str, Any]]
    made: list[Made]
    # images: width and height are upright, stored_* as in the file
    width: int
    height: int
    stored_width: int
    stored_height: int
    mode: str
    frames: int
    orientation: int
    # texts
    text: str
    encoding: str
    characters: int
    # sounds: `rate` in samples a second, `loudest` as a share of full scale
    seconds: float
    rate: int
    channels: Any  # how many; of a series a list of what is known of each
    codec: str
    loudest: float
    # videos: `frames` and `codec` too; `frame_rate` on average, `variable` where frames differ
    frame_rate: float
    variable: bool
    sound: bool
    # series: `start` and `end` are ISO 8601 or plain numbers, as `clock` says (utc, local, plain);
    # `step` is the median of seconds between rows, `gap_from` what counts as a gap
    rows: int
    start: str | float
    end: str | float
    clock: str
    step: float
    gap_from: float
    gaps: int


class BadFile(Exception):
    """The file was refused; `problem` says why and what to do."""

    def __init__(self, code: str, template: str, **values: object) -> None:
        super().__init__(template % values)
        self.problem = Problem("", code, template, values)


@dataclass(frozen=True)
class Allowed:
    """What the operator allows of one file. It crosses the pipe to the child as plain numbers."""

    seconds: float = 4 * 3600
    megapixels: int = 250
    copy_seconds: float = 600
    """CPU seconds that may go into a copy for browsers, where somebody does not wait for it."""

    def too_long(self) -> BadFile:
        """Return the refusal of something that lasts longer."""
        return BadFile(
            "too-long",
            gettext_noop("It is longer than %(minutes)d minutes. Cut it into several files."),
            minutes=self.seconds / 60,
        )


ALLOWED = Allowed()


class DataType(Protocol):
    """One kind of item.

    `region_kinds` are the kinds of region that may lie on it; `media_types` are the accepted
    ones, each with the file ending that we give it. `cpu_seconds` is what reading one file may
    take.
    """

    name: str
    region_kinds: tuple[str, ...]
    media_types: dict[str, str]
    cpu_seconds: float

    def sniff(self, head: bytes, filename: str) -> str | None:
        """Return the media type of a file that starts with `head`, or None if it is not ours."""

    def read(
        self, path: Path, folder: Path, stem: str, allowed: Allowed = ALLOWED, filename: str = ""
    ) -> Facts:
        """Read a file; write what is made from it to `folder`, names beginning with `stem`.

        `filename` is the name it came with; only text needs it, whose bytes do not say what it
        is. Raises BadFile.
        """


@dataclass(frozen=True)
class Digest:
    """Length and SHA-256 of a file."""

    size: int
    sha256: str


def digest_of(path: Path) -> Digest:
    """Read a file once and return its length and SHA-256."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Digest(size, digest.hexdigest())


def made_file(role: str, path: Path, media_type: str, facts: dict[str, Any]) -> Made:
    """Return a file that was just written as one of the things made from an original."""
    digest = digest_of(path)
    return Made(
        role=role,
        path=str(path),
        media_type=media_type,
        facts=facts,
        size=digest.size,
        sha256=digest.sha256,
    )


def plain(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON that can cross a pipe and be translated at the other end."""
    return {
        "at": problem.at,
        "code": problem.code,
        "template": problem.template,
        "values": dict(problem.values),
    }


def from_plain(data: dict[str, Any]) -> Problem:
    """Return the problem that `plain` wrote."""
    return Problem(data["at"], data["code"], data["template"], data["values"])
