"""Pictures of a hundred million pixels: sharp by few requests; and views that are turned."""

import io
import time
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product
from tests.browser.setting import Work, let_in, make_work
from tests.browser.test_image_tools import asking, on_stage, picture
from tests.browser.test_keyboard_only import press, regions_of, start_by_keys
from tests.browser.working import all_sent, drag, stage, submit

SIZE = (12_000, 9000)
THING = {"x": 8000, "y": 3000, "w": 96, "h": 64}
MOST_REQUESTS = 14
DARK = 128


def large() -> bytes:
    """White, with one dark rectangle in it that is a few pixels large when all is seen."""
    image = Image.new("L", SIZE, 255)
    x, y, w, h = THING.values()
    ImageDraw.Draw(image).rectangle((x, y, x + w - 1, y + h - 1), fill=20)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=92)
    return data.getvalue()


def begin(person: MakePerson, product: Product, name: str, data: bytes) -> tuple[Person, Work]:
    """Ada in the workbench with one picture and a question for boxes."""
    work = make_work(
        product, name, asking("boxes"), pictures={name: data}, overlap=1, review_share=0.0
    )
    ada = person("Ada")
    let_in(ada, work.project)
    return ada, work


def point_of(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place of the large picture is while all of it is seen."""
    box = stage(page).bounding_box()
    assert box is not None
    scale = min(box["width"] / SIZE[0], box["height"] / SIZE[1])
    left = box["x"] + (box["width"] - SIZE[0] * scale) / 2
    top = box["y"] + (box["height"] - SIZE[1] * scale) / 2
    return left + x * scale, top + y * scale


def dark_part(page: Page) -> tuple[int, int, int, int]:
    """The edges of the dark rectangle on the screen, once nothing about it is blurred any more."""
    place = stage(page).bounding_box()
    assert place is not None
    until = time.monotonic() + 10
    while time.monotonic() < until:
        shown = Image.open(io.BytesIO(stage(page).screenshot())).convert("L")
        middle = shown.crop((60, 60, shown.width - 20, shown.height - 170))
        box = middle.point(lambda v: 255 if v < DARK else 0).getbbox()
        if box:
            half = (box[1] + box[3]) // 2
            row = middle.crop((0, half, middle.width, half + 1)).tobytes()
            blurred = sum(60 < value < 225 for value in row[box[0] - 12 : box[0] + 12])
            if blurred <= 4:
                x, y = round(place["x"]) + 60, round(place["y"]) + 60
                return box[0] + x, box[1] + y, box[2] + x, box[3] + y
        page.wait_for_timeout(100)
    raise AssertionError("the rectangle never became sharp")


def test_a_box_on_a_very_large_picture_has_its_very_pixels(
    person: MakePerson, product: Product
) -> None:
    ada, work = begin(person, product, "large.jpg", large())
    page = ada.page
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/media/" in one.url else None)
    start_by_keys(ada, work)
    page.wait_for_selector("[data-stage]:not([data-state])")
    page.mouse.move(*point_of(page, THING["x"] + 48, THING["y"] + 32))
    for _ in range(14):
        page.mouse.wheel(0, -100)
    edges = dark_part(page)
    expect(page.locator(".minimap")).to_be_visible()
    page.keyboard.press("1")
    drag(page, edges)
    submit(page)
    all_sent(page)
    [region] = regions_of(product, work, "q")
    assert {name: round(region["at"][name]) for name in THING} == pytest.approx(THING, abs=1)
    assert len(asked) <= MOST_REQUESTS, asked


def test_a_turned_view_draws_in_the_pixels_of_the_picture(
    person: MakePerson, product: Product
) -> None:
    ada, work = begin(person, product, "turned.png", picture())
    page = ada.page
    start_by_keys(ada, work)
    page.wait_for_selector("[data-stage]:not([data-state])")
    press(page, "1", ">")
    expect(page.locator(".statusbar, footer").first).to_contain_text("Turned 90°")
    left, top, right, bottom = on_turned(page, 20, 20, 81, 71)
    drag(page, (round(left), round(top), round(right), round(bottom)))
    # Up on the screen is left in the picture now; the box is chosen, so arrows move it.
    press(page, "Shift+ArrowDown", "ArrowLeft", "<")
    expect(page.locator(".statusbar, footer").first).not_to_contain_text("Turned")
    submit(page)
    all_sent(page)
    [region] = regions_of(product, work, "q")
    assert region["at"] == pytest.approx({"x": 30, "y": 21, "w": 61, "h": 51}, abs=1)


def on_turned(page: Page, left: int, top: int, right: int, bottom: int) -> list[float]:
    """The screen's rectangle around a place of a picture of 400 by 300 turned to the right."""
    box = stage(page).bounding_box()
    assert box is not None
    scale = min(box["width"] / 300, box["height"] / 400, 8)
    x = box["x"] + (box["width"] - 300 * scale) / 2
    y = box["y"] + (box["height"] - 400 * scale) / 2
    return [
        *(x + (300 - bottom) * scale, y + left * scale),
        *(x + (300 - top) * scale, y + right * scale),
    ]


def test_shapes_are_related_by_keys_and_by_pointer(person: MakePerson, product: Product) -> None:
    work = make_work(
        product,
        "Related",
        relations_too(),
        pictures={"related.png": picture()},
        overlap=1,
        review_share=0.0,
    )
    ada = person("Ada")
    let_in(ada, work.project)
    page = ada.page
    start_by_keys(ada, work)
    page.wait_for_selector("[data-stage]:not([data-state])")
    draw_three(page)
    # By keys: the first box is chosen, R looks for the next, the arrow goes one further.
    press(page, "v", "Tab", "r")
    expect(page.locator(".statusbar")).to_contain_text("choose where the relation goes")
    press(page, "ArrowRight", "Enter")
    expect(page.locator(".regions")).to_contain_text("Leaf 01 —lies on→ Leaf 03")
    # By pointer, from the second to the third, with another label.
    page.keyboard.press("Escape")
    page.locator(".labels button", has_text="beside").click()
    page.mouse.move(*on_stage(page, 210, 145))
    page.mouse.down()
    page.mouse.move(*on_stage(page, 300, 80))
    page.mouse.move(*on_stage(page, 330, 55))
    page.mouse.up()
    expect(page.locator(".regions")).to_contain_text("Stone 02 —beside→ Leaf 03")
    # Its name on the picture chooses the first one; deleting that leaves the shapes.
    press(page, "v", "Escape")
    page.mouse.click(*on_stage(page, 190, 63))
    page.keyboard.press("Delete")
    expect(page.locator(".regions")).not_to_contain_text("lies on")
    submit(page)
    all_sent(page)
    document = document_of(product, work)
    at = [one["at"] for one in document if one["kind"] == "relation"]
    ids = [one["id"] for one in document if one["kind"] == "box"]
    assert at == [{"from": ids[1], "to": ids[2]}]


def relations_too() -> dict[str, Any]:
    """Boxes, and a question for what is between them."""
    labels = [{"key": "on", "name": "lies on"}, {"key": "by", "name": "beside"}]
    definition = asking("boxes")
    question = {"name": "r", "title": "How they lie", "type": "relations", "labels": labels}
    definition["questions"].append(question)
    return definition


def draw_three(page: Page) -> None:
    """Three boxes: a leaf, a stone, a leaf."""
    for number, (x, y) in enumerate(((20, 20), (180, 120), (300, 30))):
        page.keyboard.press(str(1 + number % 2))
        left, top = on_stage(page, x, y)
        right, bottom = on_stage(page, x + 60, y + 50)
        drag(page, (round(left), round(top), round(right), round(bottom)))
        page.keyboard.press("Escape")


def document_of(product: Product, work: Work) -> list[dict[str, Any]]:
    """The regions of the one annotation."""
    [item] = product.get(f"datasets/{work.dataset}/items")["results"]
    [annotation] = product.get(f"items/{item['id']}")["annotations"]
    regions: list[dict[str, Any]] = annotation["regions"]["regions"]
    return regions
