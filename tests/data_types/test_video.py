"""Videos: when each frame is shown, as FFmpeg says it; copies with the same frames; reasons."""

import importlib
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from datasets.data_types import proxy, video
from datasets.data_types.base import Allowed
from datasets.data_types.reading import FileReader, FileToRead, limits_for
from datasets.data_types.video import VideoType
from tests.data_types.videos import (
    boxes,
    changed,
    decoded,
    made,
    movie_of,
    read,
    rebuilt,
    save,
)

EVEN = [n * 40 for n in range(30)]
UNEVEN = [0, 40, 80, 200, 233, 250, 900, 940, 1500, 1501, 1600]
LATE = [500 + n * 40 for n in range(20)]
NTSC: dict[str, Any] = {"times": [n * 1001 for n in range(40)], "unit": Fraction(1, 30000)}
PIECES = "frag_keyframe+empty_moov"
MADE: dict[str, dict[str, Any]] = {
    "plain": {"times": EVEN},
    "with frames that refer to later ones": {"times": EVEN, "b_frames": 2, "sound": True},
    "uneven": {"times": UNEVEN, "b_frames": 3},
    "beginning late": {"times": LATE, "b_frames": 2, "sound": True},
    "NTSC": {**NTSC, "b_frames": 2},
    "MOV": {"times": EVEN, "kind": "mov", "b_frames": 2, "sound": True},
    "without edit list": {"times": EVEN, "b_frames": 2, "options": {"use_editlist": "0"}},
    "shown before their turn": {
        "times": EVEN,
        "b_frames": 2,
        "options": {"movflags": "negative_cts_offsets"},
    },
    "its header in front": {"times": EVEN, "options": {"movflags": "+faststart"}},
    "in pieces": {"times": EVEN, "b_frames": 2, "options": {"movflags": PIECES}},
    "in pieces, with an edit list": {
        "times": LATE,
        "b_frames": 2,
        "options": {"movflags": PIECES + "+delay_moov+default_base_moof"},
    },
    "in pieces, shown before their turn": {
        "times": EVEN,
        "b_frames": 2,
        "options": {"movflags": PIECES + "+negative_cts_offsets"},
    },
    "in pieces after a table": {
        "times": EVEN,
        "gop": 10,
        "b_frames": 2,
        "options": {"movflags": "frag_keyframe"},
    },
    "VP9 in MP4": {"times": UNEVEN, "codec": "libvpx-vp9"},
    "VP9": {"times": UNEVEN, "codec": "libvpx-vp9", "kind": "webm"},
    "VP8 with sound": {"times": EVEN, "codec": "libvpx", "kind": "webm", "sound": True},
    "of a live source": {
        "times": LATE,
        "codec": "libvpx",
        "kind": "webm",
        "options": {"live": "1"},
    },
    "in many clusters": {
        "times": EVEN,
        "codec": "libvpx",
        "kind": "webm",
        "options": {"cluster_time_limit": "200"},
    },
}


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return save(tmp_path / "clip.mp4", EVEN, b_frames=2)


@pytest.mark.parametrize("name", MADE)
def test_each_frame_is_shown_when_ffmpeg_shows_it(tmp_path: Path, name: str) -> None:
    path = save(tmp_path / "x", **MADE[name])
    movie = movie_of(path)
    assert movie.ticks.tolist() == decoded(path)
    assert movie.reorders == bool(MADE[name].get("b_frames"))
    assert movie.has_sound == MADE[name].get("sound", False)
    assert movie.is_variable == (MADE[name]["times"] is UNEVEN)


@pytest.mark.real
@pytest.mark.parametrize("name", ["bikes", "bigbuckbunny"])
def test_each_frame_of_a_real_film_is_shown_when_ffmpeg_shows_it(
    real_data: Callable[[str], Path], name: str
) -> None:
    path = real_data("video") / f"{name}.mp4"
    assert movie_of(path).ticks.tolist() == decoded(path)


