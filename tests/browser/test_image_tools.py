"""Every tool for pictures: by keys alone, and by pointer; the server has what was drawn."""

import io
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product
from tests.browser.setting import Work, let_in, make_work
from tests.browser.test_keyboard_only import press, regions_of, start_by_keys
from tests.browser.working import all_sent, drag, open_queue, stage, submit

LABELS = [{"key": "leaf", "name": "Leaf"}, {"key": "stone", "name": "Stone"}]
JOINTS = [
    {"key": "head", "name": "Head"},
    {"key": "hand", "name": "Hand"},
    {"key": "foot", "name": "Foot"},
]


def asking(question_type: str, **more: Any) -> dict[str, Any]:
    """A schema with one question."""
    question = {"name": "q", "title": "Things", "type": question_type, "labels": LABELS} | more
    return {"format": 1, "data_type": "image", "questions": [question]}


def picture(width: int = 400, height: int = 300) -> bytes:
    """A dark disc and a square on white."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((140, 90, 260, 210), fill=(30, 90, 60))
    draw.rectangle((20, 20, 80, 70), fill=(150, 60, 40))
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def begin(
    person: MakePerson, product: Product, definition: dict[str, Any], pictures: int = 1
) -> tuple[Person, Work]:
    """Ada in the workbench, a picture on the stage."""
    shown = {f"{n}.png": picture(400 + n) for n in range(pictures)}
    work = make_work(product, "Tools", definition, pictures=shown, overlap=1, review_share=0.0)
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    ada.page.wait_for_selector("[data-stage]:not([data-state])")
    return ada, work


def on_stage(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place of the picture is on the screen; the picture is shown whole, in the middle."""
    box = stage(page).bounding_box()
    assert box is not None
    scale = min(box["width"] / 400, box["height"] / 300, 8)
    left = box["x"] + (box["width"] - 400 * scale) / 2
    top = box["y"] + (box["height"] - 300 * scale) / 2
    return left + x * scale, top + y * scale


def click(page: Page, x: float, y: float, key: str = "") -> None:
    """Click at a place of the picture, a key held."""
    if key:
        page.keyboard.down(key)
    page.mouse.click(*on_stage(page, x, y))
    if key:
        page.keyboard.up(key)


KEYS = {
    "rotated_boxes": ["Shift+B", *["Shift+ArrowRight"] * 3, "]", "]", "Enter"],
    "ellipses": ["e", *["Shift+ArrowDown"] * 2, "[", "Enter"],
    "polygons": [
        *("l", "Enter", *["Shift+ArrowRight"] * 4, "Enter", *["Shift+ArrowDown"] * 4),
        *("Enter", "Enter"),
    ],
    "polylines": ["Shift+L", "Enter", *["Shift+ArrowRight"] * 4, "Enter", "Enter"],
    "points": ["k", *["Shift+ArrowUp"] * 2, "Enter"],
    "skeletons": [
        *("Shift+K", "Enter", *["Shift+ArrowDown"] * 4, "]", *["Shift+ArrowRight"] * 4, "."),
    ],
    "masks": ["m", "Enter", *["Shift+ArrowRight"] * 3, "Enter", "Escape"],
}


# Those that are drawn like another one wait for `make test-extras`.
LATER = ("ellipses", "polylines", "points")


@pytest.mark.parametrize(
    "question_type",
    [pytest.param(one, marks=pytest.mark.extras if one in LATER else ()) for one in KEYS],
)
def test_each_shape_is_drawn_without_a_mouse(
    question_type: str, person: MakePerson, product: Product
) -> None:
    more = {"joints": JOINTS, "edges": [["head", "hand"], ["head", "foot"]]}
    definition = asking(question_type, **(more if question_type == "skeletons" else {}))
    ada, work = begin(person, product, definition)
    press(ada.page, *KEYS[question_type])
    expect(ada.page.get_by_role("option")).to_have_count(1)
    press(ada.page, "2", "Shift+ArrowLeft")
    assert submit(ada.page) is False
    all_sent(ada.page)
    [region] = regions_of(product, work, "q")
    assert region["label"] == "stone"
    at = region["at"]
    drawn: dict[str, Any] = {
        "rotated_boxes": lambda: (at["angle"], at["w"] - at["h"]) == (10, 30),
        "ellipses": lambda: (at["angle"], at["ry"] - at["rx"]) == (175, 10),
        "polygons": lambda: (
            [[x - 190, y - 150] for x, y in at["rings"][0]] == [[0, 0], [40, 0], [40, 40]]
        ),
        "polylines": lambda: at["points"] == [[190, 150], [230, 150]],
        "points": lambda: at == {"x": 190, "y": 130},
        "skeletons": lambda: (
            at["joints"]
            == {"head": {"x": 190, "y": 150}, "hand": {"x": 190, "y": 190, "hidden": True}}
        ),
        "masks": lambda: 20 < at["h"] < 60 < at["w"] < 90,
    }
    assert drawn[question_type](), at


