"""Stepping through videos and playing with 50 tracks: wrong frames, waits, what a frame costs.

Each frame of these videos carries its number in black and white blocks, which are read from what
the browser shows. Their keys lie far apart, so that what is stepped through is the copy that was
made for it. What a frame costs while it plays is the time that the page's main thread was busy,
over the frames that were shown meanwhile.
"""

import math
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import orjson
from playwright.sync_api import Browser, Page

from annotate.models import Queue
from benchmarks import stock
from benchmarks.bench_audio import busy_of
from benchmarks.bench_browser import SETTLED_MS, open_context, open_queue
from benchmarks.lines import report
from benchmarks.parts import WEB, running
from benchmarks.person import session_of
from benchmarks.quantities import median, quantile
from benchmarks.sets import finish
from datasets.services.datasets import create_dataset
from datasets.services.ingest import record_local_import
from datasets.services.schemas import publish_schema
from foundation.models import Project, User
from tests.browser import films
from tests.browser.chromium import open_chromium

STEPS = 300
FRAMES = STEPS + 20
SCALE = 3
SLOW_GOP = 150
TRACKS = 50
KEYS = 10
PLAYED_MS = 6000
READY = "[data-stage].footage .screen:not([data-state])"
VIDEOS = {"even": films.even(FRAMES), "uneven": films.uneven(FRAMES)}
"""When the frames of each begin; the second also has the tracks."""
HOURS = 2
MANY = 500
SCROLLS = 100
COUNT_DRAWN = """() => {
  window.drawnFrames = 0;
  const count = () => { drawnFrames++; requestAnimationFrame(count); };
  count();
}"""
COUNT_SHOWN = """() => {
  window.shownFrames = 0;
  const video = document.querySelector("video");
  const count = () => { shownFrames++; video.requestVideoFrameCallback(count); };
  video.requestVideoFrameCallback(count);
}"""
OBJECTS = {
    "format": 1,
    "data_type": "video",
    "questions": [
        {
            "name": "objects",
            "title": "Objects",
            "type": "tracks",
            "kinds": ["box"],
            "labels": [{"key": key, "name": key.title()} for key in ("bike", "car", "person")],
        }
    ],
}


def main() -> None:
    """Measure the way of a video from a file to an annotator who steps through it."""
    owner = stock.make_owner()
    project = stock.make_project("Videos", owner)
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        folder = Path(name)
        film = films.numbered(films.even(HOURS * 3600, Fraction(1)))
        (folder / "long.mp4").write_bytes(film)
        for key, times in VIDEOS.items():
            film = films.numbered(times, gop=SLOW_GOP, scale=SCALE)
            (folder / f"{key}.mp4").write_bytes(film)
        queue = make_queue(project, folder, owner)
    [person] = stock.make_people(project, 1, owner)
    session = session_of(person)
    with running(WEB), open_chromium() as browser:
        work(browser, session, queue.oid)


def make_queue(project: Project, folder: Path, owner: User) -> Queue:
    """Import both videos, the second one with suggested tracks, into a queue."""
    suggested = {
        "even": [],
        "uneven": list(_tracks(VIDEOS["uneven"], TRACKS, SCALE)),
        "long": list(_tracks(films.even(HOURS * 3600, Fraction(1)), MANY, 1)),
    }
    lines = [
        {
            "key": key,
            "data_type": "video",
            "file": f"{key}.mp4",
            "suggestions": [{"source": "model", "regions": {"format": 1, "regions": regions}}],
        }
        for key, regions in suggested.items()
    ]
    del lines[0]["suggestions"]
    (folder / "items.jsonl").write_bytes(b"\n".join(map(orjson.dumps, lines)))
    revision = publish_schema(project=project, name="Objects", definition=OBJECTS, by=None)
    dataset = create_dataset(project=project, name="Videos", data_type="video", by=None)
    job = record_local_import(
        dataset=dataset, paths=[folder], options={}, by=owner, schema=revision.schema
    )
    told = finish(job).report
    assert told is not None
    assert (told["created"], told["suggestions"]) == (len(lines), 2), told
    return stock.make_queue(dataset, revision)