@pytest.mark.parametrize(
    ("length", "begin"),
    [(1000, 0), (600, 0.1), (333, 0.5), (1200, 0.08), (600, 1001 / 12800)],
)
@pytest.mark.parametrize("b_frames", [0, 3])
def test_an_edit_list_is_applied_as_ffmpeg_applies_it(
    tmp_path: Path, b_frames: int, length: int, begin: float
) -> None:
    path = save(tmp_path / "x.mp4", EVEN, b_frames=b_frames, gop=12)
    data = path.read_bytes()
    clock = next(start for kind, start, _end in boxes(data) if kind == b"mdhd")
    scale = struct.unpack_from(">I", data, clock + 20)[0]

    def change(edits: bytearray) -> None:
        struct.pack_into(">Ii", edits, 16, length, round(begin * scale))

    assert movie_of(changed(path, b"elst", change)).ticks.tolist() == decoded(path)


def table_of(layout: str, kind: bytes = b"") -> Any:
    """Change a list of 32-bit numbers after its count to numbers of another width."""

    def change(content: bytes) -> tuple[bytes, bytes]:
        numbers = struct.unpack(f">{(len(content) - 8) // 4}I", content[8:])
        return kind, content[:8] + struct.pack(f">{len(numbers)}{layout}", *numbers)

    return change


def wide_clock(kind: bytes) -> Any:
    """Change the header of a movie, a track or its media to one with 64-bit times."""

    def change(content: bytes) -> tuple[bytes, bytes]:
        if kind == b"tkhd":
            number = content[12:20]
            length = struct.unpack_from(">I", content, 20)[0]
            return kind, b"\1" + content[1:4] + bytes(16) + number + struct.pack(
                ">Q", length
            ) + content[24:]
        scale, length = struct.unpack_from(">II", content, 12)
        clock = struct.pack(">IQ", scale, length)
        return kind, b"\1" + content[1:4] + bytes(16) + clock + content[20:]

    return change


def wide_edits(content: bytes) -> tuple[bytes, bytes]:
    count = struct.unpack_from(">I", content, 4)[0]
    rows = (struct.unpack_from(">Iii", content, 8 + 12 * n) for n in range(count))
    wide = b"".join(struct.pack(">Qqi", *row) for row in rows)
    return b"elst", b"\1" + content[1:8] + wide


def compact(bits: int) -> Any:
    """Sizes of samples in so many bits each."""

    def change(content: bytes) -> tuple[bytes, bytes]:
        count = struct.unpack_from(">I", content, 8)[0]
        sizes = struct.unpack_from(f">{count}I", content, 12)
        head = struct.pack(">III", 0, bits, count)
        if bits == 4:
            pairs = zip(*[iter([*sizes, 0])] * 2, strict=False)
            return b"stz2", head + bytes((one & 15) << 4 | other & 15 for one, other in pairs)
        mask = (1 << bits) - 1
        packed = struct.pack(
            f">{count}{'H' if bits == 16 else 'B'}", *(one & mask for one in sizes)
        )
        return b"stz2", head + packed

    return change


@pytest.mark.parametrize(
    "changes",
    [
        {b"stco": table_of("Q", b"co64")},
        {kind: wide_clock(kind) for kind in (b"mvhd", b"tkhd", b"mdhd")} | {b"elst": wide_edits},
        {b"stsz": compact(16)},
    ],
    ids=["places", "times", "sizes"],
)
def test_numbers_of_another_width_say_the_same(tmp_path: Path, changes: dict[bytes, Any]) -> None:
    path = save(tmp_path / "x.mp4", LATE, b_frames=2, turned=90)
    before = movie_of(path)
    after = movie_of(rebuilt(path, changes))
    assert after.ticks.tolist() == before.ticks.tolist() == decoded(path)
    assert (after.end, after.width, after.height) == (before.end, 48, 64)


@pytest.mark.parametrize("bits", [4, 8])
def test_sizes_of_few_bits_are_counted(tmp_path: Path, bits: int) -> None:
    path = save(tmp_path / "x.mp4", EVEN)
    assert len(movie_of(rebuilt(path, {b"stsz": compact(bits)})).ticks) == len(EVEN)


