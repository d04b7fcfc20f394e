"""A long text with very many spans: until it is seen, until one more is, and while it scrolls.

The text has 100,000 characters in 400 paragraphs of several scripts and 5,000 spans, some nested,
some overlapping, some in parts, with relations. Everything is done by keys and wheel through the
driver of Chromium. The first paint counts from the key that submits the task before; one more span
from the key that labels selected words; both to a message posted in the frame that shows it. While
scrolling, the CPU seconds of all of the browser's processes are divided by the frames it drew.
"""

import json
import random
from typing import Any

from playwright.sync_api import CDPSession, Page

from benchmarks import stock
from benchmarks.bench_browser import SETTLED_MS, open_context
from benchmarks.lines import report
from benchmarks.parts import WEB, port, running
from benchmarks.person import Person, session_of
from benchmarks.processes import cpu_seconds
from benchmarks.quantities import median
from datasets.formats.base import Record
from datasets.services.datasets import create_dataset
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from tests.browser.chromium import open_chromium

CHARACTERS, PARAGRAPHS, SPANS, RELATIONS = 100_000, 400, 5000, 200
ADDED = 12
WHEELS = 160
SCRIPTS = (
    "the letter about a payment that was made twice in November",
    "我昨天在北京大学听了一个很长的讲座关于语言学",
    "قال الرجل إن الرسالة وصلت متأخرة يوم الثلاثاء",
    "אמר שהמכתב הגיע באיחור ביום שלישי בבוקר",
    "ok 👍🏽 thanks 👩‍👩‍👧‍👦 see you 🇩🇪 soon",
)
KINDS: dict[str, Any] = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "names",
            "title": "Names",
            "type": "spans",
            "labels": [{"key": f"l{number}", "name": f"Label {number}"} for number in range(12)],
        },
        {
            "name": "joins",
            "title": "Joins",
            "type": "relations",
            "labels": [{"key": "to", "name": "goes to"}, {"key": "from", "name": "comes from"}],
        },
    ],
}
IN_PAGE = """(() => {
  // From a key to the frame in which something is seen.
  window.fromKey = (isSeen) => new Promise((done) => {
    let from = 0;
    const note = ({ timeStamp }) => { from = timeStamp; };
    addEventListener("keydown", note, { capture: true, once: true });
    const look = () => {
      if (from === 0 || !isSeen()) return requestAnimationFrame(look);
      const channel = new MessageChannel();
      channel.port1.onmessage = () => done(performance.now() - from);
      channel.port2.postMessage(null);
    };
    requestAnimationFrame(look);
  });
  window.frames = 0;
  const count = () => { window.frames += 1; requestAnimationFrame(count); };
  window.countFrames = () => requestAnimationFrame(count);
  window.regions = () => document.querySelector("section.grow .num")?.textContent ?? "";
})()"""


def long_text() -> str:
    """Return the text: paragraphs of all scripts in turn, of about the same length."""
    chance = random.Random(7)
    each = CHARACTERS // PARAGRAPHS
    lines = []
    for number in range(PARAGRAPHS):
        words: list[str] = []
        while sum(map(len, words)) + len(words) < each - 1:
            words += chance.choice((SCRIPTS[number % len(SCRIPTS)], SCRIPTS[0])).split()
        lines.append(" ".join(words)[: each - 1].strip())
    return "\n".join(lines)


def marked(text: str) -> dict[str, Any]:
    """Return an answer with all spans and relations."""
    chance = random.Random(8)
    regions: list[dict[str, Any]] = []
    step = len(text) // SPANS
    for number in range(SPANS):
        start = number * step + chance.randint(0, 6)
        end = min(start + chance.randint(3, 40), len(text))
        at: dict[str, Any] = {"start": start, "end": end}
        if number % 25 == 0 and end - start > 10:
            at["gaps"] = [[start + 3, start + 6]]
        label = f"l{number % 12}"
        regions.append({"id": f"r{number}", "question": "names", "kind": "span"})
        regions[-1] |= {"label": label, "at": at}
    for number in range(RELATIONS):
        ends = {"from": f"r{number * 25}", "to": f"r{number * 25 + chance.randint(1, 60)}"}
        regions.append({"id": f"x{number}", "question": "joins", "kind": "relation"})
        regions[-1] |= {"label": "to", "at": ends}
    return {"format": 1, "regions": regions}


