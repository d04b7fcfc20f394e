"""A sound is played, marked, mended and written down without a mouse; and with one."""

import io
from typing import Any

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import SHOTS
from tests.browser.product import Product
from tests.browser.setting import Work, let_in, make_work
from tests.browser.test_keyboard_only import press, regions_of, start_by_keys
from tests.browser.working import all_sent, open_queue, submit

RATE = 16_000
TURNS: dict[str, Any] = {
    "format": 1,
    "data_type": "audio",
    "questions": [
        {
            "name": "turns",
            "title": "Turns",
            "type": "segments",
            "transcript": True,
            "labels": [{"key": "ada", "name": "Ada"}, {"key": "bo", "name": "Bo"}],
        },
    ],
}


def call(seconds: float = 20, channels: int = 1) -> bytes:
    """Somebody hums, then somebody else, a word a second."""
    times = np.arange(int(seconds * RATE)) / RATE
    voices = [
        np.sin(2 * np.pi * hertz * times * (1 + 0.02 * np.sin(9 * times))) for hertz in (220, 390)
    ]
    turn = (times // 4 % 2).astype(int)
    words = np.clip(np.sin(2 * np.pi * times), 0, 1) ** 0.5
    spoken = [0.6 * voice * words * (turn == number) for number, voice in enumerate(voices)]
    noise = 0.01 * np.random.default_rng(1).standard_normal(len(times))
    mixed = [sum(spoken) + noise] if channels == 1 else [one + noise for one in spoken]
    out = io.BytesIO()
    soundfile.write(out, np.stack(mixed, axis=1), RATE, format="WAV")
    return out.getvalue()


def make_sounds(product: Product, name: str, *, channels: int = 1, definition: Any = TURNS) -> Work:
    """A project with one clip in a queue."""
    sounds = {"call.wav": call(channels=channels)}
    return make_work(product, name, definition, pictures=sounds, overlap=1, review_share=0.0)


def ready(page: Page) -> None:
    """Wait until the waveform is on the screen."""
    page.wait_for_selector("[data-stage].sound:not([data-state])")


def time_of(page: Page) -> float:
    """Where the play head is, in seconds."""
    minutes, seconds = page.locator(".transport .time").inner_text().split(" ")[0].split(":")
    return int(minutes) * 60 + float(seconds)


def test_a_call_is_cut_into_turns_and_written_down_without_a_mouse(
    person: MakePerson, product: Product
) -> None:
    work = make_sounds(product, "Calls by keys")
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    page = ada.page
    ready(page)
    press(page, "i", *["ArrowRight"] * 4, "1")  # a number key ends the region
    press(page, "i", *["ArrowRight"] * 3, "o", "2")  # the label comes after
    press(page, "Shift+ArrowRight", "Control+Shift+ArrowRight")  # + 10 ms, + 100 ms
    press(page, "s", "s", "Alt+Shift+ArrowLeft")  # steps of 1 ms: start − 1 ms
    press(page, "e")
    page.keyboard.type("good morning")
    press(page, "Escape")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(page.get_by_role("option").nth(1)).to_contain_text("Bo: good morning")
    assert submit(page) is False
    all_sent(page)
    first, second = regions_of(product, work, "turns")
    assert (first["label"], first["at"]) == ("ada", {"start": 0, "end": 4})
    assert (second["label"], second["at"]) == ("bo", {"start": 3.999, "end": 7.11})
    assert second["value"] == "good morning"


def test_a_clip_is_played_by_keys_and_a_region_again_and_again(
    person: MakePerson, product: Product
) -> None:
    work = make_sounds(product, "Calls played")
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    page = ada.page
    ready(page)
    press(page, "k")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.4")
    press(page, "k")
    assert page.evaluate("document.querySelector('audio').paused")
    at = time_of(page)
    assert 0.4 < at < 5
    press(page, "]", "]")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.5
    press(page, "Home", "ArrowRight", "ArrowRight", "i", "Control+ArrowRight", "Control+ArrowRight")
    press(page, "o", "l", "k")  # a region of 200 ms, again and again
    page.wait_for_timeout(1200)
    assert 1.95 <= page.evaluate("document.querySelector('audio').currentTime") <= 2.5
    press(page, "l", "k")
    press(page, "Escape", "Tab")
    expect(page.locator('[role="option"][aria-selected="true"]')).to_have_count(1)


def test_a_turn_is_drawn_moved_and_resized_with_a_mouse_on_its_channel(
    person: MakePerson, product: Product
) -> None:
    work = make_sounds(product, "Calls in stereo", channels=2)
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    page = ada.page
    ready(page)
    place = page.locator(".sound .below").bounding_box()
    assert place is not None
    left, width = place["x"] + 64, place["width"] - 64 - 12
    upper = place["y"] + 44 + 22 + 40

    def x_of(seconds: float) -> float:
        return left + seconds / 20 * width

    def drag(start: float, end: float) -> None:
        page.mouse.move(x_of(start), upper)
        page.mouse.down()
        page.mouse.move(x_of((start + end) / 2), upper)
        page.mouse.move(x_of(end), upper)
        page.mouse.up()

    drag(4, 8)
    expect(page.get_by_role("option")).to_have_count(1)
    drag(8, 7)  # its end
    press(page, "v")
    drag(5, 6)  # moved by a second
    assert submit(page) is False
    all_sent(page)
    [turn] = regions_of(product, work, "turns")
    assert turn["on"] == {"channel": "1"}
    assert turn["at"]["start"] == pytest.approx(5, abs=0.05)
    assert turn["at"]["end"] == pytest.approx(8, abs=0.05)


def test_nobody_is_shut_out_of_a_sound(person: MakePerson, product: Product) -> None:
    work = make_sounds(product, "Calls for everybody", channels=2)
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    page = ada.page
    ready(page)
    press(page, "i", *["ArrowRight"] * 4, "1", "c", "c", "i", *["ArrowRight"] * 3, "2")
    press(page, "i", "ArrowRight", "ArrowRight")
    expect(page.get_by_role("option")).to_have_count(2)
    ada.look("audio")
    page.set_viewport_size({"width": 1024, "height": 768})
    page.wait_for_timeout(300)
    page.screenshot(path=SHOTS / "audio-1024.png")


@pytest.mark.extras
def test_the_pages_of_sounds_show_and_play_them(person: MakePerson, product: Product) -> None:
    work = make_sounds(product, "Calls on pages", channels=2)
    mia = person("Mia")
    let_in(mia, work.project, "manager")
    mia.goto(f"/datasets/{work.dataset}/items")
    expect(mia.page.get_by_role("img", name="call.wav")).to_be_visible()
    mia.look("audio-items")
    mia.page.get_by_role("link", name="call.wav").click()
    expect(mia.page.locator("audio")).to_be_visible()
    mia.page.wait_for_function("() => document.querySelector('audio').duration === 20")
    mia.look("audio-item")


@pytest.mark.extras
def test_a_reviewer_hears_what_two_people_marked(person: MakePerson, product: Product) -> None:
    sounds = {"call.wav": call()}
    work = make_work(product, "Calls reviewed", TURNS, pictures=sounds, overlap=2, review_share=1.0)
    for name, ends in (("Ada", 4), ("Bo", 3)):
        who = person(name)
        let_in(who, work.project)
        open_queue(who, work.queue)
        ready(who.page)
        press(who.page, "i", *["ArrowRight"] * ends, "1")
        assert submit(who.page) is False
        all_sent(who.page)
    rui = person("Rui")
    let_in(rui, work.project, "reviewer")
    open_queue(rui, work.queue, "review")
    rui.page.wait_for_selector(".mini-stage.sound:not([data-state])")
    rui.look("audio-review")
