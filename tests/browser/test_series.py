"""A series is read, marked and mended without a mouse; and with one."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import SHOTS
from tests.browser.product import Product
from tests.browser.setting import Work, curl, let_in, make_work
from tests.browser.test_keyboard_only import press, start_by_keys
from tests.browser.working import all_sent, open_queue, submit

ODD: dict[str, Any] = {
    "format": 1,
    "data_type": "series",
    "questions": [
        {
            "name": "odd",
            "title": "Anomalies",
            "type": "segments",
            "labels": [{"key": "spike", "name": "Spike"}, {"key": "drift", "name": "Drift"}],
        },
        {
            "name": "events",
            "title": "Events",
            "type": "instants",
            "labels": [{"key": "start", "name": "Start"}],
        },
    ],
}


def sensors(rows: int = 1000, channels: int = 3) -> bytes:
    """A CSV of sensors, a value a minute, with a gap, an infinity and an empty channel."""
    names = [f"sensor {number} [V]" for number in range(channels - 1)]
    lines = [",".join(["time", *names, "spare"])]
    for row in range(rows):
        if 300 <= row < 340:
            continue
        stamp = np.datetime64("2026-03-01T00:00:00") + np.timedelta64(row, "m")
        values = [
            f"{np.sin(row / (20 + 9 * number)) * (number + 1):.3f}"
            for number in range(channels - 1)
        ]
        if row == 500:
            values[0] = "inf"
        lines.append(",".join([f"{stamp}", *values, ""]))
    return "\n".join(lines).encode()


def make_series(product: Product, name: str, data: bytes | None = None, **more: Any) -> Work:
    """A project with one series in a queue."""
    files = {"plant.csv": data or sensors()}
    return make_work(product, name, ODD, pictures=files, overlap=1, review_share=0.0, **more)


def ready(page: Page) -> None:
    """Wait until the lines are on the screen."""
    page.wait_for_selector("[data-stage].series:not([data-state])")
    page.wait_for_timeout(300)


def regions_said(product: Product, work: Work) -> list[dict[str, Any]]:
    """The regions of the one annotation of the one item, as the server has them."""
    [item] = product.get(f"datasets/{work.dataset}/items")["results"]
    [annotation] = product.get(f"items/{item['id']}")["annotations"]
    regions: list[dict[str, Any]] = annotation["regions"]["regions"]
    return regions


def test_a_series_is_marked_and_mended_without_a_mouse(
    person: MakePerson, product: Product
) -> None:
    work = make_series(product, "Sensors by keys")
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    page = ada.page
    ready(page)
    press(page, "Home", *["."] * 5, "i", *["."] * 10, "1")  # a number key ends the region
    press(
        page, "ArrowDown", "i", *["."] * 4, "o", "2"
    )  # on the next channel; the label comes after
    press(page, "Shift+ArrowRight", "Control+Shift+ArrowRight")  # + 1 and + 10 samples
    press(page, "Alt+Shift+ArrowLeft")
    press(page, "c", "i", ".", "1")  # on all channels
    press(page, "z", "Shift+Z")
    press(page, "j", "End", "i")  # the other question: a moment
    expect(page.get_by_role("option")).to_have_count(4)
    press(page, "d")
    expect(page.locator(".vh[aria-live=polite]")).to_contain_text("sensor 1")
    assert submit(page) is False
    all_sent(page)
    first, second, third, moment = regions_said(product, work)
    assert (first["label"], first["at"]) == ("spike", {"start": 300, "end": 900})
    assert first["on"] == {"channel": "sensor 0"}
    assert (second["label"], second["on"]) == ("drift", {"channel": "sensor 1"})
    assert second["at"] == {"start": 840, "end": 1800}
    assert "on" not in third
    assert (moment["label"], moment["at"]) == ("start", {"t": 999 * 60})


def drag_minutes(page: Page, start: float, end: float) -> None:
    """Drag over the first channel with the mouse."""
    place = page.locator(".series .below").bounding_box()
    assert place is not None
    left, width = place["x"] + 92, place["width"] - 92 - 14
    y = place["y"] + 40 + 22 + 60
    first, last = (left + minutes / 999 * width for minutes in (start, end))
    page.mouse.move(first, y)
    page.mouse.down()
    page.mouse.move((first + last) / 2, y)
    page.mouse.move(last, y)
    page.mouse.up()


def test_a_range_is_drawn_moved_and_resized_with_a_mouse_on_its_channel(
    person: MakePerson, product: Product
) -> None:
    work = make_series(product, "Sensors by mouse")
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    page = ada.page
    ready(page)
    drag_minutes(page, 100, 200)
    expect(page.get_by_role("option")).to_have_count(1)
    drag_minutes(page, 200, 180)  # its end
    press(page, "v")
    drag_minutes(page, 140, 190)  # moved by 50 minutes
    status = page.locator(".statusbar")
    expect(status).to_contain_text("1 Mar 2026, 00:00 to")
    page.mouse.wheel(0, -300)
    expect(status).not_to_contain_text("1 Mar 2026, 00:00 to")
    assert submit(page) is False
    all_sent(page)
    [odd] = regions_said(product, work)
    assert odd["on"] == {"channel": "sensor 0"}
    assert odd["at"]["start"] % 60 == odd["at"]["end"] % 60 == 0  # on samples
    assert odd["at"]["start"] == pytest.approx(150 * 60, abs=120)
    assert odd["at"]["end"] == pytest.approx(230 * 60, abs=120)


@pytest.mark.extras
def test_nobody_is_shut_out_of_a_series(person: MakePerson, product: Product) -> None:
    work = make_series(product, "Sensors for everybody")
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    page = ada.page
    ready(page)
    press(page, *["ArrowRight"] * 9, "i", *["ArrowRight"] * 9, "1", "ArrowDown")
    press(page, *["ArrowRight"] * 9, "i", *["ArrowRight"] * 15, "2", "c", "i", "ArrowRight")
    expect(page.get_by_role("option")).to_have_count(2)
    ada.look("series")
    page.set_viewport_size({"width": 1024, "height": 768})
    page.wait_for_timeout(300)
    page.screenshot(path=SHOTS / "series-1024.png")
    page.get_by_text("3 of 3 channels").click()
    page.get_by_label("sensor 1 [V]").uncheck()
    expect(page.get_by_text("2 of 3 channels")).to_be_visible()


@pytest.mark.extras
def test_a_series_whose_values_are_gone_can_be_skipped(
    person: MakePerson, product: Product
) -> None:
    work = make_series(product, "Sensors gone")
    ada = person("Ada")
    let_in(ada, work.project)
    page = ada.page
    with ada.expecting("404|Failed to load resource"):
        page.route("**/media/**", lambda route: route.fulfill(status=404))
        open_queue(ada, work.queue)
        page.wait_for_selector('[data-stage].series[data-state="failed"]')
        page.screenshot(path=SHOTS / "series-gone.png")
        press(page, "Space")
        expect(page.locator(".empty h2")).to_be_visible()


@pytest.mark.extras
def test_the_pages_of_series_show_them(person: MakePerson, product: Product) -> None:
    work = make_series(product, "Sensors on pages")
    mia = person("Mia")
    let_in(mia, work.project, "manager")
    mia.goto(f"/datasets/{work.dataset}/items")
    mia.look("series-items")
    mia.page.get_by_role("link", name="plant.csv").click()
    expect(mia.page.get_by_role("img", name="Drawing of the whole series")).to_be_visible()
    mia.sees("The channel “spare” is empty.")
    mia.look("series-item")


@pytest.mark.real
@pytest.mark.extras
def test_the_windows_of_nab_are_shown_and_kept(
    person: MakePerson, product: Product, real_data: Callable[[str], Path]
) -> None:
    folder = real_data("nab")
    name = "ambient_temperature_system_failure.csv"
    data = (folder / "realKnownCause" / name).read_bytes()
    windows = json.loads((folder / "labels" / "combined_windows.json").read_text())
    first = datetime.fromisoformat(data.decode().splitlines()[1].split(",")[0])
    wanted = [
        {"start": (one - first).total_seconds(), "end": (two - first).total_seconds()}
        for one, two in (
            map(datetime.fromisoformat, pair) for pair in windows[f"realKnownCause/{name}"]
        )
    ]
    regions = [
        {"id": f"r{number}", "question": "odd", "kind": "segment", "label": "drift", "at": at}
        for number, at in enumerate(wanted)
    ]
    work = make_series(product, "NAB", data)
    said = [{"source": "nab", "regions": {"format": 1, "regions": regions}}]
    described = [{"key": "plant.csv", "file": "plant.csv", "suggestions": said}]
    again = Path(product.service.folder) / "plant.csv"
    again.write_bytes(data)
    forms = ("--form", f"files=@{again}", "--form", f"items={json.dumps(described)}")
    curl(product, f"datasets/{work.dataset}/items?schema={work.schema}", *forms)
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    page = ada.page
    ready(page)
    expect(page.get_by_role("option")).to_have_count(len(wanted))
    expect(page.get_by_role("option").first).to_contain_text("15 Dec")
    page.screenshot(path=SHOTS / "series-nab.png")
    press(page, "Shift+A")
    assert submit(page) is False
    all_sent(page)
    assert [one["at"] for one in regions_said(product, work)] == wanted
