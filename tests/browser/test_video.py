"""A video is stepped through, tracked and marked without a mouse; and with one."""

import itertools
import re
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Page, Route, expect

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
            "labels": [
                {"key": "turning", "name": "Turning"},
                {"key": "waiting", "name": "Waiting"},
            ],
        },
    ],
}


def make_videos(
    product: Product, name: str, videos: dict[str, bytes], definition: Any = STREET
) -> Work:
    """A project with these clips in a queue."""
    return make_work(product, name, definition, pictures=videos, overlap=1, review_share=0.0)


def ready(page: Page) -> None:
    """Wait until the first frame is on the screen."""
    page.wait_for_selector("[data-stage].footage .screen:not([data-state])")


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
    return sorted(
        own, key=lambda one: one["at"].get("start", one["at"].get("keys", [{}])[0].get("t"))
    )


def times_of(track: dict[str, Any], flag: str = "") -> list[float]:
    """When the keys of a track are; those with a flag, where one is named."""
    return [key["t"] for key in track["at"]["keys"] if not flag or key.get(flag)]


def track_by_keys(page: Page) -> None:
    """Follow a bike to the hundredth frame; from there on it is another thing."""
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
    press(page, "x", "d", "d")  # back; a key frame less and more
    press(page, "Shift+N")
    frame_is(page, 50)
    press(page, "Shift+Home")
    frame_is(page, 0)
    step_to(page, 100)
    press(page, "s")
    expect(page.get_by_role("option")).to_have_count(2)
    press(page, "2")


def check_tracks(bike: dict[str, Any], car: dict[str, Any]) -> None:
    """What `track_by_keys` did, as the server has it."""
    assert (bike["label"], car["label"]) == ("bike", "car")
    assert times_of(bike) == [0, 0.8, 0.88, 0.92, 2, 3, 4]
    assert times_of(bike, "occluded") == [0.92]
    assert times_of(bike, "outside") == [2, 4]
    assert times_of(car) == [4]
    first, second = bike["at"]["keys"][:2]
    assert second["at"] == {**first["at"], "x": first["at"]["x"] + 20, "y": first["at"]["y"] + 1}


def test_a_bike_is_tracked_and_a_part_is_marked_without_a_mouse(
    person: MakePerson, product: Product, real_data: Any
) -> None:
    video = (real_data("video") / "bikes.mp4").read_bytes()
    work = make_videos(product, "Bikes by keys", {"bikes.mp4": video})
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    page = ada.page
    ready(page)
    track_by_keys(page)
    press(page, "Shift+G", "7", "Escape")  # taken back
    press(page, "m", "Home", "i")
    press(page, *[">"] * 3, "1")  # a number key ends the part
    expect(page.get_by_role("option")).to_have_count(3)
    press(page, "Shift+ArrowRight", "Control+Shift+ArrowRight")  # its end, 1 + 10 frames on
    ada.look("video")
    page.set_viewport_size({"width": 1024, "height": 768})
    page.wait_for_timeout(300)
    page.screenshot(path=SHOTS / "video-1024.png")
    assert submit(page) is False
    all_sent(page)
    check_tracks(*answered(product, work, "objects"))
    [part] = answered(product, work, "events")
    assert (part["label"], part["at"]) == ("turning", {"start": 0, "end": 1.68})


@pytest.mark.extras
def test_two_tracks_become_one_and_one_is_heard_of_no_more(
    person: MakePerson, product: Product
) -> None:
    work = make_videos(product, "Tracks merged", {"one.mp4": films.numbered(films.even(60))})
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    page = ada.page
    ready(page)
    press(page, "b", "Enter")
    step_to(page, 30)
    press(page, "b", "Enter", "Shift+S")  # the second track stays
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Merge with another track").click()
    expect(page.get_by_role("option")).to_have_count(1)
    press(page, "z", "Shift+Z")
    press(page, "y", "Enter", "Shift+ArrowRight", "Enter", "Shift+ArrowDown", "Enter", "Enter")
    expect(page.get_by_role("option")).to_have_count(2)
    press(page, "Delete")
    assert submit(page) is False
    all_sent(page)
    [track] = answered(product, work, "objects")
    assert times_of(track) == [0, pytest.approx(1.001, abs=0.001)]


