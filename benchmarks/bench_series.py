"""Eight channels of a million points: what they cost once, what opens them, what a frame costs."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.csv as pa_csv
from playwright.sync_api import Browser, CDPSession, Page

from annotate.models import Queue
from benchmarks import stock
from benchmarks.bench_audio import COUNT_FRAMES, busy_of
from benchmarks.bench_browser import SETTLED_MS, open_context, open_queue
from benchmarks.lines import report
from benchmarks.parts import WEB, running
from benchmarks.person import session_of
from benchmarks.quantities import median
from benchmarks.sets import finish
from datasets.data_types.series import SeriesType
from datasets.services.datasets import create_dataset
from datasets.services.ingest import record_local_import
from datasets.services.schemas import publish_schema
from foundation.models import Project, User
from tests.browser.chromium import open_chromium

ROWS = 1_000_000
CHANNELS = 8
LARGE = ("b", "c", "d", "e")
"""The keys of the large ones: the same series, as different items."""
STEPS = 60
STAGE = "[data-stage].series:not([data-state])"
ODD = {
    "format": 1,
    "data_type": "series",
    "questions": [
        {"name": "odd", "title": "Odd", "type": "segments", "labels": [{"key": "a", "name": "A"}]}
    ],
}
FETCHED = """() => performance.getEntriesByType("resource")
  .filter((one) => one.name.includes("/media/"))
  .reduce((sum, one) => [sum[0] + 1, sum[1] + (one.encodedBodySize || one.transferSize)], [0, 0])"""


def main() -> None:
    """Measure the way of a large series from a file to an annotator."""
    owner = stock.make_owner()
    project = stock.make_project("Plant", owner)
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        folder = Path(name)
        write_series(folder / "a.csv", 1000)
        write_series(folder / "b.csv", ROWS)
        for key in LARGE[1:]:
            (folder / f"{key}.csv").hardlink_to(folder / "b.csv")
        measure_reading(folder / "b.csv")
        queue = make_queue(project, folder, owner)
    [person] = stock.make_people(project, 1, owner)
    session = session_of(person)
    with running(WEB), open_chromium() as browser:
        work(browser, session, queue.oid)


def write_series(path: Path, rows: int) -> None:
    """Write a CSV of sensors, a hundred rows a second."""
    chance = np.random.default_rng(1)
    times = np.arange(rows) / 100
    table = {"time [s]": times}
    for number in range(CHANNELS):
        slow = np.sin(times * (0.001 + number * 0.3)) * (number + 1)
        table[f"sensor {number} [V]"] = np.round(slow + 0.1 * chance.standard_normal(rows), 4)
    pa_csv.write_csv(pa.table(table), path)


def measure_reading(path: Path) -> None:
    """Report what the facts, values and pyramid cost."""
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as folder:
        begun = time.process_time()
        facts = SeriesType().read(path, Path(folder), "x")
        spent = time.process_time() - begun
        sizes = {made["role"]: round(made["size"] / 1000) for made in facts["made"]}
    name = f"a series of {CHANNELS} x {ROWS:,} values taken in from CSV: CPU"
    report(name, spent, "s", at_most=20, kilobytes=sizes)


def make_queue(project: Project, folder: Path, owner: User) -> Queue:
    """Import a small one and the large ones into a queue."""
    lines = [{"key": key, "data_type": "series", "file": f"{key}.csv"} for key in ("a", *LARGE)]
    (folder / "items.jsonl").write_bytes(b"\n".join(map(orjson.dumps, lines)))
    revision = publish_schema(project=project, name="Odd", definition=ODD, by=None)
    dataset = create_dataset(project=project, name="Sensors", data_type="series", by=None)
    job = record_local_import(
        dataset=dataset, paths=[folder], options={}, by=owner, schema=revision.schema
    )
    told = finish(job).report
    assert told is not None
    assert told["created"] == len(lines), told
    return stock.make_queue(dataset, revision)


def work(browser: Browser, session: str, queue: str) -> None:
    """Go from the small series to the large ones, then zoom and pan."""
    context = open_context(browser, session)
    page = context.new_page()
    open_queue(page, queue)
    page.wait_for_selector(STAGE)
    page.wait_for_timeout(SETTLED_MS)
    for number in range(len(LARGE)):
        page.keyboard.press("Enter")
        page.wait_for_function(
            "(n) => performance.getEntriesByName('submit-to-painted').length > n", arg=number
        )
        page.wait_for_timeout(SETTLED_MS)
    waits = page.evaluate(
        "() => performance.getEntriesByName('submit-to-painted').map((one) => one.duration)"
    )
    name = f"submit key to {CHANNELS} x {ROWS:,} values painted, {len(LARGE)} times"
    report(f"{name}: median", median(waits), "ms", at_most=150, slowest=round(max(waits)))
    requests, fetched = page.evaluate(FETCHED)
    each = fetched / (len(LARGE) + 1) / 1000
    report("a large series at its first paint: bytes", each, "kB", at_most=1000, requests=requests)
    line = context.new_cdp_session(page)
    line.send("Performance.enable")
    page.evaluate(COUNT_FRAMES)
    for what, gesture in (("zooming by the wheel", zoom), ("panning by the pointer", pan)):
        busy = [frames(page, line, gesture) for _ in range(3)]
        name = f"{what} over {CHANNELS} x {ROWS:,} values: CPU a frame"
        report(name, median(busy), "ms", at_most=22)
    context.close()


def frames(page: Page, line: CDPSession, gesture: Callable[[Page, float, float], None]) -> float:
    """Do something; returns how many milliseconds of the main thread each drawn frame took."""
    place = page.locator(".series .below").bounding_box()
    assert place is not None
    middle = (place["x"] + place["width"] / 2, place["y"] + 200)
    page.mouse.move(*middle)
    before, begun = busy_of(line), page.evaluate("() => drawnFrames")
    gesture(page, *middle)
    drawn = page.evaluate("() => drawnFrames") - begun
    return (busy_of(line) - before) * 1000 / drawn


def zoom(page: Page, _x: float, _y: float) -> None:
    """Turn the wheel: near, and away again."""
    for turn in range(2 * STEPS):
        page.mouse.wheel(0, -60 if turn < STEPS else 60)
        page.wait_for_timeout(16)


def pan(page: Page, x: float, y: float) -> None:
    """Come near, and drag to and fro with the middle button."""
    for _ in range(STEPS // 3):
        page.mouse.wheel(0, -60)
        page.wait_for_timeout(16)
    page.mouse.down(button="middle")
    for step in range(2 * STEPS):
        page.mouse.move(x + 300 * np.sin(step / 10), y)
        page.wait_for_timeout(16)
    page.mouse.up(button="middle")
    page.keyboard.press("0")