def main() -> None:
    """Measure one long text."""
    owner = stock.make_owner()
    project = stock.make_project("Long texts", owner)
    revision = publish_schema(project=project, name="Names", definition=KINDS, by=None)
    dataset = create_dataset(project=project, name="Long", data_type="text", by=None)
    text = long_text()
    records = [Record("1", "a", "text", text="Short."), Record("2", "b", "text", text=text)]
    ingest_records(dataset=dataset, records=iter(records), by=None)
    queue = stock.make_queue(dataset, revision)
    [who] = stock.make_people(project, 1, owner)
    session = session_of(who)
    with running(WEB):
        hold_both(Person(who, queue.oid, hold=2), text)
        with open_chromium() as browser:
            context = open_context(browser, session)
            context.add_init_script(IN_PAGE)
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{port()}/queues/{queue.oid}/work")
            page.wait_for_selector(".doc p")
            page.wait_for_timeout(SETTLED_MS)
            assert page.locator(".doc p").count() == 1, "the short text comes first"
            measure(page)
            context.close()


def hold_both(person: Person, text: str) -> None:
    """Claim both texts, and leave a draft with all marks on the long one."""
    for held in person.claim():
        if held["item"]["text"] == text:
            body = json.dumps({"fence": held["fence"], "regions": marked(text)}).encode()
            status, told = person.ask("PUT", f"/api/v1/assignments/{held['id']}/draft", body)
            assert status == 200, told[:300]
    person.hang_up()


def measure(page: Page) -> None:
    """Open the long text, add spans, and scroll."""
    name = "100,000 characters with 5,000 spans"
    line = page.context.new_cdp_session(page)
    line.send("Performance.enable", {"timeDomain": "threadTicks"})
    marks = "document.querySelector('.doc-over .under')"
    page.evaluate(f"() => {{ window.told = fromKey(() => {marks}); }}")
    before = busy(line)
    page.keyboard.press("Enter")
    waited = page.evaluate("told")
    cpu = round(busy(line) - before)
    report(f"{name}: first paint", waited, "ms", at_most=400, cpu_of_page=cpu)
    page.wait_for_timeout(SETTLED_MS)
    waits, costs = [], []
    for number in range(ADDED):
        page.keyboard.press("Control+ArrowRight")
        page.keyboard.press("Control+Shift+ArrowRight")
        page.wait_for_timeout(700)
        page.evaluate(
            "() => { const before = regions(); window.told = fromKey(() => regions() !== before); }"
        )
        before = busy(line)
        page.keyboard.press(str(number % 9 + 1))
        waits.append(page.evaluate("told"))
        costs.append(busy(line) - before)
        page.keyboard.press("Escape")
    more = {"slowest": round(max(waits)), "cpu_of_page": round(median(costs))}
    report(f"{name}: one span added", median(waits), "ms", at_most=60, **more)
    page.wait_for_timeout(SETTLED_MS)
    used, frames = scroll(page)
    report(f"{name}: CPU a frame while scrolling", used * 1000 / frames, "ms", at_most=16)


def busy(line: CDPSession) -> float:
    """Return the CPU milliseconds that the page's own thread has used."""
    told = {one["name"]: one["value"] for one in line.send("Performance.getMetrics")["metrics"]}
    return float(told["TaskDuration"]) * 1000


def scroll(page: Page) -> tuple[float, int]:
    """Turn the wheel; returns the CPU seconds of the browser and how many frames it drew."""
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.evaluate("countFrames()")
    pid = browser_process(page)
    before, first = cpu_seconds(pid), page.evaluate("frames")
    for _ in range(WHEELS):
        page.mouse.wheel(0, 60)
    frames = page.evaluate("frames") - first
    return cpu_seconds(pid) - before, frames


def browser_process(page: Page) -> int:
    """Return the number of the browser's first process."""
    browser = page.context.browser
    assert browser is not None
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    [pid] = [one["id"] for one in told["processInfo"] if one["type"] == "browser"]
    return int(pid)