def step_through(person: MakePerson, product: Product, times: list[int], steps: int) -> None:
    """Step on so often, and hold every frame on the screen to the number that it carries."""
    work = make_videos(product, f"{steps} steps", {"steps.mp4": films.numbered(times)})
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    ready(ada.page)
    told = ada.page.evaluate(films.STEP_THROUGH, films.how_to_step(steps))
    assert told["wrong"] == []
    frame_is(ada.page, steps)


def test_every_step_shows_the_next_frame_also_where_their_gaps_differ(
    person: MakePerson, product: Product
) -> None:
    step_through(person, product, films.uneven(60), 40)


@pytest.mark.extras
@pytest.mark.parametrize("times", [films.even(320), films.uneven(320)], ids=["even", "uneven"])
def test_of_three_hundred_steps_none_shows_another_frame(
    person: MakePerson, product: Product, times: list[int]
) -> None:
    step_through(person, product, times, 300)


@pytest.mark.extras
def test_a_part_is_played_again_and_again_at_another_speed(
    person: MakePerson, product: Product
) -> None:
    work = make_videos(product, "Parts played", {"one.mp4": films.numbered(films.even(120))})
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    page = ada.page
    ready(page)
    press(page, "m", ">", "i", ">", "o", "l", "}", "}", "k")  # frames 10 to 19, half as fast again
    met: list[int] = page.evaluate(
        """() => new Promise((go) => {
          const video = document.querySelector("video"), met = [];
          const hear = () => {
            met.push(Number(document.querySelector(".transport .frame input").value));
            if (met.length < 60) video.requestVideoFrameCallback(hear);
            else go(met);
          };
          video.requestVideoFrameCallback(hear);
        })"""
    )
    assert page.evaluate("document.querySelector('video').playbackRate") == 1.5
    press(page, "k")
    assert min(met[5:]) >= 9
    assert max(met) <= 20
    assert sum(after < before for before, after in itertools.pairwise(met)) >= 3
    press(page, "l", "End", "k")  # from the end it begins again
    page.wait_for_function("() => document.querySelector('video').ended")
    frame_is(page, 119)


def without_copy(route: Route) -> None:
    """Answer a claim as a server does that could make no copy."""
    response = route.fetch()
    told = response.json()
    for assignment in told.get("assignments", []):
        item = assignment["item"]
        item["assets"] = [one for one in item["assets"] if one["role"] != "playable"]
    route.fulfill(response=response, json=told)


@pytest.mark.extras
@pytest.mark.parametrize(("kind", "b_frames"), [("mp4", 3), ("webm", 0)])
def test_also_a_file_whose_frames_claim_to_last_longer_shows_each_of_them(
    person: MakePerson, product: Product, kind: str, b_frames: int
) -> None:
    film = films.numbered(films.uneven(90), gop=250, b_frames=b_frames, kind=kind)
    work = make_videos(product, f"Originals in {kind}", {f"original.{kind}": film})
    ada = person("Ada")
    let_in(ada, work.project)
    page = ada.page
    page.route("**/claim", without_copy)
    open_queue(ada, work.queue)
    ready(page)
    told = page.evaluate(films.STEP_THROUGH, films.how_to_step(89))  # up to the very last
    assert told["wrong"] == []
    for frame in (3, 77, 20, 0):
        step_to(page, frame)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw with the mouse."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def place_of(page: Page, selector: str) -> FloatRect:
    """Where something is."""
    place = page.locator(selector).bounding_box()
    assert place is not None
    return place


