"""Videos: MP4, MOV and WebM, told by their bytes; when each frame is shown is read, not decoded.

The original is kept as it came. Beside it is made, once, the table of its frames: when each is
shown, exactly as browsers say it. With the extra `video`, a thumbnail is drawn, and where browsers
cannot play the original or step through it slowly, a copy with the same frames is made.
"""

from pathlib import Path
from typing import BinaryIO

from datasets.data_types.base import (
    ALLOWED,
    Allowed,
    BadFile,
    Facts,
    Made,
    digest_of,
    made_file,
    plain,
)
from datasets.data_types.matroska import read_webm
from datasets.data_types.movie import PER_SECOND, Movie, Why, broken
from datasets.data_types.mp4 import read_mp4
from datasets.data_types.proxy import GivenUp, draw_thumbnail, find_av, make_copy, needs_copy
from datasets.pure.problems import Problem, gettext_noop
from datasets.pure.region_kinds import kinds_on

MAX_PIXELS = 36_000_000
MAX_SIDE = 16_384
EXTRA = "winnow[video]"
SAID_BY = {b"qt  ": "video/quicktime"}
_SOUNDS = ("M4A ", "M4B ", "M4P ", "F4A ", "F4B ")
_PICTURES = ("heic", "heix", "heim", "heis", "mif1", "msf1", "hevc", "hevx", "avif", "avis", "jp2 ")
NO_VIDEOS = frozenset(brand.encode() for brand in (*_SOUNDS, *_PICTURES, "jpx ", "crx "))
"""Sounds and pictures that lie in the same boxes."""
OLD_MOV = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
EBML = b"\x1a\x45\xdf\xa3"


class VideoType:
    """Recordings of cameras and screens, and films."""

    name = "video"
    region_kinds = kinds_on("video")
    media_types = {"video/mp4": ".mp4", "video/webm": ".webm", "video/quicktime": ".mov"}
    cpu_seconds = 900.0
    """Two thirds of it may go into a copy; the rest of reading takes seconds."""

    def sniff(self, head: bytes, filename: str) -> str | None:
        """Return the media type that the first bytes promise; the name does not count."""
        kind = head[4:8]
        if kind == b"ftyp":
            brand = head[8:12]
            return None if brand in NO_VIDEOS else SAID_BY.get(brand, "video/mp4")
        if kind in OLD_MOV and head[:1] == b"\0":  # no text begins so
            return "video/quicktime"
        return "video/webm" if head.startswith(EBML) and b"webm" in head[:128] else None

    def read(
        self, path: Path, folder: Path, stem: str, allowed: Allowed = ALLOWED, filename: str = ""
    ) -> Facts:
        """Read the table of frames; draw and copy where the extra is installed."""
        with path.open("rb") as file:
            media_type = self.sniff(file.read(128), "")
            if media_type is None:
                raise BadFile(
                    "unknown-video-format",
                    gettext_noop(
                        "This is not an MP4, MOV or WebM video. "
                        "Convert it to one of these and upload it again."
                    ),
                )
            movie = _read(file, media_type)
        _check(movie, allowed)
        found: list[Problem] = []
        made = [_save_table(movie, folder / f"{stem}.frames.bin")]
        made += _picture_and_copy(path, movie, folder / stem, found, allowed)
        digest = digest_of(path)
        return Facts(
            data_type="video",
            media_type=media_type,
            seconds=movie.seconds,
            width=movie.width,
            height=movie.height,
            frames=len(movie.ticks),
            frame_rate=movie.frame_rate,
            variable=movie.is_variable,
            codec=movie.codec,
            sound=movie.has_sound,
            made=made,
            warnings=[plain(problem) for problem in found],
            size=digest.size,
            sha256=digest.sha256,
        )


def _read(file: BinaryIO, media_type: str) -> Movie:
    return read_webm(file) if media_type == "video/webm" else read_mp4(file)


def _check(movie: Movie, allowed: Allowed) -> None:
    if movie.seconds > allowed.seconds:
        raise allowed.too_long()
    if movie.width <= 0 or movie.height <= 0:
        raise broken(Why.NO_PIXELS)
    if movie.width * movie.height > MAX_PIXELS or max(movie.width, movie.height) > MAX_SIDE:
        raise BadFile(
            "too-large",
            gettext_noop(
                "The picture is %(width)d by %(height)d pixels; at most %(most)d megapixels are "
                "taken. Make it smaller and upload it again."
            ),
            width=movie.width,
            height=movie.height,
            most=MAX_PIXELS // 1_000_000,
        )


def _save_table(movie: Movie, path: Path) -> Made:
    """Write when each frame is shown, in 1/10,000 s, four bytes each."""
    movie.ticks.astype("<u4").tofile(path)
    facts = {"frames": len(movie.ticks), "per_second": PER_SECOND}
    return made_file("frames", path, "application/octet-stream", facts)


def _picture_and_copy(
    path: Path, movie: Movie, target: Path, found: list[Problem], allowed: Allowed
) -> list[Made]:
    """What only FFmpeg can make. Raises BadFile where the first frame cannot be decoded."""
    av = find_av()
    if av is None:
        if not movie.plays:
            sentence = gettext_noop(
                "Browsers do not play this video (%(codec)s). Install %(extra)s, which makes a "
                "copy that they play, and upload it again."
            )
            values = {"codec": movie.codec, "extra": EXTRA}
            found.append(Problem("", "not-played", sentence, values))
        return []
    thumbnail = draw_thumbnail(av, path, movie, target.with_suffix(".thumbnail.webp"))
    made = [thumbnail] if thumbnail else []
    if needs_copy(movie):
        try:
            copy = target.with_suffix(".playable.mp4")
            made.append(make_copy(av, path, movie, copy, allowed.copy_seconds))
        except GivenUp:
            found.append(_without_copy(movie))
    return made


def _without_copy(movie: Movie) -> Problem:
    if movie.plays:
        sentence = gettext_noop(
            "Going through it frame by frame may be slow: no copy that is faster could be made."
        )
        return Problem("", "slow-steps", sentence)
    sentence = gettext_noop(
        "Browsers do not play this video (%(codec)s), and no copy that they play could be made. "
        "Convert it to H.264 and upload it again."
    )
    return Problem("", "not-played", sentence, {"codec": movie.codec})
