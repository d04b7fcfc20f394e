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
            f"{np.sin(row / (20 + 9 * number)) * (number + 1):.3f}" for number in range(channels - 1)
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
    press(page, "ArrowDown", "i", *["."] * 4, "o", "2")  # on the next channel; the label comes after
    press(page, "Shift+ArrowRight", "Control+Shift+ArrowRight")  # + 1 and + 10 samples
    press(page, "Alt+Shift+ArrowLeft")
    press(page, "c", "i", ".", "1")  # on all channels
    press(page, "z", "Shift+Z")
    press(page, "w", "End", "i")  # the other question: a moment
    expect(page.get_by_role("option")).to_have_count(4)
    press(page, "d")
    expect(page.locator("[aria-live=polite]").first).to_contain_text("sensor 1")
    assert submit(page) is False
    all_sent(page)
    first, second, third, moment = regions_said(product, work)
    assert (first["label"], first["at"]) == ("spike", {"start": 300, "end": 900})
    assert first["on"] == {"channel": "sensor 0"}
    assert (second["label"], second["on"]) == ("drift", {"channel": "sensor 1"})
    assert second["at"] == {"start": 840, "end": 1800}
    assert "on" not in third
    assert (moment["label"], moment["at"]) == ("start", {"t": 999 * 60})
