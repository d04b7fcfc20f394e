"""Videos that lie, break off or are locked: each is refused with its reason, and in time."""

import struct
from pathlib import Path

import numpy as np
import pytest

from datasets.data_types.base import Allowed, BadFile
from datasets.data_types.movie import MOST_FRAMES
from tests.data_types.videos import boxes, changed, movie_of, read, save

EVEN = [n * 40 for n in range(30)]
PIECES = "frag_keyframe+empty_moov"


def refusal(path: Path, allowed: Allowed | None = None) -> str:
    with pytest.raises(BadFile) as caught:
        read(path, allowed)
    assert caught.value.problem.detail
    return caught.value.problem.code


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return save(tmp_path / "clip.mp4", EVEN, b_frames=2)


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


@pytest.mark.parametrize("late", [b"\xff" * 8, b"\x7f" + b"\xff" * 7])
def test_times_and_sizes_without_end_are_refused(tmp_path: Path, late: bytes) -> None:
    cluster = element("1f43b675", element("e7", late), element("a3", b"\x81\0\0\x80\x10"))
    path = webm(tmp_path / "x.webm", cluster)
    assert refusal(path) == "broken-video"
    shown = element("54b0", b"\1") + element("54ba", b"\1")
    wide = element("e0", element("b0", b"\xff" * 400), element("ba", b"\1"), shown)
    usual = element("1f43b675", element("e7", b"\0"), element("a3", b"\x81\0\0\x80\x10"))
    assert refusal(webm(path, usual, more=wide)) == "broken-video"
