"""A video is stepped through, its objects are tracked and its parts marked without a mouse; and with one."""

from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import films
from tests.browser.conftest import MakePerson
from tests.browser.people import SHOTS
from tests.browser.product import Product
from tests.browser.setting import Work, let_in, make_work
from tests.browser.test_keyboard_only import press, start_by_keys
from tests.browser.working import all_sent, open_queue, submit

STREET: dict[str, Any] = {
    "format": 1,
    "data_type": "video",
    "questions": [
        {
            "name": "objects",
            "title": "Objects",
            "type": "tracks",
            "kinds": ["box", "polygon"],
            "labels": [{"key": "bike", "name": "Bike"}, {"key": "car", "name": "Car"}],
        },
        {
            "name": "events",
            "title": "Events",
            "type": "segments",
            "labels": [{"key": "turning", "name": "Turning"}, {"key": "waiting", "name": "Waiting"}],
        },
    ],
}


def make_videos(product: Product, name: str, videos: dict[str, bytes], definition: Any = STREET) -> Work:
    """A project with these clips in a queue."""
    return make_work(product, name, definition, pictures=videos, overlap=1, review_share=0.0)


def ready(page: Page) -> None:
    """Wait until the first frame is on the screen."""
    page.wait_for_selector("[data-stage].film .screen:not([data-state])")


def frame_is(page: Page, number: int) -> None:
    """Wait until this frame is on the screen."""
    expect(page.locator(".transport .frame input")).to_have_value(str(number))


def step_to(page: Page, number: int) -> None:
    """Go to a frame by its number."""
    press(page, "Shift+G", *str(number), "Enter")
    frame_is(page, number)


def answered(product: Product, work: Work, question: str) -> list[dict[str, Any]]:
    """What the only answer says to a question, the earliest first."""
    [item] = product.get(f"datasets/{work.dataset}/items")["results"]
    [annotation] = product.get(f"items/{item['id']}")["annotations"]
    own = [one for one in annotation["regions"]["regions"] if one["question"] == question]
    return sorted(own, key=lambda one: one["at"].get("start", one["at"].get("keys", [{}])[0].get("t")))


def times_of(track: dict[str, Any], flag: str = "") -> list[float]:
    """When the keys of a track are; those with a flag, where one is named."""
    return [key["t"] for key in track["at"]["keys"] if not flag or key.get(flag)]


def test_bikes_are_tracked_and_a_part_is_marked_without_a_mouse(
    person: MakePerson, product: Product, real_data: Any
) -> None:
    video = (real_data("video") / "bikes.mp4").read_bytes()
    work = make_videos(product, "Bikes by keys", {"bikes.mp4": video})
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    page = ada.page
    ready(page)
    press(page, "b", *["ArrowRight"] * 3, "Enter")  # a box of 51 x 48 in the middle
    expect(page.get_by_role("option")).to_have_count(1)
    step_to(page, 20)
    press(page, "Shift+ArrowRight", "Shift+ArrowRight", "ArrowDown")  # one key frame, one undo
    press(page, "z", "Shift+Z")
    press(page, ".", ".")
    frame_is(page, 22)
    press(page, "Shift+D")  # the shape on to the next frame
    frame_is(page, 23)
    press(page, "c")  # covered from here
    step_to(page, 50)
    press(page, "x")  # and gone
    step_to(page, 75)
    press(page, "x", "d", "d")  # back; a key frame more and less
    press(page, "Shift+N")
    frame_is(page, 50)
    press(page, "Shift+Home")
    frame_is(page, 0)
    step_to(page, 100)
    press(page, "s")
    expect(page.get_by_role("option")).to_have_count(2)
    press(page, "2")  # the second part is a car
    ada.look("video-tracks")
    press(page, "m", "Home", "i")
    press(page, *[">"] * 3, "1")  # a number key ends the part
    expect(page.get_by_role("option")).to_have_count(3)
    press(page, "Shift+ArrowRight", "Control+Shift+ArrowRight")  # its end, 1 + 10 frames on
    ada.look("video")
    assert submit(page) is False
    all_sent(page)
    bike, car = answered(product, work, "objects")
    assert (bike["label"], car["label"]) == ("bike", "car")
    assert times_of(bike) == [0, 0.8, 0.88, 0.92, 2, 3, 4]
    assert times_of(bike, "occluded") == [0.92]
    assert times_of(bike, "outside") == [2, 4]
    assert times_of(car) == [4]
    first, second = bike["at"]["keys"][:2]
    assert second["at"] == {**first["at"], "x": first["at"]["x"] + 20, "y": first["at"]["y"] + 1}
    [part] = answered(product, work, "events")
    assert (part["label"], part["at"]) == ("turning", {"start": 0, "end": 1.64})