def test_a_polygon_is_mended_point_by_point_by_keys(person: MakePerson, product: Product) -> None:
    ada, work = begin(person, product, asking("polygons"))
    press(ada.page, *KEYS["polygons"], ".", ".", "n", *["ArrowUp"] * 5, "Shift+ArrowRight")
    press(ada.page, ",", ",", "Backspace")
    submit(ada.page)
    all_sent(ada.page)
    [region] = regions_of(product, work, "q")
    # (0,0) (40,0) (40,40): one point after the second, moved; the first one deleted.
    assert [[x - 200, y - 150] for x, y in region["at"]["rings"][0]] == [
        [40, 0],
        [50, 15],
        [40, 40],
    ]


@pytest.mark.extras
def test_shapes_are_drawn_and_joined_by_pointer(person: MakePerson, product: Product) -> None:
    definition = asking("shapes", kinds=["polygon", "box", "mask", "ellipse"])
    ada, work = begin(person, product, definition)
    page = ada.page
    for x, y in ((100, 100), (200, 100), (200, 200), (100, 200)):
        click(page, x, y)
    click(page, 100, 100)  # back at the start: closed
    expect(page.get_by_role("option")).to_have_count(1)
    press(page, "b", "Escape")
    left, top, right, bottom = (*on_stage(page, 180, 120), *on_stage(page, 260, 180))
    drag(page, (int(left), int(top), int(right), int(bottom)))
    expect(page.get_by_role("option")).to_have_count(2)
    ada.look("image-tools")
    press(page, "v")
    click(page, 120, 180)
    click(page, 250, 150, "Shift")
    press(page, "j")
    expect(page.get_by_role("option")).to_have_count(1)
    press(page, "c")
    for x, y in ((150, 80), (150, 220)):
        click(page, x, y)
    press(page, "Enter")
    expect(page.get_by_role("option")).to_have_count(2)
    press(page, "z", "Shift+X")
    submit(page)
    all_sent(page)
    [mask] = regions_of(product, work, "q")
    assert mask["kind"] == "mask"
    assert mask["at"]["x"] == 100
    assert mask["at"]["h"] == 100
    assert 155 <= mask["at"]["w"] <= 165


def test_a_mask_is_painted_rubbed_out_and_taken_by_the_wand(
    person: MakePerson, product: Product
) -> None:
    ada, work = begin(person, product, asking("masks"))
    page = ada.page
    press(page, "i", "Escape")
    click(page, 200, 150)
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_text("pixels", exact=False).last).to_be_visible()
    press(page, "x", "Escape")
    page.mouse.move(*on_stage(page, 200, 80))
    page.mouse.down()
    page.mouse.move(*on_stage(page, 200, 150))
    page.mouse.move(*on_stage(page, 200, 220))
    page.mouse.up()
    ada.look("image-mask")
    submit(page)
    all_sent(page)
    [mask] = regions_of(product, work, "q")
    # The disc is 121 pixels wide. A strip of 40 in its middle is gone, and with it the full height.
    assert 118 <= mask["at"]["w"] <= 121
    assert 111 <= mask["at"]["h"] <= 117


def test_shapes_go_on_to_the_next_picture(person: MakePerson, product: Product) -> None:
    ada, _work = begin(person, product, asking("boxes"), pictures=2)
    page = ada.page
    press(page, "b", "Enter")
    expect(page.get_by_role("option")).to_have_count(1)
    assert submit(page)
    page.wait_for_selector("[data-stage]:not([data-state])")
    expect(page.get_by_role("option")).to_have_count(0)
    press(page, "Shift+V")
    expect(page.get_by_role("option")).to_have_count(1)
    assert submit(page) is False
    all_sent(page)


@pytest.mark.extras
def test_brightness_is_changed_while_drawing(person: MakePerson, product: Product) -> None:
    ada, _work = begin(person, product, asking("boxes"))
    page = ada.page

    def shown() -> tuple[int, ...]:
        box = stage(page).bounding_box()
        assert box is not None
        x, y = on_stage(page, 200, 150)
        image = Image.open(io.BytesIO(stage(page).screenshot())).convert("RGB")
        pixel = image.getpixel((int(x - box["x"]), int(y - box["y"])))
        assert isinstance(pixel, tuple)
        return tuple(int(one) for one in pixel)

    before = shown()
    press(page, "y")
    expect(page.get_by_role("slider", name="Brightness")).to_be_focused()
    press(page, *["ArrowRight"] * 5)
    ada.look("image-looks")
    after = shown()
    assert all(new > old for new, old in zip(after, before, strict=True)), (before, after)
    page.locator(".looks select").select_option("red")
    red = shown()
    assert max(red) - min(red) <= 6, red  # greys, as bright as the red was
    assert abs(red[0] - after[0]) <= 12
    page.get_by_role("button", name="As it is").click()
    assert shown() == before


def test_a_small_window_says_which_tools_need_more_room(
    person: MakePerson, product: Product
) -> None:
    work = make_work(product, "Small", asking("polygons"), pictures={"a.png": picture()})
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    ada.page.set_viewport_size({"width": 390, "height": 800})
    expect(ada.page.get_by_text("needs more room", exact=False)).to_be_visible()
    ada.look("image-small")
    ada.page.set_viewport_size({"width": 390, "height": 800})
    ada.page.get_by_role("button", name="Draw here all the same").click()
    expect(ada.page.get_by_text("needs more room", exact=False)).to_be_hidden()
