"""Unpacking a ZIP of a stranger: names are never paths, and real bytes are counted.

Members are written under names of ours. What is refused (links, `../`, nested archives, a member
that unpacks to a hundred times its size) is one `Refused` each; the others go on.
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from datasets.formats.base import Refused, SourceFile
from datasets.pure.problems import Problem, gettext_noop, shorten
from foundation.pure.full_disk import is_full_disk

MAX_ENTRIES = 100_000
MAX_RATIO = 100
MAX_TOTAL = 8 << 30
MAX_MEMBER = 1 << 30
MAX_NAME = 300
# A ratio says nothing about small files: 200 equal bytes pack to almost nothing.
SMALL = 1 << 20
CHUNK = 1 << 18

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NESTED_NAMES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst", ".jar")
NESTED_HEADS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"Rar!",
)
LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)")
DRIVE = re.compile(r"^[A-Za-z]:")
ENCRYPTED = 0x1

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


@dataclass(frozen=True)
class Caps:
    """How much one archive may hold. `ratio` is bytes out for each byte in."""

    entries: int = MAX_ENTRIES
    ratio: int = MAX_RATIO
    total: int = MAX_TOTAL
    member: int = MAX_MEMBER


class _Stop(Exception):
    """The archive as a whole is refused from here on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def unpack(
    archive: SourceFile, folder: Path, caps: Caps | None = None
) -> Iterator[SourceFile | Refused]:
    """Write the members of a ZIP into `folder` under names of ours; yield each, or its refusal.

    At most `caps.ratio` times the archive's own size is ever written.
    """
    caps = caps or Caps()
    try:
        with zipfile.ZipFile(archive.path) as opened:
            yield from _Unpacking(opened, archive, folder, caps).run()
    except _Stop as stop:
        yield Refused(archive.name, "", stop.problem)
    except BROKEN as error:
        if is_full_disk(error):
            raise
        problem = Problem(
            "",
            "broken-archive",
            gettext_noop("The ZIP is broken or cut short. Pack it again and upload it again."),
        )
        yield Refused(archive.name, "", problem)


class _Unpacking:
    """One archive while it is being unpacked."""

    def __init__(
        self, opened: zipfile.ZipFile, archive: SourceFile, folder: Path, caps: Caps
    ) -> None:
        self._zip = opened
        self._archive = archive
        self._folder = folder
        self._caps = caps
        self._packed_size = archive.path.stat().st_size
        self._left = min(caps.total, caps.ratio * self._packed_size + SMALL)
        self._names: set[str] = set()

    def run(self) -> Iterator[SourceFile | Refused]:
        members = self._zip.infolist()
        if len(members) > self._caps.entries:
            raise _Stop(
                Problem(
                    "",
                    "too-many-entries",
                    gettext_noop("The ZIP has %(count)d entries, more than %(most)d. Split it."),
                    {"count": len(members), "most": self._caps.entries},
                )
            )
        for number, member in enumerate(members):
            if member.is_dir() or LITTER.search(member.filename):
                continue
            problem = self._problem(member)
            target = self._folder / f"{number:06d}"
            if problem is None:
                problem = self._extract(member, target)
            if problem is None:
                yield SourceFile(member.filename, target)
            else:
                place = f"{self._archive.name}/{shorten(member.orig_filename, MAX_NAME)}"
                yield Refused(place, "", problem)

    def _problem(self, member: zipfile.ZipInfo) -> Problem | None:
        """Return what is wrong with a member as far as its directory entry tells."""
        name = member.orig_filename
        if not _is_plain_name(name):
            return Problem(
                "",
                "unsafe-name",
                gettext_noop("Its name leads out of the archive or holds forbidden characters."),
            )
        if name in self._names:
            return Problem("", "name-twice", gettext_noop("Another entry has the same name."))
        self._names.add(name)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            return Problem("", "not-a-file", gettext_noop("It is a link or a device, not a file."))
        if member.flag_bits & ENCRYPTED:
            return Problem(
                "", "encrypted", gettext_noop("It is encrypted. Pack it without a password.")
            )
        if member.compress_type not in METHODS:
            return Problem(
                "", "unknown-compression", gettext_noop("Its compression is unknown. Use Deflate.")
            )
        return _nested() if name.lower().endswith(NESTED_NAMES) else None

    def _extract(self, member: zipfile.ZipInfo, target: Path) -> Problem | None:
        """Write one member, or leave nothing and return why. Raises _Stop for the whole archive."""
        problem: Problem | None = _bomb()
        try:
            problem = self._copy(member, target)
        finally:
            if problem is not None:
                target.unlink(missing_ok=True)
        return problem

    def _copy(self, member: zipfile.ZipInfo, target: Path) -> Problem | None:
        # The size in the header may lie; it cannot be more than the archive's own.
        packed = min(member.compress_size, self._packed_size)
        most = min(self._caps.member, self._caps.ratio * packed + SMALL)
        written = 0
        try:
            with self._zip.open(member) as source, target.open("wb") as out:
                while chunk := source.read(CHUNK):
                    if written == 0 and chunk.startswith(NESTED_HEADS):
                        return _nested()
                    written += len(chunk)
                    self._left -= len(chunk)
                    if written > most:
                        return _bomb()
                    if self._left < 0:
                        raise _Stop(_bomb())
                    out.write(chunk)
        except (*BROKEN, RuntimeError) as error:
            if is_full_disk(error):
                raise
            return Problem(
                "", "broken-entry", gettext_noop("It is broken: its bytes do not match its sum.")
            )
        return None


def _is_plain_name(name: str) -> bool:
    parts = name.split("/")
    return (
        0 < len(name) <= MAX_NAME
        and name.isprintable()
        and "\\" not in name
        and not DRIVE.match(name)
        and all(part not in ("", ".", "..") for part in parts)
    )


def _nested() -> Problem:
    return Problem(
        "",
        "nested-archive",
        gettext_noop("It is an archive inside the archive. Unpack it and pack its files."),
    )


def _bomb() -> Problem:
    return Problem(
        "",
        "too-large-unpacked",
        gettext_noop("It unpacks to far more than its size allows (over %(ratio)d times)."),
        {"ratio": MAX_RATIO},
    )
