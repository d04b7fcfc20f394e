"""A ZIP of a stranger: its good members come out, the others are refused one by one."""

import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from datasets.formats.base import Refused, SourceFile
from datasets.formats.zip import Caps, unpack
from tests.formats.archives import (
    PICTURE,
    bomb,
    flipped_bit,
    link,
    lying_size,
    overlapping,
    packed,
)
from tests.formats.sources import files


class Unpacked:
    """What came out of an archive."""

    def __init__(self, folder: Path, archive: bytes, caps: Caps | None = None) -> None:
        (source,) = files(folder, {"in.zip": archive})
        self.inner = folder / "inner"
        self.inner.mkdir()
        came = list(unpack(source, self.inner, caps))
        self.files = {one.name: one for one in came if isinstance(one, SourceFile)}
        self.refused = [one for one in came if isinstance(one, Refused)]
        self.codes = [one.problem.code for one in self.refused]

    def on_disk(self) -> int:
        """How many bytes lie in the folder."""
        return sum(path.stat().st_size for path in self.inner.rglob("*"))


def test_members_come_out_under_names_of_ours(tmp_path: Path) -> None:
    out = Unpacked(tmp_path, packed({"a/b/photo.png": PICTURE, "note.txt": b"hello"}))
    assert list(out.files) == ["a/b/photo.png", "note.txt"]
    assert out.files["note.txt"].path.read_bytes() == b"hello"
    assert out.refused == []
    assert {path.name for path in out.inner.iterdir()} == {"000000", "000001"}


@pytest.mark.parametrize(
    "name",
    [
        "../escape.txt",
        "a/../../escape.txt",
        "/etc/cron.d/escape",
        "C:/escape.txt",
        "..\\escape.txt",
        "a\\b.txt",
        "nul\x00.txt",
        "line\nbreak.txt",
        "a//b.txt",
        "./a.txt",
        "x" * 301,
    ],
)
def test_a_name_that_is_a_path_of_its_own_is_refused(tmp_path: Path, name: str) -> None:
    out = Unpacked(tmp_path, packed({name: b"gotcha", "good.txt": b"good"}))
    assert out.codes == ["unsafe-name"]
    assert out.refused[0].place.startswith("in.zip/")
    assert list(out.files) == ["good.txt"]
    assert {path.name for path in tmp_path.iterdir()} == {"0000", "inner"}


def test_a_link_is_refused(tmp_path: Path) -> None:
    out = Unpacked(tmp_path, link())
    assert out.codes == ["not-a-file"]
    assert list(out.inner.iterdir()) == []


@pytest.mark.parametrize("name", ["inner.zip", "inner.tar.gz", "hidden.jpg"])
def test_an_archive_inside_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    out = Unpacked(tmp_path, packed({name: packed({"deep.txt": b"x"}), "good.txt": b"good"}))
    assert out.codes == ["nested-archive"]
    assert list(out.files) == ["good.txt"]


def test_a_bomb_leaves_nothing_on_the_disk(tmp_path: Path) -> None:
    archive = bomb()
    assert len(archive) < 250_000
    tracemalloc.start()
    out = Unpacked(tmp_path, archive)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert out.codes == ["too-large-unpacked"]
    assert out.files == {}
    assert out.on_disk() == 0
    assert peak < 8 << 20


def test_a_bomb_among_honest_members_is_refused_alone(tmp_path: Path) -> None:
    photo = random.Random(0).randbytes(400_000)
    contents = {"a.jpg": photo, "zeros.txt": bytes(20 << 20), "b.jpg": photo}
    out = Unpacked(tmp_path, packed(contents))
    assert list(out.files) == ["a.jpg", "b.jpg"]
    assert out.codes == ["too-large-unpacked"]
    assert out.on_disk() == 2 * len(photo)


def test_a_member_within_the_ratio_is_not_a_bomb(tmp_path: Path) -> None:
    out = Unpacked(tmp_path, packed({"zeros.txt": bytes(900_000), "photo.png": PICTURE}))
    assert out.codes == []


def test_entries_that_share_bytes_are_stopped_by_the_total(tmp_path: Path) -> None:
    archive = overlapping()
    out = Unpacked(tmp_path, archive)
    assert "too-large-unpacked" in out.codes or set(out.codes) == {"broken-entry"}
    assert out.on_disk() <= 100 * len(archive) + (1 << 20)


def test_real_bytes_count_not_the_header(tmp_path: Path) -> None:
    out = Unpacked(tmp_path, lying_size(b"x" * 5000))
    assert out.codes == ["broken-entry"]
    assert out.on_disk() == 0


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    out = Unpacked(tmp_path, flipped_bit(b"content of the member"))
    assert out.codes == ["broken-entry"]
    assert out.on_disk() == 0


def test_an_archive_of_too_many_entries_is_refused_whole(tmp_path: Path) -> None:
    archive = packed({f"{number}.txt": b"x" for number in range(11)})
    out = Unpacked(tmp_path, archive, Caps(entries=10))
    assert out.codes == ["too-many-entries"]
    assert out.files == {}


def test_the_total_is_capped(tmp_path: Path) -> None:
    contents = {f"{number}.bin": bytes(range(256)) * 400 for number in range(10)}
    out = Unpacked(tmp_path, packed(contents, method=zipfile.ZIP_STORED), Caps(total=300_000))
    assert len(out.files) == 2
    assert out.codes == ["too-large-unpacked"]


def test_a_name_that_comes_twice_is_refused_once(tmp_path: Path) -> None:
    archive = packed({"a.txt": b"one", "b.txt": b"two"}).replace(b"b.txt", b"a.txt")
    out = Unpacked(tmp_path, archive)
    assert out.codes == ["name-twice"]
    assert out.files["a.txt"].path.read_bytes() == b"one"


def test_what_other_systems_leave_behind_is_skipped(tmp_path: Path) -> None:
    litter = {"__MACOSX/._a.jpg": b"x", ".DS_Store": b"x", "d/Thumbs.db": b"x", "d/": b""}
    out = Unpacked(tmp_path, packed({**litter, "a.txt": b"good"}))
    assert list(out.files) == ["a.txt"]
    assert out.refused == []


def test_an_unknown_compression_and_a_password_are_refused(tmp_path: Path) -> None:
    out = Unpacked(tmp_path, packed({"a.txt": b"x" * 100}, method=zipfile.ZIP_BZIP2))
    assert out.codes == ["unknown-compression"]
    locked = bytearray(packed({"a.txt": b"x"}))
    locked[locked.index(b"PK\1\2") + 8] |= 1
    assert Unpacked(tmp_path / "b", bytes(locked)).codes == ["encrypted"]


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04" + bytes(100), b"no zip at all"])
def test_what_is_no_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    assert Unpacked(tmp_path, data).codes == ["broken-archive"]


def test_an_archive_that_is_cut_anywhere_gives_files_or_reasons(tmp_path: Path) -> None:
    archive = packed({"a.txt": b"one" * 50, "b.txt": b"two" * 50})
    for cut in range(0, len(archive), 7):
        out = Unpacked(tmp_path / str(cut), archive[:cut])
        assert out.codes or out.files
