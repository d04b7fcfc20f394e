"""Videos: when each frame is shown, as FFmpeg says it; copies with the same frames; reasons."""

import importlib
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from datasets.data_types import proxy, video
from datasets.data_types.base import Allowed, BadFile, Facts, Made
from datasets.data_types.matroska import read_webm
from datasets.data_types.movie import MOST_FRAMES, Movie
from datasets.data_types.mp4 import read_mp4
from datasets.data_types.reading import FileReader, FileToRead, limits_for
from datasets.data_types.video import VideoType
from tests.data_types.videos import boxes, changed, decoded, save

REAL = Path("/work/shared/data/video")
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


def movie_of(path: Path) -> Movie:
    with path.open("rb") as file:
        return (read_webm if file.read(1) == b"\x1a" else read_mp4)(file)


def read(path: Path, allowed: Allowed | None = None) -> Facts:
    folder = path.parent / "made"
    folder.mkdir(exist_ok=True)
    return VideoType().read(path, folder, "0001", allowed or Allowed())


def made(facts: Facts, role: str) -> Made | None:
    return next((file for file in facts["made"] if file["role"] == role), None)


def refusal(path: Path, allowed: Allowed | None = None) -> str:
    with pytest.raises(BadFile) as caught:
        read(path, allowed)
    assert caught.value.problem.detail
    return caught.value.problem.code


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
@pytest.mark.parametrize("path", sorted(REAL.glob("*.mp4")), ids=lambda path: str(path.stem))
def test_each_frame_of_a_real_film_is_shown_when_ffmpeg_shows_it(path: Path) -> None:
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
    # The white corner, top left in the file, turns along.
    corners = [picture.getpixel(at) for at in _corners(size)]
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


def test_what_browsers_step_through_quickly_is_not_copied(tmp_path: Path) -> None:
    facts = read(save(tmp_path / "x", EVEN))
    assert [file["role"] for file in facts["made"]] == ["frames", "thumbnail"]


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
    ("limit", "value"), [("MOST_WORK", 1000), ("MOST_SECONDS", -1.0), ("MOST_BYTES", 100)]
)
def test_a_copy_that_costs_too_much_is_given_up(
    clip: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: float
) -> None:
    monkeypatch.setattr(proxy, limit, value)
    facts = read(clip)
    assert made(facts, "playable") is None
    assert [problem["code"] for problem in facts["warnings"]] == ["slow-steps"]


def test_without_the_extra_there_is_the_table_and_word_of_what_is_not_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    strange = save(tmp_path / "a", EVEN, codec="mpeg4")
    usual = save(tmp_path / "b", EVEN, b_frames=2)
    monkeypatch.setattr(proxy.importlib, "import_module", missing)
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


def test_a_file_that_is_no_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(b"GIF89a" + bytes(100))
    assert refusal(path) == "unknown-video-format"


def test_a_file_with_sound_alone_is_refused(clip: Path) -> None:
    def change(handler: bytearray) -> None:
        handler[16:20] = b"soun"

    assert refusal(changed(clip, b"hdlr", change)) == "no-video"


def test_a_video_without_frames_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "x", EVEN, options={"movflags": PIECES})
    data = path.read_bytes()
    start = next(start for kind, start, _end in boxes(data) if kind == b"moof")
    path.write_bytes(data[:start])
    assert refusal(path) == "no-frames"


@pytest.mark.parametrize("kind", ["mp4", "webm"])
@pytest.mark.parametrize("kept", [0.995, 0.7, 0.2])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, kind: str, kept: float) -> None:
    codec = "libvpx" if kind == "webm" else "libx264"
    options = {} if kind == "webm" else {"movflags": "+faststart"}
    path = save(tmp_path / "x", EVEN, codec=codec, kind=kind, gop=1, options=options)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    assert refusal(path) in ("cut-short", "broken-video")


def test_a_file_without_its_end_is_refused(clip: Path) -> None:
    data = clip.read_bytes()
    start = next(start for kind, start, _end in boxes(data) if kind == b"moov")
    clip.write_bytes(data[:start])
    assert refusal(clip) == "cut-short"


def test_a_video_that_is_too_long_is_refused(clip: Path) -> None:
    assert refusal(clip, Allowed(seconds=1)) == "too-long"


def test_a_picture_that_is_too_large_is_refused(clip: Path) -> None:
    def change(description: bytearray) -> None:
        struct.pack_into(">2H", description, 16 + 8 + 24, 60_000, 60_000)

    assert refusal(changed(clip, b"stsd", change)) == "too-large"


def test_an_encrypted_video_is_refused(clip: Path) -> None:
    def change(description: bytearray) -> None:
        description[20:24] = b"encv"

    assert refusal(changed(clip, b"stsd", change)) == "encrypted"


def test_frames_that_cannot_be_decoded_are_refused(clip: Path) -> None:
    def change(data: bytearray) -> None:
        data[8:] = bytes(len(data) - 8)

    assert refusal(changed(clip, b"mdat", change)) == "broken-video"


