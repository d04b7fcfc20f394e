"""Videos in a browser: each frame is shown when our table says, and a page plays them."""

import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import MakePerson
from tests.browser.product import Product
from tests.browser.setting import let_in, make_work
from tests.data_types.videos import movie_of, save

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


OBJECTS: dict[str, Any] = {
    "format": 1,
    "data_type": "video",
    "questions": [{"name": "objects", "type": "tracks", "labels": [{"key": "car"}]}],
}


@pytest.mark.extras
def test_a_video_is_listed_with_a_picture_and_can_be_wound_to_any_place(
    person: MakePerson, product: Product, tmp_path: Path
) -> None:
    long = save(tmp_path / "a.mp4", [n * 40 for n in range(500)], size=(320, 180), b_frames=2)
    work = make_work(product, "Films", OBJECTS, pictures={"a.mp4": long.read_bytes()})
    rui = person("Rui")
    let_in(rui, work.project, "reviewer")
    rui.goto(f"/datasets/{work.dataset}/items")
    rui.page.locator(".tile a, a.tile").first.click()
    video = rui.page.locator("video")
    wound = """async (video) => {
      video.currentTime = 17.3;
      await new Promise((done) => video.addEventListener("seeked", done, { once: true }));
      return [video.currentTime, video.videoWidth, video.duration, video.error];
    }"""
    assert video.evaluate(wound) == [17.3, 320, 20, None]
    rui.look("video-item")
