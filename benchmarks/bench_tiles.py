"""A picture of 108 million pixels: taken in as tiles, seen at once, panned at full size.

First paint counts from the key that submits the task before to the frame that shows the picture, as
sharp as its preview is. Then the wheel goes in to pixels of full size and across; bytes are those
of the picture alone: preview, lengths of the tiles and tiles.
"""

import io
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, Response

from benchmarks import stock
from benchmarks.bench_browser import SETTLED_MS, open_context
from benchmarks.bench_shapes import SCHEMA, per_frame
from benchmarks.bench_text import IN_PAGE as COUNTING
from benchmarks.bench_text import browser_process, busy
from benchmarks.lines import report
from benchmarks.parts import WEB, port, running
from benchmarks.person import session_of
from benchmarks.processes import cpu_seconds
from benchmarks.sets import bring
from datasets.models import Asset
from datasets.services.schemas import publish_schema
from tests.browser.chromium import open_chromium

WIDTH, HEIGHT = 12_000, 9000
FRAMES = 150
NAME = "108 million pixels"


def main() -> None:
    """Take the picture in, then look at it."""
    owner = stock.make_owner()
    project = stock.make_project("Tiles", owner)
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        write_pictures(Path(name))
        begun = time.monotonic()
        dataset = bring(project, "Pictures", "image", [Path(name)], owner)
        seconds = time.monotonic() - begun
    tiles = Asset.objects.get(part=Asset.Part.TILES)
    megabytes = round(tiles.size / 1e6)
    report(f"{NAME}: taken in", seconds, "s", at_most=60, megabytes_of_tiles=megabytes)
    revision = publish_schema(project=project, name="Things", definition=SCHEMA, by=None)
    queue = str(stock.make_queue(dataset, revision, name="Scene").oid)
    [who] = stock.make_people(project, 1, owner)
    session = session_of(who)
    with running(WEB), open_chromium() as browser:
        context = open_context(browser, session)
        context.add_init_script(COUNTING)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port()}/queues/{queue}/work")
        page.wait_for_selector("[data-stage]:not([data-state])")
        measure(page)


def write_pictures(folder: Path) -> None:
    """A small picture that comes first, and a large one with detail in every place."""
    chance = np.random.default_rng(3)
    coarse = chance.integers(0, 255, (HEIGHT // 24, WIDTH // 24, 3), dtype=np.uint8)
    large = Image.fromarray(coarse).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    for name, picture in (("a", large.resize((400, 300))), ("b", large)):
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=88)
        (folder / f"{name}.jpg").write_bytes(data.getvalue())


def measure(page: Page) -> None:
    """Go on to the large picture, go in, and pan."""
    came: list[int] = []

    def count(response: Response) -> None:
        if "/media/" in response.url:
            came.append(int(response.headers.get("content-length", "0")))

    page.on("response", count)
    page.wait_for_timeout(SETTLED_MS)
    line = page.context.new_cdp_session(page)
    line.send("Performance.enable", {"timeDomain": "threadTicks"})
    seen = (
        f"document.querySelector('.statusbar').textContent.includes('{WIDTH:,}')"
        " && !document.querySelector('[data-stage][data-state]')"
    )
    page.evaluate(f"() => {{ window.told = fromKey(() => {seen}); }}")
    before = busy(line)
    page.keyboard.press("Enter")
    waited = page.evaluate("told")
    cpu = round(busy(line) - before)
    report(f"{NAME}: first paint", waited, "ms", at_most=400, cpu_of_page=cpu)
    page.wait_for_timeout(SETTLED_MS)
    first = sum(came)
    report(f"{NAME}: bytes until all of it is seen", first / 1000, "kB", at_most=2500)
    cost, rate = pan(page)
    report(f"{NAME}: CPU a frame panning at full size", cost, "ms", at_most=20, fps=rate)
    page.wait_for_timeout(SETTLED_MS)
    more, requests = sum(came) - first, len(came)
    report(f"{NAME}: bytes of that", more / 1e6, "MB", at_most=25, requests=requests)
    page.context.close()


def pan(page: Page) -> tuple[float, int]:
    """Go in to full size and across; returns CPU milliseconds a frame, and frames a second."""
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _turn in range(12):
        page.mouse.wheel(0, -100)
    page.wait_for_timeout(SETTLED_MS)
    page.evaluate("countFrames()")
    pid = browser_process(page)
    started, used = page.evaluate("[frames, performance.now()]"), cpu_seconds(pid)
    turns = 0
    while page.evaluate("frames") - started[0] < FRAMES:
        page.mouse.wheel(25 if turns // 60 % 2 == 0 else -25, 0)
        turns += 1
    return per_frame(page, pid, used, started)