@pytest.mark.extras
def test_a_track_is_drawn_moved_and_chosen_with_a_mouse(
    person: MakePerson, product: Product
) -> None:
    work = make_videos(product, "Squares by mouse", {"square.mp4": films.numbered(films.even(90))})
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    page = ada.page
    ready(page)
    place, lanes = place_of(page, ".footage .screen"), place_of(page, ".footage .lanes")
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    left, width, lane = lanes["x"] + 124, lanes["width"] - 124 - 12, lanes["y"] + 33
    frame = page.locator(".transport .frame input")
    drag(page, (x - 40, y - 30), (x + 40, y + 30))
    expect(page.get_by_role("option")).to_have_count(1)
    page.mouse.click(left + width / 2, lanes["y"] + 6)  # the ruler: half way
    expect(frame).not_to_have_value("0")
    half = int(frame.input_value())
    press(page, "v")
    drag(page, (x, y), (x + 60, y))
    press(page, "Escape")
    page.mouse.click(left, lane)  # the lane of the track, at its first key
    frame_is(page, 0)
    page.get_by_role("button", name="Next key frame").click()
    frame_is(page, half)
    page.get_by_role("button", name="Out of the picture from here").click()
    press(page, "m")
    drag(page, (left + width * 0.25, lane), (left + width * 0.5, lane))
    expect(page.get_by_role("option")).to_have_count(2)
    assert submit(page) is False
    all_sent(page)
    check_square(product, work, half)


def check_square(product: Product, work: Work, half: int) -> None:
    """What the mouse did, as the server has it."""
    [track] = answered(product, work, "objects")
    first, second = track["at"]["keys"]
    assert (first["t"], "outside" in first, second["outside"]) == (0, False, True)
    assert second["t"] == pytest.approx(half * 1001 / 30_000, abs=0.001)
    assert second["at"]["x"] > first["at"]["x"] + 10
    [part] = answered(product, work, "events")
    assert part["at"]["start"] == pytest.approx(0.75, abs=0.05)
    assert part["at"]["end"] == pytest.approx(1.5, abs=0.05)


@pytest.mark.extras
def test_a_video_that_does_not_come_says_what_to_do_and_can_be_skipped(
    person: MakePerson, product: Product
) -> None:
    videos = {
        f"{name}.mp4": films.numbered(films.even(count)) for name, count in (("a", 30), ("b", 31))
    }
    work = make_videos(product, "Videos in trouble", videos)
    ada = person("Ada")
    let_in(ada, work.project)
    page = ada.page
    answers: list[dict[str, Any]] = [
        {"body": b"no video at all", "content_type": "video/mp4"},
        {"status": 404, "body": b""},
    ]

    def spoil(route: Route) -> None:
        is_ours = answers[0].get("status") == 404 and "range" in route.request.headers
        if is_ours or route.request.resource_type == "media":
            route.fulfill(**answers[0])
        else:
            route.continue_()

    page.route("**/media/*", spoil)
    with ada.expecting("Failed to load resource"):
        open_queue(ada, work.queue)
        failed = page.locator(".footage .screen[data-state=failed]")
        expect(failed).to_have_attribute("data-failed", re.compile("cannot show the video"))
        answers.pop(0)
        press(page, ".", "k", "i", "Space")  # nothing breaks, and the next one comes
        expect(failed).to_have_attribute("data-failed", re.compile("could not be fetched"))
        page.unroute("**/media/*")
        press(page, "Space")
    expect(page.locator(".empty h2")).to_be_visible()


@pytest.mark.extras
def test_a_reviewer_sees_the_tracks_of_two_people_and_where_they_differ(
    person: MakePerson, product: Product
) -> None:
    videos = {"one.mp4": films.numbered(films.even(60))}
    work = make_work(
        product, "Videos reviewed", STREET, pictures=videos, overlap=2, review_share=1.0
    )
    for name, frame in (("Ada", 30), ("Bo", 50)):
        who = person(name)
        let_in(who, work.project)
        open_queue(who, work.queue)
        ready(who.page)
        press(who.page, "b", *["Shift+ArrowRight"] * 3, "Enter")
        step_to(who.page, frame)
        press(who.page, *["Shift+ArrowRight"] * (frame // 10), "x", "m", "Home", "i")
        press(who.page, ">", ">", "1")
        assert submit(who.page) is False
        all_sent(who.page)
    rui = person("Rui")
    let_in(rui, work.project, "reviewer")
    open_queue(rui, work.queue, "review")
    rui.page.wait_for_selector(".mini-stage.footage .screen:not([data-state])")
    expect(rui.page.locator(".mini-stage.footage")).to_have_count(2)
    rui.look("video-review")