@pytest.mark.parametrize("kind", [b"stts", b"ctts", b"stsz", b"stsc", b"stco", b"stss", b"elst"])
def test_a_table_that_claims_too_much_is_refused(clip: Path, kind: bytes) -> None:
    def change(table: bytearray) -> None:
        struct.pack_into(">I", table, 16 if kind == b"stsz" else 12, 0xFFFFFFF0)
        if kind == b"stsz":
            struct.pack_into(">I", table, 12, 0)

    assert refusal(changed(clip, kind, change)) in ("too-many-frames", "broken-video")


def test_a_short_table_may_not_stand_for_more_frames_than_we_take(clip: Path) -> None:
    def many(table: bytearray) -> None:
        struct.pack_into(">2I", table, 12, 7, MOST_FRAMES + 1)  # all of the same size

    assert refusal(changed(clip, b"stsz", many)) == "too-many-frames"


@pytest.mark.parametrize("kind", ["mp4", "frag", "webm"])
def test_bytes_that_are_changed_at_random_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    """Whatever happens is a `BadFile` or a table in order: never a loop, never another error."""
    codec = "libvpx" if kind == "webm" else "libx264"
    options = {"movflags": PIECES} if kind == "frag" else {}
    path = save(
        tmp_path / "x", EVEN, codec=codec, kind=kind.replace("frag", "mp4"), options=options
    )
    data = path.read_bytes()
    random = np.random.default_rng(7)
    head = len(data) if kind == "webm" else next(e for k, _s, e in boxes(data) if k == b"mdat")
    said = []
    for _round in range(150):
        wrong = bytearray(data)
        for at in random.integers(0 if kind != "mp4" else head, len(data), 4):
            wrong[at] = random.integers(0, 256)
        path.write_bytes(wrong)
        try:
            movie = movie_of(path)
        except BadFile as refused:
            said.append(refused.problem.detail)
        else:
            assert (np.diff(movie.ticks) > 0).all()
    assert any(said)
    assert all(said)


def test_a_webm_of_parts_without_end_is_refused(tmp_path: Path) -> None:
    head = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"
    path = tmp_path / "x.webm"
    path.write_bytes(head + b"\x1f\x43\xb6\x75\xff" * 10)  # clusters of unknown length, empty
    assert refusal(path) == "cut-short"
    path.write_bytes(head + b"\xec\xff")
    assert refusal(path) == "broken-video"


def element(name: str, *contents: bytes) -> bytes:
    """An element of a WebM with its content."""
    content = b"".join(contents)
    return bytes.fromhex(name) + (1 << 56 | len(content)).to_bytes(8, "big") + content


def webm(path: Path, *clusters: bytes, codec: bytes = b"V_VP8", more: bytes = b"") -> Path:
    """A WebM of one track of 64 by 48 pixels and 25 frames a second, and these clusters."""
    size = element("e0", element("b0", b"\x40"), element("ba", b"\x30"))
    step = element("23e383", (40_000_000).to_bytes(4, "big"))
    entry = element("d7", b"\x01") + element("83", b"\x01") + element("86", codec) + step + size
    tracks = element("1654ae6b", element("ae", entry, more))
    head = element("1a45dfa3", element("4282", b"webm"))
    path.write_bytes(head + element("18538067", tracks, *clusters))
    return path


def test_an_encrypted_webm_is_refused(tmp_path: Path) -> None:
    cluster = element("1f43b675", element("e7", b"\0"), element("a3", b"\x81\0\0\x80\x10"))
    path = tmp_path / "x.webm"
    assert movie_of(webm(path, cluster)).ticks.tolist() == [0]
    encryption = element("6d80", element("6240", element("5033", b"\x01"), element("5035")))
    assert refusal(webm(path, cluster, more=encryption)) == "encrypted"


def test_blocks_in_groups_in_laces_and_unseen_ones(tmp_path: Path) -> None:
    def block(time: int, flags: int, frame: bytes) -> bytes:
        return b"\x81" + struct.pack(">hB", time, flags) + frame

    shown, unseen = b"\x10", b"\x01"
    first = element(
        "1f43b675",
        element("e7", b"\x03\xe8"),
        element("a3", block(-100, 0x80, shown)),
        element("a0", element("a1", block(0, 0, shown)), element("fb", b"\xff")),
        element("a3", block(20, 0, unseen)),
        element("a0", element("a1", block(40, 0, shown))),
        element("a3", b"\x82" + block(50, 0x80, shown)[1:]),
    )
    second = element("1f43b675", element("e7", b"\x07\xd0"), element("a3", block(0, 4, b"\x02")))
    movie = movie_of(webm(tmp_path / "x.webm", first, second))
    assert movie.ticks.tolist() == [9000, 10_000, 10_400, 20_000, 20_400, 20_800]
    assert movie.gop == 4  # the third alone after the group without references
    assert movie.seconds == 2.12


def test_a_capped_child_reads_it(clip: Path, tmp_path: Path) -> None:
    with FileReader(tmp_path, workers=1, limits=limits_for("video")) as reader:
        ((_file, facts),) = reader.read([FileToRead(clip, "clip", None)])
    assert isinstance(facts, dict)
    assert [file["role"] for file in facts["made"]] == ["frames", "thumbnail", "playable"]
    assert video.VideoType.name in facts["data_type"]
