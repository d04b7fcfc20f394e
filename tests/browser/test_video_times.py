"""The times of frames are those that a browser reports while it shows them."""

import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from datasets.data_types.matroska import read_webm
from datasets.data_types.movie import Movie
from datasets.data_types.mp4 import read_mp4
from tests.data_types.videos import save

UNEVEN = [0, 120, 240, 400, 520, 640, 1000, 1120, 1240]
MADE: dict[str, dict[str, Any]] = {
    "edit-list.mp4": {"times": UNEVEN, "b_frames": 2, "sound": True, "turned": 90},
    "late.mp4": {"times": [time + 500 for time in UNEVEN], "b_frames": 2},
    "pieces.mp4": {
        "times": UNEVEN,
        "b_frames": 2,
        "options": {"movflags": "frag_keyframe+empty_moov"},
    },
    "camera.mov": {"times": UNEVEN, "kind": "mov", "b_frames": 2},
    "live.webm": {
        "times": [time + 500 for time in UNEVEN],
        "codec": "libvpx",
        "kind": "webm",
        "options": {"live": "1"},
    },
}
PLAYED = """async (source) => {
  const video = document.createElement("video");
  video.muted = true;
  const seen = new Set();
  const note = (_now, { mediaTime }) => {
    seen.add(Math.floor(mediaTime * 10_000 + 0.5));
    video.requestVideoFrameCallback(note);
  };
  video.requestVideoFrameCallback(note);
  const ended = new Promise((done, failed) => {
    video.onended = done;
    video.onerror = () => failed(new Error(video.error.message));
  });
  video.src = source;
  document.body.append(video);
  await video.play();
  await ended;
  await new Promise((done) => setTimeout(done, 100));
  return { seen: [...seen], width: video.videoWidth, height: video.videoHeight };
}"""


def movie_of(path: Path) -> Movie:
    with path.open("rb") as file:
        return (read_webm if path.suffix == ".webm" else read_mp4)(file)


@pytest.mark.parametrize("name", MADE)
def test_a_browser_shows_each_frame_when_our_table_says(
    chromium: Browser, tmp_path: Path, name: str
) -> None:
    path = save(tmp_path / name, **MADE[name])
    page = chromium.new_page()
    data = base64.b64encode(path.read_bytes()).decode()
    kind = "webm" if name.endswith("webm") else "mp4"
    shown = page.evaluate(PLAYED, f"data:video/{kind};base64,{data}")
    page.close()
    movie = movie_of(path)
    assert (shown["width"], shown["height"]) == (movie.width, movie.height)
    # The compositor may leave out a frame on a busy machine; none may be at another time.
    assert set(shown["seen"]) <= set(movie.ticks.tolist())
    assert len(shown["seen"]) >= len(movie.ticks) - 2
