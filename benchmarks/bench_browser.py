"""What somebody at the workbench waits for, seen from inside Chromium; and what it has to fetch.

From the press of the submit key to the next task painted: from the time stamp of the key's event to
a message posted in the first frame that has the next task's title and item in it (`in_page.js`).
That is never too short: a change made within a frame counts until the frame after. Label and submit
are given by key, five times a second, to a real web server whose every answer comes 80 ms late.
Nothing is in the browser's cache when a page is loaded cold; it is ready when the first task is on
the stage with its tool.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from annotate.models import Answer, Queue
from benchmarks import stock
from benchmarks.lines import report
from benchmarks.parts import WEB, port, running
from benchmarks.person import session_of
from benchmarks.quantities import median, quantile
from benchmarks.sets import bring_digits, schema_of
from datasets.queries.schemas import current_revision
from foundation.models import Project, User
from tests.browser.chromium import open_chromium

IN_PAGE = Path(__file__).with_name("in_page.js")
WORKBENCH = Path(__file__).resolve().parent.parent / "static" / "workbench"
SUBMITS = {"texts": 200, "pictures": 60}
FIRST = 5  # not counted: the page has just been loaded
PAUSE_MS = 200
SETTLED_MS = 3000  # what may be needed later is fetched when the first task is on the screen
DELAY_MS = 80
COLD_LOADS = 5
LIMITS_KB = {"workbench entry and its imports": 36, "image page: every script and style": 130}
READY = """() => /^Task /.test(document.querySelector('h1')?.textContent ?? '')
  && document.querySelector('[data-stage]:not([data-state]) :is(canvas, p)') && performance.now()"""


@dataclass(frozen=True)
class Cold:
    """What was fetched until somebody could begin, what in all, and when that was.

    `sizes` are the bytes that each answer took on the line, within three seconds; the first
    `needed` of them had ended when the first task was there to work on.
    """

    sizes: list[int]
    needed: int
    ready: list[float]


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each submit, and how many long tasks lay between key and paint."""

    waits: list[float]
    long_tasks: int


def main() -> None:
    """Measure pages of texts and of pictures."""
    for name, kilobytes in weights():
        report(f"{name}, gzipped", kilobytes, "kB", at_most=LIMITS_KB[name])
    owner = stock.make_owner()
    project = stock.make_project("Browser", owner)
    queues = {"texts": text_queue(project), "pictures": picture_queue(project, owner)}
    [person] = stock.make_people(project, 1, owner)
    session = session_of(person)
    loads, found = {}, {}
    with running(WEB), open_chromium() as browser:
        for what, queue in queues.items():
            loads[what] = load_cold(browser, session, queue.oid)
            found[what] = work(browser, session, queue.oid, SUBMITS[what])
    for what, queue in queues.items():
        assert Answer.objects.filter(task__queue=queue).count() == SUBMITS[what] + FIRST
        tell(what, loads[what], found[what])


def text_queue(project: Project) -> Queue:
    """Make a queue of texts with one choice of three."""
    revision = stock.make_schema(project)
    return stock.make_queue(stock.make_texts(project, SUBMITS["texts"] * 2), revision)


def picture_queue(project: Project, owner: User) -> Queue:
    """Make a queue of handwritten digits with one choice of ten."""
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        dataset = bring_digits(project, Path(name), owner)
    return stock.make_queue(dataset, current_revision(schema_of(dataset)))


def weights() -> Iterator[tuple[str, float]]:
    """Yield what the workbench's own scale tells of its scripts, in thousands of bytes."""
    node = shutil.which(
        "node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    assert node is not None
    told = subprocess.run(
        [node, "size.mjs"], cwd=WORKBENCH, stdout=subprocess.PIPE, text=True, check=False
    )
    lines = map(json.loads, told.stdout.splitlines())
    weighed = {line["figure"]: line["gzipped_bytes"] / 1000 for line in lines}
    for name in LIMITS_KB:
        yield name, weighed[name]


def open_context(browser: Browser, session: str) -> BrowserContext:
    """Return a browser of somebody who has signed in, with nothing in its cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    address = f"http://127.0.0.1:{port()}"
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}
    context.add_cookies([cookie])  # type: ignore[list-item]
    context.add_init_script(path=IN_PAGE)
    return context


def open_queue(page: Page, queue: str) -> None:
    """Open the workbench and wait for a task."""
    page.goto(f"http://127.0.0.1:{port()}/queues/{queue}/work")
    page.wait_for_function("() => /^Task /.test(document.querySelector('h1')?.textContent ?? '')")


def load_cold(browser: Browser, session: str, queue: str) -> Cold:
    """Load the page for the first time, several times over."""
    loads = [load_once(browser, session, queue) for _load in range(COLD_LOADS)]
    return Cold(*loads[0][:2], [ready for _sizes, _needed, ready in loads])


def load_once(browser: Browser, session: str, queue: str) -> tuple[list[int], int, float]:
    """Load the page with nothing in the cache: bytes of all answers, how many one needed, when."""
    context = open_context(browser, session)
    page, sizes = context.new_page(), list[int]()
    line = context.new_cdp_session(page)
    line.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(f"http://127.0.0.1:{port()}/queues/{queue}/work", wait_until="commit")
    ready = float(page.wait_for_function(READY).json_value())
    needed = len(sizes)
    page.wait_for_timeout(SETTLED_MS)
    context.close()
    return sizes, needed, ready


def work(browser: Browser, session: str, queue: str, submits: int) -> Measured:
    """Answer tasks by key; returns what was measured in the page."""
    context = open_context(browser, session)
    page = context.new_page()
    open_queue(page, queue)
    late = {"offline": False, "latency": DELAY_MS, "downloadThroughput": -1, "uploadThroughput": -1}
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", late)
    page.wait_for_timeout(SETTLED_MS)
    for number in range(FIRST + submits):
        page.keyboard.press(str(number % 3 + 1))
        page.keyboard.press("Enter")
        page.wait_for_timeout(PAUSE_MS)
        page.wait_for_function("(n) => benchmark.steps.length > n", arg=number, polling=50)
    page.wait_for_timeout(SETTLED_MS)
    steps, tasks = page.evaluate("() => [benchmark.steps, benchmark.long]")
    context.close()
    counted = steps[FIRST:]
    assert len(counted) == submits
    long = sum(begun < to and ended > key for begun, ended in tasks for key, to in counted)
    return Measured([to - key for key, to in counted], long)


def tell(what: str, cold: Cold, measured: Measured) -> None:
    """Report what was found about one kind of page."""
    count = len(measured.waits)
    name = f"cold load of the labelling page, {what}"
    first, slowest = sum(cold.sizes[: cold.needed]) / 1000, round(max(cold.ready))
    report(f"{name}: bytes until one can begin", first, "kB", at_most=400)
    report(f"{name}: requests until one can begin", cold.needed, "", at_most=15)
    kilobytes = sum(cold.sizes) / 1000
    report(f"{name}: bytes with what is fetched ahead", kilobytes, "kB", requests=len(cold.sizes))
    waited = median(cold.ready)
    report(f"{name}: until one can begin", waited, "ms", at_most=1000, slowest=slowest)
    name = f"submit key to the next task painted, {count} {what}"
    slowest = round(max(measured.waits))
    report(f"{name}: median", median(measured.waits), "ms", at_most=30)
    waited = quantile(measured.waits, 0.95)
    report(f"{name}: 95th percentile", waited, "ms", at_most=80, slowest=slowest)
    report(f"{name}: long tasks in between", measured.long_tasks, "", at_most=0)
