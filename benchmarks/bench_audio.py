"""An hour of sound with 500 regions: how long an import takes, an annotator waits, a frame costs.

The first task is a short clip; the hours that follow are prepared while the one before is answered.
Scrolling is done by the wheel of the browser's own driver; what a frame costs is the time that the
page's main thread was busy, over the frames that it drew meanwhile.
"""

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import orjson
import soundfile
from playwright.sync_api import Browser, CDPSession, Page

from annotate.models import Queue
from benchmarks import stock
from benchmarks.bench_browser import SETTLED_MS, open_context, open_queue
from benchmarks.lines import report
from benchmarks.parts import WEB, running
from benchmarks.person import session_of
from benchmarks.quantities import median
from benchmarks.sets import finish
from datasets.data_types.audio import AudioType
from datasets.services.datasets import create_dataset
from datasets.services.ingest import record_local_import
from datasets.services.schemas import publish_schema
from foundation.models import Project, User
from tests.browser.chromium import open_chromium

RATE = 16_000
HOUR = 3600
REGIONS = 500
HOURS = ("b", "c", "d", "e")
"""The keys of the hours: the same sound, as different items."""
SPEAKERS = ("rita", "sam", "tom")
SCROLLS = 300
STAGE = "[data-stage].sound:not([data-state])"
COUNT_FRAMES = """() => {
  window.drawnFrames = 0;
  const count = () => { drawnFrames++; requestAnimationFrame(count); };
  count();
}"""
TURNS = {
    "format": 1,
    "data_type": "audio",
    "questions": [
        {
            "name": "turns",
            "title": "Turns",
            "type": "segments",
            "transcript": True,
            "labels": [{"key": key, "name": key.title()} for key in SPEAKERS],
        }
    ],
}


def main() -> None:
    """Measure the way of an hour of sound from a file to an annotator."""
    owner = stock.make_owner()
    project = stock.make_project("Sounds", owner)
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        folder = Path(name)
        write_sound(folder / "a.wav", 10)
        write_sound(folder / "b.wav", HOUR)
        for key in HOURS[1:]:
            (folder / f"{key}.wav").hardlink_to(folder / "b.wav")
        measure_reading(folder / "b.wav")
        queue = make_queue(project, folder, owner)
    [person] = stock.make_people(project, 1, owner)
    session = session_of(person)
    with running(WEB), open_chromium() as browser:
        work(browser, session, queue.oid)


def write_sound(path: Path, seconds: int) -> None:
    """Write a WAV of hums and hiss, minute by minute."""
    chance = np.random.default_rng(1)
    with soundfile.SoundFile(path, "w", RATE, 1, "PCM_16") as out:
        for start in range(0, seconds, 60):
            times = np.arange(min(60, seconds - start) * RATE) / RATE
            hum = np.sin(2 * np.pi * (200 + start % 700) * times) * (np.sin(times) > 0)
            out.write(0.3 * hum + 0.02 * chance.standard_normal(len(times)))


def measure_reading(path: Path) -> None:
    """Report what the facts, waveform and spectrogram of an hour cost."""
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as folder:
        begun = time.process_time()
        facts = AudioType().read(path, Path(folder), "x")
        spent = time.process_time() - begun
        sizes = {made["role"]: round(made["size"] / 1000) for made in facts["made"]}
    report("an hour of sound taken in: CPU", spent, "s", at_most=30, kilobytes=sizes)


def make_queue(project: Project, folder: Path, owner: User) -> Queue:
    """Import both clips, the hour with suggested turns, into a queue."""
    regions = list(_turns())
    lines = [
        {"key": "a", "data_type": "audio", "file": "a.wav"},
        *(
            {
                "key": key,
                "data_type": "audio",
                "file": f"{key}.wav",
                "suggestions": [{"source": "model", "regions": {"format": 1, "regions": regions}}],
            }
            for key in HOURS
        ),
    ]
    (folder / "items.jsonl").write_bytes(b"\n".join(map(orjson.dumps, lines)))
    revision = publish_schema(project=project, name="Turns", definition=TURNS, by=None)
    dataset = create_dataset(project=project, name="Clips", data_type="audio", by=None)
    job = record_local_import(
        dataset=dataset, paths=[folder], options={}, by=owner, schema=revision.schema
    )
    told = finish(job).report
    assert told is not None
    assert (told["created"], told["suggestions"]) == (len(lines), len(HOURS)), told
    return stock.make_queue(dataset, revision)


def _turns() -> Iterator[dict[str, object]]:
    chance = random.Random(1)
    for number in range(REGIONS):
        start = number * HOUR / REGIONS + chance.random()
        at = {"start": round(start, 3), "end": round(start + 1 + 6 * chance.random(), 3)}
        yield {
            "id": f"r{number}",
            "question": "turns",
            "kind": "segment",
            "label": SPEAKERS[number % len(SPEAKERS)],
            "at": at,
            "value": f"these are the words of turn {number}",
        }


def work(browser: Browser, session: str, queue: str) -> None:
    """Go from the short clip to the hour, take its turns, and scroll."""
    context = open_context(browser, session)
    page = context.new_page()
    open_queue(page, queue)
    page.wait_for_selector(STAGE)
    page.wait_for_timeout(SETTLED_MS)
    for number in range(len(HOURS)):
        page.keyboard.press("Enter")
        page.wait_for_function(
            "(n) => performance.getEntriesByName('submit-to-painted').length > n", arg=number
        )
        page.wait_for_timeout(SETTLED_MS)
    waits = page.evaluate(
        "() => performance.getEntriesByName('submit-to-painted').map((one) => one.duration)"
    )
    name = f"submit key to an hour of sound with {REGIONS} regions painted, {len(HOURS)} times"
    report(f"{name}: median", median(waits), "ms", at_most=150, slowest=round(max(waits)))
    page.keyboard.press("Shift+A")
    page.wait_for_function("() => document.querySelectorAll('.sug').length === 0")
    line = context.new_cdp_session(page)
    line.send("Performance.enable")
    page.evaluate(COUNT_FRAMES)
    for name, zooms in (("at 50 pixels a second", 0), ("at 170 pixels a second", 3), ("at 4", -9)):
        for _ in range(abs(zooms)):
            page.keyboard.press("+" if zooms > 0 else "-")
        page.wait_for_timeout(1500)
        busy = [scroll(page, line) for _ in range(3)]
        report(
            f"scrolling an hour with {REGIONS} regions, {name}: CPU a frame",
            median(busy),
            "ms",
            at_most=16,
        )
    context.close()


def scroll(page: Page, line: CDPSession) -> float:
    """Turn the wheel; returns how many milliseconds of the main thread each drawn frame took."""
    place = page.locator(".sound .below").bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + 150)
    before, begun = busy_of(line), page.evaluate("() => drawnFrames")
    page.keyboard.down("Shift")
    for _ in range(SCROLLS // 3):
        page.mouse.wheel(0, 35)
        page.wait_for_timeout(16)
    page.keyboard.up("Shift")
    frames = page.evaluate("() => drawnFrames") - begun
    return (busy_of(line) - before) * 1000 / frames


def busy_of(line: CDPSession) -> float:
    """Return for how many seconds the main thread has been busy so far."""
    told = line.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in told if one["name"] == "TaskDuration")
