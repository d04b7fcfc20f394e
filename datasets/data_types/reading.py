"""Reading files of users through a pool of capped children: facts, or the reason for refusing."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from datasets.data_types import DATA_TYPES
from datasets.data_types.base import ALLOWED, Allowed, Facts, from_plain
from datasets.pure.problems import Problem
from foundation.child import DISK_FULL, ChildFailed, ChildPool, Limits

READ_ONE = "datasets.data_types.inside:read_one"
LIMITS = Limits(memory_mb=1024, output_mb=256)
WALL_FACTOR = 3
"""A niced child on a busy machine may need so much longer than its CPU seconds."""


PIXEL_BYTES = 10
"""Of memory a pixel at most: a progressive JPEG is held twice while it is decoded."""
WRITTEN_BYTES = 4
"""Of a file a pixel at most: an upright copy without loss."""
PIXELS_A_SECOND = 1_500_000
"""Decoded, copied and cut into tiles even on a slow machine."""


def limits_for(data_type: str, allowed: Allowed = ALLOWED) -> Limits:
    """Return what a child may use that reads files of a data type."""
    seconds = DATA_TYPES[data_type].cpu_seconds
    memory, output = LIMITS.memory_mb, LIMITS.output_mb
    if data_type == "image":
        seconds += allowed.megapixels * 1_000_000 / PIXELS_A_SECOND
        memory = max(memory, 512 + PIXEL_BYTES * allowed.megapixels)
        output = max(output, WRITTEN_BYTES * allowed.megapixels)
    return replace(
        LIMITS,
        memory_mb=memory,
        output_mb=output,
        cpu_seconds=seconds,
        wall_seconds=WALL_FACTOR * seconds,
    )


@dataclass(frozen=True)
class FileToRead:
    """A file on this machine, and the name it came with. Without a data type, its bytes decide.

    `mark` is the caller's own; it comes back with the answer.
    """

    path: Path
    filename: str
    data_type: str | None = None
    mark: object = None


class FileReader:
    """Reads many files, a few at a time. What is made from them is put into `folder`.

    Use it as a context manager; `folder` belongs to the caller, who removes it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        workers: int = 2,
        limits: Limits = LIMITS,
        allowed: Allowed = ALLOWED,
    ) -> None:
        self.folder = folder
        self._allowed = asdict(allowed)
        self._pool = ChildPool(workers, limits=limits)
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.close()

    def read(self, files: Iterable[FileToRead]) -> Iterator[tuple[FileToRead, Facts | Problem]]:
        """Yield each file with its facts, or with the problem for which it was refused, in order.

        Files are taken only a little ahead of the answers. A file that kills its child is refused
        like any other broken one. Raises ChildFailed only when the disk is full.
        """
        sent: deque[FileToRead] = deque()
        for _call, answer in self._pool.run_all(READ_ONE, self._calls(files, sent)):
            file = sent.popleft()
            if isinstance(answer, ChildFailed) and answer.code == DISK_FULL:
                raise answer
            if isinstance(answer, ChildFailed):
                yield file, Problem("", answer.code, answer.template, answer.values)
            elif "refused" in answer:
                yield file, from_plain(answer["refused"])
            else:
                yield file, cast(Facts, answer["facts"])

    def _calls(
        self, files: Iterable[FileToRead], sent: deque[FileToRead]
    ) -> Iterator[dict[str, Any]]:
        for file in files:
            sent.append(file)
            self._count += 1
            yield {
                "path": str(file.path),
                "filename": file.filename,
                "folder": str(self.folder),
                "stem": f"{self._count:08d}",
                "data_type": file.data_type,
                "allowed": self._allowed,
            }