def test_edits_may_show_a_stretch_again_after_another() -> None:
    from_mp4 = importlib.import_module("datasets.data_types.mp4_samples")
    shown = np.arange(5, dtype=np.int64) * 10
    samples = from_mp4.Samples(shown, np.ones(5, np.bool_), 50, 10)
    edits = [from_mp4.Edit(7, -1), from_mp4.Edit(20, 20), from_mp4.Edit(20, 0)]
    times, count = from_mp4.edited(samples, edits, 100, 100, in_pieces=False)
    assert (times.tolist(), count) == ([7, 17, 27, 37], 4)


def test_what_a_video_says_about_itself(tmp_path: Path) -> None:
    path = save(tmp_path / "x.bin", sound=True, **NTSC)
    facts = read(path)
    assert {name: value for name, value in facts.items() if name not in ("made", "sha256")} == {
        "data_type": "video",
        "media_type": "video/mp4",
        "codec": "h264",
        "sound": True,
        "width": 64,
        "height": 48,
        "frames": 40,
        "seconds": 1.342,
        "frame_rate": 29.97,
        "variable": False,
        "warnings": [],
        "size": path.stat().st_size,
    }
    table = made(facts, "frames")
    assert table
    assert table["facts"] == {"frames": 40, "per_second": 10_000}
    ticks = np.fromfile(table["path"], "<u4")
    assert ticks.tolist() == [int(n * 10010000 / 30000 + 0.5) for n in range(40)]


@pytest.mark.parametrize(
    ("more", "size"),
    [
        ({"turned": 90}, (48, 64)),
        ({"turned": 180}, (64, 48)),
        ({"aspect": Fraction(16, 11)}, (93, 48)),
        ({"aspect": Fraction(1, 2), "turned": 270}, (96, 64)),
        ({"codec": "libvpx", "kind": "webm"}, (64, 48)),
    ],
)
def test_the_size_is_what_browsers_show(
    tmp_path: Path, more: dict[str, Any], size: tuple[int, int]
) -> None:
    facts = read(save(tmp_path / "x", EVEN, b_frames=0, **more))
    assert (facts["width"], facts["height"]) == size
    thumbnail = made(facts, "thumbnail")
    assert thumbnail
    picture = Image.open(thumbnail["path"]).convert("L")
    assert picture.size == size
    assert thumbnail["facts"]["t"] * 10_000 in movie_of(tmp_path / "x").ticks
    # The white corner, top left in the file, turns along.
    pixels = np.asarray(picture)
    corners = [pixels[y, x] for x, y in _corners(size)]
    turns = {90: 1, 180: 3, 270: 2}.get(more.get("turned", 0), 0)
    assert int(np.argmax(corners)) == turns


