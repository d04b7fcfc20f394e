"""Pictures full of shapes: until they are seen, and what zooming, dragging and painting cost.

A picture of 4000 by 3000 pixels with 20,000 boxes, plain and with a pattern for each label, with
2,000 polygons of 40 points, and with 50 masks. Everything is done by keys, pointer and wheel by
the driver of Chromium. So many shapes are more than the server keeps in one answer: they are laid
into its reply on the way to the page. The first paint counts from the key that submits the task
before, in a browser that has shown such a page before; a stroke from each movement of the pointer
to a message posted in the frame that shows it; a frame's cost is the CPU time of all of the
browser's processes over the frames they drew.
"""

import io
import json
import math
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, Route

from benchmarks import stock
from benchmarks.bench_browser import SETTLED_MS, open_context
from benchmarks.bench_text import IN_PAGE as COUNTING
from benchmarks.bench_text import browser_process, busy
from benchmarks.lines import report
from benchmarks.parts import WEB, port, running
from benchmarks.person import session_of
from benchmarks.processes import cpu_seconds
from benchmarks.quantities import median, quantile
from benchmarks.sets import bring
from datasets.pure.region_kinds.mask import mask_of
from datasets.services.schemas import publish_schema
from foundation.models import Project, User
from tests.browser.chromium import open_chromium

WIDTH, HEIGHT = 4000, 3000
BOXES, POLYGONS, POINTS, MASKS = 20_000, 2000, 40, 50
FRAMES = 150
MOVES = 120
PATTERNED = "with patterns"
RADIUS_STEPS = 4  # presses of ] that widen the brush from 20 to 49 pixels, the next above 40
LATENCY = """(() => {
  window.moves = [];
  let waiting = false;
  addEventListener("pointermove", ({ timeStamp }) => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        moves.push(performance.now() - timeStamp);
        waiting = false;
      };
      channel.port2.postMessage(null);
    });
  }, { capture: true });
})()"""
SCHEMA: dict[str, Any] = {
    "format": 1,
    "data_type": "image",
    "questions": [
        {
            "name": "q",
            "title": "Things",
            "type": "shapes",
            "kinds": ["box", "polygon", "mask"],
            "labels": [{"key": f"l{number}", "name": f"Label {number}"} for number in range(9)],
        }
    ],
}


def main() -> None:
    """Measure one picture with each kind of shape, and the brush."""
    owner = stock.make_owner()
    project = stock.make_project("Shapes", owner)
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as folder:
        queues = picture_queues(project, owner, Path(folder))
    [who] = stock.make_people(project, 1, owner)
    session = session_of(who)
    with running(WEB), open_chromium() as browser:
        warm_up(open_page(browser, session, queues.pop(), [], ""))
        for queue, (name, regions) in zip(queues, scenes(), strict=True):
            measure(open_page(browser, session, queue, regions, name), name, len(regions))


def picture_queues(project: Project, owner: User, folder: Path) -> list[str]:
    """Make five queues of the same two pictures, a small one first; returns their ids."""
    down, right = np.mgrid[:HEIGHT, :WIDTH]
    waves = 110 + 50 * np.sin(right / 190) + 40 * np.cos(down / 140)
    large = Image.fromarray(waves.astype(np.uint8)).convert("RGB")
    for name, picture in (("a", large.resize((400, 300))), ("b", large)):
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=88)
        (folder / f"{name}.jpg").write_bytes(data.getvalue())
    revision = publish_schema(project=project, name="Things", definition=SCHEMA, by=None)
    dataset = bring(project, "Pictures", "image", [folder], owner)
    names = (f"Scene {number}" for number in range(5))
    return [str(stock.make_queue(dataset, revision, name=name).oid) for name in names]


def scenes() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield what is drawn, by name."""
    chance = random.Random(5)
    boxes = []
    for _number in range(BOXES):
        x, y = chance.randint(0, WIDTH - 60), chance.randint(0, HEIGHT - 60)
        boxes.append({"x": x, "y": y, "w": chance.randint(8, 50), "h": chance.randint(8, 50)})
    yield f"{BOXES:,} boxes", [shape("box", n, at) for n, at in enumerate(boxes)]
    name = f"{BOXES:,} boxes {PATTERNED}"
    yield name, [shape("box", n, at) for n, at in enumerate(boxes)]
    polygons = []
    for _number in range(POLYGONS):
        x, y = chance.randint(60, WIDTH - 60), chance.randint(60, HEIGHT - 60)
        ring = [around(x, y, n, chance.uniform(15, 50)) for n in range(POINTS)]
        polygons.append({"rings": [ring]})
    name = f"{POLYGONS:,} polygons of {POINTS} points"
    yield name, [shape("polygon", n, at) for n, at in enumerate(polygons)]
    yield f"{MASKS} masks", [shape("mask", n, mask(chance)) for n in range(MASKS)]


def around(x: int, y: int, number: int, radius: float) -> list[float]:
    """Return a point of a ragged ring."""
    turn = 2 * math.pi * number / POINTS
    return [round(x + radius * math.cos(turn), 1), round(y + radius * math.sin(turn), 1)]


def mask(chance: random.Random) -> dict[str, Any]:
    """Return a blob of 200 to 700 pixels across, with a ragged edge."""
    side = chance.randint(200, 700)
    down, right = np.mgrid[:side, :side]
    ragged = 0.08 * np.sin(right / 9) + 0.08 * np.cos(down / 7)
    inside = ((right / side - 0.5) ** 2 + (down / side - 0.5) ** 2) * 4 + ragged < 0.9
    made = mask_of(inside, chance.randint(0, WIDTH - side), chance.randint(0, HEIGHT - side))
    assert made is not None
    return made._asdict()


def shape(kind: str, number: int, at: dict[str, Any]) -> dict[str, Any]:
    """Return a region."""
    label = f"l{number % 9}"
    return {"id": f"r{number}", "question": "q", "kind": kind, "label": label, "at": at}


def open_page(
    browser: Browser, session: str, queue: str, regions: list[dict[str, Any]], name: str
) -> Page:
    """Open the small picture; the large one will come with all the shapes."""
    context = open_context(browser, session)
    context.add_init_script(COUNTING)
    context.add_init_script(LATENCY)
    if name.endswith(PATTERNED):
        context.add_init_script("localStorage.setItem('winnow.patterns', 'on')")

    def lay_in(route: Route) -> None:
        reply = route.fetch()
        told = reply.json()
        for held in told.get("assignments", []):
            if any(one.get("width") == WIDTH for one in held["item"]["assets"]):
                document = {"format": 1, "regions": regions}
                held["draft"] = {"regions": document, "etag": '"laid-in"'}
        route.fulfill(response=reply, body=json.dumps(told))

    context.route("**/claim*", lay_in)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{port()}/queues/{queue}/work")
    page.wait_for_selector("[data-stage]:not([data-state])")
    page.wait_for_timeout(SETTLED_MS)
    assert "400" in page.locator(".statusbar").inner_text(), "the small picture comes first"
    return page


def warm_up(page: Page) -> None:
    """Show the large picture once: a browser's very first page starts processes and compiles."""
    page.keyboard.press("Enter")
    page.wait_for_timeout(SETTLED_MS)
    page.context.close()