def _tracks(times: list[int], count: int, scale: int) -> Iterator[dict[str, object]]:
    """Boxes that go round, each on its own way, with ten keys."""
    width, height = films.WIDTH * scale, films.HEIGHT * scale
    for number in range(count):
        keys = []
        for key in range(KEYS):
            turn = 2 * math.pi * (key / KEYS + number / count)
            x = width / 2 + math.cos(turn) * width * (0.05 + 0.35 * number / count) - 20
            y = height / 2 + math.sin(turn) * height * (0.05 + 0.35 * number / count) - 20
            at = {"x": round(max(0, x)), "y": round(max(0, y)), "w": 40, "h": 40}
            keys.append({"t": times[key * (len(times) // KEYS)] / 1000, "at": at})
        yield {
            "id": f"r{number}",
            "question": "objects",
            "kind": "track",
            "label": ("bike", "car", "person")[number % 3],
            "at": {"of": "box", "keys": keys},
        }


def work(browser: Browser, session: str, queue: str) -> None:
    """Step through both videos, and play the second with its tracks."""
    context = open_context(browser, session)
    page = context.new_page()
    open_queue(page, queue)
    for number, name in enumerate(VIDEOS):
        if number:
            page.keyboard.press("Enter")
            page.wait_for_function("() => document.querySelector('.sug')")
        page.wait_for_selector(READY)
        page.wait_for_timeout(SETTLED_MS)
        step_through(page, name)
    page.keyboard.press("Home")
    page.keyboard.press("Shift+A")
    page.wait_for_function("() => document.querySelectorAll('.sug').length === 0")
    page.wait_for_timeout(SETTLED_MS)
    play(page, f"{TRACKS} tracks")
    page.keyboard.press("Enter")
    page.wait_for_function("(n) => document.querySelectorAll('.sug').length > n", arg=TRACKS)
    page.wait_for_selector(READY)
    page.wait_for_timeout(SETTLED_MS)
    scroll(page)
    context.close()


def step_through(page: Page, name: str) -> None:
    """Press the key of the next frame, and read the number of each frame that is shown."""
    told = page.evaluate(films.STEP_THROUGH, films.how_to_step(STEPS))
    title = f"{STEPS} steps through a video with {name} gaps"
    report(f"{title}: other frames shown", len(told["wrong"]), "frames", at_most=0)
    waits = told["waits"]
    late = round(quantile(waits, 0.95))
    report(f"{title}, key to frame: median", median(waits), "ms", at_most=60, p95=late)


def play(page: Page, name: str) -> None:
    """Play for some seconds; reports how long the main thread was busy for each frame."""
    line = page.context.new_cdp_session(page)
    line.send("Performance.enable")
    page.evaluate(COUNT_SHOWN)
    page.keyboard.press("k")
    page.wait_for_timeout(500)
    before, begun = busy_of(line), page.evaluate("() => shownFrames")
    page.wait_for_timeout(PLAYED_MS)
    shown = page.evaluate("() => shownFrames") - begun
    cost = (busy_of(line) - before) * 1000 / shown
    page.keyboard.press("k")
    report(f"playing with {name}: CPU a frame", cost, "ms", at_most=16, shown=shown)


def scroll(page: Page) -> None:
    """Go through two hours with 500 tracks on the time line, along time and along the tracks."""
    line = page.context.new_cdp_session(page)
    line.send("Performance.enable")
    page.evaluate(COUNT_DRAWN)
    place = page.locator(".footage .lanes").bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + 60)
    for _ in range(6):
        page.keyboard.press("PageUp")
    page.wait_for_timeout(500)
    for name, wheel in (("along time", (35, 0)), ("along the tracks", (0, 35))):
        before, begun = busy_of(line), page.evaluate("() => drawnFrames")
        for _ in range(SCROLLS):
            page.mouse.wheel(*wheel)
            page.wait_for_timeout(16)
        frames = page.evaluate("() => drawnFrames") - begun
        cost = (busy_of(line) - before) * 1000 / frames
        title = f"scrolling {HOURS} hours with {MANY} tracks {name}: CPU a frame"
        report(title, cost, "ms", at_most=16)
