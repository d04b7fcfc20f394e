"""The workbench in German, Arabic and Chinese: nothing sticks out, pixels are never mirrored."""

import io
from dataclasses import dataclass
from typing import Any, cast

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product
from tests.browser.setting import Work, let_in, make_work
from tests.browser.test_audio import TURNS, call
from tests.browser.test_image_tools import LABELS, picture
from tests.browser.test_text_tools import BOTH, LETTER
from tests.browser.working import stage

BOXES: dict[str, Any] = {
    "format": 1,
    "data_type": "image",
    "questions": [{"name": "q", "title": "Things", "type": "boxes", "labels": LABELS}],
}


@dataclass(frozen=True)
class Speech:
    """What one sees of a language."""

    choice: str
    direction: str
    title: str
    submit: str
    skip: str
    search: str


SPEECHES = {
    "de": Speech("Deutsch", "ltr", "Aufgabe", "Absenden", "Überspringen", "Aktionen und Labels"),
    "ar": Speech("العربية", "rtl", "المهمة", "إرسال", "تخطٍّ", "الإجراءات والوسوم"),
    "zh-Hans": Speech("简体中文", "ltr", "任务", "提交", "跳过", "操作与标签"),
}


@pytest.fixture(scope="module")
def works(product: Product) -> dict[str, Work]:
    """A letter, a sound and a picture, each in a queue of its own."""
    policy: dict[str, Any] = {"overlap": 3, "review_share": 0.0}
    return {
        "text": make_work(product, "Letters", BOTH, texts=[LETTER], **policy),
        "audio": make_work(product, "Calls", TURNS, pictures={"a.wav": call()}, **policy),
        "image": make_work(product, "Leaves", BOXES, pictures={"a.png": picture()}, **policy),
    }


# From right to left is the one that breaks; the others wait for `make test-extras`.
@pytest.mark.parametrize(
    "tag",
    [pytest.param(one, marks=() if one == "ar" else pytest.mark.extras) for one in SPEECHES],
)
def test_the_workbench_speaks(
    tag: str, person: MakePerson, product: Product, works: dict[str, Work]
) -> None:
    speech, ada = SPEECHES[tag], person("Ada")
    first, *others = works.values()
    let_in(ada, first.project)
    for work in others:
        _join(ada, work)
    choose(ada, speech.choice)
    for kind, work in works.items():
        open_work(ada, work)
        page = ada.page
        expect(page.locator("html")).to_have_attribute("lang", tag)
        expect(page.locator("html")).to_have_attribute("dir", speech.direction)
        expect(page.locator("h1")).to_contain_text(speech.title)
        expect(page.get_by_role("button", name=speech.submit).first).to_be_visible()
        lies_as_it_should(page, kind, speech.direction)
        ada.look(f"speaks-{tag}-{kind}")
        sticks_out_on_neither_side(page)
    speaks_in_dialogs(ada, speech)


def choose(who: Person, name: str) -> None:
    """Choose a language in the settings."""
    who.goto("/account/settings")
    who.page.get_by_label("Language").select_option(label=name)
    who.click("Save settings", "button")
    who.sees("Your settings are saved.")


def _join(who: Person, work: Work) -> None:
    invited = who.product.post(f"projects/{work.project}/invitations", {"role": "annotator"})
    who.goto(invited["url"].removeprefix(who.product.url))
    who.page.get_by_role("button").filter(has_text="Join").click()
    who.page.wait_for_url("**/projects/*")


def open_work(who: Person, work: Work) -> None:
    """Open a queue and wait for what it shows, whatever language says so."""
    who.goto(f"/queues/{work.queue}/work")
    who.page.wait_for_selector("[data-stage]:not([data-state])")


def lies_as_it_should(page: Page, kind: str, direction: str) -> None:
    """Tools before the stage, the panel after it, as one reads; pixels and seconds never turned."""
    rail, panel = page.locator(".rail").bounding_box(), page.locator(".panel").bounding_box()
    middle = stage(page).bounding_box()
    assert panel
    assert middle
    if rail:
        assert (rail["x"] < middle["x"]) == (direction == "ltr")
    assert (panel["x"] > middle["x"]) == (direction == "ltr")
    layers = page.locator("[data-stage] .layer, [data-stage] .doc-over")
    assert layers.count() > 0
    for at in range(layers.count()):
        assert layers.nth(at).evaluate("(one) => getComputedStyle(one).direction") == "ltr"
    if kind == "image":
        assert square_of(page) < 0.5


def square_of(page: Page) -> float:
    """How far to the right the red square is that the picture has on its left, 0 to 1."""
    shown = Image.open(io.BytesIO(stage(page).screenshot())).convert("RGB")
    small = shown.resize((100, 75), Image.Resampling.NEAREST)
    red = [
        x
        for x in range(100)
        for y in range(75)
        if cast("tuple[int, int, int]", small.getpixel((x, y)))[0] > 120
        and cast("tuple[int, int, int]", small.getpixel((x, y)))[1] < 90
    ]
    assert red, "the picture is not there"
    return sum(red) / len(red) / 100


def sticks_out_on_neither_side(page: Page) -> None:
    """At 390 pixels the page is as wide as the window, also towards the left."""
    page.set_viewport_size({"width": 390, "height": 800})
    wide: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".wb-bar, .wb-bar *, .panel, .panel button")]
          .filter((one) => one.offsetParent)
          .filter((one) => !one.closest(".vh, .menu-list, .words, .labels, .tree"))
          .filter((one) => { const at = one.getBoundingClientRect();
            return at.width > 1 && (at.left < -1 || at.right > innerWidth + 1); })
          .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 800})


def speaks_in_dialogs(who: Person, speech: Speech) -> None:
    """The keys, the palette and the way to skip, which come as parts of their own."""
    page = who.page
    tag = page.locator("html").get_attribute("lang")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()
    who.look(f"speaks-{tag}-keys")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open] h2")).to_have_text(speech.search)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=speech.skip).first).to_be_visible()