def measure(page: Page, name: str, count: int) -> None:
    """Go on to the large picture, zoom and move, drag one shape; paint where there are masks."""
    line = page.context.new_cdp_session(page)
    line.send("Performance.enable", {"timeDomain": "threadTicks"})
    seen = f"regions() === '{count:,}' && !document.querySelector('[data-stage][data-state]')"
    page.evaluate(f"() => {{ window.told = fromKey(() => {seen}); }}")
    before = busy(line)
    page.keyboard.press("Enter")
    waited = page.evaluate("told")
    report(
        f"{name}: first paint", waited, "ms", at_most=400, cpu_of_page=round(busy(line) - before)
    )
    page.wait_for_timeout(SETTLED_MS)
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.evaluate("countFrames()")
    pid = browser_process(page)
    cost, rate = zoom(page, pid)
    limit = 22 if "masks" in name else 20
    report(f"{name}: CPU a frame in zoom and move", cost, "ms", at_most=limit, fps=rate)
    if "masks" in name:
        paint(page, middle)
    else:
        cost, rate = drag(page, pid, middle)
        report(f"{name}: CPU a frame while dragging one", cost, "ms", at_most=16, fps=rate)
    page.context.close()


def zoom(page: Page, pid: int) -> tuple[float, int]:
    """Turn the wheel in, out and across; returns CPU milliseconds a frame, and frames a second."""
    started = page.evaluate("[frames, performance.now()]")
    before = cpu_seconds(pid)
    turns = 0
    while page.evaluate("frames") - started[0] < FRAMES:
        way = turns // 12 % 4
        across = (0, -120) if way == 0 else (0, 120) if way == 2 else (25, 0)
        page.mouse.wheel(*across)
        turns += 1
    return per_frame(page, pid, before, started)


def per_frame(page: Page, pid: int, before: float, started: list[float]) -> tuple[float, int]:
    """Return CPU milliseconds a frame since then, and frames a second."""
    used = cpu_seconds(pid) - before
    frames, now = page.evaluate("[frames, performance.now()]")
    drawn = frames - started[0]
    return used * 1000 / drawn, round(drawn / (now - started[1]) * 1000)


def drag(page: Page, pid: int, middle: tuple[float, float]) -> tuple[float, int]:
    """Take hold of a shape near the middle and move it about."""
    page.keyboard.press("0")
    page.keyboard.press("v")
    page.keyboard.press("Tab")
    page.keyboard.press("f")
    page.wait_for_timeout(SETTLED_MS)
    page.mouse.move(*middle)
    page.mouse.down()
    started = page.evaluate("[frames, performance.now()]")
    before = cpu_seconds(pid)
    for number in range(MOVES):
        turn = number / 9
        page.mouse.move(middle[0] + 90 * math.sin(turn), middle[1] + 90 * math.cos(turn))
    found = per_frame(page, pid, before, started)
    page.mouse.up()
    return found


def paint(page: Page, middle: tuple[float, float]) -> None:
    """Paint with a wide brush; report how long the stroke is behind the pointer."""
    page.keyboard.press("0")
    page.keyboard.press("m")
    for _press in range(RADIUS_STEPS):
        page.keyboard.press("]")
    page.keyboard.press("Escape")
    page.mouse.move(middle[0] - 250, middle[1])
    page.mouse.down()
    page.evaluate("() => { moves.length = 0; }")
    for number in range(MOVES):
        page.mouse.move(middle[0] - 250 + 4 * number, middle[1] + 90 * math.sin(number / 7))
    waits = page.evaluate("moves")
    page.mouse.up()
    name = f"a brush of radius 49 on {WIDTH} by {HEIGHT}: pointer to stroke"
    report(f"{name}, median", median(waits), "ms", moves=len(waits))
    report(f"{name}, 95th percentile", quantile(waits, 0.95), "ms", at_most=25)