def _corners(size: tuple[int, int]) -> list[tuple[int, int]]:
    far = (size[0] - 4, size[1] - 4)
    return [(3, 3), (3, far[1]), (far[0], 3), far]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"times": EVEN, "b_frames": 2, "sound": True}, "frames refer to later ones"),
        ({"times": LATE, "gop": 300, "b_frames": 3}, "it begins late"),
        ({"times": [n * 33 for n in range(40)], "gop": 300}, "few frames stand alone"),
        ({"times": EVEN, "codec": "mpeg4"}, "browsers have no decoder"),
        ({"times": UNEVEN, "codec": "mpeg4", "kind": "mov", "turned": 90}, "uneven and turned"),
        ({"times": EVEN, "pixels": "yuv444p", "size": (62, 46)}, "more colours than they take"),
        (
            {**NTSC, "codec": "libvpx-vp9", "kind": "webm", "gop": 99, "sound": True}
            | {"unit": Fraction(1, 1000), "times": [n * 33 for n in range(40)]},
            "other containers",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_copy_has_the_same_frames_and_is_quick_to_step_through(
    tmp_path: Path, more: dict[str, Any], why: str
) -> None:
    path = save(tmp_path / "x", **more)
    facts = read(path)
    copy = made(facts, "playable")
    assert copy, why
    assert (copy["media_type"], copy["facts"]) == (
        "video/mp4",
        {"width": facts["width"], "height": facts["height"]},
    )
    copied = movie_of(Path(copy["path"]))
    assert copied.ticks.tolist() == decoded(Path(copy["path"])) == decoded(path)
    assert (copied.codec, copied.plays, copied.reorders) == ("h264", True, False)
    assert copied.gop <= 15
    assert copied.has_sound == facts["sound"]


def test_the_thumbnail_says_of_which_moment_it_is(tmp_path: Path) -> None:
    """Of a frame that stands alone before a tenth of the clip."""
    facts = read(save(tmp_path / "x", [n * 40 for n in range(150)], gop=10))
    thumbnail = made(facts, "thumbnail")
    assert thumbnail
    assert thumbnail["facts"] == {"width": 64, "height": 48, "t": 0.4}
    # The grey of each frame is seven more than that of the one before it.
    grey = np.asarray(Image.open(thumbnail["path"]).convert("L"))[40, 50]
    assert abs(int(grey) - 70) < 8


def test_what_browsers_step_through_quickly_is_not_copied(tmp_path: Path) -> None:
    facts = read(save(tmp_path / "x", EVEN))
    assert [file["role"] for file in facts["made"]] == ["frames", "thumbnail"]


def test_ffmpeg_neither_guesses_what_a_file_is_nor_follows_addresses_in_it(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    av = proxy.find_av()
    opened: list[tuple[Any, Any]] = []

    def watch(path: str, *mode: str, **said: Any) -> Any:
        if not mode:
            opened.append((said["format"], said["options"]))
        return really(path, *mode, **said)

    really = av.open
    monkeypatch.setattr(av, "open", watch)
    read(clip)
    assert opened == [("mov", {"protocol_whitelist": "file"})] * 2


def test_a_copy_that_would_have_other_frames_is_not_used(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add, seen = proxy.Copying.add_frame, []

    def without_the_third(copying: proxy.Copying, frame: Any) -> None:
        seen.append(frame)
        if len(seen) != 3:
            add(copying, frame)

    monkeypatch.setattr(proxy.Copying, "add_frame", without_the_third)
    facts = read(clip)
    assert made(facts, "playable") is None
    assert [problem["code"] for problem in facts["warnings"]] == ["slow-steps"]
    assert not list((clip.parent / "made").glob("*.playable.mp4"))


@pytest.mark.parametrize(
    ("limit", "value", "seconds"),
    [("SPEED", 1000, 10), ("SPEED", 10**12, 1e-6), ("MOST_BYTES", 100, 10)],
)
def test_a_copy_that_costs_too_much_is_given_up(
    clip: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: float, seconds: float
) -> None:
    monkeypatch.setattr(proxy, limit, value)
    facts = read(clip, Allowed(copy_seconds=seconds))
    assert made(facts, "playable") is None
    assert [problem["code"] for problem in facts["warnings"]] == ["slow-steps"]


def test_without_the_extra_there_is_the_table_and_word_of_what_is_not_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    strange = save(tmp_path / "a", EVEN, codec="mpeg4")
    usual = save(tmp_path / "b", EVEN, b_frames=2)
    monkeypatch.setattr(importlib, "import_module", missing)
    facts = read(strange)
    assert [file["role"] for file in facts["made"]] == ["frames"]
    (warning,) = facts["warnings"]
    assert (warning["code"], warning["values"]) == (
        "not-played",
        {"codec": "mpeg4", "extra": "winnow[video]"},
    )
    assert read(usual)["warnings"] == []


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"\0\0\0\x08wide\0\0\x10\0mdat", "video/quicktime"),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", None),
        (b"\0\0\0\x20ftypM4A ", None),
        (b"\0\0\0\x20ftypavif", None),
        (b"The free market", None),
        (b"", None),
    ],
)
def test_a_video_is_known_by_its_bytes(head: bytes, name: str | None) -> None:
    assert VideoType().sniff(head, "x.mp4") == name


def test_a_capped_child_reads_it(clip: Path, tmp_path: Path) -> None:
    with FileReader(tmp_path, workers=1, limits=limits_for("video")) as reader:
        ((_file, facts),) = reader.read([FileToRead(clip, "clip", None)])
    assert isinstance(facts, dict)
    assert [file["role"] for file in facts["made"]] == ["frames", "thumbnail", "playable"]
    assert video.VideoType.name in facts["data_type"]
